//! The ledger, source of truth: relational tables and an append-only change log, written in one transaction.
//!
//! Whatever else there is (text index, catalog) is derived from here and can be deleted. SQLite in one file.

mod changes;
mod error;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};

use crate::domain::{Claim, EntityKind, Need, Organization, Project};
pub use changes::NewClaims;
pub use error::StoreError;
use error::fault;
pub use write::Written;

/// Name of the ledger inside a data directory.
pub const LEDGER_FILE: &str = "ledger.db";

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/store/migrations");

/// A record and its number in the ledger: stable for ever, ascending in the order of arrival.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered<T> {
    /// The number.
    pub seq: u64,
    /// The record.
    pub value: T,
}

/// Everything in the ledger at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// Number of the last change that is in it.
    pub through: i64,
    /// All organizations.
    pub organizations: Vec<Numbered<Organization>>,
    /// All past projects.
    pub projects: Vec<Numbered<Project>>,
    /// All needs.
    pub needs: Vec<Numbered<Need>>,
    /// All claims.
    pub claims: Vec<Numbered<Claim>>,
    /// The taxonomy file that replaces the embedded one, if one was imported.
    pub taxonomy: Option<String>,
    /// The word lists that were added to the embedded ones.
    pub lexicon: Option<String>,
}

/// Something that is kept once for the whole data directory, as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The taxonomy file.
    Taxonomy,
    /// The added word lists.
    Lexicon,
}

impl Setting {
    const fn key(self) -> &'static str {
        match self {
            Self::Taxonomy => "taxonomy",
            Self::Lexicon => "lexicon",
        }
    }
}

/// An open ledger.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    path: PathBuf,
}

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

impl Store {
    /// Opens the ledger in `dir`; makes directory and ledger where `create` is set and there is none.
    ///
    /// # Errors
    /// Nothing there, not writable, damaged, or written by a newer version of the program.
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
        let pool =
            SqlitePoolOptions::new().max_connections(4).connect_with(options).await.map_err(|source| fault(&path, source))?;
        MIGRATIONS.run(&pool).await.map_err(|source| error::migration_fault(&path, source))?;
        Ok(Self { pool, path })
    }

    /// Where the ledger lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Number of the last change; 0 for an empty ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn through(&self) -> Result<i64, StoreError> {
        sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM changes")
            .fetch_one(&self.pool)
            .await
            .map_err(|source| fault(&self.path, source))
    }

    /// Reads everything, as of one moment.
    ///
    /// # Errors
    /// The ledger cannot be read, or a record in it is not readable by this program.
    pub async fn load(&self) -> Result<Ledger, StoreError> {
        let mut transaction = self.pool.begin().await.map_err(|source| fault(&self.path, source))?;
        let through = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM changes")
            .fetch_one(&mut *transaction)
            .await
            .map_err(|source| fault(&self.path, source))?;
        let taxonomy = self.read_setting(&mut transaction, Setting::Taxonomy).await?;
        let lexicon = self.read_setting(&mut transaction, Setting::Lexicon).await?;
        let ledger = Ledger {
            through,
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

    /// A setting as it is now.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn setting(&self, setting: Setting) -> Result<Option<String>, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(|source| fault(&self.path, source))?;
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
        let (seq, body): (i64, String) = (row.get(0), row.get(1));
        let value = serde_json::from_str(&body);
        let value = value.map_err(|source| StoreError::Record { path: self.path.clone(), kind, seq, source })?;
        Ok(Numbered { seq: seq as u64, value })
    }

    /// Closes the ledger, folding the write-ahead log into it.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

const fn select(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Organizations => "SELECT seq, body FROM organizations ORDER BY seq",
        EntityKind::Projects => "SELECT seq, body FROM projects ORDER BY seq",
        EntityKind::Needs => "SELECT seq, body FROM needs ORDER BY seq",
        EntityKind::Claims => "SELECT seq, body FROM claims ORDER BY seq",
    }
}
