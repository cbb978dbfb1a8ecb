//! The front door: every route of the API and of the pages is behind the same checks.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use qianshou::config::HttpConfig;
use tower::ServiceExt as _;

use crate::data::Data;

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn send(data: &Data, config: &HttpConfig, request: Request<Body>) -> Reply {
    let response = qianshou::http::router(data.app.clone(), config).oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Reply { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

fn request(method: &Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let builder = Request::builder().method(method).uri(path);
    headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value)).body(Body::empty()).unwrap()
}

/// Every route: those of the description with their methods, its documents, the pages, and addresses that do not exist.
async fn routes(data: &Data) -> Vec<(Method, String)> {
    let description =
        send(data, &HttpConfig::default(), request(&Method::GET, "/api/v1/openapi.json", &[("host", "localhost")])).await;
    let description: serde_json::Value = serde_json::from_str(&description.body).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace("{id}", "nobody").replace("{file}", "needs.xlsx");
            routes.push((method.to_uppercase().parse().unwrap(), path));
        }
    }
    assert!(routes.len() > 20, "the description lists the routes");
    let documents = ["/api/v1/openapi.json", "/api/docs", "/api/docs/", "/api/v1/nothing"];
    let pages = ["/", "/projects/seed-p05", "/organizations/seed-o03", "/imports", "/imports/nobody", "/style.css", "/nothing"];
    routes.extend(documents.into_iter().chain(pages).map(|path| (Method::GET, path.to_owned())));
    routes
}

#[tokio::test]
async fn every_route_refuses_other_hosts_and_says_so_with_the_same_headers() {
    let data = Data::demo().await;
    let config = HttpConfig { hosts: vec!["office.lan".to_owned()], ..HttpConfig::default() };
    for (method, path) in routes(&data).await {
        for host in
            ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2", "[::2]"]
        {
            let refused = send(&data, &config, request(&method, &path, &[("host", host)])).await;
            assert_eq!(refused.status, StatusCode::MISDIRECTED_REQUEST, "{method} {path} for {host}");
        }
        for names in [&[][..], &[("host", "localhost"), ("host", "evil.example")], &[("host", "user@localhost")]] {
            let refused = send(&data, &config, request(&method, &path, names)).await;
            assert_eq!(refused.status, StatusCode::MISDIRECTED_REQUEST, "{method} {path} {names:?}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                assert_eq!(refused.headers[name], value, "{method} {path}");
            }
            assert!(refused.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
            assert_eq!(refused.headers["cache-control"], "no-store", "{method} {path}");
            let id = refused.headers["x-request-id"].to_str().unwrap();
            assert!(refused.body.contains(id), "{method} {path}: the number of the request is shown");
        }
        for host in
            ["localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080", "[::1]", "office.lan", "Office.LAN:80"]
        {
            let origin = format!("http://{host}");
            let accepted = send(&data, &config, request(&method, &path, &[("host", host), ("origin", &origin)])).await;
            assert_ne!(accepted.status, StatusCode::MISDIRECTED_REQUEST, "{method} {path} for {host}");
            assert_ne!(accepted.status, StatusCode::FORBIDDEN, "{method} {path} for {host}");
        }
    }
}

#[tokio::test]
async fn every_write_from_elsewhere_is_refused_on_pages_and_interface_alike() {
    let data = Data::demo().await;
    let config = HttpConfig { hosts: vec!["office.lan".to_owned()], ..HttpConfig::default() };
    let paths: std::collections::BTreeSet<String> = routes(&data).await.into_iter().map(|it| it.1).collect();
    for path in &paths {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for foreign in [
                &[("host", "localhost:8080"), ("origin", "http://evil.example")][..],
                &[("host", "localhost:8080"), ("origin", "http://localhost:9090")],
                &[("host", "localhost:8080"), ("origin", "null")],
                &[("host", "localhost:8080"), ("origin", "http://localhost:8080"), ("origin", "http://localhost:8080")],
                &[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")],
                &[("host", "localhost:8080"), ("sec-fetch-site", "same-site")],
                &[("host", "office.lan"), ("origin", "http://evil.example")],
                // A program must say where it comes from unless it runs on this machine.
                &[("host", "office.lan")],
            ] {
                let refused = send(&data, &config, request(&method, path, foreign)).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path} {foreign:?}");
            }
            for own in [
                &[("host", "localhost:8080")][..],
                &[("host", "localhost:8080"), ("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")],
                &[("host", "office.lan"), ("origin", "https://office.lan")],
            ] {
                let accepted = send(&data, &config, request(&method, path, own)).await;
                assert_ne!(accepted.status, StatusCode::FORBIDDEN, "{method} {path} {own:?}");
            }
        }
    }
}

#[tokio::test]
async fn only_static_files_may_be_kept_and_no_request_names_its_own_number() {
    let data = Data::demo().await;
    let config = HttpConfig::default();
    let named = [("host", "localhost"), ("x-request-id", "forged\u{9}line")];
    for (method, path) in routes(&data).await.into_iter().filter(|it| it.0 == Method::GET) {
        let reply = send(&data, &config, request(&method, &path, &named)).await;
        let is_static = ["/style.css", "/api/docs/", "/api/v1/openapi.json"].contains(&path.as_str());
        assert_eq!(reply.headers["cache-control"] == "no-store", !is_static, "{path}: {:?}", reply.headers["cache-control"]);
        assert!(!reply.headers["x-request-id"].to_str().unwrap().contains("forged"), "{path}");
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "cross-origin-resource-policy"] {
            assert!(reply.headers.contains_key(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let data = Data::demo().await;
    let config = HttpConfig { request_time: std::time::Duration::ZERO, ..HttpConfig::default() };
    let headers = [("host", "localhost"), ("content-type", "application/json")];
    let request = request(&Method::POST, "/api/v1/suggestions", &headers).map(|_| Body::new(Never));
    let reply = send(&data, &config, request).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.headers.contains_key("retry-after"));
}

/// A body that never arrives.
struct Never;

impl http_body::Body for Never {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

/// The captured log.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_line_of_the_log_carries_the_number_of_its_request() {
    let data = Data::demo().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::WARN);
    let _guard = tracing::subscriber::set_default(subscriber.with_writer(move || writer.clone()).finish());
    // Another test may have reached the same line of code first, with nobody listening.
    tracing::callsite::rebuild_interest_cache();
    // A closed ledger is an internal fault.
    data.app.close().await;
    let asked = request(&Method::GET, "/api/v1/admin/lexicon?secret=1", &[("host", "localhost")]);
    let reply = send(&data, &HttpConfig::default(), asked).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    let id = reply.headers["x-request-id"].to_str().unwrap();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!log.is_empty() && log.lines().all(|line| line.contains(id)), "{log}");
    assert!(!log.contains("secret"), "{log}");
    assert!(!reply.body.contains("ledger.db") && reply.body.contains(id), "{}", reply.body);
}
