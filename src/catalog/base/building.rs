//! Bases as the use cases handle them: one that is being built, one that was found on disk.

use std::sync::Arc;

use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;

use super::files::Candidate;
use super::{Base, BaseFiles, BuildError, Builder, Built, Fingerprint, Writing};
use crate::catalog::columns::{BodyWriter, Unusable};
use crate::reference::Reference;
use crate::store::{LedgerState, LedgerVersion, Mark, Page};

/// A base that is being built from all records.
pub struct Building(Builder);

impl Building {
    /// Builds a base in memory.
    #[must_use]
    pub fn in_memory(reference: Reference) -> Self {
        Self(Builder::new(reference, BodyWriter::in_memory(0)))
    }

    /// Builds a base whose bodies go to a file.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn on_disk(reference: Reference, writing: &Writing) -> Result<Self, BuildError> {
        Ok(Self(Builder::new(reference, writing.bodies(0)?)))
    }

    /// Takes in the next records, in the order of [`Page`].
    ///
    /// # Errors
    /// The file of bodies cannot be written.
    pub fn with(mut self, page: Page) -> Result<Self, BuildError> {
        self.0.add(page)?;
        Ok(self)
    }

    /// Records that were taken in.
    #[must_use]
    pub fn done(&self) -> usize {
        self.0.done()
    }

    /// Records in all.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.0.total
    }

    /// What the records are read at.
    #[must_use]
    pub const fn state(&self) -> &LedgerState {
        &self.0.state
    }

    /// The base, once all records are there. `text` holds the projects.
    ///
    /// # Errors
    /// Records are missing, or the file of bodies cannot be written.
    pub fn finish(self, text: &TextSearcher) -> Result<NewBase, BuildError> {
        self.0.finish(text).map(NewBase)
    }
}

/// A base that was built.
pub struct NewBase(Built);

impl NewBase {
    /// The same, saved and mapped.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn saved(self, writing: &Writing, fingerprint: &Fingerprint) -> Result<Self, BuildError> {
        let Built { base, names, scopes } = self.0;
        Ok(Self(Built { base: writing.save(base, fingerprint)?, names, scopes }))
    }

    /// What the index of names is to hold.
    #[must_use]
    pub fn names(&self) -> &[Document] {
        &self.0.names
    }

    /// What the index of stated scopes is to hold.
    #[must_use]
    pub fn scopes(&self) -> &[Document] {
        &self.0.scopes
    }

    pub(in crate::catalog) fn into_base(self) -> Arc<Base> {
        Arc::new(self.0.base)
    }
}

/// The bases that were found on disk, the latest first.
pub struct Candidates(std::vec::IntoIter<FoundBase>);

impl BaseFiles {
    /// The bases that were made with the same tables and words, the latest first.
    #[must_use]
    pub fn find(&self, fingerprint: &Fingerprint) -> Candidates {
        let found: Vec<FoundBase> =
            self.candidates(fingerprint).into_iter().map(|it| FoundBase { files: self.clone(), candidate: it }).collect();
        Candidates(found.into_iter())
    }
}

impl Iterator for Candidates {
    type Item = FoundBase;

    fn next(&mut self) -> Option<FoundBase> {
        self.0.next()
    }
}

/// A base that was found on disk.
pub struct FoundBase {
    files: BaseFiles,
    candidate: Candidate,
}

impl FoundBase {
    /// The version of the ledger that it was made of.
    #[must_use]
    pub const fn version(&self) -> LedgerVersion {
        self.candidate.version
    }

    /// The mark of that version.
    #[must_use]
    pub const fn mark(&self) -> &Mark {
        &self.candidate.mark
    }

    /// Maps it and compares it with its checksums.
    ///
    /// # Errors
    /// It is damaged.
    pub fn load(self, state: LedgerState) -> Result<LoadedBase, Unusable> {
        self.files.load(self.candidate, state).map(LoadedBase)
    }
}

/// A base from disk.
pub struct LoadedBase(Base);

impl LoadedBase {
    pub(super) const fn new(base: Base) -> Self {
        Self(base)
    }

    pub(in crate::catalog) fn into_base(self) -> Arc<Base> {
        Arc::new(self.0)
    }

    /// The version of the ledger that it was made of.
    #[must_use]
    pub const fn version(&self) -> LedgerVersion {
        self.0.state.version
    }
}
