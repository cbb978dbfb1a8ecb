//! What users said about the headings of lists, kept so that the next list with the same headings needs no hand.

use crate::app::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::ingest::{Mapping, Remembered};
use crate::store::Setting;

impl App {
    /// What was said about the headings of earlier lists.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn remembered_mappings(&self, _who: Principal) -> Result<Remembered, AppError> {
        Ok(stored(self.store.setting(Setting::Mappings).await?.as_deref()))
    }

    /// Remembers what was said about sets of headings.
    pub(in crate::app) async fn remember(&self, mappings: Vec<(String, Mapping)>) -> Result<(), AppError> {
        if mappings.is_empty() {
            return Ok(());
        }
        let mut known = stored(self.store.setting(Setting::Mappings).await?.as_deref());
        let is_new = mappings.into_iter().fold(false, |is_new, (key, mapping)| known.add(key, mapping) || is_new);
        if is_new {
            let json = serde_json::to_string(&known).expect("texts become JSON");
            self.store.write_setting(Setting::Mappings, &json, &self.clock.now(), "--map").await?;
        }
        Ok(())
    }
}

/// The mappings as stored in the ledger.
fn stored(json: Option<&str>) -> Remembered {
    // Only mappings that were checked here are ever written.
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}
