//! Reads XLSX, XLS and ODS into sheets in bounded memory: a compressed file is unpacked once to measure it before it is read,
//! and cells are streamed if the format allows it.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, Sheet as SheetInfo, SheetVisible, Xls, Xlsx};
use jiff::civil::Date;

use super::FileError;
use super::sheet::{Merge, Sheet, SheetRow, Value};

/// Largest unpacked size of one part of a compressed workbook, and of all parts together, in bytes.
const MAX_PART: u64 = 256 << 20;
const MAX_UNPACKED: u64 = 512 << 20;
/// Largest unpacked size of the shared strings, in bytes: they are held in memory.
const MAX_STRINGS: u64 = 96 << 20;
/// Most cells with a value in a workbook.
const MAX_CELLS: usize = 2_000_000;
/// Most sheets, and merged blocks in one of them.
const MAX_SHEETS: usize = 256;
const MAX_MERGES: usize = 50_000;
/// Most cells that the sheets of an ODS file may span, blanks included: they are not streamed.
const MAX_GRID: u64 = 4_000_000;

/// A workbook that was read.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    pub(super) has_macros: bool,
}

/// The format of the bytes, whatever the file is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xls,
    Ods,
}

/// The format of a workbook, from its first bytes and parts; `None` if it is not a workbook.
///
/// # Errors
/// A workbook with a password, or a compressed file that is damaged.
pub(super) fn format(path: &Path, bytes: &[u8]) -> Result<Option<Format>, FileError> {
    const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if bytes.starts_with(OLE) {
        let name = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let holds = |text: &str| memchr::memmem::find(bytes, &name(text)).is_some();
        return match (holds("EncryptedPackage"), holds("Workbook") || holds("Book")) {
            (true, _) => Err(FileError::Password { path: path.to_owned() }),
            (_, true) => Ok(Some(Format::Xls)),
            _ => Ok(None),
        };
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged(path, "文件不完整"))?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    Ok(match (has("xl/workbook.xml"), has("content.xml")) {
        (true, _) => Some(Format::Xlsx),
        (_, true) => Some(Format::Ods),
        _ => None,
    })
}

/// Reads every sheet.
///
/// # Errors
/// Damaged, with a password, or too large.
pub(super) fn read(path: &Path, bytes: &[u8], format: Format) -> Result<Workbook, FileError> {
    let has_macros = match format {
        Format::Xls => false,
        Format::Xlsx | Format::Ods => measure(path, bytes)?,
    };
    let mut workbook = match format {
        Format::Xlsx => xlsx(path, bytes)?,
        Format::Xls => xls(path, bytes)?,
        Format::Ods => ods(path, bytes)?,
    };
    workbook.has_macros = has_macros;
    if workbook.sheets.iter().any(|sheet| sheet.merges.len() > MAX_MERGES) {
        return Err(too_large(path, "合并单元格"));
    }
    for sheet in &mut workbook.sheets {
        sheet.rows.sort_by_key(|row| row.number);
        sheet.rows.iter_mut().for_each(|row| row.cells.sort_by_key(|&(column, _)| column));
    }
    Ok(workbook)
}

fn damaged(path: &Path, reason: impl std::fmt::Display) -> FileError {
    FileError::Damaged { path: path.to_owned(), reason: reason.to_string() }
}

fn too_large(path: &Path, what: &'static str) -> FileError {
    FileError::TooLarge { path: path.to_owned(), what }
}

/// Unpacks every part and discards it, so that no part can turn out larger than it claims. True if there are macros.
fn measure(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged(path, "文件不完整"))?;
    let (mut unpacked, mut has_macros) = (0, false);
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_| damaged(path, "文件不完整"))?;
        let name = part.name().map_err(|_| damaged(path, "文件不完整"))?.into_owned();
        let most = if name == "xl/sharedStrings.xml" { MAX_STRINGS } else { MAX_PART };
        let size = std::io::copy(&mut part.take(most + 1), &mut std::io::sink()).map_err(|_| damaged(path, "文件不完整"))?;
        unpacked += size;
        if size > most || unpacked > MAX_UNPACKED {
            return Err(too_large(path, "解压后的内容"));
        }
        has_macros |= name.ends_with("vbaProject.bin");
    }
    Ok(has_macros)
}

/// Names of the sheets, and whether they are hidden.
fn names(path: &Path, sheets: &[SheetInfo]) -> Result<Vec<(String, bool)>, FileError> {
    if sheets.len() > MAX_SHEETS {
        return Err(too_large(path, "工作表"));
    }
    Ok(sheets.iter().map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect())
}

/// Puts cells into rows, and stops at [`MAX_CELLS`].
struct Collector<'a> {
    path: &'a Path,
    cells: usize,
    rows: Vec<SheetRow>,
}

impl<'a> Collector<'a> {
    const fn new(path: &'a Path, cells: usize) -> Self {
        Self { path, cells, rows: Vec::new() }
    }

    fn push(&mut self, row: u32, column: u32, value: Option<Value>) -> Result<(), FileError> {
        let Some(value) = value else { return Ok(()) };
        self.cells += 1;
        if self.cells > MAX_CELLS {
            return Err(too_large(self.path, "有内容的单元格"));
        }
        let number = u64::from(row) + 1;
        match self.rows.last_mut() {
            Some(last) if last.number == number => last.cells.push((column as usize, value)),
            _ => self.rows.push(SheetRow { number, cells: vec![(column as usize, value)] }),
        }
        Ok(())
    }
}

fn xlsx(path: &Path, bytes: &[u8]) -> Result<Workbook, FileError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(path, error))?;
    let mut workbook = Workbook::default();
    let mut cells = 0;
    for (name, is_hidden) in names(path, book.sheets_metadata())? {
        let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut collector = Collector::new(path, cells);
        // A chart sheet has no cells.
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| damaged(path, error))? {
            // A formula that gives "" is a blank cell; one whose result is not in the file is a fault.
            let lacks_result = matches!(cell.value, DataRef::Empty) && cell.formula.is_some();
            let value = if lacks_result { Some(Value::Fault(NO_RESULT.to_owned())) } else { from_ref(cell.value) };
            collector.push(cell.pos.0, cell.pos.1, value)?;
        }
        cells = collector.cells;
        let merges = merges.iter().map(merge).collect();
        workbook.sheets.push(Sheet { name: Some(name), is_hidden, rows: collector.rows, merges });
    }
    Ok(workbook)
}

fn xls(path: &Path, bytes: &[u8]) -> Result<Workbook, FileError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => FileError::Password { path: path.to_owned() },
        error => damaged(path, error),
    })?;
    let mut workbook = Workbook::default();
    let mut cells = 0;
    for (name, is_hidden) in names(path, book.sheets_metadata())? {
        let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let range = book.worksheet_range(&name).map_err(|error| damaged(path, error))?;
        let rows = rows_of(path, &range, &mut cells)?;
        workbook.sheets.push(Sheet { name: Some(name), is_hidden, rows, merges: merges.iter().map(merge).collect() });
    }
    Ok(workbook)
}

fn ods(path: &Path, bytes: &[u8]) -> Result<Workbook, FileError> {
    let mut layout = super::ods_layout::read(bytes).map_err(|error| damaged(path, error))?;
    if layout.iter().map(|sheet| sheet.grid).sum::<u64>() > MAX_GRID {
        return Err(too_large(path, "单元格"));
    }
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::OdsError::Password => FileError::Password { path: path.to_owned() },
        error => damaged(path, error),
    })?;
    let mut workbook = Workbook::default();
    let mut cells = 0;
    for (name, is_hidden) in names(path, book.sheets_metadata())? {
        let range = book.worksheet_range(&name).map_err(|error| damaged(path, error))?;
        let rows = rows_of(path, &range, &mut cells)?;
        let merges = layout.iter_mut().find(|sheet| sheet.name == name).map(|sheet| std::mem::take(&mut sheet.merges));
        workbook.sheets.push(Sheet { name: Some(name), is_hidden, rows, merges: merges.unwrap_or_default() });
    }
    Ok(workbook)
}

fn rows_of(path: &Path, range: &calamine::Range<Data>, cells: &mut usize) -> Result<Vec<SheetRow>, FileError> {
    let (top, left) = range.start().unwrap_or_default();
    let mut collector = Collector::new(path, *cells);
    for (row, column, value) in range.used_cells() {
        collector.push(top + row as u32, left + column as u32, from_data(value))?;
    }
    *cells = collector.cells;
    Ok(collector.rows)
}

fn merge(area: &Dimensions) -> Merge {
    Merge {
        rows: (u64::from(area.start.0) + 1, u64::from(area.end.0) + 1),
        columns: (area.start.1 as usize, area.end.1 as usize),
    }
}

fn from_ref(data: DataRef<'_>) -> Option<Value> {
    match data {
        DataRef::SharedString(text) => text_value(text),
        DataRef::String(text) => text_value(&text),
        DataRef::Int(number) => Some(Value::Number(number as f64)),
        DataRef::Float(number) => number_value(number),
        DataRef::Bool(flag) => Some(Value::Flag(flag)),
        DataRef::DateTime(moment) => date_value(&moment),
        DataRef::DateTimeIso(text) => Some(iso_value(&text)),
        DataRef::DurationIso(text) => text_value(&text),
        DataRef::Error(error) => Some(Value::Fault(error.to_string())),
        DataRef::Empty => None,
    }
}

fn from_data(data: &Data) -> Option<Value> {
    match data {
        Data::String(text) | Data::DurationIso(text) => text_value(text),
        Data::Int(number) => Some(Value::Number(*number as f64)),
        Data::Float(number) => number_value(*number),
        Data::Bool(flag) => Some(Value::Flag(*flag)),
        Data::DateTime(moment) => date_value(moment),
        Data::DateTimeIso(text) => Some(iso_value(text)),
        Data::Error(error) => Some(Value::Fault(error.to_string())),
        Data::Empty => None,
    }
}

const NO_RESULT: &str = "公式没有计算结果";
/// How spreadsheets show errors; an error workbook returns them as text.
const FAULTS: [&str; 8] = [NO_RESULT, "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

fn text_value(text: &str) -> Option<Value> {
    let plain = text.trim();
    if FAULTS.contains(&plain) {
        return Some(Value::Fault(plain.to_owned()));
    }
    (!plain.is_empty()).then(|| Value::Text(text.to_owned()))
}

fn number_value(number: f64) -> Option<Value> {
    number.is_finite().then_some(Value::Number(number))
}

/// A date; a bare time of day or a duration stays a number.
fn date_value(moment: &ExcelDateTime) -> Option<Value> {
    if moment.is_duration() || moment.as_f64() < 1.0 {
        return number_value(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let date = i16::try_from(year).ok().and_then(|year| Date::new(year, month as i8, day as i8).ok());
    date.map(Value::Date).or_else(|| number_value(moment.as_f64()))
}

fn iso_value(text: &str) -> Value {
    let day = text.split('T').next().unwrap_or_default();
    day.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Date)
}
