//! Documents of a job, stored and read in chunks, so that none has to be in memory as a whole.

use sqlx::Row as _;

use super::JobStore;
use crate::store::sqlite::fault::job_fault;
use crate::store::{CHUNK_BYTES, JobDocument, JobStoreError};

/// Stores a document piece by piece. It can be read once it is finished; one that is not goes with its job.
#[derive(Debug)]
pub struct DocumentWriter {
    store: JobStore,
    document: JobDocument,
    /// Number of the next chunk.
    number: i64,
    /// The beginning of the next chunk.
    unwritten: Vec<u8>,
}

impl JobStore {
    /// Begins a document of a job; one of the same name is replaced. `None` if the job is gone.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn begin_document(&self, id: &str, name: &str) -> Result<Option<DocumentWriter>, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let job: Option<i64> = sqlx::query_scalar("SELECT seq FROM jobs WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(fault)?;
        let Some(job) = job else { return Ok(None) };
        sqlx::query("DELETE FROM documents WHERE job = $1 AND name = $2")
            .bind(job)
            .bind(name)
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
        let seq: i64 = sqlx::query_scalar("INSERT INTO documents (job, name) VALUES ($1, $2) RETURNING seq")
            .bind(job)
            .bind(name)
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        let document = JobDocument { name: name.to_owned(), bytes: 0, seq };
        Ok(Some(DocumentWriter { store: self.clone(), document, number: 0, unwritten: Vec::new() }))
    }

    /// A finished document of a job.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn document(&self, id: &str, name: &str) -> Result<Option<JobDocument>, JobStoreError> {
        let fault = |source| job_fault(&self.path, source);
        let row = sqlx::query(
            "SELECT documents.seq, bytes FROM documents JOIN jobs ON job = jobs.seq \
             WHERE id = $1 AND name = $2 AND is_complete",
        )
        .bind(id)
        .bind(name)
        .fetch_optional(&self.readers)
        .await
        .map_err(fault)?;
        let Some(row) = row else { return Ok(None) };
        let (seq, bytes): (i64, i64) = (row.try_get(0).map_err(fault)?, row.try_get(1).map_err(fault)?);
        let bytes = u64::try_from(bytes).map_err(|_| self.damaged("a document has a negative size"))?;
        Ok(Some(JobDocument { name: name.to_owned(), bytes, seq }))
    }

    /// The chunk of a document with this number, counted from 0. `None` if the job was deleted meanwhile.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn chunk(&self, document: &JobDocument, number: u64) -> Result<Option<Vec<u8>>, JobStoreError> {
        sqlx::query_scalar("SELECT bytes FROM chunks WHERE document = $1 AND number = $2")
            .bind(document.seq)
            .bind(i64::try_from(number).unwrap_or(i64::MAX))
            .fetch_optional(&self.readers)
            .await
            .map_err(|source| job_fault(&self.path, source))
    }
}

impl DocumentWriter {
    /// Adds bytes to the end.
    ///
    /// # Errors
    /// The store cannot be written, or the job was deleted meanwhile.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), JobStoreError> {
        while self.unwritten.len() + bytes.len() >= CHUNK_BYTES {
            let (head, rest) = bytes.split_at(CHUNK_BYTES - self.unwritten.len());
            self.unwritten.extend_from_slice(head);
            bytes = rest;
            self.store_chunk().await?;
        }
        self.unwritten.extend_from_slice(bytes);
        Ok(())
    }

    /// Makes the document readable.
    ///
    /// # Errors
    /// The store cannot be written, or the job was deleted meanwhile.
    pub async fn finish(mut self) -> Result<JobDocument, JobStoreError> {
        if !self.unwritten.is_empty() {
            self.store_chunk().await?;
        }
        let update = "UPDATE documents SET is_complete = 1 WHERE seq = $1";
        if self.store.is_changed(sqlx::query(update).bind(self.document.seq)).await? {
            return Ok(self.document);
        }
        Err(self.store.damaged("a document was deleted while it was written"))
    }

    async fn store_chunk(&mut self) -> Result<(), JobStoreError> {
        let fault = |source| job_fault(&self.store.path, source);
        let mut transaction = self.store.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let chunk = std::mem::replace(&mut self.unwritten, Vec::with_capacity(CHUNK_BYTES));
        let bytes = chunk.len() as u64;
        sqlx::query("INSERT INTO chunks (document, number, bytes) VALUES ($1, $2, $3)")
            .bind(self.document.seq)
            .bind(self.number)
            .bind(chunk)
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
        sqlx::query("UPDATE documents SET bytes = bytes + $2 WHERE seq = $1")
            .bind(self.document.seq)
            .bind(bytes.cast_signed())
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        self.number += 1;
        self.document.bytes += bytes;
        Ok(())
    }
}
