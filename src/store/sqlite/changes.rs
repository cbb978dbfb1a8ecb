//! Queries of the change log, so that derived data need not be rebuilt from scratch.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Sqlite};

use super::fault::{Fault, fault, value};
use super::head::Head;
use super::{LOG_TABLE, LedgerVersion, ROWS_A_STATEMENT, Store, StoreError, read};
use crate::domain::{Claim, EntityKind};
use crate::store::digest::{self, ChangeColumns};
use crate::store::{Damage, NewClaims, Numbered};

/// Changes that are read at once.
const ROWS_A_PAGE: i64 = 4096;

impl Store {
    /// The claims written after `version`, read in one transaction. `None` if other records were written too, or if the ledger
    /// is older than `version`.
    ///
    /// # Errors
    /// The ledger cannot be read or is damaged, or a claim in it is not readable by this program.
    pub async fn only_claims_after(&self, version: LedgerVersion) -> Result<Option<NewClaims>, StoreError> {
        let mut transaction = self.begin_read().await?;
        new_claims(&mut transaction, version).await.map_err(|it| fault(&self.path, it))
    }

    /// Numbers of the projects that were written after version `after` and up to version `last`, ascending.
    ///
    /// # Errors
    /// The ledger cannot be read or is damaged.
    pub async fn projects_changed(&self, after: LedgerVersion, last: LedgerVersion) -> Result<Vec<u64>, StoreError> {
        let mut transaction = self.begin_read().await?;
        let changes = changes(&mut transaction, after.0, last.0).await.map_err(|it| fault(&self.path, it))?;
        let projects = changes.iter().filter(|it| it.kind == Some(EntityKind::Projects));
        let mut numbers: Vec<u64> = projects.map(|it| it.record.cast_unsigned()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }
}

/// Verifies all changes up to number `last`, without their bodies.
pub(super) async fn all(connection: &mut SqliteConnection, last: i64) -> Result<(), Fault> {
    changes(connection, 0, last).await.map(drop)
}

async fn new_claims(connection: &mut SqliteConnection, version: LedgerVersion) -> Result<Option<NewClaims>, Fault> {
    let head = Head::read(connection).await?;
    // The cheap answer first: it is checked below if it is no.
    let others = "SELECT EXISTS (SELECT 1 FROM changes WHERE seq > $1 AND entity <> 'claims')";
    let others: bool = sqlx::query_scalar(others).bind(version.0).fetch_one(&mut *connection).await?;
    if head.seq < version.0 || others {
        return Ok(None);
    }
    let changes = changes(connection, version.0, head.seq).await?;
    if changes.iter().any(|it| it.kind != Some(EntityKind::Claims)) {
        return Ok(None);
    }
    let mut numbers: Vec<i64> = changes.iter().map(|it| it.record).collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(Some(NewClaims { version: LedgerVersion(head.seq), claims: claims(connection, &numbers).await? }))
}

/// The claims with these numbers, which ascend.
async fn claims(connection: &mut SqliteConnection, numbers: &[i64]) -> Result<Vec<Numbered<Claim>>, Fault> {
    let mut claims = Vec::new();
    for numbers in numbers.chunks(ROWS_A_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("SELECT seq, id, digest, body FROM claims WHERE seq IN (");
        let mut list = select.separated(", ");
        for number in numbers {
            list.push_bind(*number);
        }
        select.push(") ORDER BY seq");
        let rows = select.build().fetch_all(&mut *connection).await?;
        read::all_there(EntityKind::Claims.label(), numbers.len() as i64, rows.len())?;
        for row in &rows {
            claims.push(read::record(EntityKind::Claims, row)?);
        }
    }
    Ok(claims)
}

/// What a change concerned.
struct Change {
    seq: i64,
    /// `None` for a setting.
    kind: Option<EntityKind>,
    record: i64,
}

/// The changes after number `after` up to number `last`, without their bodies. Numbers of changes have no gap.
async fn changes(connection: &mut SqliteConnection, after: i64, last: i64) -> Result<Vec<Change>, Fault> {
    let select = "SELECT seq, at, entity, entity_seq, id, action, source, digest, body_digest FROM changes \
         WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
    let mut changes = Vec::new();
    let mut at = after;
    loop {
        let before = at;
        let rows = sqlx::query(select).bind(at).bind(last).bind(ROWS_A_PAGE).fetch_all(&mut *connection).await?;
        for row in &rows {
            let change = change(row)?;
            if change.seq != at + 1 {
                break;
            }
            at = change.seq;
            changes.push(change);
        }
        if at == before {
            break;
        }
    }
    read::all_there(LOG_TABLE, (last - after).max(0), changes.len())?;
    Ok(changes)
}

fn change(row: &SqliteRow) -> Result<Change, Fault> {
    let seq: i64 = value(row, 0, LOG_TABLE, None)?;
    let number = Some(seq);
    let entity: &str = value(row, 2, LOG_TABLE, number)?;
    let record = value(row, 3, LOG_TABLE, number)?;
    let columns = ChangeColumns {
        seq,
        at: value(row, 1, LOG_TABLE, number)?,
        entity,
        entity_seq: record,
        id: value(row, 4, LOG_TABLE, number)?,
        action: value(row, 5, LOG_TABLE, number)?,
        source: value(row, 6, LOG_TABLE, number)?,
        body_digest: value(row, 8, LOG_TABLE, number)?,
    };
    let stored: &[u8] = value(row, 7, LOG_TABLE, number)?;
    if stored != digest::change(&columns) {
        return Err(Damage::Digest { table: LOG_TABLE, number: seq, id: Some(columns.id.to_owned()) }.into());
    }
    let kind = EntityKind::ALL.into_iter().find(|kind| kind.name() == entity);
    Ok(Change { seq, kind, record })
}
