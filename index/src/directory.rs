//! The files of an index on disk. They are private to their owner, and can be read where nothing can be written.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, TerminatingWrite, WatchCallback, WatchHandle,
    WritePtr,
};

/// Tantivy's directory in memory-mapped files, with three differences: files are created private, reading needs no lock file
/// where none can be made, and a small write does not wait for the disk.
///
/// An index is derived data. A process that is killed loses nothing that was not synchronised; if the power fails, an index may
/// have to be made anew, which takes less than the waiting would have taken.
#[derive(Clone, Debug)]
pub(crate) struct PrivateDirectory {
    files: MmapDirectory,
    root: PathBuf,
    waits: Arc<AtomicBool>,
}

/// A file that is left to the system to be written to the disk.
struct Unsynchronised(File);

impl Write for Unsynchronised {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl TerminatingWrite for Unsynchronised {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.flush()
    }
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
        Ok(Self { files: MmapDirectory::open(dir)?, root: dir.to_owned(), waits: Arc::new(AtomicBool::new(true)) })
    }

    /// Whether the next writes wait until the disk has them, for all copies of this directory.
    pub(crate) fn wait_for_disk(&self, waits: bool) {
        self.waits.store(waits, Ordering::Relaxed);
    }

    fn waits(&self) -> bool {
        self.waits.load(Ordering::Relaxed)
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

/// A new private file.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Tells temporary files of this process apart.
static TEMPORARY: AtomicU64 = AtomicU64::new(0);

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
        if !self.waits() {
            return match new_file(&self.root.join(path)) {
                Ok(file) => Ok(BufWriter::new(Box::new(Unsynchronised(file)))),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(OpenWriteError::FileAlreadyExists(path.to_owned())),
                Err(error) => Err(OpenWriteError::wrap_io_error(error, path.to_owned())),
            };
        }
        let file = self.files.open_write(path)?;
        make_private(&self.root.join(path)).map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(file)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    /// Through a temporary file, which is private.
    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if self.waits() {
            return self.files.atomic_write(path, data);
        }
        let number = TEMPORARY.fetch_add(1, Ordering::Relaxed);
        let temporary = self.root.join(format!(".tmp-{}-{number}", std::process::id()));
        new_file(&temporary)?.write_all(data)?;
        std::fs::rename(temporary, self.root.join(path))
    }

    fn sync_directory(&self) -> io::Result<()> {
        if self.waits() { self.files.sync_directory() } else { Ok(()) }
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
