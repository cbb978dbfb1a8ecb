//! SQLite passes the conformance suite.

use tempfile::TempDir;

use super::Store;
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
