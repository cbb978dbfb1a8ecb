//! Erasing the contact of an organization or a need.

use super::state::App;
use crate::domain::{EntityKind, Principal};
use crate::error::{AppError, Code};
use crate::store::Erased;

impl App {
    /// Erases the contact of a record for good. The change log tells when, and nothing of what it said.
    ///
    /// # Errors
    /// There is no such record, or it has no contact; the ledger cannot be written.
    pub async fn erase_contact(&self, _who: Principal, kind: EntityKind, id: &str) -> Result<(), AppError> {
        let label = kind.label();
        match self.store.erase_contact(kind, id, &self.clock.now(), "erase-contact").await? {
            Erased::Contact => self.refresh().await.map(drop),
            Erased::NoContact => Err(AppError::new(Code::NoSuchRecord, format!("{label}“{id}”没有联系人，未改动任何内容"))),
            Erased::NoRecord => Err(AppError::not_found("id", format!("没有编号为“{id}”的{label}，未改动任何内容"))),
        }
    }
}
