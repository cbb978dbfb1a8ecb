//! What an import promises: importing the same again changes nothing, every change is logged, nothing is stored by halves.

use qianshou::app::App;
use qianshou::clock::Clock;
use serde_json::json;

use crate::data::{Data, LOCAL, TODAY, fixtures, open_files, organizations_of, projects_of};

#[tokio::test]
async fn importing_the_same_again_changes_nothing() {
    let data = Data::demo().await;
    let version = data.app.catalog().version;
    let report = data.app.import(LOCAL, None, &open_files(&[fixtures()], None).unwrap(), false, &|_| {}).await.unwrap();
    assert!(report.files.iter().all(|file| file.created == 0 && file.updated == 0 && file.unchanged > 0));
    assert_eq!(data.app.catalog().version, version);
}

#[tokio::test]
async fn an_id_that_stands_twice_counts_once_and_the_last_row_wins() {
    let row = |title: &str| json!({"id": "x", "title": title}).to_string();
    let data = Data::with(&[("needs.jsonl", row("甲"))]).await;
    let path = data.file("needs.jsonl", &format!("{}\n{}\n", row("甲"), row("乙")));
    let report = data.app.import(LOCAL, None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].created, report.files[0].updated, report.warnings.len()), (0, 1, 1));
    let need = data.app.need(LOCAL, &qianshou::domain::NeedId::new("x")).unwrap();
    assert_eq!(need.need.record.title.as_deref(), Some("乙"));
}

#[tokio::test]
async fn a_refused_file_leaves_the_taxonomy_alone() {
    let data = Data::empty().await;
    let taxonomy = json!({"sectors": [{"code": "X", "zh": "甲"}]}).to_string();
    let path = data.file("projects.jsonl", &json!({"title": "乙", "sectors": ["没有的"]}).to_string());
    let report = data.app.import(LOCAL, Some(&taxonomy), &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert!(!report.files[0].stored);
    assert!(data.app.reader().sectors().len() > 1);
    data.app.import(LOCAL, Some(&taxonomy), &[], false, &|_| {}).await.unwrap();
    assert_eq!(data.app.reader().sectors(), [("X".to_owned(), "甲".to_owned())]);
}

#[tokio::test]
async fn every_change_is_in_the_log_and_the_log_is_append_only() {
    let data = Data::with(&[("organizations.jsonl", json!({"id": "a", "name": "甲基金会"}).to_string())]).await;
    let renamed = data.file("organizations.jsonl", &json!({"id": "a", "name": "乙基金会"}).to_string());
    data.app.import(LOCAL, None, &open_files(&[renamed], None).unwrap(), false, &|_| {}).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.app.dir().join("ledger.db"));
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
    let report = data.app.import(LOCAL, None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!(report.rejected.head(), []);
    assert!(report.warnings.head()[0].reason.contains("新来的基金会"));
    let catalog = data.app.catalog();
    assert!(organizations_of(&catalog)[0].stub);
}

#[tokio::test]
async fn a_full_record_takes_over_the_stub_of_its_name_with_its_history() {
    let project = json!({"id": "p", "title": "学校净水", "participants": ["新来的基金会"], "year": 2020}).to_string();
    let full = json!({"id": "X1", "name": "新来的基金会", "home_region": "上海市"}).to_string();
    let late = json!({"id": "q", "title": "学校净水", "participants": ["新来的基金会"], "year": 2021}).to_string();
    let files = [("projects.jsonl", project), ("organizations.jsonl", full), ("more_projects.jsonl", late)];
    let data = Data::with(&files).await;
    let catalog = data.app.catalog();
    let organizations = organizations_of(&catalog);
    let names: Vec<_> = organizations.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(names, ["X1"]);
    assert_eq!(catalog.history(catalog.organization(&organizations[0].id).unwrap()).len(), 2);
}

#[tokio::test]
async fn a_short_name_that_several_bear_is_nobody() {
    let data = Data::empty().await;
    let organizations = [
        json!({"id": "a", "name": "甲市慈善总会", "aliases": ["慈善总会"]}),
        json!({"id": "b", "name": "乙市慈善总会", "aliases": ["慈善总会"]}),
    ];
    let project = json!({"id": "p", "title": "学校净水", "participants": ["慈善总会", "甲市慈善总会"], "year": 2020});
    let paths = [
        data.file("organizations.jsonl", &format!("{}\n{}\n", organizations[0], organizations[1])),
        data.file("projects.jsonl", &project.to_string()),
    ];
    let files = open_files(&paths, None).unwrap();
    let report = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings.head());
    let catalog = data.app.catalog();
    let participants = &projects_of(&catalog)[0].participants;
    assert_eq!(participants.iter().map(|it| it.organization.as_str()).collect::<Vec<_>>(), ["慈善总会", "a"]);
}

#[tokio::test]
async fn columns_and_keys_that_mean_nothing_are_named() {
    let data = Data::empty().await;
    let paths = [
        data.file("needs.csv", "序号,项目名称,天气\n1,学校净水,晴\n"),
        data.file("projects.jsonl", "{\"title\": \"修路\"}\n{\"title\": \"修桥\", \"weather\": 1}\n"),
    ];
    let report = data.app.import(LOCAL, None, &open_files(&paths, None).unwrap(), false, &|_| {}).await.unwrap();
    let named: Vec<_> = report.warnings.head().iter().map(|it| (it.row, it.column.as_deref().unwrap())).collect();
    assert_eq!(named, [(2, "weather"), (1, "C")]);
    assert_eq!(report.warnings.head()[1].value.as_deref(), Some("天气"));
}

#[tokio::test]
async fn sector_words_of_a_list_are_read_as_sectors() {
    let needs = "编号,项目名称,所属领域,资金缺口（万元）\nn1,甲,医疗健康/教育,12\n".to_owned();
    let data = Data::with(&[("needs.csv", needs)]).await;
    let need = data.app.need(LOCAL, &qianshou::domain::NeedId::new("n1")).unwrap();
    let codes: Vec<_> = need.need.record.sectors.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["MED", "EDU"]);
    let amount = need.need.record.amount.unwrap();
    assert_eq!((amount.point().unwrap().yuan(), amount.text.as_str()), (120_000.0, "12万元"));
}

#[tokio::test]
async fn a_claim_of_nothing_is_rejected_with_its_row() {
    let data = Data::with(&[("organizations.jsonl", json!({"id": "a", "name": "甲基金会"}).to_string())]).await;
    let claims = data.file("claims.jsonl", &json!({"need": "nothing", "organization": "a"}).to_string());
    let report = data.app.import(LOCAL, None, &open_files(&[claims], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!((report.rejected.len(), report.rejected.head()[0].row), (1, 1));
    assert!(!report.files[0].stored);
    assert!(data.app.catalog().claims.is_empty());
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
    let report = data.app.import(LOCAL, Some(&taxonomy), &open_files(&[path], None).unwrap(), true, &|_| {}).await.unwrap();
    assert_eq!((report.rejected.len(), report.rejected.head()[0].row), (1, 2));
    assert!(report.rejected.head()[0].reason.contains("炼金术"));
    let again = App::open(data.app.dir(), false, Clock::Fixed(TODAY)).await.unwrap();
    assert_eq!(again.reader().sectors(), [("法学".to_owned(), "法学".to_owned()), ("0".to_owned(), "0".to_owned())]);
    assert_eq!(projects_of(&again.catalog()).len(), 1);
}

#[tokio::test]
async fn another_process_sees_what_was_imported() {
    let data = Data::demo().await;
    let other = App::open(data.app.dir(), false, Clock::Fixed(TODAY)).await.unwrap();
    let path = data.file("projects.jsonl", &json!({"id": "new", "title": "学校净水", "year": 2020}).to_string());
    data.app.import(LOCAL, None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert!(other.refresh().await.unwrap());
    assert!(!other.refresh().await.unwrap());
    assert!(other.project(LOCAL, &qianshou::domain::ProjectId::new("new")).is_some());
}

/// Lines of projects, more than are read at once.
fn many_projects() -> String {
    (0..9_000).map(|n| format!("{{\"id\": \"p{n}\", \"title\": \"第{n}所小学净水\", \"year\": 2020}}\n")).collect()
}

#[tokio::test]
async fn a_bad_last_row_of_a_long_file_leaves_nothing_of_it() {
    let data = Data::empty().await;
    let before = data.app.catalog().version;
    let bad = many_projects() + "{\"id\": \"bad\", \"title\": \"坏行\", \"participant_count\": \"若干\"}\n";
    let path = data.file("projects.jsonl", &bad);
    let files = open_files(&[path], None).unwrap();
    let report = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].stored, report.files[0].accepted, report.files[0].rejected), (false, 9_000, 1));
    assert_eq!((data.app.catalog().version, data.app.catalog().project_count()), (before, 0));
    let report = data.app.import(LOCAL, None, &files, true, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].stored, report.files[0].created), (true, 9_000));
}

#[tokio::test]
async fn a_row_continues_one_that_was_read_long_before_and_is_one_change() {
    let again = "{\"id\": \"p1\", \"title\": \"第1所小学净水\", \"status\": \"done\"}\n";
    let data = Data::empty().await;
    let path = data.file("projects.jsonl", &(many_projects() + again));
    let report = data.app.import(LOCAL, None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].created, report.files[0].updated, report.warnings.len()), (9_000, 0, 1));
    let catalog = data.app.catalog();
    let project = catalog.project_record(catalog.project(&qianshou::domain::ProjectId::new("p1")).unwrap());
    assert_eq!(project.status.as_deref(), Some("done"));
    assert!(project.period.is_some(), "the first row states the year");
    assert_eq!(catalog.version.stamp(), 9_000);
}
