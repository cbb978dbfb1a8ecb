//! CSV, tab-separated text and JSON lines.

use std::path::Path;

use qianshou_index::normalize::encoding::{Decoded, decode};
use serde_json::Value as Json;

use super::FileError;
use super::sheet::{Sheet, SheetRow, Value};
use super::table::Broken;

/// If more than one character in this many cannot be decoded, the file is not text of a known encoding.
const MAX_LOST: usize = 200;

/// The text of a file in any known encoding.
///
/// # Errors
/// More than one character in [`MAX_LOST`] cannot be decoded, or one is NUL.
pub(super) fn text(path: &Path, bytes: &[u8]) -> Result<Decoded, FileError> {
    let decoded = decode(bytes);
    if decoded.lost > 0 && decoded.lost * MAX_LOST > decoded.text.chars().count() || decoded.text.contains('\0') {
        let row = decoded.first_lost_line.unwrap_or(1);
        return Err(FileError::Encoding { path: path.to_owned(), row });
    }
    Ok(decoded)
}

/// The one table of a delimited text; rows are numbered as a spreadsheet shows the lines of the file.
///
/// # Errors
/// A quote that is never closed.
pub(super) fn table(path: &Path, text: &str) -> Result<(Sheet, Vec<(u64, String)>), FileError> {
    // With a single kind of line end, rows are counted as a spreadsheet shows them.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let delimiter = delimiter(&text);
    if let Some(row) = open_quote(&text, delimiter) {
        return Err(FileError::Quote { path: path.to_owned(), row });
    }
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.flexible(true).has_headers(false).delimiter(delimiter as u8).from_reader(text.as_bytes());
    let (mut sheet, mut broken) = (Sheet::default(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                // The reported position is before any blank lines that the reader skipped.
                let number = record.position().map_or(0, |at| {
                    let blank = text.as_bytes()[at.byte() as usize..].iter().take_while(|&&byte| byte == b'\n').count();
                    at.line() + blank as u64
                });
                let filled = record.iter().enumerate().filter(|(_, text)| !text.trim().is_empty());
                let cells: Vec<_> = filled.map(|(column, text)| (column, Value::Text(text.to_owned()))).collect();
                if !cells.is_empty() {
                    sheet.rows.push(SheetRow { number, cells });
                }
            }
            Err(error) => {
                let number = error.position().map_or(0, csv::Position::line);
                broken.push((number, format!("这一行不是合法的 CSV：{error}")));
            }
        }
    }
    Ok((sheet, broken))
}

/// Tab, comma or semicolon: whichever occurs most often outside quotes in the first lines.
fn delimiter(text: &str) -> char {
    const LINES: usize = 20;
    let mut is_quoted = false;
    let (mut tabs, mut commas, mut semicolons) = (0, 0, 0);
    for c in text.lines().take(LINES).flat_map(|line| line.chars().chain(['\n'])) {
        match c {
            '"' => is_quoted = !is_quoted,
            '\t' if !is_quoted => tabs += 1,
            ',' if !is_quoted => commas += 1,
            ';' if !is_quoted => semicolons += 1,
            _ => {}
        }
    }
    if tabs > commas && tabs >= semicolons {
        '\t'
    } else if semicolons > commas {
        ';'
    } else {
        ','
    }
}

/// The row in which a quoted cell starts that is never closed.
fn open_quote(text: &str, delimiter: char) -> Option<u64> {
    let (mut row, mut opened, mut at_start) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        row += u64::from(c == '\n');
        match (c, opened) {
            ('"', Some(_)) if chars.peek() == Some(&'"') => {
                chars.next();
            }
            ('"', Some(_)) => opened = None,
            ('"', None) if at_start => opened = Some(row),
            _ => {}
        }
        at_start = c == delimiter || c == '\n';
    }
    opened
}

/// A JSON object, by key.
pub(super) type Object = serde_json::Map<String, Json>;

/// The lines of a file of JSON objects without blank ones, each with its number and its object or what is wrong with it.
pub(super) fn objects(text: &str) -> Vec<(u64, Result<Object, Broken>)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let broken = |reason, line: &str| Err(Broken { reason, text: Some(line.to_owned()) });
    lines
        .map(|(n, line)| {
            let object = match serde_json::from_str(line) {
                Ok(Json::Object(object)) => Ok(object),
                Ok(_) => broken("这一行不是 JSON 对象（应以 { 开头）".to_owned(), line),
                Err(error) => broken(format!("这一行不是合法的 JSON（第{}列附近）", error.column()), line),
            };
            (n as u64 + 1, object)
        })
        .collect()
}
