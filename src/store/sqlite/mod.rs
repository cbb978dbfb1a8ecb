//! The ledger in one SQLite file.

mod changes;
mod fault;
mod jobs;
mod schema;
#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Row as _, SqlStr};

use self::fault::{fault, migration_fault};
pub use self::jobs::{DocumentWriter, JobStore};
use super::{Ledger, LedgerVersion, Numbered, Setting, StoreError};
use crate::domain::EntityKind;

/// Name of the ledger inside a data directory.
pub const LEDGER_FILE: &str = "ledger.db";

/// Every migration in its order. At run time, because `sqlx::migrate!` would build SQLite a second time for the host.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let ledger = SqlStr::from_static(include_str!("migrations/0001_ledger.sql"));
    Migrator::with_migrations(vec![Migration::new(1, "ledger".into(), MigrationType::Simple, ledger, false)])
});

impl Setting {
    const fn key(self) -> &'static str {
        match self {
            Self::Taxonomy => "taxonomy",
            Self::Lexicon => "lexicon",
        }
    }
}

/// An open ledger. Readers have their own connections. All writes share one connection, so that writers in this process wait
/// for each other instead of failing as busy.
#[derive(Debug, Clone)]
pub struct Store {
    readers: SqlitePool,
    writer: SqlitePool,
    path: PathBuf,
}

/// Number of connections for reading.
const READERS: u32 = 4;

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

impl Store {
    /// Opens the ledger in `dir`. With `create`, creates directory and ledger if they do not exist.
    ///
    /// # Errors
    /// The ledger does not exist, is not writable, is damaged, or was written by a newer version of the program.
    pub async fn open(dir: &Path, create: bool) -> Result<Self, StoreError> {
        let path = dir.join(LEDGER_FILE);
        if create {
            std::fs::create_dir_all(dir).map_err(|source| StoreError::Directory { dir: dir.to_owned(), source })?;
        } else if !path.is_file() {
            return Err(StoreError::Missing { dir: dir.to_owned() });
        }
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let connect = |connections, options| SqlitePoolOptions::new().max_connections(connections).connect_with(options);
        let writer = connect(1, options.clone()).await.map_err(|source| fault(&path, source))?;
        MIGRATIONS.run(&writer).await.map_err(|source| migration_fault(&path, source))?;
        let readers = connect(READERS, options).await.map_err(|source| fault(&path, source))?;
        Ok(Self { readers, writer, path })
    }

    /// Path of the ledger.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The current version of the ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn version(&self) -> Result<LedgerVersion, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(|source| fault(&self.path, source))?;
        self.read_version(&mut connection).await
    }

    async fn read_version(&self, connection: &mut sqlx::SqliteConnection) -> Result<LedgerVersion, StoreError> {
        let last = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM changes").fetch_one(connection).await;
        Ok(LedgerVersion(last.map_err(|source| fault(&self.path, source))?))
    }

    /// Reads everything in one transaction.
    ///
    /// # Errors
    /// The ledger cannot be read, or a record in it is not readable by this program.
    pub async fn load(&self) -> Result<Ledger, StoreError> {
        let mut transaction = self.readers.begin().await.map_err(|source| fault(&self.path, source))?;
        let version = self.read_version(&mut transaction).await?;
        let taxonomy = self.read_setting(&mut transaction, Setting::Taxonomy).await?;
        let lexicon = self.read_setting(&mut transaction, Setting::Lexicon).await?;
        let ledger = Ledger {
            version,
            organizations: self.table(&mut transaction, EntityKind::Organizations).await?,
            projects: self.table(&mut transaction, EntityKind::Projects).await?,
            needs: self.table(&mut transaction, EntityKind::Needs).await?,
            claims: self.table(&mut transaction, EntityKind::Claims).await?,
            taxonomy,
            lexicon,
        };
        transaction.rollback().await.map_err(|source| fault(&self.path, source))?;
        Ok(ledger)
    }

    /// The current value of a setting.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn setting(&self, setting: Setting) -> Result<Option<String>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(|source| fault(&self.path, source))?;
        self.read_setting(&mut connection, setting).await
    }

    async fn read_setting(
        &self,
        connection: &mut sqlx::SqliteConnection,
        setting: Setting,
    ) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar("SELECT value FROM settings WHERE key = $1")
            .bind(setting.key())
            .fetch_optional(connection)
            .await
            .map_err(|source| fault(&self.path, source))
    }

    async fn table<T: serde::de::DeserializeOwned>(
        &self,
        connection: &mut sqlx::SqliteConnection,
        kind: EntityKind,
    ) -> Result<Vec<Numbered<T>>, StoreError> {
        let rows = sqlx::query(select(kind)).fetch_all(connection).await.map_err(|source| fault(&self.path, source))?;
        rows.into_iter().map(|row| self.record(kind, &row)).collect()
    }

    fn record<T: serde::de::DeserializeOwned>(&self, kind: EntityKind, row: &SqliteRow) -> Result<Numbered<T>, StoreError> {
        let (seq, id, body): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
        let value = serde_json::from_str(&body);
        let value = value.map_err(|source| StoreError::Record { path: self.path.clone(), kind, seq, id, source })?;
        Ok(Numbered { seq: seq as u64, value })
    }

    /// Closes the ledger, folding the write-ahead log into it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

const fn select(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Organizations => "SELECT seq, id, body FROM organizations ORDER BY seq",
        EntityKind::Projects => "SELECT seq, id, body FROM projects ORDER BY seq",
        EntityKind::Needs => "SELECT seq, id, body FROM needs ORDER BY seq",
        EntityKind::Claims => "SELECT seq, id, body FROM claims ORDER BY seq",
    }
}
