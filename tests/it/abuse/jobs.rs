//! Jobs that want to fill the queue, the disk or the ledger: refused with what to do, while others get their turn.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use qianshou::app::{App, ImportJob, ImportOrder, JobState, Reading};
use qianshou::clock::Clock;
use qianshou::ingest::{InputFile, Mapping};
use qianshou::store::{JobKind, JobStore, NewJob, QueueLimits};
use serde_json::json;

use crate::api::{form, get, send};
use crate::data::{Data, LOCAL, TODAY, needs_of};

/// A file as an upload leaves it.
fn order(app: &App, name: &str, text: &str) -> ImportOrder {
    use std::io::{Seek as _, Write as _};
    let mut file = app.spool().file().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    ImportOrder {
        name: name.to_owned(),
        file,
        kind: None,
        partial: false,
        dry_run: false,
        hidden: false,
        mapping: Mapping::default(),
        same: Vec::new(),
    }
}

async fn ended(app: &App, id: &str) -> ImportJob {
    loop {
        let job = app.import_job(LOCAL, id).await.unwrap().unwrap();
        if job.state.is_ended() {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

/// A list of this many needs.
fn needs(count: usize) -> String {
    let rows = (0..count).map(|n| format!("n{n},净水{n},德钦县\n"));
    "编号,项目名称,需求地区\n".to_owned() + &rows.collect::<String>()
}

/// Jobs that another server on the same data directory has accepted and not begun.
async fn waiting(data: &Data, kind: JobKind, owner: &str, count: usize) -> JobStore {
    let store = JobStore::open(&data.dir.path().join("data"), Timestamp::UNIX_EPOCH).await.unwrap();
    let limits = QueueLimits { waiting: 1_000, waiting_per_owner: 1_000 };
    for n in 0..count {
        let id = format!("{}-{owner}-{n}", kind.name());
        let (created_at, expires_at) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        store.create(&NewJob { id: &id, kind, label: "", owner, created_at, expires_at }, &limits).await.unwrap();
    }
    store
}

#[tokio::test]
async fn a_client_that_has_enough_waiting_is_told_so_and_others_are_served() {
    let data = Data::empty().await;
    for (kind, path) in [(JobKind::Import, "/api/v1/imports"), (JobKind::Plan, "/api/v1/plans")] {
        let _waiting = waiting(&data, kind, "127.0.0.1", 4).await;
        let refused = send(&data, form(path, ("需求.csv", "编号,项目名称\nx,修路\n"), &[])).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(refused.headers.contains_key(header::RETRY_AFTER));
        assert!(refused.body["detail"].as_str().unwrap().contains("4项"), "{}", refused.body);
    }
    let app = &data.app;
    let other = app.start_import(LOCAL, "10.0.0.1", order(app, "需求.csv", "编号,项目名称\nx,修路\n")).await.unwrap();
    assert_eq!(ended(app, &other.id).await.state, JobState::Done);
}

#[tokio::test]
async fn a_full_queue_is_a_problem_that_says_when_to_try_again() {
    let data = Data::empty().await;
    for (kind, path) in [(JobKind::Import, "/api/v1/imports"), (JobKind::Plan, "/api/v1/plans")] {
        let _waiting = waiting(&data, kind, "10.0.0.1", 20).await;
        let refused = send(&data, form(path, ("需求.csv", "编号,项目名称\nx,修路\n"), &[])).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(refused.headers.contains_key(header::RETRY_AFTER));
        assert!(refused.body["detail"].as_str().unwrap().contains("等候"), "{}", refused.body);
    }
}

#[tokio::test]
async fn an_import_that_is_cancelled_has_stored_nothing() {
    let data = Data::empty().await;
    let file = InputFile::from_bytes(std::path::Path::new("需求.csv"), needs(10).as_bytes(), None).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let reading = Reading { stop: Some(&stop), ..Reading::default() };
    let mut import = data.app.begin_import(LOCAL, None, reading).unwrap();
    let read = import.read(&file, &|_| {}).unwrap();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(import.write(read, &|_| {}).await.unwrap_err().code, qianshou::error::Code::Cancelled);
    assert_eq!(import.read(&file, &|_| {}).err().unwrap().code, qianshou::error::Code::Cancelled);
    drop(import);
    assert!(needs_of(&data.app.catalog()).is_empty() && !data.app.refresh().await.unwrap());

    // One that waits ends at once, one that is over stays as it is.
    let app = &data.app;
    let first = app.start_import(LOCAL, "a", order(app, "需求.csv", &needs(3_000))).await.unwrap();
    let second = app.start_import(LOCAL, "a", order(app, "需求.csv", "编号,项目名称\nx,修路\n")).await.unwrap();
    let second = app.cancel_import(LOCAL, &second.id).await.unwrap().unwrap();
    assert_eq!((second.state, second.error.as_deref()), (JobState::Cancelled, Some("导入在开始前已取消，没有写入")));
    app.cancel_import(LOCAL, &first.id).await.unwrap();
    let first = ended(app, &first.id).await;
    let stored = needs_of(&app.catalog()).len();
    assert_eq!(stored, if first.state == JobState::Done { 3_000 } else { 0 }, "whole or not at all");
    assert_eq!(app.cancel_import(LOCAL, &first.id).await.unwrap().unwrap().state, first.state);
    let gone = send(&data, Request::delete("/api/v1/imports/77").body(Body::empty()).unwrap()).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_report_is_paged_and_forgotten_after_a_day() {
    let data = Data::empty().await;
    let list = "项目名称,需求地区\n".to_owned() + &"修路,假县\n".repeat(450);
    let started = send(&data, form("/api/v1/imports", ("需求.csv", &list), &[("dry_run", "true")])).await;
    let id = started.body["id"].as_str().unwrap().to_owned();
    ended(&data.app, &id).await;
    let path = format!("/api/v1/imports/{id}");
    let job = get(&data, &path).await.body;
    assert_eq!(job["report"]["totals"], json!({"rejected": 450, "warnings": 0, "skipped": 0}));
    assert_eq!((job["report"]["rejected"].as_array().unwrap().len(), &job["state"]), (200, &json!("done")));
    let mut rows = Vec::new();
    for page in 1..=5 {
        let issues = get(&data, &format!("{path}/issues?kind=rejected&page={page}&per_page=100")).await.body;
        assert_eq!((&issues["total"], &issues["page"]), (&json!(450), &json!(page)));
        rows.extend(issues["items"].as_array().unwrap().iter().map(|it| it["row"].as_u64().unwrap()));
    }
    assert_eq!(rows, (2..452).collect::<Vec<_>>());
    for (query, status) in [
        ("kind=warnings", StatusCode::OK),
        ("page=1000000", StatusCode::OK),
        ("kind=all", StatusCode::UNPROCESSABLE_ENTITY),
        ("page=0", StatusCode::UNPROCESSABLE_ENTITY),
        ("per_page=201", StatusCode::UNPROCESSABLE_ENTITY),
        ("colour=red", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(get(&data, &format!("{path}/issues?{query}")).await.status, status, "{query}");
    }
    assert_eq!(get(&data, "/api/v1/imports/77/issues").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&data, &format!("{path}/errors.xlsx")).await.status, StatusCode::OK);
    data.app.close().await;
    let dir = data.dir.path().join("data");
    let after = async |days: i8| {
        let day = TODAY.checked_add(jiff::Span::new().days(days)).unwrap();
        Arc::new(App::open(&dir, false, Clock::Fixed(day)).await.unwrap())
    };
    let kept = after(0).await;
    assert_eq!(kept.import_job(LOCAL, &id).await.unwrap().unwrap().state, JobState::Done);
    kept.close().await;
    let late = after(1).await;
    assert!(late.import_job(LOCAL, &id).await.unwrap().is_none());
    assert!(late.import_errors(LOCAL, &id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_name_of_a_megabyte_is_stored_as_a_name() {
    let data = Data::empty().await;
    let name = format!("{}\u{202e}.csv", "名".repeat(300_000));
    let started = send(&data, form("/api/v1/imports", (&name, &needs(500)), &[])).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.body);
    assert_eq!(started.body["file"].as_str().unwrap().chars().count(), 255);
    assert!(started.body["file"].as_str().unwrap().ends_with(".csv"));
    ended(&data.app, started.body["id"].as_str().unwrap()).await;
    assert_eq!(needs_of(&data.app.catalog()).len(), 500);
    data.app.close().await;
    let ledger = std::fs::metadata(data.dir.path().join("data/ledger.db")).unwrap().len();
    assert!(ledger < 3 << 20, "{ledger} bytes");
}

#[tokio::test]
async fn forms_are_bounded_and_uploads_leave_nothing_behind() {
    let data = Data::empty().await;
    let long = "x".repeat(300);
    for (fields, field) in
        [(vec![("kind", long.as_str())], "kind"), (vec![("dry_run", "perhaps")], "dry_run"), (vec![(long.as_str(), "x")], "form")]
    {
        let refused = send(&data, form("/api/v1/imports", ("x.csv", "项目名称\n修路\n"), &fields)).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
        assert!(refused.body.to_string().len() < 2_000);
    }
    let many = vec![("kind", ""); 60];
    let refused = send(&data, form("/api/v1/imports", ("x.csv", "项目名称\n修路\n"), &many)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let too_large = "x".repeat((64 << 20) + 1);
    let refused = send(&data, form("/api/v1/imports", ("x.csv", &too_large), &[])).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let needs: Vec<String> = (0..10_001).map(|n| n.to_string()).collect();
    let plan = Request::post("/api/v1/plans").header(header::CONTENT_TYPE, "application/json");
    let refused = send(&data, plan.body(Body::from(json!({"needs": needs}).to_string())).unwrap()).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("needs")));
    let list = "编号,项目名称\n".to_owned() + &(0..10_001).map(|n| format!("n{n},修路{n}\n")).collect::<String>();
    let refused = send(&data, form("/api/v1/plans", ("需求.csv", &list), &[])).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("file")));
    assert_eq!(std::fs::read_dir(data.app.spool().dir().unwrap()).unwrap().count(), 0, "temporary files have no name");
}

#[tokio::test]
async fn a_client_uploads_so_much_at_once_and_no_more() {
    let data = Data::empty().await;
    let places: Vec<_> = (0..4).map(|_| data.app.background().upload_place("127.0.0.1").unwrap()).collect();
    let refused = send(&data, form("/api/v1/imports", ("x.csv", "项目名称\n修路\n"), &[])).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    drop(places);
    let _others: Vec<_> = (0..16).map(|n| data.app.background().upload_place(&format!("10.0.0.{}", n / 4)).unwrap()).collect();
    let refused = send(&data, form("/api/v1/imports", ("x.csv", "项目名称\n修路\n"), &[])).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
}
