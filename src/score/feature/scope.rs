//! The organization's own words against the need's text: all it has done (profile), its name, its stated scope.
//!
//! Name and scope are the only texts that an organization without history has. What is beyond the best [`MAX_MATCHES`] counts as
//! nothing.

use qianshou_index::IndexError;
use qianshou_index::searcher::TextSearcher;

use crate::catalog::{Catalog, Row, View, day_number};
use crate::score::lists::{Lists, Slot};
use crate::score::{Value, profile};

/// Names, and scopes, that are looked at.
const MAX_MATCHES: usize = 2000;

/// Organizations whose words resemble one need, with how much, 0 to 1; ascending by position.
type Matches = Vec<(u32, f32)>;

/// What the text search finds in organizations' own words.
pub(in crate::score) struct OwnWords {
    profiles: Matches,
    names: Matches,
    scopes: Matches,
}

impl OwnWords {
    /// Searches profiles, names and scopes.
    pub(in crate::score) fn search(catalog: &Catalog, view: &View, topic: &str) -> Result<Self, IndexError> {
        Ok(Self {
            profiles: profile::search(catalog, view, topic)?,
            names: matches(&catalog.names, view, topic)?,
            scopes: matches(&catalog.scopes, view, topic)?,
        })
    }
}

/// BM25 as a share of a full match. Stubs that later records make known do not count in the statistics of the day.
fn matches(searcher: &TextSearcher, view: &View, topic: &str) -> Result<Matches, IndexError> {
    let found = searcher.matches(topic, day_number(view.as_of), MAX_MATCHES)?;
    let full = f64::from(found.full).max(f64::MIN_POSITIVE);
    let mut matches: Matches =
        found.hits.iter().map(|hit| (hit.key as u32, (f64::from(hit.score) / full).min(1.0) as f32)).collect();
    matches.sort_unstable_by_key(|entry| entry.0);
    Ok(matches)
}

/// The matches of one need.
pub(in crate::score) struct Own {
    profile: Slot,
    name: Slot,
    scope: Slot,
}

impl Own {
    /// None if the need has no text.
    pub(in crate::score) fn new(words: &OwnWords, topic: &str, lists: &mut Lists<'_>) -> Option<Self> {
        (!topic.is_empty()).then(|| Self {
            profile: lists.add(words.profiles.clone()),
            name: lists.add(words.names.clone()),
            scope: lists.add(words.scopes.clone()),
        })
    }

    /// BM25 of all that it has done, as a share of the best organization's.
    pub(in crate::score) fn profile(&self, facts: &[f32]) -> Value {
        Value::Known(f64::from(facts[self.profile]))
    }

    /// BM25 of its name, as a share of a full match.
    pub(in crate::score) fn name(&self, facts: &[f32]) -> Value {
        Value::Known(f64::from(facts[self.name]))
    }

    /// BM25 of its stated scope, as a share of a full match. Unknown where it states none.
    pub(in crate::score) fn scope(&self, row: &Row, facts: &[f32]) -> Value {
        if row.reach.has_scope { Value::Known(f64::from(facts[self.scope])) } else { Value::Unknown }
    }
}
