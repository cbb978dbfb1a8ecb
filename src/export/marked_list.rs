//! Returns the user's own file as a workbook: same sheets, rows, columns and values, with problems coloured and explained.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::iter::Peekable;

use rust_xlsxwriter::{Color, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

use super::DocumentError;
use crate::ingest::headings::ERROR_HEADING;
use crate::ingest::lines::Lines;
use crate::ingest::sheet::{Merge, Sheet, SheetRow, Value, letter};
use crate::ingest::table::{Rows, Table};
use crate::ingest::{InputFile, Issue, remarks};
use crate::spool::{self, List, Spool};

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

/// Rows whose texts decide on the width of a column.
const ROWS_FOR_WIDTH: usize = 1_000;
/// Most cells in merged blocks that are reproduced: the writer remembers every one of them.
const MAX_MERGED_CELLS: u64 = 500_000;

/// A remark on one cell or row.
struct Remark {
    issue: Issue,
    rejects: bool,
}

/// Writes one workbook for all `files` to `out`, with a column 错误说明 after the last one: red for problems that exclude a row,
/// yellow for oddities. It can be imported as it is. `rejected` and `warnings` are the report's, in the order of the files.
/// What has been written is kept in `spool`, not in memory.
///
/// # Errors
/// The document has more rows than the format allows, or the disk is full.
pub fn error_workbook(
    files: &[InputFile],
    rejected: &List<Issue>,
    warnings: &List<Issue>,
    spool: &Spool,
    out: impl Write + Send,
) -> Result<(), DocumentError> {
    let mut list = MarkedList::new(rejected, warnings, spool)?;
    files.iter().try_for_each(|file| list.add(file))?;
    list.save(out)
}

/// A marked list that is being written, file by file.
pub struct MarkedList<'a> {
    workbook: Workbook,
    names: Vec<String>,
    rejected: Issues<'a>,
    warnings: Issues<'a>,
    merged_cells: u64,
}

impl<'a> MarkedList<'a> {
    /// Begins a workbook with the problems of a report, in the order of its files.
    ///
    /// # Errors
    /// Temporary files cannot be made in `spool`.
    pub fn new(rejected: &'a List<Issue>, warnings: &'a List<Issue>, spool: &Spool) -> Result<Self, DocumentError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(spool.dir()?)?;
        let (rejected, warnings) = (Issues { list: rejected.iter().peekable() }, Issues { list: warnings.iter().peekable() });
        Ok(Self { workbook, names: Vec::new(), rejected, warnings, merged_cells: 0 })
    }

    /// Adds the sheets of the next file.
    ///
    /// # Errors
    /// See [`error_workbook`].
    pub fn add(&mut self, file: &InputFile) -> Result<(), DocumentError> {
        // Problems of columns and sheets come first in the report of a file; those of its rows follow table by table.
        let mut remarks = remarks(file);
        for issue in self.warnings.list.by_ref().take(remarks.len()) {
            issue?;
        }
        let mut sheets: Vec<Option<Worksheet>> = file.sheets.iter().map(|_| None).collect();
        for table in &file.tables {
            let sheet = self.workbook.new_worksheet_with_constant_memory()?;
            let of_table = |issue: &Issue| issue.file == file.name && issue.sheet == table.sheet;
            let of_header = remarks.extract_if(.., |issue| of_table(issue) && issue.row > 0);
            let own = of_header.map(|issue| Remark { issue, rejects: false }).collect();
            let rows = RowRemarks { own, rejected: &mut self.rejected, warnings: &mut self.warnings, of_table: &of_table };
            let (at, source) = match table.sheet_at() {
                Some(at) => (at, Source::Sheet(&file.sheets[at])),
                None => (sheets.len(), Source::lines(table)),
            };
            let written = write(sheet, &source, Some(table), rows, &mut self.merged_cells)?;
            match sheets.get_mut(at) {
                Some(place) => *place = Some(written),
                None => sheets.push(Some(written)),
            }
        }
        for (at, written) in sheets.into_iter().enumerate() {
            let name = file.sheets.get(at).and_then(|sheet| sheet.name.as_deref()).unwrap_or_else(|| stem(&file.name));
            let mut written = match written {
                Some(written) => written,
                None => {
                    let sheet = self.workbook.new_worksheet_with_constant_memory()?;
                    let rows = RowRemarks {
                        own: Vec::new(),
                        rejected: &mut self.rejected,
                        warnings: &mut self.warnings,
                        of_table: &|_| false,
                    };
                    write(sheet, &Source::Sheet(&file.sheets[at]), None, rows, &mut self.merged_cells)?
                }
            };
            written.set_name(unique_name(&mut self.names, name))?;
            self.workbook.push_worksheet(written);
        }
        Ok(())
    }

    /// Writes the workbook.
    ///
    /// # Errors
    /// See [`error_workbook`].
    pub fn save(mut self, out: impl Write + Send) -> Result<(), DocumentError> {
        Ok(self.workbook.save_to_writer(out)?)
    }
}

/// The problems of a report, one after the other.
struct Issues<'a> {
    list: Peekable<spool::Iter<'a, Issue>>,
}

impl Issues<'_> {
    /// The next one, if `is_next` holds for it.
    fn next_if(&mut self, is_next: impl Fn(&Issue) -> bool) -> Result<Option<Issue>, DocumentError> {
        Ok(self.list.next_if(|issue| issue.as_ref().map_or(true, &is_next)).transpose()?)
    }
}

/// The remarks of one table, row by row.
struct RowRemarks<'a, 'b> {
    /// Those of its columns, which stand in the headers, ascending.
    own: Vec<Remark>,
    rejected: &'a mut Issues<'b>,
    warnings: &'a mut Issues<'b>,
    of_table: &'a dyn Fn(&Issue) -> bool,
}

impl RowRemarks<'_, '_> {
    /// The remarks up to a row; rows must be asked for in ascending order.
    fn of_row(&mut self, row: u64) -> Result<Vec<Remark>, DocumentError> {
        let is_here = |issue: &Issue| issue.row <= row && (self.of_table)(issue);
        let mut remarks = Vec::new();
        while let Some(issue) = self.rejected.next_if(is_here)? {
            remarks.push(Remark { issue, rejects: true });
        }
        remarks.extend(self.own.extract_if(.., |remark| (1..=row).contains(&remark.issue.row)));
        while let Some(issue) = self.warnings.next_if(is_here)? {
            remarks.push(Remark { issue, rejects: false });
        }
        Ok(remarks)
    }

    fn has_any(&mut self) -> bool {
        let is_of_table = |issues: &mut Issues<'_>| issues.list.peek().is_some_and(|it| it.as_ref().is_ok_and(self.of_table));
        !self.own.is_empty() || is_of_table(self.rejected) || is_of_table(self.warnings)
    }
}

fn stem(name: &str) -> &str {
    std::path::Path::new(name).file_stem().and_then(|it| it.to_str()).unwrap_or("数据")
}

/// What a sheet is written from.
enum Source<'a> {
    Sheet(&'a Sheet),
    /// JSON lines, and the columns of their keys in the order in which they first occur.
    Lines(&'a Lines, HashMap<String, usize>),
}

impl<'a> Source<'a> {
    fn lines(table: &'a Table) -> Self {
        let Rows::Lines(lines) = &table.rows else { unreachable!("a table without a sheet is one of lines") };
        let mut keys: HashMap<String, usize> = HashMap::new();
        for k in 0..lines.len() {
            for key in lines.object(k).unwrap_or_default().keys() {
                let next = keys.len();
                if next <= LAST_COLUMN && !keys.contains_key(key) {
                    keys.insert(key.clone(), next);
                }
            }
        }
        Self::Lines(lines, keys)
    }

    const fn sheet(&self) -> Option<&'a Sheet> {
        match self {
            Self::Sheet(sheet) => Some(sheet),
            Self::Lines(..) => None,
        }
    }

    /// Its rows, ascending.
    fn rows(&self) -> Box<dyn Iterator<Item = Cow<'a, SheetRow>> + '_> {
        match self {
            Self::Sheet(sheet) => Box::new(sheet.rows.iter().map(Cow::Borrowed)),
            Self::Lines(lines, keys) => {
                let mut header: Vec<(usize, Value)> =
                    keys.iter().map(|(key, &at)| (at, Value::Text(key.as_str().into()))).collect();
                header.sort_by_key(|&(at, _)| at);
                let row = move |k| Cow::Owned(SheetRow { number: lines.number(k), cells: line_cells(lines, keys, k) });
                Box::new(std::iter::once(Cow::Owned(SheetRow { number: 0, cells: header })).chain((0..lines.len()).map(row)))
            }
        }
    }
}

fn line_cells(lines: &Lines, keys: &HashMap<String, usize>, k: usize) -> Vec<(usize, Value)> {
    let mut cells: Vec<(usize, Value)> = match lines.object(k) {
        Ok(object) => object.iter().filter_map(|(key, value)| Some((*keys.get(key)?, Value::of_json(value)))).collect(),
        Err((line, _)) => vec![(0, Value::Text(cut(line).into()))],
    };
    cells.sort_by_key(|&(column, _)| column);
    cells
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

fn write(
    mut out: Worksheet,
    source: &Source<'_>,
    table: Option<&Table>,
    mut remarks: RowRemarks<'_, '_>,
    merged_cells: &mut u64,
) -> Result<Worksheet, DocumentError> {
    let formats = Formats::new();
    let headers = table.map(Table::header_rows).unwrap_or_default();
    let header = headers.first().copied().unwrap_or(0);
    // JSON lines have no row for the keys: they get one above.
    let shift = u64::from(source.sheet().is_none());
    let no_keys = HashMap::new();
    let keys = if let Source::Lines(_, keys) = source { keys } else { &no_keys };
    let is_marked = remarks.has_any();
    let explained = explained_column(source, header);
    let mut widths = Widths::default();
    let marks = source.sheet().map(|sheet| &sheet.marks);
    let mut merges = source.sheet().map(merges).unwrap_or_default().into_iter().peekable();
    out.set_hidden(source.sheet().is_some_and(|sheet| sheet.is_hidden));
    for (n, row) in source.rows().take_while(|row| row.number + shift <= LAST_ROW).enumerate() {
        let at = (row.number + shift - 1) as u32;
        while let Some(merge) = merges.next_if(|merge| merge.rows.0 <= row.number) {
            write_merge(&mut out, &merge, &formats, merged_cells)?;
        }
        // What was hidden stays hidden: the list that comes back is read as this one was.
        if marks.is_some_and(|marks| marks.is_hidden_row(row.number)) {
            out.set_row_hidden(at)?;
        }
        let (text, colours) = if row.number > 0 { explain(&remarks.of_row(row.number)?, keys) } else { Default::default() };
        for (column, value) in row.cells.iter().filter(|(column, _)| *column != explained && *column <= LAST_COLUMN) {
            let format = formats.for_value(value, colours.get(column).copied());
            let is_struck = marks.is_some_and(|marks| marks.struck(row.number, *column) == Some(true));
            let format = if is_struck { format.set_font_strikethrough() } else { format };
            write_value(&mut out, at, *column as u16, value, &format)?;
            if n < ROWS_FOR_WIDTH {
                widths.see(*column as u16, value);
            }
        }
        for (&column, &rejects) in colours.iter().filter(|&(&column, _)| row.get(column).is_none()) {
            out.write_blank(at, column as u16, if rejects { &formats.rejected } else { &formats.warned })?;
        }
        let column = explained as u16;
        let is_header = headers.binary_search(&row.number).is_ok();
        if is_marked && is_header {
            out.write_string_with_format(at, column, ERROR_HEADING, &formats.heading)?;
        }
        if let Some((text, rejects)) = text {
            if is_header {
                // The heading itself must stay unchanged, so that the workbook can be read again.
                out.insert_note(at, column, &Note::new(cut(&text)))?;
                continue;
            }
            let format = if rejects { &formats.rejected } else { &formats.warned };
            let text = if shift > 0 { format!("原文件第{}行：{text}", row.number) } else { text };
            out.write_string_with_format(at, column, cut(&text), format)?;
        }
    }
    // What is left concerns rows beyond the last one that the format has.
    remarks.of_row(u64::MAX)?;
    if is_marked {
        widths.set(&mut out)?;
        out.set_column_width(explained as u16, ERROR_WIDTH)?;
    }
    for &(first, last) in marks.iter().flat_map(|marks| &marks.hidden_columns).filter(|(first, _)| *first < explained) {
        out.set_column_range_hidden(first as u16, last.min(explained - 1) as u16)?;
    }
    out.set_landscape().set_print_fit_to_pages(1, 0);
    if header + shift > 0 {
        out.set_freeze_panes((header + shift) as u32, 0)?;
    }
    Ok(out)
}

/// Widths of columns by the texts in them.
#[derive(Default)]
struct Widths {
    pixels: BTreeMap<u16, u32>,
}

impl Widths {
    fn see(&mut self, column: u16, value: &Value) {
        // The width of a long text is the largest one anyway.
        let text: String = value.shown().chars().take(MAX_WIDTH_PIXELS as usize).collect();
        let widest = text.lines().map(rust_xlsxwriter::utility::cell_autofit_width).max().unwrap_or(0);
        let known = self.pixels.entry(column).or_default();
        *known = (*known).max(widest.min(MAX_WIDTH_PIXELS));
    }

    fn set(&self, out: &mut Worksheet) -> Result<(), XlsxError> {
        for (&column, &pixels) in &self.pixels {
            out.set_column_width_pixels(column, pixels)?;
        }
        Ok(())
    }
}

/// The explanation of a row, and whether it is kept out; and for each of its cells with a problem whether that excludes it.
type Explained = (Option<(String, bool)>, BTreeMap<usize, bool>);

fn explain(remarks: &[Remark], keys: &HashMap<String, usize>) -> Explained {
    let (mut text, mut colours) = (None::<(String, bool)>, BTreeMap::new());
    for Remark { issue, rejects } in remarks {
        let column = issue.column.as_deref();
        if let Some(at) = column.and_then(|column| column_number(keys, column)).filter(|&at| at <= LAST_COLUMN) {
            *colours.entry(at).or_default() |= rejects;
        }
        let place = column.map(|column| format!("{column}列：")).unwrap_or_default();
        let mark = if *rejects { "" } else { "提醒：" };
        let (text, is_kept_out) = text.get_or_insert_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{mark}{place}{}", issue.reason));
        *is_kept_out |= rejects;
    }
    (text, colours)
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
fn explained_column(source: &Source<'_>, header: u64) -> usize {
    let (mut known, mut free) = (None, None::<usize>);
    for row in source.rows() {
        if row.number == header {
            known = row.cells.iter().find(|(_, value)| value.shown() == ERROR_HEADING).map(|&(at, _)| at);
        }
        free = free.max(row.cells.iter().map(|&(at, _)| at + 1).filter(|&at| at <= LAST_COLUMN).max());
    }
    known.or(free).unwrap_or(LAST_COLUMN).min(LAST_COLUMN)
}

/// The merged blocks that are reproduced, from the top to the bottom.
fn merges(sheet: &Sheet) -> Vec<Merge> {
    let cells = |it: &Merge| (it.rows.1 - it.rows.0 + 1).saturating_mul((it.columns.1 - it.columns.0 + 1) as u64);
    let fits = |it: &&Merge| it.rows.1 <= LAST_ROW && it.columns.1 <= LAST_COLUMN && (2..=MAX_MERGED).contains(&cells(it));
    let mut merges: Vec<Merge> = sheet.merges.iter().filter(fits).copied().collect();
    merges.sort_by_key(|it| (it.rows, it.columns));
    merges
}

fn write_merge(out: &mut Worksheet, merge: &Merge, formats: &Formats, merged_cells: &mut u64) -> Result<(), DocumentError> {
    let (top, bottom) = ((merge.rows.0 - 1) as u32, (merge.rows.1 - 1) as u32);
    let (left, right) = (merge.columns.0 as u16, merge.columns.1 as u16);
    *merged_cells += (u64::from(bottom - top) + 1) * u64::from(right - left + 1);
    if *merged_cells > MAX_MERGED_CELLS {
        return Ok(());
    }
    match out.merge_range(top, left, bottom, right, "", &formats.plain) {
        // Only broken files have overlapping blocks. Their values are written anyway.
        Ok(_) | Err(XlsxError::MergeRangeOverlaps(..)) => Ok(()),
        Err(error) => Err(error.into()),
    }
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
