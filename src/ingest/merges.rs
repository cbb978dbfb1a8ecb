//! Merged cells: what they carry down to the rows that they cover, and how wide they are.

use std::collections::HashMap;

use super::columns::Header;
use super::headings;
use super::limits::{Budget, Excess};
use super::sheet::{Sheet, Value};

/// The merged blocks of a sheet.
#[derive(Debug, Clone)]
pub(super) struct Merges {
    /// By their first column: first and last row, ascending.
    by_column: HashMap<usize, Vec<(u64, u64)>>,
    /// By their first row: the columns of the widest one.
    across: HashMap<u64, (usize, usize)>,
}

impl Merges {
    pub(super) fn from_sheet(sheet: &Sheet) -> Self {
        let mut by_column: HashMap<usize, Vec<(u64, u64)>> = HashMap::new();
        let mut across: HashMap<u64, (usize, usize)> = HashMap::new();
        for merge in &sheet.merges {
            by_column.entry(merge.columns.0).or_default().push(merge.rows);
            let widest = across.entry(merge.rows.0).or_insert(merge.columns);
            if merge.columns.1 - merge.columns.0 > widest.1 - widest.0 {
                *widest = merge.columns;
            }
        }
        across.retain(|_, columns| columns.1 > columns.0);
        by_column.values_mut().for_each(|blocks| blocks.sort_unstable());
        Self { by_column, across }
    }

    /// The columns of the widest block that begins in a row.
    pub(super) fn across(&self, row: u64) -> Option<(usize, usize)> {
        self.across.get(&row).copied()
    }

    /// The value that a merged cell carries down to a row, and the row that it comes from.
    pub(super) fn carried<'a>(&self, sheet: &'a Sheet, row: u64, column: usize) -> Option<(u64, &'a Value)> {
        let blocks = self.by_column.get(&column)?;
        let (first, last) = *blocks[..blocks.partition_point(|&(first, _)| first < row)].last()?;
        (row <= last).then_some((first, sheet.row(first)?.get(column)?))
    }

    /// Counts the text that merged cells carry down to the `rows`: each of them holds it.
    pub(super) fn count_carried(&self, sheet: &Sheet, header: &Header, rows: &[u32], budget: &mut Budget) -> Result<(), Excess> {
        for column in header.columns.iter().filter(|column| headings::fills_down(&column.field)) {
            let Some(blocks) = self.by_column.get(&column.at) else { continue };
            for &(first, last) in blocks {
                let before = |row: u64| rows.partition_point(|&at| sheet.rows[at as usize].number <= row);
                let text = sheet.row(first).and_then(|row| row.get(column.at)).map_or(0, Value::text_len);
                budget.text(text.saturating_mul(before(last).saturating_sub(before(first))))?;
            }
        }
        Ok(())
    }
}
