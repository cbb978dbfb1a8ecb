//! Reads records, contacts and settings. Every row is compared with its digest, every table with the number of its rows.

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use tokio::task::JoinHandle;

use super::fault::{Fault, value};
use super::head::Head;
use crate::domain::{Contact, EntityKind};
use crate::store::row::Contactable;
use crate::store::{Damage, Ledger, LedgerVersion, Numbered, Setting, digest};

/// Rows that are read at once. While they are parsed, the next ones are fetched.
const ROWS_A_PAGE: usize = 4096;

impl Setting {
    pub(super) const ALL: [Self; 3] = [Self::Taxonomy, Self::Lexicon, Self::Mappings];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Taxonomy => "taxonomy",
            Self::Lexicon => "lexicon",
            Self::Mappings => "mappings",
        }
    }
}

/// Everything, read in the transaction that `connection` is in.
pub(super) async fn ledger(connection: &mut SqliteConnection) -> Result<Ledger, Fault> {
    let head = Head::read(connection).await?;
    let settings = settings(connection, &head).await?;
    let setting = |wanted| settings.iter().find(|(it, _)| *it == wanted).map(|(_, value)| value.clone());
    let mut ledger = Ledger {
        version: LedgerVersion(head.seq),
        organizations: table(connection, EntityKind::Organizations, &head).await?,
        projects: table(connection, EntityKind::Projects, &head).await?,
        needs: table(connection, EntityKind::Needs, &head).await?,
        claims: table(connection, EntityKind::Claims, &head).await?,
        taxonomy: setting(Setting::Taxonomy),
        lexicon: setting(Setting::Lexicon),
    };
    let of_organizations = contacts(connection, EntityKind::Organizations, &mut ledger.organizations).await?;
    let of_needs = contacts(connection, EntityKind::Needs, &mut ledger.needs).await?;
    all_there("联系人", head.contacts, of_organizations + of_needs)?;
    Ok(ledger)
}

/// The settings that there are. All are read, because a damaged tree could hide the one that is looked for.
pub(super) async fn settings(connection: &mut SqliteConnection, head: &Head) -> Result<Vec<(Setting, String)>, Fault> {
    const TABLE: &str = "设置";
    let rows = sqlx::query("SELECT key, digest, value FROM settings ORDER BY key").fetch_all(connection).await?;
    let mut settings = Vec::new();
    for (number, row) in (1..).zip(&rows) {
        let at = Some(number);
        let (key, stored): (&str, &[u8]) = (value(row, 0, TABLE, at)?, value(row, 1, TABLE, at)?);
        let text: &str = value(row, 2, TABLE, at)?;
        let setting = Setting::ALL.into_iter().find(|it| it.key() == key);
        match setting {
            Some(setting) if stored == digest::setting(key, text) => settings.push((setting, text.to_owned())),
            _ => return Err(Damage::Digest { table: TABLE, number, id: Some(key.to_owned()) }.into()),
        }
    }
    all_there(TABLE, head.settings, rows.len())?;
    Ok(settings)
}

async fn table<T>(connection: &mut SqliteConnection, kind: EntityKind, head: &Head) -> Result<Vec<Numbered<T>>, Fault>
where
    T: DeserializeOwned + Send + 'static,
{
    let mut records: Vec<Numbered<T>> = Vec::new();
    let mut parsing: Option<JoinHandle<Result<Vec<Numbered<T>>, Fault>>> = None;
    let mut last = None;
    loop {
        let rows = sqlx::query(select_page(kind))
            .bind(last.unwrap_or(i64::MIN))
            .bind(ROWS_A_PAGE as i64)
            .fetch_all(&mut *connection)
            .await?;
        if let Some(parsing) = parsing.take() {
            records.extend(parsing.await??);
        }
        let Some(end) = rows.last() else { break };
        let end: i64 = value(end, 0, kind.label(), None)?;
        // A damaged tree must not lead round in a circle.
        if last.is_some_and(|last| end <= last) {
            break;
        }
        last = Some(end);
        let is_last_page = rows.len() < ROWS_A_PAGE;
        // Parsing is work for the processor and must not hold up the threads that answer requests.
        let page = tokio::task::spawn_blocking(move || rows.into_par_iter().map(|row| record(kind, &row)).collect());
        if is_last_page {
            records.extend(page.await??);
            break;
        }
        parsing = Some(page);
    }
    let in_order = records.windows(2).take_while(|pair| pair[0].seq < pair[1].seq).count() + records.len().min(1);
    all_there(kind.label(), head.records(kind), in_order)?;
    Ok(records)
}

/// A record from a row of number, id, digest and body.
pub(super) fn record<T: DeserializeOwned>(kind: EntityKind, row: &SqliteRow) -> Result<Numbered<T>, Fault> {
    let it = StoredRecord::of(kind, row)?;
    let damage = || Damage::Digest { table: kind.label(), number: it.seq, id: Some(it.id.to_owned()) };
    let seq = u64::try_from(it.seq).map_err(|_| damage())?;
    match serde_json::from_str(it.body) {
        Ok(value) => Ok(Numbered { seq, value }),
        Err(source) => Err(Fault::Record { kind, seq: it.seq, id: it.id.to_owned(), source }),
    }
}

/// A row of a record that has its digest.
pub(super) struct StoredRecord<'r> {
    pub(super) seq: i64,
    pub(super) id: &'r str,
    pub(super) body: &'r str,
}

impl<'r> StoredRecord<'r> {
    /// From a row of number, id, digest and body.
    pub(super) fn of(kind: EntityKind, row: &'r SqliteRow) -> Result<Self, Fault> {
        let table = kind.label();
        let seq: i64 = value(row, 0, table, None)?;
        let at = Some(seq);
        let (id, stored): (&str, &[u8]) = (value(row, 1, table, at)?, value(row, 2, table, at)?);
        let body = value(row, 3, table, at)?;
        if stored == digest::record(kind, seq, id, body) {
            return Ok(Self { seq, id, body });
        }
        Err(Damage::Digest { table, number: seq, id: Some(id.to_owned()) }.into())
    }
}

/// Gives the records of one kind their contacts and returns how many there are.
async fn contacts<T: Contactable>(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    records: &mut [Numbered<T>],
) -> Result<usize, Fault> {
    let select = "SELECT record, digest, body FROM contacts WHERE kind = $1 ORDER BY record";
    let rows = sqlx::query(select).bind(kind.name()).fetch_all(connection).await?;
    for row in &rows {
        let (seq, body) = contact(kind, row)?;
        let contact: Contact = serde_json::from_str(body).map_err(|_| damaged_contact(seq))?;
        let at = records.binary_search_by_key(&seq, |it| it.seq.cast_signed()).map_err(|_| damaged_contact(seq))?;
        records[at].value.set_contact(contact);
    }
    Ok(rows.len())
}

/// Number of the record and body of a contact, from a row of record, digest and body.
pub(super) fn contact(kind: EntityKind, row: &SqliteRow) -> Result<(i64, &str), Fault> {
    const TABLE: &str = "联系人";
    let seq: i64 = value(row, 0, TABLE, None)?;
    let (stored, body): (&[u8], &str) = (value(row, 1, TABLE, Some(seq))?, value(row, 2, TABLE, Some(seq))?);
    if stored == digest::contact(kind, seq, body) { Ok((seq, body)) } else { Err(damaged_contact(seq).into()) }
}

const fn damaged_contact(number: i64) -> Damage {
    Damage::Digest { table: "联系人", number, id: None }
}

/// An error unless as many rows were read as there should be.
pub(super) fn all_there(table: &'static str, expected: i64, found: usize) -> Result<(), Damage> {
    let found = found as i64;
    if found == expected { Ok(()) } else { Err(Damage::Rows { table, expected, found }) }
}

const fn select_page(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Organizations => "SELECT seq, id, digest, body FROM organizations WHERE seq > $1 ORDER BY seq LIMIT $2",
        EntityKind::Projects => "SELECT seq, id, digest, body FROM projects WHERE seq > $1 ORDER BY seq LIMIT $2",
        EntityKind::Needs => "SELECT seq, id, digest, body FROM needs WHERE seq > $1 ORDER BY seq LIMIT $2",
        EntityKind::Claims => "SELECT seq, id, digest, body FROM claims WHERE seq > $1 ORDER BY seq LIMIT $2",
    }
}
