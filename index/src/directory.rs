//! The files of an index on disk. They are private to their owner, and can be read where nothing can be written.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback, WatchHandle, WritePtr};

/// Tantivy's directory in memory-mapped files, with two differences: files are created private, and reading needs no lock file
/// where none can be made.
#[derive(Clone, Debug)]
pub(crate) struct PrivateDirectory {
    files: MmapDirectory,
    root: PathBuf,
}

/// Creates `dir`, and what is missing above it, as private directories.
pub(crate) fn create(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

impl PrivateDirectory {
    /// The files in `dir`, which exists.
    pub(crate) fn open(dir: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { files: MmapDirectory::open(dir)?, root: dir.to_owned() })
    }

    /// Protects what is read from being removed meanwhile, as far as that is possible without writing.
    fn lock_to_read(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match File::open(self.root.join(&lock.filepath)) {
            Ok(file) => {
                file.lock().map_err(|error| LockError::IoError(Arc::new(error)))?;
                Ok(DirectoryLock::from(Box::new(file)))
            }
            // Whoever removes files makes the lock file first.
            Err(_) => Ok(DirectoryLock::from(Box::new(()))),
        }
    }
}

/// True if the system says that nothing can be written here.
fn is_refused(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
const fn make_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

impl Directory for PrivateDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let file = self.files.open_write(path)?;
        make_private(&self.root.join(path)).map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(file)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    /// Through a temporary file, which is private.
    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.files.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let held = match self.files.acquire_lock(lock) {
            Err(LockError::IoError(error)) if lock.filepath == META_LOCK.filepath && is_refused(&error) => {
                return self.lock_to_read(lock);
            }
            held => held?,
        };
        make_private(&self.root.join(&lock.filepath)).map_err(|error| LockError::IoError(Arc::new(error)))?;
        Ok(held)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}
