//! Delimited text (CSV, tab-separated), and the encodings of text files.

use std::path::Path;

use qianshou_index::normalize::encoding::{Decoded, decode};

use super::FileError;
use super::limits::{Budget, Excess, MAX_COLUMNS, MAX_PIECE, SHEET_COLUMNS};
use super::sheet::{Sheet, SheetRow, Value};
use crate::excerpt::is_blank;

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
/// A quote that is never closed, or too much.
pub(super) fn table(path: &Path, text: String, budget: &mut Budget) -> Result<Sheet, FileError> {
    let text = one_line_end(text);
    let delimiter = delimiter(&text);
    let too_large = |excess| FileError::TooLarge { path: path.to_owned(), excess };
    check_records(&text, delimiter as u8).map_err(|unreadable| match unreadable {
        Unreadable::OpenQuote(row) => FileError::Quote { path: path.to_owned(), row },
        Unreadable::TooLong(row) => too_large(Excess::Piece(Some(row))),
    })?;
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.flexible(true).has_headers(false).delimiter(delimiter as u8).from_reader(text.as_bytes());
    let (mut sheet, mut record) = (Sheet::default(), csv::StringRecord::new());
    // Valid text is cut at single bytes of ASCII, so every record is text too.
    while reader.read_record(&mut record).is_ok_and(|is_there| is_there) {
        // The reported position is before any blank lines that the reader skipped.
        let number = record.position().map_or(0, |at| {
            let blank = text.as_bytes()[at.byte() as usize..].iter().take_while(|&&byte| byte == b'\n').count();
            at.line() + blank as u64
        });
        let mut cells = Vec::new();
        for (column, text) in record.iter().enumerate().filter(|(_, text)| !is_blank(text)) {
            budget.cell().and_then(|()| budget.text(text.len())).map_err(too_large)?;
            if cells.len() == MAX_COLUMNS || column >= SHEET_COLUMNS {
                return Err(too_large(Excess::Columns(number)));
            }
            cells.push((column, Value::Text(text.into())));
        }
        if !cells.is_empty() {
            budget.row().map_err(too_large)?;
            cells.shrink_to_fit();
            sheet.rows.push(SheetRow { number, cells });
            sheet.widths.push(record.len() as u32);
        }
    }
    Ok(sheet)
}

/// The text with a single kind of line end, so that rows are counted as a spreadsheet shows them.
fn one_line_end(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    let mut bytes = text.into_bytes();
    let mut kept = 0;
    for at in 0..bytes.len() {
        let is_first_of_two = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
        if !is_first_of_two {
            bytes[kept] = if bytes[at] == b'\r' { b'\n' } else { bytes[at] };
            kept += 1;
        }
    }
    bytes.truncate(kept);
    String::from_utf8(bytes).expect("only characters of one byte were taken out or replaced")
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

/// Why records cannot be told apart, with the row.
enum Unreadable {
    /// A quoted cell is never closed.
    OpenQuote(u64),
    /// A record is longer than [`MAX_PIECE`].
    TooLong(u64),
}

/// Checks where records begin and end.
fn check_records(text: &str, delimiter: u8) -> Result<(), Unreadable> {
    let (mut row, mut opened, mut at_start, mut start) = (1, None, true, 0);
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        row += u64::from(byte == b'\n');
        match (byte, opened) {
            (b'"', Some(_)) if bytes.peek().is_some_and(|(_, next)| *next == b'"') => {
                bytes.next();
            }
            (b'"', Some(_)) => opened = None,
            (b'"', None) if at_start => opened = Some(row),
            (b'\n', None) => start = at,
            _ => {}
        }
        if at - start > MAX_PIECE {
            return Err(Unreadable::TooLong(opened.unwrap_or(row)));
        }
        at_start = byte == delimiter || byte == b'\n';
    }
    opened.map_or(Ok(()), |row| Err(Unreadable::OpenQuote(row)))
}
