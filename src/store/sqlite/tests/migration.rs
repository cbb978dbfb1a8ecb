//! A ledger of version 1 becomes one of the latest version, with the same records and without the contacts in their old places.

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool};
use tempfile::TempDir;

use super::super::migrate::to_latest;
use super::*;
use crate::random::SplitMix64;
use crate::store::row::{ContactChange, body, contact};
use crate::store::{Ledger, Written};

/// A ledger as version 1 of the program wrote it: records and log bodies with their contacts, the source in each row.
async fn of_version_1(dir: &Path, versions_of_records: &[Vec<Entity>], source: &str) {
    let options =
        SqliteConnectOptions::new().filename(dir.join("ledger.db")).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let mut transaction = pool.begin().await.unwrap();
    assert!(SCHEMA.advance(&mut transaction, 0).await.is_ok());
    for entity in versions_of_records.iter().flatten() {
        let body = match contact(entity) {
            ContactChange::Set(contact) => body(entity).trim_end_matches('}').to_owned() + &format!(",\"contact\":{contact}}}"),
            ContactChange::Keep | ContactChange::Remove => body(entity),
        };
        let table = entity.kind().name();
        let write =
            format!("INSERT INTO {table} (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = $2 RETURNING seq");
        let seq: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(write))
            .bind(entity.id())
            .bind(&body)
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO changes (at, entity, entity_seq, id, action, source, body) VALUES ($1, $2, $3, $4, 'create', $5, $6)",
        )
        .bind(AT)
        .bind(table)
        .bind(seq)
        .bind(entity.id())
        .bind(source)
        .bind(&body)
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    sqlx::query("INSERT INTO settings (key, value) VALUES ('lexicon', '{}')").execute(&mut *transaction).await.unwrap();
    sqlx::query("INSERT INTO changes (at, entity, entity_seq, id, action, source, body) VALUES ($1, 'settings', 0, 'lexicon', 'create', 'lexicon', '{}')")
        .bind(AT)
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    pool.close().await;
}

fn records() -> Vec<Entity> {
    let mut records = vec![organization("a", Some("13900001111")), organization("b", None), project("p", "净水")];
    records.extend([need("n", Some("某局13900002222")), need("m", None), claim("c", "n", "a")]);
    records
}

/// Versions of the same records, the last as [`records`] has them.
fn history() -> Vec<Vec<Entity>> {
    let earlier = vec![organization("a", Some("13911110000")), organization("b", Some("13922220000")), need("n", None)];
    vec![earlier, records()]
}

#[tokio::test]
async fn a_ledger_of_version_1_keeps_its_records_and_loses_its_old_contacts() {
    let dir = TempDir::new().unwrap();
    of_version_1(dir.path(), &history(), "a.xlsx").await;
    assert!(times_on_disk(dir.path(), "13911110000") > 0);
    let store = Store::open(dir.path(), false).await.unwrap();
    let places = |needle: &str| times_on_disk(dir.path(), needle);
    assert_eq!(["13911110000", "13922220000"].map(places), [0, 0], "what is no longer current is nowhere");
    assert_eq!(["13900001111", "13900002222"].map(places), [1, 1], "what is current stands in one place");

    let version = store.version().await.unwrap();
    assert_eq!(version.stamp(), 10, "the log keeps its numbers");
    let written = store.write(&records(), AT, "a.xlsx").await.unwrap();
    assert_eq!(written, Written { unchanged: 6, ..Written::default() });
    let Ledger { organizations, needs, lexicon, .. } = store.load().await.unwrap();
    assert_eq!(lexicon.as_deref(), Some("{}"));
    assert!(organizations[0].value.contact.is_some() && organizations[1].value.contact.is_none());
    assert!(needs[0].value.contact.is_some());
    assert_eq!(store.projects_changed(super::super::LedgerVersion::EMPTY, version).await.unwrap(), [1]);
    store.close().await;
    Store::verify(dir.path()).await.unwrap();
    // Another contact alone is a change.
    let store = Store::open(dir.path(), false).await.unwrap();
    let written = store.write(&[need("n", Some("另一局"))], AT, "b.xlsx").await.unwrap();
    assert_eq!(written, Written { updated: 1, ..Written::default() });
}

/// The process ends after the migration and before the file is rewritten.
#[tokio::test]
async fn old_contacts_in_free_pages_are_removed_at_the_next_start() {
    let dir = TempDir::new().unwrap();
    of_version_1(dir.path(), &history(), "a.xlsx").await;
    let options = SqliteConnectOptions::new().filename(dir.path().join("ledger.db"));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    // Without overwriting, as if the file system had kept the old pages.
    sqlx::query("PRAGMA secure_delete = OFF").execute(&pool).await.unwrap();
    to_latest(&pool, &dir.path().join("ledger.db")).await.unwrap();
    pool.close().await;
    assert!(times_on_disk(dir.path(), "13911110000") > 0);
    let store = Store::open(dir.path(), false).await.unwrap();
    assert_eq!(times_on_disk(dir.path(), "13911110000"), 0);
    assert_eq!(store.load().await.unwrap().organizations.len(), 2);
}

#[tokio::test]
async fn long_sources_of_version_1_are_cut_and_stored_once() {
    let dir = TempDir::new().unwrap();
    let needs: Vec<Entity> = (0..300).map(|n| need(&n.to_string(), None)).collect();
    of_version_1(dir.path(), &[needs], &"名".repeat(20_000)).await;
    let size = || std::fs::metadata(dir.path().join("ledger.db")).unwrap().len();
    assert!(size() > 16 << 20);
    let store = Store::open(dir.path(), false).await.unwrap();
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM sources ORDER BY seq").fetch_all(&store.readers).await.unwrap();
    assert_eq!(names, [format!("{}…", "名".repeat(254)), "lexicon".to_owned()]);
    assert!(size() < 1 << 20, "the space is given back");
}

#[tokio::test]
async fn processes_that_migrate_at_once_do_it_once() {
    let dir = TempDir::new().unwrap();
    of_version_1(dir.path(), &history(), "a.xlsx").await;
    let open = || {
        let dir = dir.path().to_owned();
        tokio::spawn(async move { Store::open(&dir, false).await.unwrap().load().await.unwrap() })
    };
    let (one, two) = (open(), open());
    assert_eq!(one.await.unwrap(), two.await.unwrap());
    Store::verify(dir.path()).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_migrated_stays_as_it_is() {
    let dir = TempDir::new().unwrap();
    of_version_1(dir.path(), &history(), "a.xlsx").await;
    let options = SqliteConnectOptions::new().filename(dir.path().join("ledger.db"));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("INSERT INTO needs (id, body) VALUES ('x', '{\"id\": 5}')").execute(&pool).await.unwrap();
    pool.close().await;
    let before = std::fs::read(dir.path().join("ledger.db")).unwrap();
    let refused = Store::open(dir.path(), false).await.unwrap_err().to_string();
    assert!(refused.contains("需求“x”（第 3 号记录）无法读取"), "{refused}");
    assert!(std::fs::read(dir.path().join("ledger.db")).unwrap() == before);
}

/// Version 1 had no digests, so what damage changed before is not known. The migration takes it over or refuses, and never panics.
#[tokio::test]
async fn a_damaged_ledger_of_version_1_is_migrated_or_refused() {
    damage::count_panics();
    let place = TempDir::new().unwrap();
    of_version_1(place.path(), &history(), "a.xlsx").await;
    let whole = std::fs::read(place.path().join("ledger.db")).unwrap();
    let mut random = SplitMix64::new(11);
    for _ in 0..60 {
        let dir = TempDir::new().unwrap();
        let mut damaged = whole.clone();
        damaged[random.below(whole.len())] ^= 1 << random.below(8);
        std::fs::write(dir.path().join("ledger.db"), damaged).unwrap();
        if let Ok(store) = Store::open(dir.path(), false).await {
            let _ = store.load().await;
            store.close().await;
        }
    }
    assert_eq!(damage::panics(), 0, "panics in the database's threads");
}
