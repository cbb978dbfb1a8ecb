//! The outcome of an import.

use serde::{Serialize, Serializer};

use super::convert::{each, shown_enum};
use super::{Claim, Need, Organization, Project};
use crate::{app, domain, ingest};

/// The outcome of an import.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportReport {
    /// Accepted rows; only for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Vec<Accepted>>,
    /// Rows that could not be read.
    pub rejected: Vec<Issue>,
    /// Oddities of accepted rows.
    pub warnings: Vec<Issue>,
    /// Table rows that are not records: sums, signatures, notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Issue>,
    /// The outcome, file by file.
    pub files: Vec<FileReport>,
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
    /// The value as it is in the file.
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
}

/// An import job.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportJob {
    /// Its id, which gives access to the report.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// Its status.
    pub status: ImportStatus,
    /// The outcome, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ImportReport>,
    /// Why it failed, in words for the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// True if there is a workbook with the problems marked.
    pub has_error_workbook: bool,
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

shown_enum! {
    /// The status of an import.
    ImportStatus from app::ImportStatus {
        /// Being read or written.
        Running,
        /// Ended; the report says how.
        Done,
        /// The file could not be read or the ledger could not be written; nothing was stored.
        Failed,
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

impl From<app::ImportReport> for ImportReport {
    fn from(it: app::ImportReport) -> Self {
        let app::ImportReport { accepted, rejected, warnings, skipped, files } = it;
        Self {
            accepted: accepted.map(each),
            rejected: each(rejected),
            warnings: each(warnings),
            skipped: each(skipped),
            files: each(files),
        }
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
        let app::FileReport { file, kind, accepted, rejected, stored, created, updated, unchanged } = it;
        Self { file, kind: kind.into(), accepted, rejected, stored, created, updated, unchanged }
    }
}

impl From<app::ImportJob> for ImportJob {
    fn from(it: app::ImportJob) -> Self {
        let app::ImportJob { id, file, status, report, error, has_error_workbook } = it;
        Self { id, file, status: status.into(), report: report.map(ImportReport::from), error, has_error_workbook }
    }
}
