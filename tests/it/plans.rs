//! Plans through the HTTP interface, in-process.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::api::{Response, form, get, send};
use crate::data::Data;

const PLANS: &str = "/api/v1/plans";

async fn order(data: &Data, body: impl Into<Body>) -> Response {
    let request = Request::post(PLANS).header(header::CONTENT_TYPE, "application/json");
    send(data, request.body(body.into()).unwrap()).await
}

/// The job once it has ended.
async fn ended(data: &Data, started: Response) -> Value {
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.body);
    let path = started.headers[header::LOCATION].to_str().unwrap();
    assert_eq!(path, format!("{PLANS}/{}", started.body["id"].as_str().unwrap()));
    loop {
        let job = get(data, path).await;
        assert_eq!((job.status, &job.body["id"]), (StatusCode::OK, &started.body["id"]));
        if job.body["status"] != "running" {
            return job.body;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_order_runs_in_the_background_and_can_be_stopped_at_any_time() {
    let data = Data::demo().await;
    let started = order(&data, json!({"needs": ["demo-n01"], "as_of": "明天", "max_partners": 3}).to_string()).await;
    assert!(started.body.get("plan").is_none() && started.body.get("progress").is_none());
    let path = format!("{PLANS}/{}", started.body["id"].as_str().unwrap());
    let job = ended(&data, started).await;
    assert_eq!(job["status"], "failed");
    assert!(job["error"].is_string() && job["field"].is_string() && job.get("plan").is_none(), "{job}");
    let stopped = send(&data, Request::delete(&path).body(Body::empty()).unwrap()).await;
    assert_eq!((stopped.status, stopped.body), (StatusCode::ACCEPTED, job));
}

#[tokio::test]
async fn an_order_becomes_a_plan_and_a_workbook() {
    let data = Data::demo().await;
    let started = order(&data, json!({"needs": ["demo-n01", "demo-n11"], "max_partners": 3}).to_string()).await;
    let path = format!("{PLANS}/{}", started.body["id"].as_str().unwrap());
    let job = ended(&data, started).await;
    assert_eq!(job["status"], "done", "{job}");
    let needs = job["plan"]["needs"].as_array().unwrap();
    assert_eq!((&needs[0]["need"], &needs[1]["proposed_yuan"]), (&json!("demo-n01"), &needs[1]["gap_yuan"]));
    let workbook = get(&data, &format!("{path}/plan.xlsx")).await;
    assert_eq!(workbook.status, StatusCode::OK);
    assert_eq!(workbook.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"plan.xlsx\"");
    // Planning goes on from there: the same plan is kept if nothing may change.
    let again = json!({"needs": ["demo-n01", "demo-n11"], "max_partners": 3, "keep": job["plan"], "max_changes": 0});
    let kept = ended(&data, order(&data, again.to_string()).await).await;
    assert_eq!(kept["plan"]["needs"], job["plan"]["needs"]);
    assert_eq!(kept["plan"]["summary"]["changes"]["count"], 0);
}

#[tokio::test]
async fn plans_that_are_not_there_are_problems() {
    let data = Data::empty().await;
    let path = format!("{PLANS}/77");
    for request in [Request::get(&path), Request::delete(&path)] {
        let response = send(&data, request.body(Body::empty()).unwrap()).await;
        assert_eq!((response.status, &response.body["instance"]), (StatusCode::NOT_FOUND, &json!(path)));
    }
    assert_eq!(get(&data, &format!("{path}/plan.xlsx")).await.status, StatusCode::NOT_FOUND);
    let foreign = Request::delete(&path).header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(send(&data, foreign).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn invalid_orders_name_the_field() {
    let data = Data::empty().await;
    let mut faults = serde_json::Map::new();
    let mut note = |name: &str, response: Response| {
        assert!(response.status.is_client_error(), "{name}: {}", response.status);
        assert_eq!(response.content_type, "application/problem+json; charset=utf-8", "{name}");
        let Response { body, .. } = response;
        faults.insert(name.to_owned(), json!([body["status"], body["detail"], body["errors"][0]["field"]]));
    };
    for (name, body) in [
        ("unknown field", json!({"limit": 3})),
        ("wrong type", json!({"max_partners": -1})),
        ("wrong type inside", json!({"pairs": [{"need": "n", "organization": "o", "rule": "perhaps"}]})),
        ("no amount", json!({"reserves": [{"for": "云南"}]})),
        ("no needs", json!({"needs": []})),
        ("needs of another type", json!({"needs": [7]})),
        ("no plan", json!({"keep": {"note": "草案"}})),
        ("no object", json!([])),
    ] {
        note(name, order(&data, body.to_string()).await);
    }
    note("invalid JSON", order(&data, "{\"spread\": true,").await);
    let plain = Request::post(PLANS).body(Body::from("{}")).unwrap();
    note("no JSON", send(&data, plain).await);
    let list = ("需求.csv", "编号,项目名称\nn1,净水\n");
    for (name, file, fields) in [
        ("form without a file", ("", ""), vec![]),
        ("form with another part", list, vec![("colour", "red")]),
        ("form with a broken file", ("需求.xlsx", "PK\u{3}\u{4} no workbook"), vec![]),
        ("form with needs", list, vec![("ask", "{\"needs\": [\"n1\"]}")]),
        ("form with an unknown field", list, vec![("ask", "{\"limit\": 3}")]),
    ] {
        note(name, send(&data, form(PLANS, file, &fields)).await);
    }
    insta::assert_json_snapshot!("plan_faults", faults);
}

#[tokio::test]
async fn large_earlier_plans_are_taken() {
    let data = Data::empty().await;
    let padded = |bytes: usize| [b"{}".to_vec(), vec![b' '; bytes]].concat();
    ended(&data, order(&data, padded(2 << 20)).await).await;
    let too_large = order(&data, padded(17 << 20)).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(too_large.body["detail"].as_str().unwrap().contains(&(16 << 20).to_string()));
}
