//! Temporary files of this process, for what may be larger than memory: uploads, long reports, workbooks being written.
//!
//! A file has no name where the system allows it, so it ends with the process. [`List`] keeps records of any number: the first
//! ones in memory, all others in such a file.

use std::fs::File;
use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Name of the directory inside a data directory.
const DIR: &str = "spool";

/// Where temporary files are made.
#[derive(Debug, Clone, Default)]
pub struct Spool {
    /// The system's directory for temporary files if there is none of our own.
    dir: Option<PathBuf>,
}

impl Spool {
    /// The spool of a data directory. Its directory, which only its owner can read, is made once it is needed.
    #[must_use]
    pub fn in_data_dir(data: &Path) -> Self {
        Self { dir: Some(data.join(DIR)) }
    }

    /// Removes what a process that died has left behind. Files in use by another process stay readable for it.
    ///
    /// # Errors
    /// The directory cannot be read or a file cannot be removed.
    pub fn clear(&self) -> Result<()> {
        let Some(dir) = self.dir.as_ref().filter(|dir| dir.is_dir()) else { return Ok(()) };
        for entry in std::fs::read_dir(dir)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(())
    }

    /// A new file, readable and writable by this process only.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn file(&self) -> Result<File> {
        let file = tempfile::tempfile_in(self.dir()?)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(file)
    }

    /// The directory.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn dir(&self) -> Result<PathBuf> {
        let Some(dir) = &self.dir else { return Ok(std::env::temp_dir()) };
        if !dir.is_dir() {
            let mut builder = std::fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(dir)?;
        }
        Ok(dir.clone())
    }
}

/// Number of records that a list keeps in memory.
const IN_MEMORY: usize = 1_000;
/// Bytes that are collected before they are written.
const BUFFER: usize = 1 << 16;
/// Largest file of a list, in bytes.
const MAX_LIST: u64 = 512 << 20;

/// A list that is too long for its file.
#[derive(Debug, thiserror::Error)]
#[error("the list takes more than {} MB", MAX_LIST >> 20)]
pub struct ListFull;

/// Records in the order in which they were added: the first ones in memory, all others in a temporary file.
#[derive(Debug)]
pub struct List<T> {
    spool: Spool,
    head: Vec<T>,
    file: Option<File>,
    /// What is not in the file yet.
    buffer: Vec<u8>,
    bytes: u64,
    len: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new(Spool::default())
    }
}

impl<T> List<T> {
    /// An empty list; its file is made in `spool` once it is needed.
    #[must_use]
    pub const fn new(spool: Spool) -> Self {
        Self { spool, head: Vec::new(), file: None, buffer: Vec::new(), bytes: 0, len: 0 }
    }

    /// Number of records.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// True if there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first records: all of them if there are no more than a thousand.
    #[must_use]
    pub fn head(&self) -> &[T] {
        &self.head
    }
}

impl<T: Serialize + DeserializeOwned + Clone> List<T> {
    /// Adds a record.
    ///
    /// # Errors
    /// The file cannot be written, or would get too large ([`ListFull`]).
    pub fn push(&mut self, record: T) -> Result<()> {
        self.len += 1;
        if self.head.len() < IN_MEMORY {
            self.head.push(record);
            return Ok(());
        }
        let before = self.buffer.len();
        serde_json::to_writer(&mut self.buffer, &record)?;
        self.buffer.push(b'\n');
        self.bytes += (self.buffer.len() - before) as u64;
        if self.bytes > MAX_LIST {
            return Err(Error::other(ListFull));
        }
        if self.buffer.len() < BUFFER {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.spool.file()?,
        };
        file.write_all(&self.buffer)?;
        self.buffer.clear();
        self.file = Some(file);
        Ok(())
    }

    /// All records from the first to the last.
    pub fn iter(&self) -> Iter<'_, T> {
        let written = self.file.as_ref().map(|file| At { file, place: 0 });
        let lines: Box<dyn BufRead + '_> = match written {
            Some(written) => Box::new(BufReader::new(written).chain(&self.buffer[..])),
            None => Box::new(&self.buffer[..]),
        };
        Iter { head: self.head.iter(), lines, line: Vec::new() }
    }
}

/// The records of a [`List`].
pub struct Iter<'a, T> {
    head: std::slice::Iter<'a, T>,
    lines: Box<dyn BufRead + 'a>,
    line: Vec<u8>,
}

impl<T: DeserializeOwned + Clone> Iterator for Iter<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        if let Some(record) = self.head.next() {
            return Some(Ok(record.clone()));
        }
        self.line.clear();
        match self.lines.read_until(b'\n', &mut self.line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_slice(&self.line).map_err(Error::from)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Bytes of a scratch that stay in memory.
const SCRATCH_IN_MEMORY: usize = 8 << 20;

/// Pieces of bytes of any total length, each read again by its place: in memory as long as they are few, then in a temporary
/// file. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Scratch(Arc<RwLock<Pieces>>);

#[derive(Debug, Default)]
struct Pieces {
    spool: Spool,
    file: Option<File>,
    /// Bytes that are in the file.
    written: u64,
    /// What comes after them.
    tail: Vec<u8>,
}

impl Scratch {
    /// An empty scratch; its file is made in `spool` once it is needed.
    #[must_use]
    pub fn new(spool: Spool) -> Self {
        Self(Arc::new(RwLock::new(Pieces { spool, ..Pieces::default() })))
    }

    /// Adds a piece behind all others and returns its place.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn push(&self, piece: &[u8]) -> Result<u64> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let place = all.written + all.tail.len() as u64;
        all.tail.extend_from_slice(piece);
        if all.tail.len() < SCRATCH_IN_MEMORY {
            return Ok(place);
        }
        let mut file = match all.file.take() {
            Some(file) => file,
            None => all.spool.file()?,
        };
        file.write_all(&all.tail)?;
        all.written += all.tail.len() as u64;
        all.tail.clear();
        all.file = Some(file);
        Ok(place)
    }

    /// Puts the bytes from `start` on into `out`, as many as it holds.
    ///
    /// # Errors
    /// The file cannot be read, or there are not so many bytes.
    pub fn read(&self, start: u64, out: &mut [u8]) -> Result<()> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let from_file = all.written.saturating_sub(start).min(out.len() as u64) as usize;
        let (first, rest) = out.split_at_mut(from_file);
        if let Some(file) = &all.file {
            At { file, place: start }.read_exact(first)?;
        }
        let tail = start.saturating_sub(all.written) as usize;
        let tail = all.tail.get(tail..tail + rest.len()).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        rest.copy_from_slice(tail);
        Ok(())
    }
}

/// A file, read from a place of its own.
struct At<'a> {
    file: &'a File,
    place: u64,
}

impl Read for At<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(self.file, out, self.place)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(self.file, out, self.place)?;
        self.place += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_back_what_was_added_however_long_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::in_data_dir(dir.path());
        for count in [0, 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY] {
            let mut list = List::new(spool.clone());
            (0..count).for_each(|n| list.push(format!("第{n}处\n")).unwrap());
            assert_eq!((list.len(), list.head().len(), list.is_empty()), (count, count.min(IN_MEMORY), count == 0));
            for _ in 0..2 {
                let all: Vec<String> = list.iter().map(|it| it.unwrap()).collect();
                assert_eq!(all, (0..count).map(|n| format!("第{n}处\n")).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn pieces_are_read_again_from_memory_and_from_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(Spool::in_data_dir(dir.path()));
        let piece: Vec<u8> = (0..=250).cycle().take(SCRATCH_IN_MEMORY / 3).collect();
        let places: Vec<u64> = (0..5).map(|_| scratch.clone().push(&piece).unwrap()).collect();
        let end = scratch.push(b"end").unwrap();
        let mut read = vec![0; piece.len()];
        for place in places {
            scratch.read(place, &mut read).unwrap();
            assert!(read == piece, "{place}");
        }
        let mut across = vec![0; end as usize + 3];
        scratch.read(0, &mut across).unwrap();
        assert!(across == [piece.repeat(5), b"end".to_vec()].concat());
        assert!(scratch.read(end + 1, &mut [0; 3]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_spool_is_private_and_leftovers_are_removed() {
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::in_data_dir(dir.path());
        spool.clear().unwrap();
        std::fs::write(spool.dir().unwrap().join("left"), "x").unwrap();
        let kept = spool.file().unwrap();
        assert_eq!(spool.dir().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        spool.clear().unwrap();
        assert_eq!(std::fs::read_dir(spool.dir().unwrap()).unwrap().count(), 0);
    }
}
