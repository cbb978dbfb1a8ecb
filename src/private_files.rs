//! Files and directories that only their owner may read, whatever the umask. On systems without such rights, plain ones.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Rights of a private file: its owner reads and writes it.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;
/// Rights of a private directory: its owner lists and changes it.
#[cfg(unix)]
const DIR_MODE: u32 = 0o700;

/// Creates `path` as a private directory if it does not exist. Directories above it are created as usual.
///
/// # Errors
/// The operating system's.
pub fn create_dir(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        std::fs::create_dir_all(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, DIR_MODE);
    match builder.create(path) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        created => created,
    }
}

/// Opens `path` for writing; creates a private file if it does not exist. What it holds stays.
///
/// # Errors
/// The operating system's.
pub fn create_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options.open(path)
}

/// Takes all rights on an existing file or directory from everybody but its owner. True if somebody had one. Leaves directories
/// alone in which everybody may create files (such as `/tmp`).
///
/// # Errors
/// The operating system's, as when another user owns it.
#[cfg(unix)]
pub fn make_private(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o077;
    const STICKY: u32 = 0o1000;
    let found = std::fs::metadata(path)?;
    let mode = found.permissions().mode();
    if mode & OTHERS == 0 || (found.is_dir() && mode & STICKY != 0) {
        return Ok(false);
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & !OTHERS))?;
    Ok(true)
}

/// There are no such rights.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn make_private(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn what_is_created_is_private_and_what_exists_keeps_its_content() {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("a/b");
        create_dir(&dir).unwrap();
        create_dir(&dir).unwrap();
        let file = dir.join("f");
        create_file(&file).unwrap();
        std::fs::write(&file, "kept").unwrap();
        create_file(&file).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&file)), (0o700, 0o600));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
        assert!(create_dir(&file).is_err(), "a file is no directory");
    }

    #[test]
    fn rights_of_others_are_taken_once_and_shared_directories_are_left_alone() {
        let place = TempDir::new().unwrap();
        let file = place.path().join("f");
        std::fs::write(&file, "").unwrap();
        let with = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
            let is_changed = [make_private(path).unwrap(), make_private(path).unwrap()];
            (is_changed, std::fs::metadata(path).unwrap().permissions().mode() & 0o7777)
        };
        assert_eq!(with(&file, 0o644), ([true, false], 0o600));
        assert_eq!(with(&file, 0o440), ([true, false], 0o400), "no right is given");
        assert_eq!(with(place.path(), 0o2775), ([true, false], 0o2700));
        assert_eq!(with(place.path(), 0o1777), ([false, false], 0o1777));
        assert!(make_private(&place.path().join("nothing")).is_err());
    }
}
