//! Requests that ask for too much, or that say what no honest program says.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use qianshou::app::App;
use qianshou::config::HttpConfig;
use qianshou::jobs::{Cancellation, Cancelled, PoolLimits};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::peer::{ATTACKER, HONEST, Running};
use crate::api;
use crate::data::Data;

async fn post(data: &Data, path: &str, content_type: &str, body: &str) -> api::Response {
    let request = Request::post(path).header(header::CONTENT_TYPE, content_type);
    api::send(data, request.body(Body::from(body.to_owned())).unwrap()).await
}

/// The limits that the description states for the texts of an object: name and length.
fn text_limits(schema: &Value, all: &Value) -> Vec<(String, usize)> {
    if let Some(name) = schema["$ref"].as_str() {
        return text_limits(&all["components"]["schemas"][name.rsplit('/').next().unwrap()], all);
    }
    // A record of a list has the fields and limits of a line; its description states none.
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.filter_map(|(name, field)| Some((name.clone(), text_limit(field, all)?))).collect()
}

/// The limit of a text that may be null or a number as well.
fn text_limit(field: &Value, all: &Value) -> Option<usize> {
    if let Some(name) = field["$ref"].as_str() {
        return text_limit(&all["components"]["schemas"][name.rsplit('/').next()?], all);
    }
    let own = field["maxLength"].as_u64().map(|it| it as usize);
    own.or_else(|| field["oneOf"].as_array()?.iter().find_map(|it| text_limit(it, all)))
}

#[tokio::test]
async fn every_text_of_a_body_or_a_query_has_a_limit_and_names_it() {
    let data = Data::demo().await;
    let all = api::get(&data, "/api/v1/openapi.json").await.body;
    let mut checked = 0;
    for (path, methods) in all["paths"].as_object().unwrap() {
        if let Some(schema) = methods["post"]["requestBody"]["content"]["application/json"].get("schema") {
            let limits = text_limits(schema, &all);
            for (name, most) in limits {
                let body = json!({&name: "字".repeat(most + 1)}).to_string();
                let refused = post(&data, path, "application/json", &body).await;
                assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {name}: {}", refused.body);
                assert_eq!(refused.body["errors"][0]["field"], name, "{path} {name}");
                assert!(refused.body["detail"].as_str().unwrap().contains(&format!("最多{most}字")), "{path}: {}", refused.body);
                checked += 1;
            }
        }
        for parameter in methods["get"]["parameters"].as_array().into_iter().flatten() {
            if parameter["schema"]["type"] == "string" {
                let most = parameter["schema"]["maxLength"].as_u64().unwrap_or_else(|| panic!("{path}: {parameter}")) as usize;
                let (name, long) = (parameter["name"].as_str().unwrap(), "x".repeat(most + 1));
                let asked = if parameter["in"] == "path" {
                    path.replace(&format!("{{{name}}}"), &long)
                } else {
                    format!("{}?{name}={long}", path.replace("{id}", "seed-o03"))
                };
                let refused = api::get(&data, &asked).await;
                assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {name}: {}", refused.body);
                assert!(refused.body["detail"].as_str().unwrap().contains(&format!("最多{most}字")), "{path}: {}", refused.body);
                checked += 1;
            }
        }
    }
    assert!(checked > 40, "{checked}");
}

#[tokio::test]
async fn no_fault_repeats_what_was_sent() {
    let data = Data::demo().await;
    let long = "县".repeat(1 << 18);
    for (body, content_type) in [
        (json!({"text": "净水", "region": long}).to_string(), "application/json"),
        (json!({"text": "净水", "sector": "县".repeat(64)}).to_string(), "application/json"),
        (json!({"need": "县".repeat(256)}).to_string(), "application/json"),
        (json!({long.as_str(): 1}).to_string(), "application/json"),
        (format!("{{\"amount\": {}}}", "9".repeat(300_000)), "application/json"),
        ("[".repeat(1 << 19), "application/json"),
        (long.clone(), "application/json"),
    ] {
        let refused = post(&data, "/api/v1/suggestions", content_type, &body).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert!(refused.body.to_string().chars().count() < 1000, "{}", refused.body);
    }
    let refused = api::get(&data, &format!("/api/v1/nothing/{}", "x".repeat(60_000))).await;
    assert!(refused.body.to_string().len() < 2000, "{}", refused.body);
}

#[tokio::test]
async fn a_body_is_one_object_of_json_in_utf_8() {
    let data = Data::demo().await;
    let body = json!({"text": "学校净水", "top": 1}).to_string();
    for accepted in ["application/json", "application/JSON; charset=UTF-8", "Application/Json;charset=\"utf-8\""] {
        assert_eq!(post(&data, "/api/v1/suggestions", accepted, &body).await.status, StatusCode::OK, "{accepted}");
    }
    for refused in ["text/plain", "application/json; charset=gbk", "application/jsonp", "application/json, text/plain", ""] {
        let refused = post(&data, "/api/v1/suggestions", refused, &body).await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let before = api::get(&data, "/api/v1/admin/lexicon").await.body;
    for invalid in
        ["[null, null, null]", "{\"words\": [\"水\"]} {}", "{\"words\": [], \"words\": [\"水\"]}", "{\"words\": \"水\"}"]
    {
        let refused = post(&data, "/api/v1/admin/lexicon", "application/json", invalid).await;
        assert!(refused.status.is_client_error(), "{invalid}");
    }
    assert_eq!(api::get(&data, "/api/v1/admin/lexicon").await.body, before);
}

/// A data directory whose pool takes on this much.
async fn limited(limits: PoolLimits) -> Data {
    let mut data = Data::demo().await;
    Arc::get_mut(&mut data.app).expect("nobody else has it yet").limit_computations(limits);
    data
}

/// Occupies a worker of the pool for `client` until the sender is dropped.
async fn occupy(app: &Arc<App>, client: [u8; 4]) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (release, released) = mpsc::channel::<()>();
    let (started, is_started) = oneshot::channel();
    let app = Arc::clone(app);
    let busy = tokio::spawn(async move {
        let work = move |_: &App, _: &Cancellation| {
            started.send(()).unwrap();
            let _ = released.recv();
            Ok(())
        };
        app.compute_long(IpAddr::from(client), work).await.unwrap();
    });
    is_started.await.unwrap();
    (release, busy)
}

#[tokio::test]
async fn one_client_has_a_bounded_number_of_computations_waiting() {
    let data = limited(PoolLimits { workers: 1, waiting_per_client: 1, ..PoolLimits::for_this_machine() }).await;
    let (release, busy) = occupy(&data.app, ATTACKER).await;
    let server = Running::start(qianshou::http::router(data.app.clone(), &HttpConfig::default()), &HttpConfig::default()).await;
    let ask = || Box::pin(server.get(ATTACKER, "/api/v1/statistics"));
    let (mut one, mut other) = (ask(), ask());
    // One of the two finds the place taken. The other one waits until the worker is free.
    let (refused, waiting) = tokio::select! {
        refused = &mut one => (refused, other),
        refused = &mut other => (refused, one),
    };
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("\r\nretry-after: 2\r\n"), "{refused}");
    let honest = server.get(HONEST, "/api/v1/statistics");
    let release = async { drop(release) };
    let (waited, served, ()) = tokio::join!(waiting, honest, release);
    assert!(waited.starts_with("HTTP/1.1 200") && served.starts_with("HTTP/1.1 200"), "{waited} {served}");
    busy.await.unwrap();
}

#[tokio::test]
async fn long_computations_have_a_budget_for_each_client() {
    let data = limited(PoolLimits { long_budget: Duration::ZERO, ..PoolLimits::for_this_machine() }).await;
    let refused = api::get(&data, "/api/v1/organizations/seed-o03/opportunities").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.body);
    assert_eq!(refused.headers["retry-after"], "30");
    assert_eq!(api::get(&data, "/api/v1/statistics").await.status, StatusCode::OK, "short ones have none");
}

#[tokio::test]
async fn a_client_that_leaves_frees_its_worker() {
    let data = limited(PoolLimits { workers: 1, ..PoolLimits::for_this_machine() }).await;
    let (started, mut is_started) = tokio::sync::mpsc::unbounded_channel();
    let (ended, mut is_ended) = tokio::sync::mpsc::unbounded_channel();
    let app = data.app.clone();
    let endless = move || {
        let (app, started, ended) = (app.clone(), started.clone(), ended.clone());
        async move {
            let work = move |_: &App, cancellation: &Cancellation| {
                started.send(()).unwrap();
                while cancellation.check().is_ok() {
                    std::thread::yield_now();
                }
                ended.send(cancellation.check()).unwrap();
                Ok(())
            };
            app.compute(IpAddr::from(ATTACKER), work).await.map_or("failed", |()| "done")
        }
    };
    let server = Running::start(Router::new().route("/", get(endless)), &HttpConfig::default()).await;
    let mut peer = server.connect(ATTACKER).await;
    peer.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    is_started.recv().await.unwrap();
    drop(peer);
    assert_eq!(is_ended.recv().await.unwrap(), Err(Cancelled::Abandoned));
    assert!(data.app.compute(IpAddr::from(HONEST), |app, _| Ok(app.today())).await.is_ok());
}

#[tokio::test]
async fn a_computation_that_takes_too_long_ends_with_a_clean_error() {
    let data = limited(PoolLimits { time: Duration::ZERO, ..PoolLimits::for_this_machine() }).await;
    let ask = json!({"text": "学校净水"}).to_string();
    let why = json!({"text": "学校净水", "organization": "seed-o03"}).to_string();
    let list = api::get(&data, "/api/v1/needs?q=水").await;
    for late in [
        list,
        api::get(&data, "/api/v1/statistics").await,
        api::get(&data, "/api/v1/organizations/seed-o03/opportunities").await,
        post(&data, "/api/v1/suggestions", "application/json", &ask).await,
        post(&data, "/api/v1/suggestions/why-not", "application/json", &why).await,
    ] {
        assert_eq!(late.status, StatusCode::SERVICE_UNAVAILABLE, "{}", late.body);
        assert_eq!(late.body["title"], "处理超时");
        assert!(late.headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn the_page_of_an_organization_does_not_wait_for_its_needs() {
    let data = limited(PoolLimits::for_this_machine()).await;
    let (release, busy) = occupy(&data.app, ATTACKER).await;
    let router = qianshou::http::router(data.app.clone(), &HttpConfig::default());
    let server = Running::start(router, &HttpConfig::default()).await;
    let page = server.get(HONEST, "/organizations/seed-o03").await;
    assert!(page.contains("上海复星公益基金会") && page.contains("还在计算"), "{page}");
    assert!(page.contains("href=\"/organizations/seed-o03\""), "it can be asked for again");
    drop(release);
    busy.await.unwrap();
    // The computation that the page started goes on; this question waits for it.
    let found = api::get(&data, "/api/v1/organizations/seed-o03/opportunities").await;
    let first = found.body["opportunities"][0]["title"].as_str().unwrap();
    let page = server.get(HONEST, "/organizations/seed-o03").await;
    assert!(page.contains(first) && !page.contains("还在计算"), "{page}");
}

#[tokio::test]
async fn hidden_marks_of_stored_names_are_not_on_a_page() {
    let name = "示例\u{202e}会金基\u{200b}善慈";
    let list = format!("{}\n", json!({"id": "o", "name": name, "aliases": ["\u{1b}[31m红"]}));
    let data = Data::with(&[("organizations.jsonl", list)]).await;
    let router = qianshou::http::router(data.app.clone(), &HttpConfig::default());
    let server = Running::start(router, &HttpConfig::default()).await;
    for path in ["/organizations/o", "/organizations/%E2%80%AE", "/?text=%E2%80%AE%1B%5B31m%E5%87%80%E6%B0%B4"] {
        let page = server.get(HONEST, path).await;
        assert!(page.contains("<html"), "{page}");
        assert!(!page.chars().any(|c| matches!(c, '\u{202e}' | '\u{200b}' | '\u{1b}')), "{path}: {page}");
    }
}
