//! The ledger, source of truth: records, settings and an append-only change log, written in one transaction.
//!
//! Everything else (text index, catalog) is derived from the ledger and can be deleted. The conformance suite (`suite`) states
//! what a ledger promises, and every backend passes it. The only backend so far is `sqlite`, which keeps the ledger in one
//! file. Background work is kept apart from it, in a job store: it expires or is deleted, and nothing in it is the truth.

mod digest;
mod error;
mod job;
mod remarks;
mod row;
mod sqlite;
mod staged;
#[cfg(test)]
mod suite;

use crate::domain::{Claim, Need, Organization, Project};

pub use error::{Damage, JobStoreError, StoreError};
pub use job::{Admission, Job, JobDocument, JobEnd, JobKind, JobPage, JobState, NewJob, QueueLimits, ResultPage, Retention};
pub use remarks::{Remark, Remarks};
pub use sqlite::{DocumentWriter, JobStore, LEDGER_FILE, Store};
pub use staged::Staged;

/// Maximum length of a label, in characters. A longer one is cut and ends with `…`.
pub const MAX_LABEL: usize = 255;

/// Size of the pieces in which documents of jobs are stored and read, so that none has to be in memory as a whole.
pub const CHUNK_BYTES: usize = 1 << 20;

/// `text` with at most [`MAX_LABEL`] characters.
fn label(text: &str) -> std::borrow::Cow<'_, str> {
    if text.chars().nth(MAX_LABEL).is_none() {
        return text.into();
    }
    text.chars().take(MAX_LABEL - 1).chain(['…']).collect::<String>().into()
}

/// A state of the ledger. Every write that changes something creates a later version. Versions of one ledger can be compared
/// and are opaque otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerVersion(i64);

impl LedgerVersion {
    /// The version of a ledger before the first write.
    pub const EMPTY: Self = Self(0);

    /// A number that represents the version in derived data, in the same order.
    #[must_use]
    pub const fn stamp(self) -> i64 {
        self.0
    }

    /// The version that such a number represents.
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

/// A record and its number in the ledger. Numbers never change and ascend in order of arrival.
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

/// A setting of the whole data directory, stored as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The taxonomy file.
    Taxonomy,
    /// The added word lists.
    Lexicon,
    /// What users said about the headings of lists.
    Mappings,
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// New records.
    pub created: usize,
    /// Existing records that have changed.
    pub updated: usize,
    /// Existing records that are byte for byte the same, contact included.
    pub unchanged: usize,
}

/// What the erasure of a contact found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// A contact, which is gone now.
    Contact,
    /// A record without a contact.
    NoContact,
    /// No record with this id.
    NoRecord,
}

/// What a ledger without damage holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Its version.
    pub version: LedgerVersion,
    /// Records of all kinds.
    pub records: u64,
    /// Contacts of records.
    pub contacts: u64,
    /// Changes in the log.
    pub changes: u64,
}

/// A record as the ledger stores it, without its contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// Its number.
    pub seq: u64,
    /// The record.
    pub value: T,
    /// Its JSON, to the letter.
    pub body: Box<str>,
}

/// Tells a version of one ledger from the same number in another one, such as a backup that was restored and went on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark(pub Box<[u8]>);

/// What the ledger says of data that are derived from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerState {
    /// The version.
    pub version: LedgerVersion,
    /// Its mark.
    pub mark: Mark,
    /// The taxonomy file that replaces the embedded one, if one was imported.
    pub taxonomy: Option<String>,
    /// The word lists that were added to the embedded ones.
    pub lexicon: Option<String>,
}

/// A part of all records, in the order of numbers, which have no gap. The kinds come in this order.
#[derive(Debug)]
pub enum Page {
    /// The first part.
    Start {
        /// What they are read at.
        state: LedgerState,
        /// Number of records of each kind, in the order of [`EntityKind::ALL`](crate::domain::EntityKind::ALL).
        counts: [usize; 4],
    },
    /// Organizations.
    Organizations(Vec<Stored<Organization>>),
    /// Past projects.
    Projects(Vec<Stored<Project>>),
    /// Needs.
    Needs(Vec<Stored<Need>>),
    /// Claims.
    Claims(Vec<Stored<Claim>>),
    /// The last part.
    End,
}

/// Records that were written after a version, each once, as they are now, in the order of numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// What the ledger is at now.
    pub state: LedgerState,
    /// True if a setting was written too.
    pub changed_settings: bool,
    /// Organizations.
    pub organizations: Vec<Stored<Organization>>,
    /// Past projects.
    pub projects: Vec<Stored<Project>>,
    /// Needs.
    pub needs: Vec<Stored<Need>>,
    /// Claims.
    pub claims: Vec<Stored<Claim>>,
}
