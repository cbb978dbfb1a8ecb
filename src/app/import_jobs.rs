//! Imports in the background: where each stands, and its report.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::import_report::FileReport;
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
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// The outcome without its lists, once it is done.
    pub report: Option<ImportSummary>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
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
pub(super) struct ImportOutcome {
    pub(super) report: Option<ImportSummary>,
    pub(super) error: Option<String>,
}

impl ImportOutcome {
    pub(super) fn failed(error: impl Into<String>) -> Self {
        Self { report: None, error: Some(error.into()) }
    }
}

impl From<Job> for ImportJob {
    fn from(job: Job) -> Self {
        let outcome = job.outcome.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let ImportOutcome { report, error } = outcome.unwrap_or_else(|| ImportOutcome {
            report: None,
            error: match job.state {
                JobState::Cancelled => Some("导入在开始前已取消，没有写入".to_owned()),
                JobState::Interrupted => Some("服务在导入时停止了，可能没有写入；请重新导入，内容相同的行不会重复".to_owned()),
                _ => None,
            },
        });
        Self { id: job.id, file: job.label, state: job.state, expires_at: job.expires_at, report, error }
    }
}
