//! A feasible plan that changes step by step, with its value kept up to date.

use super::instance::{Instance, NONE};

/// Amounts of all pairs, and what is left of everything. An organization draws on a fund first if the pair allows it.
#[derive(Debug, Clone)]
pub(super) struct State<'a> {
    pub(super) instance: &'a Instance,
    /// Amount of every pair.
    pub(super) amount: Vec<i64>,
    /// The pairs of each organization with an amount, in no particular order.
    pub(super) used: Vec<Vec<u32>>,
    /// The index of each pair in `used`.
    place: Vec<u32>,
    /// What each need still lacks.
    pub(super) left: Vec<i64>,
    /// Number of partners of each need.
    pub(super) partners: Vec<u32>,
    /// Free money that each organization has left.
    pub(super) free: Vec<i64>,
    /// Number of further projects that each organization can take.
    pub(super) slots: Vec<u32>,
    /// Money asked of each fund. The free budget pays what the fund does not have.
    fund_asked: Vec<i64>,
    /// What stays unmet in each group.
    group_left: Vec<i64>,
    /// Scaled value.
    pub(super) value: i128,
}

impl<'a> State<'a> {
    /// The plan in which nothing is given.
    pub(super) fn empty(instance: &'a Instance) -> Self {
        let mut value = 0i128;
        for (curve, &gap) in instance.unmet.iter().zip(&instance.gap) {
            value -= curve.cost(gap);
        }
        for (curve, &gap) in instance.group_unmet.iter().zip(&instance.group_gap) {
            value -= curve.cost(gap);
        }
        Self {
            instance,
            amount: vec![0; instance.pairs.len()],
            used: vec![Vec::new(); instance.organizations()],
            place: vec![NONE; instance.pairs.len()],
            left: instance.gap.clone(),
            partners: vec![0; instance.needs()],
            free: instance.budget.clone(),
            slots: instance.projects.iter().map(|limit| limit.unwrap_or(u32::MAX)).collect(),
            fund_asked: vec![0; instance.fund_budget.len()],
            group_left: instance.group_gap.clone(),
            value,
        }
    }

    /// How much a pair's amount could rise by the money that is left.
    pub(super) fn money(&self, t: usize) -> i64 {
        let pair = &self.instance.pairs[t];
        let free = self.free[pair.organization as usize];
        match pair.fund {
            NONE => free,
            fund => free + (self.instance.fund_budget[fund as usize] - self.fund_asked[fund as usize]).max(0),
        }
    }

    /// How much a pair's amount could rise, whatever its need's gap.
    pub(super) fn room(&self, t: usize) -> i64 {
        let pair = &self.instance.pairs[t];
        let money = self.money(t).min(pair.high - self.amount[t]);
        if self.amount[t] == 0 && self.slots[pair.organization as usize] == 0 { 0 } else { money }
    }

    /// Sets the amount of a pair. The amount must be possible.
    pub(super) fn set(&mut self, t: usize, amount: i64) {
        let pair = &self.instance.pairs[t];
        let (i, j) = (pair.need as usize, pair.organization as usize);
        let before = std::mem::replace(&mut self.amount[t], amount);
        let more = amount - before;
        if more == 0 {
            return;
        }
        if before == 0 {
            self.partners[i] += 1;
            self.place[t] = self.used[j].len() as u32;
            self.used[j].push(t as u32);
            if self.instance.projects[j].is_some() {
                self.slots[j] -= 1;
            }
        } else if amount == 0 {
            self.partners[i] -= 1;
            let place = std::mem::replace(&mut self.place[t], NONE) as usize;
            self.used[j].swap_remove(place);
            if let Some(&moved) = self.used[j].get(place) {
                self.place[moved as usize] = place as u32;
            }
            if self.instance.projects[j].is_some() {
                self.slots[j] += 1;
            }
        }
        self.value += i128::from(pair.weight) * i128::from(more);
        let left = self.left[i] - more;
        if self.instance.plain {
            self.left[i] = left;
            self.free[j] -= more;
            return;
        }
        self.value += self.instance.unmet[i].cost(self.left[i]) - self.instance.unmet[i].cost(left);
        self.left[i] = left;
        let mut group = self.instance.group[i];
        while group != NONE {
            let g = group as usize;
            let curve = &self.instance.group_unmet[g];
            self.value += curve.cost(self.group_left[g]) - curve.cost(self.group_left[g] - more);
            self.group_left[g] -= more;
            group = self.instance.parent[g];
        }
        let mut from_free = more;
        if pair.fund != NONE {
            let f = pair.fund as usize;
            let beyond = |asked: i64| (asked - self.instance.fund_budget[f]).max(0);
            from_free = beyond(self.fund_asked[f] + more) - beyond(self.fund_asked[f]);
            self.fund_asked[f] += more;
        }
        let used = self.instance.budget[j] - self.free[j];
        let curve = &self.instance.load[j];
        self.value -= curve.cost(used + from_free) - curve.cost(used);
        self.free[j] -= from_free;
    }

    /// Cost of one more unit of an organization's money, by its load curve.
    pub(super) fn load_price(&self, t: usize) -> i64 {
        let pair = &self.instance.pairs[t];
        let j = pair.organization as usize;
        let curve = &self.instance.load[j];
        if curve.steps.is_empty() {
            return 0;
        }
        let fund = pair.fund;
        if fund != NONE && self.fund_asked[fund as usize] < self.instance.fund_budget[fund as usize] {
            return 0;
        }
        marginal(&curve.steps, self.instance.budget[j] - self.free[j])
    }

    /// What one more unit given to a need saves in its groups.
    pub(super) fn group_price(&self, need: usize) -> i64 {
        let mut sum = 0;
        let mut group = self.instance.group[need];
        while group != NONE {
            let g = group as usize;
            sum += marginal(&self.instance.group_unmet[g].steps, self.group_left[g] - 1);
            group = self.instance.parent[g];
        }
        sum
    }

    /// Whether the need's own conditions hold: its gap, all or nothing, its limit on partners.
    pub(super) fn need_holds(&self, need: usize) -> bool {
        let left = self.left[need];
        left >= 0
            && (!self.instance.whole[need] || left == 0 || left == self.instance.gap[need])
            && self.partners[need] <= self.instance.partners[need]
    }

    /// Amounts by candidate.
    pub(super) fn amounts(&self, candidates: usize) -> Vec<i64> {
        let mut amounts = vec![0; candidates];
        for (pair, &amount) in self.instance.pairs.iter().zip(&self.amount) {
            amounts[pair.candidate as usize] = amount;
        }
        amounts
    }
}

/// Cost of the unit that follows the first `at` units.
fn marginal(steps: &[super::super::problem::Step], at: i64) -> i64 {
    let mut end = 0;
    for step in steps {
        end += step.width;
        if at < end {
            return step.cost;
        }
    }
    steps.last().map_or(0, |step| step.cost)
}
