//! Uploads that are kept with their job until it expires: checked again with what a person has said about them since, and
//! stored without being sent again.
//!
//! A job never changes once it has ended, so every check and the storing are jobs of their own. The first one keeps the file;
//! each keeps the terms on which it reads it.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::sync::Arc;

use tokio::runtime::Handle;

use super::background::Upload;
use super::jobs::ImportJob;
use super::terms::ImportTerms;
use crate::app::state::App;
use crate::domain::Principal;
use crate::error::{AppError, Code};
use crate::store::{JobKind, JobState};

/// Name of the file among the documents of a job.
const FILE: &str = "upload";
/// Name of the list that holds the terms of an import.
const TERMS: &str = "terms";
/// Most recent imports that are listed.
const RECENT: u32 = 20;

/// Name of the list that marks the later jobs on the file of a job.
fn of_file(id: &str) -> String {
    format!("file-of/{id}")
}

/// A file that is still kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptUpload {
    /// Its size.
    pub bytes: u64,
    /// When it is deleted at the latest.
    pub until: jiff::Timestamp,
}

/// An import of a client, for a list of them.
#[derive(Debug, Clone, PartialEq)]
pub struct RecentImport {
    /// The import.
    pub job: ImportJob,
    /// Its terms; `None` if it came without a page.
    pub terms: Option<ImportTerms>,
}

impl App {
    /// Accepts the check of a file for `owner`, the address of a client. The file is kept with the job; nothing is stored in the
    /// ledger.
    ///
    /// # Errors
    /// Too many imports wait already, of this owner or in all; or the job store cannot be written.
    pub async fn start_check(
        self: &Arc<Self>,
        who: Principal,
        owner: &str,
        name: String,
        file: File,
        terms: ImportTerms,
    ) -> Result<ImportJob, AppError> {
        let terms = ImportTerms { dry_run: true, partial: false, file_of: None, after: None, ..terms };
        let rows = [(TERMS, json(&terms))];
        self.accept_import(who, owner, name, Upload::Keeping(file), terms, &rows).await
    }

    /// Checks the file of an import again, on other terms.
    ///
    /// # Errors
    /// There is no such import, it has not ended, or its file is not kept any more; or as for [`App::start_check`].
    pub async fn check_again(
        self: &Arc<Self>,
        who: Principal,
        owner: &str,
        id: &str,
        terms: ImportTerms,
    ) -> Result<ImportJob, AppError> {
        self.go_on(who, owner, id, ImportTerms { dry_run: true, partial: false, ..terms }).await
    }

    /// Stores the file of a check on its terms: whole, or its good rows if `partial` is set. A second order for the same check
    /// returns the first one's job unless that has ended in vain.
    ///
    /// # Errors
    /// There is no such import, it is no check that has ended, or its file is not kept any more; or as for
    /// [`App::start_check`].
    pub async fn store_checked(
        self: &Arc<Self>,
        who: Principal,
        owner: &str,
        id: &str,
        partial: bool,
    ) -> Result<ImportJob, AppError> {
        let terms = self.import_terms(who, id).await?.ok_or_else(missing)?;
        let checked = self.import_job(who, id).await?.ok_or_else(missing)?;
        if checked.report.as_ref().is_none_or(|report| !report.is_dry_run) {
            return Err(AppError::new(Code::WrongState, "只有检查完的清单可以存入；请先检查"));
        }
        let first = terms.file_of.clone().unwrap_or_else(|| id.to_owned());
        for job in self.background.jobs_with(&of_file(&first)).await? {
            let is_in_vain = matches!(job.state, JobState::Failed | JobState::Cancelled | JobState::Interrupted);
            let known = self.import_terms(who, &job.id).await?.unwrap_or_default();
            let is_same = known.after() == Some(id) && !known.dry_run && known.partial == partial;
            let job = self.with_import_progress(job);
            let is_refused = job.report.as_ref().is_some_and(|report| report.files.iter().all(|file| !file.stored));
            if is_same && !is_in_vain && !is_refused {
                return Ok(job);
            }
        }
        self.go_on(who, owner, id, ImportTerms { dry_run: false, partial, ..terms }).await
    }

    async fn go_on(self: &Arc<Self>, who: Principal, owner: &str, id: &str, terms: ImportTerms) -> Result<ImportJob, AppError> {
        let job = self.import_job(who, id).await?.ok_or_else(missing)?;
        let known = self.import_terms(who, id).await?.ok_or_else(missing)?;
        if !job.state.is_ended() {
            return Err(AppError::new(Code::WrongState, "这个文件正在检查；请等它结束，或先取消"));
        }
        let first = known.file_of.unwrap_or_else(|| id.to_owned());
        if self.background.kept_document(&first, FILE).await?.is_none() {
            return Err(gone());
        }
        let terms = ImportTerms { file_of: Some(first.clone()), after: Some(id.to_owned()), ..terms };
        let marker = of_file(&first);
        let rows = [(TERMS, json(&terms)), (marker.as_str(), "null".to_owned())];
        self.accept_import(who, owner, job.file, Upload::Kept(first), terms, &rows).await
    }

    /// The terms of an import that was begun on a page; `None` for any other one.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn import_terms(&self, _who: Principal, id: &str) -> Result<Option<ImportTerms>, AppError> {
        let (terms, _) = self.kept_list(id, TERMS, 0, 1).await?;
        Ok(terms.into_iter().next())
    }

    /// The file of an import, if it is still kept.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn import_upload(&self, who: Principal, id: &str) -> Result<Option<KeptUpload>, AppError> {
        let Some(terms) = self.import_terms(who, id).await? else { return Ok(None) };
        let first = terms.file_of.unwrap_or_else(|| id.to_owned());
        let Some(job) = self.background.find_job(JobKind::Import, &first).await? else { return Ok(None) };
        let document = self.background.kept_document(&first, FILE).await?;
        Ok(document.map(|document| KeptUpload { bytes: document.bytes, until: job.expires_at }))
    }

    /// Deletes an import that has ended with its file, and all other imports of this file that have ended. What is stored in
    /// the ledger stays. False if there is no such import.
    ///
    /// # Errors
    /// An import of this file has not ended, or the job store cannot be written.
    pub async fn delete_import(&self, who: Principal, id: &str) -> Result<bool, AppError> {
        let Some(job) = self.background.find_job(JobKind::Import, id).await? else { return Ok(false) };
        let first = self.import_terms(who, id).await?.and_then(|terms| terms.file_of).unwrap_or_else(|| id.to_owned());
        let mut all = self.background.jobs_with(&of_file(&first)).await?;
        all.extend(self.background.find_job(JobKind::Import, &first).await?);
        if all.iter().chain([&job]).any(|job| !job.state.is_ended()) {
            return Err(AppError::new(Code::WrongState, "这个文件正在处理，还不能删除；请等它结束，或先取消"));
        }
        for job in all {
            self.background.delete_job(&job.id).await?;
        }
        self.background.delete_job(id).await?;
        Ok(true)
    }

    /// The latest imports of `owner`, the address of a client, newest first: of each file the last one only.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn recent_imports(&self, who: Principal, owner: &str) -> Result<Vec<RecentImport>, AppError> {
        let (mut recent, mut seen) = (Vec::new(), Vec::new());
        for job in self.background.jobs_of(JobKind::Import, owner, RECENT).await? {
            let terms = self.import_terms(who, &job.id).await?;
            let first = terms.as_ref().and_then(|terms| terms.file_of.clone()).unwrap_or_else(|| job.id.clone());
            if !seen.contains(&first) {
                seen.push(first);
                recent.push(RecentImport { job: self.with_import_progress(job), terms });
            }
        }
        Ok(recent)
    }

    /// Keeps an upload with its job, and returns it to be read from its beginning. Must be called from a thread that may block.
    pub(in crate::app) fn keep_upload(&self, id: &str, mut file: File) -> Result<File, AppError> {
        let unreadable = |error| AppError::caused(Code::Spool, error);
        self.background.keep_document(id, FILE, |out| std::io::copy(&mut file, out).map(drop).map_err(unreadable))?;
        file.rewind().map_err(unreadable)?;
        Ok(file)
    }

    /// An upload that is kept with a job, as a temporary file. Must be called from a thread that may block.
    pub(in crate::app) fn kept_upload(&self, id: &str) -> Result<File, AppError> {
        let runtime = Handle::current();
        let unwritable = |error| AppError::caused(Code::Spool, error);
        let document = runtime.block_on(self.background.kept_document(id, FILE))?.ok_or_else(gone)?;
        let mut file = self.spool.file().map_err(unwritable)?;
        for number in 0..document.chunks() {
            let chunk = runtime.block_on(self.background.document_chunk(&document, number))?.ok_or_else(gone)?;
            file.write_all(&chunk).map_err(unwritable)?;
        }
        file.rewind().map_err(unwritable)?;
        Ok(file)
    }
}

fn json(terms: &ImportTerms) -> String {
    serde_json::to_string(terms).expect("terms have string keys only")
}

fn missing() -> AppError {
    AppError::new(Code::NoSuchRecord, "没有这次导入，或已不再保留；请重新选择文件")
}

fn gone() -> AppError {
    AppError::new(Code::UnreadableFile, "上传的文件已不再保留；请重新选择文件")
}
