//! The organization's own words against the need's text: all it has done (profile), its name, its stated scope.
//!
//! Name and scope are the only texts that an organization without history has. What is beyond the best [`MAX_MATCHES`] counts as
//! nothing.

use qianshou_index::IndexError;
use qianshou_index::searcher::TextSearcher;

use super::{Feature, MaxImpacts};
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
        let (profiles, (names, scopes)) = rayon::join(
            || profile::search(catalog, view, topic),
            || rayon::join(|| matches(&catalog.names, view, topic), || matches(&catalog.scopes, view, topic)),
        );
        Ok(Self { profiles: profiles?, names: names?, scopes: scopes? })
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
    quality: f64,
    profile: Slot,
    name: Slot,
    scope: Slot,
}

impl Own {
    /// None if the need has no text.
    pub(in crate::score) fn new(words: &OwnWords, quality: f64, topic: &str, lists: &mut Lists<'_>) -> Option<Self> {
        (!topic.is_empty()).then(|| Self {
            quality,
            profile: lists.add(words.profiles.clone()),
            name: lists.add(words.names.clone()),
            scope: lists.add(words.scopes.clone()),
        })
    }

    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        impact(Feature::Profile, self.profile, &|share| self.quality * share);
        impact(Feature::NameMatch, self.name, &|share| share);
        impact(Feature::Scope, self.scope, &|share| share);
    }

    /// BM25 of all that it has done, as a share of the best organization's, less where no project is much like the need.
    pub(in crate::score) fn profile(&self, facts: &[f32]) -> Value {
        Value::Known(self.quality * f64::from(facts[self.profile]))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::{Small, organization, project};
    use jiff::civil::date;

    #[test]
    fn name_and_scope_are_a_share_of_a_full_match_and_stubs_wait_for_their_first_project() {
        let organizations = ["净水协会", "乡村医生基金会", "丙净水中心"].map(organization).to_vec();
        let mut small = Small { organizations, ..Small::default() };
        small.organizations[1].scope = Some("资助乡村医生培训".to_owned());
        small.organizations[2].stub = true;
        small.projects = vec![project("p", "修路", &["丙净水中心"], "2024")];
        let catalog = small.catalog();
        let at = |name: &str| catalog.organization(&crate::domain::OrganizationId::new(name)).unwrap();
        let found = |year, topic: &str| {
            let words = OwnWords::search(&catalog, &catalog.as_of(date(year, 12, 31)), topic).unwrap();
            let mut lists = Lists::default();
            let own = Own::new(&words, 1.0, topic, &mut lists).unwrap();
            move |organization| {
                let facts = lists.facts_for(organization);
                let has_scope = organization == 1;
                let reach = crate::catalog::Reach { has_scope, ..crate::catalog::Reach::default() };
                let row = Row { reach, ..crate::catalog::tests::small::row(0) };
                [own.name(&facts), own.scope(&row, &facts)]
                    .map(|value| if let Value::Known(value) = value { value } else { -1.0 })
            }
        };
        let water = found(2023, "净水");
        let [own, stub] = ["净水协会", "丙净水中心"].map(|name| water(at(name))[0]);
        assert!(own > 0.0 && own <= 1.0 && stub == 0.0, "{own} {stub}");
        assert!(found(2024, "净水")(at("丙净水中心"))[0] > 0.0);
        let doctors = found(2024, "乡村医生培训");
        assert!(doctors(at("乡村医生基金会")).iter().all(|&it| it > 0.0));
        assert_eq!(doctors(at("净水协会")), [0.0, -1.0], "it states no scope");
        assert!(
            Own::new(&OwnWords::search(&catalog, &catalog.as_of(date(2024, 1, 1)), "").unwrap(), 1.0, "", &mut Lists::default())
                .is_none()
        );
    }
}
