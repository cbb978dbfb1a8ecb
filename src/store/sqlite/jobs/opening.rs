//! Opening the job store. One that cannot be used is set aside, because nothing depends on it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tempfile::TempDir;

use super::JobStore;
use super::run::{Run, tidy};
use crate::private_files;
use crate::store::JobStoreError;
use crate::store::sqlite::BUSY_TIMEOUT;
use crate::store::sqlite::fault::{job_fault, job_file_fault, job_schema_fault};
use crate::store::sqlite::schema::{Schema, Version};

/// Name of the job store inside a data directory.
pub(super) const JOBS_FILE: &str = "jobs.db";

/// Number of connections for reading.
const READERS: u32 = 2;

/// Digest of the definitions after version 1.
const JOBS_1: &str = "8fb1a726ebe1843c0cf062ebba2b553328f25c6182a9f77221fb28fe9d9af9af";
/// The same after version 2.
const JOBS_2: &str = "9624b06e384d0590af521c8d515cae332132a4b6a1340d30622f02482c60e03d";

/// The versions of the job store.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    tables: &["jobs", "results", "documents", "chunks"],
    versions: vec![
        Version::new(1, "jobs", include_str!("migrations/0001_jobs.sql"), JOBS_1),
        Version::new(2, "kept", include_str!("migrations/0002_kept.sql"), JOBS_2),
    ],
});

impl JobStore {
    /// Opens the job store in `dir`, for a server that works on jobs; makes one if there is none. Jobs of servers that have
    /// ended are marked as interrupted.
    ///
    /// A store that is damaged or of a newer version is renamed to `jobs.db.damaged` or `jobs.db.newer`, replacing an earlier
    /// one, and an empty store takes its place: a warning in the log says so.
    ///
    /// # Errors
    /// [`JobStoreError::ReadOnly`] if the directory cannot be written; or another process has been writing for too long.
    pub async fn open(dir: &Path, now: Timestamp) -> Result<Self, JobStoreError> {
        private_files::create_dir(dir).map_err(|source| job_file_fault(dir, source))?;
        let opened = match Self::open_file(dir).await {
            Err(error @ JobStoreError::Damaged { .. }) => Self::open_anew(dir, &error, "damaged").await,
            Err(error @ JobStoreError::Newer { .. }) => Self::open_anew(dir, &error, "newer").await,
            opened => opened,
        };
        let store = opened?;
        store.interrupt_ended_runs(now).await?;
        tidy(dir);
        Ok(store)
    }

    /// A job store in a directory of its own that is removed with it, for a data directory that cannot be written.
    ///
    /// # Errors
    /// No temporary directory can be made.
    pub async fn temporary() -> Result<Self, JobStoreError> {
        let dir = TempDir::new().map_err(|source| JobStoreError::File { path: std::env::temp_dir(), source })?;
        let store = Self::open_file(dir.path()).await?;
        Ok(Self { _temporary: Some(Arc::new(dir)), ..store })
    }

    async fn open_anew(dir: &Path, error: &JobStoreError, why: &str) -> Result<Self, JobStoreError> {
        let aside = set_aside(dir, why)?;
        tracing::warn!("{error}；已改名为 {}（可以删除），并新建了任务库", aside.display());
        Self::open_file(dir).await
    }

    async fn open_file(dir: &Path) -> Result<Self, JobStoreError> {
        let path = dir.join(JOBS_FILE);
        let fault = |source| job_fault(&path, source);
        private_files::create_file(&path).map_err(|source| job_file_fault(&path, source))?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            // What a power failure takes away is background work, and it takes it whole.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .busy_timeout(BUSY_TIMEOUT);
        let connect = |connections, options| SqlitePoolOptions::new().max_connections(connections).connect_with(options);
        let writer: SqlitePool = connect(1, options.clone()).await.map_err(fault)?;
        prepare(&writer, &path).await?;
        let readers = connect(READERS, options).await.map_err(fault)?;
        let run = Arc::new(Run::begin(dir)?);
        Ok(Self { readers, writer, path, run, _temporary: None })
    }
}

/// Finds damage before it is met in the middle of work, and brings the schema up to date.
async fn prepare(writer: &SqlitePool, path: &Path) -> Result<(), JobStoreError> {
    let fault = |source| job_fault(path, source);
    let schema_fault = |fault| job_schema_fault(path, fault);
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
    let mut version = SCHEMA.version(&mut transaction).await.map_err(schema_fault)?;
    while SCHEMA.advance(&mut transaction, version).await.map_err(schema_fault)? {
        version += 1;
    }
    transaction.commit().await.map_err(fault)?;
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(writer).await.map_err(fault)?;
    if found == "ok" { Ok(()) } else { Err(JobStoreError::Damaged { path: path.to_owned(), what: found }) }
}

fn set_aside(dir: &Path, why: &str) -> Result<PathBuf, JobStoreError> {
    let aside = dir.join(format!("{JOBS_FILE}.{why}"));
    let path = dir.join(JOBS_FILE);
    std::fs::rename(&path, &aside).map_err(|source| JobStoreError::File { path, source })?;
    for part in ["-wal", "-shm"] {
        match std::fs::remove_file(dir.join(format!("{JOBS_FILE}{part}"))) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(JobStoreError::File { path: dir.join(format!("{JOBS_FILE}{part}")), source });
            }
            _ => {}
        }
    }
    Ok(aside)
}
