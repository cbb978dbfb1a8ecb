//! SQLite passes the conformance suite; every migration is run.

use std::path::Path;

use sqlx::migrate::Migration;
use tempfile::TempDir;

use super::{MIGRATIONS, Store};
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

#[test]
fn every_migration_file_is_run() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sqlite/migrations");
    let mut files: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let file = |it: &Migration| format!("{:04}_{}.sql", it.version, it.description.replace(' ', "_"));
    assert_eq!(MIGRATIONS.iter().map(file).collect::<Vec<_>>(), files);
}
