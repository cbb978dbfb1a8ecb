//! Declined needs of the same top-level sectors: 1 each, halved every year, at most 2 together
//! ([`Claimed::declines`](crate::catalog::Claimed)). Declining costs an organization nothing lasting.

use super::{Feature, MaxImpacts};
use crate::catalog::Claimed;
use crate::reference::Taxonomy;
use crate::score::lists::{Lists, Slot};
use crate::score::{Question, Value};

/// The declines that concern one need.
pub(in crate::score) struct Declines(Vec<Slot>);

impl Declines {
    /// None if the need names no sector.
    pub(in crate::score) fn new<'a>(
        taxonomy: &Taxonomy,
        claimed: &'a Claimed,
        question: &Question,
        lists: &mut Lists<'a>,
    ) -> Option<Self> {
        let mut parents: Vec<usize> = question.sectors.iter().map(|&(sector, _)| taxonomy.parent(sector)).collect();
        parents.sort_unstable();
        parents.dedup();
        let slots = parents.iter().filter_map(|&parent| lists.add_if_any(claimed.declines.list(parent as u16))).collect();
        (!parents.is_empty()).then_some(Self(slots))
    }

    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        for &slot in &self.0 {
            impact(Feature::Declines, slot, &|declines| declines);
        }
    }

    pub(in crate::score) fn value(&self, facts: &[f32]) -> Value {
        Value::Known(self.0.iter().map(|&slot| f64::from(facts[slot])).fold(0.0, f64::max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::{Small, claim, need, organization};
    use crate::domain::ClaimState;
    use jiff::civil::date;

    #[test]
    fn declines_of_the_same_sector_count_halve_in_a_year_and_are_bounded() {
        let day = date(2024, 7, 1);
        let mut small =
            Small { organizations: vec![organization("甲基金会"), organization("乙基金会")], ..Small::default() };
        small.needs = vec![need("n1", "MED.village_doctor"), need("n2", "WAT")];
        small.needs.extend((3..9).map(|n| need(&format!("n{n}"), "EDU")));
        small.claims = vec![
            claim("n1", "甲基金会", ClaimState::Declined, day),
            claim("n2", "甲基金会", ClaimState::Cancelled, day),
            claim("n2", "乙基金会", ClaimState::Confirmed, day),
        ];
        small.claims.extend((3..9).map(|n| claim(&format!("n{n}"), "乙基金会", ClaimState::Declined, day)));
        let catalog = small.catalog();
        let taxonomy = &catalog.reference.taxonomy;
        let value = |name: &str, sector: &str, as_of| {
            let view = catalog.as_of(as_of);
            let sector = taxonomy.sector(&crate::domain::SectorCode::new(sector)).unwrap();
            let question = Question { sectors: vec![(sector, 1.0)], ..Question::default() };
            let mut lists = Lists::default();
            let declines = Declines::new(taxonomy, &view.claimed, &question, &mut lists).unwrap();
            let at = catalog.organization(&crate::domain::OrganizationId::new(name)).unwrap();
            match declines.value(&lists.facts_for(at)) {
                Value::Known(value) => value,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(value("甲基金会", "MED.equipment", day), 1.0, "another need of the same parent");
        assert_eq!(value("甲基金会", "WAT", day), 0.0, "taken back is not declined");
        assert_eq!(value("甲基金会", "MED", date(2024, 6, 30)), 0.0, "not declined yet");
        let later = value("甲基金会", "MED", date(2025, 7, 1));
        // 365 days of 365.25.
        assert!((later - 0.5).abs() < 1e-3, "{later}");
        assert_eq!(value("乙基金会", "EDU", day), 2.0, "six are bounded by two");
        assert_eq!(value("乙基金会", "MED", day), 0.0);
    }
}
