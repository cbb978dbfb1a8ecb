//! What organizations say about themselves: their past projects read as one text, their names and their stated scopes, each
//! searched for the need's words. Only the best [`MAX_MATCHES`] matches of names and of scopes count.

use qianshou_index::IndexError;
use qianshou_index::searcher::TextSearcher;

use super::profile;
use super::small_day::both;
use crate::catalog::{Catalog, View, day_number, position_of};

/// Most matches of names, and of scopes, that count.
const MAX_MATCHES: usize = 2000;

/// Organizations whose words resemble one need, each with a likeness of 0 to 1; ascending by position.
type Matches = Vec<(u32, f32)>;

/// What the text search finds in organizations' own words.
#[derive(Default, Clone)]
pub(super) struct OwnWords {
    /// BM25 of all past projects read as one text, as a share of the best organization's.
    pub(super) profiles: Matches,
    /// BM25 of the name, as a share of a full match.
    pub(super) names: Matches,
    /// BM25 of the stated scope, as a share of a full match.
    pub(super) scopes: Matches,
}

impl OwnWords {
    /// Searches profiles, names and scopes.
    pub(super) fn search(catalog: &Catalog, view: &View, topic: &str) -> Result<Self, IndexError> {
        let (profiles, (names, scopes)) = both(
            view,
            || profile::search(catalog, view, topic),
            || both(view, || best_matches(&catalog.names, view, topic), || best_matches(&catalog.scopes, view, topic)),
        );
        Ok(Self { profiles: profiles?, names: names?, scopes: scopes? })
    }
}

/// BM25 as a share of a full match. Stubs that become known only through later records do not count in the statistics of the
/// day.
pub(super) fn best_matches(searcher: &TextSearcher, view: &View, topic: &str) -> Result<Matches, IndexError> {
    let found = searcher.matches(topic, day_number(view.as_of), MAX_MATCHES)?;
    let full = f64::from(found.full).max(f64::MIN_POSITIVE);
    let share = |score: f32| (f64::from(score) / full).min(1.0) as f32;
    let matches = found.hits.iter().map(|hit| (position_of(hit.key), share(hit.score)));
    let known = matches.filter(|&(at, _)| at < view.rows.len());
    let mut matches: Matches = known.map(|(at, share)| (at as u32, share)).collect();
    matches.sort_unstable_by_key(|entry| entry.0);
    Ok(matches)
}
