//! The files of an import.

use std::path::{Path, PathBuf};

use super::{FileError, InputFile};
use crate::domain::EntityKind;

/// Opens every file before anything is written; a directory stands for the files in it. Files that others refer to come first.
/// `kind` is the kind of records in the files; by default their names and columns tell it.
///
/// # Errors
/// A file that cannot be read at all.
pub fn open_files(paths: &[PathBuf], kind: Option<EntityKind>) -> Result<Vec<InputFile>, FileError> {
    let mut files = Vec::new();
    for path in paths {
        for path in expand(path)? {
            files.push(InputFile::open(&path, kind)?);
        }
    }
    files.sort_by_key(|file| file.kind);
    Ok(files)
}

/// The files of an import. They are read and kept; if they are large in total, they are read
/// once to be checked and then again one by one.
pub enum Sources {
    /// The files, already read.
    Loaded(Vec<InputFile>),
    /// Paths in the order of import.
    Paths(Vec<PathBuf>),
}

/// Files of more than this many bytes in total are not kept in memory.
const MAX_KEPT_BYTES: u64 = 256 << 20;

impl Sources {
    /// Opens every file before anything is written, as [`open_files`] does.
    ///
    /// # Errors
    /// A file that cannot be read at all.
    pub fn open(paths: &[PathBuf], kind: Option<EntityKind>) -> Result<Self, FileError> {
        let mut expanded = Vec::new();
        for path in paths {
            expanded.extend(expand(path)?);
        }
        let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |it| it.len());
        if expanded.iter().map(size).sum::<u64>() <= MAX_KEPT_BYTES {
            return open_files(paths, kind).map(Self::Loaded);
        }
        let mut kinds = Vec::new();
        for path in expanded {
            kinds.push((InputFile::open(&path, kind)?.kind, path));
        }
        kinds.sort_by_key(|entry| entry.0);
        Ok(Self::Paths(kinds.into_iter().map(|(_, path)| path).collect()))
    }
}

/// The text of a file in any of the encodings that lists come in; a byte order mark is dropped.
///
/// # Errors
/// A file that cannot be read or is not text.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    let bytes = std::fs::read(path).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
    super::text(path, &bytes)
}

/// Extensions of the files that a directory stands for.
const READ: [&str; 7] = ["jsonl", "csv", "tsv", "xlsx", "xlsm", "xls", "ods"];

fn expand(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |source| FileError::Io { path: path.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let is_hidden = file.file_name().and_then(|it| it.to_str()).is_some_and(|name| name.starts_with(['.', '~']));
        if !is_hidden && file.extension().and_then(|it| it.to_str()).is_some_and(|it| READ.contains(&it)) {
            found.push(file);
        }
    }
    found.sort();
    if found.is_empty() { Err(FileError::NothingToImport { path: path.to_owned() }) } else { Ok(found) }
}
