//! Queries of the change log, so that derived data need not be rebuilt from scratch.

use super::fault::fault;
use super::{LedgerVersion, Store, StoreError};
use crate::domain::EntityKind;
use crate::store::NewClaims;

impl Store {
    /// The claims written after `version`, read in one transaction. `None` if other records were written too, or if the ledger
    /// is older than `version`.
    ///
    /// # Errors
    /// The ledger cannot be read, or a claim in it is not readable by this program.
    pub async fn only_claims_after(&self, version: LedgerVersion) -> Result<Option<NewClaims>, StoreError> {
        let fault = |source| fault(&self.path, source);
        let mut transaction = self.readers.begin().await.map_err(fault)?;
        let (last, others): (i64, bool) = sqlx::query_as(
            "SELECT coalesce((SELECT max(seq) FROM changes), 0), \
             EXISTS (SELECT 1 FROM changes WHERE seq > $1 AND entity <> 'claims')",
        )
        .bind(version.0)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault)?;
        if last < version.0 || others {
            return Ok(None);
        }
        let rows = sqlx::query(
            "SELECT seq, id, body FROM claims \
             WHERE seq IN (SELECT entity_seq FROM changes WHERE entity = 'claims' AND seq > $1) ORDER BY seq",
        )
        .bind(version.0)
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault)?;
        let claims = rows.iter().map(|row| self.record(EntityKind::Claims, row)).collect::<Result<_, _>>()?;
        Ok(Some(NewClaims { version: LedgerVersion(last), claims }))
    }

    /// Numbers of the projects that were written after version `after` and up to version `last`, ascending.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn projects_changed(&self, after: LedgerVersion, last: LedgerVersion) -> Result<Vec<u64>, StoreError> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT DISTINCT entity_seq FROM changes \
             WHERE entity = 'projects' AND seq > $1 AND seq <= $2 ORDER BY entity_seq",
        )
        .bind(after.0)
        .bind(last.0)
        .fetch_all(&self.readers)
        .await
        .map_err(|source| fault(&self.path, source))?;
        Ok(rows.into_iter().map(|seq| seq as u64).collect())
    }
}
