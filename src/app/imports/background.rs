//! Imports in the background: starting them, looking them up and stopping them.

use std::fs::File;
use std::io::{BufWriter, Seek as _};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;

use super::jobs::{ImportJob, ImportOutcome, ImportSummary, IssueList};
use super::progress::ImportProgress;
use super::reader::{ImportStep, Reading};
use super::report::{ImportReport, UnsureRow};
use super::same_row::SameRow;
use super::terms::ImportTerms;
use crate::app::background::{Ended, Live};
use crate::app::state::App;
use crate::domain::{EntityKind, Principal};
use crate::error::{AppError, Class, Code};
use crate::export::error_workbook;
use crate::ingest::{FileError, InputFile, Issue, Mapping, ReadAs, TableColumns, unread_headings};
use crate::spool::List;
use crate::store::{Job, JobDocument, JobEnd, JobKind};

/// Name of the workbook with the problems among the documents of a job.
const WORKBOOK: &str = "errors.xlsx";
/// Name of the list of rows that may be stored needs.
const UNSURE: &str = "unsure";
/// Rows of a report that are stored at once.
const ROWS_AT_ONCE: usize = 1_000;

/// Where the file of an import is.
#[derive(Debug)]
pub(in crate::app) enum Upload {
    /// In a temporary file, which is forgotten.
    Passing(File),
    /// In a temporary file, to be kept with the job.
    Keeping(File),
    /// Kept with the job of this id.
    Kept(String),
}

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
        let ImportOrder { name, file, kind, partial, dry_run, same, hidden, mapping } = order;
        let terms = ImportTerms { kind, partial, dry_run, same, hidden, mapping, ..ImportTerms::default() };
        self.accept_import(who, owner, name, Upload::Passing(file), terms, &[]).await
    }

    /// Accepts an import whose job has these rows of lists from the start.
    pub(in crate::app) async fn accept_import(
        self: &Arc<Self>,
        who: Principal,
        owner: &str,
        name: String,
        upload: Upload,
        terms: ImportTerms,
        rows: &[(&str, String)],
    ) -> Result<ImportJob, AppError> {
        let interrupted =
            Ended::new(JobEnd::Failed, &ImportOutcome::failed("导入中断，可能没有写入；请重试，内容相同的行不会重复"));
        let (app, label) = (Arc::clone(self), name.clone());
        let run = move |live: &Live| app.run_import(who, &name, upload, &terms, live);
        let job = self.background.accept_with(rows, JobKind::Import, owner, &label, interrupted, run).await?;
        Ok(self.with_import_progress(job))
    }

    fn run_import(&self, who: Principal, name: &str, upload: Upload, terms: &ImportTerms, live: &Live) -> Ended {
        *live.import_progress() = Some(ImportProgress::OPENING);
        let mut headings = Vec::new();
        match self.try_import(who, name, upload, terms, live, &mut headings) {
            Ok(report) => Ended::new(JobEnd::Done, &ImportOutcome { report: Some(report), ..ImportOutcome::default() }),
            Err(error) if error.code == Code::Cancelled => Ended::new(JobEnd::Cancelled, &ImportOutcome::failed(error.message)),
            Err(error) => Ended::new(JobEnd::Failed, &ImportOutcome { headings, ..ImportOutcome::failed(shown(&error)) }),
        }
    }

    /// Reads the file and stores it if the terms say so. If no table is found in it, `headings` gets what looks like some.
    fn try_import(
        &self,
        who: Principal,
        name: &str,
        upload: Upload,
        terms: &ImportTerms,
        live: &Live,
        headings: &mut Vec<TableColumns>,
    ) -> Result<ImportSummary, AppError> {
        let runtime = Handle::current();
        let says = |step: ImportStep<'_>| {
            let mut progress = live.import_progress();
            *progress = Some(progress.unwrap_or(ImportProgress::OPENING).after(step));
        };
        let file = match upload {
            Upload::Passing(file) => file,
            Upload::Keeping(file) => self.keep_upload(&live.id, file)?,
            Upload::Kept(job) => self.kept_upload(&job)?,
        };
        let remembered = runtime.block_on(self.remembered_mappings(who))?;
        let (mapping, edits) = (terms.mapping.clone(), terms.edits.clone());
        let read_as = ReadAs { kind: terms.kind, hidden: terms.hidden, mapping, remembered, edits, list: terms.list.clone() };
        let again = file.try_clone();
        let file = InputFile::from_file(Path::new(name), file, &read_as).inspect_err(|fault| {
            let is_without_table = matches!(fault, FileError::Column { .. } | FileError::Header { .. } | FileError::Kind { .. });
            if let (true, Ok(mut file)) = (is_without_table, again)
                && file.rewind().is_ok()
            {
                *headings = unread_headings(Path::new(name), file, &read_as).unwrap_or_default();
            }
        })?;
        let ImportTerms { partial, dry_run, ref same, .. } = *terms;
        let reading = Reading { partial, dry_run, same, stop: Some(&live.stop), ..Reading::default() };
        let mut import = self.begin_import(who, None, reading)?;
        let read = import.read(&file, &says)?;
        // The report is kept before anything is stored: if that fails, nothing has happened.
        let has_error_workbook = self.keep_report(&live.id, &file, import.report())?;
        drop(file);
        runtime.block_on(import.write(read, &says))?;
        let files = import.report().files.clone();
        // What is stored is stored: if it cannot be shown now, it will be with the next change.
        if let Err(error) = runtime.block_on(import.finish(&says)) {
            tracing::error!("{error}");
        }
        Ok(ImportSummary { files, is_dry_run: dry_run, has_error_workbook })
    }

    /// Keeps the lists of a report, and the workbook with the problems marked. True if there is one.
    fn keep_report(&self, id: &str, file: &InputFile, report: &ImportReport) -> Result<bool, AppError> {
        self.keep_list(id, IssueList::Rejected.name(), &report.rejected)?;
        self.keep_list(id, IssueList::Warnings.name(), &report.warnings)?;
        self.keep_list(id, IssueList::Skipped.name(), &report.skipped)?;
        self.keep_list(id, UNSURE, &report.unsure)?;
        if report.has_issues() {
            self.background.keep_document(id, WORKBOOK, |out| {
                let (files, out) = (std::slice::from_ref(file), BufWriter::new(out));
                Ok(error_workbook(files, &report.rejected, &report.warnings, &self.spool, out)?)
            })?;
        }
        Ok(report.has_issues())
    }

    fn keep_list<T>(&self, id: &str, list: &str, records: &List<T>) -> Result<(), AppError>
    where
        T: Serialize + DeserializeOwned + Clone,
    {
        let mut rows = Vec::new();
        for record in records.iter() {
            let record = record.map_err(|error| AppError::caused(Code::Spool, error))?;
            rows.push(serde_json::to_string(&record).expect("records of a report have string keys only"));
            if rows.len() == ROWS_AT_ONCE {
                Handle::current().block_on(self.background.keep_rows(id, list, &rows))?;
                rows.clear();
            }
        }
        if rows.is_empty() { Ok(()) } else { Handle::current().block_on(self.background.keep_rows(id, list, &rows)) }
    }

    /// An import job, if it is still kept.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn import_job(&self, _who: Principal, id: &str) -> Result<Option<ImportJob>, AppError> {
        Ok(self.background.find_job(JobKind::Import, id).await?.map(|job| self.with_import_progress(job)))
    }

    /// The job as the store has it, with how far it is now.
    pub(in crate::app) fn with_import_progress(&self, job: Job) -> ImportJob {
        let progress = self.background.live_job(&job.id).and_then(|live| *live.import_progress());
        ImportJob { progress, ..ImportJob::from(job) }
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
        self.kept_list(id, list.name(), offset, limit).await
    }

    /// The first rejected rows of an import that may be stored needs, at most `limit`.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn unsure_rows(&self, _who: Principal, id: &str, limit: u32) -> Result<Vec<UnsureRow>, AppError> {
        Ok(self.kept_list(id, UNSURE, 0, limit).await?.0)
    }

    /// Rows of a list of a job, and how many there are in all.
    pub(in crate::app) async fn kept_list<T: DeserializeOwned>(
        &self,
        id: &str,
        list: &str,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<T>, u64), AppError> {
        let (rows, total) = self.background.kept_rows(id, list, offset, limit).await?;
        let records = rows.iter().map(|row| serde_json::from_str(row)).collect::<Result<_, _>>();
        Ok((records.map_err(|error| AppError::caused(Code::JobStore, error))?, total))
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
        Ok(self.background.cancel_job(JobKind::Import, id).await?.map(|job| self.with_import_progress(job)))
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
