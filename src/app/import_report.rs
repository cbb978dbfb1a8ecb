//! What became of an import.

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

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub file: String,
    /// What it holds.
    pub kind: EntityKind,
    /// Rows that could be read.
    pub accepted: usize,
    /// Rows that could not.
    pub rejected: usize,
    /// True if its rows are in the ledger now.
    pub stored: bool,
    /// Records that were not there.
    pub created: usize,
    /// Records that differ now.
    pub updated: usize,
    /// Records that were there already.
    pub unchanged: usize,
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportReport {
    /// Accepted rows; only for a dry run.
    pub accepted: Option<Vec<Accepted>>,
    /// Rows that could not be read.
    pub rejected: Vec<Issue>,
    /// What is odd about accepted rows.
    pub warnings: Vec<Issue>,
    /// Rows of tables that are no records: sums, signatures, notes.
    pub skipped: Vec<Issue>,
    /// File by file.
    pub files: Vec<FileReport>,
}

impl ImportReport {
    /// True if something needs a person's attention: rejected rows.
    #[must_use]
    pub const fn needs_attention(&self) -> bool {
        !self.rejected.is_empty()
    }
}
