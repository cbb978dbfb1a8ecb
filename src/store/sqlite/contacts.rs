//! Contacts of records: looking them up for a write, and storing those that change.

use std::collections::HashMap;

use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

use super::fault::Fault;
use super::head::{Head, Residue};
use super::{ROWS_A_STATEMENT, read};
use crate::domain::EntityKind;
use crate::store::digest;
use crate::store::row::ContactChange;

/// The contacts of these records of a kind, by the number of the record.
pub(super) async fn of_records(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    records: &[i64],
) -> Result<HashMap<i64, String>, Fault> {
    let mut contacts = HashMap::new();
    for records in records.chunks(ROWS_A_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("SELECT record, digest, body FROM contacts WHERE kind = ");
        select.push_bind(kind.name()).push(" AND record IN (");
        let mut list = select.separated(", ");
        for record in records {
            list.push_bind(*record);
        }
        select.push(")");
        for row in &select.build().fetch_all(&mut *connection).await? {
            let (record, body) = read::contact(kind, row)?;
            contacts.insert(record, body.to_owned());
        }
    }
    Ok(contacts)
}

/// The contacts that a write gives to records of one kind.
#[derive(Default)]
pub(super) struct NewContacts {
    /// Number of the record, contact, and whether it had none before.
    set: Vec<(i64, String, bool)>,
    removed: Vec<i64>,
}

impl NewContacts {
    /// Notes what becomes of the contact of a record. True if it changes.
    pub(super) fn note(&mut self, record: i64, old: Option<&String>, new: ContactChange) -> bool {
        match (old, new) {
            (_, ContactChange::Keep) | (None, ContactChange::Remove) => return false,
            (Some(old), ContactChange::Set(new)) if *old == new => return false,
            (Some(_), ContactChange::Remove) => self.removed.push(record),
            (old, ContactChange::Set(new)) => self.set.push((record, new, old.is_none())),
        }
        true
    }

    pub(super) async fn store(
        &self,
        connection: &mut SqliteConnection,
        kind: EntityKind,
        head: &mut Head,
    ) -> Result<(), sqlx::Error> {
        for rows in self.set.chunks(ROWS_A_STATEMENT) {
            let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO contacts (kind, record, digest, body) ");
            insert.push_values(rows, |mut row, (record, body, _)| {
                let digest = digest::contact(kind, *record, body).to_vec();
                row.push_bind(kind.name()).push_bind(*record).push_bind(digest).push_bind(body);
            });
            insert.push(" ON CONFLICT (kind, record) DO UPDATE SET digest = excluded.digest, body = excluded.body");
            insert.build().execute(&mut *connection).await?;
        }
        for record in &self.removed {
            let delete = sqlx::query("DELETE FROM contacts WHERE kind = $1 AND record = $2");
            delete.bind(kind.name()).bind(record).execute(&mut *connection).await?;
        }
        let new = self.set.iter().filter(|(.., is_new)| *is_new).count();
        head.contacts += new as i64 - self.removed.len() as i64;
        if self.set.len() > new || !self.removed.is_empty() {
            head.leaves(Residue::Log);
        }
        Ok(())
    }
}
