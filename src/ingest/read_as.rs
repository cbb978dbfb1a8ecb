//! What is said about a file besides its bytes.

use super::cell_edits::CellEdits;
use super::mapping::{Mapping, Remembered};
use crate::domain::EntityKind;

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub struct ReadAs {
    /// The kind of its records; if that is `None`, the names of file and sheets or the columns tell it.
    pub kind: Option<EntityKind>,
    /// Whether rows and columns that are hidden, and what is struck out, are read too.
    pub hidden: bool,
    /// What the user says about headings.
    pub mapping: Mapping,
    /// What the user said about the headings of earlier lists.
    pub remembered: Remembered,
    /// What a person changed in its cells.
    pub edits: CellEdits,
    /// Name of the list, for tables that state none.
    pub list: Option<String>,
}

impl From<Option<EntityKind>> for ReadAs {
    fn from(kind: Option<EntityKind>) -> Self {
        Self { kind, ..Self::default() }
    }
}
