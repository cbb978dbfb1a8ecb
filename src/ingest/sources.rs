//! The files of an import.

use std::path::{Path, PathBuf};

use super::{FileError, InputFile, ReadAs};
use crate::domain::EntityKind;

/// The files of an import in its order: files that others refer to come first. Each is read when it is opened, so that a file
/// that cannot be read is found before anything is written. The first ones are kept until they are asked for, as far as they
/// are small together; all others are read again then.
pub struct Sources {
    files: Vec<(PathBuf, Option<InputFile>)>,
    rows: usize,
    reading: ReadAs,
}

/// Files of more than this many bytes together are not kept.
const MAX_KEPT: u64 = 32 << 20;

impl Sources {
    /// Opens every file; a directory stands for the files in it. `kind` is the kind of records in the files; by default their
    /// names and columns tell it.
    ///
    /// # Errors
    /// A file that cannot be read at all.
    pub fn open(paths: &[PathBuf], kind: Option<EntityKind>) -> Result<Self, FileError> {
        Self::open_as(paths, kind.into())
    }

    /// Like [`Self::open`], with all that is said about the files.
    ///
    /// # Errors
    /// A file that cannot be read at all.
    pub fn open_as(paths: &[PathBuf], reading: ReadAs) -> Result<Self, FileError> {
        let (mut files, mut size, mut rows) = (Vec::new(), 0, 0);
        for path in paths {
            for path in expand(path)? {
                let file = InputFile::open_as(&path, &reading)?;
                rows += file.row_count();
                size += std::fs::metadata(&path).map_or(0, |it| it.len());
                files.push((file.kind, path, (files.is_empty() || size <= MAX_KEPT).then_some(file)));
            }
        }
        files.sort_by_key(|file| file.0);
        Ok(Self { files: files.into_iter().map(|(_, path, file)| (path, file)).collect(), rows, reading })
    }

    /// How many files there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.files.len()
    }

    /// Number of rows in all of them.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files one by one. What was kept is handed over; whoever asks again gets it read again.
    pub fn read(&mut self) -> impl Iterator<Item = Result<InputFile, FileError>> {
        let reading = &self.reading;
        self.files.iter_mut().map(move |(path, file)| file.take().map_or_else(|| InputFile::open_as(path, reading), Ok))
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
