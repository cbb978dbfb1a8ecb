//! One record that is handed in over HTTP is stored and part of all answers when the answer comes.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::api::{Response, get, send};
use crate::data::{Data, LOCAL};

async fn submit(data: &Data, path: &str, body: &str) -> Response {
    let request = Request::post(format!("/api/v1/{path}")).header(header::CONTENT_TYPE, "application/json");
    send(data, request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn suggested(data: &Data, question: Value) -> Vec<String> {
    let request = Request::post("/api/v1/suggestions").header(header::CONTENT_TYPE, "application/json");
    let answer = send(data, request.body(Body::from(question.to_string())).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let names = answer.body["suggestions"].as_array().unwrap().iter();
    names.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_handed_in_is_in_the_next_answer() {
    let data = Data::demo().await;
    let organization =
        json!({"id": "new", "name": "云南省德钦县净水慈善基金会", "home_region": "云南省德钦县", "sectors": ["WAT"]});
    let made = submit(&data, "organizations", &organization.to_string()).await;
    assert_eq!((made.status, &made.body["outcome"], &made.body["id"]), (StatusCode::CREATED, &json!("created"), &json!("new")));
    assert_eq!(made.body["snapshot"].as_str(), Some(data.app.catalog().version.to_string().as_str()));
    let need = json!({"id": "own", "title": "学校净水", "description": "德钦县12所学校安装净水设备，约需60万元"});
    let made = submit(&data, "needs", &need.to_string()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(get(&data, "/api/v1/needs/own").await.body["regions"][0]["name"], "云南省迪庆藏族自治州德钦县");
    let names = suggested(&data, json!({"need": "own", "top": 20})).await;
    assert!(names.iter().any(|name| name == "云南省德钦县净水慈善基金会"), "{names:?}");
    // A project of an organization that nobody knows makes a stub, which is suggested for the like.
    let project = json!({
        "id": "done", "title": "德钦县学校净水设备安装", "region": "云南省德钦县", "year": 2025, "participants": ["某某水务志愿服务队"],
    });
    let made = submit(&data, "projects", &project.to_string()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert!(made.body["warnings"][0]["reason"].as_str().unwrap().contains("建立空白组织"), "{}", made.body);
    let names = suggested(&data, json!({"need": "own", "top": 20})).await;
    assert!(names.iter().any(|name| name == "某某水务志愿服务队"), "{names:?}");
    let open = data.opportunities("new", None, false).unwrap();
    assert!(open.opportunities.iter().any(|it| it.need.as_str() == "own"));
    // The same answers from a process that opens the directory anew.
    let again = qianshou::app::App::open(data.app.dir(), false, qianshou::clock::Clock::Fixed(crate::data::TODAY)).await.unwrap();
    let ask = || qianshou::request::Ask { need: Some(qianshou::domain::NeedId::new("own")), ..qianshou::request::Ask::default() };
    let answer = again.suggest(LOCAL, &ask(), &qianshou::jobs::Cancellation::never()).unwrap();
    assert_eq!(answer, data.ask(&ask()));
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_what_is_not_stated_stays() {
    let data = Data::empty().await;
    let need = json!({"id": "n", "title": "学校净水", "region": "云南省德钦县", "amount_yuan": 600_000});
    submit(&data, "needs", &need.to_string()).await;
    let again = submit(&data, "needs", &need.to_string()).await;
    assert_eq!((again.status, &again.body["outcome"]), (StatusCode::OK, &json!("unchanged")));
    let more = submit(&data, "needs", &json!({"id": "n", "amount_yuan": 500_000}).to_string()).await;
    assert_eq!((more.status, &more.body["outcome"]), (StatusCode::OK, &json!("updated")), "{}", more.body);
    let stored = get(&data, "/api/v1/needs/n").await.body;
    assert_eq!((&stored["title"], &stored["amount"]["max_fen"]), (&json!("学校净水"), &json!(50_000_000)), "{stored}");
    let twin = json!({"title": "学校净水", "region": "云南省德钦县", "amount_yuan": 500_000});
    let twin = submit(&data, "needs", &twin.to_string()).await;
    assert_eq!((twin.status, &twin.body["similar"][0]["need"]), (StatusCode::CREATED, &json!("n")), "{}", twin.body);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_nothing_is_stored() {
    let data = Data::empty().await;
    for (path, body, status, says) in [
        ("needs", r#"{"title": "学校净水", "amount_yuan": "很多"}"#, StatusCode::UNPROCESSABLE_ENTITY, "amount"),
        ("needs", "{}", StatusCode::UNPROCESSABLE_ENTITY, "需求"),
        ("needs", "[]", StatusCode::UNPROCESSABLE_ENTITY, ""),
        ("needs", r#"{"title": "a"#, StatusCode::BAD_REQUEST, "JSON"),
        ("organizations", r#"{"budget_yuan": 1}"#, StatusCode::UNPROCESSABLE_ENTITY, "名称"),
        ("projects", r#"{"title": "净水", "year": "上个世纪"}"#, StatusCode::UNPROCESSABLE_ENTITY, "year"),
    ] {
        let refused = submit(&data, path, body).await;
        assert_eq!(refused.status, status, "{path} {body} {}", refused.body);
        assert!(refused.body.to_string().contains(says), "{path} {body} {}", refused.body);
    }
    assert_eq!(get(&data, "/api/v1/statistics").await.body["needs"], 0);
    let personal = json!({"id": "n", "title": "救助", "description": "张某某电话13800138000，需义肢一具"});
    submit(&data, "needs", &personal.to_string()).await;
    assert!(!get(&data, "/api/v1/needs/n").await.body.to_string().contains("13800138000"));
}
