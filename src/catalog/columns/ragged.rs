//! Lists of different lengths, one a record.

use bytemuck::Pod;

use super::column::Column;
use super::file::{ColumnFile, Parts, Unusable};
use super::table::Columnar;

/// For each record, a list of values: all lists one after another, and where each ends.
pub(in crate::catalog) struct Ragged<T> {
    ends: Column<u32>,
    values: Column<T>,
}

impl<T> Default for Ragged<T> {
    fn default() -> Self {
        Self { ends: Column::default(), values: Column::default() }
    }
}

impl<T: Pod> Ragged<T> {
    /// Appends the list of the next record.
    pub(in crate::catalog) fn push(&mut self, list: &[T]) {
        let values = self.values.values();
        values.extend_from_slice(list);
        let end = values.len() as u32;
        self.ends.push(end);
    }

    /// From lists in the order of records.
    pub(in crate::catalog) fn from_pairs(records: usize, pairs: &[(u32, T)]) -> Self {
        let mut ends = vec![0; records];
        for &(record, _) in pairs {
            ends[record as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        Self { ends: ends.into(), values: pairs.iter().map(|&(_, value)| value).collect::<Vec<_>>().into() }
    }

    /// The list of a record.
    #[inline]
    pub(in crate::catalog) fn get(&self, record: usize) -> &[T] {
        let ends: &[u32] = &self.ends;
        let start = if record == 0 { 0 } else { ends[record - 1] };
        &self.values[start as usize..ends[record] as usize]
    }

    /// Number of lists.
    pub(in crate::catalog) fn len(&self) -> usize {
        self.ends.len()
    }
}

impl<T: Pod> Columnar for Ragged<T> {
    fn put<'a>(&'a self, name: String, parts: &mut Parts<'a>) {
        self.ends.put(format!("{name}.ends"), parts);
        self.values.put(name, parts);
    }

    fn take(name: &str, file: &ColumnFile) -> Result<Self, Unusable> {
        let (ends, values) = (Column::<u32>::take(&format!("{name}.ends"), file)?, Column::<T>::take(name, file)?);
        let fits = ends.is_sorted() && ends.last().is_none_or(|&end| end as usize <= values.len());
        if fits { Ok(Self { ends, values }) } else { Err(Unusable::Damaged { part: name.to_owned() }) }
    }

    fn bytes(&self) -> usize {
        self.ends.bytes() + self.values.bytes()
    }
}
