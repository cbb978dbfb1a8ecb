//! The headings of a file in which no table is found, so that a person can say what they mean.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::Path;

use super::columns::{ALL_COLUMNS, Why};
use super::error::FileError;
use super::file::GUIDE_SHEET;
use super::header::{Seek, find_header};
use super::headings::{self, Heading};
use super::limits::{Budget, MAX_FILE};
use super::meanings::{ColumnMeaning, MAX_COLUMNS, TableColumns};
use super::read_as::ReadAs;
use super::sheet::{Sheet, SheetRow, Value, letter};
use super::{text, workbook};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// Rows of a sheet that are looked at.
const SEARCHED: usize = 40;
/// Longest text that may be a heading, in characters.
const MAX_HEADING: usize = 40;

/// What stands in the rows of a file that look most like headings, a table a sheet; none for JSON. `path` gives the name.
///
/// # Errors
/// See [`FileError`].
pub fn unread_headings(path: &Path, file: File, reading: &ReadAs) -> Result<Vec<TableColumns>, FileError> {
    let unreadable = |source| FileError::Io { path: path.to_owned(), source };
    let mut source = BufReader::new(file);
    source.rewind().map_err(unreadable)?;
    let mut budget = Budget::default();
    let mut sheets = match workbook::read(path, &mut source, &mut budget)? {
        Some(workbook) => workbook.sheets,
        None if path
            .extension()
            .is_some_and(|it| ["json", "jsonl", "ndjson"].iter().any(|json| it.eq_ignore_ascii_case(json))) =>
        {
            return Ok(Vec::new());
        }
        None => {
            let mut bytes = Vec::new();
            source.rewind().and_then(|()| source.take(MAX_FILE as u64).read_to_end(&mut bytes)).map_err(unreadable)?;
            vec![text::table(path, text::text(path, &bytes)?.text, &mut budget)?]
        }
    };
    let laid = reading.edits.lay_over(&mut sheets, &mut budget);
    laid.map_err(|excess| FileError::TooLarge { path: path.to_owned(), excess })?;
    let shown = sheets.iter().filter(|sheet| !sheet.is_hidden && sheet.name.as_deref() != Some(GUIDE_SHEET));
    let mut left = MAX_COLUMNS;
    let mut tables = Vec::new();
    for mut table in shown.filter_map(|sheet| table(sheet, reading)) {
        table.columns.truncate(left);
        left -= table.columns.len();
        if !table.columns.is_empty() {
            tables.push(table);
        }
    }
    Ok(tables)
}

/// The headings of one sheet: the best header that there is, even if a required column is missing; else the widest row of short
/// texts.
fn table(sheet: &Sheet, reading: &ReadAs) -> Option<TableColumns> {
    let kind = reading.kind.unwrap_or(EntityKind::Needs);
    let name = sheet.name.as_deref().map(|name| masked(name).into_owned());
    let header = find_header(sheet, Seek { kind: Some(kind), reading }, ALL_COLUMNS).filter(|it| it.columns.len() > 1);
    if let Some(header) = header {
        let columns = without_title(header.columns.iter().map(ColumnMeaning::new).collect());
        let header_row = sheet.rows[header.end() - 1].number;
        return Some(TableColumns { sheet: name, header_row, kind: Some(kind), columns });
    }
    let texts = |row: &SheetRow| {
        let is_heading = |value: &Value| matches!(value, Value::Text(text) if text.chars().nth(MAX_HEADING).is_none());
        row.cells.iter().filter(|(_, value)| is_heading(value)).count()
    };
    // Of equally wide rows, the first.
    let widest = sheet.rows.iter().take(SEARCHED).rev().max_by_key(|row| texts(row)).filter(|row| texts(row) > 1)?;
    let column = |(at, value): &(usize, Value)| {
        let text = value.shown();
        let (field, why) = match (reading.mapping.get(&text), headings::field(kind, &text)) {
            (Some(stated), _) => (Some(stated.to_owned()).filter(|it| !it.is_empty()), Some(Why::Stated)),
            (None, Heading::Field { name, .. }) => (Some(name), Some(Why::Heading)),
            (None, Heading::Ignored | Heading::Personal | Heading::Unknown) => (None, None),
        };
        let heading = masked(&excerpt(&text)).into_owned();
        ColumnMeaning { column: letter(*at), heading, field, why, offered: None }
    };
    let columns = widest.cells.iter().map(column).collect();
    Some(TableColumns { sheet: name, header_row: widest.number, kind: Some(kind), columns })
}

/// The columns without what stands above all of them alike: that is the title of the table and no group of columns.
fn without_title(mut columns: Vec<ColumnMeaning>) -> Vec<ColumnMeaning> {
    let title = columns.first().and_then(|it| it.heading.split_once('/')).map(|(above, _)| format!("{above}/"));
    if let Some(title) = title.filter(|title| columns.iter().all(|it| it.heading.starts_with(title.as_str()))) {
        for column in &mut columns {
            column.heading.drain(..title.len());
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// By table, its number, and its headings with an example of what stands below.
    type Found = Vec<(u64, Vec<(String, Option<String>)>)>;

    fn found(name: &str, text: &str) -> Found {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let tables = unread_headings(Path::new(name), file, &ReadAs::default()).unwrap();
        let columns = |table: TableColumns| table.columns.into_iter().map(|it| (it.heading, it.field)).collect();
        tables.into_iter().map(|table| (table.header_row, columns(table))).collect()
    }

    #[test]
    fn headings_are_found_whether_or_not_they_are_known() {
        let plain = |text: &str| (text.to_owned(), None);
        let region = ("地区".to_owned(), Some("region".to_owned()));
        let columns = vec![plain("要做的事"), region, plain("钱")];
        assert_eq!(found("甲.csv", "要做的事,地区,钱\n净水,德钦县,3\n"), [(1, columns.clone())]);
        assert_eq!(found("甲.csv", "某县情况\n要做的事,地区,钱\n净水,德钦县,3\n"), [(2, columns)]);
        let unknown = found("甲.csv", "某县情况\n天气,心情\n晴,好\n");
        assert_eq!(unknown, [(2, vec![plain("天气"), plain("心情")])]);
        assert_eq!(found("甲.jsonl", "{\"天气\": 1}\n"), []);
    }
}
