//! Votes: past projects that resemble the need speak for the organizations that carried them out.
//!
//! These are voting models of Macdonald & Ounis ("Voting for candidates", CIKM 2006). A project's likeness x is its BM25 score
//! as a share of a full match. A full match holds every word of the need, including words that nobody has used yet. So x
//! depends on no other project, and a need that nothing resembles gets weak votes. Sums over many projects use x², so that the
//! many projects that share a word or two do not drown the few that share the subject. Only the strongest precedent is measured
//! against the best project, so a new best project benefits its owner.

use std::collections::HashMap;

use qianshou_index::IndexError;

use crate::catalog::{Catalog, Participation, ProjectFacts, View, day_number, decay, position_of};

/// Most past projects that vote on one need.
const MAX_VOTERS: usize = 1000;
/// Of these, the ones whose sector and home count.
const CLOSE_VOTERS: usize = 300;
/// Of these, the ones that count as precedents.
const PRECEDENTS: usize = 100;
/// Relative distance in likeness from the best project at which a precedent counts only e⁻¹ as much.
const TEMPERATURE: f64 = 0.15;
/// The best precedent counts in full from this likeness on.
const FULL_MATCH: f64 = 0.35;
/// Half-lives of a vote and of a precedent, in years; topics age slowly.
const VOTE_HALF_LIFE: f64 = 5.0;
const PRECEDENT_HALF_LIFE: f64 = 8.0;
/// Damping of the votes by rank.
const RANK_DAMPING: f64 = 10.0;
/// Covers the rounding of a bound, relative.
const ROUNDING: f64 = 1e-9;

/// One project's vote for one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vote {
    /// Position of the project.
    pub project: usize,
    /// How much it resembles the need, 0 to 1.
    pub likeness: f64,
    /// Its weight: likeness² × share in the project × decay.
    pub weight: f64,
    /// Likeness × closeness of sectors × share × decay, for close voters.
    pub by_sector: f64,
    /// Share in the project × decay / (10 + rank).
    by_rank: f64,
    /// Strength as a precedent, 0 to 1.
    pub precedent: f64,
}

/// What the votes for one organization come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    /// Σ weight.
    pub(super) sum: f64,
    /// Σ by sector.
    pub(super) by_sector: f64,
    /// The strongest precedent.
    pub(super) best: f64,
    /// Σ by rank.
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
    /// Voters per visible project.
    expected: f64,
    /// How much the best voter resembles the need; 1 from [`FULL_MATCH`] on.
    quality: f64,
}

impl Votes {
    /// Collects the votes of the projects that are visible in `view` and share words with `topic`; `sectors` are the need's,
    /// by number, with weights.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn collect(catalog: &Catalog, view: &View, topic: &str, sectors: &[(usize, f64)]) -> Result<Self, IndexError> {
        Self::collect_for(catalog, view, topic, sectors, |_| true)
    }

    /// The same, but only the votes for the organizations that are `wanted`. All projects vote, whoever carried them out.
    pub(super) fn collect_for(
        catalog: &Catalog,
        view: &View,
        topic: &str,
        sectors: &[(usize, f64)],
        wanted: impl Fn(u32) -> bool,
    ) -> Result<Self, IndexError> {
        let matches = catalog.text.matches(topic, day_number(view.as_of), MAX_VOTERS)?;
        let full = f64::from(matches.full + matches.unknown).max(f64::MIN_POSITIVE);
        let mut nearest: Vec<(usize, f64)> = Vec::with_capacity(matches.hits.len());
        for hit in &matches.hits {
            // Another process may have written to the index since.
            let known = Some(position_of(hit.key)).filter(|&at| at < catalog.project_count());
            nearest.extend(known.map(|at| (at, (f64::from(hit.score) / full).min(1.0))));
        }
        // Projects with equal scores are in the order of their ids, whatever order the records came in.
        nearest.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| catalog.project_order(a.0).cmp(&catalog.project_order(b.0))));
        let expected = nearest.len() as f64 / view.past.projects.max(1) as f64;
        Ok(Self::of(catalog, view, sectors, nearest, expected, wanted))
    }

    /// The votes of the same projects for a need of other sectors.
    pub(super) fn for_sectors(&self, catalog: &Catalog, view: &View, sectors: &[(usize, f64)]) -> Self {
        Self::of(catalog, view, sectors, self.nearest.clone(), self.expected, |_| true)
    }

    /// The votes of the `nearest` projects, most similar first, for the organizations that are wanted.
    fn of(
        catalog: &Catalog,
        view: &View,
        sectors: &[(usize, f64)],
        nearest: Vec<(usize, f64)>,
        expected: f64,
        wanted: impl Fn(u32) -> bool,
    ) -> Self {
        let best = nearest.first().map_or(1.0, |voter| voter.1).max(f64::MIN_POSITIVE);
        let quality = (best / FULL_MATCH).min(1.0);
        let closeness = closeness(catalog, view, sectors);
        let mut by_organization: HashMap<u32, Vec<Vote>> = HashMap::new();
        let mut rank = 0;
        for (n, &(at, x)) in nearest.iter().enumerate() {
            // Projects with equal likeness share a rank.
            if n > 0 && nearest[n - 1].1 > x {
                rank = n;
            }
            let mut participants = catalog.participants(at).iter().filter(|it| wanted(it.to)).peekable();
            if participants.peek().is_none() {
                continue;
            }
            let voter = Voter::new(catalog, view, &closeness, (at, x), rank, precedence(x, best));
            for participant in participants {
                by_organization.entry(participant.to).or_default().push(voter.vote(view, participant));
            }
        }
        let mut by_organization: Vec<_> = by_organization.into_iter().collect();
        by_organization.sort_unstable_by_key(|entry| entry.0);
        Self { by_organization, quality, expected, nearest }
    }

    /// At least the votes that the projects of one organization have for it, whichever other projects vote. `likeness` holds all
    /// of them that share words with the need.
    pub(super) fn at_most(
        catalog: &Catalog,
        view: &View,
        sectors: &[(usize, f64)],
        organization: usize,
        mut likeness: Vec<(usize, f64)>,
    ) -> Self {
        likeness.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let closeness = if likeness.is_empty() { Vec::new() } else { closeness(catalog, view, sectors) };
        let mut votes = Vec::with_capacity(likeness.len());
        for (at, x) in likeness {
            // The best project resembles the need at least as much as this one. The strength of a precedent falls with the
            // likeness of the best, or rises again up to a full match.
            let precedence = precedence(x, x).max(precedence(x, x.max(FULL_MATCH))) * (1.0 + ROUNDING);
            let voter = Voter::new(catalog, view, &closeness, (at, x), 0, precedence);
            let own = catalog.participants(at).iter().filter(|it| it.to as usize == organization);
            votes.extend(own.map(|participant| voter.vote(view, participant)));
        }
        Self { by_organization: vec![(organization as u32, votes)], nearest: Vec::new(), expected: 0.0, quality: 1.0 }
    }

    /// The votes for an organization, most similar first.
    #[must_use]
    pub fn for_organization(&self, organization: usize) -> &[Vote] {
        let at = self.by_organization.binary_search_by_key(&(organization as u32), |entry| entry.0);
        at.map_or(&[], |at| &self.by_organization[at].1)
    }

    /// The totals of the votes, ascending by organization.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (u32, Tally)> {
        self.by_organization.iter().map(|(organization, votes)| {
            let mut tally = Tally::default();
            for vote in votes {
                tally.sum += vote.weight;
                tally.by_sector += vote.by_sector;
                tally.best = tally.best.max(vote.precedent);
                tally.by_rank += vote.by_rank;
                tally.count += 1.0;
            }
            (*organization, tally)
        })
    }

    /// The organizations with the greatest sum of votes, at most `limit` of them.
    pub(super) fn most_voted(&self, limit: usize) -> Vec<usize> {
        let mut sums: Vec<(f64, usize)> =
            self.tallies().map(|(organization, tally)| (tally.sum, organization as usize)).collect();
        sums.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        sums.into_iter().take(limit).map(|(_, organization)| organization).collect()
    }

    /// The voters by position with their likeness, most similar first.
    pub(super) fn nearest(&self) -> &[(usize, f64)] {
        &self.nearest
    }

    /// The voters whose home counts.
    pub(super) fn close(&self) -> &[(usize, f64)] {
        &self.nearest[..self.nearest.len().min(CLOSE_VOTERS)]
    }

    /// How much the best voter resembles the need, 0 to 1.
    pub(super) const fn quality(&self) -> f64 {
        self.quality
    }

    /// Voters per visible project.
    pub(super) const fn expected(&self) -> f64 {
        self.expected
    }
}

/// How much a project of likeness `x` counts as a precedent, apart from its age, if the best one has likeness `best`.
fn precedence(x: f64, best: f64) -> f64 {
    (best / FULL_MATCH).min(1.0) * ((x / best - 1.0) / TEMPERATURE).exp()
}

/// A project that votes.
struct Voter<'a> {
    at: usize,
    project: ProjectFacts<'a>,
    likeness: f64,
    rank: usize,
    fresh: f64,
    close: f64,
    precedent: f64,
}

impl<'a> Voter<'a> {
    fn new(
        catalog: &'a Catalog,
        view: &View,
        closeness: &[f64],
        (at, likeness): (usize, f64),
        rank: usize,
        precedence: f64,
    ) -> Self {
        let project = catalog.project_facts(at);
        Self {
            at,
            likeness,
            rank,
            fresh: decay(&project, view.day, VOTE_HALF_LIFE),
            close: if rank < CLOSE_VOTERS { likeness * closeness_of(catalog, closeness, &project) } else { 0.0 },
            precedent: if rank < PRECEDENTS { precedence * decay(&project, view.day, PRECEDENT_HALF_LIFE) } else { 0.0 },
            project,
        }
    }

    /// Its vote for one of its participants.
    fn vote(&self, view: &View, participant: &Participation) -> Vote {
        let x = self.likeness;
        let share = share(&self.project, usize::from(participant.position), view).sqrt() * self.fresh;
        Vote {
            project: self.at,
            likeness: x,
            weight: x * x * share,
            by_sector: self.close * share,
            by_rank: share / (RANK_DAMPING + self.rank as f64),
            precedent: self.precedent,
        }
    }
}

/// For each top-level sector, how close it is to the need's sectors; empty if the need names none.
fn closeness(catalog: &Catalog, view: &View, sectors: &[(usize, f64)]) -> Vec<f64> {
    let taxonomy = &catalog.reference.taxonomy;
    let of = |other: usize| {
        let close = |&(sector, weight): &(usize, f64)| weight * view.past.background.closeness(taxonomy.parent(sector), other);
        sectors.iter().map(close).sum()
    };
    if sectors.is_empty() { Vec::new() } else { (0..taxonomy.sector_count()).map(of).collect() }
}

fn closeness_of(catalog: &Catalog, closeness: &[f64], project: &ProjectFacts<'_>) -> f64 {
    let taxonomy = &catalog.reference.taxonomy;
    project.sectors().map(|(sector, weight)| weight * closeness.get(taxonomy.parent(sector)).copied().unwrap_or_default()).sum()
}

/// The participant's share of the project's sum if sums are known by then, else an equal share. Votes use its square root,
/// because a joint project is still the participation of each partner.
fn share(project: &ProjectFacts<'_>, place: usize, view: &View) -> f64 {
    let equal = 1.0 / project.partners().max(1) as f64;
    let total = project.amount().filter(|_| project.totals_are_known(view.day));
    let stated = total.zip(project.share(place));
    stated.map_or(equal, |(total, share)| (share.yuan() / total.yuan().max(1.0)).min(1.0))
}
