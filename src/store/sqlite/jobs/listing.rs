//! Finding jobs by who asked for them, and by the lists that they have.

use jiff::Timestamp;

use super::{JobStore, stored};
use crate::store::sqlite::fault::job_fault;
use crate::store::{Job, JobKind, JobStoreError};

impl JobStore {
    /// At most `limit` jobs of one kind and one owner, newest first. Ended jobs past their time are left out.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of_owner(&self, kind: JobKind, owner: &str, now: Timestamp, limit: u32) -> Result<Vec<Job>, JobStoreError> {
        let ids = sqlx::query_scalar(
            "SELECT id FROM jobs WHERE kind = $1 AND owner = $2 AND (state IN ('waiting', 'running') OR expires_at > $3) \
             ORDER BY seq DESC LIMIT $4",
        );
        let ids = ids.bind(kind.name()).bind(owner).bind(stored(now)).bind(limit).fetch_all(&self.readers).await;
        self.each(ids.map_err(|source| job_fault(&self.path, source))?).await
    }

    /// The jobs that have rows in a list of this name, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn with_list(&self, list: &str) -> Result<Vec<Job>, JobStoreError> {
        let ids = sqlx::query_scalar(
            "SELECT id FROM jobs WHERE EXISTS (SELECT 1 FROM results WHERE job = jobs.seq AND list = $1) ORDER BY seq DESC",
        );
        let ids = ids.bind(list).fetch_all(&self.readers).await;
        self.each(ids.map_err(|source| job_fault(&self.path, source))?).await
    }

    /// The jobs with these ids, as far as they are still kept.
    async fn each(&self, ids: Vec<String>) -> Result<Vec<Job>, JobStoreError> {
        let mut jobs = Vec::new();
        for id in ids {
            jobs.extend(self.job(&id).await?);
        }
        Ok(jobs)
    }
}
