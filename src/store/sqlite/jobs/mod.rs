//! The job store in one SQLite file beside the ledger: jobs and their states.

mod documents;
mod listing;
mod opening;
mod results;
mod retention;
mod run;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use tempfile::TempDir;

pub use self::documents::DocumentWriter;
use self::run::Run;
use super::fault::job_fault;
use crate::store::{Admission, Job, JobEnd, JobKind, JobState, JobStoreError, NewJob, QueueLimits, label};

/// The jobs of a data directory, for the one process that works on them or for several.
///
/// Every handle belongs to the run of the server that opened it. Jobs of runs that have ended are marked as interrupted; those
/// of another living server are left alone.
#[derive(Debug, Clone)]
pub struct JobStore {
    readers: SqlitePool,
    writer: SqlitePool,
    path: PathBuf,
    run: Arc<Run>,
    /// The directory of a store that is not kept.
    _temporary: Option<Arc<TempDir>>,
}

/// Selects jobs with their columns in the order in which `job_of` takes them.
macro_rules! select_jobs {
    ($which:literal) => {
        concat!(
            "SELECT id, kind, label, owner, state, created_at, started_at, ended_at, expires_at, cancel_requested, progress, ",
            "outcome, is_kept, draft FROM jobs ",
            $which
        )
    };
}
use select_jobs;

impl JobStore {
    /// Path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Accepts a job, unless too many of its kind wait already. Counting and accepting are one step.
    ///
    /// # Errors
    /// The store cannot be written, or the id exists.
    pub async fn create(&self, job: &NewJob<'_>, limits: &QueueLimits) -> Result<Admission, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let (all, of_owner): (i64, i64) =
            sqlx::query_as("SELECT count(*), coalesce(sum(owner = $2), 0) FROM jobs WHERE state = 'waiting' AND kind = $1")
                .bind(job.kind.name())
                .bind(job.owner)
                .fetch_one(&mut *transaction)
                .await
                .map_err(fault)?;
        let is_full = |waiting: i64, limit: u64| u64::try_from(waiting).is_ok_and(|waiting| waiting >= limit);
        // The owner's own limit comes first: it tells what the owner can do about it.
        if is_full(of_owner, limits.waiting_per_owner) {
            return Ok(Admission::OwnerQueueFull);
        }
        if is_full(all, limits.waiting) {
            return Ok(Admission::QueueFull);
        }
        sqlx::query(
            "INSERT INTO jobs (id, kind, label, owner, state, run, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7)",
        )
        .bind(job.id)
        .bind(job.kind.name())
        .bind(label(job.label))
        .bind(job.owner)
        .bind(self.run.id())
        .bind(stored(job.created_at))
        .bind(stored(job.expires_at))
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
        let accepted = self.read(&mut transaction, job.id).await?;
        transaction.commit().await.map_err(fault)?;
        accepted.map(|job| Admission::Admitted(Box::new(job))).ok_or_else(|| self.damaged("an accepted job is not there"))
    }

    /// The job with this id, if it is still kept.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn job(&self, id: &str) -> Result<Option<Job>, JobStoreError> {
        let mut connection = self.readers.acquire().await.map_err(|source| job_fault(&self.path, source))?;
        self.read(&mut connection, id).await
    }

    /// Number of jobs of this kind that wait for their turn.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn waiting(&self, kind: JobKind) -> Result<u64, JobStoreError> {
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM jobs WHERE state = 'waiting' AND kind = $1")
            .bind(kind.name())
            .fetch_one(&self.readers)
            .await
            .map_err(|source| job_fault(&self.path, source))?;
        Ok(waiting.cast_unsigned())
    }

    /// Begins a waiting job. False if it does not wait any more, because it was cancelled.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn begin(&self, id: &str, at: Timestamp) -> Result<bool, JobStoreError> {
        let update = "UPDATE jobs SET state = 'running', started_at = $2 WHERE id = $1 AND state = 'waiting'";
        self.is_changed(sqlx::query(update).bind(id).bind(stored(at))).await
    }

    /// Says how far a running job is, as JSON.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn set_progress(&self, id: &str, progress: &str) -> Result<bool, JobStoreError> {
        let update = "UPDATE jobs SET progress = $2 WHERE id = $1 AND state = 'running'";
        self.is_changed(sqlx::query(update).bind(id).bind(progress)).await
    }

    /// Ends a job with its outcome as JSON. False if it had ended before.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn end(&self, id: &str, end: JobEnd, outcome: &str, at: Timestamp) -> Result<bool, JobStoreError> {
        let update = "UPDATE jobs SET state = $2, outcome = $3, ended_at = $4, is_kept = $5 \
             WHERE id = $1 AND state IN ('waiting', 'running')";
        let query = sqlx::query(update).bind(id).bind(end.state().name()).bind(outcome).bind(stored(at));
        self.is_changed(query.bind(end == JobEnd::Kept)).await
    }

    /// Asks a job to stop and returns it as it is then. A waiting job ends at once. A running one ends when whoever works on it
    /// looks at [`JobStore::is_cancel_requested`]. A job that has ended stays as it is.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn cancel(&self, id: &str, at: Timestamp) -> Result<Option<Job>, JobStoreError> {
        let update = "UPDATE jobs SET cancel_requested = 1, \
             ended_at = CASE state WHEN 'waiting' THEN $2 END, \
             state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END \
             WHERE id = $1 AND state IN ('waiting', 'running')";
        self.is_changed(sqlx::query(update).bind(id).bind(stored(at))).await?;
        self.job(id).await
    }

    /// True if somebody asked to stop the job, or if it is gone.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn is_cancel_requested(&self, id: &str) -> Result<bool, JobStoreError> {
        let flag: Option<i64> = sqlx::query_scalar("SELECT cancel_requested FROM jobs WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.readers)
            .await
            .map_err(|source| job_fault(&self.path, source))?;
        Ok(flag != Some(0))
    }

    /// Closes the store. Jobs that have not ended count as interrupted from now on.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.run.end();
    }

    async fn is_changed(
        &self,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    ) -> Result<bool, JobStoreError> {
        let done = query.execute(&self.writer).await.map_err(|source| job_fault(&self.path, source))?;
        Ok(done.rows_affected() > 0)
    }

    async fn read(&self, connection: &mut SqliteConnection, id: &str) -> Result<Option<Job>, JobStoreError> {
        let row = sqlx::query(select_jobs!("WHERE id = $1")).bind(id).fetch_optional(connection).await;
        let row = row.map_err(|source| job_fault(&self.path, source))?;
        row.map(|row| self.job_of(&row)).transpose()
    }

    fn job_of(&self, row: &SqliteRow) -> Result<Job, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let text = |column: usize| row.try_get::<String, _>(column).map_err(fault);
        let optional = |column: usize| row.try_get::<Option<String>, _>(column).map_err(fault);
        let time = |text: &str| text.parse::<Timestamp>().map_err(|_| self.damaged("a time is none"));
        let kind = JobKind::from_name(&text(1)?).ok_or_else(|| self.damaged("an unknown kind of job"))?;
        let state = JobState::from_name(&text(4)?).ok_or_else(|| self.damaged("an unknown state of a job"))?;
        Ok(Job {
            id: text(0)?,
            kind,
            label: text(2)?,
            owner: text(3)?,
            state,
            created_at: time(&text(5)?)?,
            started_at: optional(6)?.as_deref().map(time).transpose()?,
            ended_at: optional(7)?.as_deref().map(time).transpose()?,
            expires_at: time(&text(8)?)?,
            is_cancel_requested: row.try_get::<i64, _>(9).map_err(fault)? != 0,
            progress: optional(10)?,
            outcome: optional(11)?,
            is_kept: row.try_get::<i64, _>(12).map_err(fault)? != 0,
            draft: optional(13)?,
        })
    }

    fn damaged(&self, what: &str) -> JobStoreError {
        JobStoreError::Damaged { path: self.path.clone(), what: what.to_owned() }
    }
}

/// A time as it is stored: in UTC, to the second, so that texts are in the order of times.
fn stored(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
