//! Verifies a ledger: every row against its digest, every table against the head, and the file by SQLite's own check. Nothing is
//! written, so that a backup stays as it is.

use std::path::Path;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::fault::{Fault, fault, value};
use super::head::Head;
use super::opening::Place;
use super::{LOG_TABLE, Store, StoreError, changes, read};
use crate::store::{Damage, LedgerVersion, Verified, digest};

/// Rows that are read at once.
const ROWS_A_PAGE: i64 = 1000;

/// What the sources of changes are called in messages.
const SOURCES: &str = "来源";

impl Store {
    /// Verifies the ledger in `dir` without writing to it.
    ///
    /// # Errors
    /// The ledger does not exist, cannot be read, is of another version, or is damaged: the first damage that is found.
    pub async fn verify(dir: &Path) -> Result<Verified, StoreError> {
        let store = Place::new(dir, None).open_to_verify().await?;
        let mut transaction = store.begin_read().await?;
        let verified = verify(&mut transaction).await.map_err(|it| fault(store.path(), it))?;
        drop(transaction);
        store.close().await;
        Ok(verified)
    }
}

pub(super) async fn verify(connection: &mut SqliteConnection) -> Result<Verified, Fault> {
    let what: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut *connection).await?;
    if what != "ok" {
        return Err(Damage::Structure { what }.into());
    }
    let records = read::ledger(connection).await?;
    let head = Head::read(connection).await?;
    changes::all(connection, head.seq).await?;
    bodies(connection).await?;
    sources(connection).await?;
    let count = |number: usize| number as u64;
    Ok(Verified {
        version: LedgerVersion(head.seq),
        records: count(records.organizations.len() + records.projects.len() + records.needs.len() + records.claims.len()),
        contacts: head.contacts.cast_unsigned(),
        changes: head.seq.cast_unsigned(),
    })
}

/// Compares the bodies of all changes with their digests. Changes themselves are verified before.
async fn bodies(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let select = "SELECT seq, body_digest, body FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2";
    let check = |row: &SqliteRow, seq| {
        let (stored, body): (&[u8], &str) = (value(row, 1, LOG_TABLE, Some(seq))?, value(row, 2, LOG_TABLE, Some(seq))?);
        Ok::<_, Fault>(stored == digest::change_body(body))
    };
    each_row(connection, select, LOG_TABLE, check).await
}

async fn sources(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let select = "SELECT seq, digest, name FROM sources WHERE seq > $1 ORDER BY seq LIMIT $2";
    let check = |row: &SqliteRow, seq| {
        let (stored, name): (&[u8], &str) = (value(row, 1, SOURCES, Some(seq))?, value(row, 2, SOURCES, Some(seq))?);
        Ok::<_, Fault>(stored == digest::source(seq, name))
    };
    each_row(connection, select, SOURCES, check).await
}

async fn each_row(
    connection: &mut SqliteConnection,
    select: &'static str,
    table: &'static str,
    check: impl Fn(&SqliteRow, i64) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let mut last = 0;
    loop {
        let rows = sqlx::query(select).bind(last).bind(ROWS_A_PAGE).fetch_all(&mut *connection).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            last = value(row, 0, table, None)?;
            if !check(row, last)? {
                return Err(Damage::Digest { table, number: last, id: None }.into());
            }
        }
    }
}
