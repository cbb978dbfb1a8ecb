//! Turns needs and organizations into a numeric problem. Costs and worths are in `objective`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::money::{Capacity, unit};
use super::needs::Wanted;
use super::objective::{
    CERTAIN, FLAT, LAST_QUARTER, LOAD_QUARTERS, NEWCOMER, PLACE_QUARTERS, PROMISED, QUARTERS, quarters, weight,
};
use super::rules::{Earmark, Pair, Reserve, Rules};
use super::{Fairness, PairRule, Plan, PlanAsk};
use crate::catalog::{Catalog, View};
use crate::domain::{RegionCode, Urgency};
use crate::score::{FitScale, Ranked};
use crate::solver::problem::{Candidate, Fund, Group, Need, Organization, Problem, Step};

/// An organization with fewer than `FEW` projects is a newcomer; one with fewer than `SMALL` projects is small.
const FEW: u32 = 2;
const SMALL: u32 = 10;

/// A problem, and what its indexes stand for.
pub(super) struct Encoded {
    pub(super) problem: Problem,
    pub(super) unit_yuan: i64,
    /// Position in the catalog, by index of the organization.
    pub(super) organizations: Vec<usize>,
    pub(super) capacities: Vec<Capacity>,
    /// Score, by index of the candidate.
    pub(super) scores: Vec<i64>,
    /// Index of the candidate, by need and position in the catalog.
    pub(super) at: HashMap<(usize, usize), usize>,
}

impl Encoded {
    /// Converts a value of the problem into yuan that are given for certain.
    pub(super) fn worth_yuan(&self, value: i128) -> f64 {
        (value * i128::from(self.unit_yuan)) as f64 / CERTAIN
    }
}

/// Builds the numeric problem.
pub(super) struct Encoder<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) view: &'a View,
    pub(super) ask: &'a PlanAsk,
    pub(super) rules: &'a Rules,
    pub(super) wanted: &'a [Wanted],
    /// How scores become worths.
    pub(super) fit: FitScale,
}

impl Encoder<'_> {
    /// The problem over the ranked organizations of each need, in units of `unit_yuan` yuan.
    pub(super) fn encode(&self, ranked: &[Vec<Ranked>], unit_yuan: i64) -> Encoded {
        let mut organizations: Vec<usize> = ranked.iter().flatten().map(|it| it.organization).collect();
        organizations.extend(self.rules.pairs.iter().filter(|it| it.rule != PairRule::Forbid).map(|it| it.organization));
        organizations.extend(self.rules.earmarks.iter().map(|it| it.organization));
        organizations.sort_unstable();
        organizations.dedup();
        let capacity = |&at: &usize| self.rules.capacity(self.catalog, self.view, at);
        let capacities: Vec<Capacity> = organizations.iter().map(capacity).collect();
        let local: HashSet<RegionCode> = self.wanted.iter().filter_map(|it| Some(it.place?.prefecture())).collect();
        let mut problem = Problem {
            needs: self.wanted.iter().map(|it| self.need(it, unit_yuan)).collect(),
            organizations: organizations
                .iter()
                .zip(&capacities)
                .map(|(&at, it)| self.organization(at, it, unit_yuan, &local))
                .collect(),
            ..Problem::default()
        };
        self.add_funds(&mut problem, &organizations, unit_yuan);
        self.add_groups(&mut problem, unit_yuan);
        let mut encoded = Encoded { problem, unit_yuan, organizations, capacities, scores: Vec::new(), at: HashMap::new() };
        for (need, ranked) in ranked.iter().enumerate() {
            for it in ranked {
                self.add_candidate(&mut encoded, need, it.organization, it.score);
            }
        }
        encoded
    }

    /// Adds a pair, unless it cannot be used at all.
    pub(super) fn add_candidate(&self, encoded: &mut Encoded, need: usize, at: usize, score: i64) -> Option<usize> {
        let candidate = self.candidate(encoded, need, at, score)?;
        encoded.at.insert((need, at), encoded.problem.candidates.len());
        encoded.problem.candidates.push(candidate);
        encoded.scores.push(score);
        Some(encoded.problem.candidates.len() - 1)
    }

    /// The numbers of a pair; `None` if rules or sums exclude it.
    pub(super) fn candidate(&self, encoded: &Encoded, need: usize, at: usize, score: i64) -> Option<Candidate> {
        let unit = encoded.unit_yuan;
        let organization = encoded.organizations.binary_search(&at).ok()?;
        let wanted = &self.wanted[need];
        let rule = self.rules.pair(&wanted.id, at);
        let record = self.catalog.organization_facts(at);
        if encoded.at.contains_key(&(need, at))
            || self.rules.excludes(at)
            || matches!(rule, Some(Pair { rule: PairRule::Forbid, .. }))
        {
            return None;
        }
        let (gap, budget) = (encoded.problem.needs[need].gap, encoded.problem.organizations[organization].budget);
        let fund = self.rules.fund(at, &wanted.question, self.catalog);
        let money = budget + fund.map_or(0, |fund| encoded.problem.funds[fund as usize].budget);
        let own = record.min_ticket().map(|it| it.fen() / 100);
        // The default smallest share is capped at the gap, so that small needs can be met. A share that the organization states
        // stays as it is.
        let min = own.map_or_else(|| (self.rules.min_ticket_yuan / unit).min(gap), |own| (own + unit - 1) / unit);
        let most = self.rules.max_ticket_yuan.map_or(i64::MAX, |yuan| yuan / unit);
        let max = gap.min(money).min(most);
        let weight = weight(self.fit, score);
        let free = Candidate { need: need as u32, organization: organization as u32, weight, min, max, floor: 0, fund };
        match rule {
            Some(Pair { rule: PairRule::Lock, yuan, .. }) => {
                let amount = yuan.map_or(max, |yuan| yuan / unit);
                Some(Candidate { min: amount, max: amount, floor: amount, ..free })
            }
            Some(Pair { rule: PairRule::Force, yuan, .. }) => {
                let floor = yuan.map_or(min.max(1), |yuan| yuan / unit);
                Some(Candidate { min: min.min(floor), max: max.max(floor), floor, ..free })
            }
            _ if wanted.settled.iter().any(|it| it.as_str() == record.id()) || max < min.max(1) => None,
            _ => Some(free),
        }
    }

    /// The unit of all amounts: it divides the stated sums of needs, of their first candidates, of rules and of an earlier
    /// plan.
    pub(super) fn unit(&self, ranked: &[Vec<Ranked>], before: Option<&Plan>) -> i64 {
        let organizations: BTreeSet<usize> = ranked.iter().flatten().map(|it| it.organization).collect();
        let records = organizations.iter().map(|&at| self.catalog.organization_facts(at));
        let stated = records.flat_map(|it| [it.budget(), it.min_ticket()]).flatten().map(|it| it.fen() / 100);
        let partners = before.into_iter().flat_map(|plan| &plan.needs).flat_map(|need| &need.partners);
        let earlier = partners.map(|it| it.amount_yuan.round() as i64);
        unit(self.wanted.iter().map(|it| it.gap_yuan).chain(stated).chain(self.rules.sums_yuan()).chain(earlier))
    }

    fn need(&self, wanted: &Wanted, unit: i64) -> Need {
        let gap = wanted.gap_yuan / unit;
        let urgent = urgent(wanted);
        let unmet = match self.ask.fairness {
            Fairness::Quarters => {
                let [first, second, third] = QUARTERS.map(|cost| cost * urgent / 2);
                quarters(gap, [first, second, third, LAST_QUARTER])
            }
            Fairness::Leximin | Fairness::Off => vec![Step { width: gap, cost: FLAT * urgent / 2 }],
        };
        Need { gap, whole: wanted.whole, max_partners: wanted.max_partners, unmet, group: None }
    }

    fn organization(&self, at: usize, capacity: &Capacity, unit: i64, local: &HashSet<RegionCode>) -> Organization {
        let record = self.catalog.organization_facts(at);
        let own = || record.max_projects().map(|most| most.saturating_sub(self.view.claimed.taken_from(at).needs));
        let stated = self.rules.project_limit(at).or_else(own);
        let budget = (capacity.yuan - self.rules.earmarked(at)).max(0) / unit;
        let projects = self.view.rows[at].projects;
        let is_local = self.catalog.home_region(at).is_some_and(|home| local.contains(&home.prefecture()));
        let is_newcomer = self.ask.newcomers && (projects < FEW || is_local && projects < SMALL);
        let load = match (self.ask.spread, is_newcomer) {
            (false, false) => Vec::new(),
            (true, false) => quarters(budget, LOAD_QUARTERS),
            (spread, true) => quarters(budget, if spread { [NEWCOMER, 300, 600, 900] } else { [NEWCOMER, 0, 0, 0] }),
        };
        Organization { budget, max_projects: stated.or(self.ask.max_projects), load }
    }

    /// Gives every unmet unit of a need the same cost.
    pub(super) fn make_flat(&self, problem: &mut Problem) {
        for (need, wanted) in problem.needs.iter_mut().zip(self.wanted) {
            need.unmet = vec![Step { width: need.gap, cost: FLAT * urgent(wanted) / 2 }];
        }
    }

    fn add_funds(&self, problem: &mut Problem, organizations: &[usize], unit: i64) {
        for Earmark { organization, yuan, .. } in &self.rules.earmarks {
            let owner = organizations.binary_search(organization).expect("owners of funds are among the organizations");
            problem.funds.push(Fund { organization: owner as u32, budget: yuan / unit });
        }
    }

    /// Adds the groups of needs: one for each reserve, or one for each prefecture.
    fn add_groups(&self, problem: &mut Problem, unit: i64) {
        if self.ask.region_fairness {
            let mut groups: BTreeMap<RegionCode, Vec<usize>> = BTreeMap::new();
            for (need, wanted) in self.wanted.iter().enumerate() {
                if let Some(place) = wanted.place {
                    groups.entry(place.prefecture()).or_default().push(need);
                }
            }
            for needs in groups.into_values() {
                let gap = needs.iter().map(|&need| problem.needs[need].gap).sum();
                add_group(problem, &needs, quarters(gap, PLACE_QUARTERS));
            }
        }
        for Reserve { yuan, needs, .. } in &self.rules.reserves {
            let gap: i64 = needs.iter().map(|&need| problem.needs[need].gap).sum();
            let reserve = (yuan / unit).min(gap);
            add_group(problem, needs, vec![Step { width: gap - reserve, cost: 0 }, Step { width: reserve, cost: PROMISED }]);
        }
    }
}

fn add_group(problem: &mut Problem, needs: &[usize], unmet: Vec<Step>) {
    let group = problem.groups.len() as u32;
    problem.groups.push(Group { parent: None, unmet });
    needs.iter().for_each(|&need| problem.needs[need].group = Some(group));
}

/// Weight of a need's urgency, in halves.
const fn urgent(wanted: &Wanted) -> i64 {
    match wanted.urgency {
        Some(Urgency::High) => 3,
        Some(Urgency::Low) => 1,
        Some(Urgency::Medium) | None => 2,
    }
}
