//! Files of records → domain values and a report that loses no row: each is read, or listed with the reason.
//!
//! Workbooks (XLSX, XLS, ODS), CSV and JSON lines. A file becomes sheets (`workbook`, `text`), a sheet becomes a table
//! (`table`, `headers`), a row becomes a record (`fields`, `need`, …). [`read`] gives one outcome a row; what to do with
//! them is the caller's business.

mod claim;
mod fields;
pub(crate) mod file;
pub(crate) mod headers;
mod need;
mod ods_layout;
mod organization;
mod places;
mod privacy;
mod project;
pub(crate) mod sheet;
mod sources;
pub(crate) mod table;
mod text;
mod workbook;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use rayon::prelude::*;
use serde::Serialize;

use crate::domain::{Entity, EntityKind, NeedId, Organization, OrganizationId, RegionCode};
use crate::reference::Reference;
use crate::understand::{Context, RegionField, region_field, understand};
use fields::Fields;
pub use file::{FileError, InputFile, MAX_FILE};
pub use sources::{Sources, open_files, read_text};
use table::{Row, Table};

/// One thing that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Issue {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1; 0 where the sheet or file as a whole is meant.
    pub row: u64,
    /// Column letter, or the key for JSONL; null where the whole row is meant.
    pub column: Option<String>,
    /// The field of the record.
    pub field: Option<String>,
    /// The value as it stands.
    pub value: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Issue {
    /// In one line, with its column and value.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (&self.column, &self.value) {
            (Some(column), Some(value)) => format!("{column}列“{value}”：{}", self.reason),
            _ => self.reason.clone(),
        }
    }
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The sheet; null for text files.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// The id in the row, if it has one that can be read.
    pub id: Option<String>,
    /// True if the id was made from what the row says, because it has none.
    pub id_is_made: bool,
    /// The record; `None` if the row is rejected.
    pub entity: Option<Entity>,
    /// Organizations that the row names and nobody knows yet.
    pub stubs: Vec<Organization>,
    /// Why it is rejected; empty for an accepted row.
    pub rejected: Vec<Issue>,
    /// What is odd about an accepted row.
    pub warnings: Vec<Issue>,
}

/// What reading a row rests on beside the row.
pub struct ReadingContext<'a> {
    /// The tables.
    pub reference: &'a Reference,
    /// The organizations that rows may refer to.
    pub names: &'a Names,
    /// The needs that claims may refer to.
    pub needs: &'a HashSet<NeedId>,
    /// Day of the import.
    pub today: Date,
    /// Region that the user named for the whole file; else the one that the sheet is about.
    pub region: Option<RegionCode>,
    /// Name of the list, from the title above the table.
    pub list: Option<&'a str>,
    /// Year of the list: gives a year to `6月底前`.
    pub list_year: Option<i16>,
    /// Fields that the header has a column for.
    pub columns: &'a HashSet<String>,
}

impl<'a> ReadingContext<'a> {
    /// For rows of any file; what a sheet says of its rows is added while reading.
    #[must_use]
    pub fn new(reference: &'a Reference, names: &'a Names, needs: &'a HashSet<NeedId>, today: Date) -> Self {
        static NO_COLUMNS: LazyLock<HashSet<String>> = LazyLock::new(HashSet::new);
        Self { reference, names, needs, today, region: None, list: None, list_year: None, columns: &NO_COLUMNS }
    }
}

/// Organizations by id, name and alias. A name that several bear refers to none of them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ids: HashMap<String, Known>,
}

#[derive(Debug, Clone)]
enum Known {
    /// Only rows that name it are known, no record of its own: a full record of the name takes over.
    Stub(OrganizationId),
    /// One organization.
    Full(OrganizationId),
    /// Several bear the name.
    Several,
}

impl Names {
    /// Makes the names of `organization` known.
    pub fn add(&mut self, organization: &Organization) {
        let id = &organization.id;
        let own = if organization.stub { Known::Stub(id.clone()) } else { Known::Full(id.clone()) };
        let names = std::iter::once(&organization.name).chain(&organization.aliases).map(String::as_str);
        for name in names.chain([id.as_str()]) {
            let known = match (self.ids.get(name), &own) {
                (Some(Known::Full(_) | Known::Several), Known::Stub(_)) => continue,
                (Some(Known::Full(other)), _) if other != id && name != id.as_str() && name != other.as_str() => Known::Several,
                (Some(Known::Full(other)), _) if name == other.as_str() => continue,
                (Some(Known::Several), _) if name != id.as_str() => Known::Several,
                _ => own.clone(),
            };
            self.ids.insert(name.to_owned(), known);
        }
    }

    /// The one organization with this id, name or alias.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&OrganizationId> {
        match self.ids.get(text)? {
            Known::Stub(id) | Known::Full(id) => Some(id),
            Known::Several => None,
        }
    }
}

/// Reads every row of the `n`th table of `file`, in the order of the rows.
#[must_use]
pub fn read(file: &InputFile, n: usize, setting: &ReadingContext<'_>) -> Vec<Outcome> {
    let table = &file.tables[n];
    let about = About::read_from(table, setting);
    let setting = ReadingContext {
        region: setting.region.or(about.region),
        list: about.list.as_deref(),
        list_year: about.year,
        columns: &about.columns,
        ..*setting
    };
    let one = |row: &Row| outcome(&file.name, table.sheet.as_deref(), row, table.kind, &setting);
    table.rows.par_iter().with_min_len(64).map(one).collect()
}

/// The text of a file that is no list, in whatever encoding.
///
/// # Errors
/// [`FileError::Encoding`] for what is no text.
pub fn text(path: &Path, bytes: &[u8]) -> Result<String, FileError> {
    Ok(text::text(path, bytes)?.text)
}

/// What is to be said about the sheets of `file` before any row: columns that are not read, sheets without a table.
#[must_use]
pub fn remarks(file: &InputFile) -> Vec<Issue> {
    let blank = |sheet: &Option<String>| Issue {
        file: file.name.clone(),
        sheet: sheet.clone(),
        row: 0,
        column: None,
        field: None,
        value: None,
        reason: String::new(),
    };
    let notes = file.notes.iter().map(|note| Issue { reason: note.reason.clone(), ..blank(&note.sheet) });
    let columns = file.tables.iter().flat_map(|table| {
        table.unknown.iter().map(|unknown| {
            let reason = if unknown.is_personal {
                "这一列是个人信息，没有读取；需求只写人数和人群，不写个人"
            } else {
                "不认识的列，其内容没有导入；请对照模板中的列名"
            };
            Issue {
                row: unknown.row,
                column: Some(unknown.column.clone()),
                value: Some(unknown.heading.clone()),
                reason: reason.to_owned(),
                ..blank(&table.sheet)
            }
        })
    });
    notes.chain(columns).collect()
}

/// The rows of `file` that are no records: sums, signatures, notes.
#[must_use]
pub fn skipped(file: &InputFile) -> Vec<Issue> {
    let rows = file.tables.iter().flat_map(|table| table.skipped.iter().map(move |row| (table, row)));
    rows.map(|(table, row)| Issue {
        file: file.name.clone(),
        sheet: table.sheet.clone(),
        row: row.row,
        column: None,
        field: None,
        // Signatures are names of persons.
        value: row.is_sum.then(|| privacy::mask(&row.text).0.into_owned()),
        reason: format!("{}，没有作为记录导入", row.reason),
    })
    .collect()
}

/// What the title rows and the name of a sheet say of all its rows.
struct About {
    region: Option<RegionCode>,
    list: Option<String>,
    year: Option<i16>,
    /// Fields that the header has a column for.
    columns: HashSet<String>,
}

impl About {
    fn read_from(table: &Table, setting: &ReadingContext<'_>) -> Self {
        let context = Context { region: None, date: setting.today };
        let place = |text: &str| {
            let found = understand(setting.reference, None, text, &context).record.regions;
            match found.as_slice() {
                [only] if only.certain => Some(only.code),
                _ => None,
            }
        };
        let named = |name: &str| match region_field(setting.reference, name, place(&table.title), false) {
            RegionField::Certain(found) if found.len() == 1 => found.first().map(|it| it.code),
            _ => None,
        };
        let list = table.title.lines().map(str::trim).find(|line| !line.is_empty());
        let list = list.map(|line| privacy::mask(line).0.into_owned());
        let sheet = table.sheet.as_deref().unwrap_or_default();
        Self {
            region: named(sheet).or_else(|| place(&table.title)),
            year: [table.title.as_str(), sheet].into_iter().find_map(stated_year),
            list,
            columns: table.fields.iter().cloned().collect(),
        }
    }
}

/// The first year in a title: 2021年德钦县需求清单, 二〇二一年; a span of years (五年规划) is none.
fn stated_year(text: &str) -> Option<i16> {
    const DIGITS: &str = "〇一二三四五六七八九";
    let text = normalize(text).text.replace('零', "〇");
    let digit = |c: char| c.to_digit(10).or_else(|| DIGITS.chars().position(|it| it == c).map(|at| at as u32));
    text.match_indices('年').find_map(|(at, _)| {
        let digits: Vec<u32> = text[..at].chars().rev().map_while(digit).take(4).collect();
        let year = digits.iter().rev().fold(0, |year, digit| year * 10 + *digit as i16);
        (digits.len() == 4 && (1990..2100).contains(&year)).then_some(year)
    })
}

fn outcome(name: &str, sheet: Option<&str>, row: &Row, kind: EntityKind, setting: &ReadingContext<'_>) -> Outcome {
    let number = row.number;
    let cells = match &row.cells {
        Ok(cells) => cells,
        Err(broken) => {
            let issue = Issue {
                file: name.to_owned(),
                sheet: sheet.map(str::to_owned),
                row: number,
                column: None,
                field: None,
                value: broken.text.as_ref().map(|text| privacy::mask(text).0.into_owned()),
                reason: broken.reason.clone(),
            };
            return Outcome { sheet: issue.sheet.clone(), row: number, rejected: vec![issue], ..Outcome::default() };
        }
    };
    let mut fields = Fields::new(cells, row, setting);
    let entity = match kind {
        EntityKind::Organizations => organization::decode(&mut fields).map(|it| Entity::Organization(Box::new(it))),
        EntityKind::Projects => project::decode(&mut fields).map(|it| Entity::Project(Box::new(it))),
        EntityKind::Needs => need::decode(&mut fields).map(|it| Entity::Need(Box::new(it))),
        EntityKind::Claims => claim::decode(&mut fields).map(|it| Entity::Claim(Box::new(it))),
    };
    let stated_id = fields.id();
    let id_is_made = stated_id.is_none() && matches!(kind, EntityKind::Needs | EntityKind::Projects);
    let id = entity.as_ref().map(|entity| entity.id().to_owned()).or(stated_id);
    let (rejected, warnings, stubs) = fields.finish(name, sheet, number);
    let entity = entity.filter(|_| rejected.is_empty());
    Outcome { sheet: sheet.map(str::to_owned), row: number, id, id_is_made, entity, stubs, rejected, warnings }
}
