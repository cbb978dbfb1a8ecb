//! Background work: what is accepted waits in a fair queue, one import and one plan is done at a time, and what becomes of it
//! is kept in the job store for a while.

use std::io::{Error, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::{Notify, OnceCell, Semaphore};

use super::imports::progress::ImportProgress;
use crate::clock::Clock;
use crate::error::{AppError, Code};
use crate::jobs::{FairQueue, Interrupted, NoPlace, Place, Places, random_id};
use crate::plan::PlanProgress;
use crate::store::{
    Admission, DocumentWriter, Job, JobDocument, JobEnd, JobKind, JobPage, JobState, JobStore, JobStoreError, NewJob,
    QueueLimits, Retention,
};

/// How many imports wait at most, and how many plans.
const WAITING: QueueLimits = QueueLimits { waiting: 20, waiting_per_owner: 4 };
/// What stays of ended jobs; the oldest go first.
const KEPT: Retention = Retention { ended_jobs: 2_000, kept_jobs: MAX_KEPT_PLANS, document_bytes: MAX_KEPT_BYTES };
/// Most plans that are kept.
pub const MAX_KEPT_PLANS: u64 = 500;
/// Most bytes of all plans that are kept.
pub const MAX_KEPT_BYTES: u64 = 1 << 30;
/// How long a report of an import is kept, and a plan job without a plan. A report may hold what only its author should see for
/// long.
const IMPORT_KEPT: SignedDuration = SignedDuration::from_hours(24);
const PLAN_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Uploads that arrive at the same time, in all and from one client.
const UPLOADS: (usize, usize) = (16, 4);

/// Work that is going on or waits for its turn.
pub struct Background {
    dir: PathBuf,
    clock: Clock,
    store: OnceCell<JobStore>,
    imports: FairQueue<Work>,
    plans: FairQueue<Work>,
    /// Jobs that have not ended, oldest first.
    live: Mutex<Vec<Arc<Live>>>,
    /// Told when a job ends.
    change: Notify,
    uploads: Places,
    /// Held while an uploaded list or plan is checked.
    checking: Arc<Semaphore>,
}

/// A job that has not ended.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) id: String,
    pub(super) kind: JobKind,
    pub(super) label: String,
    /// Set when somebody asked to stop it.
    pub(super) stop: AtomicBool,
    progress: Mutex<Option<PlanProgress>>,
    import_progress: Mutex<Option<ImportProgress>>,
}

impl Live {
    pub(super) fn progress(&self) -> MutexGuard<'_, Option<PlanProgress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn import_progress(&self) -> MutexGuard<'_, Option<ImportProgress>> {
        self.import_progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that waits.
struct Work {
    live: Arc<Live>,
    span: tracing::Span,
    run: Box<dyn FnOnce(&Live) -> Ended + Send>,
    /// What the job says if it panics.
    interrupted: Ended,
}

/// How a job ended, with its outcome as JSON.
#[derive(Debug)]
pub(super) struct Ended {
    end: JobEnd,
    outcome: String,
}

impl Ended {
    pub(super) fn new(end: JobEnd, outcome: &impl Serialize) -> Self {
        Self { end, outcome: serde_json::to_string(outcome).expect("an outcome has string keys only") }
    }
}

impl Background {
    pub(super) fn new(dir: &Path, clock: Clock) -> Self {
        Self {
            dir: dir.to_owned(),
            clock,
            store: OnceCell::new(),
            imports: FairQueue::default(),
            plans: FairQueue::default(),
            live: Mutex::default(),
            change: Notify::new(),
            uploads: Places::new(UPLOADS.0, UPLOADS.1),
            checking: Arc::new(Semaphore::new(1)),
        }
    }

    /// The job store, opened when it is first needed: commands that start no job leave it alone.
    async fn store(&self) -> Result<&JobStore, AppError> {
        self.store
            .get_or_try_init(|| async {
                match JobStore::open(&self.dir, self.now()).await {
                    Err(JobStoreError::ReadOnly { path }) => {
                        tracing::warn!("{} is read-only: jobs are kept until the end of this process only", path.display());
                        JobStore::temporary().await
                    }
                    opened => opened,
                }
            })
            .await
            .map_err(AppError::from)
    }

    fn now(&self) -> Timestamp {
        self.clock.timestamp()
    }

    const fn queue(&self, kind: JobKind) -> &FairQueue<Work> {
        match kind {
            JobKind::Import => &self.imports,
            JobKind::Plan => &self.plans,
        }
    }

    fn live(&self) -> MutexGuard<'_, Vec<Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The jobs that have not ended, oldest first.
    pub(super) fn unfinished(&self) -> Vec<Arc<Live>> {
        self.live().clone()
    }

    /// Waits until all jobs have ended.
    pub(super) async fn ended(&self) {
        loop {
            let change = self.change.notified();
            if self.live().is_empty() {
                return;
            }
            change.await;
        }
    }

    fn has_ended(&self, id: &str) {
        self.live().retain(|live| live.id != id);
        self.change.notify_waiters();
    }

    /// A job that has not ended.
    pub(super) fn live_job(&self, id: &str) -> Option<Arc<Live>> {
        self.live().iter().find(|live| live.id == id).cloned()
    }

    /// Opens the job store, marks the jobs of a server that has ended, and removes what has expired.
    ///
    /// # Errors
    /// The job store cannot be opened.
    pub async fn tidy(&self) -> Result<(), AppError> {
        let store = self.store().await?;
        store.expire(self.now(), &KEPT).await?;
        Ok(())
    }

    /// Stops everything and closes the job store. Jobs that have not ended are marked as interrupted.
    pub(super) async fn close(&self) {
        self.live().iter().for_each(|live| live.stop.store(true, Ordering::Relaxed));
        let Some(store) = self.store.get() else { return };
        if let Err(error) = store.interrupt(self.now()).await {
            tracing::error!("{error}");
        }
        store.close().await;
    }

    /// A place for an upload of a client; it is taken as long as the upload arrives.
    ///
    /// # Errors
    /// The client uploads too much at once, or everybody together does.
    pub fn upload_place(&self, owner: &str) -> Result<Place, AppError> {
        self.uploads.take(owner).map_err(|no_place| match no_place {
            NoPlace::OwnerFull => AppError::new(Code::TooManyJobs, "您正在上传的文件过多；请等前面的传完后再试"),
            NoPlace::Full => AppError::new(Code::JobsFull, "正在上传的文件过多；请稍后重试"),
        })
    }

    /// Checks an upload off the asynchronous threads, one at a time: it may take much memory.
    ///
    /// # Errors
    /// The check panicked, or the runtime is shutting down.
    pub async fn check_alone<T: Send + 'static>(&self, check: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let turn = Arc::clone(&self.checking).acquire_owned().await.map_err(|error| Interrupted::new(&error))?;
        let checked = tokio::task::spawn_blocking(move || {
            let _held = turn;
            check()
        });
        Ok(checked.await.map_err(|error| Interrupted::new(&error))?)
    }

    /// Accepts a job. It is done when its turn comes, whether somebody waits for it or not.
    pub(super) async fn accept(
        self: &Arc<Self>,
        kind: JobKind,
        owner: &str,
        label: &str,
        interrupted: Ended,
        run: impl FnOnce(&Live) -> Ended + Send + 'static,
    ) -> Result<Job, AppError> {
        self.accept_with(&[], kind, owner, label, interrupted, run).await
    }

    /// Accepts a job that has rows of lists from the start: name of the list, and the row.
    pub(super) async fn accept_with(
        self: &Arc<Self>,
        rows: &[(&str, String)],
        kind: JobKind,
        owner: &str,
        label: &str,
        interrupted: Ended,
        run: impl FnOnce(&Live) -> Ended + Send + 'static,
    ) -> Result<Job, AppError> {
        let (store, now) = (self.store().await?, self.now());
        let kept = match kind {
            JobKind::Import => IMPORT_KEPT,
            JobKind::Plan => PLAN_KEPT,
        };
        let id = random_id();
        let expires_at = now.saturating_add(kept).unwrap_or(now);
        let new = NewJob { id: &id, kind, label, owner, created_at: now, expires_at };
        let job = match store.create(&new, &WAITING).await? {
            Admission::Admitted(job) => *job,
            Admission::OwnerQueueFull => {
                let message = format!("您已有{}项在等候；请等前面的完成，或取消后再试", WAITING.waiting_per_owner);
                return Err(AppError::new(Code::TooManyJobs, message));
            }
            Admission::QueueFull => return Err(AppError::new(Code::JobsFull, "等候处理的任务过多；请稍后重试")),
        };
        for (list, row) in rows {
            store.append(&id, list, std::slice::from_ref(row)).await?;
        }
        let (label, stop) = (job.label.clone(), AtomicBool::new(false));
        let live = Arc::new(Live { id, kind, label, stop, progress: Mutex::default(), import_progress: Mutex::default() });
        self.live().push(Arc::clone(&live));
        // What the job logs carries the id of the request that started it.
        let work = Work { live, span: tracing::Span::current(), run: Box::new(run), interrupted };
        if self.queue(kind).push(owner, work) {
            let this = Arc::clone(self);
            tokio::spawn(async move {
                while let Some(work) = this.queue(kind).next() {
                    let (this, id) = (Arc::clone(&this), work.live.id.clone());
                    // Whatever happens to a job, the next one gets its turn.
                    if let Err(error) = tokio::spawn(async move { this.work_on(work).await }).await {
                        tracing::error!("job {id}: {error}");
                    }
                }
            });
        }
        Ok(job)
    }

    async fn work_on(&self, work: Work) {
        let live = Arc::clone(&work.live);
        if let Err(error) = self.try_work_on(work).await {
            tracing::error!("job {}: {error}", live.id);
        }
        self.has_ended(&live.id);
        if let Err(error) = self.tidy().await {
            tracing::warn!("{error}");
        }
    }

    async fn try_work_on(&self, work: Work) -> Result<(), AppError> {
        let Work { live, span, run, interrupted } = work;
        let store = self.store().await?;
        // A job that was cancelled is not begun.
        if !store.begin(&live.id, self.now()).await? {
            return Ok(());
        }
        let own = Arc::clone(&live);
        // Off the threads that answer requests, and outside the pool for rankings, where it would occupy a worker for minutes.
        let ended = tokio::task::spawn_blocking(move || span.in_scope(|| run(&own))).await;
        let Ended { end, outcome } = ended.unwrap_or(interrupted);
        let progress = live.progress().and_then(|progress| serde_json::to_string(&progress).ok());
        if let Some(progress) = progress {
            store.set_progress(&live.id, &progress).await?;
        }
        store.end(&live.id, end, &outcome, self.now()).await?;
        Ok(())
    }

    /// A job that is still kept.
    pub(super) async fn find_job(&self, kind: JobKind, id: &str) -> Result<Option<Job>, AppError> {
        let now = self.now();
        let job = self.store().await?.job(id).await?;
        Ok(job.filter(|job| job.kind == kind && (!job.state.is_ended() || job.is_kept || job.expires_at > now)))
    }

    /// Asks a job to stop, and returns it as it is then.
    pub(super) async fn cancel_job(&self, kind: JobKind, id: &str) -> Result<Option<Job>, AppError> {
        if self.find_job(kind, id).await?.is_none() {
            return Ok(None);
        }
        let job = self.store().await?.cancel(id, self.now()).await?;
        if job.as_ref().is_some_and(|job| job.state == JobState::Cancelled)
            && self.queue(kind).remove(|work| work.live.id == id).is_some()
        {
            self.has_ended(id);
        }
        if let Some(live) = self.live_job(id) {
            live.stop.store(true, Ordering::Relaxed);
        }
        Ok(job)
    }

    /// The latest jobs of a kind that an owner asked for, newest first.
    pub(super) async fn jobs_of(&self, kind: JobKind, owner: &str, limit: u32) -> Result<Vec<Job>, AppError> {
        Ok(self.store().await?.jobs_of(kind, owner, self.now(), limit).await?)
    }

    /// The jobs that have rows in a list of this name, newest first.
    pub(super) async fn jobs_with(&self, list: &str) -> Result<Vec<Job>, AppError> {
        Ok(self.store().await?.jobs_with(list).await?)
    }

    /// Adds rows to a list of a job.
    pub(super) async fn keep_rows(&self, id: &str, list: &str, rows: &[String]) -> Result<(), AppError> {
        self.store().await?.append(id, list, rows).await?;
        Ok(())
    }

    /// Rows of a list of a job, and how many there are.
    pub(super) async fn kept_rows(&self, id: &str, list: &str, offset: u64, limit: u32) -> Result<(Vec<String>, u64), AppError> {
        let page = self.store().await?.page(id, list, offset, limit).await?;
        Ok((page.rows, page.total))
    }

    /// A finished document of a job.
    pub(super) async fn kept_document(&self, id: &str, name: &str) -> Result<Option<JobDocument>, AppError> {
        Ok(self.store().await?.document(id, name).await?)
    }

    /// All bytes of a finished document of a job; `None` if there is none.
    pub(super) async fn whole_document(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, AppError> {
        match self.kept_document(id, name).await? {
            Some(document) => self.bytes_of(&document).await,
            None => Ok(None),
        }
    }

    /// All bytes of a document; `None` if the job was deleted meanwhile.
    pub(super) async fn bytes_of(&self, document: &JobDocument) -> Result<Option<Vec<u8>>, AppError> {
        let mut bytes = Vec::new();
        for number in 0..document.chunks() {
            let Some(chunk) = self.document_chunk(document, number).await? else { return Ok(None) };
            bytes.extend(chunk);
        }
        Ok(Some(bytes))
    }

    /// Some jobs of a kind, newest first.
    pub(super) async fn list_jobs(&self, kind: JobKind, offset: u64, limit: u32) -> Result<JobPage, AppError> {
        Ok(self.store().await?.jobs(kind, offset, limit).await?)
    }

    /// Gives a job another name.
    pub(super) async fn rename_job(&self, id: &str, name: &str) -> Result<bool, AppError> {
        Ok(self.store().await?.rename(id, name).await?)
    }

    /// Deletes a job with all that was kept of it.
    pub(super) async fn delete_job(&self, id: &str) -> Result<bool, AppError> {
        Ok(self.store().await?.delete(id).await?)
    }

    /// Notes a draft for the next job, unless another one was noted meanwhile.
    pub(super) async fn set_draft(&self, id: &str, from: Option<&str>, to: Option<&str>) -> Result<bool, AppError> {
        Ok(self.store().await?.set_draft(id, from, to).await?)
    }

    /// A piece of a document of a job; `None` if the job is gone.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn document_chunk(&self, document: &JobDocument, number: u64) -> Result<Option<Vec<u8>>, AppError> {
        Ok(self.store().await?.chunk(document, number).await?)
    }

    /// Keeps a document of a job, as `write` makes it. Must be called from a thread that may block.
    pub(super) fn keep_document(
        &self,
        id: &str,
        name: &str,
        write: impl FnOnce(&mut Blocking) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let runtime = Handle::current();
        let store = runtime.block_on(self.store())?;
        let Some(document) = runtime.block_on(store.begin_document(id, name))? else { return Ok(()) };
        let mut out = Blocking { document, runtime: runtime.clone() };
        write(&mut out)?;
        runtime.block_on(out.document.finish())?;
        Ok(())
    }
}

/// Writes a document of a job from a thread that may block.
pub(super) struct Blocking {
    document: DocumentWriter,
    runtime: Handle,
}

impl Write for Blocking {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.runtime.block_on(self.document.write(bytes)).map_err(Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
