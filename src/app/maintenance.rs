//! Keeping derived data in order while answers go on: what was written since the base is folded into a new base, the view of
//! tomorrow is made before midnight, and what is damaged is made anew.

use std::sync::Arc;

use jiff::civil::Date;

use super::state::App;
use crate::catalog::{Catalog, Fingerprint};
use crate::error::AppError;
use crate::jobs::Interrupted;
use crate::score::{Scorer, ScoringContext};

/// A base is made anew from this many records that were written since, or if these are one in [`SHARE`].
const LEAST: usize = 2_000;
const SHARE: usize = 200;

/// How long before midnight the view of the next day is made.
const BEFORE_MIDNIGHT: i64 = 10 * 60;

impl App {
    /// Does what is due; true if something was.
    ///
    /// # Errors
    /// Derived data cannot be written.
    pub async fn maintain(self: &Arc<Self>) -> Result<bool, AppError> {
        if let Some(what) = self.catalog().damage() {
            tracing::error!("目录数据损坏，由账本重建：{what}");
            if let Some(files) = self.files.clone() {
                let cleared = tokio::task::spawn_blocking(move || files.clear()).await;
                cleared.map_err(|error| Interrupted::new(&error))?.map_err(crate::catalog::BuildError::from)?;
            }
            let _one_at_a_time = self.publishing.lock().await;
            self.build_anew(&|_| {}).await?;
            return Ok(true);
        }
        let soon = self.clock.day_in(BEFORE_MIDNIGHT);
        if soon != self.today() {
            let app = Arc::clone(self);
            tokio::task::spawn_blocking(move || app.prepare(soon)).await.map_err(|error| Interrupted::new(&error))?;
        }
        self.compact_if_due().await
    }

    /// Makes the view of a day, so that the first question about it need not wait.
    pub fn prepare(&self, day: Date) {
        let catalog = self.catalog();
        let view = catalog.as_of(day);
        let weights = &self.model.weights;
        Scorer::prepare(ScoringContext { catalog: &catalog, view: &view, weights });
    }

    /// Makes a new base if much was written since the last one; true if so. Readers and writers go on meanwhile.
    ///
    /// # Errors
    /// The base cannot be written.
    pub async fn compact_if_due(&self) -> Result<bool, AppError> {
        let catalog = self.catalog();
        let records = catalog.organization_count() + catalog.project_count() + catalog.need_count();
        if catalog.written_since_base() < LEAST.max(records / SHARE) {
            return Ok(false);
        }
        self.compact(catalog).await
    }

    async fn compact(&self, catalog: Arc<Catalog>) -> Result<bool, AppError> {
        let (Some(files), Ok(_one_at_a_time)) = (&self.files, self.compacting.try_lock()) else { return Ok(false) };
        let (files, folded) = (files.clone(), Arc::clone(&catalog));
        let made = tokio::task::spawn_blocking(move || {
            // If another process makes one, this one waits for its turn.
            let Some(writing) = files.try_to_write()? else { return Ok(None) };
            let fingerprint = Fingerprint::of(folded.ledger().taxonomy.as_deref(), folded.text.segmenter());
            folded.compacted(&writing, &fingerprint).map(Some)
        });
        let made = made.await.map_err(|error| Interrupted::new(&error))?;
        let Some(base) = made.map_err(crate::catalog::BuildError::from)? else { return Ok(false) };
        let _no_writer_meanwhile = self.publishing.lock().await;
        // What was written while the base was made lies over it.
        let current = self.catalog();
        if current.ledger().taxonomy != catalog.ledger().taxonomy || current.ledger().lexicon != catalog.ledger().lexicon {
            return Ok(true);
        }
        self.publish(current.rebased(&catalog, base));
        Ok(true)
    }
}
