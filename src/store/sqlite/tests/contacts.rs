//! A contact stands in one place and can be erased from there, to the last byte.

use serde_json::Value;
use tempfile::TempDir;

use super::super::opening::Place;
use super::*;
use crate::domain::{Contact, EntityKind};
use crate::store::{Erased, Written};

/// Everything in the log, as text.
async fn log(store: &Store) -> String {
    let select = "SELECT group_concat(changes.seq || ' ' || entity || ' ' || id || ' ' || action || ' ' || name || ' ' || body, char(10)) \
         FROM changes JOIN sources ON source = sources.seq";
    sqlx::query_scalar::<_, String>(select).fetch_one(&store.readers).await.unwrap()
}

#[tokio::test]
async fn a_contact_stands_in_one_place_and_never_in_the_log() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), true).await.unwrap();
    store.write(&[organization("a", Some("13900001111")), need("n", Some("某局13900002222"))], AT, "a.xlsx").await.unwrap();
    store.close().await;
    assert_eq!(times_on_disk(dir.path(), "13900001111"), 1);
    assert_eq!(times_on_disk(dir.path(), "13900002222"), 1);
    let store = Store::open(dir.path(), false).await.unwrap();
    assert!(!log(&store).await.contains("1390000"));
}

#[tokio::test]
async fn no_byte_of_a_replaced_removed_or_erased_contact_is_left() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), true).await.unwrap();
    let long = |number: &str| number.repeat(1000);
    let records = |one: &str, two: Contact| {
        let mut cleared = need("n", None);
        if let Entity::Need(need) = &mut cleared {
            need.contact = Some(two);
        }
        [organization("a", Some(one)), cleared, need("m", Some("13900007777"))]
    };
    store.write(&records(&long("13900001111"), Contact::new(long("13900002222").into())), AT, "a").await.unwrap();
    let updated = Written { updated: 2, unchanged: 1, ..Written::default() };
    assert_eq!(store.write(&records("13900003333", Contact::new(Value::Null)), AT, "b").await.unwrap(), updated);
    for gone in ["13900001111", "13900002222"] {
        assert_eq!(times_on_disk(dir.path(), gone), 0, "{gone}, while the ledger is open");
    }
    assert_eq!(store.erase_contact(EntityKind::Organizations, "a", AT, "erase").await.unwrap(), Erased::Contact);
    assert_eq!(times_on_disk(dir.path(), "13900003333"), 0);
    assert!(times_on_disk(dir.path(), "13900007777") > 0, "the others stay");
    assert_eq!(
        log(&store).await.lines().map(|line| line.split(' ').take(5).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
        [
            "1 organizations a create a",
            "2 needs n create a",
            "3 needs m create a",
            "4 organizations a set_contact b",
            "5 needs n erase_contact b",
            "6 organizations a erase_contact erase"
        ]
    );
}

/// A process that reads keeps SQLite from emptying its log.
#[tokio::test]
async fn what_is_left_while_somebody_reads_is_removed_at_the_next_start() {
    let dir = TempDir::new().unwrap();
    let store = Place::new(dir.path(), None);
    std::fs::write(dir.path().join("ledger.db"), "").unwrap();
    let store = store.open(std::time::Duration::from_millis(10)).await.unwrap();
    store.write(&[need("n", Some("13900002222"))], AT, "a").await.unwrap();
    let reader = Store::open(dir.path(), false).await.unwrap();
    let mut reading = reader.begin_read().await.unwrap();
    let _: i64 = sqlx::query_scalar("SELECT count(*) FROM needs").fetch_one(&mut *reading).await.unwrap();
    assert_eq!(store.erase_contact(EntityKind::Needs, "n", AT, "erase").await.unwrap(), Erased::Contact);
    assert!(times_on_disk(dir.path(), "13900002222") > 0, "somebody reads the state before");
    drop(reading);
    reader.close().await;
    let next = Store::open(dir.path(), false).await.unwrap();
    assert_eq!(times_on_disk(dir.path(), "13900002222"), 0);
    assert_eq!(next.load().await.unwrap(), store.load().await.unwrap());
}

#[tokio::test]
async fn the_name_of_a_source_is_cut_and_stored_once_a_write() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), true).await.unwrap();
    let name = format!("{}.xlsx", "名".repeat(1_000_000));
    let needs: Vec<Entity> = (0..2000).map(|n| need(&n.to_string(), None)).collect();
    store.write(&needs, AT, &name).await.unwrap();
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM sources").fetch_all(&store.readers).await.unwrap();
    assert_eq!(names, [format!("{}…", "名".repeat(254))]);
    store.close().await;
    assert!(std::fs::metadata(store.path()).unwrap().len() < 3 << 20, "the ledger does not grow with the name");
}
