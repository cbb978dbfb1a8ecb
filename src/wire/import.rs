//! The outcome of an import.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::convert::{each, shown_enum};
use super::{Claim, JobState, JobStatus, Need, Organization, Project};
use crate::spool::List;
use crate::{app, domain, ingest};

/// The outcome of an import, with the beginning of each list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportReport {
    /// Accepted rows; only for a dry run, and only from the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Vec<Accepted>>,
    /// Rows that could not be read: the first 200.
    pub rejected: Vec<Issue>,
    /// Oddities of accepted rows: the first 200.
    pub warnings: Vec<Issue>,
    /// Table rows that are not records (sums, signatures, notes): the first 200.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Issue>,
    /// The outcome, file by file.
    pub files: Vec<FileReport>,
    /// How many issues there are in all.
    pub totals: IssueTotals,
}

/// How many issues there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct IssueTotals {
    /// Rows that could not be read.
    pub rejected: u64,
    /// Oddities of accepted rows.
    pub warnings: u64,
    /// Rows that are not records.
    pub skipped: u64,
}

/// The outcome of an import with all its lists, of any length: they are read while they are written.
pub struct WholeImportReport<'a>(pub &'a app::ImportReport);

impl Serialize for WholeImportReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let app::ImportReport { accepted, rejected, warnings, skipped, files, unsure: _ } = self.0;
        let mut out = serializer.serialize_map(None)?;
        if let Some(accepted) = accepted {
            out.serialize_entry("accepted", &Whole::<_, Accepted>::new(accepted))?;
        }
        out.serialize_entry("rejected", &Whole::<_, Issue>::new(rejected))?;
        out.serialize_entry("warnings", &Whole::<_, Issue>::new(warnings))?;
        if !skipped.is_empty() {
            out.serialize_entry("skipped", &Whole::<_, Issue>::new(skipped))?;
        }
        out.serialize_entry("files", &each::<_, FileReport>(files.clone()))?;
        out.end()
    }
}

/// All records of a list in the shape `S`.
struct Whole<'a, T, S> {
    list: &'a List<T>,
    shape: PhantomData<S>,
}

impl<'a, T, S> Whole<'a, T, S> {
    const fn new(list: &'a List<T>) -> Self {
        Self { list, shape: PhantomData }
    }
}

impl<T: Serialize + DeserializeOwned + Clone, S: From<T> + Serialize> Serialize for Whole<'_, T, S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut out = serializer.serialize_seq(Some(self.list.len()))?;
        for record in self.list.iter() {
            out.serialize_element(&S::from(record.map_err(serde::ser::Error::custom)?))?;
        }
        out.end()
    }
}

/// An accepted row.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Accepted {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// The record as it is stored, without its contact.
    #[schema(value_type = Value)]
    pub record: Entity,
}

/// A record of any kind. Its fields are sorted by name.
#[derive(Debug, Clone, PartialEq)]
pub enum Entity {
    /// A social organization.
    Organization(Box<Organization>),
    /// A past project.
    Project(Box<Project>),
    /// A need.
    Need(Box<Need>),
    /// A claim.
    Claim(Box<Claim>),
}

/// One thing that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Issue {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1; 0 for the sheet or file as a whole.
    pub row: u64,
    /// Column letter, or the key for JSONL; null for the whole row.
    pub column: Option<String>,
    /// The field of the record.
    pub field: Option<String>,
    /// The value as it is in the file, or its beginning.
    pub value: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FileReport {
    /// The file.
    pub file: String,
    /// The kind of its records.
    pub kind: EntityKind,
    /// Rows that could be read.
    pub accepted: usize,
    /// Rows that could not.
    pub rejected: usize,
    /// True if its rows are in the ledger now.
    pub stored: bool,
    /// New records.
    pub created: usize,
    /// Changed records.
    pub updated: usize,
    /// Unchanged records.
    pub unchanged: usize,
    /// What the columns of its tables were read as; at most 500 columns.
    pub tables: Vec<TableColumns>,
}

/// What the columns of one table were read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TableColumns {
    /// The sheet; null for text files.
    pub sheet: Option<String>,
    /// Last row of the header.
    pub header_row: u64,
    /// Its columns, from left to right.
    pub columns: Vec<ColumnMeaning>,
}

/// What a column was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ColumnMeaning {
    /// Its letter.
    pub column: String,
    /// The heading.
    pub heading: String,
    /// The field; null if it is not read.
    pub field: Option<String>,
    /// Why it means its field.
    pub why: Option<Why>,
    /// A field that its cells look like, if that is not certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered: Option<String>,
}

shown_enum! {
    /// Why a column means its field.
    Why from ingest::Why {
        /// 表头
        Heading,
        /// 内容
        Content,
        /// 指定
        Stated,
        /// 记住
        Remembered,
    }
}

/// An import job.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportJob {
    /// Its id, which gives access to the report.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// Its status.
    pub status: JobStatus,
    /// The outcome, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ImportReport>,
    /// Why it failed, in words for the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// True if there is a workbook with the problems marked.
    pub has_error_workbook: bool,
    /// Where exactly it stands.
    pub state: JobState,
    /// When it is forgotten.
    pub expires_at: String,
}

shown_enum! {
    /// The four kinds of records that are imported, stored and listed.
    EntityKind from domain::EntityKind {
        /// 社会组织
        Organizations,
        /// 往期项目
        Projects,
        /// 需求
        Needs,
        /// 认领
        Claims,
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A JSON value sorts its keys. Dry runs have always shown records in this order.
        let value = match self {
            Self::Organization(it) => serde_json::to_value(it),
            Self::Project(it) => serde_json::to_value(it),
            Self::Need(it) => serde_json::to_value(it),
            Self::Claim(it) => serde_json::to_value(it),
        };
        value.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl From<app::Accepted> for Accepted {
    fn from(it: app::Accepted) -> Self {
        let app::Accepted { file, sheet, row, record } = it;
        Self { file, sheet, row, record: record.into() }
    }
}

impl From<domain::Entity> for Entity {
    fn from(it: domain::Entity) -> Self {
        match it {
            domain::Entity::Organization(it) => Self::Organization(Box::new((*it).into())),
            domain::Entity::Project(it) => Self::Project(Box::new((*it).into())),
            domain::Entity::Need(it) => Self::Need(Box::new((*it).into())),
            domain::Entity::Claim(it) => Self::Claim(Box::new((*it).into())),
        }
    }
}

impl From<ingest::Issue> for Issue {
    fn from(it: ingest::Issue) -> Self {
        let ingest::Issue { file, sheet, row, column, field, value, reason } = it;
        Self { file, sheet, row, column, field, value, reason }
    }
}

impl From<app::FileReport> for FileReport {
    fn from(it: app::FileReport) -> Self {
        let app::FileReport { file, kind, accepted, rejected, stored, created, updated, unchanged, tables, lists: _, preview: _ } =
            it;
        let tables = each(tables);
        Self { file, kind: kind.into(), accepted, rejected, stored, created, updated, unchanged, tables }
    }
}

impl From<ingest::TableColumns> for TableColumns {
    fn from(it: ingest::TableColumns) -> Self {
        let ingest::TableColumns { sheet, header_row, kind: _, columns } = it;
        Self { sheet, header_row, columns: each(columns) }
    }
}

impl From<ingest::ColumnMeaning> for ColumnMeaning {
    fn from(it: ingest::ColumnMeaning) -> Self {
        let ingest::ColumnMeaning { column, heading, field, why, offered } = it;
        Self { column, heading, field, why: why.map(Into::into), offered }
    }
}

/// The beginning of a list of issues, and how many there are.
pub type ShownIssues = (Vec<ingest::Issue>, u64);

impl ImportJob {
    /// The job with the beginnings of its lists: rejected, warnings, skipped.
    #[must_use]
    pub fn new(it: app::ImportJob, [rejected, warnings, skipped]: [ShownIssues; 3]) -> Self {
        let app::ImportJob { id, file, state, expires_at, report, error, .. } = it;
        let has_error_workbook = report.as_ref().is_some_and(|report| report.has_error_workbook);
        let totals = IssueTotals { rejected: rejected.1, warnings: warnings.1, skipped: skipped.1 };
        let report = report.map(|report| ImportReport {
            accepted: report.is_dry_run.then(Vec::new),
            rejected: each(rejected.0),
            warnings: each(warnings.0),
            skipped: each(skipped.0),
            files: each(report.files),
            totals,
        });
        let (status, state, expires_at) = (state.into(), state.into(), expires_at.to_string());
        Self { id, file, status, report, error, has_error_workbook, state, expires_at }
    }
}
