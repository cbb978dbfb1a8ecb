//! The JSON of records, in files of their own: too large to be held in memory, it is read record by record.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use super::column::Column;
use super::file::read_at;
use super::table::table;

/// A file of bodies, one after another, or the same in memory.
pub(in crate::catalog) enum BodyFile {
    Stored { name: String, file: File },
    InMemory(Vec<u8>),
}

impl BodyFile {
    /// Its name, if it is on disk.
    pub(in crate::catalog) fn name(&self) -> Option<&str> {
        match self {
            Self::Stored { name, .. } => Some(name),
            Self::InMemory(_) => None,
        }
    }
}

/// The number of a file stands in the upper bits of a place.
const FILE_BITS: u32 = 8;
const OFFSET_BITS: u32 = u64::BITS - FILE_BITS;

table! {
    /// Where the body of each record of one kind is.
    Bodies {
        /// Number of the file and offset in it.
        places: Column<u64>,
        lengths: Column<u32>,
        /// CRC-32 of each.
        checksums: Column<u32>,
    }
}

/// The place of one body.
#[derive(Debug, Clone, Copy)]
pub(in crate::catalog) struct BodyPlace {
    place: u64,
    pub(in crate::catalog) length: u32,
    checksum: u32,
}

impl BodyPlace {
    /// Number of its file.
    pub(in crate::catalog) const fn file(self) -> usize {
        (self.place >> OFFSET_BITS) as usize
    }

    /// True if it lies `after` bytes behind `first` in the same file.
    pub(in crate::catalog) const fn follows(self, first: Self, after: u64) -> bool {
        self.place == first.place + after
    }

    /// Reads the body.
    pub(in crate::catalog) fn read(self, files: &[Arc<BodyFile>]) -> io::Result<Vec<u8>> {
        let body = self.read_run(files, self.length as usize)?;
        if crc32fast::hash(&body) == self.checksum { Ok(body) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Reads so many bytes from its place on, which are not compared with checksums.
    pub(in crate::catalog) fn read_run(self, files: &[Arc<BodyFile>], length: usize) -> io::Result<Vec<u8>> {
        let offset = self.place & ((1 << OFFSET_BITS) - 1);
        let mut body = vec![0; length];
        match files.get(self.file()).map(|file| &**file) {
            Some(BodyFile::Stored { file, .. }) => read_at(file, &mut body, offset)?,
            Some(BodyFile::InMemory(bytes)) => {
                let start = offset as usize;
                let stored = bytes.get(start..start + length);
                body.copy_from_slice(stored.ok_or(io::ErrorKind::UnexpectedEof)?);
            }
            None => return Err(io::ErrorKind::NotFound.into()),
        }
        Ok(body)
    }
}

impl Bodies {
    /// Where a record's body is.
    pub(in crate::catalog) fn place(&self, record: usize) -> BodyPlace {
        BodyPlace { place: self.places[record], length: self.lengths[record], checksum: self.checksums[record] }
    }

    /// Appends the place of the next record's body.
    pub(in crate::catalog) fn push(&mut self, it: BodyPlace) {
        self.places.push(it.place);
        self.lengths.push(it.length);
        self.checksums.push(it.checksum);
    }

    /// Number of records.
    pub(in crate::catalog) fn len(&self) -> usize {
        self.places.len()
    }
}

/// Writes bodies one after another.
pub(in crate::catalog) struct BodyWriter {
    to: Target,
    /// Number of the file.
    file: usize,
    offset: u64,
}

enum Target {
    File { name: String, file: BufWriter<File> },
    Memory(Vec<u8>),
}

impl BodyWriter {
    /// Writes into `file`, which is empty and has this name; it is to be file number `number`.
    pub(in crate::catalog) fn to_file(name: String, file: File, number: usize) -> Self {
        Self { to: Target::File { name, file: BufWriter::with_capacity(1 << 20, file) }, file: number, offset: 0 }
    }

    /// Writes into memory.
    pub(in crate::catalog) const fn in_memory(number: usize) -> Self {
        Self { to: Target::Memory(Vec::new()), file: number, offset: 0 }
    }

    /// Writes a body and returns its place.
    pub(in crate::catalog) fn write(&mut self, body: &[u8]) -> io::Result<BodyPlace> {
        match &mut self.to {
            Target::File { file, .. } => file.write_all(body)?,
            Target::Memory(bytes) => bytes.extend_from_slice(body),
        }
        let place = (self.file as u64) << OFFSET_BITS | self.offset;
        self.offset += body.len() as u64;
        Ok(BodyPlace { place, length: body.len() as u32, checksum: crc32fast::hash(body) })
    }

    /// The file, on disk as a whole.
    pub(in crate::catalog) fn finish(self) -> io::Result<BodyFile> {
        match self.to {
            Target::File { name, file } => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.sync_all()?;
                Ok(BodyFile::Stored { name, file })
            }
            Target::Memory(bytes) => Ok(BodyFile::InMemory(bytes)),
        }
    }
}
