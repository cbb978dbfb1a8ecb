//! Partners: the organizations with which the participants of similar projects have worked.
//!
//! A joint project of m partners links each pair of them with decay / (m − 1), so that a consortium of 29 does not link
//! everybody equally. A step goes to a partner in proportion to the links.

use std::collections::BTreeMap;

use super::definition::{Definition, DependsOn, EvidenceKind, NO_RECORD, Sign, Theme};
use super::formula::{Family, Formula, Impact, Inputs};
use super::value::Value;
use crate::catalog::{Catalog, Row, View, decay};
use crate::score::lists::{Lists, Slot};
use crate::score::votes::Votes;

/// Most similar projects whose participants the walk starts from.
const START_PROJECTS: usize = 5;
/// Most joint projects of one participant that are walked, the latest first.
const MAX_JOINT: usize = 200;
const HALF_LIFE_YEARS: f64 = 3.0;
const SCALE: f64 = 10.0;

/// The organizations that can be reached from one need's precedents.
pub(crate) struct Neighbours(Slot);

impl Family for Neighbours {
    /// None if no project resembles the need.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let Inputs { catalog, view, votes, .. } = *inputs;
        let starts = starts(catalog, votes);
        let total: f64 = starts.iter().map(|start| start.1).sum();
        if total <= 0.0 {
            return None;
        }
        let mut reached: BTreeMap<u32, f64> = BTreeMap::new();
        for (start, weight) in starts {
            let links = links(catalog, view, start as usize);
            let degree: f64 = links.iter().map(|link| link.1).sum();
            // Links so old that nothing is left of their weight lead nowhere.
            if degree <= 0.0 {
                continue;
            }
            for (partner, link) in links {
                *reached.entry(partner).or_default() += weight / total * link / degree;
            }
        }
        Some(Self(lists.add(reached.into_iter().map(|(at, chance)| (at, chance as f32)).collect::<Vec<_>>())))
    }
}

/// What the sentence about partners states.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PartnerFacts {
    /// Names of its partners among the participants of similar projects, the closest first.
    pub(crate) names: Vec<String>,
}

/// ln(1 + 10 x). x is the probability of arriving at the organization in one step over joint projects, starting from the
/// participants of the projects most like the need.
///
/// - Unit: logarithm of 1 + tenths of a probability.
/// - Source: random walk of length one over joint projects, degree-normalised; the 10 is set by hand.
/// - Sign: speaks for. Bound: 0 to ln 11.
pub(crate) struct Partners;

impl Formula for Partners {
    const DEFINITION: Definition = Definition {
        code: "partners",
        label: "合作网络",
        theme: Theme::Standing,
        sign: Sign::Merit,
        // ln 11
        bounds: 0.0..=2.397_895_272_798_370_7,
        depends_on: DependsOn::Need,
        evidence: EvidenceKind::Partners,
        not_asked: "没有相似的往期项目可作起点",
        unknown: NO_RECORD,
    };
    type Asked = Neighbours;
    type Facts = PartnerFacts;

    fn value(neighbours: &Neighbours, _row: &Row, facts: &[f32]) -> Value {
        let chance = f64::from(facts[neighbours.0]);
        Value::Known(if chance == 0.0 { 0.0 } else { (SCALE * chance).ln_1p() })
    }

    fn max_impacts(neighbours: &Neighbours, impact: &mut Impact<'_>) {
        impact(neighbours.0, &|chance| (SCALE * chance).ln_1p());
    }

    fn sentence(value: f64, facts: &PartnerFacts) -> String {
        if !facts.names.is_empty() {
            format!("曾与做过相近项目的{}合作", facts.names.join("、"))
        } else if value > 0.0 {
            "曾与做过相近项目的组织合作".to_owned()
        } else {
            "没有与做过相近项目的组织合作的记录".to_owned()
        }
    }
}

/// The participants of the most similar projects, each with its part of the likeness of its projects.
fn starts(catalog: &Catalog, votes: &Votes) -> Vec<(u32, f64)> {
    let mut starts = BTreeMap::new();
    for &(project, likeness) in votes.nearest().iter().take(START_PROJECTS) {
        let participants = catalog.participants(project);
        for participant in participants {
            *starts.entry(participant.to).or_default() += likeness / participants.len() as f64;
        }
    }
    by_id(catalog, starts)
}

/// In the order of ids, so that sums over them do not depend on the order of arrival.
fn by_id(catalog: &Catalog, numbers: BTreeMap<u32, f64>) -> Vec<(u32, f64)> {
    let mut numbers: Vec<(u32, f64)> = numbers.into_iter().collect();
    numbers.sort_by_cached_key(|entry| catalog.id_order(entry.0 as usize));
    numbers
}

/// The partners of one organization in joint projects visible on the day, in the order of ids.
pub(in crate::score) fn links(catalog: &Catalog, view: &View, organization: usize) -> Vec<(u32, f64)> {
    let mut links = BTreeMap::new();
    let projects = catalog.history(organization).iter().map(|participation| participation.to as usize);
    let is_joint = |&at: &usize| {
        let project = catalog.project_facts(at);
        project.named_participants() > 1 && project.is_visible(view.day)
    };
    for project in projects.filter(is_joint).take(MAX_JOINT) {
        let facts = catalog.project_facts(project);
        let link = decay(&facts, view.day, HALF_LIFE_YEARS) / (facts.named_participants() - 1) as f64;
        for partner in catalog.participants(project).iter().filter(|participant| participant.to as usize != organization) {
            *links.entry(partner.to).or_default() += link;
        }
    }
    by_id(catalog, links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::{Small, organization, project, row};
    use crate::score::Question;
    use crate::score::own_words::OwnWords;
    use jiff::civil::date;

    #[test]
    fn a_step_from_those_who_did_the_like_to_their_partners() {
        let organizations = ["a", "b", "c", "d"].map(organization).to_vec();
        let projects = vec![
            project("p1", "学校净水设备", &["a"], "2024"),
            // Joint: 1 / (3 − 1) to each, and 1 / (2 − 1) to b alone.
            project("p2", "修路", &["a", "b", "c"], "2024"),
            project("p3", "助学", &["a", "b"], "2024"),
            project("p4", "养老", &["c", "d"], "2024"),
            project("p5", "敬老", &["a", "d"], "2026"),
        ];
        let catalog = Small { organizations, projects, ..Small::default() }.catalog();
        let view = catalog.as_of(date(2024, 12, 31));
        let links: Vec<(u32, f64)> = links(&catalog, &view, 0).into_iter().collect();
        assert_eq!(links, [(1, 1.5), (2, 0.5)], "the project of 2026 is not known yet");
        let votes = Votes::collect(&catalog, &view, "净水设备", &[]).unwrap();
        let (none, question, own_words) = (&Votes::default(), &Question::default(), &OwnWords::default());
        let inputs = |votes| Inputs { catalog: &catalog, view: &view, question, votes, own_words, one: None };
        let mut lists = Lists::default();
        let asked = Neighbours::new(&inputs(&votes), &mut lists).unwrap();
        let values = [0, 1, 2, 3].map(|at| Partners::value(&asked, &row(0), &lists.facts_for(at)));
        // The walk starts at a: probability ¾ and ¼, ln(1 + 10 · x).
        for (value, expected) in values.into_iter().zip([0.0, 8.5_f64.ln(), 3.5_f64.ln(), 0.0]) {
            assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
        }
        assert!(Neighbours::new(&inputs(none), &mut lists).is_none());
    }

    #[test]
    fn a_sentence_names_the_partners_that_are_known() {
        let named = PartnerFacts { names: vec!["甲".to_owned(), "乙".to_owned()] };
        assert_eq!(Partners::sentence(1.0, &named), "曾与做过相近项目的甲、乙合作");
        assert_eq!(Partners::sentence(1.0, &PartnerFacts::default()), "曾与做过相近项目的组织合作");
        assert_eq!(Partners::sentence(0.0, &PartnerFacts::default()), "没有与做过相近项目的组织合作的记录");
    }
}
