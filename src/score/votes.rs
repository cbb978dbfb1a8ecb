//! Votes: past projects that resemble the need speak for the organizations that carried them out.
//!
//! Decayed expCombSUM (Macdonald & Ounis, "Voting for candidates", CIKM 2006), with a temperature because BM25 sums are
//! unbounded.

use std::collections::HashMap;

use qianshou_index::IndexError;

use crate::catalog::{Catalog, View, day_number};

/// Past projects that may vote on one need.
const MAX_VOTERS: usize = 1000;
/// Temperature as a share of the best score: a project at half the best score counts e⁻¹ as much.
const TEMPERATURE: f64 = 0.5;
/// Years in which a vote halves; topics age more slowly than activity.
const HALF_LIFE_YEARS: f64 = 5.0;
/// The best match counts in full from this share of a full match on; a need that nothing resembles gets weak votes.
const FULL_MATCH: f64 = 0.35;

/// One project's vote for one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vote {
    /// Position of the project.
    pub project: usize,
    /// How much it resembles the need, 0 to 1.
    pub likeness: f64,
    /// Its weight: likeness × share in the project × decay.
    pub weight: f64,
}

/// All votes on one need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Votes {
    by_organization: HashMap<u32, Vec<Vote>>,
}

impl Votes {
    /// Collects the votes of the projects that are visible in `view` and share words with `topic`.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn collect(catalog: &Catalog, view: &View, topic: &str) -> Result<Self, IndexError> {
        let matches = catalog.text.matches(topic, day_number(view.as_of), MAX_VOTERS)?;
        let Some(best) = matches.hits.first().map(|hit| f64::from(hit.score)) else { return Ok(Self::default()) };
        let quality = (best / f64::from(matches.full).max(f64::MIN_POSITIVE) / FULL_MATCH).min(1.0);
        let mut by_organization: HashMap<u32, Vec<Vote>> = HashMap::new();
        for hit in &matches.hits {
            let Some(at) = catalog.project_by_seq(hit.key) else { continue };
            let project = &catalog.projects[at];
            let likeness = ((f64::from(hit.score) - best) / (TEMPERATURE * best)).exp() * quality;
            let decay = View::decay(project, view.as_of, HALF_LIFE_YEARS);
            // A vote is split among partners, by the root: a joint project is still each partner's deed.
            let equal = 1.0 / project.partners().max(1) as f64;
            let total = project.amount.as_ref().and_then(crate::domain::Amount::point);
            let sums_known = project.period.is_none_or(|period| period.totals_from() <= view.as_of);
            for (place, participant) in project.participants.iter().enumerate() {
                let Some(organization) = catalog.organization(&participant.organization) else { continue };
                let stated = total.filter(|_| sums_known).zip(project.share(place));
                let share = stated.map_or(equal, |(total, share)| (share.yuan() / total.yuan().max(1.0)).min(1.0));
                let weight = likeness * share.sqrt() * decay;
                let own = by_organization.entry(organization as u32).or_default();
                if own.last().is_none_or(|last| last.project != at) {
                    own.push(Vote { project: at, likeness, weight });
                }
            }
        }
        // Summed in the order of project ids, whatever order equal scores came in.
        by_organization.values_mut().for_each(|votes| votes.sort_by_key(|vote| vote.project));
        Ok(Self { by_organization })
    }

    /// The votes for an organization, in the order of project ids.
    #[must_use]
    pub fn of(&self, organization: usize) -> &[Vote] {
        self.by_organization.get(&(organization as u32)).map_or(&[], Vec::as_slice)
    }
}
