//! Data that released versions wrote can be read and give the same answers as then. `compat/README.md` says how they were made.
//!
//! The answers are compared byte for byte. A change that is meant to change them (weights, word lists, a field of the answer)
//! adds a second file beside the first.

use std::path::{Path, PathBuf};

use jiff::civil::date;
use qianshou::app::App;
use qianshou::clock::Clock;
use qianshou::domain::Entity;
use qianshou::jobs::Cancellation;
use qianshou::learn::ModelFile;
use qianshou::plan::Plan;
use qianshou::request::Ask;
use qianshou::store::Store;
use qianshou::wire;
use tempfile::TempDir;

use crate::data::{LOCAL, copy_dir, open_files, to_json, village_doctors};

/// The folders below `compat`, one per released format.
fn releases() -> Vec<PathBuf> {
    let compat = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/compat");
    let entries = std::fs::read_dir(compat).unwrap().map(|entry| entry.unwrap().path());
    let releases: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    assert!(!releases.is_empty());
    releases
}

fn text(release: &Path, name: &str) -> String {
    std::fs::read_to_string(release.join(name)).unwrap()
}

/// A copy of the data directory of a release.
fn data(release: &Path) -> TempDir {
    let dir = TempDir::new().unwrap();
    copy_dir(&release.join("data"), dir.path());
    dir
}

async fn open(dir: &Path) -> App {
    App::open(dir, false, Clock::Fixed(date(2026, 11, 26))).await.unwrap()
}

/// The answer to the question of the README, as `suggest --json` prints it.
fn answer(app: &App) -> String {
    let ask = Ask { explain: Some(false), ..village_doctors() };
    format!("{}\n", to_json(&wire::Answer::from(app.suggest(LOCAL, &ask, &Cancellation::never()).unwrap())))
}

/// Ids, scores and fits of an answer, in order, and the need as understood.
fn ranked(answer: &str) -> (Vec<serde_json::Value>, serde_json::Value) {
    let value: serde_json::Value = serde_json::from_str(answer).unwrap();
    let ranked = |it: &serde_json::Value| serde_json::json!([it["organization"], it["score"], it["fit"]]);
    (value["suggestions"].as_array().unwrap().iter().map(ranked).collect(), value["understood"].clone())
}

/// The default weights are fitted anew, but a model that was learned then still ranks as it did.
#[tokio::test]
async fn a_released_data_directory_and_model_give_the_ranking_of_then() {
    for release in releases() {
        let dir = data(&release);
        let mut app = open(dir.path()).await;
        app.use_model(&ModelFile::from_json(&text(&release, "model.json")).unwrap()).unwrap();
        assert_eq!(ranked(&answer(&app)), ranked(&text(&release, "answer_with_model.json")), "{}", release.display());
    }
}

#[tokio::test]
async fn the_text_index_of_a_release_is_rebuilt_from_its_ledger() {
    for release in releases() {
        let dir = data(&release);
        let index = dir.path().join("text");
        let before = answer(&open(dir.path()).await);
        std::fs::remove_dir_all(&index).unwrap();
        let app = open(dir.path()).await;
        assert!(index.join("projects/meta.json").is_file());
        assert_eq!(answer(&app), before, "{}", release.display());
    }
}

/// The same rows make the same records, by id; only needs whose text is read better now are updated, and only once.
#[tokio::test]
async fn importing_again_what_a_release_imported_adds_nothing() {
    for release in releases() {
        let dir = data(&release);
        let app = open(dir.path()).await;
        let of_then = ranked(&answer(&app));
        let rows = TempDir::new().unwrap();
        let with_contacts = [
            (
                "organizations-2.jsonl",
                r#"{"id": "compat-o1", "name": "兼容性检查基金会（示例）", "contact": {"phone": "13900000000"}, "sectors": ["MED"]}"#,
            ),
            (
                "needs-2.jsonl",
                r#"{"id": "compat-n1", "title": "学校净水（示例）", "region": "果洛州", "amount_yuan": 300000, "contact": {"phone": "13900000001"}}"#,
            ),
        ];
        let mut paths = Vec::new();
        for name in ["organizations", "projects", "needs", "claims"] {
            paths.push(release.join("rows").join(name).with_extension("jsonl"));
        }
        for (name, row) in with_contacts {
            paths.push(rows.path().join(name));
            std::fs::write(rows.path().join(name), row).unwrap();
        }
        for is_again in [false, true] {
            let report = app.import(LOCAL, None, &open_files(&paths, None).unwrap(), false, &|_| {}).await.unwrap();
            assert_eq!(report.files.len(), paths.len());
            for file in &report.files {
                let may_change = !is_again && file.file.ends_with("rows/needs.jsonl");
                let updated = if may_change { file.updated } else { 0 };
                assert_eq!((file.created, file.updated, file.rejected), (0, updated, 0), "{}: {file:?}", release.display());
                assert!(file.unchanged > file.updated, "{}: {file:?}", release.display());
            }
        }
        assert_eq!(ranked(&answer(&app)), of_then, "{}", release.display());
    }
}

#[test]
fn a_released_plan_is_read_and_written_as_it_was() {
    for release in releases() {
        let written = text(&release, "plan.json");
        let plan = Plan::from_json(&written).unwrap();
        assert!(!plan.needs.is_empty());
        assert_eq!(serde_json::to_string_pretty(&plan).unwrap(), written, "{}", release.display());
    }
}

/// This includes the contacts, which only a row of the ledger writes.
#[tokio::test]
async fn what_a_release_stored_is_stored_again_to_the_letter() {
    for release in releases() {
        let dir = data(&release);
        let store = Store::open(dir.path(), false).await.unwrap();
        let ledger = store.load().await.unwrap();
        let contacts = ledger.organizations.iter().filter(|it| it.value.contact.is_some()).count()
            + ledger.needs.iter().filter(|it| it.value.contact.is_some()).count();
        assert_eq!(contacts, 2, "{}", release.display());
        let mut all: Vec<Entity> = Vec::new();
        all.extend(ledger.organizations.into_iter().map(|it| Entity::Organization(Box::new(it.value))));
        all.extend(ledger.projects.into_iter().map(|it| Entity::Project(Box::new(it.value))));
        all.extend(ledger.needs.into_iter().map(|it| Entity::Need(Box::new(it.value))));
        all.extend(ledger.claims.into_iter().map(|it| Entity::Claim(Box::new(it.value))));
        let written = store.write(&all, "2026-11-26T00:00:00+08:00", "again").await.unwrap();
        assert_eq!((written.created, written.updated, written.unchanged), (0, 0, all.len()), "{}", release.display());
    }
}
