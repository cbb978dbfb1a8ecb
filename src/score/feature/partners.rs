//! Co-claim neighbourhood: ln(1 + 10 x), x the chance to arrive at the organization from the claimants of the projects most like
//! the need by one step over joint projects.
//!
//! A joint project of m partners links each two of them with decay / (m − 1), so that a consortium of 29 does not link
//! everybody equally; a step goes to a partner in proportion to the links (random walk of length one, degree-normalised).

use std::collections::BTreeMap;

use crate::catalog::{Catalog, View, decay, is_visible};
use crate::score::Value;
use crate::score::lists::{Lists, Slot};
use crate::score::votes::Votes;

/// Most similar projects whose claimants the walk starts from.
const START_PROJECTS: usize = 5;
/// Joint projects of one claimant that are walked, latest first in the order of ids.
const MAX_JOINT: usize = 200;
const HALF_LIFE_YEARS: f64 = 3.0;
const SCALE: f64 = 10.0;

/// The neighbours of one need's precedents.
pub(in crate::score) struct Partners(Slot);

impl Partners {
    /// None if no project resembles the need.
    pub(in crate::score) fn new(catalog: &Catalog, view: &View, votes: &Votes, lists: &mut Lists<'_>) -> Option<Self> {
        let starts = starts(catalog, votes);
        let total: f64 = starts.values().sum();
        if total <= 0.0 {
            return None;
        }
        let mut reached: BTreeMap<u32, f64> = BTreeMap::new();
        for (start, weight) in starts {
            let links = links(catalog, view, start as usize);
            let degree: f64 = links.values().sum::<f64>().max(f64::MIN_POSITIVE);
            for (partner, link) in links {
                *reached.entry(partner).or_default() += weight / total * link / degree;
            }
        }
        Some(Self(lists.add(reached.into_iter().map(|(at, chance)| (at, chance as f32)).collect::<Vec<_>>())))
    }

    pub(in crate::score) fn value(&self, facts: &[f32]) -> Value {
        let chance = f64::from(facts[self.0]);
        Value::Known(if chance == 0.0 { 0.0 } else { (SCALE * chance).ln_1p() })
    }
}

/// The claimants of the most similar projects, each with the likeness of its projects.
fn starts(catalog: &Catalog, votes: &Votes) -> BTreeMap<u32, f64> {
    let mut starts = BTreeMap::new();
    for &(project, likeness) in votes.nearest().iter().take(START_PROJECTS) {
        let claimants = catalog.claimants(project);
        for claimant in claimants {
            *starts.entry(claimant.to).or_default() += likeness / claimants.len() as f64;
        }
    }
    starts
}

/// The partners of one organization in joint projects visible on the day.
pub(in crate::score) fn links(catalog: &Catalog, view: &View, organization: usize) -> BTreeMap<u32, f64> {
    let mut links = BTreeMap::new();
    let projects = catalog.history(organization).iter().rev().map(|deed| deed.to as usize);
    let is_joint = |&at: &usize| {
        let project = &catalog.projects[at];
        project.participants.len() > 1 && is_visible(project.period, view.as_of)
    };
    for project in projects.filter(is_joint).take(MAX_JOINT) {
        let record = &catalog.projects[project];
        let link = decay(record, view.as_of, HALF_LIFE_YEARS) / (record.participants.len() - 1) as f64;
        for partner in catalog.claimants(project).iter().filter(|claimant| claimant.to as usize != organization) {
            *links.entry(partner.to).or_default() += link;
        }
    }
    links
}
