//! Imports in the background: starting them and looking them up.

use std::path::Path;
use std::sync::Arc;

use super::import_jobs::ImportJob;
use super::import_report::ImportReport;
use super::state::App;
use crate::domain::{EntityKind, Principal};
use crate::error::{AppError, Class};
use crate::export::error_workbook;
use crate::ingest::InputFile;

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct ImportOrder {
    /// Name of the file, for messages and for its kind.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The kind of its records; detected from names and columns if not given.
    pub kind: Option<EntityKind>,
    /// Whether good rows are stored although others are bad.
    pub partial: bool,
    /// Whether nothing is stored.
    pub dry_run: bool,
}

impl App {
    /// Starts an import and returns its job at once. The handle ends when the import does.
    pub fn start_import(self: &Arc<Self>, who: Principal, order: ImportOrder) -> (ImportJob, tokio::task::JoinHandle<()>) {
        let job = self.imports.start(&order.name);
        let (app, id) = (Arc::clone(self), job.id.clone());
        // What the job logs carries the id of the request that started it.
        let span = tracing::Span::current();
        let work = tokio::spawn(async move {
            // Imports run one after the other, off the threads that answer requests. A panic in here must end the job, not
            // leave it running for ever.
            let _turn = app.imports.turn.lock().await;
            let (inner, runtime) = (Arc::clone(&app), tokio::runtime::Handle::current());
            let run = move || span.in_scope(|| runtime.block_on(inner.run_import(who, order)).map_err(|error| shown(&error)));
            let ended = tokio::task::spawn_blocking(run).await;
            let ended = ended.unwrap_or_else(|_| Err("导入中断，没有写入；请重试".to_owned()));
            app.imports.end(&id, ended);
        });
        (job, work)
    }

    async fn run_import(&self, who: Principal, order: ImportOrder) -> Result<(ImportReport, Option<Vec<u8>>), AppError> {
        let ImportOrder { name, bytes, kind, partial, dry_run } = order;
        let files = vec![InputFile::from_bytes(Path::new(&name), &bytes, kind)?];
        drop(bytes);
        let report = if dry_run {
            Self::dry_run(who, Some(self), None, &files, partial, false, self.today())?
        } else {
            self.import(who, None, &files, partial, &|_| {}).await?
        };
        let has_issues = !report.rejected.is_empty() || !report.warnings.is_empty();
        let workbook = if has_issues { Some(error_workbook(&files, &report.rejected, &report.warnings)?) } else { None };
        Ok((report, workbook))
    }

    /// An import job, if it is still in the registry.
    #[must_use]
    pub fn import_job(&self, _who: Principal, id: &str) -> Option<ImportJob> {
        self.imports.find(id, |kept| kept.job.clone())
    }

    /// The workbook with the problems of an import marked, if there is one.
    #[must_use]
    pub fn import_errors(&self, _who: Principal, id: &str) -> Option<Arc<Vec<u8>>> {
        self.imports.find(id, |kept| kept.workbook.clone()).flatten()
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
