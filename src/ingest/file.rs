//! Turns the bytes of a file into sheets and the tables in them. The bytes decide what the file is; its name only helps.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use super::cell_edits::CellEdit;
use super::error::FileError;
use super::limits::{Budget, Excess, MAX_FILE, MAX_NAME};
use super::lines::Lines;
use super::mapping::Mapping;
use super::names_of_files::shown_name;
use super::read_as::ReadAs;
use super::sheet::Sheet;
use super::table::{self, NoTable, Rows, Table};
use super::{text, workbook};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// Sheets of the templates that hold no records.
pub(crate) const GUIDE_SHEET: &str = "填表说明";
pub(crate) const OPTION_SHEET: &str = "选项";

/// A remark about a sheet or the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) sheet: Option<String>,
    pub(crate) reason: String,
}

/// A file, read and cut into the rows of its tables.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Name for messages and the ledger: that of the file, cut at [`MAX_NAME`](super::limits::MAX_NAME) characters.
    pub name: String,
    /// The kind of its records; that of the first table if sheets differ.
    pub kind: EntityKind,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) tables: Vec<Table>,
    pub(crate) notes: Vec<Note>,
    /// Name of the list of tables that state none.
    pub(crate) list: Option<String>,
}

impl InputFile {
    /// Reads `path` as records of `kind`; if that is `None`, the names of file and sheets or the columns tell the kind.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn open(path: &Path, kind: Option<EntityKind>) -> Result<Self, FileError> {
        Self::open_as(path, &kind.into())
    }

    /// Like [`Self::open`], with all that is said about the file.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn open_as(path: &Path, reading: &ReadAs) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
        Self::from_file(path, file, reading)
    }

    /// Like [`Self::open`], for a file that is open; `path` gives the name.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn from_file(path: &Path, file: File, reading: &ReadAs) -> Result<Self, FileError> {
        let size = file.metadata().map_err(|source| FileError::Io { path: path.to_owned(), source })?.len();
        read(path, BufReader::new(file), size, reading)
    }

    /// Like [`Self::open`], for a file in memory; `path` gives the name.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn from_bytes(path: &Path, bytes: &[u8], kind: Option<EntityKind>) -> Result<Self, FileError> {
        Self::from_bytes_as(path, bytes, &kind.into())
    }

    /// Like [`Self::from_bytes`], with all that is said about the file.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn from_bytes_as(path: &Path, bytes: &[u8], reading: &ReadAs) -> Result<Self, FileError> {
        read(path, Cursor::new(bytes), bytes.len() as u64, reading)
    }

    /// Number of tables: sheets with a header. Tables that others refer to come first.
    #[must_use]
    pub const fn table_count(&self) -> usize {
        self.tables.len()
    }

    /// The kind of the records of the `n`th table.
    #[must_use]
    pub fn kind_of_table(&self, n: usize) -> EntityKind {
        self.tables[n].kind
    }

    /// What the user said about the headings of its tables, by the set of headings that it concerns.
    #[must_use]
    pub fn stated_mappings(&self) -> Vec<(String, Mapping)> {
        self.tables.iter().flat_map(|table| table.stated.iter().cloned()).collect()
    }

    /// Number of rows that are records, good or bad.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.tables.iter().map(Table::len).sum()
    }
}

fn read(path: &Path, mut source: impl Read + Seek, size: u64, reading: &ReadAs) -> Result<InputFile, FileError> {
    if size > MAX_FILE as u64 {
        return Err(FileError::TooLarge { path: path.to_owned(), excess: Excess::File });
    }
    let named = kind_of_name(path.file_stem().and_then(|it| it.to_str()).unwrap_or_default());
    let mut budget = Budget::default();
    let file = match workbook::read(path, &mut source, &mut budget)? {
        Some(workbook) => from_workbook(path, workbook, reading, named, &mut budget)?,
        None => {
            let unreadable = |source| FileError::Io { path: path.to_owned(), source };
            let mut bytes = Vec::new();
            source.rewind().and_then(|()| source.take(MAX_FILE as u64).read_to_end(&mut bytes)).map_err(unreadable)?;
            from_text(path, bytes, named, reading, &mut budget)?
        }
    };
    if file.row_count() == 0 {
        return Err(FileError::Empty { path: path.to_owned() });
    }
    let list = reading.list.as_deref().map(|name| masked(name.trim()).chars().take(MAX_NAME).collect());
    Ok(InputFile { list: list.filter(|name: &String| !name.is_empty()), ..file })
}

/// `named` is the kind that the name of the file suggests.
fn from_text(
    path: &Path,
    bytes: Vec<u8>,
    named: Option<EntityKind>,
    reading: &ReadAs,
    budget: &mut Budget,
) -> Result<InputFile, FileError> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    let is_json = matches!(extension.as_str(), "jsonl" | "ndjson" | "json");
    if !is_json && !matches!(extension.as_str(), "csv" | "tsv" | "txt" | "xls" | "xlsx" | "et") {
        return Err(FileError::Format { path: path.to_owned() });
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    if !is_json && (start.contains("<html") || start.contains("<table") || start.contains("<!doctype")) {
        return Err(FileError::WebPage { path: path.to_owned() });
    }
    let decoded = match text::text(path, &bytes) {
        Err(_) if matches!(extension.as_str(), "xls" | "xlsx" | "et") => {
            return Err(FileError::Format { path: path.to_owned() });
        }
        decoded => decoded?,
    };
    drop(bytes);
    let mut notes = Vec::new();
    if decoded.text.trim().is_empty() {
        return Err(FileError::Empty { path: path.to_owned() });
    }
    if decoded.lost > 0 {
        let line = decoded.first_lost_line.unwrap_or(1);
        let reason = format!("有{}处文字无法识别（从第{line}行起），按{}编码读取", decoded.lost, decoded.encoding);
        notes.push(Note { sheet: None, reason });
    }
    let (sheets, table) = if is_json {
        // No sheet is needed: an error workbook is made from the lines themselves.
        let (table, unplaced) = json(path, decoded.text, named, reading, extension == "json", budget)?;
        notes.extend(unplaced);
        (Vec::new(), table)
    } else {
        let mut sheets = vec![text::table(path, decoded.text, budget)?];
        notes.extend(lay_over(path, &mut sheets, reading, budget)?);
        let table = table::read(&sheets, 0, reading.kind.or(named), reading, budget).map_err(|fault| no_table(path, fault))?;
        (sheets, table)
    };
    Ok(InputFile { name: shown_name(path), kind: table.kind, sheets, tables: vec![table], notes, list: None })
}

/// Lays over the sheets what a person changed in their cells. Returns a note for each change that has no place in them.
fn lay_over(path: &Path, sheets: &mut [Sheet], reading: &ReadAs, budget: &mut Budget) -> Result<Vec<Note>, FileError> {
    let unplaced = reading.edits.lay_over(sheets, budget);
    let unplaced = unplaced.map_err(|excess| FileError::TooLarge { path: path.to_owned(), excess })?;
    Ok(unplaced.into_iter().map(unused).collect())
}

fn unused(edit: &CellEdit) -> Note {
    let reason = format!("第{}行{}列的更正没有用上：文件中没有这一格", edit.row, excerpt(&edit.column));
    Note { sheet: edit.sheet.clone(), reason }
}

/// `named` is what the file's name suggests; it is tried
/// last, after the sheet's name and columns.
fn from_workbook(
    path: &Path,
    mut workbook: workbook::Workbook,
    reading: &ReadAs,
    named: Option<EntityKind>,
    budget: &mut Budget,
) -> Result<InputFile, FileError> {
    let mut notes = lay_over(path, &mut workbook.sheets, reading, budget)?;
    let (mut tables, mut fault) = (Vec::new(), NoTable::Empty);
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let name = sheet.name.as_deref().unwrap_or_default();
        if sheet.is_hidden && name != OPTION_SHEET {
            let reason = "隐藏的工作表没有读取；如需导入，请取消隐藏".to_owned();
            notes.push(Note { sheet: sheet.name.clone(), reason });
        }
        if sheet.is_hidden || name == GUIDE_SHEET {
            continue;
        }
        let tries = match reading.kind {
            Some(kind) => vec![Some(kind)],
            None => [kind_of_name(name).map(Some), Some(None), named.map(Some)].into_iter().flatten().collect(),
        };
        let mut read = Err(NoTable::Kind);
        for kind in tries {
            read = table::read(&workbook.sheets, at, kind, reading, budget);
            if matches!(read, Ok(_) | Err(NoTable::TooMuch(_) | NoTable::Sideways { .. })) {
                break;
            }
        }
        match read {
            Ok(table) => tables.push(table),
            Err(NoTable::Empty) => {}
            Err(too_much @ NoTable::TooMuch(_)) => return Err(no_table(path, too_much)),
            Err(other) => {
                let reason = format!("没有读取：{}", no_table(Path::new(name), other.clone()));
                notes.push(Note { sheet: sheet.name.clone(), reason });
                fault = other;
            }
        }
    }
    if workbook.has_macros {
        notes.push(Note { sheet: None, reason: "文件含宏；宏没有运行，只读取了单元格的值".to_owned() });
    }
    let Some(first) = tables.first() else { return Err(no_table(path, fault)) };
    let (name, kind) = (shown_name(path), first.kind);
    tables.sort_by_key(|table| table.kind);
    Ok(InputFile { name, kind, sheets: workbook.sheets, tables, notes, list: None })
}

fn no_table(path: &Path, fault: NoTable) -> FileError {
    let path = path.to_owned();
    match fault {
        NoTable::Empty => FileError::Empty { path },
        NoTable::NoHeader(first) => FileError::Header { path, first },
        NoTable::Column { choices, found } => FileError::Column { path, choices, found },
        NoTable::Sideways { column, headings } => FileError::Sideways { path, column, headings },
        NoTable::Kind => FileError::Kind { path },
        NoTable::TooMuch(excess) => FileError::TooLarge { path, excess },
    }
}

fn kind_of_name(name: &str) -> Option<EntityKind> {
    let name = name.to_lowercase();
    let words: [(EntityKind, &[&str]); 4] = [
        (EntityKind::Claims, &["claims", "认领记录"]),
        (EntityKind::Needs, &["needs", "需求"]),
        (EntityKind::Projects, &["projects", "项目库", "往期项目"]),
        (EntityKind::Organizations, &["organizations", "组织", "基金会名录"]),
    ];
    words.into_iter().find(|(_, words)| words.iter().any(|word| name.contains(word))).map(|(kind, _)| kind)
}

/// JSON as a table, with a note for each changed cell that it does not have. A file of lines may hold an array all the same.
fn json(
    path: &Path,
    text: String,
    named: Option<EntityKind>,
    reading: &ReadAs,
    is_document: bool,
    budget: &mut Budget,
) -> Result<(Table, Vec<Note>), FileError> {
    let is_document = is_document || text.trim_start().starts_with('[');
    let lines = Lines::new(text, named, reading, is_document, budget)
        .map_err(|excess| FileError::TooLarge { path: path.to_owned(), excess })?;
    let (lines, unknown) = lines.ok_or_else(|| FileError::Kind { path: path.to_owned() })?;
    let notes = lines.unplaced(&reading.edits).map(unused).collect();
    let table = Table {
        kind: lines.kind(),
        sheet: None,
        rows: Rows::Lines(lines),
        skipped: Vec::new(),
        unknown,
        guessed: Vec::new(),
        stated: Vec::new(),
    };
    Ok((table, notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(name: &str, bytes: &[u8]) -> Result<InputFile, FileError> {
        InputFile::from_bytes(Path::new(name), bytes, None)
    }

    fn rows(file: &InputFile) -> Vec<table::Row> {
        let table = &file.tables[0];
        (0..table.len()).map(|k| table.row(&file.sheets, k)).collect()
    }

    fn numbers(file: &InputFile) -> Vec<u64> {
        rows(file).iter().map(|row| row.number).collect()
    }

    #[test]
    fn rows_keep_their_physical_numbers() {
        let file = open("needs.csv", "项目名称,需求描述\n甲,\"两行\n文字\"\n\n,\n乙,丙\n".as_bytes()).unwrap();
        assert_eq!(numbers(&file), [2, 6]);
        let windows = open("needs.csv", "项目名称,需求描述\r\n甲,\"两行\r\n文字\"\r\n\r\n,\r\n乙,丙\r\n".as_bytes()).unwrap();
        assert_eq!(numbers(&windows), [2, 6]);
        let file = open("needs.jsonl", b"\n{\"title\": \"x\"}\n{oops\n").unwrap();
        assert_eq!(numbers(&file), [2, 3]);
        assert!(rows(&file)[1].cells.is_err());
    }

    #[test]
    fn title_rows_a_second_header_row_sums_and_signatures_are_no_records() {
        let list = "2021年某县需求清单,,,,\n单位：万元,,,,\n序号,项目名称,需求地区,资金,\n,,,总投资,缺口\n1,净水,德钦县,5,3\n2,修路,维西县,4,2\n,合计,,9,5\n填表人：甲,审核人：乙,,,\n";
        let file = open("needs.csv", list.as_bytes()).unwrap();
        assert_eq!(numbers(&file), [5, 6]);
        let table = &file.tables[0];
        assert_eq!(table.skipped.iter().map(|it| (it.row, it.reason)).collect::<Vec<_>>(), [(7, "合计行"), (8, "签名或说明")]);
        let rows = rows(&file);
        let cells = rows[0].cells.as_ref().unwrap();
        let gap = cells.iter().find(|cell| &*cell.field == "gap").unwrap();
        assert_eq!((&*gap.column, gap.yuan), ("E", 1e4));
        assert!(table.blocks()[0].title.contains("某县"));
    }

    #[test]
    fn whole_file_faults_say_what_to_do() {
        let message = open("needs.csv", "地区,金额\n迪庆,3\n".as_bytes()).unwrap_err().to_string();
        assert!(message.contains("缺少必需的列") && message.contains("地区、金额"), "{message}");
        assert!(matches!(open("needs.csv", "title\n\"没有结束\n下一行\n".as_bytes()), Err(FileError::Quote { row: 2, .. })));
        assert!(open("needs.csv", "title\n管径5\"\n\"说\"\"好\"\"的\"\n".as_bytes()).is_ok());
        assert!(matches!(open("needs.pdf", b"x"), Err(FileError::Format { .. })));
        assert!(matches!(open("needs.csv", b" \n"), Err(FileError::Empty { .. })));
        assert!(matches!(open("x.jsonl", b"{\"a\": 1}"), Err(FileError::Kind { .. })));
        let claimed = open("public_claims.jsonl", r#"{"title": "净水", "participants": ["甲"]}"#.as_bytes()).unwrap();
        assert_eq!(claimed.kind, EntityKind::Projects, "the keys of claims are missing");
        assert!(matches!(open("needs.xlsx", b"PK\x03\x04nonsense"), Err(FileError::Damaged { .. })));
        assert!(matches!(open("needs.xls", b"<html><table><tr></tr></table>"), Err(FileError::WebPage { .. })));
        assert!(matches!(open("needs.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(FileError::Format { .. })));
    }
}
