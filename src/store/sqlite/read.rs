//! Reads records, contacts and settings. Every row is compared with its digest, every table with the number of its rows.

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Sqlite};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::fault::{Fault, value};
use super::head::Head;
use super::{LOG_TABLE, ROWS_A_STATEMENT};
use crate::domain::{Contact, EntityKind};
use crate::store::row::Contactable;
use crate::store::{Damage, Ledger, LedgerState, LedgerVersion, Mark, Numbered, Page, Setting, Stored, digest};

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
    let mut ledger = Ledger {
        version: LedgerVersion(head.seq),
        organizations: table(connection, EntityKind::Organizations, &head).await?,
        projects: table(connection, EntityKind::Projects, &head).await?,
        needs: table(connection, EntityKind::Needs, &head).await?,
        claims: table(connection, EntityKind::Claims, &head).await?,
        taxonomy: of_setting(&settings, Setting::Taxonomy),
        lexicon: of_setting(&settings, Setting::Lexicon),
    };
    let of_organizations = contacts(connection, EntityKind::Organizations, &mut ledger.organizations).await?;
    let of_needs = contacts(connection, EntityKind::Needs, &mut ledger.needs).await?;
    all_there("联系人", head.contacts, of_organizations + of_needs)?;
    Ok(ledger)
}

fn of_setting(settings: &[(Setting, String)], wanted: Setting) -> Option<String> {
    settings.iter().find(|(it, _)| *it == wanted).map(|(_, value)| value.clone())
}

/// The version of the ledger with its mark, and what it says of derived data.
pub(super) async fn state(connection: &mut SqliteConnection, head: &Head) -> Result<LedgerState, Fault> {
    let settings = settings(connection, head).await?;
    Ok(LedgerState {
        version: LedgerVersion(head.seq),
        mark: mark(connection, head.seq).await?,
        taxonomy: of_setting(&settings, Setting::Taxonomy),
        lexicon: of_setting(&settings, Setting::Lexicon),
    })
}

/// The mark of a version: the digest of its last change; empty for version 0.
pub(super) async fn mark(connection: &mut SqliteConnection, version: i64) -> Result<Mark, Fault> {
    let select = "SELECT digest FROM changes WHERE seq = $1";
    let row = sqlx::query(select).bind(version).fetch_optional(connection).await?;
    let digest: &[u8] = row.as_ref().map_or(Ok(&[][..]), |row| value(row, 0, LOG_TABLE, Some(version)))?;
    Ok(Mark(digest.into()))
}

/// Sends all records, page by page, without contacts; first the state of the ledger.
pub(super) async fn pages(connection: &mut SqliteConnection, to: &Sender<Page>) -> Result<(), Fault> {
    let head = Head::read(connection).await?;
    let counts = EntityKind::ALL.map(|kind| head.records(kind) as usize);
    let state = state(connection, &head).await?;
    if to.send(Page::Start { state, counts }).await.is_err() {
        return Ok(());
    }
    send(connection, EntityKind::Organizations, &head, to, Page::Organizations).await?;
    send(connection, EntityKind::Projects, &head, to, Page::Projects).await?;
    send(connection, EntityKind::Needs, &head, to, Page::Needs).await?;
    send(connection, EntityKind::Claims, &head, to, Page::Claims).await?;
    // Whoever does not see the end has not seen everything.
    _ = to.send(Page::End).await;
    Ok(())
}

async fn send<T: DeserializeOwned + Send + 'static>(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    head: &Head,
    to: &Sender<Page>,
    page: fn(Vec<Stored<T>>) -> Page,
) -> Result<(), Fault> {
    let mut pages = Pages::new(kind);
    while let Some(records) = pages.next(connection).await? {
        if to.send(page(records)).await.is_err() {
            return Ok(());
        }
    }
    all_there(kind.label(), head.records(kind), pages.found)?;
    Ok(())
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
    let mut pages = Pages::new(kind);
    while let Some(page) = pages.next(connection).await? {
        records.extend(page.into_iter().map(|Stored { seq, value, .. }| Numbered { seq, value }));
    }
    all_there(kind.label(), head.records(kind), pages.found)?;
    Ok(records)
}

/// The records of one kind in the order of their numbers, page by page. While one page is parsed, the next one is fetched.
struct Pages<T> {
    kind: EntityKind,
    /// Number of the last row that was fetched.
    last: i64,
    /// Rows so far whose numbers follow one another without a gap, from 1.
    found: usize,
    is_last: bool,
    parsing: Option<JoinHandle<Result<Vec<Stored<T>>, Fault>>>,
}

impl<T: DeserializeOwned + Send + 'static> Pages<T> {
    const fn new(kind: EntityKind) -> Self {
        Self { kind, last: i64::MIN, found: 0, is_last: false, parsing: None }
    }

    async fn next(&mut self, connection: &mut SqliteConnection) -> Result<Option<Vec<Stored<T>>>, Fault> {
        loop {
            let parsed = self.parsing.take();
            if !self.is_last {
                self.fetch(connection).await?;
            }
            if let Some(parsed) = parsed {
                let page = parsed.await??;
                for record in &page {
                    self.found += usize::from(record.seq == self.found as u64 + 1);
                }
                return Ok(Some(page));
            }
            if self.parsing.is_none() {
                return Ok(None);
            }
        }
    }

    async fn fetch(&mut self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        let kind = self.kind;
        let select = sqlx::query(select_page(kind)).bind(self.last).bind(ROWS_A_PAGE as i64);
        let rows = select.fetch_all(connection).await?;
        let end: Option<i64> = rows.last().map(|row| value(row, 0, kind.label(), None)).transpose()?;
        // A damaged tree must not lead round in a circle.
        let Some(end) = end.filter(|&end| end > self.last) else {
            self.is_last = true;
            return Ok(());
        };
        (self.last, self.is_last) = (end, rows.len() < ROWS_A_PAGE);
        // Parsing is work for the processor and must not hold up the threads that answer requests.
        let parse = move || rows.into_par_iter().map(|row| record(kind, &row)).collect();
        self.parsing = Some(tokio::task::spawn_blocking(parse));
        Ok(())
    }
}

/// The records of a kind with these numbers, which ascend, without contacts.
pub(super) async fn numbered<T: DeserializeOwned>(
    connection: &mut SqliteConnection,
    kind: EntityKind,
    numbers: &[i64],
) -> Result<Vec<Stored<T>>, Fault> {
    let mut records = Vec::with_capacity(numbers.len());
    for numbers in numbers.chunks(ROWS_A_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("SELECT seq, id, digest, body FROM ");
        select.push(kind.name()).push(" WHERE seq IN (");
        let mut list = select.separated(", ");
        for number in numbers {
            list.push_bind(*number);
        }
        select.push(") ORDER BY seq");
        let rows = select.build().fetch_all(&mut *connection).await?;
        all_there(kind.label(), numbers.len() as i64, rows.len())?;
        for row in &rows {
            records.push(record(kind, row)?);
        }
    }
    Ok(records)
}

/// A record from a row of number, id, digest and body.
fn record<T: DeserializeOwned>(kind: EntityKind, row: &SqliteRow) -> Result<Stored<T>, Fault> {
    let it = StoredRecord::of(kind, row)?;
    let damage = || Damage::Digest { table: kind.label(), number: it.seq, id: Some(it.id.to_owned()) };
    let seq = u64::try_from(it.seq).map_err(|_| damage())?;
    match serde_json::from_str(it.body) {
        Ok(value) => Ok(Stored { seq, value, body: it.body.into() }),
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
