//! What ends and what goes: jobs of runs that have ended, jobs past their time, and the oldest beyond a limit.

use jiff::Timestamp;

use super::run::has_ended;
use super::{JobStore, stored};
use crate::store::sqlite::fault::job_fault;
use crate::store::{Job, JobStoreError, Retention};

/// Marks the unfinished jobs of run $1 at time $2.
const INTERRUPT: &str = "UPDATE jobs SET state = 'interrupted', ended_at = $2 WHERE run = $1 AND state IN ('waiting', 'running')";

impl JobStore {
    /// Deletes ended jobs with their rows and documents: those past their time that are not kept, then the oldest beyond what
    /// may stay. Marks the jobs of servers that have ended. Returns how many were deleted. Deleted bytes are overwritten in the file.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn expire(&self, now: Timestamp, keep: &Retention) -> Result<u64, JobStoreError> {
        self.interrupt_ended_runs(now).await?;
        let fault = |source| job_fault(&self.path, source);
        let limit = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let expired = "DELETE FROM jobs WHERE NOT is_kept AND state NOT IN ('waiting', 'running') AND expires_at <= $1";
        let expired = sqlx::query(expired).bind(stored(now)).execute(&mut *transaction).await.map_err(fault)?;
        let too_many = "DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE state NOT IN ('waiting', 'running') \
             AND is_kept = $1 ORDER BY seq DESC LIMIT -1 OFFSET $2)";
        let mut deleted = expired.rows_affected();
        for (is_kept, most) in [(false, keep.ended_jobs), (true, keep.kept_jobs)] {
            let query = sqlx::query(too_many).bind(is_kept).bind(limit(most));
            deleted += query.execute(&mut *transaction).await.map_err(fault)?.rows_affected();
        }
        // The newest documents and rows stay, as far as they fit. A job that still runs counts and stays.
        let too_large = "DELETE FROM jobs WHERE state NOT IN ('waiting', 'running') AND seq IN (SELECT job FROM \
             (SELECT job, sum(sum(bytes)) OVER (PARTITION BY is_kept ORDER BY job DESC) AS so_far FROM \
             (SELECT job, bytes FROM documents UNION ALL SELECT job, octet_length(body) FROM results) \
             JOIN jobs ON jobs.seq = job GROUP BY job, is_kept) \
             WHERE so_far > $1)";
        let too_large =
            sqlx::query(too_large).bind(limit(keep.document_bytes)).execute(&mut *transaction).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        deleted += too_large.rows_affected();
        if deleted > 0 {
            self.give_back().await?;
        }
        Ok(deleted)
    }

    /// Deletes a job with its rows and documents. False if there is none with this id.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn delete(&self, id: &str) -> Result<bool, JobStoreError> {
        let is_deleted = self.is_changed(sqlx::query("DELETE FROM jobs WHERE id = $1").bind(id)).await?;
        if is_deleted {
            self.give_back().await?;
        }
        Ok(is_deleted)
    }

    /// Marks the unfinished jobs of this run as interrupted and returns them, oldest first: what a server that stops leaves undone.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn interrupt(&self, at: Timestamp) -> Result<Vec<Job>, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let unfinished = "SELECT id FROM jobs WHERE run = $1 AND state IN ('waiting', 'running') ORDER BY seq";
        let ids: Vec<String> =
            sqlx::query_scalar(unfinished).bind(self.run.id()).fetch_all(&mut *transaction).await.map_err(fault)?;
        sqlx::query(INTERRUPT).bind(self.run.id()).bind(stored(at)).execute(&mut *transaction).await.map_err(fault)?;
        let mut jobs = Vec::new();
        for id in ids {
            jobs.extend(self.read(&mut transaction, &id).await?);
        }
        transaction.commit().await.map_err(fault)?;
        Ok(jobs)
    }

    /// Returns free pages to the file system, and empties the log, which still has what was deleted.
    async fn give_back(&self) -> Result<(), JobStoreError> {
        for pragma in ["PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            sqlx::query(pragma).execute(&self.writer).await.map_err(|source| job_fault(&self.path, source))?;
        }
        Ok(())
    }

    /// Marks the unfinished jobs of every run that has ended as interrupted.
    pub(super) async fn interrupt_ended_runs(&self, now: Timestamp) -> Result<(), JobStoreError> {
        let runs: Vec<String> = sqlx::query_scalar("SELECT DISTINCT run FROM jobs WHERE state IN ('waiting', 'running')")
            .fetch_all(&self.readers)
            .await
            .map_err(|source| job_fault(&self.path, source))?;
        let dir = self.path.parent().unwrap_or(&self.path);
        for run in runs.iter().filter(|run| *run != self.run.id() && has_ended(dir, run)) {
            self.is_changed(sqlx::query(INTERRUPT).bind(run).bind(stored(now))).await?;
        }
        Ok(())
    }
}
