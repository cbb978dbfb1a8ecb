//! Which parts of a score are shown: the strongest of each theme, so that a short list does not repeat one fact three times.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::detail::short_title;
use super::part::PartView;
use crate::domain::ProjectId;
use crate::score::{Feature, Part, Theme};

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

/// The short list of reasons for an organization: the strongest part of each theme among those that speak for it, by what the
/// theme comes to. Work in the need's places is a theme of its own here. How much and how lately an organization works is a
/// reason only if there is no other.
pub(crate) fn strongest<P: HasPoints>(parts: &[P]) -> Vec<&P> {
    let speaks_for = |part: &&P| part.points() >= LEAST_POINTS;
    let is_general = |part: &&P| matches!(part.feature(), Feature::Popularity | Feature::Recency);
    let theme = |part: &P| (part.feature().theme(), part.feature() == Feature::RegionHistory);
    let mut candidates: Vec<&P> = parts.iter().filter(speaks_for).filter(|part| !is_general(part)).collect();
    if candidates.is_empty() {
        candidates = parts.iter().filter(speaks_for).collect();
    }
    candidates.sort_by_key(|part| Reverse(part.points()));
    let of_theme = |wanted: &P| candidates.iter().filter(|it| theme(it) == theme(wanted)).map(|it| it.points()).sum::<i64>();
    let mut reasons: Vec<(&P, i64)> = Vec::new();
    for &part in &candidates {
        if !reasons.iter().any(|(it, _)| theme(it) == theme(part)) {
            reasons.push((part, of_theme(part)));
        }
    }
    reasons.sort_by_key(|&(_, points)| Reverse(points));
    reasons.truncate(REASONS);
    reasons.into_iter().map(|(part, _)| part).collect()
}

/// The short list in sentences: each precedent named once, no sentence twice, and no count of nothing but named projects.
pub(crate) fn in_short(parts: Vec<PartView>) -> Vec<String> {
    let mut named: HashSet<ProjectId> = HashSet::new();
    let mut sentences: Vec<String> = Vec::new();
    let count = parts.len();
    for part in parts {
        let mut evidence = part.evidence.iter().map(|it| &it.project);
        // Shared words alone are a poor reason.
        if part.feature.theme() == Theme::Likeness && part.evidence.is_empty() && count > 1 {
            continue;
        }
        if part.feature.theme() == Theme::Sector && !part.evidence.is_empty() && evidence.all(|it| named.contains(it)) {
            continue;
        }
        let sentence = match part.evidence.into_iter().find(|it| !named.contains(&it.project)) {
            Some(precedent) if part.feature.theme() == Theme::Likeness => {
                let sentence = format!("{}：《{}》", part.reason, short_title(&precedent.title));
                named.insert(precedent.project);
                sentence
            }
            _ => part.reason,
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::detail::tests::part;
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
    fn a_short_list_holds_only_what_speaks_for_it() {
        let parts = parts();
        assert_eq!(features(&strongest(&parts)), [Feature::BestPrecedent, Feature::SectorActivity]);
    }

    #[test]
    fn a_short_list_names_a_project_once_and_says_nothing_of_shared_words() {
        let close = || part(Feature::BestPrecedent, 90, "做过很相近的项目", &["a"]);
        let place = || part(Feature::RegionHistory, 60, "在云南省做过1个项目", &["a"]);
        let field = |projects: &[&str]| part(Feature::SectorActivity, 40, "做过“助残”项目", projects);
        let same = in_short(vec![close(), place(), field(&["a"])]);
        assert_eq!(same, ["做过很相近的项目：《项目a》", "在云南省做过1个项目"]);
        assert_eq!(in_short(vec![close(), field(&["a", "b"])]), ["做过很相近的项目：《项目a》", "做过“助残”项目"]);
        let words = || part(Feature::Profile, 50, "往期项目有个别用语与需求相同", &[]);
        assert_eq!(in_short(vec![words(), place(), place()]), ["在云南省做过1个项目"]);
        assert_eq!(in_short(vec![words()]), ["往期项目有个别用语与需求相同"], "if there is no other reason");
    }

    #[test]
    fn the_theme_that_comes_to_most_is_first_and_names_its_strongest_part() {
        let part = |(feature, points)| Part { feature, value: Value::Known(1.0), points };
        let parts = [(Feature::TextVotes, 40), (Feature::Profile, 50), (Feature::SectorHistory, 80)];
        assert_eq!(features(&strongest(&parts.map(part))), [Feature::Profile, Feature::SectorHistory]);
    }

    #[test]
    fn work_in_the_place_stands_beside_a_stronger_part_of_place_and_mere_numbers_come_in_only_alone() {
        let part = |(feature, points)| Part { feature, value: Value::Known(1.0), points };
        let parts = [(Feature::Popularity, 90), (Feature::Counterpart, 80), (Feature::Home, 70), (Feature::RegionHistory, 60)];
        assert_eq!(features(&strongest(&parts.map(part))), [Feature::Counterpart, Feature::RegionHistory]);
        assert_eq!(features(&strongest(&[(Feature::Popularity, 90), (Feature::Home, 9)].map(part))), [Feature::Popularity]);
    }
}
