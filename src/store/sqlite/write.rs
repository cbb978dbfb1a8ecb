//! Writes records and their change log entries in one transaction.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::fault::fault;
use super::{Setting, Store, StoreError};
use crate::domain::{Claim, Entity, EntityKind};
use crate::store::Written;
use crate::store::row::body;

/// Rows per statement; SQLite binds at most 32,766 values.
const ROWS_A_STATEMENT: usize = 1000;

struct Change {
    entity_seq: i64,
    id: String,
    is_new: bool,
    body: String,
}

impl Store {
    /// Writes `entities` and logs each change, all of them or none. Writing the same again changes nothing.
    ///
    /// `at` is the time of the write, `source` the file or person that the records came from.
    ///
    /// # Errors
    /// The ledger is not writable or is busy, or a claim refers to a need or organization that is neither in the ledger nor
    /// among `entities`.
    pub async fn write(&self, entities: &[Entity], at: &str, source: &str) -> Result<Written, StoreError> {
        let fault = |source| fault(&self.path, source);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let mut written = Written::default();
        for kind in EntityKind::ALL {
            let of_kind: Vec<&Entity> = entities.iter().filter(|entity| entity.kind() == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            let changes = self.changes(&mut transaction, kind, &of_kind, &mut written).await?;
            if let Err(source) = store(&mut transaction, kind, &changes).await {
                let is_reference = source.as_database_error().is_some_and(|error| error.is_foreign_key_violation());
                return Err(match dangling(&mut transaction, &changes).await {
                    Ok(Some(reference)) if is_reference => reference,
                    _ => fault(source),
                });
            }
            log(&mut transaction, kind.name(), &changes, at, source).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(written)
    }

    /// Stores a setting; writing the same again changes nothing.
    ///
    /// # Errors
    /// Not writable, or busy.
    pub async fn write_setting(&self, setting: Setting, json: &str, at: &str, source: &str) -> Result<(), StoreError> {
        let fault = |source| fault(&self.path, source);
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let known = self.read_setting(&mut transaction, setting).await?;
        if known.as_deref() == Some(json) {
            return Ok(());
        }
        sqlx::query("INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .bind(setting.key())
            .bind(json)
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
        let change = Change { entity_seq: 0, id: setting.key().to_owned(), is_new: known.is_none(), body: json.to_owned() };
        log(&mut transaction, "settings", &[change], at, source).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// The entities that differ from the ledger, each id once: the last entity with an id counts.
    async fn changes(
        &self,
        connection: &mut SqliteConnection,
        kind: EntityKind,
        entities: &[&Entity],
        written: &mut Written,
    ) -> Result<Vec<Change>, StoreError> {
        let mut last: Vec<(&str, String)> = Vec::new();
        let mut place: HashMap<&str, usize> = HashMap::new();
        for entity in entities {
            let at = *place.entry(entity.id()).or_insert(last.len());
            match last.get_mut(at) {
                Some((_, known)) => *known = body(entity),
                None => last.push((entity.id(), body(entity))),
            }
        }
        let ids: Vec<&str> = last.iter().map(|(id, _)| *id).collect();
        let fault = |source| fault(&self.path, source);
        let known = known(connection, kind, &ids).await.map_err(fault)?;
        let mut next = next_seq(connection, kind).await.map_err(fault)?;
        let mut changes = Vec::new();
        for (id, body) in last {
            let (entity_seq, is_new) = match known.get(id) {
                Some((_, old)) if *old == body => {
                    written.unchanged += 1;
                    continue;
                }
                Some((seq, _)) => (*seq, false),
                None => {
                    next += 1;
                    (next - 1, true)
                }
            };
            if is_new {
                written.created += 1;
            } else {
                written.updated += 1;
            }
            changes.push(Change { entity_seq, id: id.to_owned(), is_new, body });
        }
        Ok(changes)
    }
}

/// Number and body of the records with these ids. The others are not read, so the cost of a write does not grow with the
/// ledger.
async fn known(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    ids: &[&str],
) -> Result<HashMap<String, (i64, String)>, sqlx::Error> {
    let mut known = HashMap::new();
    for ids in ids.chunks(ROWS_A_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("SELECT seq, id, body FROM ");
        select.push(kind.name()).push(" WHERE id IN (");
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        select.push(")");
        let rows: Vec<(i64, String, String)> = select.build_query_as().fetch_all(&mut *connection).await?;
        known.extend(rows.into_iter().map(|(seq, id, body)| (id, (seq, body))));
    }
    Ok(known)
}

async fn next_seq(connection: &mut SqliteConnection, kind: EntityKind) -> Result<i64, sqlx::Error> {
    let mut select = QueryBuilder::<Sqlite>::new("SELECT coalesce(max(seq), 0) + 1 FROM ");
    select.push(kind.name());
    select.build_query_scalar().fetch_one(connection).await
}

async fn store(connection: &mut SqliteConnection, kind: EntityKind, changes: &[Change]) -> Result<(), sqlx::Error> {
    for rows in changes.chunks(ROWS_A_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO ");
        insert.push(kind.name()).push(" (seq, id, body) ");
        insert.push_values(rows, |mut row, change| {
            row.push_bind(change.entity_seq).push_bind(&change.id).push_bind(&change.body);
        });
        insert.push(" ON CONFLICT (seq) DO UPDATE SET body = excluded.body");
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// The error for the first claim that refers to a need or an organization that does not exist.
async fn dangling(connection: &mut SqliteConnection, changes: &[Change]) -> Result<Option<StoreError>, sqlx::Error> {
    for change in changes {
        let Ok(claim) = serde_json::from_str::<Claim>(&change.body) else { continue };
        for (kind, id) in [(EntityKind::Needs, claim.need.as_str()), (EntityKind::Organizations, claim.organization.as_str())] {
            let mut select = QueryBuilder::<Sqlite>::new("SELECT EXISTS (SELECT 1 FROM ");
            select.push(kind.name()).push(" WHERE id = ").push_bind(id).push(")");
            if !select.build_query_scalar::<bool>().fetch_one(&mut *connection).await? {
                let (claim, missing) = (change.id.clone(), id.to_owned());
                return Ok(Some(StoreError::Reference { claim, kind, missing }));
            }
        }
    }
    Ok(None)
}

async fn log(
    connection: &mut SqliteConnection,
    entity: &str,
    changes: &[Change],
    at: &str,
    source: &str,
) -> Result<(), sqlx::Error> {
    for rows in changes.chunks(ROWS_A_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO changes (at, entity, entity_seq, id, action, source, body) ");
        insert.push_values(rows, |mut row, change| {
            let action = if change.is_new { "create" } else { "update" };
            row.push_bind(at).push_bind(entity).push_bind(change.entity_seq).push_bind(&change.id).push_bind(action);
            row.push_bind(source).push_bind(&change.body);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
