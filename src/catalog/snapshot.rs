//! The snapshot: records, claims, and the views of the days that were asked for.

use std::sync::Arc;

use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;
use qianshou_index::writer::TextIndex;
use rayon::prelude::*;

use super::absent::NOBODY;
use super::base::{Base, BuildError, Builder, Built, LoadedBase, NewBase};
use super::change::{Concerned, DocumentChanges};
use super::claims::Claims;
use super::records::{Records, Searchers};
use super::view::View;
use super::views::Views;
use crate::reference::Reference;
use crate::store::{Changes, Ledger, LedgerVersion};

/// A snapshot of everything known: the [`Records`] and the claims. Snapshots share what they have in common.
pub struct Catalog {
    /// Number of the last ledger change that it holds; it names the snapshot.
    pub version: LedgerVersion,
    /// Claims in the order of the ledger.
    pub claims: Claims,
    pub(super) records: Records,
    views: Views,
}

/// A snapshot that is to follow another one, as long as the indexes of names and scopes lack its documents.
pub struct Draft {
    catalog: Catalog,
    before: Vec<Arc<View>>,
    old: Arc<Catalog>,
    concerned: Concerned,
}

/// Why a catalog in memory could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Texts cannot be indexed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Records cannot be read or kept.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl std::ops::Deref for Catalog {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

impl NewBase {
    /// The snapshot of the base.
    ///
    /// # Errors
    /// Claims cannot be read.
    pub fn into_catalog(self, reference: Reference, searchers: Searchers) -> Result<Catalog, BuildError> {
        Catalog::over(self.into_base(), reference, searchers)
    }
}

impl LoadedBase {
    /// The snapshot of the base.
    ///
    /// # Errors
    /// Claims cannot be read.
    pub fn into_catalog(self, reference: Reference, searchers: Searchers) -> Result<Catalog, BuildError> {
        Catalog::over(self.into_base(), reference, searchers)
    }
}

impl Catalog {
    /// Builds the snapshot of `ledger` in memory; `text` must hold its projects.
    ///
    /// # Errors
    /// Names and scopes cannot be indexed.
    pub fn new(ledger: Ledger, reference: Reference, text: TextSearcher) -> Result<Self, CatalogError> {
        let built = Builder::of_ledger(ledger, reference.clone())?.finish(&text)?;
        let Built { base, names, scopes } = built;
        let index = |documents: &[_]| TextIndex::in_memory(documents, text.segmenter()).map(Arc::new);
        let (names, scopes) = (index(&names)?, index(&scopes)?);
        Ok(Self::over(Arc::new(base), reference, Searchers { text: Arc::new(text), names, scopes })?)
    }

    /// The snapshot of a base alone.
    pub(super) fn over(base: Arc<Base>, reference: Reference, searchers: Searchers) -> Result<Self, BuildError> {
        let claims = base.claims()?;
        let records = Records::new(base, reference, searchers);
        let claims = Claims::new(&records, claims);
        Ok(Self { version: records.state.version, claims, records, views: Views::default() })
    }

    /// The snapshot after `changes`. `text` holds the projects that were written.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn with(self: &Arc<Self>, changes: &Changes, text: Arc<TextSearcher>) -> Result<Draft, IndexError> {
        let (records, concerned) = self.records.with(changes, text)?;
        let version = changes.state.version;
        let mut catalog = Self { version, claims: self.claims.clone(), records, views: Views::default() };
        let organizations: Vec<u32> = concerned.organizations.iter().copied().collect();
        let mut views = self.views.all();
        if !(organizations.is_empty() && concerned.projects.is_empty()) {
            let changed = |view: &Arc<View>| {
                Arc::new(view.with_records(&self.records, &catalog.records, &organizations, &concerned.projects))
            };
            views = views.iter().map(changed).collect();
        }
        let touched = catalog.write_claims(changes, &concerned);
        if !touched.is_empty() {
            let own: Vec<_> = catalog.claims.entries().filter(|it| touched.binary_search(&it.organization).is_ok()).collect();
            views = views.iter().map(|view| Arc::new(view.with_claims(&catalog.records, &touched, &own))).collect();
        }
        Ok(Draft { catalog, before: views, old: Arc::clone(self), concerned })
    }

    /// Writes the claims. Returns the organizations whose claims, or what these claims are for, changed; ascending.
    fn write_claims(&mut self, changes: &Changes, concerned: &Concerned) -> Vec<u32> {
        let mut touched: Vec<u32> = Vec::new();
        if concerned.stand_ins {
            touched.extend(self.claims.resolve(&self.records));
        }
        for it in &changes.claims {
            touched.extend(self.claims.write(&self.records, it.seq, it.value.clone()));
            self.records.overlay.claims.insert(super::documents::position_of(it.seq) as u32);
        }
        for need in &concerned.needs {
            touched.extend(self.claims.entries_of(need).map(|it| it.organization));
        }
        touched.retain(|&organization| organization != NOBODY);
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// What was known at the end of the day `as_of`. If that view is still being built, the call waits for it. A rayon task
    /// must therefore not call this, because the builder may have to run that task while it works.
    #[must_use]
    pub fn as_of(&self, as_of: Date) -> Arc<View> {
        self.views.get(as_of, || View::new(&self.records, &self.claims, as_of))
    }

    /// The same snapshot over a new `base` with all that `folded`, an earlier snapshot over the same old base, holds.
    #[must_use]
    pub fn rebased(&self, folded: &Self, base: LoadedBase) -> Self {
        let base = base.into_base();
        let mut overlay = self.records.overlay.since(&folded.records.overlay, &base);
        let is_same = |at: usize| self.claims.get(at).zip(folded.claims.get(at)).is_some_and(|(a, b)| Arc::ptr_eq(a, b));
        overlay.claims = (0..self.claims.len()).filter(|&at| !is_same(at)).map(|at| at as u32).collect();
        let records = Records { base, overlay, institutions: Arc::default(), ..self.records.clone() };
        Self { version: self.version, claims: self.claims.clone(), records, views: Views::of(self.views.all()) }
    }

    /// The version of the ledger that the base holds.
    #[must_use]
    pub fn base_version(&self) -> LedgerVersion {
        self.records.base.state.version
    }

    /// Number of records that were written since the base.
    #[must_use]
    pub fn written_since_base(&self) -> usize {
        self.records.overlay.len()
    }
}

impl Draft {
    /// What the index of names is to have.
    #[must_use]
    pub const fn names(&self) -> &DocumentChanges {
        &self.concerned.names
    }

    /// What an index of all names holds.
    #[must_use]
    pub fn all_names(&self) -> Vec<Document> {
        let records = &self.catalog.records;
        (0..records.organization_count()).into_par_iter().filter_map(|at| records.name_document(at)).collect()
    }

    /// What an index of all stated scopes holds.
    #[must_use]
    pub fn all_scopes(&self) -> Vec<Document> {
        let records = &self.catalog.records;
        (0..records.organization_count()).into_par_iter().filter_map(|at| records.scope_document(at)).collect()
    }

    /// What the index of stated scopes is to have.
    #[must_use]
    pub const fn scopes(&self) -> &DocumentChanges {
        &self.concerned.scopes
    }

    /// The snapshot. `names` and `scopes` hold the documents now; none if nothing changed there.
    #[must_use]
    pub fn finish(self, names: Option<Arc<TextSearcher>>, scopes: Option<Arc<TextSearcher>>) -> Catalog {
        let mut catalog = self.catalog;
        let records = &mut catalog.records;
        records.names = names.unwrap_or_else(|| Arc::clone(&self.old.names));
        records.scopes = scopes.unwrap_or_else(|| Arc::clone(&self.old.scopes));
        catalog.views = Views::of(self.before);
        catalog
    }
}
