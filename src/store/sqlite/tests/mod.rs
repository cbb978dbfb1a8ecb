//! SQLite passes the conformance suite; and what it promises beyond it.

mod contacts;
mod damage;
mod migration;
mod opening;

use std::path::Path;

use tempfile::TempDir;

use super::Store;
use super::migrate::SCHEMA;
use crate::domain::{Entity, Need, Organization, Project};
use crate::store::suite::{StoreFactory, conformance};

struct Files;

impl StoreFactory for Files {
    type Guard = TempDir;

    async fn empty(&self) -> (TempDir, Store) {
        let dir = TempDir::new().expect("a temporary directory");
        let store = Store::open(dir.path(), true).await.expect("an empty ledger");
        (dir, store)
    }

    async fn again(&self, guard: &TempDir) -> Store {
        Store::open(guard.path(), false).await.expect("the ledger that was made")
    }
}

conformance!(Files);

#[tokio::test]
async fn migrations_lead_to_the_schema_that_is_expected() {
    super::schema::check(&SCHEMA, "migrations").await;
}

const AT: &str = "2026-11-26T08:00:00+08:00";

fn organization(id: &str, contact: Option<&str>) -> Entity {
    let json = serde_json::json!({"id": id, "name": format!("{id}基金会"), "contact": contact.map(|it| serde_json::json!({"phone": it}))});
    Entity::Organization(Box::new(serde_json::from_value::<Organization>(json).unwrap()))
}

fn need(id: &str, contact: Option<&str>) -> Entity {
    let json = serde_json::json!({"id": id, "description": "学校净水", "normalized": "学校净水", "contact": contact});
    Entity::Need(Box::new(serde_json::from_value::<Need>(json).unwrap()))
}

fn project(id: &str, title: &str) -> Entity {
    let json = serde_json::json!({"id": id, "title": title});
    Entity::Project(Box::new(serde_json::from_value::<Project>(json).unwrap()))
}

fn claim(id: &str, need: &str, organization: &str) -> Entity {
    let json = serde_json::json!({"id": id, "need": need, "organization": organization, "amount_fen": 5});
    Entity::Claim(serde_json::from_value(json).unwrap())
}

/// How often these bytes occur in the files of a directory.
fn times_on_disk(dir: &Path, needle: &str) -> usize {
    let files = std::fs::read_dir(dir).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.map(|all| memchr::memmem::find_iter(&all, needle).count()).sum()
}
