//! Returns the user's own file as a workbook: same sheets, rows, columns and values, with problems coloured and explained.

use std::collections::{BTreeMap, HashMap};

use rust_xlsxwriter::{Color, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

use super::DocumentError;
use crate::ingest::headings::ERROR_HEADING;
use crate::ingest::sheet::{Sheet, SheetRow, Value, letter};
use crate::ingest::table::Table;
use crate::ingest::{InputFile, Issue};

/// Longest text of a cell in the format, in characters.
const MAX_TEXT: usize = 32_767;
/// Longest name of a sheet in the format, in characters.
const MAX_NAME: usize = 31;
/// Last column (from 0) and last row (from 1) of the format. What a text file has beyond them is left out.
const LAST_COLUMN: usize = 16_383;
const LAST_ROW: u64 = 1_048_576;
/// Largest merged block that is reproduced, in cells: the writer formats every cell of it.
const MAX_MERGED: u64 = 20_000;
const ERROR_WIDTH: f64 = 60.0;
const MAX_WIDTH_PIXELS: u32 = 260;

/// A remark on one cell or row.
struct Remark<'a> {
    issue: &'a Issue,
    rejects: bool,
}

/// One workbook for all `files`, with a column 错误说明 after the last one: red for problems that exclude a row, yellow for
/// oddities. It can be imported as it is.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn error_workbook(files: &[InputFile], rejected: &[Issue], warnings: &[Issue]) -> Result<Vec<u8>, DocumentError> {
    let mut workbook = Workbook::new();
    let mut names = Vec::new();
    for file in files {
        let remarks = rejected.iter().map(|issue| Remark { issue, rejects: true });
        let remarks: Vec<Remark<'_>> = remarks
            .chain(warnings.iter().map(|issue| Remark { issue, rejects: false }))
            .filter(|remark| remark.issue.file == file.name)
            .collect();
        for sheet in &file.sheets {
            let of_sheet: Vec<&Remark<'_>> = remarks.iter().filter(|remark| remark.issue.sheet == sheet.name).collect();
            let table = file.tables.iter().find(|table| table.sheet == sheet.name);
            let lines = table.filter(|_| sheet.rows.is_empty()).map(sheet_of_lines);
            let sheet = lines.as_ref().unwrap_or(sheet);
            let name = unique_name(&mut names, sheet.name.as_deref().unwrap_or_else(|| stem(&file.name)));
            write(workbook.add_worksheet().set_name(&name)?, sheet, table, &of_sheet)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn stem(name: &str) -> &str {
    std::path::Path::new(name).file_stem().and_then(|it| it.to_str()).unwrap_or("数据")
}

/// JSON lines as a sheet: a row of the keys, in the order in which they first occur, above the lines.
fn sheet_of_lines(table: &Table) -> Sheet {
    let mut keys: HashMap<&str, usize> = HashMap::new();
    let mut rows = Vec::new();
    for row in &table.rows {
        let mut cells: Vec<(usize, Value)> = match &row.cells {
            Ok(cells) => {
                let mut placed = Vec::new();
                for cell in cells {
                    let next = keys.len();
                    let column = *keys.entry(&*cell.column).or_insert(next);
                    placed.push((column, Value::of_json(&cell.value)));
                }
                placed
            }
            Err(broken) => broken.text.iter().map(|text| (0, Value::Text(text.clone()))).collect(),
        };
        cells.sort_by_key(|&(column, _)| column);
        rows.push(SheetRow { number: row.number, cells });
    }
    let mut header: Vec<(usize, Value)> = keys.into_iter().map(|(key, at)| (at, Value::Text(key.to_owned()))).collect();
    header.sort_by_key(|&(at, _)| at);
    rows.insert(0, SheetRow { number: 0, cells: header });
    Sheet { rows, ..Sheet::default() }
}

/// A name that the format allows and no other sheet has.
fn unique_name(names: &mut Vec<String>, name: &str) -> String {
    let plain: String = name.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(MAX_NAME).collect();
    let plain = plain.trim_matches('\'').to_owned();
    let plain = if plain.is_empty() { "数据".to_owned() } else { plain };
    let mut unique = plain.clone();
    for n in 2.. {
        if !names.iter().any(|known| known.to_lowercase() == unique.to_lowercase()) {
            break;
        }
        let number = format!("({n})");
        unique = plain.chars().take(MAX_NAME - number.len()).collect::<String>() + &number;
    }
    names.push(unique.clone());
    unique
}

struct Formats {
    plain: Format,
    date: Format,
    rejected: Format,
    warned: Format,
    heading: Format,
}

impl Formats {
    fn new() -> Self {
        let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Self {
            date: plain.clone().set_num_format("yyyy-mm-dd"),
            rejected: plain.clone().set_background_color(Color::RGB(0x00FF_C7CE)),
            warned: plain.clone().set_background_color(Color::RGB(0x00FF_EB9C)),
            heading: plain.clone().set_bold(),
            plain,
        }
    }

    /// The format of a cell; a date stays readable as one.
    fn for_value(&self, value: &Value, rejects: Option<bool>) -> Format {
        let format = match rejects {
            Some(true) => &self.rejected,
            Some(false) => &self.warned,
            None if matches!(value, Value::Date(_)) => return self.date.clone(),
            None => return self.plain.clone(),
        };
        if matches!(value, Value::Date(_)) { format.clone().set_num_format("yyyy-mm-dd") } else { format.clone() }
    }
}

fn write(out: &mut Worksheet, sheet: &Sheet, table: Option<&Table>, remarks: &[&Remark<'_>]) -> Result<(), DocumentError> {
    let formats = Formats::new();
    let header = table.map_or(0, |table| table.header_row);
    // JSON lines have no row for the keys: they get one above.
    let shift = u64::from(sheet.rows.first().is_some_and(|row| row.number == 0));
    let header_cells = sheet.row(header);
    let (texts, colours) = by_place(header_cells, remarks);
    let is_header = |row: u64| row == header && header > 0;
    let explained = explained_column(sheet, header_cells);
    out.set_hidden(sheet.is_hidden);
    write_merges(out, sheet, &formats)?;
    for row in sheet.rows.iter().filter(|row| row.number + shift <= LAST_ROW) {
        let at = (row.number + shift - 1) as u32;
        for (column, value) in row.cells.iter().filter(|(column, _)| *column != explained && *column <= LAST_COLUMN) {
            let colour = colours.get(&(row.number, *column)).copied();
            write_value(out, at, *column as u16, value, &formats.for_value(value, colour))?;
        }
    }
    for (&(row, column), &rejects) in colours.iter().filter(|((row, _), _)| row + shift <= LAST_ROW) {
        if sheet.row(row).is_none_or(|it| it.get(column).is_none()) {
            out.write_blank((row + shift - 1) as u32, column as u16, if rejects { &formats.rejected } else { &formats.warned })?;
        }
    }
    if !texts.is_empty() {
        let column = explained as u16;
        if header + shift > 0 {
            out.write_string_with_format((header + shift - 1) as u32, column, ERROR_HEADING, &formats.heading)?;
        }
        for (&row, (text, rejects)) in texts.iter().filter(|(row, _)| *row + shift <= LAST_ROW) {
            if is_header(row) {
                // The heading itself must stay unchanged, so that the workbook can be read again.
                out.insert_note((row + shift - 1) as u32, column, &Note::new(cut(text)))?;
                continue;
            }
            let format = if *rejects { &formats.rejected } else { &formats.warned };
            let text = if shift > 0 { format!("原文件第{row}行：{text}") } else { text.clone() };
            out.write_string_with_format((row + shift - 1) as u32, column, cut(&text), format)?;
        }
        out.set_autofit_max_width(MAX_WIDTH_PIXELS).autofit();
        out.set_column_width(column, ERROR_WIDTH)?;
    }
    out.set_landscape().set_print_fit_to_pages(1, 0);
    if header + shift > 0 {
        out.set_freeze_panes((header + shift) as u32, 0)?;
    }
    Ok(())
}

/// Row → its remarks, and whether they exclude it.
type Texts = BTreeMap<u64, (String, bool)>;
/// Row and column → whether the cell excludes its row.
type Colours = HashMap<(u64, usize), bool>;

fn by_place(header: Option<&SheetRow>, remarks: &[&Remark<'_>]) -> (Texts, Colours) {
    let (mut texts, mut colours) = (Texts::new(), Colours::new());
    let cells = header.map(|row| row.cells.as_slice()).unwrap_or_default();
    let keys: HashMap<String, usize> = cells.iter().map(|(at, value)| (value.shown(), *at)).collect();
    for remark in remarks.iter().filter(|remark| remark.issue.row > 0) {
        let column = remark.issue.column.as_deref();
        let at = column.and_then(|column| column_number(&keys, column));
        if let Some(at) = at {
            *colours.entry((remark.issue.row, at)).or_default() |= remark.rejects;
        }
        let place = column.map(|column| format!("{column}列：")).unwrap_or_default();
        let mark = if remark.rejects { "" } else { "提醒：" };
        let (text, rejects) = texts.entry(remark.issue.row).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{mark}{place}{}", remark.issue.reason));
        *rejects |= remark.rejects;
    }
    (texts, colours)
}

/// Number of a column that is named by its letter, or by its key.
fn column_number(keys: &HashMap<String, usize>, column: &str) -> Option<usize> {
    if column.len() <= 3 && column.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let at = column.bytes().fold(0, |at, byte| at * 26 + usize::from(byte - b'A') + 1) - 1;
        debug_assert_eq!(letter(at), column);
        return Some(at);
    }
    keys.get(column).copied()
}

/// The column of explanations: the existing one, else the first after all others.
fn explained_column(sheet: &Sheet, header: Option<&SheetRow>) -> usize {
    let known = header.and_then(|row| row.cells.iter().find(|(_, value)| value.shown() == ERROR_HEADING));
    let cells = sheet.rows.iter().flat_map(|row| &row.cells);
    let free = cells.map(|&(at, _)| at + 1).filter(|&at| at <= LAST_COLUMN).max().unwrap_or(LAST_COLUMN);
    known.map_or(free, |&(at, _)| at).min(LAST_COLUMN)
}

fn write_merges(out: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), DocumentError> {
    for merge in &sheet.merges {
        let (top, bottom) = ((merge.rows.0 - 1) as u32, (merge.rows.1 - 1) as u32);
        let (left, right) = (merge.columns.0 as u16, merge.columns.1 as u16);
        let cells = (u64::from(bottom - top) + 1) * u64::from(right - left + 1);
        if (2..=MAX_MERGED).contains(&cells) {
            match out.merge_range(top, left, bottom, right, "", &formats.plain) {
                // Only broken files have overlapping blocks. Their values are written anyway.
                Ok(_) | Err(XlsxError::MergeRangeOverlaps(..)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Text stays text, whatever it begins with: nothing becomes a formula.
fn write_value(out: &mut Worksheet, row: u32, column: u16, value: &Value, format: &Format) -> Result<(), XlsxError> {
    match value {
        Value::Text(text) | Value::Fault(text) => out.write_string_with_format(row, column, cut(text), format)?,
        Value::Number(number) => out.write_number_with_format(row, column, *number, format)?,
        Value::Flag(flag) => out.write_boolean_with_format(row, column, *flag, format)?,
        Value::Date(date) => {
            let day = rust_xlsxwriter::ExcelDateTime::from_ymd(date.year() as u16, date.month() as u8, date.day() as u8);
            match day {
                Ok(day) => out.write_datetime_with_format(row, column, &day, format)?,
                Err(_) => out.write_string_with_format(row, column, date.to_string(), format)?,
            }
        }
    };
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}
