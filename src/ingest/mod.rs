//! Reads files of records into domain values, with a report that loses no row: each row is read, or listed with the reason.
//!
//! The formats are workbooks (XLSX, XLS, ODS), CSV and JSON. A file becomes sheets (`workbook`, `text`), a sheet becomes
//! a table (`table`, `header`, `headings`), a row becomes a record (`fields`, `need`, …). [`read`] gives one outcome per row;
//! the caller decides what to do with it.

mod about;
mod biff;
mod block;
mod cell_edits;
mod cell_value;
mod claim;
mod codes;
mod collector;
mod columns;
mod context;
mod error;
mod fields;
pub(crate) mod file;
mod goods;
mod guess;
mod header;
mod heading_words;
pub(crate) mod headings;
mod issue;
mod json;
mod layout;
mod limits;
pub(crate) mod lines;
mod mapping;
mod matrix;
mod meanings;
mod merges;
mod names;
mod names_of_files;
mod near;
mod need;
mod need_status;
mod no_record;
mod note_sum;
mod ods;
mod organization;
mod out_of_sight;
mod outcome;
mod own_id;
mod package;
mod places;
mod project;
mod quantities;
mod read_as;
mod row;
mod sections;
pub(crate) mod sheet;
mod sideways;
mod sources;
mod stored;
mod stored_need;
pub(crate) mod table;
mod text;
mod units;
mod unread_headings;
mod workbook;
mod xls;
mod xlsx;

use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use crate::domain::{Entity, EntityKind};
use crate::excerpt::excerpt;
use crate::privacy::masked;
use about::About;
pub use cell_edits::{CellEdit, CellEdits};
pub use columns::Why;
pub use context::ReadingContext;
pub use error::FileError;
use fields::Fields;
pub use file::InputFile;
pub use headings::fields_of;
pub use issue::Issue;
pub use limits::{Excess, MAX_FILE, MAX_NAME};
pub use mapping::{Mapping, Remembered};
pub use meanings::{ColumnMeaning, TableColumns};
pub use names::{Bearers, Names};
pub use names_of_files::clean_name;
pub use outcome::Outcome;
pub use read_as::ReadAs;
pub use sources::{Sources, read_text};
pub use stored::Stored;
use table::{Row, Shown, Skipped, Table, Unknown};
pub use unread_headings::unread_headings;

/// Reads every row of the `n`th table of `file`, in the order of the rows.
#[must_use]
pub fn read(file: &InputFile, n: usize, setting: &ReadingContext<'_>) -> Vec<Outcome> {
    let table = TableReader::new(file, n, setting);
    table.read(0..table.len(), setting)
}

/// Reads the rows of a table part by part, so that not all that was read has to be held.
pub struct TableReader<'a> {
    file: &'a InputFile,
    table: &'a Table,
    /// What is said about the rows of each block.
    about: Vec<About>,
}

impl<'a> TableReader<'a> {
    /// The `n`th table of `file`.
    #[must_use]
    pub fn new(file: &'a InputFile, n: usize, setting: &ReadingContext<'_>) -> Self {
        let table = &file.tables[n];
        let blocks = table.blocks().par_iter().map(|block| About::read_from(table, Some(block), setting));
        let mut about: Vec<About> = blocks.collect();
        if about.is_empty() {
            about.push(About::read_from(table, None, setting));
        }
        Self { file, table, about }
    }

    /// Number of its rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.table.len()
    }

    /// True if it has no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads these rows, in their order.
    #[must_use]
    pub fn read(&self, rows: Range<usize>, setting: &ReadingContext<'_>) -> Vec<Outcome> {
        let Self { file, table, about } = self;
        let one = |k: usize| {
            let about = &about[table.block_of(k)];
            let setting = ReadingContext {
                region: setting.region.or(about.region),
                file: Path::new(&file.name).file_stem().and_then(|it| it.to_str()),
                list: about.list.as_deref().or(file.list.as_deref()),
                list_year: about.year,
                columns: &about.columns,
                ..*setting
            };
            outcome(&file.name, table.sheet.as_deref(), table.row(&file.sheets, k), table.kind, &setting)
        };
        rows.into_par_iter().with_min_len(64).map(one).collect()
    }
}

/// The text of a file that is not a list, in any of the encodings that lists come in.
///
/// # Errors
/// [`FileError::Encoding`] if it is not text.
pub fn text(path: &Path, bytes: &[u8]) -> Result<String, FileError> {
    Ok(text::text(path, bytes)?.text)
}

/// Issues of `file` that concern no single row: columns that are not read, sheets without a table.
#[must_use]
pub fn remarks(file: &InputFile) -> Vec<Issue> {
    let blank = |sheet: &Option<String>| Issue {
        file: file.name.clone(),
        sheet: sheet.as_deref().map(|name| masked(name).into_owned()),
        row: 0,
        column: None,
        field: None,
        value: None,
        reason: String::new(),
    };
    let notes = file.notes.iter().map(|note| Issue { reason: masked(&note.reason).into_owned(), ..blank(&note.sheet) });
    let columns = file.tables.iter().flat_map(|table| {
        table.unknown.iter().map(|unknown| {
            let reason = unread(unknown);
            Issue {
                row: unknown.row,
                column: Some(masked(&unknown.column).into_owned()),
                value: Some(masked(&unknown.heading).into_owned()),
                reason,
                ..blank(&table.sheet)
            }
        })
    });
    let guessed = file.tables.iter().flat_map(|table| {
        table.guessed.iter().map(|guessed| {
            let (heading, field) = (masked(&guessed.heading), &guessed.field);
            let reason = format!("列名不认识，按内容读作 {field}；如果不是，请指明“{heading}=字段”或“{heading}=忽略”（--map）");
            Issue {
                row: guessed.row,
                column: Some(guessed.column.clone()),
                field: Some(guessed.field.clone()),
                value: Some(heading.into_owned()),
                reason,
                ..blank(&table.sheet)
            }
        })
    });
    notes.chain(columns).chain(guessed).collect()
}

/// Why a column is not read.
fn unread(unknown: &Unknown) -> String {
    if unknown.is_personal {
        return "这一列是个人信息，没有读取；需求只写人数和人群，不写个人".to_owned();
    }
    if unknown.is_hidden {
        return "隐藏的列，其内容没有导入；如需导入，请取消隐藏或指明读取隐藏内容（--hidden）".to_owned();
    }
    let offered =
        unknown.offered.map(|field| format!("；看内容像是 {field}，如果是，请指明“{}={field}”（--map）", unknown.heading));
    format!("不认识的列，其内容没有导入；请对照模板中的列名{}", offered.unwrap_or_default())
}

/// The rows of `file` that are not records: sums, signatures, notes.
#[must_use]
pub fn skipped(file: &InputFile) -> Vec<Issue> {
    let rows = file.tables.iter().flat_map(|table| table.skipped.iter().map(move |row| (table, row)));
    rows.map(|(table, row)| Issue {
        file: file.name.clone(),
        sheet: table.sheet.clone(),
        row: row.row,
        column: None,
        field: None,
        value: Some(shown(file, table, row)).filter(|text| !text.is_empty()).map(|text| excerpt(&masked(&text))),
        reason: format!("{}，没有作为记录导入", row.reason),
    })
    .collect()
}

/// What a report shows of a skipped row.
fn shown(file: &InputFile, table: &Table, skipped: &Skipped) -> String {
    let row = table.sheet_at().and_then(|at| file.sheets[at].row(skipped.row));
    match (row, skipped.shown) {
        (Some(row), Shown::Row) => row.texts().join(" "),
        (Some(row), Shown::Cell(column)) => row.text(column),
        _ => String::new(),
    }
}

fn outcome(name: &str, sheet: Option<&str>, mut row: Row, kind: EntityKind, setting: &ReadingContext<'_>) -> Outcome {
    let number = row.number;
    let cells = match std::mem::replace(&mut row.cells, Ok(Vec::new())) {
        Ok(cells) => cells,
        Err(broken) => {
            let issue = Issue {
                file: name.to_owned(),
                sheet: sheet.map(str::to_owned),
                row: number,
                column: None,
                field: None,
                value: broken.text.as_ref().map(|text| masked(text).into_owned()),
                reason: broken.reason,
            };
            return Outcome { sheet: issue.sheet.clone(), row: number, at: row.at, rejected: vec![issue], ..Outcome::default() };
        }
    };
    let mut fields = Fields::new(cells, &row, setting);
    let entity = match kind {
        EntityKind::Organizations => organization::decode(&mut fields).map(|it| Entity::Organization(Box::new(it))),
        EntityKind::Projects => project::decode(&mut fields).map(|it| Entity::Project(Box::new(it))),
        EntityKind::Needs => need::decode(&mut fields).map(|it| Entity::Need(Box::new(it))),
        EntityKind::Claims => claim::decode(&mut fields).map(|it| Entity::Claim(Box::new(it))),
    };
    let stated_id = fields.id();
    let id_is_made = stated_id.is_none() && fields.same_as.is_none() && matches!(kind, EntityKind::Needs | EntityKind::Projects);
    let id = entity.as_ref().map(|entity| entity.id().to_owned()).or(stated_id);
    let (rejected, warnings, stubs) = fields.finish(name, sheet, number);
    let (rejected, warnings) = (issue::bounded(rejected), issue::bounded(warnings));
    let entity = entity.filter(|_| rejected.is_empty());
    Outcome { sheet: sheet.map(str::to_owned), row: number, at: row.at, id, id_is_made, entity, stubs, rejected, warnings }
}
