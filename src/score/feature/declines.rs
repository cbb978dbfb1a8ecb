//! Declined needs. Declining has no lasting cost for an organization.

use super::definition::{Definition, DependsOn, EvidenceKind, NO_RECORD, NO_SECTOR, Sign, Theme};
use super::formula::{Family, Formula, Impact, Inputs};
use super::value::Value;
use crate::catalog::Row;
use crate::score::lists::{Lists, Slot};

/// The lists of declines that concern one need.
pub(crate) struct Declined(Vec<Slot>);

impl Family for Declined {
    /// None if the need names no sector.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let Inputs { catalog, view, question, .. } = *inputs;
        let taxonomy = &catalog.reference.taxonomy;
        let mut parents: Vec<usize> = question.sectors.iter().map(|&(sector, _)| taxonomy.parent(sector)).collect();
        parents.sort_unstable();
        parents.dedup();
        let slots = parents.iter().filter_map(|&parent| lists.add_if_any(view.claimed.declines.list(parent as u16))).collect();
        (!parents.is_empty()).then_some(Self(slots))
    }
}

/// How many needs of the same top-level sector the organization has declined, for the sector with the most: 1 each, halved
/// every year, at most 2 in total ([`Claimed::declines`](crate::catalog::Claimed)).
///
/// - Unit: declines of today.
/// - Source: a rule set by hand; its weight is not learned.
/// - Sign: policy; by hand it speaks against. Bound: 0 to 2.
pub(crate) struct Declines;

impl Formula for Declines {
    const DEFINITION: Definition = Definition {
        code: "declines",
        label: "近期婉拒",
        theme: Theme::Standing,
        sign: Sign::Policy,
        bounds: 0.0..=2.0,
        depends_on: DependsOn::Need,
        evidence: EvidenceKind::Nothing,
        not_asked: NO_SECTOR,
        unknown: NO_RECORD,
    };
    type Asked = Declined;
    type Facts = ();

    fn value(declined: &Declined, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(declined.0.iter().map(|&slot| f64::from(facts[slot])).fold(0.0, f64::max))
    }

    fn max_impacts(declined: &Declined, impact: &mut Impact<'_>) {
        for &slot in &declined.0 {
            impact(slot, &|declines| declines);
        }
    }

    fn sentence(declines: f64, _facts: &()) -> String {
        if declines > 0.0 {
            "近期婉拒过该领域的需求；影响有限，一年减半"
        } else {
            "近期没有婉拒过该领域的需求"
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::{Small, claim, need, organization, row};
    use crate::domain::ClaimState;
    use crate::score::Question;
    use crate::score::own_words::OwnWords;
    use crate::score::votes::Votes;
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
            let (votes, own_words) = (&Votes::default(), &OwnWords::default());
            let inputs = Inputs { catalog: &catalog, view: &view, question: &question, votes, own_words, one: None };
            let mut lists = Lists::default();
            let declined = Declined::new(&inputs, &mut lists).unwrap();
            let at = catalog.organization(&crate::domain::OrganizationId::new(name)).unwrap();
            match Declines::value(&declined, &row(0), &lists.facts_for(at)) {
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

    #[test]
    fn a_sentence_says_that_declining_costs_little() {
        assert_eq!(Declines::sentence(1.0, &()), "近期婉拒过该领域的需求；影响有限，一年减半");
        assert_eq!(Declines::sentence(0.0, &()), "近期没有婉拒过该领域的需求");
    }
}
