//! Changes one record by what is stored.

use super::fault::{Fault, fault};
use super::head::Head;
use super::log::{Action, Change, Log};
use super::write::{known, store};
use super::{Store, StoreError};
use crate::domain::{Entity, EntityKind, Need, NeedId};
use crate::store::row::body;

impl Store {
    /// Replaces a need by what `change` makes of the stored one. Nobody else can change it in between. `None` if there is no
    /// such need; its contact stays as it is.
    ///
    /// # Errors
    /// The ledger is not writable, is busy or is damaged. What `change` refuses is the inner error, and nothing is written then.
    pub async fn change_need<E: Send>(
        &self,
        id: &NeedId,
        at: &str,
        source: &str,
        change: impl FnOnce(Need) -> Result<Need, E> + Send,
    ) -> Result<Option<Result<Need, E>>, StoreError> {
        let failed = |it: Fault| fault(&self.path, it);
        let mut transaction = self.begin_write().await?;
        let mut head = Head::read(&mut transaction).await.map_err(failed)?;
        let kind = EntityKind::Needs;
        let stored = known(&mut transaction, kind, &[id.as_str()]).await.map_err(failed)?.remove(id.as_str());
        let Some((entity_seq, stored)) = stored else { return Ok(None) };
        let unreadable = |source| failed(Fault::Record { kind, seq: entity_seq, id: id.to_string(), source });
        let need = match change(serde_json::from_str(&stored).map_err(unreadable)?) {
            Ok(need) => need,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let body = Some(body(&Entity::Need(Box::new(need.clone()))));
        let changes = [Change { entity_seq, id: id.to_string(), action: Action::Update, body }];
        store(&mut transaction, kind, &changes, &mut head).await.map_err(|source| fault(&self.path, source))?;
        Log::new(at, source).append(&mut transaction, &mut head, kind.name(), &changes).await.map_err(failed)?;
        head.write(&mut transaction).await.map_err(|source| fault(&self.path, source))?;
        transaction.commit().await.map_err(|source| fault(&self.path, source))?;
        Ok(Some(Ok(need)))
    }
}
