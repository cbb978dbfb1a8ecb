//! What a person has said about an upload, kept with its job: the next check begins with it.

use serde::{Deserialize, Serialize};

use super::same_row::SameRow;
use crate::domain::EntityKind;
use crate::ingest::{CellEdits, Mapping};

/// How an upload is read, and whether it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTerms {
    /// The kind of its records; detected from names and columns if not given.
    pub kind: Option<EntityKind>,
    /// Whether good rows are stored although others are bad.
    pub partial: bool,
    /// Whether nothing is stored.
    pub dry_run: bool,
    /// Whether what is hidden or struck out is read too.
    pub hidden: bool,
    /// Name of the list, for tables that state none.
    pub list: Option<String>,
    /// What is said about headings.
    pub mapping: Mapping,
    /// What is changed in the cells.
    pub edits: CellEdits,
    /// What is decided on rows that may be stored needs.
    pub same: Vec<SameRow>,
    /// The job that keeps the file, if that is another one.
    pub(in crate::app) file_of: Option<String>,
    /// The job whose outcome led to this one.
    pub(in crate::app) after: Option<String>,
}

impl ImportTerms {
    /// The job whose outcome led to this one, if it is not the first.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Decides on a row anew; `None` takes the decision back.
    pub fn decide(&mut self, sheet: Option<&str>, row: u64, decision: Option<SameRow>) {
        self.same.retain(|it| it.row != row || it.sheet.as_deref() != sheet);
        self.same.extend(decision);
    }
}
