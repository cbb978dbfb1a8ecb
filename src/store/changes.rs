//! Asking the change log what is new, so that what is derived need not be rebuilt from everything.

use super::error::fault;
use super::{Numbered, Store, StoreError};
use crate::domain::{Claim, EntityKind};

/// Changes that touch nothing but claims.
#[derive(Debug, Clone, PartialEq)]
pub struct NewClaims {
    /// Number of the last change.
    pub through: i64,
    /// The claims as they are now, in the order of the ledger, each once.
    pub claims: Vec<Numbered<Claim>>,
}

impl Store {
    /// The claims written after change `through`, as of one moment; none if anything else was written, or if the ledger does
    /// not reach that far.
    ///
    /// # Errors
    /// The ledger cannot be read, or a claim in it is not readable by this program.
    pub async fn only_claims_after(&self, through: i64) -> Result<Option<NewClaims>, StoreError> {
        let fault = |source| fault(&self.path, source);
        let mut transaction = self.pool.begin().await.map_err(fault)?;
        let (last, others): (i64, bool) = sqlx::query_as(
            "SELECT coalesce((SELECT max(seq) FROM changes), 0), \
             EXISTS (SELECT 1 FROM changes WHERE seq > $1 AND entity <> 'claims')",
        )
        .bind(through)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault)?;
        if last < through || others {
            return Ok(None);
        }
        let rows = sqlx::query(
            "SELECT seq, body FROM claims \
             WHERE seq IN (SELECT entity_seq FROM changes WHERE entity = 'claims' AND seq > $1) ORDER BY seq",
        )
        .bind(through)
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault)?;
        let claims = rows.iter().map(|row| self.record(EntityKind::Claims, row)).collect::<Result<_, _>>()?;
        Ok(Some(NewClaims { through: last, claims }))
    }

    /// Numbers of the projects that were written after change `after` and up to change `through`, ascending.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn projects_changed(&self, after: i64, through: i64) -> Result<Vec<u64>, StoreError> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT DISTINCT entity_seq FROM changes \
             WHERE entity = 'projects' AND seq > $1 AND seq <= $2 ORDER BY entity_seq",
        )
        .bind(after)
        .bind(through)
        .fetch_all(&self.pool)
        .await
        .map_err(|source| fault(&self.path, source))?;
        Ok(rows.into_iter().map(|seq| seq as u64).collect())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::domain::{Entity, Need, Organization, OrganizationId};

    fn need(id: usize, text: &str) -> Entity {
        let need: Need = serde_json::from_value(serde_json::json!({"id": format!("n{id}"), "description": text})).unwrap();
        Entity::Need(Box::new(need))
    }

    fn claim(id: &str, fen: i64) -> Entity {
        let json = serde_json::json!({"id": id, "need": "n1", "organization": "a", "amount_fen": fen});
        Entity::Claim(serde_json::from_value(json).unwrap())
    }

    #[tokio::test]
    async fn a_write_of_several_statements_knows_what_is_there() {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path(), true).await.unwrap();
        let mut needs: Vec<Entity> = (0..2500).map(|n| need(n, "学校净水")).collect();
        assert_eq!(store.write(&needs, "", "").await.unwrap().created, 2500);
        needs[2400] = need(2400, "乡村医生");
        needs.push(need(2500, "义肢"));
        let written = store.write(&needs, "", "").await.unwrap();
        assert_eq!((written.created, written.updated, written.unchanged), (1, 1, 2499));
        let known = store.load().await.unwrap().needs;
        assert!(known.iter().map(|it| it.seq).eq(1..=2501));
    }

    #[tokio::test]
    async fn the_log_tells_new_claims_from_everything_else() {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path(), true).await.unwrap();
        let organization = Entity::Organization(Box::new(Organization::named(OrganizationId::new("a"), "甲")));
        store.write(&[organization, need(1, "学校净水"), claim("c1", 1)], "", "").await.unwrap();
        assert_eq!(store.only_claims_after(0).await.unwrap(), None);
        assert_eq!(store.only_claims_after(4).await.unwrap(), None, "a ledger that was restored does not reach that far");
        store.write(&[claim("c2", 2)], "", "").await.unwrap();
        store.write(&[claim("c2", 3), claim("c1", 4)], "", "").await.unwrap();
        let new = store.only_claims_after(3).await.unwrap().unwrap();
        let claims: Vec<_> = new.claims.iter().map(|it| (it.seq, it.value.amount.unwrap().fen())).collect();
        assert_eq!((new.through, claims), (6, vec![(1, 4), (2, 3)]));
        store.write(&[need(2, "义肢")], "", "").await.unwrap();
        assert_eq!(store.only_claims_after(3).await.unwrap(), None);
    }
}
