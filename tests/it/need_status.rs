//! A need is closed, withdrawn, reopened and deleted by a person, with the reason; what lists say about its state is read.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::api::{Response, get, send};
use crate::cli::Workdir;
use crate::data::{Data, lines};

fn records() -> [(&'static str, String); 3] {
    let need = |id: &str, title: &str| json!({"id": id, "title": title, "region": "云南省德钦县", "amount_yuan": 200_000, "sectors": ["MED"]});
    let needs = [need("n1", "药品"), need("n2", "救护车"), need("n3", "病床")];
    let organization = json!({"id": "o1", "name": "示例医疗基金会", "budget_yuan": 1_000_000});
    let claim = json!({"id": "c1", "need": "n3", "organization": "o1", "amount_yuan": 50_000, "at": "2026-05-01"});
    [("organizations.jsonl", lines(&[organization])), ("needs.jsonl", lines(&needs)), ("claims.jsonl", lines(&[claim]))]
}

async fn act(data: &Data, id: &str, body: Value) -> Response {
    let request = Request::post(format!("/api/v1/needs/{id}/status")).header(header::CONTENT_TYPE, "application/json");
    send(data, request.body(Body::from(body.to_string())).unwrap()).await
}

async fn ids(data: &Data, query: &str) -> Vec<String> {
    let page = get(data, &format!("/api/v1/needs{query}")).await.body;
    page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_deleted_need_is_in_no_list_and_no_answer_and_can_come_back() {
    let data = Data::with(&records()).await;
    let deleted = act(&data, "n1", json!({"action": "delete", "note": "重复录入"})).await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert_eq!((&deleted.body["from"], &deleted.body["need"]["status"]), (&json!("open"), &json!("deleted")));
    assert_eq!(ids(&data, "").await, ["n2", "n3"]);
    assert_eq!(ids(&data, "?status=deleted").await, ["n1"]);
    let gone = get(&data, "/api/v1/needs/n1").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let why = gone.body["detail"].as_str().unwrap();
    assert!(why.contains("已删除") && why.contains("重复录入"), "{why}");
    let ask = Request::post("/api/v1/suggestions").header(header::CONTENT_TYPE, "application/json");
    let asked = send(&data, ask.body(Body::from(json!({"need": "n1"}).to_string())).unwrap()).await;
    assert_eq!(asked.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&data, "/api/v1/statistics").await.body["needs"], 2);
    assert!(data.opportunities("o1", None, false).unwrap().opportunities.iter().all(|it| it.need.as_str() != "n1"));
    let back = act(&data, "n1", json!({"action": "reopen", "note": "不是重复"})).await;
    assert_eq!(back.body["need"]["status_change"]["from"], "deleted");
    assert_eq!(ids(&data, "?status=open").await, ["n1", "n2", "n3"]);
}

#[tokio::test]
async fn what_is_not_possible_is_refused_with_what_is() {
    let data = Data::with(&records()).await;
    for (id, body, status, says) in [
        ("n1", json!({"action": "reopen", "note": "x"}), StatusCode::CONFLICT, "待认领"),
        ("n1", json!({"action": "close"}), StatusCode::UNPROCESSABLE_ENTITY, "原因"),
        ("n1", json!({"action": "close", "note": "  "}), StatusCode::UNPROCESSABLE_ENTITY, "原因"),
        ("n1", json!({"action": "close", "note": "长".repeat(501)}), StatusCode::UNPROCESSABLE_ENTITY, "500"),
        ("n1", json!({"action": "burn", "note": "x"}), StatusCode::UNPROCESSABLE_ENTITY, "action"),
        ("n3", json!({"action": "delete", "note": "x"}), StatusCode::CONFLICT, "示例医疗基金会"),
        ("n9", json!({"action": "close", "note": "x"}), StatusCode::NOT_FOUND, "n9"),
    ] {
        let refused = act(&data, id, body.clone()).await;
        assert_eq!(refused.status, status, "{body} {}", refused.body);
        assert!(refused.body.to_string().contains(says), "{body} {}", refused.body);
    }
    assert_eq!(ids(&data, "?status=open").await, ["n1", "n2", "n3"], "nothing has changed");
    let withdrawn = act(&data, "n3", json!({"action": "withdraw", "note": "联系人李四13800138000说已解决"})).await;
    assert_eq!(withdrawn.body["claimants"], json!([{"organization": "o1", "name": "示例医疗基金会"}]), "they have to be told");
    let note = withdrawn.body["need"]["status_change"]["note"].as_str().unwrap();
    assert!(!note.contains("138"), "{note}");
}

#[test]
fn the_command_line_does_the_same() {
    let workdir = Workdir::new();
    for (name, text) in records() {
        workdir.file(name, text);
        assert_eq!(workdir.output(&["import", name]).status.code(), Some(0));
    }
    let runs = [
        &["need", "close", "n1", "--note", "已由县财政解决"][..],
        &["need", "close", "n1", "--note", "再关一次"],
        &["need", "reopen", "n1", "--note", "资金未到位"],
        &["need", "withdraw", "n3", "--note", "不再需要"],
        &["need", "delete", "n3", "--note", "录错"],
        &["need", "delete", "n2"],
        &["need", "withdraw", "n9", "--note", "x"],
    ];
    let shown: Vec<String> = runs.iter().map(|it| format!("$ {}\n{}", it.join(" "), workdir.run(it))).collect();
    insta::assert_snapshot!("need_status", shown.join("\n"));
    let list = workdir.run(&["plan", "--need", "n1", "n3"]);
    assert!(list.contains("状态是“已撤回”"), "{list}");
}

#[test]
fn the_state_column_of_a_list_is_read_as_offices_write_it() {
    let workdir = Workdir::new();
    workdir.file(
        "needs.csv",
        "项目名称,需求县,金额(万元),是否认领\n净水设备,德钦县,5,是\n图书角,德钦县,2,否\n药品,维西县,3,\n浴室,维西县,4,已签约\n路灯,德钦县,6,婉拒\n围墙,德钦县,7,撤销\n操场,德钦县,8,等通知\n",
    );
    let imported = workdir.run(&["import", "needs.csv"]);
    assert!(imported.contains("第6行") && imported.contains("仍待认领"), "{imported}");
    assert!(imported.contains("第8行") && imported.contains("看不懂的状态"), "{imported}");
    let plan = workdir.output(&["plan", "--open", "--unknown-budget", "1万", "--json"]);
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    let titles: Vec<&str> = plan["needs"].as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["图书角", "药品", "路灯", "操场"]);
}
