//! Votes: past projects that resemble the need speak for the organizations that carried them out.
//!
//! Voting models of Macdonald & Ounis ("Voting for candidates", CIKM 2006), decayed, with a temperature because BM25 sums are
//! unbounded.

use std::collections::HashMap;

use qianshou_index::IndexError;

use crate::catalog::{Catalog, View, day_number, decay};
use crate::domain::{Amount, Project};

/// Past projects that may vote on one need.
const MAX_VOTERS: usize = 1000;
/// Temperature as a share of the best score: a project at half the best score counts e⁻¹ as much.
const TEMPERATURE: f64 = 0.5;
/// Years in which a vote halves; topics age more slowly than activity.
const HALF_LIFE_YEARS: f64 = 5.0;
/// The best match counts in full from this share of a full match on; a need that nothing resembles gets weak votes.
const FULL_MATCH: f64 = 0.35;
/// Damping of the votes by rank.
const RANK_DAMPING: f64 = 10.0;

/// One project's vote for one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vote {
    /// Position of the project.
    pub project: usize,
    /// How much it resembles the need, 0 to 1.
    pub likeness: f64,
    /// Its weight: likeness × share in the project × decay.
    pub weight: f64,
    /// Share in the project × decay / (10 + rank).
    by_rank: f64,
    /// Likeness × decay.
    fresh: f64,
}

/// What the votes for one organization come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    /// Σ weight.
    pub(super) sum: f64,
    /// The largest likeness × decay.
    pub(super) best: f64,
    /// Σ share · decay / (10 + rank).
    pub(super) by_rank: f64,
    /// Number of votes.
    pub(super) count: f64,
}

/// All votes on one need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Votes {
    /// Ascending by organization.
    by_organization: Vec<(u32, Vec<Vote>)>,
    /// The voters with their likeness, most similar first.
    nearest: Vec<(usize, f64)>,
    /// Voters a visible project.
    expected: f64,
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
        let mut nearest: Vec<(usize, f64)> = Vec::with_capacity(matches.hits.len());
        for hit in &matches.hits {
            let likeness = ((f64::from(hit.score) - best) / (TEMPERATURE * best)).exp() * quality;
            nearest.extend(catalog.project_by_seq(hit.key).map(|at| (at, likeness)));
        }
        // Equal scores in the order of project ids, whatever order the records came in.
        nearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut by_organization: HashMap<u32, Vec<Vote>> = HashMap::new();
        let mut rank = 0;
        for (n, &(at, likeness)) in nearest.iter().enumerate() {
            // Equal likeness, equal rank.
            if n > 0 && nearest[n - 1].1 > likeness {
                rank = n;
            }
            let project = &catalog.projects[at];
            let decay = decay(project, view.as_of, HALF_LIFE_YEARS);
            for &(organization, place) in catalog.claimants(at) {
                let share = share(project, place as usize, view).sqrt() * decay;
                let by_rank = share / (RANK_DAMPING + rank as f64);
                let vote = Vote { project: at, likeness, weight: likeness * share, by_rank, fresh: likeness * decay };
                by_organization.entry(organization).or_default().push(vote);
            }
        }
        let mut by_organization: Vec<_> = by_organization.into_iter().collect();
        by_organization.sort_unstable_by_key(|entry| entry.0);
        Ok(Self { by_organization, expected: nearest.len() as f64 / view.past.projects.max(1) as f64, nearest })
    }

    /// The votes for an organization, most similar first.
    #[must_use]
    pub fn of(&self, organization: usize) -> &[Vote] {
        let at = self.by_organization.binary_search_by_key(&(organization as u32), |entry| entry.0);
        at.map_or(&[], |at| &self.by_organization[at].1)
    }

    /// What the votes come to, ascending by organization.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (u32, Tally)> {
        self.by_organization.iter().map(|(organization, votes)| {
            let mut tally = Tally::default();
            for vote in votes {
                tally.sum += vote.weight;
                tally.best = tally.best.max(vote.fresh);
                tally.by_rank += vote.by_rank;
                tally.count += 1.0;
            }
            (*organization, tally)
        })
    }

    /// The voters by position with their likeness, most similar first.
    pub(super) fn nearest(&self) -> &[(usize, f64)] {
        &self.nearest
    }

    /// Voters for each visible project.
    pub(super) const fn expected(&self) -> f64 {
        self.expected
    }
}

/// The participant's share in the project's sum, where sums are known by then, else an equal one; the root of it counts: a
/// joint project is still each partner's deed.
fn share(project: &Project, place: usize, view: &View) -> f64 {
    let equal = 1.0 / project.partners().max(1) as f64;
    let total = project.amount.as_ref().and_then(Amount::point);
    let sums_known = project.period.is_none_or(|period| period.totals_from() <= view.as_of);
    let stated = total.filter(|_| sums_known).zip(project.share(place));
    stated.map_or(equal, |(total, share)| (share.yuan() / total.yuan().max(1.0)).min(1.0))
}
