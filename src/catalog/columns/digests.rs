//! Records by the digest of something that they hold.

use rayon::prelude::*;

use super::column::Column;
use super::file::{ColumnFile, Parts, Unusable};
use super::table::Columnar;

/// Positions of records by 64-bit digests. Two different things may have the same digest: whoever looks something up compares
/// the things themselves.
#[derive(Default)]
pub(in crate::catalog) struct Digests {
    /// Ascending.
    keys: Column<u64>,
    /// The record of each key; of one key, ascending.
    records: Column<u32>,
}

impl Digests {
    /// From pairs in any order; equal ones count once.
    pub(in crate::catalog) fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.par_sort_unstable();
        pairs.dedup();
        let keys = pairs.iter().map(|pair| pair.0).collect::<Vec<_>>().into();
        Self { keys, records: pairs.iter().map(|pair| pair.1).collect::<Vec<_>>().into() }
    }

    /// The records of a key, ascending.
    pub(in crate::catalog) fn get(&self, key: u64) -> &[u32] {
        let keys: &[u64] = &self.keys;
        let start = keys.partition_point(|&it| it < key);
        let same = keys[start..].iter().take_while(|&&it| it == key).count();
        &self.records[start..start + same]
    }

    /// All pairs, ascending.
    pub(in crate::catalog) fn pairs(&self) -> impl Iterator<Item = (u64, u32)> {
        self.keys.iter().copied().zip(self.records.iter().copied())
    }
}

impl Columnar for Digests {
    fn put<'a>(&'a self, name: String, parts: &mut Parts<'a>) {
        self.records.put(format!("{name}.records"), parts);
        self.keys.put(name, parts);
    }

    fn take(name: &str, file: &ColumnFile) -> Result<Self, Unusable> {
        let (keys, records) = (Column::<u64>::take(name, file)?, Column::<u32>::take(&format!("{name}.records"), file)?);
        let fits = keys.len() == records.len();
        if fits { Ok(Self { keys, records }) } else { Err(Unusable::Damaged { part: name.to_owned() }) }
    }

    fn bytes(&self) -> usize {
        self.keys.bytes() + self.records.bytes()
    }
}
