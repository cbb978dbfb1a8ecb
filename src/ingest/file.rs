//! Bytes of a file → rows of cells, with the row numbers that a person sees.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::headers::{self, Heading};
use crate::domain::EntityKind;

/// A file that cannot be read at all. Rows of a readable file are never errors.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system says no.
    #[error("无法读取文件 {path}：{}", crate::fault::words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another format.
    #[error("不认识的文件格式：{path}；目前可读 .jsonl 和 .csv")]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// Not UTF-8.
    #[error("文件 {path} 第{row}行起不是 UTF-8 编码；请用“另存为”选择 UTF-8 编码后重试")]
    Encoding {
        /// The file.
        path: PathBuf,
        /// First line that is not.
        row: usize,
    },
    /// Nothing in it.
    #[error("文件 {path} 中没有数据行")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A column without which no row can be read.
    #[error("文件 {path} 缺少必需的列：{choices}（任取其一）；现有的列：{found}")]
    Column {
        /// The file.
        path: PathBuf,
        /// What would do.
        choices: String,
        /// What is there.
        found: String,
    },
    /// A quote that is never closed: the rows behind it cannot be told apart.
    #[error("文件 {path} 第{row}行的英文双引号没有配对，后面的行无法分开；请补上或删去这个引号")]
    Quote {
        /// The file.
        path: PathBuf,
        /// Row of the quote.
        row: u64,
    },
    /// Which records it holds cannot be told.
    #[error("看不出文件 {path} 是哪类记录；请用 --as 指明 organizations、projects、needs 或 claims")]
    Kind {
        /// The file.
        path: PathBuf,
    },
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Column letter, or the key for JSONL.
    pub(super) column: String,
    /// Field that the heading means; empty for none.
    pub(super) field: String,
    /// Yuan that a bare number is worth.
    pub(super) yuan: f64,
    /// The value; strings for CSV.
    pub(super) value: Value,
}

/// The cells of a row, in column order.
pub(super) type Cells = Vec<Cell>;

/// One row, or the reason why it is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub(super) number: u64,
    pub(super) cells: Result<Cells, String>,
}

/// A heading or key that means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Row in which it first stands.
    pub row: u64,
    /// Column letter, or the key for JSONL.
    pub column: String,
    /// The heading.
    pub heading: String,
}

/// A file, read and cut into rows of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct InputFile {
    /// Name for messages.
    pub name: String,
    /// What its rows are.
    pub kind: EntityKind,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Headings and keys that mean nothing here, with the row in which they first stand.
    pub unknown: Vec<Unknown>,
}

impl InputFile {
    /// Reads `path` as records of `kind`; where that is not given, from the file's name or its columns.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn open(path: &Path, kind: Option<EntityKind>) -> Result<Self, FileError> {
        let bytes = std::fs::read(path).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
        Self::from_bytes(path, &bytes, kind)
    }

    /// The same for a file that is in memory; `path` gives name and format.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn from_bytes(path: &Path, bytes: &[u8], kind: Option<EntityKind>) -> Result<Self, FileError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let row = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
            FileError::Encoding { path: path.to_owned(), row }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(FileError::Empty { path: path.to_owned() });
        }
        let kind = kind.or_else(|| kind_of_name(path));
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
        let (kind, rows, unknown) = match extension.as_str() {
            "jsonl" | "ndjson" => json_lines(path, text, kind)?,
            "csv" => csv_rows(path, text, kind)?,
            _ => return Err(FileError::Format { path: path.to_owned() }),
        };
        if rows.is_empty() {
            return Err(FileError::Empty { path: path.to_owned() });
        }
        Ok(Self { name: path.display().to_string(), kind, rows, unknown })
    }
}

fn kind_of_name(path: &Path) -> Option<EntityKind> {
    let stem = path.file_stem()?.to_str()?.to_lowercase();
    let words: [(EntityKind, &[&str]); 4] = [
        (EntityKind::Claims, &["claims", "认领记录"]),
        (EntityKind::Needs, &["needs", "需求"]),
        (EntityKind::Projects, &["projects", "项目库", "往期项目"]),
        (EntityKind::Organizations, &["organizations", "组织", "基金会名录"]),
    ];
    words.into_iter().find(|(_, words)| words.iter().any(|word| stem.contains(word))).map(|(kind, _)| kind)
}

type Object = serde_json::Map<String, Value>;
/// Kind, rows, and headings that mean nothing.
type Parsed = (EntityKind, Vec<Row>, Vec<Unknown>);

fn json_lines(path: &Path, text: &str, kind: Option<EntityKind>) -> Result<Parsed, FileError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed: Vec<(u64, Result<Object, String>)> = lines
        .map(|(n, line)| {
            let object = match serde_json::from_str(line) {
                Ok(Value::Object(object)) => Ok(object),
                Ok(_) => Err("这一行不是 JSON 对象（应以 { 开头）".to_owned()),
                Err(error) => Err(format!("这一行不是合法的 JSON（第{}列附近）", error.column())),
            };
            (n as u64 + 1, object)
        })
        .collect();
    let first_keys = || {
        let first = parsed.iter().find_map(|(_, object)| object.as_ref().ok())?;
        headers::guess(&first.keys().cloned().collect::<Vec<_>>())
    };
    let kind = kind.or_else(first_keys).ok_or_else(|| FileError::Kind { path: path.to_owned() })?;
    let mut unknown: Vec<Unknown> = Vec::new();
    for (row, object) in &parsed {
        for key in object.iter().flat_map(Object::keys) {
            if headers::field(kind, key) == Heading::Unknown && unknown.iter().all(|known| known.heading != *key) {
                unknown.push(Unknown { row: *row, column: key.clone(), heading: key.clone() });
            }
        }
    }
    let cells = |object: Object| object.into_iter().map(|(key, value)| cell(kind, &key, key.clone(), value)).collect::<Cells>();
    let rows = parsed.into_iter().map(|(number, object)| Row { number, cells: object.map(cells) }).collect();
    Ok((kind, rows, unknown))
}

fn cell(kind: EntityKind, heading: &str, column: String, value: Value) -> Cell {
    match headers::field(kind, heading) {
        Heading::Field { name, yuan } => Cell { column, field: name, yuan, value },
        Heading::Ignored | Heading::Unknown => Cell { column, field: String::new(), yuan: 1.0, value },
    }
}

fn csv_rows(path: &Path, text: &str, kind: Option<EntityKind>) -> Result<Parsed, FileError> {
    // One kind of line end: rows are counted as a spreadsheet shows them.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if let Some(row) = open_quote(&text) {
        return Err(FileError::Quote { path: path.to_owned(), row });
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let head: Vec<String> = match records.next() {
        Some(Ok(head)) => head.iter().map(|text| text.trim().to_owned()).collect(),
        _ => return Err(FileError::Empty { path: path.to_owned() }),
    };
    let kind = kind.or_else(|| headers::guess(&head)).ok_or_else(|| FileError::Kind { path: path.to_owned() })?;
    let fields: Vec<Heading> = head.iter().map(|heading| headers::field(kind, heading)).collect();
    for group in headers::required(kind) {
        let there = fields.iter().any(|it| matches!(it, Heading::Field { name, .. } if group.contains(&name.as_str())));
        if !there {
            let (choices, found) = (headers::choices(kind, group), head.join("、"));
            return Err(FileError::Column { path: path.to_owned(), choices, found });
        }
    }
    let mut rows = Vec::new();
    for record in records {
        let row = match record {
            Ok(record) => {
                let number = record.position().map_or(0, csv::Position::line);
                if record.iter().all(|text| text.trim().is_empty()) {
                    continue;
                }
                Row { number, cells: csv_cells(kind, &head, &record) }
            }
            Err(error) => {
                let number = error.position().map_or(0, csv::Position::line);
                Row { number, cells: Err(format!("这一行不是合法的 CSV：{error}")) }
            }
        };
        rows.push(row);
    }
    let unknown =
        head.iter().zip(&fields).enumerate().filter(|(_, (heading, field))| **field == Heading::Unknown && !heading.is_empty());
    let unknown = unknown.map(|(n, (heading, _))| Unknown { row: 1, column: letter(n), heading: heading.clone() }).collect();
    Ok((kind, rows, unknown))
}

/// Row of a quoted cell that the text never closes.
fn open_quote(text: &str) -> Option<u64> {
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
        at_start = matches!(c, ',' | '\n');
    }
    opened
}

fn csv_cells(kind: EntityKind, head: &[String], record: &csv::StringRecord) -> Result<Cells, String> {
    let extra = record.iter().skip(head.len()).filter(|text| !text.trim().is_empty()).count();
    if extra > 0 {
        return Err(format!("比表头多出{extra}格；含逗号的内容请用英文双引号括起来"));
    }
    Ok(record
        .iter()
        .zip(head)
        .enumerate()
        .filter(|(_, (text, _))| !text.trim().is_empty())
        .map(|(n, (text, heading))| cell(kind, heading, letter(n), Value::String(text.trim().to_owned())))
        .collect())
}

/// Spreadsheet letter of a column: 0 → A, 26 → AA.
fn letter(mut column: usize) -> String {
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
    use super::*;

    fn open(name: &str, bytes: &[u8]) -> Result<InputFile, FileError> {
        InputFile::from_bytes(Path::new(name), bytes, None)
    }

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letter), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }

    #[test]
    fn rows_keep_their_physical_numbers() {
        let file = open("needs.csv", "项目名称,需求描述\n甲,\"两行\n文字\"\n\n,\n乙,丙\n".as_bytes()).unwrap();
        assert_eq!(file.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 6]);
        let windows = open("needs.csv", "项目名称,需求描述\r\n甲,\"两行\r\n文字\"\r\n\r\n,\r\n乙,丙\r\n".as_bytes()).unwrap();
        assert_eq!(windows.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 6]);
        let file = open("needs.jsonl", b"\n{\"title\": \"x\"}\n{oops\n").unwrap();
        assert_eq!(file.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 3]);
        assert!(file.rows[1].cells.is_err());
    }

    #[test]
    fn whole_file_faults_say_what_to_do() {
        let gb18030 = [b"title\n".as_slice(), &[0xd0, 0xe8, 0xc7, 0xf3]].concat();
        assert!(open("needs.csv", &gb18030).unwrap_err().to_string().contains("第2行起不是 UTF-8"));
        let message = open("needs.csv", "地区,金额\n迪庆,3\n".as_bytes()).unwrap_err().to_string();
        assert!(message.contains("缺少必需的列") && message.contains("地区、金额"), "{message}");
        assert!(matches!(open("needs.csv", "title\n\"没有结束\n下一行\n".as_bytes()), Err(FileError::Quote { row: 2, .. })));
        assert!(open("needs.csv", "title\n管径5\"\n\"说\"\"好\"\"的\"\n".as_bytes()).is_ok());
        assert!(matches!(open("needs.pdf", b"x"), Err(FileError::Format { .. })));
        assert!(matches!(open("needs.csv", b" \n"), Err(FileError::Empty { .. })));
        assert!(matches!(open("x.jsonl", b"{\"a\": 1}"), Err(FileError::Kind { .. })));
    }
}
