//! Tables as CSV for Excel.

use super::DocumentError;
use super::tables::{Cell, Column, Kind};

/// Rows as CSV with a byte order mark, without which Excel does not read UTF-8. A note stands in a row of its own at the end.
pub(super) fn csv_rows(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell>>,
    note: Option<&str>,
) -> Result<Vec<u8>, DocumentError> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let headings: Vec<String> = columns.iter().map(|column| column.0.to_owned()).collect();
    let rows = rows.map(|row| row.iter().zip(columns).map(|(cell, column)| csv_cell(cell, column.2)).collect::<Vec<String>>());
    let last = note.map(|note| {
        let mut row = vec![String::new(); columns.len()];
        row.first_mut().into_iter().for_each(|cell| *cell = note.to_owned());
        row
    });
    for row in std::iter::once(headings).chain(rows).chain(last) {
        writer.write_record::<Vec<String>, String>(row).map_err(|error| DocumentError::Io(std::io::Error::other(error)))?;
    }
    writer.into_inner().map_err(|error| DocumentError::Io(std::io::Error::other(error.to_string())))
}

fn csv_cell(cell: &Cell, kind: Kind) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Number(number) if kind == Kind::Money => (number / 10_000.0).to_string(),
        Cell::Number(number) => number.to_string(),
        // Text that a spreadsheet would take for a formula gets a leading apostrophe.
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
    }
}
