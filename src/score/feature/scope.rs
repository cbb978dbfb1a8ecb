//! Name and stated scope against the need's text: BM25 of the organization's own words, as a share of a full match.
//!
//! The only text that an organization without history has. Stubs that later records make known do not count in the
//! statistics of the day.

use crate::catalog::{Catalog, View, day_number};
use crate::score::Value;
use crate::score::lists::{Lists, Slot};
use qianshou_index::IndexError;

/// Organizations whose words resemble the need at all; what is beyond them counts as nothing.
const MAX_MATCHES: usize = 2000;

/// The organizations whose words resemble one need, with how much, 0 to 1; ascending by position.
pub(in crate::score) type Matches = Vec<(u32, f32)>;

/// Asks the text index of names and scopes.
pub(in crate::score) fn matches(catalog: &Catalog, view: &View, topic: &str) -> Result<Matches, IndexError> {
    let found = catalog.names.matches(topic, day_number(view.as_of), MAX_MATCHES)?;
    let full = f64::from(found.full).max(f64::MIN_POSITIVE);
    let mut matches: Matches =
        found.hits.iter().map(|hit| (hit.key as u32, (f64::from(hit.score) / full).min(1.0) as f32)).collect();
    matches.sort_unstable_by_key(|entry| entry.0);
    Ok(matches)
}

/// The matches of one need.
pub(in crate::score) struct Scope(Slot);

impl Scope {
    /// None if the need has no text.
    pub(in crate::score) fn new(matches: &Matches, topic: &str, lists: &mut Lists<'_>) -> Option<Self> {
        (!topic.is_empty()).then(|| Self(lists.add(matches.clone())))
    }

    pub(in crate::score) fn value(&self, facts: &[f32]) -> Value {
        Value::Known(f64::from(facts[self.0]))
    }
}
