//! A file of columns, in the safetensors format: a JSON header with names, places and notes, then the arrays. Each array has a
//! CRC-32 in the header. A file is written once, under its final name only when it is whole, and never changed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use qianshou_index::mapped::Mapped;
use rayon::prelude::*;
use safetensors::tensor::{Dtype, Metadata, View};
use safetensors::{SafeTensorError, SafeTensors};

/// Why a file of columns cannot be used. It is made anew then.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It has another format.
    #[error("不是列文件：{0}")]
    Format(#[from] SafeTensorError),
    /// An array is not what was written.
    #[error("{part}损坏或缺失")]
    Damaged {
        /// Name of the array.
        part: String,
    },
    /// It was made with other tables or words.
    #[error("由另一版本的程序或另一套词表、分类表写成")]
    Other,
}

/// The arrays of a file that is to be saved.
#[derive(Default)]
pub(in crate::catalog) struct Parts<'a>(Vec<(String, Part<'a>)>);

struct Part<'a> {
    dtype: Dtype,
    shape: [usize; 1],
    bytes: &'a [u8],
}

impl View for &Part<'_> {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.bytes.into()
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

impl<'a> Parts<'a> {
    /// Adds an array. In the file it starts at a multiple of its alignment.
    pub(super) fn add(&mut self, name: String, alignment: usize, bytes: &'a [u8]) {
        let (dtype, size) = match alignment {
            8 => (Dtype::U64, 8),
            4 => (Dtype::U32, 4),
            2 => (Dtype::U16, 2),
            _ => (Dtype::U8, 1),
        };
        self.0.push((name, Part { dtype, shape: [bytes.len() / size], bytes }));
    }
}

fn checksum_of(name: &str) -> String {
    format!("crc32 {name}")
}

/// Saves columns with notes about them.
pub(in crate::catalog) fn save(path: &Path, parts: &Parts<'_>, notes: &[(&str, String)]) -> Result<(), Unusable> {
    let sums = parts.0.par_iter().map(|(name, part)| (checksum_of(name), crc32fast::hash(part.bytes).to_string()));
    let mut notes: HashMap<String, String> = notes.iter().map(|(name, note)| ((*name).to_owned(), note.clone())).collect();
    notes.extend(sums.collect::<Vec<_>>());
    safetensors::serialize_to_file(parts.0.iter().map(|(name, part)| (name, part)), Some(notes), path)?;
    File::open(path)?.sync_all()?;
    Ok(())
}

/// Bytes that are read at once to be compared with a checksum.
const READ_AT_ONCE: usize = 1 << 18;

/// An opened file of columns.
pub(in crate::catalog) struct ColumnFile {
    bytes: Mapped,
    /// Where the arrays begin.
    start: usize,
    metadata: Metadata,
}

impl ColumnFile {
    /// Maps a file. Its arrays are not compared with their checksums yet.
    pub(in crate::catalog) fn open(path: &Path) -> Result<Self, Unusable> {
        let bytes = Mapped::open(path)?;
        let (header, metadata) = SafeTensors::read_metadata(&bytes)?;
        Ok(Self { start: size_of::<u64>() + header, bytes, metadata })
    }

    /// A note about the columns.
    pub(in crate::catalog) fn note(&self, name: &str) -> Option<&str> {
        self.metadata.metadata().as_ref()?.get(name).map(String::as_str)
    }

    /// Compares all arrays with their checksums. They are read for that, not mapped: what nobody asks for takes no memory.
    pub(in crate::catalog) fn verify(&self, path: &Path) -> Result<(), Unusable> {
        let file = File::open(path)?;
        let is_sound = |name: &String| -> Result<(), Unusable> {
            let stored: Option<u32> = self.note(&checksum_of(name)).and_then(|it| it.parse().ok());
            let damaged = || Unusable::Damaged { part: name.clone() };
            let (from, to) = self.metadata.info(name).ok_or_else(damaged)?.data_offsets;
            let (mut sum, mut buffer) = (crc32fast::Hasher::new(), vec![0; READ_AT_ONCE]);
            for at in (from..to).step_by(READ_AT_ONCE) {
                let part = &mut buffer[..READ_AT_ONCE.min(to - at)];
                read_at(&file, part, (self.start + at) as u64)?;
                sum.update(part);
            }
            if stored == Some(sum.finalize()) { Ok(()) } else { Err(damaged()) }
        };
        self.metadata.offset_keys().par_iter().try_for_each(is_sound)
    }

    /// The array with this name.
    pub(super) fn part(&self, name: &str) -> Result<Mapped, Unusable> {
        let info = self.metadata.info(name).ok_or_else(|| Unusable::Damaged { part: name.to_owned() })?;
        let (from, to) = info.data_offsets;
        Ok(self.bytes.part(self.start + from..self.start + to))
    }
}

#[cfg(unix)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        (bytes, offset) = (&mut bytes[read..], offset + read as u64);
    }
    Ok(())
}
