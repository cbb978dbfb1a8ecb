//! The ledger, source of truth: records, settings and an append-only change log, written in one transaction.
//!
//! Whatever else there is (text index, catalog) is derived from here and can be deleted. What a ledger promises stands in
//! the conformance suite (`suite`), which every backend passes; `sqlite` is the one there is, in one file.

mod error;
mod row;
mod sqlite;
#[cfg(test)]
mod suite;

use crate::domain::{Claim, Need, Organization, Project};

pub use error::StoreError;
pub use sqlite::{LEDGER_FILE, Store};

/// A moment of the ledger: every write that changes anything makes a later one. Versions of one ledger can be compared;
/// nothing else can be told from one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerVersion(i64);

impl LedgerVersion {
    /// The version of a ledger to which nothing was written.
    pub const EMPTY: Self = Self(0);

    /// A number that stands for it in data derived from the ledger, in the same order.
    #[must_use]
    pub const fn stamp(self) -> i64 {
        self.0
    }

    /// The version that a number stands for.
    #[must_use]
    pub const fn from_stamp(stamp: i64) -> Self {
        Self(stamp)
    }
}

impl std::fmt::Display for LedgerVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A record and its number in the ledger: stable for ever, ascending in the order of arrival.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered<T> {
    /// The number.
    pub seq: u64,
    /// The record.
    pub value: T,
}

/// Everything in the ledger at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// The version of the ledger at that moment.
    pub version: LedgerVersion,
    /// All organizations.
    pub organizations: Vec<Numbered<Organization>>,
    /// All past projects.
    pub projects: Vec<Numbered<Project>>,
    /// All needs.
    pub needs: Vec<Numbered<Need>>,
    /// All claims.
    pub claims: Vec<Numbered<Claim>>,
    /// The taxonomy file that replaces the embedded one, if one was imported.
    pub taxonomy: Option<String>,
    /// The word lists that were added to the embedded ones.
    pub lexicon: Option<String>,
}

/// Something that is kept once for the whole data directory, as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The taxonomy file.
    Taxonomy,
    /// The added word lists.
    Lexicon,
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Records that were not there.
    pub created: usize,
    /// Records that were there and differ now.
    pub updated: usize,
    /// Records that were there already, the same to the letter.
    pub unchanged: usize,
}

/// Changes that touch nothing but claims.
#[derive(Debug, Clone, PartialEq)]
pub struct NewClaims {
    /// The version of the ledger with them.
    pub version: LedgerVersion,
    /// The claims as they are now, in the order of the ledger, each once.
    pub claims: Vec<Numbered<Claim>>,
}
