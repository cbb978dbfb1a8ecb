//! The outcome of an import.

use crate::domain::{Entity, EntityKind};
use crate::ingest::Issue;

/// An accepted row.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// The record as it is stored.
    pub record: Entity,
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub file: String,
    /// The kind of its records.
    pub kind: EntityKind,
    /// Rows that could be read.
    pub accepted: usize,
    /// Rows that could not.
    pub rejected: usize,
    /// True if its rows are in the ledger now.
    pub stored: bool,
    /// New records.
    pub created: usize,
    /// Changed records.
    pub updated: usize,
    /// Unchanged records.
    pub unchanged: usize,
}

/// The outcome of an import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportReport {
    /// Accepted rows; only for a dry run.
    pub accepted: Option<Vec<Accepted>>,
    /// Rows that could not be read.
    pub rejected: Vec<Issue>,
    /// Oddities of accepted rows.
    pub warnings: Vec<Issue>,
    /// Table rows that are not records: sums, signatures, notes.
    pub skipped: Vec<Issue>,
    /// The outcome, file by file.
    pub files: Vec<FileReport>,
}

impl ImportReport {
    /// True if something needs a person's attention: rejected rows.
    #[must_use]
    pub const fn needs_attention(&self) -> bool {
        !self.rejected.is_empty()
    }
}
