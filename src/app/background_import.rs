//! Imports in the background: starting them, looking them up and stopping them.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::background::{Ended, Live};
use super::import_jobs::{ImportJob, ImportOutcome, ImportSummary, IssueList};
use super::import_reader::{ImportStep, Reading};
use super::import_report::ImportReport;
use super::same_row::SameRow;
use super::state::App;
use crate::domain::{EntityKind, Principal};
use crate::error::{AppError, Class, Code};
use crate::export::error_workbook;
use crate::ingest::{InputFile, Issue, Mapping, ReadAs};
use crate::spool::List;
use crate::store::{JobDocument, JobEnd, JobKind};

/// Name of the workbook with the problems among the documents of a job.
const WORKBOOK: &str = "errors.xlsx";
/// Rows of a report that are stored at once.
const ROWS_AT_ONCE: usize = 1_000;

/// What to import, and how.
#[derive(Debug)]
pub struct ImportOrder {
    /// Name of the file, for messages and for its kind.
    pub name: String,
    /// The file.
    pub file: File,
    /// The kind of its records; detected from names and columns if not given.
    pub kind: Option<EntityKind>,
    /// Whether good rows are stored although others are bad.
    pub partial: bool,
    /// Whether nothing is stored.
    pub dry_run: bool,
    /// What a person has decided on rows that may be stored needs.
    pub same: Vec<SameRow>,
    /// Whether what is hidden or struck out is read too.
    pub hidden: bool,
    /// What is said about headings.
    pub mapping: Mapping,
}

impl App {
    /// Accepts an import for `owner`, the address of a client, and returns its job at once.
    ///
    /// # Errors
    /// Too many imports wait already, of this owner or in all; or the job store cannot be written.
    pub async fn start_import(self: &Arc<Self>, who: Principal, owner: &str, order: ImportOrder) -> Result<ImportJob, AppError> {
        let name = order.name.clone();
        let interrupted =
            Ended::new(JobEnd::Failed, &ImportOutcome::failed("导入中断，可能没有写入；请重试，内容相同的行不会重复"));
        let app = Arc::clone(self);
        let run = move |live: &Live| app.run_import(who, order, live);
        self.background.accept(JobKind::Import, owner, &name, interrupted, run).await.map(ImportJob::from)
    }

    fn run_import(&self, who: Principal, order: ImportOrder, live: &Live) -> Ended {
        match self.try_import(who, order, live) {
            Ok(report) => Ended::new(JobEnd::Done, &ImportOutcome { report: Some(report), error: None }),
            Err(error) if error.code == Code::Cancelled => Ended::new(JobEnd::Cancelled, &ImportOutcome::failed(error.message)),
            Err(error) => Ended::new(JobEnd::Failed, &ImportOutcome::failed(shown(&error))),
        }
    }

    fn try_import(&self, who: Principal, order: ImportOrder, live: &Live) -> Result<ImportSummary, AppError> {
        let ImportOrder { name, file, kind, partial, dry_run, hidden, mapping, same } = order;
        let (runtime, silent) = (Handle::current(), |_: ImportStep<'_>| {});
        let remembered = runtime.block_on(self.remembered_mappings(who))?;
        let file = InputFile::from_file(Path::new(&name), file, &ReadAs { kind, hidden, mapping, remembered })?;
        let reading = Reading { partial, dry_run, same: &same, stop: Some(&live.stop), ..Reading::default() };
        let mut import = self.begin_import(who, None, reading)?;
        let read = import.read(&file, &silent)?;
        // The report is kept before anything is stored: if that fails, nothing has happened.
        let has_error_workbook = self.keep_report(&live.id, &file, import.report())?;
        drop(file);
        runtime.block_on(import.write(read, &silent))?;
        let files = import.report().files.clone();
        // What is stored is stored: if it cannot be shown now, it will be with the next change.
        if let Err(error) = runtime.block_on(import.finish(&silent)) {
            tracing::error!("{error}");
        }
        Ok(ImportSummary { files, is_dry_run: dry_run, has_error_workbook })
    }

    /// Keeps the lists of a report, and the workbook with the problems marked. True if there is one.
    fn keep_report(&self, id: &str, file: &InputFile, report: &ImportReport) -> Result<bool, AppError> {
        self.keep_issues(id, IssueList::Rejected, &report.rejected)?;
        self.keep_issues(id, IssueList::Warnings, &report.warnings)?;
        self.keep_issues(id, IssueList::Skipped, &report.skipped)?;
        if report.has_issues() {
            self.background.keep_document(id, WORKBOOK, |out| {
                let (files, out) = (std::slice::from_ref(file), BufWriter::new(out));
                Ok(error_workbook(files, &report.rejected, &report.warnings, &self.spool, out)?)
            })?;
        }
        Ok(report.has_issues())
    }

    fn keep_issues(&self, id: &str, list: IssueList, issues: &List<Issue>) -> Result<(), AppError> {
        let mut rows = Vec::new();
        for issue in issues.iter() {
            let issue = issue.map_err(|error| AppError::caused(Code::Spool, error))?;
            rows.push(serde_json::to_string(&issue).expect("an issue is plain text"));
            if rows.len() == ROWS_AT_ONCE {
                Handle::current().block_on(self.background.keep_rows(id, list.name(), &rows))?;
                rows.clear();
            }
        }
        if rows.is_empty() { Ok(()) } else { Handle::current().block_on(self.background.keep_rows(id, list.name(), &rows)) }
    }

    /// An import job, if it is still kept.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn import_job(&self, _who: Principal, id: &str) -> Result<Option<ImportJob>, AppError> {
        Ok(self.background.find_job(JobKind::Import, id).await?.map(ImportJob::from))
    }

    /// At most `limit` issues of an import job from number `offset` on, and how many there are in all.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn import_issues(
        &self,
        _who: Principal,
        id: &str,
        list: IssueList,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<Issue>, u64), AppError> {
        let (rows, total) = self.background.kept_rows(id, list.name(), offset, limit).await?;
        let issues = rows.iter().map(|row| serde_json::from_str(row)).collect::<Result<_, _>>();
        Ok((issues.map_err(|error| AppError::caused(Code::JobStore, error))?, total))
    }

    /// The workbook with the problems of an import marked, if there is one.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn import_errors(&self, _who: Principal, id: &str) -> Result<Option<JobDocument>, AppError> {
        if self.background.find_job(JobKind::Import, id).await?.is_none_or(|job| !job.state.is_ended()) {
            return Ok(None);
        }
        self.background.kept_document(id, WORKBOOK).await
    }

    /// Asks an import to stop. One that waits ends at once; one that is going on ends before anything is stored, or goes on if
    /// its records are being stored already. One that has ended stays as it is.
    ///
    /// # Errors
    /// The job store cannot be written.
    pub async fn cancel_import(&self, _who: Principal, id: &str) -> Result<Option<ImportJob>, AppError> {
        Ok(self.background.cancel_job(JobKind::Import, id).await?.map(ImportJob::from))
    }
}

/// The user can correct faults of the file. All others are internal and stay in the log.
fn shown(error: &AppError) -> String {
    if error.class() == Class::Invalid {
        return error.message.clone();
    }
    tracing::error!("{error}");
    "服务出错，没有写入；请稍后重试".to_owned()
}
