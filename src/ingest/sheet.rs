//! A sheet as its author made it: values by row and column, before any interpretation.

use std::sync::Arc;

use jiff::civil::Date;

use crate::excerpt::is_blank_char;

/// The value of a cell. Blank cells are not kept. A text that several cells share is held once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Text, as typed.
    Text(Arc<str>),
    /// A number.
    Number(f64),
    /// 是 or 否.
    Flag(bool),
    /// A day.
    Date(Date),
    /// An unusable value: `#DIV/0!`, or a formula whose result is not in the file.
    Fault(Arc<str>),
}

impl Value {
    /// The value of a field in a JSON line.
    pub(crate) fn of_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Number(number) => {
                number.as_f64().map_or_else(|| Self::Text(number.to_string().into()), Self::Number)
            }
            serde_json::Value::Bool(flag) => Self::Flag(*flag),
            serde_json::Value::String(text) => Self::Text(text.as_str().into()),
            serde_json::Value::Null => Self::Text("".into()),
            other => Self::Text(other.to_string().into()),
        }
    }

    /// As a person would write it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Fault(text) => text.trim_matches(is_blank_char).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => if *flag { "是" } else { "否" }.to_owned(),
            Self::Date(date) => date.to_string(),
        }
    }

    /// Length of its text, in bytes.
    pub(crate) fn text_len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Fault(text) => text.len(),
            Self::Number(_) | Self::Flag(_) | Self::Date(_) => 0,
        }
    }

    /// As JSON, for the decoders of records.
    pub(crate) fn json(&self) -> serde_json::Value {
        match self {
            Self::Number(number) => serde_json::Number::from_f64(*number).map_or(serde_json::Value::Null, Into::into),
            other => serde_json::Value::String(other.shown()),
        }
    }
}

/// A row with its number and its cells, columns from 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SheetRow {
    /// From 1, as the sheet shows it.
    pub(crate) number: u64,
    /// Ascending by column.
    pub(crate) cells: Vec<(usize, Value)>,
}

impl SheetRow {
    pub(crate) fn get(&self, column: usize) -> Option<&Value> {
        let at = self.cells.binary_search_by_key(&column, |&(at, _)| at).ok()?;
        Some(&self.cells[at].1)
    }

    /// Its cells in these columns, ends included.
    pub(crate) fn within(&self, (first, last): (usize, usize)) -> &[(usize, Value)] {
        let start = self.cells.partition_point(|&(at, _)| at < first);
        let end = self.cells.partition_point(|&(at, _)| at <= last);
        &self.cells[start..end]
    }

    /// The texts of its cells.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.cells.iter().map(|(_, value)| value.shown()).collect()
    }

    /// The text of a cell; empty where there is none.
    pub(crate) fn text(&self, column: usize) -> String {
        self.get(column).map(Value::shown).unwrap_or_default()
    }
}

/// A block of merged cells, all ends included; rows from 1, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) rows: (u64, u64),
    pub(crate) columns: (usize, usize),
}

/// What its author hid or struck out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Marks {
    /// Rows, from 1, ascending.
    pub(crate) hidden_rows: Vec<u64>,
    /// First and last of hidden columns, from 0.
    pub(crate) hidden_columns: Vec<(usize, usize)>,
    /// Row, column, and whether all of the text is struck out; ascending.
    pub(crate) struck: Vec<(u64, usize, bool)>,
}

impl Marks {
    /// Puts what was found into order.
    pub(crate) fn sort(&mut self) {
        self.hidden_rows.sort_unstable();
        // Of two entries for one cell, the one that says all of it is struck out comes first.
        self.struck.sort_unstable_by_key(|&(row, column, is_whole)| (row, column, !is_whole));
        self.struck.dedup_by_key(|(row, column, _)| (*row, *column));
    }

    pub(crate) fn is_hidden_row(&self, row: u64) -> bool {
        self.hidden_rows.binary_search(&row).is_ok()
    }

    pub(crate) fn is_hidden_column(&self, column: usize) -> bool {
        self.hidden_columns.iter().any(|&(first, last)| (first..=last).contains(&column))
    }

    /// Whether all of a cell is struck out; `None` if nothing of it is.
    pub(crate) fn struck(&self, row: u64, column: usize) -> Option<bool> {
        let at = self.struck.binary_search_by_key(&(row, column), |&(row, column, _)| (row, column)).ok()?;
        Some(self.struck[at].2)
    }
}

/// A sheet, or the one table of a text file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sheet {
    /// None for text files.
    pub(crate) name: Option<String>,
    /// Hidden sheets hold lists for drop-downs: they are given back, but not read as records.
    pub(crate) is_hidden: bool,
    /// Rows with at least one value, ascending.
    pub(crate) rows: Vec<SheetRow>,
    pub(crate) merges: Vec<Merge>,
    pub(crate) marks: Marks,
    /// Number of fields of each row of a text file, blank ones included; empty for workbooks.
    pub(crate) widths: Vec<u32>,
}

impl Sheet {
    /// The row with this number, if it has a value.
    pub(crate) fn row(&self, number: u64) -> Option<&SheetRow> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok().map(|at| &self.rows[at])
    }
}

/// Spreadsheet letter of a column: 0 → A, 26 → AA.
pub(crate) fn letter(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letter), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }
}
