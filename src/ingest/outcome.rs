//! What became of a row.

use super::issue::Issue;
use crate::domain::{Entity, Organization};

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The sheet; `None` for text files.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// Position of the row among those of its table.
    pub at: usize,
    /// The id in the row, if it has one that can be read.
    pub id: Option<String>,
    /// True if the id was made from the content of the row because the row states none.
    pub id_is_made: bool,
    /// The record; `None` if the row is rejected.
    pub entity: Option<Entity>,
    /// Organizations that the row names and that are not known yet.
    pub stubs: Vec<Organization>,
    /// Why it is rejected; empty for an accepted row.
    pub rejected: Vec<Issue>,
    /// What is odd about an accepted row.
    pub warnings: Vec<Issue>,
}
