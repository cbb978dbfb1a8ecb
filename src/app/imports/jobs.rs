//! Imports in the background: where each stands, and its report.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::progress::ImportProgress;
use super::report::FileReport;
use crate::ingest::TableColumns;
use crate::store::{Job, JobState};

/// An import job.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportJob {
    /// Its id, which gives access to the report.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// Where it stands.
    pub state: JobState,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// How far it is, while it is going on.
    pub progress: Option<ImportProgress>,
    /// The outcome without its lists, once it is done.
    pub report: Option<ImportSummary>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
    /// What looks like headings in a file in which no table was found.
    pub headings: Vec<TableColumns>,
}

/// The outcome of an import job without its lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportSummary {
    /// The outcome, file by file.
    pub files: Vec<FileReport>,
    /// True if nothing was to be stored.
    pub is_dry_run: bool,
    /// True if there is a workbook with the problems marked.
    pub has_error_workbook: bool,
}

/// The lists of an import job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueList {
    /// Rows that could not be read.
    Rejected,
    /// Oddities of accepted rows.
    Warnings,
    /// Rows that are not records.
    Skipped,
}

impl IssueList {
    /// All lists, in the order of a report.
    pub const ALL: [Self; 3] = [Self::Rejected, Self::Warnings, Self::Skipped];

    /// Its name in JSON and in the job store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Warnings => "warnings",
            Self::Skipped => "skipped",
        }
    }
}

/// What the job store keeps of an import that has ended.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::app) struct ImportOutcome {
    pub(in crate::app) report: Option<ImportSummary>,
    pub(in crate::app) error: Option<String>,
    #[serde(default)]
    pub(in crate::app) headings: Vec<TableColumns>,
}

impl ImportOutcome {
    pub(in crate::app) fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }
}

impl From<Job> for ImportJob {
    fn from(job: Job) -> Self {
        let outcome = job.outcome.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let ImportOutcome { report, error, headings } = outcome.unwrap_or_else(|| ImportOutcome {
            report: None,
            error: match job.state {
                JobState::Cancelled => Some("导入在开始前已取消，没有写入".to_owned()),
                JobState::Interrupted => Some("服务在导入时停止了，可能没有写入；请重新导入，内容相同的行不会重复".to_owned()),
                _ => None,
            },
            headings: Vec::new(),
        });
        let Job { id, label: file, state, created_at, expires_at, .. } = job;
        Self { id, file, state, created_at, expires_at, progress: None, report, error, headings }
    }
}
