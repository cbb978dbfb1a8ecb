//! What is opened, what is refused, and who waits for whom.

use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

use super::super::opening::Place;
use super::*;
use crate::store::{LedgerVersion, StoreError};

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_ledger_that_was_lost_is_refused_beside_what_was_derived_from_it() {
    let derived = [None, Some(LedgerVersion::EMPTY), Some(LedgerVersion::from_stamp(7))];
    for create in [false, true] {
        for derived in derived {
            let dir = TempDir::new().unwrap();
            let refused = |found: StoreError, part: &str| {
                let message = found.to_string();
                assert!(matches!(found, StoreError::Lost { .. }) && message.contains(part), "{message}");
                assert!(message.contains("未改动任何内容") && message.contains("备份"), "{message}");
            };
            let opened = Store::open_beside(dir.path(), create, derived).await;
            match (derived, create) {
                (None, true) => assert_eq!(opened.unwrap().version().await.unwrap(), LedgerVersion::EMPTY),
                (None, false) => assert!(matches!(opened, Err(StoreError::Missing { .. }))),
                (Some(_), _) => {
                    refused(opened.unwrap_err(), "不存在");
                    assert_eq!(names(dir.path()), [] as [&str; 0], "nothing is created");
                    std::fs::write(dir.path().join("ledger.db"), "").unwrap();
                    refused(Store::open_beside(dir.path(), create, derived).await.unwrap_err(), "是空文件");
                    assert_eq!(std::fs::metadata(dir.path().join("ledger.db")).unwrap().len(), 0);
                    assert_eq!(names(dir.path()), ["ledger.db"]);
                }
            }
        }
    }
}

#[tokio::test]
async fn an_empty_ledger_is_refused_beside_a_later_version_and_not_beside_none() {
    let dir = TempDir::new().unwrap();
    Store::open(dir.path(), true).await.unwrap().close().await;
    let before = std::fs::read(dir.path().join("ledger.db")).unwrap();
    let refused = Store::open_beside(dir.path(), true, Some(LedgerVersion::from_stamp(7))).await.unwrap_err().to_string();
    assert!(refused.contains("没有任何记录") && refused.contains("第7号变更"), "{refused}");
    assert!(std::fs::read(dir.path().join("ledger.db")).unwrap() == before);
    Store::open_beside(dir.path(), false, Some(LedgerVersion::EMPTY)).await.unwrap();
}

/// SQLite would delete such a log, and with it what it holds.
#[tokio::test]
async fn a_log_without_its_ledger_is_left_alone() {
    for content in [None, Some("")] {
        let dir = TempDir::new().unwrap();
        if let Some(content) = content {
            std::fs::write(dir.path().join("ledger.db"), content).unwrap();
        }
        std::fs::write(dir.path().join("ledger.db-wal"), "the last changes").unwrap();
        let refused = Store::open(dir.path(), true).await.unwrap_err();
        assert!(matches!(refused, StoreError::Lost { .. }), "{refused}");
        assert_eq!(std::fs::read_to_string(dir.path().join("ledger.db-wal")).unwrap(), "the last changes");
    }
}

/// Without locks nobody tells a reader that the file is written to.
#[tokio::test]
async fn a_ledger_that_is_read_without_locks_is_not_read_after_a_change() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), true).await.unwrap();
    store.write(&[need("n", None)], AT, "a").await.unwrap();
    store.close().await;
    let reader = Place::new(dir.path(), None).open_to_verify().await.unwrap();
    assert!(reader.is_read_only());
    assert_eq!(reader.load().await.unwrap().needs.len(), 1);
    assert!(matches!(reader.write(&[need("m", None)], AT, "a").await, Err(StoreError::ReadOnly { .. })));
    let writer = Store::open(dir.path(), false).await.unwrap();
    writer.write(&[need("m", None)], AT, "a").await.unwrap();
    assert!(matches!(reader.version().await, Err(StoreError::ChangedMeanwhile { .. })));
    assert!(matches!(reader.load().await, Err(StoreError::ChangedMeanwhile { .. })));
    // Beside a process that writes, a reader shares its log and sees what it writes.
    let shared = Place::new(dir.path(), None).open_to_verify().await.unwrap();
    writer.write(&[need("l", None)], AT, "a").await.unwrap();
    assert_eq!(shared.load().await.unwrap().needs.len(), 3);
}

async fn lock(dir: &Path) -> SqliteConnection {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(dir.join("ledger.db"))).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
    connection
}

#[tokio::test]
async fn a_second_writer_waits_up_to_a_limit_and_then_says_that_nothing_was_written() {
    let dir = TempDir::new().unwrap();
    Store::open(dir.path(), true).await.unwrap().close().await;
    let impatient = Place::new(dir.path(), None).open(Duration::from_millis(10)).await.unwrap();
    let mut other = lock(dir.path()).await;
    let refused = impatient.write(&[need("n", None)], AT, "a").await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
    assert!(refused.to_string().contains("未写入任何内容"));
    assert_eq!(impatient.version().await.unwrap(), LedgerVersion::EMPTY, "readers go on");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();

    let patient = Store::open(dir.path(), false).await.unwrap();
    let mut other = lock(dir.path()).await;
    let writing = tokio::spawn(async move { patient.write(&[need("n", None)], AT, "a").await });
    tokio::task::yield_now().await;
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(writing.await.unwrap().unwrap().created, 1);
}

#[tokio::test]
async fn the_order_of_changes_is_that_of_versions_whatever_the_clock_says() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), true).await.unwrap();
    let times = ["2026-11-26T08:00:00+08:00", "2020-01-01T00:00:00+08:00", "2026-11-26T00:00:01Z"];
    for (n, at) in times.into_iter().enumerate() {
        store.write(&[need(&n.to_string(), None)], at, "a").await.unwrap();
    }
    let logged: Vec<String> = sqlx::query_scalar("SELECT at FROM changes ORDER BY seq").fetch_all(&store.readers).await.unwrap();
    assert_eq!(logged, times, "times are the clock's");
    let ids: Vec<String> = store.load().await.unwrap().needs.into_iter().map(|it| it.value.id.as_str().to_owned()).collect();
    assert_eq!(ids, ["0", "1", "2"]);
    assert_eq!(store.version().await.unwrap(), LedgerVersion::from_stamp(3));
}
