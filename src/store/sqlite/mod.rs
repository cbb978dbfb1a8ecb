//! The ledger in one SQLite file, and beside it the job store in another.

mod change;
mod changes;
mod contacts;
mod erase;
mod fault;
mod head;
mod jobs;
mod log;
mod migrate;
mod opening;
mod purge;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod verify;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use tokio::sync::mpsc::Sender;

use self::fault::{Fault, fault};
use self::head::Head;
pub use self::jobs::{DocumentWriter, JobStore};
use self::opening::Fingerprint;
use super::{Ledger, LedgerState, LedgerVersion, Mark, Page, Setting, StoreError};

/// Name of the ledger inside a data directory.
pub const LEDGER_FILE: &str = "ledger.db";

/// What the change log holds, in messages.
const LOG_TABLE: &str = "变更记录";

/// Rows per statement; SQLite binds at most 32,766 values.
const ROWS_A_STATEMENT: usize = 1000;

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// An open ledger. Readers have their own connections. All writes share one connection, so that writers in this process wait
/// for each other instead of failing as busy.
#[derive(Debug, Clone)]
pub struct Store {
    readers: SqlitePool,
    /// `None` if the ledger can only be read.
    writer: Option<SqlitePool>,
    path: PathBuf,
    /// The state of a file that is read without locks.
    unlocked: Option<Fingerprint>,
}

impl Store {
    /// Path of the ledger.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True if the ledger can only be read, because its file or directory cannot be written.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// The current version of the ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn version(&self) -> Result<LedgerVersion, StoreError> {
        let mut transaction = self.begin_read().await?;
        let head = Head::read(&mut transaction).await.map_err(|it| fault(&self.path, it))?;
        Ok(LedgerVersion(head.seq))
    }

    /// Reads everything in one transaction.
    ///
    /// # Errors
    /// The ledger cannot be read, is damaged, or a record in it is not readable by this program.
    pub async fn load(&self) -> Result<Ledger, StoreError> {
        let mut transaction = self.begin_read().await?;
        read::ledger(&mut transaction).await.map_err(|it| fault(&self.path, it))
    }

    /// Sends all records to `to`, page by page, read in one transaction and without contacts. It ends early if nobody receives
    /// them.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub async fn pages(&self, to: &Sender<Page>) -> Result<(), StoreError> {
        let mut transaction = self.begin_read().await?;
        read::pages(&mut transaction, to).await.map_err(|it| fault(&self.path, it))
    }

    /// The current version of the ledger with its mark, and the settings that derived data depends on.
    ///
    /// # Errors
    /// The ledger cannot be read or is damaged.
    pub async fn state(&self) -> Result<LedgerState, StoreError> {
        let mut transaction = self.begin_read().await?;
        let read = async {
            let head = Head::read(&mut transaction).await?;
            read::state(&mut transaction, &head).await
        };
        read.await.map_err(|it: Fault| fault(&self.path, it))
    }

    /// The mark of a version; empty if the ledger does not reach that far.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn mark(&self, version: LedgerVersion) -> Result<Mark, StoreError> {
        let mut transaction = self.begin_read().await?;
        read::mark(&mut transaction, version.0).await.map_err(|it| fault(&self.path, it))
    }

    /// The current value of a setting.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn setting(&self, setting: Setting) -> Result<Option<String>, StoreError> {
        let mut transaction = self.begin_read().await?;
        let read = async {
            let head = Head::read(&mut transaction).await?;
            read::settings(&mut transaction, &head).await
        };
        let settings = read.await.map_err(|it: Fault| fault(&self.path, it))?;
        Ok(settings.into_iter().find(|(it, _)| *it == setting).map(|(_, value)| value))
    }

    /// Closes the ledger, folding the write-ahead log into it.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    async fn begin_read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        if self.unlocked.as_ref().is_some_and(|it| *it != Fingerprint::of(&self.path)) {
            return Err(StoreError::ChangedMeanwhile { path: self.path.clone() });
        }
        self.readers.begin().await.map_err(|source| fault(&self.path, source))
    }

    async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let path = || self.path.clone();
        let writer = self.writer.as_ref().ok_or_else(|| StoreError::ReadOnly { path: path() })?;
        writer.begin_with("BEGIN IMMEDIATE").await.map_err(|source| fault(&self.path, source))
    }
}
