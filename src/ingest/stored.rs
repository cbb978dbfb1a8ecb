//! What is stored already: a row that states part of a record changes that part only.
//!
//! A blank cell and a column that the list lacks keep what is stored. JSON `null` and the word 清空 clear it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::cell_value::is_blank;
use super::row::Cells;
use crate::domain::{Claim, Need, Organization, Project};

/// What a cell says to clear its field.
pub(crate) const CLEAR: &str = "清空";

/// The records that rows may change, by id.
pub trait Stored: Sync {
    /// The organization with this id.
    fn organization(&self, id: &str) -> Option<Cow<'_, Organization>>;
    /// The project with this id.
    fn project(&self, id: &str) -> Option<Cow<'_, Project>>;
    /// The need with this id.
    fn need(&self, id: &str) -> Option<Cow<'_, Need>>;
    /// The claim with this id.
    fn claim(&self, id: &str) -> Option<Cow<'_, Claim>>;
}

/// Nothing is stored: each row is read for itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nothing;

impl Stored for Nothing {
    fn organization(&self, _id: &str) -> Option<Cow<'_, Organization>> {
        None
    }

    fn project(&self, _id: &str) -> Option<Cow<'_, Project>> {
        None
    }

    fn need(&self, _id: &str) -> Option<Cow<'_, Need>> {
        None
    }

    fn claim(&self, _id: &str) -> Option<Cow<'_, Claim>> {
        None
    }
}

/// Takes the order to clear out of the cells, and returns the fields that are to be cleared: those of which no other column
/// has a value.
pub(super) fn take_cleared(cells: &mut Cells) -> HashSet<Arc<str>> {
    let mut cleared = HashSet::new();
    for cell in cells.iter_mut() {
        if matches!(&cell.value, Value::String(text) if text.trim() == CLEAR) {
            cell.value = Value::Null;
        }
        if cell.value.is_null() && !cell.field.is_empty() {
            cleared.insert(Arc::clone(&cell.field));
        }
    }
    cleared.retain(|field| cells.iter().all(|cell| cell.field != *field || is_blank(&cell.value)));
    cleared
}
