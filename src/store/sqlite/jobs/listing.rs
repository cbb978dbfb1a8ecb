//! Jobs as their users see them: in a list, with a name of their own, and with a draft for the next one.

use jiff::Timestamp;

use super::{JobStore, select_jobs, stored};
use crate::store::sqlite::fault::job_fault;
use crate::store::{Job, JobKind, JobPage, JobStoreError, label};

impl JobStore {
    /// At most `limit` jobs of a kind, newest first, from the one with number `offset` on.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn jobs(&self, kind: JobKind, offset: u64, limit: u32) -> Result<JobPage, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let mut transaction = self.readers.begin().await.map_err(fault)?;
        let total: i64 = sqlx::query_scalar("SELECT count(*) FROM jobs WHERE kind = $1")
            .bind(kind.name())
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault)?;
        let rows = sqlx::query(select_jobs!("WHERE kind = $1 ORDER BY seq DESC LIMIT $2 OFFSET $3"))
            .bind(kind.name())
            .bind(limit)
            .bind(i64::try_from(offset).unwrap_or(i64::MAX))
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault)?;
        let jobs = rows.iter().map(|row| self.job_of(row)).collect::<Result<_, _>>()?;
        Ok(JobPage { jobs, total: total.cast_unsigned() })
    }

    /// At most `limit` jobs of a kind that an owner asked for, newest first. Ended jobs past their time are left out.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn jobs_of(&self, kind: JobKind, owner: &str, now: Timestamp, limit: u32) -> Result<Vec<Job>, JobStoreError> {
        let rows = sqlx::query(select_jobs!(
            "WHERE kind = $1 AND owner = $2 AND (state IN ('waiting', 'running') OR expires_at > $3) ORDER BY seq DESC LIMIT $4"
        ))
        .bind(kind.name())
        .bind(owner)
        .bind(stored(now))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(|source| job_fault(&self.path, source))?;
        rows.iter().map(|row| self.job_of(row)).collect()
    }

    /// The jobs that have rows in a list of this name, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn jobs_with(&self, list: &str) -> Result<Vec<Job>, JobStoreError> {
        let has_list = select_jobs!("WHERE EXISTS (SELECT 1 FROM results WHERE job = jobs.seq AND list = $1) ORDER BY seq DESC");
        let rows = sqlx::query(has_list).bind(list).fetch_all(&self.readers).await;
        let rows = rows.map_err(|source| job_fault(&self.path, source))?;
        rows.iter().map(|row| self.job_of(row)).collect()
    }

    /// Gives a job another label. False if there is no such job.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn rename(&self, id: &str, name: &str) -> Result<bool, JobStoreError> {
        self.is_changed(sqlx::query("UPDATE jobs SET label = $2 WHERE id = $1").bind(id).bind(label(name))).await
    }

    /// Notes a draft for the next job, as JSON, or takes it back. Changes nothing if the draft is no longer `from`; false then, or
    /// if there is no such job.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn set_draft(&self, id: &str, from: Option<&str>, to: Option<&str>) -> Result<bool, JobStoreError> {
        let update = "UPDATE jobs SET draft = $3 WHERE id = $1 AND draft IS $2";
        self.is_changed(sqlx::query(update).bind(id).bind(from).bind(to)).await
    }
}
