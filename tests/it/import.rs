//! What an import promises: the same again changes nothing, everything is logged, nothing is half there.

use qianshou::engine::{Clock, Engine, open_files};
use serde_json::json;

use crate::data::{Data, TODAY, fixtures};

#[tokio::test]
async fn importing_the_same_again_changes_nothing() {
    let data = Data::demo().await;
    let through = data.engine.catalog().through;
    let report = data.engine.import(None, &open_files(&[fixtures()], None).unwrap(), false, &|_| {}).await.unwrap();
    assert!(report.files.iter().all(|file| file.created == 0 && file.updated == 0 && file.unchanged > 0));
    assert_eq!(data.engine.catalog().through, through);
}

#[tokio::test]
async fn every_change_is_in_the_log_and_the_log_is_append_only() {
    let data = Data::with(&[("organizations.jsonl", json!({"id": "a", "name": "甲基金会"}).to_string())]).await;
    let renamed = data.file("organizations.jsonl", &json!({"id": "a", "name": "乙基金会"}).to_string());
    data.engine.import(None, &open_files(&[renamed], None).unwrap(), false, &|_| {}).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.engine.dir().join("ledger.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let log: Vec<(String, String, String)> =
        sqlx::query_as("SELECT action, id, body ->> '$.name' FROM changes ORDER BY seq").fetch_all(&pool).await.unwrap();
    let expected = [("create", "甲基金会"), ("update", "乙基金会")];
    assert_eq!(log.iter().map(|it| (it.0.as_str(), it.2.as_str())).collect::<Vec<_>>(), expected);
    assert!(sqlx::query("UPDATE changes SET id = 'b'").execute(&pool).await.is_err());
    assert!(sqlx::query("DELETE FROM changes").execute(&pool).await.is_err());
}

#[tokio::test]
async fn an_unknown_participant_becomes_a_stub_with_a_warning() {
    let data = Data::empty().await;
    let project = json!({"id": "p", "title": "学校净水", "participants": [{"organization": "新来的基金会"}], "year": 2020});
    let path = data.file("projects.jsonl", &project.to_string());
    let report = data.engine.import(None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!(report.rejected, []);
    assert!(report.warnings[0].reason.contains("新来的基金会"));
    let catalog = data.engine.catalog();
    assert!(catalog.organizations[0].stub);

    let full =
        data.file("organizations.jsonl", &json!({"id": "X1", "name": "新来的基金会", "home_region": "上海市"}).to_string());
    data.engine.import(None, &open_files(&[full], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!(data.engine.catalog().organizations.len(), 2, "another id is another organization");
}

#[tokio::test]
async fn a_claim_of_nothing_is_rejected_with_its_row() {
    let data = Data::with(&[("organizations.jsonl", json!({"id": "a", "name": "甲基金会"}).to_string())]).await;
    let claims = data.file("claims.jsonl", &json!({"need": "nothing", "organization": "a"}).to_string());
    let report = data.engine.import(None, &open_files(&[claims], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!((report.rejected.len(), report.rejected[0].row), (1, 1));
    assert!(!report.files[0].stored);
    assert!(data.engine.catalog().claims.is_empty());
}

#[tokio::test]
async fn a_taxonomy_of_ones_own_replaces_the_embedded_one_for_good() {
    let data = Data::empty().await;
    let taxonomy = json!({"sectors": [{"code": "法学", "zh": "法学", "triggers": []}, {"code": "0", "zh": "0"}]}).to_string();
    let projects = [
        json!({"id": "p1", "title": "劳动法研究", "participants": ["甲大学"], "sectors": ["法学"], "year": 2014}),
        json!({"id": "p2", "title": "无类", "participants": ["乙大学"], "sectors": ["炼金术"], "year": 2014}),
    ];
    let path = data.file("projects.jsonl", &format!("{}\n{}\n", projects[0], projects[1]));
    let report = data.engine.import(Some(&taxonomy), &open_files(&[path], None).unwrap(), true, &|_| {}).await.unwrap();
    assert_eq!((report.rejected.len(), report.rejected[0].row), (1, 2));
    assert!(report.rejected[0].reason.contains("炼金术"));
    let again = Engine::open(data.engine.dir(), false, Clock::Fixed(TODAY)).await.unwrap();
    assert_eq!(again.reader().sectors(), [("法学".to_owned(), "法学".to_owned()), ("0".to_owned(), "0".to_owned())]);
    assert_eq!(again.catalog().projects.len(), 1);
}

#[tokio::test]
async fn another_process_sees_what_was_imported() {
    let data = Data::demo().await;
    let other = Engine::open(data.engine.dir(), false, Clock::Fixed(TODAY)).await.unwrap();
    let path = data.file("projects.jsonl", &json!({"id": "new", "title": "学校净水", "year": 2020}).to_string());
    data.engine.import(None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert!(other.refresh().await.unwrap());
    assert!(!other.refresh().await.unwrap());
    assert!(other.project(&qianshou::domain::ProjectId::new("new")).is_some());
}
