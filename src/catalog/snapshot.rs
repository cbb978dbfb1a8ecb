//! The snapshot: records, claims, and the views of the days that were asked for.

use std::sync::Arc;

use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::searcher::TextSearcher;

use super::claims::Claims;
use super::records::{NOBODY, Records};
use super::view::View;
use super::views::Views;
use crate::domain::Claim;
use crate::reference::Reference;
use crate::store::{Ledger, LedgerVersion, Numbered};

/// A snapshot of everything known: the [`Records`], shared between snapshots that differ only in their claims, and the claims.
pub struct Catalog {
    /// Number of the last ledger change that it holds; it names the snapshot.
    pub version: LedgerVersion,
    /// Claims in the order of the ledger.
    pub claims: Claims,
    records: Arc<Records>,
    views: Views,
}

impl std::ops::Deref for Catalog {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

impl Catalog {
    /// Builds the snapshot of `ledger`; `text` must hold its projects.
    ///
    /// # Errors
    /// Names and scopes cannot be indexed.
    pub fn new(mut ledger: Ledger, reference: Reference, text: TextSearcher) -> Result<Self, IndexError> {
        let version = ledger.version;
        let claims = std::mem::take(&mut ledger.claims);
        let records = Arc::new(Records::new(ledger, reference, text)?);
        let claims = Claims::new(&records, claims);
        Ok(Self { version, claims, records, views: Views::default() })
    }

    /// The snapshot after these claims have been written, in the order of the ledger. It shares everything else, including all
    /// chunks of the known views that hold none of the organizations concerned.
    #[must_use]
    pub fn with_claims(&self, version: LedgerVersion, written: Vec<Numbered<Claim>>) -> Self {
        let mut claims = self.claims.clone();
        let mut touched: Vec<u32> = written.into_iter().flat_map(|claim| claims.write(&self.records, claim)).collect();
        touched.retain(|&organization| organization != NOBODY);
        touched.sort_unstable();
        touched.dedup();
        let mut new = Self { version, claims, records: Arc::clone(&self.records), views: Views::default() };
        let own: Vec<_> = new.claims.entries().filter(|it| touched.binary_search(&it.organization).is_ok()).collect();
        new.views = self.views.map(|view| view.with_claims(&new.records, &touched, &own));
        new
    }

    /// What was known at the end of the day `as_of`. If that view is still being built, the call waits for it. A rayon task
    /// must therefore not call this, because the builder may have to run that task while it works.
    #[must_use]
    pub fn as_of(&self, as_of: Date) -> Arc<View> {
        self.views.get(as_of, || View::new(&self.records, &self.claims, as_of))
    }
}
