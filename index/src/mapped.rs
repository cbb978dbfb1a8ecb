//! Files mapped into memory, for derived data that lies beside an index. Tantivy's directory does the mapping, so no unsafe code
//! of ours is needed.

use std::io;
use std::ops::{Deref, Range};
use std::path::Path;

use tantivy::Directory;
use tantivy::directory::{MmapDirectory, OwnedBytes};

/// Bytes of a mapped file. They stay mapped as long as this or a part of it lives, also if the file is removed meanwhile. Such a
/// file must never be changed; it is replaced by another one.
#[derive(Clone)]
pub struct Mapped(OwnedBytes);

impl Mapped {
    /// Maps a file.
    ///
    /// # Errors
    /// It does not exist or cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a path of a file"));
        };
        let files = MmapDirectory::open(dir).map_err(io::Error::other)?;
        let file = files.open_read(Path::new(name)).map_err(io::Error::other)?;
        Ok(Self(file.read_bytes()?))
    }

    /// A part of it, which shares the mapping.
    ///
    /// # Panics
    /// If the range is not inside.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        Self(self.0.slice(range))
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_outlives_the_file() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("a.bin");
        std::fs::write(&path, b"0123456789").unwrap();
        let part = Mapped::open(&path).unwrap().part(3..6);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(&*part, b"345");
        assert!(Mapped::open(&path).is_err());
    }
}
