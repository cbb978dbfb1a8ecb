//! Turns the solved numbers back into needs and organizations.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::draft::{Alternate, Coverage, Partner, PlannedNeed, PlannedOrganization};
use super::encode::Encoded;
use super::money::{Capacity, Source, wan};
use super::needs::Wanted;
use super::objective::{CERTAIN, MOST_WORTH};
use crate::catalog::Catalog;
use crate::domain::{OrganizationId, RegionCode};
use crate::error::AppError;
use crate::explain::{in_short, part_view, strongest, warnings};
use crate::score::{Scorer, ScoringContext};
use crate::solver::integer::Solution;

/// Maximum number of alternates named for a need.
const ALTERNATES: usize = 3;

/// A solved problem, with the needs and organizations it is about.
pub(super) struct Decoder<'a> {
    pub(super) context: ScoringContext<'a>,
    pub(super) wanted: &'a [Wanted],
    pub(super) encoded: &'a Encoded,
    pub(super) solution: &'a Solution,
    /// Money that the plan leaves unused, by index of the organization, funds included.
    pub(super) free: Vec<i64>,
    /// Indexes of the candidates of each need, most valuable first.
    pub(super) candidates: Vec<Vec<usize>>,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(context: ScoringContext<'a>, wanted: &'a [Wanted], encoded: &'a Encoded, solution: &'a Solution) -> Self {
        let problem = &encoded.problem;
        let mut free: Vec<i64> = problem.organizations.iter().map(|it| it.budget).collect();
        problem.funds.iter().for_each(|fund| free[fund.organization as usize] += fund.budget);
        let mut candidates = vec![Vec::new(); wanted.len()];
        for (n, (c, amount)) in problem.candidates.iter().zip(&solution.amounts).enumerate() {
            free[c.organization as usize] -= amount;
            candidates[c.need as usize].push(n);
        }
        for own in &mut candidates {
            own.sort_by_key(|&n| (std::cmp::Reverse(encoded.scores[n]), problem.candidates[n].organization));
        }
        Self { context, wanted, encoded, solution, free, candidates }
    }

    /// Units of money as yuan.
    pub(super) fn yuan(&self, units: i64) -> f64 {
        units as f64 * self.encoded.unit_yuan as f64
    }

    /// Position in the catalog of a candidate's organization.
    pub(super) fn organization(&self, candidate: usize) -> usize {
        self.encoded.organizations[self.encoded.problem.candidates[candidate].organization as usize]
    }

    /// What the plan gives to a need.
    pub(super) fn given(&self, need: usize) -> i64 {
        self.candidates[need].iter().map(|&n| self.solution.amounts[n]).sum()
    }

    /// The needs with partners and alternates; reasons for unmet amounts are added later.
    pub(super) fn needs(&self) -> Result<Vec<PlannedNeed>, AppError> {
        (0..self.wanted.len()).into_par_iter().map(|need| self.need(need)).collect()
    }

    fn need(&self, need: usize) -> Result<PlannedNeed, AppError> {
        let wanted = &self.wanted[need];
        let taxonomy = &self.context.catalog.reference.taxonomy;
        let mut given: Vec<usize> = self.candidates[need].iter().copied().filter(|&n| self.solution.amounts[n] > 0).collect();
        given.sort_by_key(|&n| std::cmp::Reverse(self.solution.amounts[n]));
        let others = self.candidates[need].iter().copied().filter(|&n| self.solution.amounts[n] == 0);
        // Organizations that still have money come first, both groups by fit.
        let (able, spent): (Vec<usize>, Vec<usize>) = others.partition(|&n| self.free_of(n) > 0);
        let alternates = able.into_iter().chain(spent).take(ALTERNATES).map(|n| self.alternate(n)).collect();
        let partners = if given.is_empty() { Vec::new() } else { self.partners(wanted, &given)? };
        let sectors = wanted.question.sectors.iter().map(|&(sector, _)| taxonomy.name(taxonomy.code(sector)).to_owned());
        Ok(PlannedNeed {
            need: wanted.id.clone(),
            title: wanted.title.clone(),
            region: wanted.region.clone(),
            facts: wanted.facts.clone(),
            sectors: sectors.collect(),
            gap_yuan: self.yuan(self.encoded.problem.needs[need].gap),
            proposed_yuan: self.yuan(self.given(need)),
            partners,
            alternates,
            unmet: None,
        })
    }

    fn partners(&self, wanted: &Wanted, given: &[usize]) -> Result<Vec<Partner>, AppError> {
        let catalog = self.context.catalog;
        let scorer = Scorer::new(self.context, wanted.question.clone())?;
        let partner = |(n, &candidate): (usize, &usize)| {
            let at = self.organization(candidate);
            let record = catalog.organization_facts(at);
            let mut warnings = warnings(catalog, &scorer, at);
            if scorer.is_thin(at) {
                warnings.push("依据很少，请先了解".to_owned());
            }
            Partner {
                organization: OrganizationId::new(record.id()),
                name: record.name().to_owned(),
                amount_yuan: self.yuan(self.solution.amounts[candidate]),
                lead: n == 0 && given.len() > 1,
                score: self.encoded.scores[candidate],
                fit: self.context.weights.fit().fit(self.encoded.scores[candidate]),
                reasons: reasons(catalog, &scorer, at, self.context.view.as_of),
                warnings,
            }
        };
        Ok(given.iter().enumerate().map(partner).collect())
    }

    /// Units that the organization of a candidate has left.
    fn free_of(&self, candidate: usize) -> i64 {
        self.free[self.encoded.problem.candidates[candidate].organization as usize]
    }

    fn alternate(&self, candidate: usize) -> Alternate {
        let record = self.context.catalog.organization_facts(self.organization(candidate));
        Alternate {
            organization: OrganizationId::new(record.id()),
            name: record.name().to_owned(),
            fit: self.context.weights.fit().fit(self.encoded.scores[candidate]),
            free_yuan: self.yuan(self.free_of(candidate).max(0)),
        }
    }

    /// What the coordinator has decided beyond an estimate, in words.
    pub(super) fn decided(&self) -> Vec<String> {
        let decided = self.encoded.capacities.iter().enumerate().filter(|(_, it)| it.source == Source::Decided);
        let words = decided.map(|(n, it)| {
            let at = self.encoded.organizations[n];
            let name = self.context.catalog.organization_facts(at).name();
            let estimate = Capacity::estimate(self.context.catalog, self.context.view, at, None).yuan as f64;
            let decided = wan(it.yuan as f64);
            format!(
                "“{name}”锁定和指定的金额合计{decided}，超过估计的可用资金{}；以锁定和指定的为准，请与该组织核实",
                wan(estimate)
            )
        });
        words.collect()
    }

    /// The organizations with a share, largest first.
    pub(super) fn organizations(&self) -> Vec<PlannedOrganization> {
        let mut load: HashMap<u32, (i64, usize)> = HashMap::new();
        for (c, &amount) in self.encoded.problem.candidates.iter().zip(&self.solution.amounts).filter(|(_, amount)| **amount > 0)
        {
            let entry = load.entry(c.organization).or_default();
            *entry = (entry.0 + amount, entry.1 + 1);
        }
        let mut load: Vec<(u32, (i64, usize))> = load.into_iter().collect();
        load.sort_by_key(|&(organization, (units, _))| (std::cmp::Reverse(units), organization));
        let planned = |(organization, (units, projects)): (u32, (i64, usize))| {
            let n = organization as usize;
            let record = self.context.catalog.organization_facts(self.encoded.organizations[n]);
            PlannedOrganization {
                organization: OrganizationId::new(record.id()),
                name: record.name().to_owned(),
                capacity_yuan: self.yuan(self.free[n] + units),
                capacity_source: self.encoded.capacities[n].source.label().to_owned(),
                load_yuan: self.yuan(units),
                projects,
                max_projects: self.encoded.problem.organizations[n].max_projects,
                value_of_10k_yuan: self.solution.organizations[n].min(MOST_WORTH) as f64 / CERTAIN * 10_000.0,
            }
        };
        load.into_iter().map(planned).collect()
    }

    /// Coverage by the needs' places, and by their first top-level sectors.
    pub(super) fn coverage(&self) -> (Vec<Coverage>, Vec<Coverage>) {
        let (catalog, taxonomy) = (self.context.catalog, &self.context.catalog.reference.taxonomy);
        let mut regions: BTreeMap<Option<RegionCode>, Coverage> = BTreeMap::new();
        let mut sectors: BTreeMap<Option<usize>, Coverage> = BTreeMap::new();
        for (need, wanted) in self.wanted.iter().enumerate() {
            let region = wanted.place.map_or_else(|| "地区不明".to_owned(), |place| catalog.reference.divisions.full_name(place));
            let strongest = wanted.question.sectors.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            let parent = strongest.map(|&(sector, _)| taxonomy.parent(sector));
            let sector = parent.map_or_else(|| "领域不明".to_owned(), |sector| taxonomy.name(taxonomy.code(sector)).to_owned());
            let of = |name| Coverage { name, needs: 0, asked_yuan: 0.0, proposed_yuan: 0.0 };
            for coverage in
                [regions.entry(wanted.place).or_insert_with(|| of(region)), sectors.entry(parent).or_insert_with(|| of(sector))]
            {
                coverage.needs += 1;
                coverage.asked_yuan += self.yuan(self.encoded.problem.needs[need].gap);
                coverage.proposed_yuan += self.yuan(self.given(need));
            }
        }
        (regions.into_values().collect(), sectors.into_values().collect())
    }
}

/// The strongest reasons for an organization, one of each theme.
fn reasons(catalog: &Catalog, scorer: &Scorer<'_>, at: usize, as_of: jiff::civil::Date) -> Vec<String> {
    let parts = scorer.parts(at);
    let words = catalog.text.highlighter(&scorer.question().topic);
    in_short(strongest(&parts).into_iter().map(|part| part_view(catalog, scorer, part, at, as_of, &words)).collect())
}
