//! Writes records and their change log entries in one transaction.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::contacts::{NewContacts, of_records};
use super::fault::{Fault, fault};
use super::head::{Head, Residue};
use super::log::{Action, Change, Log};
use super::read::{StoredRecord, settings};
use super::{ROWS_A_STATEMENT, Setting, Store, StoreError};
use crate::domain::{Claim, Entity, EntityKind, Need};
use crate::store::row::{self, ContactChange};
use crate::store::staged::{Staged, StagedRecord};
use crate::store::{Written, digest};

impl Store {
    /// Writes `entities` as [`Self::write_staged`] does.
    ///
    /// # Errors
    /// As [`Self::write_staged`].
    pub async fn write(&self, entities: &[Entity], at: &str, source: &str) -> Result<Written, StoreError> {
        let mut staged = Staged::default();
        staged.extend(entities).map_err(StoreError::Staged)?;
        self.write_staged(&staged, at, source, &|_| {}).await
    }

    /// Writes records and logs each change, all of them or none. Writing the same again changes nothing. The contact of a
    /// record replaces the stored one, a contact of null removes it, and a record without one keeps it. The state of a need that a
    /// person has changed stays.
    ///
    /// `at` is the time of the write, `source` the file or person that the records came from. The order of changes is that of
    /// the ledger's versions, whatever the clock says. `written` is told how many records are in the transaction so far.
    ///
    /// # Errors
    /// The ledger is not writable, is busy or is damaged, or a claim refers to a need or organization that is neither in the
    /// ledger nor among the records.
    pub async fn write_staged(
        &self,
        staged: &Staged,
        at: &str,
        source: &str,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Written, StoreError> {
        let failed = |it: Fault| fault(&self.path, it);
        let mut transaction = self.begin_write().await?;
        let before = Head::read(&mut transaction).await.map_err(failed)?;
        let (mut head, mut log, mut written, mut done) = (before, Log::new(at, source), Written::default(), 0);
        for kind in EntityKind::ALL {
            let of_kind: Vec<usize> = staged.of_kind(kind).collect();
            let mut next =
                if of_kind.is_empty() { 0 } else { next_seq(&mut transaction, kind).await.map_err(|it| failed(it.into()))? };
            for part in of_kind.chunks(ROWS_A_STATEMENT) {
                let records = staged.read(part).map_err(StoreError::Staged)?;
                let new = differences(&mut transaction, kind, records, &mut next, &mut written).await.map_err(failed)?;
                if let Err(source) = store(&mut transaction, kind, &new.changes, &mut head).await {
                    let is_reference = source.as_database_error().is_some_and(|error| error.is_foreign_key_violation());
                    return Err(match dangling(&mut transaction, &new.changes).await {
                        Ok(Some(reference)) if is_reference => reference,
                        _ => fault(&self.path, source),
                    });
                }
                new.contacts.store(&mut transaction, kind, &mut head).await.map_err(|source| fault(&self.path, source))?;
                log.append(&mut transaction, &mut head, kind.name(), &new.changes).await.map_err(failed)?;
                done += part.len();
                progress(done);
            }
        }
        if head == before {
            return Ok(written);
        }
        head.write(&mut transaction).await.map_err(|source| fault(&self.path, source))?;
        transaction.commit().await.map_err(|source| fault(&self.path, source))?;
        if head.residue > Residue::Nowhere {
            self.purge().await;
        }
        Ok(written)
    }

    /// Stores a setting; writing the same again changes nothing.
    ///
    /// # Errors
    /// Not writable, busy or damaged.
    pub async fn write_setting(&self, setting: Setting, json: &str, at: &str, source: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        let write = write_setting(&mut transaction, setting, json, Log::new(at, source));
        write.await.map_err(|it| fault(&self.path, it))?;
        transaction.commit().await.map_err(|source| fault(&self.path, source))
    }
}

async fn write_setting(connection: &mut SqliteConnection, setting: Setting, json: &str, mut log: Log<'_>) -> Result<(), Fault> {
    let mut head = Head::read(connection).await?;
    let known = settings(connection, &head).await?.into_iter().find(|(it, _)| *it == setting);
    if known.as_ref().is_some_and(|(_, value)| value == json) {
        return Ok(());
    }
    let write = "INSERT INTO settings (key, digest, value) VALUES ($1, $2, $3) \
         ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, value = excluded.value";
    let digest = digest::setting(setting.key(), json).to_vec();
    sqlx::query(write).bind(setting.key()).bind(digest).bind(json).execute(&mut *connection).await?;
    let action = if known.is_some() { Action::Update } else { Action::Create };
    head.settings += i64::from(known.is_none());
    let change = Change { entity_seq: 0, id: setting.key().to_owned(), action, body: Some(json.to_owned()) };
    log.append(connection, &mut head, "settings", &[change]).await?;
    head.write(connection).await?;
    Ok(())
}

/// What differs from the ledger.
#[derive(Default)]
struct Differences {
    changes: Vec<Change>,
    contacts: NewContacts,
}

/// The records that differ from the ledger. New ones get the numbers from `next` on.
async fn differences(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    records: Vec<StagedRecord>,
    next: &mut i64,
    written: &mut Written,
) -> Result<Differences, Fault> {
    let ids: Vec<&str> = records.iter().map(|it| it.id.as_str()).collect();
    let known = known(connection, kind, &ids).await?;
    let numbers: Vec<i64> = known.values().map(|(seq, _)| *seq).collect();
    let old_contacts = of_records(connection, kind, &numbers).await?;
    let mut differences = Differences::default();
    for StagedRecord { id, body, contact } in records {
        let known = known.get(&id);
        let body = known.and_then(|(_, old)| under_act(kind, old, &body)).unwrap_or(body);
        let entity_seq = known.map_or(*next, |(seq, _)| *seq);
        let old_contact = old_contacts.get(&entity_seq);
        let is_removed = contact == ContactChange::Remove;
        let has_other_contact = differences.contacts.note(entity_seq, old_contact, contact);
        let (action, body) = match known {
            None => (Action::Create, Some(body)),
            Some((_, old)) if *old != body => (Action::Update, Some(body)),
            Some(_) if has_other_contact && is_removed => (Action::EraseContact, None),
            Some(_) if has_other_contact => (Action::SetContact, None),
            Some(_) => {
                written.unchanged += 1;
                continue;
            }
        };
        if action == Action::Create {
            *next += 1;
            written.created += 1;
        } else {
            written.updated += 1;
        }
        differences.changes.push(Change { entity_seq, id, action, body });
    }
    Ok(differences)
}

/// The body of a need whose stored form has been changed by a person, perhaps since it was read: the last act stands.
fn under_act(kind: EntityKind, stored: &str, body: &str) -> Option<String> {
    if kind != EntityKind::Needs || !stored.contains("\"status_change\"") {
        return None;
    }
    let (stored, need): (Need, Need) = (serde_json::from_str(stored).ok()?, serde_json::from_str(body).ok()?);
    let act = stored.status_change.filter(|act| need.status_change.as_ref() != Some(act))?;
    Some(row::body(&Entity::Need(Box::new(Need { status: stored.status, status_change: Some(act), ..need }))))
}

/// The records of a kind with these ids: number and body by id.
pub(super) async fn known(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    ids: &[&str],
) -> Result<HashMap<String, (i64, String)>, Fault> {
    let mut known = HashMap::new();
    for ids in ids.chunks(ROWS_A_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("SELECT seq, id, digest, body FROM ");
        select.push(kind.name()).push(" WHERE id IN (");
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        select.push(")");
        for row in &select.build().fetch_all(&mut *connection).await? {
            let StoredRecord { seq, id, body } = StoredRecord::of(kind, row)?;
            known.insert(id.to_owned(), (seq, body.to_owned()));
        }
    }
    Ok(known)
}

async fn next_seq(connection: &mut SqliteConnection, kind: EntityKind) -> Result<i64, sqlx::Error> {
    let mut select = QueryBuilder::<Sqlite>::new("SELECT coalesce(max(seq), 0) + 1 FROM ");
    select.push(kind.name());
    select.build_query_scalar().fetch_one(connection).await
}

pub(super) async fn store(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    changes: &[Change],
    head: &mut Head,
) -> Result<(), sqlx::Error> {
    let with_body: Vec<(&Change, &String)> = changes.iter().filter_map(|it| Some((it, it.body.as_ref()?))).collect();
    for rows in with_body.chunks(ROWS_A_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO ");
        insert.push(kind.name()).push(" (seq, id, digest, body) ");
        insert.push_values(rows, |mut row, (change, body)| {
            let digest = digest::record(kind, change.entity_seq, &change.id, body).to_vec();
            row.push_bind(change.entity_seq).push_bind(&change.id).push_bind(digest).push_bind(*body);
        });
        insert.push(" ON CONFLICT (seq) DO UPDATE SET digest = excluded.digest, body = excluded.body");
        insert.build().execute(&mut *connection).await?;
    }
    head.add_records(kind, changes.iter().filter(|it| it.action == Action::Create).count() as i64);
    Ok(())
}

/// The error for the first claim that refers to a need or an organization that does not exist.
async fn dangling(connection: &mut SqliteConnection, changes: &[Change]) -> Result<Option<StoreError>, sqlx::Error> {
    for change in changes {
        let Some(Ok(claim)) = change.body.as_deref().map(serde_json::from_str::<Claim>) else { continue };
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
