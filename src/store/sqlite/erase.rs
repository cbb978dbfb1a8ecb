//! Erases contacts.

use sqlx::sqlite::SqliteConnection;

use super::fault::{Fault, fault};
use super::head::{Head, Residue};
use super::log::{Action, Change, Log};
use super::write::known;
use super::{Store, StoreError};
use crate::domain::EntityKind;
use crate::store::Erased;

impl Store {
    /// Erases the contact of a record. The log tells that there was one and when it was erased, and nothing of what it said. Old
    /// backups still have it.
    ///
    /// # Errors
    /// The ledger is not writable, is busy or is damaged.
    pub async fn erase_contact(&self, kind: EntityKind, id: &str, at: &str, source: &str) -> Result<Erased, StoreError> {
        let mut transaction = self.begin_write().await?;
        let failed = |it: Fault| fault(&self.path, it);
        let erased = erase(&mut transaction, kind, id, Log::new(at, source)).await.map_err(failed)?;
        transaction.commit().await.map_err(|source| fault(&self.path, source))?;
        if erased == Erased::Contact {
            self.purge().await;
        }
        Ok(erased)
    }
}

async fn erase(connection: &mut SqliteConnection, kind: EntityKind, id: &str, mut log: Log<'_>) -> Result<Erased, Fault> {
    let mut head = Head::read(connection).await?;
    let Some((record, _)) = known(connection, kind, &[id]).await?.remove(id) else { return Ok(Erased::NoRecord) };
    let delete = "DELETE FROM contacts WHERE kind = $1 AND record = $2";
    if sqlx::query(delete).bind(kind.name()).bind(record).execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(Erased::NoContact);
    }
    head.contacts -= 1;
    head.leaves(Residue::Log);
    let change = Change { entity_seq: record, id: id.to_owned(), action: Action::EraseContact, body: None };
    log.append(connection, &mut head, kind.name(), &[change]).await?;
    head.write(connection).await?;
    Ok(Erased::Contact)
}
