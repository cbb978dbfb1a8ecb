//! Texts, one a record.

use super::column::Column;
use super::file::{ColumnFile, Parts, Unusable};
use super::table::Columnar;

/// For each record, a short text.
#[derive(Default)]
pub(in crate::catalog) struct Strings {
    ends: Column<u64>,
    bytes: Column<u8>,
}

impl Strings {
    /// Appends the text of the next record.
    pub(in crate::catalog) fn push(&mut self, text: &str) {
        let bytes = self.bytes.values();
        bytes.extend_from_slice(text.as_bytes());
        let end = bytes.len() as u64;
        self.ends.push(end);
    }

    /// The text of a record.
    pub(in crate::catalog) fn get(&self, record: usize) -> &str {
        let ends: &[u64] = &self.ends;
        let start = if record == 0 { 0 } else { ends[record - 1] };
        // What was written is UTF-8, and a file is compared with its checksums when it is opened.
        std::str::from_utf8(&self.bytes[start as usize..ends[record] as usize]).unwrap_or_default()
    }
}

impl Columnar for Strings {
    fn put<'a>(&'a self, name: String, parts: &mut Parts<'a>) {
        self.ends.put(format!("{name}.ends"), parts);
        self.bytes.put(name, parts);
    }

    fn take(name: &str, file: &ColumnFile) -> Result<Self, Unusable> {
        let (ends, bytes) = (Column::<u64>::take(&format!("{name}.ends"), file)?, Column::<u8>::take(name, file)?);
        let fits = ends.is_sorted() && ends.last().is_none_or(|&end| end <= bytes.len() as u64);
        if fits { Ok(Self { ends, bytes }) } else { Err(Unusable::Damaged { part: name.to_owned() }) }
    }

    fn bytes(&self) -> usize {
        self.ends.bytes() + self.bytes.bytes()
    }
}
