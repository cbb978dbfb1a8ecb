//! Verifying a ledger or a backup of one.

use std::path::Path;

use super::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::store::{Store, Verified};

impl App {
    /// Verifies the ledger in `dir` against its digests and by the database's own check. Nothing is written and no text index is
    /// needed, so it works on a backup.
    ///
    /// # Errors
    /// There is no ledger; it cannot be read, is of another version, or is damaged.
    pub async fn verify(_who: Principal, dir: &Path) -> Result<Verified, AppError> {
        Ok(Store::verify(dir).await?)
    }
}
