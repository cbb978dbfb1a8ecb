//! Writes the change log: what changed, when, and where it came from.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::fault::{Fault, value};
use super::head::Head;
use super::{LOG_TABLE, ROWS_A_STATEMENT};
use crate::store::digest::{self, ChangeColumns};
use crate::store::label;

/// What a change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Update,
    /// Gave a record another contact, and changed nothing else.
    SetContact,
    /// Took the contact from a record, and changed nothing else.
    EraseContact,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::SetContact => "set_contact",
            Self::EraseContact => "erase_contact",
        }
    }
}

/// A change of one record or setting.
pub(super) struct Change {
    pub(super) entity_seq: i64,
    pub(super) id: String,
    pub(super) action: Action,
    /// `None` if only a contact changed.
    pub(super) body: Option<String>,
}

/// The log entries of one write.
pub(super) struct Log<'a> {
    at: &'a str,
    source: &'a str,
    /// Number of the source, once it is stored.
    stored_source: Option<i64>,
}

impl<'a> Log<'a> {
    pub(super) const fn new(at: &'a str, source: &'a str) -> Self {
        Self { at, source, stored_source: None }
    }

    /// Logs changes. The first ones of a write store its source.
    pub(super) async fn append(
        &mut self,
        connection: &mut SqliteConnection,
        head: &mut Head,
        entity: &str,
        changes: &[Change],
    ) -> Result<(), Fault> {
        if changes.is_empty() {
            return Ok(());
        }
        let source = match self.stored_source {
            Some(source) => source,
            None => {
                self.warn_if_the_clock_is_behind(connection, head).await?;
                *self.stored_source.insert(insert_source(connection, self.source).await?)
            }
        };
        for rows in changes.chunks(ROWS_A_STATEMENT) {
            let mut insert = QueryBuilder::<Sqlite>::new(INSERT_CHANGES);
            insert.push_values(rows, |mut row, change| {
                head.seq += 1;
                let body = change.body.as_deref().unwrap_or("null");
                let body_digest = digest::change_body(body);
                let action = change.action.name();
                let columns = ChangeColumns {
                    seq: head.seq,
                    at: self.at,
                    entity,
                    entity_seq: change.entity_seq,
                    id: &change.id,
                    action,
                    source,
                    body_digest: &body_digest,
                };
                let digest = digest::change(&columns).to_vec();
                row.push_bind(head.seq).push_bind(self.at).push_bind(entity).push_bind(change.entity_seq);
                row.push_bind(&change.id).push_bind(action).push_bind(source);
                row.push_bind(digest).push_bind(body_digest.to_vec()).push_bind(body);
            });
            insert.build().execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Times are those of the clock. One that runs backwards changes nothing but what people read, so they are told.
    async fn warn_if_the_clock_is_behind(&self, connection: &mut SqliteConnection, head: &Head) -> Result<(), Fault> {
        let select = "SELECT at FROM changes WHERE seq = $1";
        let Some(row) = sqlx::query(select).bind(head.seq).fetch_optional(connection).await? else { return Ok(()) };
        let last: &str = value(&row, 0, LOG_TABLE, Some(head.seq))?;
        let is_later = |last: Timestamp, now: Timestamp| last > now;
        if last.parse().ok().zip(self.at.parse().ok()).is_some_and(|(last, now)| is_later(last, now)) {
            let at = self.at;
            tracing::warn!(
                "时钟（{at}）早于账本最后一次改动的时间（{last}）；改动的先后以账本版本为准，时间照时钟记录，请校准时钟"
            );
        }
        Ok(())
    }
}

/// The columns of a change, in the order in which they are bound.
pub(super) const INSERT_CHANGES: &str =
    "INSERT INTO changes (seq, at, entity, entity_seq, id, action, source, digest, body_digest, body) ";

/// Stores the name of a source and returns its number.
pub(super) async fn insert_source(connection: &mut SqliteConnection, name: &str) -> Result<i64, sqlx::Error> {
    let name = label(name);
    let seq: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) + 1 FROM sources").fetch_one(&mut *connection).await?;
    sqlx::query("INSERT INTO sources (seq, digest, name) VALUES ($1, $2, $3)")
        .bind(seq)
        .bind(digest::source(seq, &name).to_vec())
        .bind(name)
        .execute(connection)
        .await?;
    Ok(seq)
}
