//! Brings a ledger to the latest version, in one transaction: after a crash it has the old version or the new one.
//!
//! SQL makes the tables. What SQL cannot do (taking contacts out of records, digests) is done here.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Sqlite};

use super::contacts::NewContacts;
use super::fault::{Fault, fault, schema_fault, value};
use super::head::{Head, Residue};
use super::log::{INSERT_CHANGES, insert_source};
use super::read::all_there;
use super::schema::{Schema, Version};
use super::{LOG_TABLE, ROWS_A_STATEMENT, StoreError};
use crate::domain::EntityKind;
use crate::store::digest::{self, ChangeColumns};
use crate::store::row::{ContactChange, without_contact};
use crate::store::{Damage, MAX_LABEL};

/// Digests of the definitions after each version.
const LEDGER_1: &str = "9da304c46a3e8a9c4754dd5303255df699d8ec5ac2d5acb945c462b9cbc49fa9";
const LEDGER_2: &str = "cad500b5e2698a97f381959fbee6d78685f678126e5bb7b72e0281b11afce501";

/// The versions of the ledger, each with the digest of its definitions.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    tables: &["head", "organizations", "projects", "needs", "claims", "contacts", "settings", "sources", "changes"],
    versions: vec![
        Version::new(1, "ledger", include_str!("migrations/0001_ledger.sql"), LEDGER_1),
        Version::new(2, "contacts_and_digests", include_str!("migrations/0002_contacts_and_digests.sql"), LEDGER_2),
    ],
});

/// Number of the version that takes contacts out of records and adds digests.
const CONTACTS_AND_DIGESTS: usize = 2;

/// Rows that are copied at once.
const ROWS_A_PAGE: i64 = ROWS_A_STATEMENT as i64;

/// Applies all migrations that the ledger lacks.
pub(super) async fn to_latest(writer: &SqlitePool, path: &Path) -> Result<(), StoreError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(|source| fault(path, source))?;
    // Another process may have done it meanwhile.
    let mut version = SCHEMA.version(&mut transaction).await.map_err(|it| schema_fault(path, it))?;
    while SCHEMA.advance(&mut transaction, version).await.map_err(|it| schema_fault(path, it))? {
        version += 1;
        if version == CONTACTS_AND_DIGESTS {
            copy(&mut transaction).await.map_err(|it| fault(path, it))?;
        }
    }
    transaction.commit().await.map_err(|source| fault(path, source))
}

/// Copies everything out of the `old_` tables and drops them.
async fn copy(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let mut head = Head::default();
    for kind in EntityKind::ALL {
        copy_records(connection, kind, &mut head).await?;
    }
    copy_settings(connection, &mut head).await?;
    copy_changes(connection, &mut head).await?;
    if head.seq > 0 {
        // Earlier versions freed pages without overwriting them.
        head.leaves(Residue::FreePages);
    }
    head.write(connection).await?;
    for drop in [
        "DROP TABLE old_changes",
        "DROP TABLE old_settings",
        "DROP TABLE old_claims",
        "DROP TABLE old_needs",
        "DROP TABLE old_projects",
        "DROP TABLE old_organizations",
    ] {
        sqlx::query(drop).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A page of rows of an old table: those after number `last`, which becomes the number of the last row.
async fn page(connection: &mut SqliteConnection, select: &str, last: &mut i64) -> Result<Vec<SqliteRow>, Fault> {
    let select = sqlx::AssertSqlSafe(select.to_owned());
    let rows = sqlx::query(select).bind(*last).bind(ROWS_A_PAGE).fetch_all(connection).await?;
    if let Some(row) = rows.last() {
        *last = value(row, 0, "账本", None)?;
    }
    Ok(rows)
}

async fn copy_records(connection: &mut SqliteConnection, kind: EntityKind, head: &mut Head) -> Result<(), Fault> {
    let (table, name) = (kind.label(), kind.name());
    let select = format!("SELECT seq, id, body FROM old_{name} WHERE seq > $1 ORDER BY seq LIMIT $2");
    let mut last = 0;
    loop {
        let rows = page(connection, &select, &mut last).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut records = Vec::new();
        let mut contacts = NewContacts::default();
        for row in &rows {
            let seq: i64 = value(row, 0, table, None)?;
            let (id, body): (&str, &str) = (value(row, 1, table, Some(seq))?, value(row, 2, table, Some(seq))?);
            let (body, contact) =
                without_contact(kind, body).map_err(|source| Fault::Record { kind, seq, id: id.to_owned(), source })?;
            contacts.note(seq, None, contact.map_or(ContactChange::Keep, ContactChange::Set));
            records.push((seq, id, body));
        }
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO ");
        insert.push(name).push(" (seq, id, digest, body) ");
        insert.push_values(&records, |mut row, (seq, id, body)| {
            row.push_bind(*seq).push_bind(*id).push_bind(digest::record(kind, *seq, id, body).to_vec()).push_bind(body);
        });
        insert.build().execute(&mut *connection).await?;
        contacts.store(connection, kind, head).await?;
        head.add_records(kind, records.len() as i64);
    }
}

async fn copy_settings(connection: &mut SqliteConnection, head: &mut Head) -> Result<(), Fault> {
    for row in sqlx::query("SELECT key, value FROM old_settings ORDER BY key").fetch_all(&mut *connection).await? {
        let (key, text): (&str, &str) = (value(&row, 0, "设置", None)?, value(&row, 1, "设置", None)?);
        sqlx::query("INSERT INTO settings (key, digest, value) VALUES ($1, $2, $3)")
            .bind(key)
            .bind(digest::setting(key, text).to_vec())
            .bind(text)
            .execute(&mut *connection)
            .await?;
        head.settings += 1;
    }
    Ok(())
}

async fn copy_changes(connection: &mut SqliteConnection, head: &mut Head) -> Result<(), Fault> {
    // A source may be long, and stands in each row: only so much of it is read as tells whether it has to be cut.
    let select = format!(
        "SELECT seq, at, entity, entity_seq, id, action, substr(source, 1, {}), body FROM old_changes \
         WHERE seq > $1 ORDER BY seq LIMIT $2",
        MAX_LABEL + 1
    );
    let mut sources: HashMap<String, i64> = HashMap::new();
    let mut last = 0;
    loop {
        let rows = page(connection, &select, &mut last).await?;
        if rows.is_empty() {
            let count = "SELECT count(*) FROM old_changes";
            let expected: i64 = sqlx::query_scalar(count).fetch_one(&mut *connection).await?;
            // Numbers without a gap are what readers of the log rely on.
            return Ok(all_there(LOG_TABLE, expected, head.seq as usize)?);
        }
        let mut copies = Vec::new();
        for row in &rows {
            head.seq += 1;
            let it = OldChange::of(row, head.seq)?;
            if !sources.contains_key(it.source) {
                let source = insert_source(connection, it.source).await?;
                sources.insert(it.source.to_owned(), source);
            }
            copies.push(it);
        }
        let mut insert = QueryBuilder::<Sqlite>::new(INSERT_CHANGES);
        insert.push_values(&copies, |mut row, it| {
            let body_digest = digest::change_body(&it.body);
            let OldChange { seq, at, entity, entity_seq, id, action, .. } = *it;
            let source = sources[it.source];
            let columns = ChangeColumns { seq, at, entity, entity_seq, id, action, source, body_digest: &body_digest };
            let digest = digest::change(&columns).to_vec();
            row.push_bind(seq).push_bind(at).push_bind(entity).push_bind(entity_seq).push_bind(id).push_bind(action);
            row.push_bind(source).push_bind(digest).push_bind(body_digest.to_vec()).push_bind(&it.body);
        });
        insert.build().execute(&mut *connection).await?;
    }
}

/// A change as version 1 stored it, its body without a contact.
struct OldChange<'r> {
    seq: i64,
    at: &'r str,
    entity: &'r str,
    entity_seq: i64,
    id: &'r str,
    action: &'r str,
    source: &'r str,
    body: String,
}

impl<'r> OldChange<'r> {
    fn of(row: &'r SqliteRow, expected: i64) -> Result<Self, Fault> {
        let seq: i64 = value(row, 0, LOG_TABLE, None)?;
        let at = Some(seq);
        if seq != expected {
            return Err(Damage::Rows { table: LOG_TABLE, expected: seq, found: expected - 1 }.into());
        }
        let (entity, id): (&str, &str) = (value(row, 2, LOG_TABLE, at)?, value(row, 4, LOG_TABLE, at)?);
        let body: &str = value(row, 7, LOG_TABLE, at)?;
        let body = match EntityKind::ALL.into_iter().find(|kind| kind.name() == entity) {
            Some(kind) => {
                let taken = without_contact(kind, body);
                taken.map_err(|source| Fault::Record { kind, seq, id: id.to_owned(), source })?.0
            }
            None => body.to_owned(),
        };
        let (time, action, source) =
            (value(row, 1, LOG_TABLE, at)?, value(row, 5, LOG_TABLE, at)?, value(row, 6, LOG_TABLE, at)?);
        Ok(Self { seq, at: time, entity, entity_seq: value(row, 3, LOG_TABLE, at)?, id, action, source, body })
    }
}
