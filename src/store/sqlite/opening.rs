//! Opening the ledger: to write, or only to read where nothing can be written.

use std::fs::OpenOptions;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::fault::{fault, schema_fault};
use super::head::Head;
use super::migrate::{SCHEMA, to_latest};
use super::purge::purge;
use super::{BUSY_TIMEOUT, LEDGER_FILE, Store};
use crate::private_files;
use crate::store::{LedgerVersion, StoreError};

/// Number of connections for reading.
const READERS: u32 = 4;

impl Store {
    /// Opens the ledger in `dir`. With `create`, creates directory and ledger if they do not exist. A ledger that cannot be
    /// written is opened for reading.
    ///
    /// # Errors
    /// The ledger does not exist, is damaged, is of a newer version, or is of an older one and cannot be written.
    pub async fn open(dir: &Path, create: bool) -> Result<Self, StoreError> {
        Self::open_beside(dir, create, None).await
    }

    /// As [`Store::open`], beside data that were derived from the ledger and have reached this version. If the ledger is not
    /// there, or has no record although the version is a later one, it is refused, and nothing is created.
    ///
    /// # Errors
    /// As [`Store::open`]; and the ledger was lost.
    pub async fn open_beside(dir: &Path, create: bool, derived: Option<LedgerVersion>) -> Result<Self, StoreError> {
        let place = Place::new(dir, derived);
        place.check(create)?;
        if create {
            let unmade = |source| StoreError::Directory { dir: dir.to_owned(), source };
            private_files::create_dir(dir).map_err(unmade)?;
            match private_files::create_file(&place.path) {
                Err(source) if !place.path.exists() => return Err(unmade(source)),
                _ => {}
            }
        }
        if is_writable(dir, &place.path) { place.open(BUSY_TIMEOUT).await } else { place.open_to_read().await }
    }
}

/// Where the ledger is, or should be.
pub(super) struct Place<'a> {
    dir: &'a Path,
    path: PathBuf,
    derived: Option<LedgerVersion>,
}

impl<'a> Place<'a> {
    pub(super) fn new(dir: &'a Path, derived: Option<LedgerVersion>) -> Self {
        Self { dir, path: dir.join(LEDGER_FILE), derived }
    }

    /// Opens the ledger for reading, whether or not it can be written.
    pub(super) async fn open_to_verify(&self) -> Result<Store, StoreError> {
        self.check(false)?;
        self.open_to_read().await
    }

    /// Refuses to go on if there is no ledger where there should be one.
    fn check(&self, create: bool) -> Result<(), StoreError> {
        let found = match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => "不存在",
            Ok(file) if file.is_file() && file.len() == 0 => "是空文件",
            _ => return Ok(()),
        };
        if std::fs::metadata(self.log()).is_ok_and(|log| log.len() > 0) {
            let remains = format!("它的日志 {LEDGER_FILE}-wal");
            return Err(StoreError::Lost { dir: self.dir.to_owned(), found, remains });
        }
        if let Some(version) = self.derived {
            return Err(self.lost(found, version));
        }
        if create { Ok(()) } else { Err(StoreError::Missing { dir: self.dir.to_owned() }) }
    }

    fn lost(&self, found: &'static str, derived: LedgerVersion) -> StoreError {
        let reached =
            if derived == LedgerVersion::EMPTY { String::new() } else { format!("（已记到第{derived}号变更）") };
        StoreError::Lost { dir: self.dir.to_owned(), found, remains: format!("文本索引 text{reached}") }
    }

    fn log(&self) -> PathBuf {
        self.dir.join(format!("{LEDGER_FILE}-wal"))
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new().filename(&self.path).foreign_keys(true).pragma("cell_size_check", "ON")
    }

    /// Opens the ledger for reading and writing and brings it up to date.
    pub(super) async fn open(&self, busy_timeout: Duration) -> Result<Store, StoreError> {
        let options = self
            .options()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "ON")
            .busy_timeout(busy_timeout);
        let writer = connect(1, options.clone()).await.map_err(|source| fault(&self.path, source))?;
        match self.prepare(&writer).await {
            Ok(()) => {
                let readers = connect(READERS, options).await.map_err(|source| fault(&self.path, source))?;
                Ok(Store { readers, writer: Some(writer), path: self.path.clone(), unlocked: None })
            }
            Err(refused) => {
                // Otherwise the end of the process could leave an empty log behind.
                writer.close().await;
                Err(refused)
            }
        }
    }

    async fn prepare(&self, writer: &SqlitePool) -> Result<(), StoreError> {
        let version = self.schema_version(writer).await?;
        self.refuse_if_lost(writer, version).await?;
        if version < SCHEMA.versions.len() {
            to_latest(writer, &self.path).await?;
        }
        purge(writer, &self.path).await;
        Ok(())
    }

    /// Opens the ledger only for reading, where nothing can be written beside it.
    async fn open_to_read(&self) -> Result<Store, StoreError> {
        let is_there = |part: &str| std::fs::metadata(self.dir.join(format!("{LEDGER_FILE}{part}"))).is_ok_and(|it| it.len() > 0);
        // With the shared memory of a process that writes, SQLite reads as usual. Without any log there is nothing to share, and
        // the file is read as it is.
        let is_unlocked = !is_there("-wal") && !is_there("-shm");
        let options = self.options().read_only(true).immutable(is_unlocked);
        let unlocked = is_unlocked.then(|| Fingerprint::of(&self.path));
        let cannot = |error| match error {
            StoreError::ReadOnly { path } => StoreError::UnfoldedLog { path },
            other => other,
        };
        let readers = connect(READERS, options).await.map_err(|source| cannot(fault(&self.path, source)))?;
        let version = self.schema_version(&readers).await.map_err(cannot)?;
        self.refuse_if_lost(&readers, version).await?;
        if version == 0 {
            return Err(StoreError::Missing { dir: self.dir.to_owned() });
        }
        if version < SCHEMA.versions.len() {
            return Err(StoreError::Outdated { path: self.path.clone() });
        }
        Ok(Store { readers, writer: None, path: self.path.clone(), unlocked })
    }

    async fn schema_version(&self, pool: &SqlitePool) -> Result<usize, StoreError> {
        let mut connection = pool.acquire().await.map_err(|source| fault(&self.path, source))?;
        SCHEMA.version(&mut connection).await.map_err(|it| schema_fault(&self.path, it))
    }

    /// Refuses a ledger to which nothing was ever written, beside data that were derived from later versions.
    async fn refuse_if_lost(&self, pool: &SqlitePool, schema: usize) -> Result<(), StoreError> {
        let Some(derived) = self.derived.filter(|it| *it > LedgerVersion::EMPTY) else { return Ok(()) };
        let failed = |source| fault(&self.path, source);
        let mut connection = pool.acquire().await.map_err(failed)?;
        let is_empty = match schema {
            0 => true,
            1 => {
                let is_empty = sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM changes)");
                is_empty.fetch_one(&mut *connection).await.map_err(failed)?
            }
            _ => Head::read(&mut connection).await.map_err(|it| fault(&self.path, it))?.seq == 0,
        };
        if is_empty { Err(self.lost("没有任何记录", derived)) } else { Ok(()) }
    }
}

async fn connect(connections: u32, options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new().max_connections(connections).connect_with(options).await
}

/// True unless the system says that file or directory cannot be written. Leaves no trace.
fn is_writable(dir: &Path, path: &Path) -> bool {
    let is_refused = |error: &Error| matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem);
    // SQLite keeps its log beside the file.
    let refusals = [OpenOptions::new().write(true).open(path).err(), tempfile::tempfile_in(dir).err()];
    !refusals.iter().flatten().any(is_refused)
}

/// Size and time of a file, by which a change is noticed. A log that appears beside it is a change, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    bytes: u64,
    changed: Option<SystemTime>,
    log: u64,
}

impl Fingerprint {
    pub(super) fn of(path: &Path) -> Self {
        let file = std::fs::metadata(path).ok();
        let log = path.with_file_name(format!("{LEDGER_FILE}-wal"));
        Self {
            bytes: file.as_ref().map_or(0, std::fs::Metadata::len),
            changed: file.and_then(|file| file.modified().ok()),
            log: std::fs::metadata(log).map_or(0, |log| log.len()),
        }
    }
}
