//! The imports of this process: how far each is, and its report.

use std::sync::Arc;

use super::import_report::ImportReport;
use crate::jobs::{Job, JobId, JobRegistry};

/// The status of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStatus {
    /// Being read or written.
    Running,
    /// Ended; the report says how.
    Done,
    /// The file could not be read or the ledger could not be written; nothing was stored.
    Failed,
}

/// An import job.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportJob {
    /// Its id, which gives access to the report.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// Its status.
    pub status: ImportStatus,
    /// The outcome, once it is done.
    pub report: Option<ImportReport>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
    /// True if there is a workbook with the problems marked.
    pub has_error_workbook: bool,
}

/// An import, and the workbook with its problems.
pub(super) struct ImportEntry {
    pub(super) job: ImportJob,
    pub(super) workbook: Option<Arc<Vec<u8>>>,
}

impl Job for ImportEntry {
    const KEPT: usize = 20;

    fn id(&self) -> &str {
        &self.job.id
    }

    fn is_running(&self) -> bool {
        self.job.status == ImportStatus::Running
    }
}

/// The imports of this process.
pub(super) type Jobs = JobRegistry<ImportEntry>;

impl Jobs {
    pub(super) fn start(&self, file: &str) -> ImportJob {
        let job = ImportJob {
            id: JobId::random().to_string(),
            file: file.to_owned(),
            status: ImportStatus::Running,
            report: None,
            error: None,
            has_error_workbook: false,
        };
        self.push(ImportEntry { job: job.clone(), workbook: None });
        job
    }

    pub(super) fn end(&self, id: &str, ended: Result<(ImportReport, Option<Vec<u8>>), String>) {
        self.find(id, |kept| match ended {
            Ok((report, workbook)) => {
                kept.job.status = ImportStatus::Done;
                kept.job.report = Some(report);
                kept.job.has_error_workbook = workbook.is_some();
                kept.workbook = workbook.map(Arc::new);
            }
            Err(error) => {
                kept.job.status = ImportStatus::Failed;
                kept.job.error = Some(error);
            }
        });
    }
}
