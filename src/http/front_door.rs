//! The one middleware stack: every request, for the API or for a page, passes it from the first layer to the last.
//!
//! Its order, outermost first: request id, trace span, client, fixed headers, rendering of problems, panics, host, origin, time,
//! size of the body. A route itself states what it loosens (the size of an upload, the caching of a static file).

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use super::client;
use super::problem::{self, Kind, Problem};
use super::request_id::{REQUEST_ID, request_id};
use crate::config::HttpConfig;

/// Largest body of a request, in bytes.
pub(super) const MAX_BODY: usize = 1 << 20;
/// Largest body with an uploaded file, in bytes.
pub(super) const MAX_UPLOAD: usize = crate::ingest::MAX_FILE + MAX_BODY;

/// Allows nothing but this site's own style sheet and forms.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts `routes` behind the front door.
pub(super) fn guard(routes: Router, config: &HttpConfig) -> Router {
    let fixed = |name: HeaderName, value: &'static str| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let hosts: std::sync::Arc<[String]> = config.hosts.as_slice().into();
    let proxies: std::sync::Arc<[std::net::IpAddr]> = config.trusted_proxies.as_slice().into();
    // The layer that is added last is passed first.
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(config.request_time, within_time))
        .layer(from_fn(write_from_here))
        .layer(from_fn_with_state(hosts, addressed_to_us))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(from_fn(problem::render))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(fixed(CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(REFERRER_POLICY, "same-origin"))
        .layer(from_fn_with_state(proxies, client::identify))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // Ids are assigned here: an id from the request could forge log lines.
        .layer(map_request(|mut request: Request| async {
            request.headers_mut().remove(REQUEST_ID);
            request
        }))
}

/// Every log line of a request carries its id, whatever the log level. Query strings are left out because they may contain what
/// people typed.
fn span(request: &Request) -> tracing::Span {
    tracing::error_span!("request", id = request_id(request), method = %request.method(), path = request.uri().path())
}

/// Answers only requests that are addressed to this server by a name it knows. Otherwise a page on another site could point
/// its own name to this machine and read what only this machine may read (DNS rebinding).
async fn addressed_to_us(State(hosts): State<std::sync::Arc<[String]>>, request: Request, next: Next) -> Response {
    match host(request.headers(), request.uri()) {
        Some(host) if is_loopback(&host) || hosts.iter().any(|known| known.eq_ignore_ascii_case(host.host())) => {
            next.run(request).await
        }
        _ => {
            let detail = "这个地址不属于本服务；请用启动时显示的地址访问，或在启动时用 --host 登记域名";
            Problem::new(Kind::Misdirected, detail).into_response()
        }
    }
}

/// The host that a request names; `None` if it names none, more than one, or an invalid one.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    let mut named = headers.get_all(HOST).into_iter();
    let first = named.next();
    if named.next().is_some() {
        return None;
    }
    let stated = match first {
        Some(value) => Some(authority(value.to_str().ok()?)?),
        None => None,
    };
    // A request line that names a host must name the same one (RFC 9112 §3.2.2).
    match (uri.authority(), stated) {
        (Some(target), Some(stated)) => (*target == stated).then_some(stated),
        (Some(target), None) => Some(target.clone()),
        (None, stated) => stated,
    }
}

/// A host with an optional port, and nothing else.
fn authority(text: &str) -> Option<Authority> {
    text.parse().ok().filter(|_| !text.contains('@'))
}

fn is_loopback(host: &Authority) -> bool {
    let name = host.host();
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

/// Refuses writes that a page of another site makes a browser send. Browsers send the origin with every write. Programs do not,
/// and are trusted without one on this machine only.
async fn write_from_here(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_from_here(request.headers(), request.uri()) {
        return next.run(request).await;
    }
    let detail = "只接受本站页面发出的写入；程序请在本机调用，或带上与 Host 一致的 Origin 请求头";
    Problem::new(Kind::Forbidden, detail).into_response()
}

fn is_from_here(headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(host) = host(headers, uri) else { return false };
    let mut sites = headers.get_all("sec-fetch-site").into_iter();
    if !sites.all(|site| site == "same-origin" || site == "none") {
        return false;
    }
    let mut origins = headers.get_all(ORIGIN).into_iter();
    match (origins.next(), origins.next()) {
        (None, _) => is_loopback(&host),
        (Some(origin), None) => origin.to_str().ok().and_then(origin_host).is_some_and(|origin| origin == host),
        (Some(_), Some(_)) => false,
    }
}

/// The host of an origin: a scheme and a host, no path, and never `null`.
fn origin_host(origin: &str) -> Option<Authority> {
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))?;
    authority(host)
}

/// Gives up on a request that takes too long and drops its handler.
async fn within_time(State(time): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Kind::TimedOut, "处理超过了时限，已停止；请缩小请求后重试").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(entries: &[(&'static str, &'static str)]) -> HeaderMap {
        let entry = |&(name, value): &(&'static str, &'static str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        entries.iter().map(entry).fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        })
    }

    #[test]
    fn a_host_is_named_once_and_names_nothing_else() {
        let named = |entries| host(&headers(entries), &Uri::from_static("/")).map(|it| it.to_string());
        assert_eq!(named(&[("host", "localhost:8080")]).as_deref(), Some("localhost:8080"));
        assert_eq!(named(&[("host", "[::1]:8080")]).as_deref(), Some("[::1]:8080"));
        for refused in [
            &[][..],
            &[("host", "")],
            &[("host", "user@localhost")],
            &[("host", "localhost/x")],
            &[("host", "localhost"), ("host", "localhost")],
        ] {
            assert_eq!(named(refused), None, "{refused:?}");
        }
        let line = Uri::from_static("http://evil.example/");
        assert!(host(&headers(&[("host", "localhost")]), &line).is_none());
    }

    #[test]
    fn only_the_own_origin_may_write_and_programs_on_this_machine() {
        let accepts = |entries| is_from_here(&headers(entries), &Uri::from_static("/"));
        assert!(accepts(&[("host", "localhost:8080"), ("origin", "http://localhost:8080")]));
        assert!(accepts(&[("host", "office.lan"), ("origin", "https://office.lan")]));
        assert!(accepts(&[("host", "127.0.0.1:8080")]));
        for refused in [
            &[("host", "office.lan")][..],
            &[("host", "localhost:8080"), ("origin", "null")],
            &[("host", "localhost:8080"), ("origin", "")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8081")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080/")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080"), ("origin", "http://localhost:8080")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080, http://evil.example")],
            &[("host", "localhost:8080"), ("origin", "ftp://localhost:8080")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")],
        ] {
            assert!(!accepts(refused), "{refused:?}");
        }
    }
}
