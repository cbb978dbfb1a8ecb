//! The rights on a data directory: only its owner may read what is in it.

use std::io::Error;
use std::path::{Path, PathBuf};

use crate::io_error::describe_io_error;
use crate::private_files::make_private;

/// Beginnings of the names of files that the program makes in a data directory.
const FILES: [&str; 3] = ["ledger.db", "jobs.db", "jobs-"];

/// The directories that the program makes in it.
const DIRECTORIES: [&str; 5] = ["catalog", "text", "text/names", "text/projects", "text/scopes"];

/// Takes the rights of others on the data directory and on what the program made in it. Says so in the log if there were any, or
/// if they could not be taken.
pub(super) fn protect(dir: &Path) {
    let mut found = Found::default();
    found.make_private(dir);
    for path in entries(dir) {
        let is_ours =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| FILES.iter().any(|it| name.starts_with(it)));
        if is_ours && path.is_file() {
            found.make_private(&path);
        }
    }
    for text in DIRECTORIES.map(|name| dir.join(name)).iter().filter(|text| text.is_dir()) {
        found.make_private(text);
        entries(text).iter().filter(|path| path.is_file()).for_each(|path| found.make_private(path));
    }
    found.log(dir);
}

/// What is in a directory, links left out.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|it| !it.is_symlink())).map(|entry| entry.path()).collect()
}

#[derive(Default)]
struct Found {
    changed: usize,
    refused: Option<(PathBuf, Error)>,
}

impl Found {
    fn make_private(&mut self, path: &Path) {
        match make_private(path) {
            Ok(is_changed) => self.changed += usize::from(is_changed),
            // Another process removes files that are no longer needed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.refused = Some((path.to_owned(), error)),
        }
    }

    fn log(self, dir: &Path) {
        let Self { changed, refused } = self;
        if changed > 0 {
            tracing::warn!("数据目录 {} 中有{changed}个文件或目录可被其他用户读取，已改为只有本用户可以读写", dir.display());
        }
        if let Some((path, error)) = refused {
            let why = describe_io_error(&error);
            tracing::warn!("{} 可被其他用户读取，而且无法收紧权限：{why}；请改为只有运行本程序的用户可以读写", path.display());
        }
    }
}
