//! Finds single changes of the problem that would let one need be met in full while all else stays as planned. Each is tried.

use super::integer::Options;
use super::problem::{Candidate, Need, Organization, Problem};
use super::solve::solve;
use super::stop::Stop;

/// A single change of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// More free budget.
    Budget {
        /// The organization.
        organization: u32,
        /// How much more, in units of money.
        more: i64,
    },
    /// More projects.
    Projects {
        /// The organization.
        organization: u32,
        /// How many more.
        more: u32,
    },
    /// More partners.
    Partners {
        /// How many more.
        more: u32,
    },
    /// A smaller least amount.
    Min {
        /// Index of the candidate.
        candidate: usize,
        /// The new least amount, in units of money.
        min: i64,
    },
    /// A larger largest amount.
    Max {
        /// Index of the candidate.
        candidate: usize,
        /// The new largest amount, in units of money.
        max: i64,
    },
    /// One more pair.
    Pair {
        /// The organization, by a number of the caller's.
        key: usize,
        /// The least amount of that organization,
        min: i64,
        /// and the most that it can give.
        budget: i64,
    },
}

impl Change {
    /// How much more money it takes.
    #[must_use]
    pub const fn money(&self) -> i64 {
        if let Self::Budget { more, .. } = self { *more } else { 0 }
    }
}

/// Most organizations whose budgets are considered, the most valuable pairs first.
const LOOKED_AT: usize = 5;
/// Most partners that are added.
const MOST_PARTNERS: u32 = 5;

/// What one need can get while everything that the plan gives to others stays untouched.
pub struct SingleNeedProblem<'a> {
    problem: &'a Problem,
    need: u32,
    /// The need with its candidates, and the money, projects and funds that its organizations have left.
    rest: Problem,
    /// Index in the problem of each candidate of the rest.
    candidates: Vec<usize>,
    /// Index in the problem of each organization of the rest.
    organizations: Vec<u32>,
    /// Most that the need can get without any change, by candidate of the rest.
    filled: Vec<i64>,
}

impl<'a> SingleNeedProblem<'a> {
    /// Takes a need out of a plan, whose amounts are in the order of the candidates.
    #[must_use]
    pub fn new(problem: &'a Problem, amounts: &[i64], need: u32, stop: Stop<'_>) -> Self {
        let candidates: Vec<usize> = (0..problem.candidates.len()).filter(|&c| problem.candidates[c].need == need).collect();
        let mut organizations: Vec<u32> = candidates.iter().map(|&c| problem.candidates[c].organization).collect();
        organizations.sort_unstable();
        let rest = rest(problem, amounts, need, &candidates, &organizations);
        let mut single = Self { problem, need, rest, candidates, organizations, filled: Vec::new() };
        single.filled = single.fill(&single.rest, stop);
        single
    }

    /// What the need can get without any change.
    #[must_use]
    pub fn reach(&self) -> i64 {
        self.filled.iter().sum()
    }

    /// What the need could get if it might have any number of partners.
    #[must_use]
    pub fn reach_with_any_number_of_partners(&self, stop: Stop<'_>) -> i64 {
        let mut rest = self.rest.clone();
        rest.needs[0].max_partners = None;
        self.fill(&rest, stop).iter().sum()
    }

    fn gap(&self) -> i64 {
        self.problem.needs[self.need as usize].gap
    }

    /// The most that the need can get, by candidate.
    fn fill(&self, rest: &Problem, stop: Stop<'_>) -> Vec<i64> {
        let options = Options { price_steps: 20, rounds: 2, ..Options::default() };
        solve(rest, &options, stop, &mut |_| {}).map_or_else(|_| vec![0; rest.candidates.len()], |solution| solution.amounts)
    }

    /// Whether a change lets the need be met in full, found out by solving.
    #[must_use]
    pub fn meets(&self, change: &Change, stop: Stop<'_>) -> bool {
        let mut rest = self.rest.clone();
        let at = |organization: u32| self.organizations.binary_search(&organization).ok();
        let place = |candidate: usize| self.candidates.binary_search(&candidate).ok();
        match *change {
            Change::Budget { organization, more } => {
                let Some(at) = at(organization) else { return false };
                rest.organizations[at].budget += more;
                for (c, &original) in rest.candidates.iter_mut().zip(&self.candidates) {
                    if c.organization as usize == at && self.is_all_its_money(original) {
                        c.max += more;
                    }
                }
            }
            Change::Projects { organization, more } => {
                let Some(at) = at(organization) else { return false };
                rest.organizations[at].max_projects = rest.organizations[at].max_projects.map(|most| most + more);
            }
            Change::Partners { more } => rest.needs[0].max_partners = rest.needs[0].max_partners.map(|most| most + more),
            Change::Min { candidate, min } => {
                let Some(place) = place(candidate) else { return false };
                rest.candidates[place].min = min;
            }
            Change::Max { candidate, max } => {
                let Some(place) = place(candidate) else { return false };
                rest.candidates[place].max = max;
            }
            Change::Pair { min, budget, .. } => {
                rest.organizations.push(Organization { budget, ..Organization::default() });
                let organization = rest.organizations.len() as u32 - 1;
                let max = budget.min(self.gap());
                rest.candidates.push(Candidate { organization, weight: 1, min, max, ..Candidate::default() });
            }
        }
        self.fill(&rest, stop).iter().sum::<i64>() == self.gap()
    }

    /// Changes that let the need be met in full: changes of rules first, then those that take the least money. `pairs` are
    /// pairs that are not allowed by the rules.
    #[must_use]
    pub fn relaxations(&self, pairs: &[Change], most: usize, stop: Stop<'_>) -> Vec<Change> {
        let open = self.gap() - self.reach();
        if open <= 0 {
            return Vec::new();
        }
        let mut rules = Vec::new();
        let mut money = Vec::new();
        for (place, c) in self.by_value() {
            let organization = &self.rest.organizations[c.organization as usize];
            let given = self.filled[place];
            let free = organization.budget - if c.fund.is_none() { given } else { 0 };
            let wanted = given + open;
            let original = self.candidates[place];
            let has_slot = organization.max_projects.is_none_or(|most| most > 0);
            if !has_slot && free >= open.min(c.max) {
                rules.push(Change::Projects { organization: self.organizations[c.organization as usize], more: 1 });
            }
            if free >= open && wanted < c.min {
                rules.push(Change::Min { candidate: original, min: wanted });
            }
            if free >= open && wanted > c.max {
                rules.push(Change::Max { candidate: original, max: wanted });
            }
            let more = open - free.max(0);
            let max = c.max + if self.is_all_its_money(original) { more } else { 0 };
            if has_slot && wanted <= max && wanted >= c.min && more > 0 {
                money.push(Change::Budget { organization: self.organizations[c.organization as usize], more });
            }
        }
        if self.rest.needs[0].max_partners.is_some() {
            rules.extend((1..=MOST_PARTNERS).map(|more| Change::Partners { more }));
        }
        rules.extend_from_slice(pairs);
        money.sort_by_key(Change::money);
        money.truncate(LOOKED_AT);
        let mut found: Vec<Change> = Vec::new();
        for change in rules.into_iter().chain(money) {
            let same_kind = |it: &&Change| std::mem::discriminant(*it) == std::mem::discriminant(&change);
            if found.len() >= most || stop.now() {
                break;
            }
            // One of each kind of rule, and the cheapest few budgets.
            let is_money = matches!(change, Change::Budget { .. });
            if (is_money || !found.iter().any(|it| same_kind(&it))) && self.meets(&change, stop) {
                found.push(change);
            }
        }
        found
    }

    /// True if only the money of its organization limits a candidate.
    fn is_all_its_money(&self, candidate: usize) -> bool {
        let c = &self.problem.candidates[candidate];
        let fund = c.fund.map_or(0, |fund| self.problem.funds[fund as usize].budget);
        c.max >= self.problem.organizations[c.organization as usize].budget + fund
    }

    /// Candidates of the rest, the most valuable in the problem first.
    fn by_value(&self) -> Vec<(usize, &Candidate)> {
        let mut order: Vec<(usize, &Candidate)> = self.rest.candidates.iter().enumerate().collect();
        order.sort_by_key(|&(place, _)| std::cmp::Reverse(self.problem.candidates[self.candidates[place]].weight));
        order
    }
}

/// The need alone, divisible and with equal value per unit, with what the plan leaves to its organizations.
fn rest(problem: &Problem, amounts: &[i64], need: u32, candidates: &[usize], organizations: &[u32]) -> Problem {
    let at = |organization: u32| organizations.binary_search(&organization).ok();
    let mut left: Vec<Organization> = organizations
        .iter()
        .map(|&organization| Organization { load: Vec::new(), ..problem.organizations[organization as usize].clone() })
        .collect();
    let mut funds: Vec<i64> = problem.funds.iter().map(|fund| fund.budget).collect();
    for (c, &amount) in problem.candidates.iter().zip(amounts).filter(|(c, amount)| c.need != need && **amount > 0) {
        let Some(at) = at(c.organization) else { continue };
        let from_fund = c.fund.map_or(0, |fund| {
            let taken = amount.min(funds[fund as usize]);
            funds[fund as usize] -= taken;
            taken
        });
        left[at].budget -= amount - from_fund;
        left[at].max_projects = left[at].max_projects.map(|most| most.saturating_sub(1));
    }
    let original = &problem.needs[need as usize];
    let own = candidates.iter().map(|&candidate| {
        let c = problem.candidates[candidate];
        // Where only this need is planned, what its fund has left is as good as free money.
        let organization = at(c.organization).expect("the organization of a candidate") as u32;
        (c.fund, Candidate { need: 0, organization, weight: 1, fund: None, ..c })
    });
    let own: Vec<_> = own.collect();
    for (fund, c) in &own {
        if let Some(fund) = fund {
            left[c.organization as usize].budget += funds[*fund as usize];
        }
    }
    Problem {
        needs: vec![Need { gap: original.gap, max_partners: original.max_partners, ..Need::default() }],
        organizations: left,
        candidates: own.into_iter().map(|(_, c)| c).collect(),
        ..Problem::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::checker::check;
    use super::super::recipe::Recipe;
    use super::*;
    use crate::random::SplitMix64;

    /// The problem after the change.
    fn changed(problem: &Problem, need: u32, change: &Change) -> Problem {
        let mut changed = problem.clone();
        match *change {
            Change::Budget { organization, more } => {
                for c in changed.candidates.iter_mut().filter(|c| c.organization == organization) {
                    if c.max >= problem.organizations[organization as usize].budget {
                        c.max += more;
                    }
                }
                changed.organizations[organization as usize].budget += more;
            }
            Change::Projects { organization, more } => {
                let most = &mut changed.organizations[organization as usize].max_projects;
                *most = most.map(|most| most + more);
            }
            Change::Partners { more } => {
                let most = &mut changed.needs[need as usize].max_partners;
                *most = most.map(|most| most + more);
            }
            Change::Min { candidate, min } => changed.candidates[candidate].min = min,
            Change::Max { candidate, max } => changed.candidates[candidate].max = max,
            Change::Pair { min, budget, .. } => {
                changed.organizations.push(Organization { budget, ..Organization::default() });
                let organization = changed.organizations.len() as u32 - 1;
                let max = budget.min(problem.needs[need as usize].gap);
                changed.candidates.push(Candidate { need, organization, weight: 1, min, max, ..Candidate::default() });
            }
        }
        changed
    }

    #[test]
    fn a_thousand_plans_that_leave_a_need_open_can_be_solved_after_each_named_change() {
        let options = Options { price_steps: 10, rounds: 1, ..Options::default() };
        let (mut instances, mut changes) = (0, 0);
        for seed in 0.. {
            let mut random = SplitMix64::stream(seed, 11, 0);
            let mut recipe = Recipe { budget_share: 0.8, ..Recipe::new(seed, 2 + random.below(4), 2 + random.below(4), 2) };
            if random.below(2) == 0 {
                recipe = recipe.with_least_amounts();
                recipe.max_projects = Some(1 + random.below(2) as u32);
            }
            recipe.max_partners = (random.below(3) == 0).then_some(1);
            recipe.whole_share = if random.below(3) == 0 { 0.5 } else { 0.0 };
            let problem = recipe.build();
            let plan = solve(&problem, &options, Stop::default(), &mut |_| {}).unwrap();
            let mut given = vec![0; problem.needs.len()];
            problem.candidates.iter().zip(&plan.amounts).for_each(|(c, amount)| given[c.need as usize] += amount);
            let Some(need) = (0..given.len()).find(|&need| given[need] < problem.needs[need].gap) else { continue };
            let outsider = Change::Pair { key: 0, min: 1, budget: random.integer(1, 300) };
            let single = SingleNeedProblem::new(&problem, &plan.amounts, need as u32, Stop::default());
            for change in single.relaxations(&[outsider], 6, Stop::default()) {
                let mut relaxed = changed(&problem, need as u32, &change);
                // All other needs stay as planned, and this need must be met in full. Without the change, the instance has no
                // solution.
                for (n, c) in relaxed.candidates.iter_mut().enumerate().filter(|(_, c)| c.need as usize != need) {
                    let amount = plan.amounts[n];
                    *c = Candidate { min: amount, max: amount, floor: amount, ..*c };
                }
                relaxed.needs[need].whole = true;
                relaxed.candidates.iter_mut().filter(|c| c.need as usize == need).for_each(|c| c.weight = 1_000_000);
                let solved = solve(&relaxed, &Options::default(), Stop::default(), &mut |_| {}).unwrap();
                let own = relaxed.candidates.iter().zip(&solved.amounts).filter(|(c, _)| c.need as usize == need);
                assert_eq!(own.map(|it| it.1).sum::<i64>(), problem.needs[need].gap, "seed {seed}: {change:?}");
                assert_eq!(check(&relaxed, &solved.amounts).violations, []);
                changes += 1;
            }
            instances += 1;
            if instances == 1000 {
                break;
            }
        }
        assert!(changes > 800, "{changes} changes were named");
    }
}
