//! Which parts of a score are shown: the strongest of each theme, so that a short list does not repeat one fact three times.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::part::PartView;
use crate::domain::ProjectId;
use crate::excerpt::excerpt_of;
use crate::score::{Feature, Part, Theme};

/// Longest title in a sentence: some are whole descriptions.
const TITLE_CHARS: usize = 20;
/// Most reasons in a short list, and the least points of a reason.
const REASONS: usize = 3;
const LEAST_POINTS: i64 = 10;

/// A part of a score, before or after it is put into words.
pub(crate) trait HasPoints {
    /// The feature.
    fn feature(&self) -> Feature;
    /// Its share of the score.
    fn points(&self) -> i64;
}

impl HasPoints for Part {
    fn feature(&self) -> Feature {
        self.feature
    }

    fn points(&self) -> i64 {
        self.points
    }
}

impl HasPoints for PartView {
    fn feature(&self) -> Feature {
        self.feature
    }

    fn points(&self) -> i64 {
        self.points
    }
}

/// Splits the parts into the strongest of each theme, for or against, and the others, among them all that hardly count. Both are
/// in order of size; equal ones are in the order of features.
pub(crate) fn by_theme<P: HasPoints>(parts: &[P]) -> (Vec<&P>, Vec<&P>) {
    split(parts.iter().collect())
}

/// The short list of reasons for an organization: the strongest part of each theme among those that speak for it.
pub(crate) fn strongest<P: HasPoints>(parts: &[P]) -> Vec<&P> {
    let (mut reasons, _) = split(parts.iter().filter(|part| part.points() >= LEAST_POINTS).collect());
    reasons.truncate(REASONS);
    reasons
}

/// The short list in sentences, each precedent named once.
pub(crate) fn in_short(parts: Vec<PartView>) -> Vec<String> {
    let mut named: HashSet<ProjectId> = HashSet::new();
    let sentence = |part: PartView| match part.evidence.into_iter().find(|it| !named.contains(&it.project)) {
        Some(precedent) if part.feature.theme() == Theme::Likeness => {
            let sentence = format!("{}：《{}》", part.reason, excerpt_of(&precedent.title, TITLE_CHARS));
            named.insert(precedent.project);
            sentence
        }
        _ => part.reason,
    };
    parts.into_iter().map(sentence).collect()
}

fn split<P: HasPoints>(mut parts: Vec<&P>) -> (Vec<&P>, Vec<&P>) {
    parts.sort_by_key(|part| Reverse(part.points().abs()));
    let mut themes = HashSet::new();
    parts.into_iter().partition(|part| part.points().abs() >= LEAST_POINTS && themes.insert(part.feature().theme()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Value;

    fn parts() -> [Part; 7] {
        [
            (Feature::TextVotes, 40),
            (Feature::BestPrecedent, 90),
            (Feature::SectorHistory, -60),
            (Feature::SectorActivity, 30),
            (Feature::Home, 9),
            (Feature::Capacity, 0),
            (Feature::Popularity, 30),
        ]
        .map(|(feature, points)| Part { feature, value: Value::Known(1.0), points })
    }

    fn features(parts: &[&Part]) -> Vec<Feature> {
        parts.iter().map(|part| part.feature).collect()
    }

    #[test]
    fn each_theme_once_for_or_against_and_the_rest_beside() {
        let parts = parts();
        let (main, others) = by_theme(&parts);
        assert_eq!(features(&main), [Feature::BestPrecedent, Feature::SectorHistory, Feature::Popularity]);
        assert_eq!(features(&others), [Feature::TextVotes, Feature::SectorActivity, Feature::Home, Feature::Capacity]);
    }

    #[test]
    fn a_short_list_holds_only_what_speaks_for_it() {
        let parts = parts();
        assert_eq!(features(&strongest(&parts)), [Feature::BestPrecedent, Feature::SectorActivity, Feature::Popularity]);
    }
}
