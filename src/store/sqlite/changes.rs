//! Queries of the change log, so that derived data need not be rebuilt from scratch.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::fault::{Fault, fault, value};
use super::head::Head;
use super::{LOG_TABLE, LedgerVersion, Store, StoreError, read};
use crate::domain::{EntityKind, Project};
use crate::store::digest::{self, ChangeColumns};
use crate::store::{Changes, Damage, Stored};

/// Changes that are read at once.
const ROWS_A_PAGE: i64 = 4096;

impl Store {
    /// What was written after `version`, read in one transaction. `None` if the ledger is older than `version`, or if there are
    /// more than `most` changes.
    ///
    /// # Errors
    /// The ledger cannot be read or is damaged, or a record in it is not readable by this program.
    pub async fn changes_after(&self, version: LedgerVersion, most: usize) -> Result<Option<Changes>, StoreError> {
        let mut transaction = self.begin_read().await?;
        changes_after(&mut transaction, version, most).await.map_err(|it| fault(&self.path, it))
    }

    /// The projects with these numbers, which ascend.
    ///
    /// # Errors
    /// The ledger cannot be read or is damaged, or a project in it is not readable by this program.
    pub async fn projects(&self, numbers: &[u64]) -> Result<Vec<Stored<Project>>, StoreError> {
        let mut transaction = self.begin_read().await?;
        let numbers: Vec<i64> = numbers.iter().map(|number| number.cast_signed()).collect();
        let projects = read::numbered(&mut transaction, EntityKind::Projects, &numbers).await;
        projects.map_err(|it| fault(&self.path, it))
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

async fn changes_after(connection: &mut SqliteConnection, version: LedgerVersion, most: usize) -> Result<Option<Changes>, Fault> {
    let head = Head::read(connection).await?;
    if head.seq < version.0 || (head.seq - version.0).cast_unsigned() > most as u64 {
        return Ok(None);
    }
    let changes = changes(connection, version.0, head.seq).await?;
    let numbers = |kind: EntityKind| {
        let of_kind = changes.iter().filter(|it| it.kind == Some(kind));
        let mut numbers: Vec<i64> = of_kind.map(|it| it.record).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let [organizations, projects, needs, claims] = EntityKind::ALL.map(numbers);
    Ok(Some(Changes {
        state: read::state(connection, &head).await?,
        changed_settings: changes.iter().any(|it| it.kind.is_none()),
        organizations: read::numbered(connection, EntityKind::Organizations, &organizations).await?,
        projects: read::numbered(connection, EntityKind::Projects, &projects).await?,
        needs: read::numbered(connection, EntityKind::Needs, &needs).await?,
        claims: read::numbered(connection, EntityKind::Claims, &claims).await?,
    }))
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
