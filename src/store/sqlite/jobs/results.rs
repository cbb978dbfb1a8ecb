//! The rows of a job's results, in lists that are read page by page.

use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::JobStore;
use crate::store::sqlite::fault::job_fault;
use crate::store::{JobStoreError, ResultPage};

/// Rows per statement; SQLite binds at most 32,766 values.
const ROWS_A_STATEMENT: usize = 1000;

impl JobStore {
    /// Adds rows, each one JSON value, to the end of a list of a job: all of them or none. False if the job is gone.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn append(&self, id: &str, list: &str, rows: &[String]) -> Result<bool, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let found: Option<(i64, i64)> = sqlx::query_as(
            "SELECT seq, coalesce((SELECT max(number) + 1 FROM results WHERE job = seq AND list = $2), 0) FROM jobs WHERE id = $1",
        )
        .bind(id)
        .bind(list)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault)?;
        let Some((job, first)) = found else { return Ok(false) };
        for (rows, first) in rows.chunks(ROWS_A_STATEMENT).zip((first..).step_by(ROWS_A_STATEMENT)) {
            let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO results (job, list, number, body) ");
            insert.push_values(rows.iter().zip(first..), |mut values, (body, number)| {
                values.push_bind(job).push_bind(list).push_bind(number).push_bind(body);
            });
            insert.build().execute(&mut *transaction).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(true)
    }

    /// At most `limit` rows of a list, from the row with number `offset` on. Of a job or a list that is not there, none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn page(&self, id: &str, list: &str, offset: u64, limit: u32) -> Result<ResultPage, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let mut transaction = self.readers.begin().await.map_err(fault)?;
        let total: i64 = sqlx::query_scalar(
            "SELECT coalesce(max(number) + 1, 0) FROM results WHERE list = $2 AND job = (SELECT seq FROM jobs WHERE id = $1)",
        )
        .bind(id)
        .bind(list)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault)?;
        // Numbers have no gap, so the offset is a number.
        let rows = sqlx::query(
            "SELECT body FROM results WHERE list = $2 AND job = (SELECT seq FROM jobs WHERE id = $1) AND number >= $3 \
             ORDER BY number LIMIT $4",
        )
        .bind(id)
        .bind(list)
        .bind(i64::try_from(offset).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault)?;
        let rows = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(fault)?;
        Ok(ResultPage { rows, total: total.cast_unsigned() })
    }
}
