//! A list of records as a workbook to print and as CSV.

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use super::DocumentError;
use super::csv_rows::csv_rows;
use super::tables::{Cell, Column, Formats, Kind, Paper, Total, workbook_on, write_sheet_on};
use crate::domain::Money;

/// A list of records in columns.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordTable {
    /// What it is: `需求清单`.
    pub title: String,
    /// The columns.
    pub columns: Vec<RecordColumn>,
    /// A cell a column.
    pub rows: Vec<Vec<RecordCell>>,
    /// What a reader has to know, such as that rows are missing.
    pub note: Option<String>,
}

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordColumn {
    /// Its heading, with the unit of its numbers.
    pub heading: &'static str,
    /// Its width in half-width characters.
    pub width: f64,
    /// What stands in it.
    pub kind: RecordKind,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// Texts and days.
    Text,
    /// Sums, which are added up below.
    Sum,
    /// Sums that make no sense added up.
    Money,
    /// Numbers.
    Count,
}

/// What a record says in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordCell {
    /// Nothing.
    Blank,
    /// A text.
    Text(String),
    /// A day.
    Day(Date),
    /// A sum.
    Money(Money),
    /// A number.
    Count(u64),
}

impl RecordCell {
    /// A text; nothing if it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }

    /// A sum, if it is known.
    #[must_use]
    pub fn money(sum: Option<Money>) -> Self {
        sum.map_or(Self::Blank, Self::Money)
    }

    fn cell(&self) -> Cell {
        match self {
            Self::Blank => Cell::Blank,
            Self::Text(text) => Cell::text(text),
            // As spreadsheets read a day, and as lists are imported.
            Self::Day(day) => Cell::Text(day.to_string()),
            Self::Money(sum) => Cell::Number(sum.yuan()),
            Self::Count(count) => Cell::Number(*count as f64),
        }
    }
}

impl RecordColumn {
    fn column(self) -> Column {
        let (kind, total) = match self.kind {
            RecordKind::Text => (Kind::Text, Total::None),
            RecordKind::Sum => (Kind::Money, Total::Sum),
            RecordKind::Money => (Kind::Money, Total::None),
            RecordKind::Count => (Kind::Count, Total::None),
        };
        Column(self.heading, self.width, kind, total)
    }
}

impl RecordTable {
    fn cells(&self) -> impl Iterator<Item = Vec<Cell>> {
        self.rows.iter().map(|row| row.iter().map(RecordCell::cell).collect())
    }
}

/// The list as an XLSX workbook, with 合计 below sums.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn record_workbook(table: &RecordTable, as_of: Date) -> Result<Vec<u8>, DocumentError> {
    bytes(table, as_of).map_err(DocumentError::from)
}

fn bytes(table: &RecordTable, as_of: Date) -> Result<Vec<u8>, XlsxError> {
    let paper = Paper { above: &table.title, as_of };
    let columns: Vec<Column> = table.columns.iter().map(|column| column.column()).collect();
    let rows: Vec<Vec<Cell>> = table.cells().collect();
    let mut book = workbook_on(&table.title, paper)?;
    let sheet = book.add_worksheet().set_name(&table.title)?;
    let below = write_sheet_on(sheet, &columns, &rows, paper)?;
    if let Some(note) = &table.note {
        sheet.write_string_with_format(below, 0, note, &Formats::new().note)?;
    }
    book.save_to_buffer()
}

/// The list as CSV with a byte order mark, without which Excel does not read UTF-8.
///
/// # Errors
/// The rows cannot be written.
pub fn record_csv(table: &RecordTable) -> Result<Vec<u8>, DocumentError> {
    let columns: Vec<Column> = table.columns.iter().map(|column| column.column()).collect();
    csv_rows(&columns, table.cells(), table.note.as_deref())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn table() -> RecordTable {
        let column = |heading, kind| RecordColumn { heading, width: 20.0, kind };
        let row = |name: &str, wan| vec![RecordCell::text(name), RecordCell::money(Money::from_yuan(wan * 10_000.0))];
        RecordTable {
            title: "需求清单".to_owned(),
            columns: vec![column("项目名称", RecordKind::Text), column("所需金额（万元）", RecordKind::Sum)],
            rows: vec![row("=净水", 20.0), row("村医", 33.5)],
            note: Some("只含前2行，共3行".to_owned()),
        }
    }

    #[test]
    fn sums_are_added_up_and_what_is_missing_is_said() {
        let bytes = record_workbook(&table(), jiff::civil::date(2026, 11, 22)).unwrap();
        let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range("需求清单").unwrap();
        assert_eq!((range.get((1, 0)), range.get((1, 1))), (Some(&Data::String("=净水".into())), Some(&Data::Float(20.0))));
        assert_eq!((range.get((3, 0)), range.get((3, 1))), (Some(&Data::String("合计".into())), Some(&Data::Float(53.5))));
        assert_eq!(range.get((4, 0)), Some(&Data::String("只含前2行，共3行".into())));
        let csv = String::from_utf8(record_csv(&table()).unwrap()).unwrap();
        assert_eq!(csv, "\u{feff}项目名称,所需金额（万元）\n'=净水,20\n村医,33.5\n只含前2行，共3行,\n");
    }
}
