//! The HTTP interface, in-process. Snapshots are the contract with its callers.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::data::Data;

struct Response {
    status: StatusCode,
    content_type: String,
    body: Value,
}

async fn send(data: &Data, request: Request<Body>) -> Response {
    let router: Router = qianshou::api::router(data.engine.clone());
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    assert!(response.headers().contains_key("x-request-id"));
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Response { status, content_type, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

async fn get(data: &Data, path: &str) -> Response {
    send(data, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(data: &Data, body: impl Into<Body>) -> Response {
    let request = Request::post("/api/v1/suggestions").header(header::CONTENT_TYPE, "application/json");
    send(data, request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn suggestions_keep_their_shape() {
    let data = Data::demo().await;
    let ask = json!({
        "text": "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力", "region": "迪庆", "amount": 3_350_000,
        "as_of": "2019-07-01", "top": 2,
    });
    let response = post(&data, ask.to_string()).await;
    assert_eq!(response.status, StatusCode::OK);
    insta::assert_json_snapshot!("suggestions", response.body);
}

#[tokio::test]
async fn a_stored_need_can_be_asked_about() {
    let data = Data::demo().await;
    let response = post(&data, json!({"need": "demo-n01", "top": 3, "explain": false}).to_string()).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.body["suggestions"].as_array().unwrap().len(), 3);
    assert!(response.body["suggestions"][0].get("parts").is_none());
}

#[tokio::test]
async fn faults_are_problems_that_name_the_field() {
    let data = Data::demo().await;
    let long = "学校饮水".repeat(9000);
    let bodies = [
        ("empty text", json!({"text": " "}).to_string()),
        ("no text", json!({}).to_string()),
        ("text of 100 kB", json!({"text": long}).to_string()),
        ("text without characters", json!({"text": "\u{200b}\u{feff}"}).to_string()),
        ("text and need", json!({"text": "净水", "need": "demo-n01"}).to_string()),
        ("unknown need", json!({"need": "nobody"}).to_string()),
        ("unknown region", json!({"text": "净水", "region": "假县"}).to_string()),
        ("ambiguous region", json!({"text": "净水", "region": "海南"}).to_string()),
        ("unknown sector", json!({"text": "净水", "sector": "炒股"}).to_string()),
        ("unreadable amount", json!({"text": "净水", "amount": "很多"}).to_string()),
        ("negative amount", json!({"text": "净水", "amount": -1}).to_string()),
        ("unreadable day", json!({"text": "净水", "as_of": "明天"}).to_string()),
        ("no suggestions", json!({"text": "净水", "top": 0}).to_string()),
        ("unknown field", json!({"text": "净水", "limit": 3}).to_string()),
        ("wrong type", json!({"text": 7}).to_string()),
        ("invalid JSON", "{\"text\": \"净水\",".to_owned()),
        ("no object", "[]".to_owned()),
    ];
    let mut faults = serde_json::Map::new();
    for (name, body) in bodies {
        let response = post(&data, body).await;
        assert!(response.status.is_client_error(), "{name}: {}", response.status);
        assert_eq!(response.content_type, "application/problem+json; charset=utf-8", "{name}");
        assert_eq!(response.body["status"], response.status.as_u16(), "{name}");
        faults.insert(
            name.to_owned(),
            json!([
                response.body["status"],
                response.body["title"],
                response.body["detail"],
                response.body["errors"][0]["field"]
            ]),
        );
    }
    insta::assert_json_snapshot!("faults", faults);
}

#[tokio::test]
async fn requests_of_another_kind_are_problems_too() {
    let data = Data::demo().await;
    let plain = Request::post("/api/v1/suggestions").body(Body::from("{}")).unwrap();
    assert_eq!(send(&data, plain).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(post(&data, vec![b' '; 2 << 20]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let not_utf8 = post(&data, b"{\"text\": \"\xd0\xe8\xc7\xf3\"}".to_vec()).await;
    assert_eq!(not_utf8.status, StatusCode::BAD_REQUEST);
    for (path, status) in [
        ("/api/v1/nothing", StatusCode::NOT_FOUND),
        ("/api/v1/suggestions", StatusCode::METHOD_NOT_ALLOWED),
        ("/api/v1/needs/nobody", StatusCode::NOT_FOUND),
        ("/api/v1/needs/%FF", StatusCode::BAD_REQUEST),
        ("/api/v1/organizations/nobody/opportunities", StatusCode::NOT_FOUND),
        ("/api/v1/needs?page=0", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/needs?per_page=100000", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/needs?sort=colour", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/needs?colour=red", StatusCode::BAD_REQUEST),
    ] {
        let response = get(&data, path).await;
        assert_eq!(response.status, status, "{path}");
        let instance = path.split('?').next().unwrap();
        assert_eq!(response.body["instance"], instance, "{path}");
        assert!(response.body["detail"].as_str().is_some_and(|it| !it.is_empty()), "{path}");
    }
}

#[tokio::test]
async fn lists_filter_sort_and_page_alike() {
    let data = Data::demo().await;
    for list in ["needs", "organizations", "projects"] {
        let all = get(&data, &format!("/api/v1/{list}?per_page=7&sort=id")).await.body;
        let total = all["total"].as_u64().unwrap();
        let mut ids = Vec::new();
        for page in 1..=total.div_ceil(7) {
            let page = get(&data, &format!("/api/v1/{list}?per_page=7&sort=id&page={page}")).await.body;
            ids.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        }
        assert_eq!(ids.len() as u64, total, "{list}");
        assert!(ids.is_sorted_by(|a, b| a < b), "{list}");
        let turned = get(&data, &format!("/api/v1/{list}?per_page=7&sort=-id")).await.body;
        assert_eq!(turned["items"][0]["id"], *ids.last().unwrap(), "{list}");
    }
    // 云南, percent-encoded
    let yunnan = get(&data, "/api/v1/needs?status=open&region=%E4%BA%91%E5%8D%97&per_page=200").await.body;
    let items = yunnan["items"].as_array().unwrap();
    assert!(!items.is_empty());
    assert!(items.iter().all(|it| it["regions"].to_string().contains("云南省") && it["status"] == "open"));
    let water = get(&data, "/api/v1/projects?sector=WAT&per_page=200").await.body;
    assert!(water["total"].as_u64().unwrap() > 0);
    assert!(water["items"].as_array().unwrap().iter().all(|it| it["sectors"].to_string().contains("\"WAT")));
}

#[tokio::test]
async fn contacts_never_leave() {
    let need = json!({"id": "n", "title": "学校净水", "region": "果洛州", "contact": {"name": "张某", "phone": "13800005678"}});
    let organization = json!({"id": "o", "name": "甲基金会", "contact": {"phone": "13900001234"}});
    let data = Data::with(&[("organizations.jsonl", organization.to_string()), ("needs.jsonl", need.to_string())]).await;
    for path in [
        "/api/v1/needs",
        "/api/v1/needs/n",
        "/api/v1/organizations",
        "/api/v1/organizations/o",
        "/api/v1/organizations/o/opportunities",
    ] {
        let response = get(&data, path).await;
        assert_eq!(response.status, StatusCode::OK, "{path}");
        let shown = response.body.to_string();
        assert!(!shown.contains("1380000") && !shown.contains("1390000") && !shown.contains("张某"), "{path}");
    }
    let asked = post(&data, json!({"need": "n"}).to_string()).await.body.to_string();
    assert!(!asked.contains("1380000"));
}

#[tokio::test]
async fn statistics_and_health_tell_the_state() {
    let data = Data::demo().await;
    assert_eq!(get(&data, "/healthz").await.body["status"], "ok");
    assert_eq!(get(&data, "/readyz").await.body["status"], "ready");
    insta::assert_json_snapshot!("statistics", get(&data, "/api/v1/statistics").await.body);
}

#[tokio::test]
async fn the_description_covers_every_route() {
    let data = Data::demo().await;
    let description = get(&data, "/api/v1/openapi.json").await.body;
    let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
    insta::assert_debug_snapshot!("openapi_paths", paths);
    let viewer = send(&data, Request::get("/api/docs/").body(Body::empty()).unwrap()).await;
    assert_eq!((viewer.status, viewer.content_type.as_str()), (StatusCode::OK, "text/html"));
}
