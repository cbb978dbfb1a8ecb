//! The HTTP interface, in-process. Snapshots are the contract with its callers.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use qianshou::config::HttpConfig;

use crate::data::Data;

pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) content_type: String,
    pub(crate) body: Value,
}

/// Sends a request as a program on this machine would.
pub(crate) async fn send(data: &Data, mut request: Request<Body>) -> Response {
    request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
    let router: Router = qianshou::http::router(data.app.clone(), &HttpConfig::default());
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let headers = response.headers().clone();
    let content_type = headers.get(header::CONTENT_TYPE).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    assert!(headers.contains_key("x-request-id"));
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Response { status, headers, content_type, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

pub(crate) async fn get(data: &Data, path: &str) -> Response {
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
    let data = Data::with(&crate::wire::lists_with_contacts()).await;
    for path in [
        "/api/v1/needs",
        "/api/v1/needs/n",
        "/api/v1/organizations",
        "/api/v1/organizations/o",
        "/api/v1/organizations/o/opportunities",
        "/api/v1/projects",
        "/api/v1/projects/p",
        "/api/v1/statistics",
        "/api/v1/openapi.json",
        "/",
        "/?need=n",
        "/?need=n&why=o",
        "/organizations/o",
        "/projects/p",
        "/imports",
    ] {
        crate::wire::shows_no_contact(path, &text(&data, Request::get(path).body(Body::empty()).unwrap()).await);
    }
    let asked = [
        ("/api/v1/suggestions", json!({"need": "n"})),
        ("/api/v1/suggestions", json!({"text": "学校净水", "region": "果洛州"})),
        ("/api/v1/suggestions/why-not", json!({"need": "n", "organization": "o"})),
    ];
    for (path, body) in asked {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        crate::wire::shows_no_contact(path, &text(&data, request.body(Body::from(body.to_string())).unwrap()).await);
    }
    for (name, list) in crate::wire::lists_with_contacts() {
        for dry_run in ["true", "false"] {
            let job = import(&data, (name, &list), &[("dry_run", dry_run)]).await;
            assert_eq!(job["status"], "done", "{job}");
            crate::wire::shows_no_contact(name, &job.to_string());
            let page = format!("/imports/{}", job["id"].as_str().unwrap());
            crate::wire::shows_no_contact(&page, &text(&data, Request::get(&page).body(Body::empty()).unwrap()).await);
        }
    }
    let order = Request::post("/api/v1/plans").header(header::CONTENT_TYPE, "application/json");
    let started = send(&data, order.body(Body::from("{}")).unwrap()).await.body;
    let plan = format!("/api/v1/plans/{}", started["id"].as_str().unwrap());
    let planned = loop {
        let job = get(&data, &plan).await.body;
        if job["status"] != "running" {
            break job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(planned["plan"]["needs"].as_array().unwrap().len(), 1, "{planned}");
    crate::wire::shows_no_contact(&plan, &planned.to_string());
}

/// The body of a successful answer, as it is sent.
async fn text(data: &Data, mut request: Request<Body>) -> String {
    request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
    let path = request.uri().to_string();
    let response = qianshou::http::router(data.app.clone(), &HttpConfig::default()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A form with one file and some fields.
pub(crate) fn form(path: &str, file: (&str, &str), fields: &[(&str, &str)]) -> Request<Body> {
    const MARK: &str = "a-mark-that-no-list-holds";
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--{MARK}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let (name, text) = file;
    body.push_str(&format!(
        "--{MARK}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n--{MARK}--\r\n"
    ));
    let request = Request::post(path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={MARK}"));
    request.body(Body::from(body)).unwrap()
}

/// Uploads a file and waits for the end of the import.
pub(crate) async fn import(data: &Data, file: (&str, &str), fields: &[(&str, &str)]) -> Value {
    let started = send(data, form("/api/v1/imports", file, fields)).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.body);
    let path = format!("/api/v1/imports/{}", started.body["id"].as_str().unwrap());
    loop {
        let job = get(data, &path).await.body;
        if job["status"] != "running" {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_list_is_handed_in_and_its_problems_come_back() {
    let data = Data::empty().await;
    let list = "编号,项目名称,需求地区,资金缺口(万元)\nn1,学校净水,果洛州,30\nn2,村医培训,假县,5\n";
    let checked = import(&data, ("需求.csv", list), &[("dry_run", "true")]).await;
    assert_eq!((&checked["status"], &checked["report"]["rejected"][0]["row"]), (&json!("done"), &json!(3)));
    assert_eq!(get(&data, "/api/v1/needs").await.body["total"], 0);
    let stored = import(&data, ("需求.csv", list), &[("partial", "true"), ("kind", "needs")]).await;
    assert_eq!(stored["report"]["files"][0]["created"], 1);
    assert_eq!(get(&data, "/api/v1/needs").await.body["total"], 1);
    let workbook = get(&data, &format!("/api/v1/imports/{}/errors.xlsx", stored["id"].as_str().unwrap())).await;
    assert_eq!(workbook.status, StatusCode::OK);
    assert!(workbook.content_type.ends_with("spreadsheetml.sheet"));

    let good = import(&data, ("needs.csv", "项目名称\n修路\n"), &[]).await;
    assert_eq!(good["has_error_workbook"], false);
    let missing = get(&data, &format!("/api/v1/imports/{}/errors.xlsx", good["id"].as_str().unwrap())).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let broken = import(&data, ("需求.xlsx", "PK\u{3}\u{4} no workbook"), &[]).await;
    assert_eq!(broken["status"], "failed");
    assert!(broken["error"].as_str().unwrap().contains("损坏或不完整"));
}

#[tokio::test]
async fn invalid_forms_are_problems_that_name_the_field() {
    let data = Data::empty().await;
    for (file, fields, field) in [
        (("", ""), vec![], "file"),
        (("needs.csv", "x"), vec![("kind", "things")], "kind"),
        (("needs.csv", "x"), vec![("partial", "perhaps")], "partial"),
        (("needs.csv", "x"), vec![("colour", "red")], "form"),
    ] {
        let response = send(&data, form("/api/v1/imports", file, &fields)).await;
        assert_eq!((response.status, &response.body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
    }
    let plain = Request::post("/api/v1/imports").body(Body::from("x")).unwrap();
    assert_eq!(send(&data, plain).await.status, StatusCode::BAD_REQUEST);
    let mut foreign = form("/api/v1/imports", ("needs.csv", "项目名称\n修路\n"), &[]);
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(send(&data, foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&data, "/api/v1/imports/77").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn templates_and_word_lists_are_served() {
    let data = Data::empty().await;
    for kind in ["organizations", "projects", "needs", "claims"] {
        let template = get(&data, &format!("/api/v1/templates/{kind}.xlsx")).await;
        assert_eq!(template.status, StatusCode::OK, "{kind}");
    }
    assert_eq!(get(&data, "/api/v1/templates/things.xlsx").await.status, StatusCode::NOT_FOUND);
    let lexicon = get(&data, "/api/v1/admin/lexicon").await.body;
    let set = |body: Value| {
        let request = Request::post("/api/v1/admin/lexicon").header(header::CONTENT_TYPE, "application/json");
        send(&data, request.body(Body::from(body.to_string())).unwrap())
    };
    let changed = set(json!({"synonyms": [["温暖包", "暖阳包裹"]]})).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.body["version"], lexicon["version"]);
    let refused = set(json!({"words": ["饮水 很多"]})).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("words")));
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
    assert_eq!((viewer.status, viewer.content_type.as_str()), (StatusCode::OK, "text/html; charset=utf-8"));
}

/// The examples of the description: addresses with those of the parameters, bodies with those of the fields.
fn examples(description: &Value) -> Vec<(String, String, Option<Value>)> {
    let (mut all, none) = (Vec::new(), Vec::new());
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let (mut address, mut query) = (path.clone(), Vec::new());
            for parameter in operation["parameters"].as_array().unwrap_or(&none) {
                let (name, example) = (parameter["name"].as_str().unwrap(), parameter["example"].as_str());
                match (parameter["in"] == "path", example) {
                    (true, example) => address = address.replace(&format!("{{{name}}}"), example.expect(path)),
                    (false, Some(example)) => query.push(encoded(name, example)),
                    (false, None) => {}
                }
            }
            if !query.is_empty() {
                address = format!("{address}?{}", query.join("&"));
            }
            let content = &operation["requestBody"]["content"]["application/json"];
            let body = content.is_object().then(|| {
                let shape = content["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                let fields = description["components"]["schemas"][shape]["properties"].as_object().into_iter().flatten();
                let examples = fields.filter_map(|(name, field)| Some((name.clone(), field["examples"].get(0)?.clone())));
                content.get("example").cloned().unwrap_or_else(|| Value::Object(examples.collect()))
            });
            all.push((method.clone(), address, body));
        }
    }
    all
}

fn encoded(name: &str, value: &str) -> String {
    let bytes = value.bytes().map(|it| format!("%{it:02X}")).collect::<String>();
    format!("{name}={bytes}")
}

#[tokio::test]
async fn the_examples_of_the_description_are_answered() {
    let data = Data::demo().await;
    let description = get(&data, "/api/v1/openapi.json").await.body;
    let mut answered = 0;
    for (method, address, body) in examples(&description) {
        // A job has an id that nobody can foresee, and forms are tested above.
        let is_form = method == "post" && body.is_none();
        if is_form || method == "delete" || address.contains("/plans/") || address.contains("/imports/") {
            continue;
        }
        let request = Request::builder().method(method.to_uppercase().as_str()).uri(&address);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let sent = body.as_ref().map_or_else(Body::empty, |it| Body::from(it.to_string()));
        let response = send(&data, request.body(sent).unwrap()).await;
        assert!(response.status.is_success(), "{method} {address} {body:?}: {} {}", response.status, response.body);
        answered += 1;
    }
    assert!(answered > 15, "{answered}");
}
