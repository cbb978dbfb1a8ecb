//! One run of a server: its id, and the lock by which others see that it lives.
//!
//! The operating system releases the lock when the process ends, however it ends. No clock is involved.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::private_files;
use crate::store::JobStoreError;
use crate::store::sqlite::fault::job_file_fault;

const PREFIX: &str = "jobs-";
const SUFFIX: &str = ".lock";

/// The run of the server that has opened the store.
#[derive(Debug)]
pub(super) struct Run {
    id: String,
    path: PathBuf,
    /// Holds the lock; `None` after the end.
    lock: Mutex<Option<File>>,
}

impl Run {
    /// Begins a run in `dir`.
    pub(super) fn begin(dir: &Path) -> Result<Self, JobStoreError> {
        let id = Uuid::new_v4().simple().to_string();
        let path = lock_path(dir, &id);
        // It gets its name when it is locked, so that nobody takes it for the lock of a run that has ended.
        let unnamed = path.with_extension("new");
        let fault = |source| job_file_fault(&path, source);
        let lock = private_files::create_file(&unnamed).map_err(fault)?;
        lock.lock().map_err(fault)?;
        std::fs::rename(&unnamed, &path).map_err(fault)?;
        Ok(Self { id, path, lock: Mutex::new(Some(lock)) })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Ends the run.
    pub(super) fn end(&self) {
        if self.lock.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            // A lock file that stays says nothing: nobody holds it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.end();
    }
}

/// True if the run with this id has ended. Removes its lock file.
pub(super) fn has_ended(dir: &Path, id: &str) -> bool {
    is_free(&lock_path(dir, id))
}

/// Removes the lock files of all runs in `dir` that have ended.
pub(super) fn tidy(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX)) {
            is_free(&entry.path());
        }
    }
}

/// True if nobody holds this lock. Then its file is removed.
fn is_free(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    match file.try_lock() {
        Ok(()) => {
            let _ = std::fs::remove_file(path);
            true
        }
        // A file system without locks: every other run counts as living, so that nothing is taken from it.
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
    }
}

fn lock_path(dir: &Path, id: &str) -> PathBuf {
    dir.join(format!("{PREFIX}{id}{SUFFIX}"))
}
