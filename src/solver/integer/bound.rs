//! The Lagrangian bound: organizations, funds and groups have prices, and each need plans alone against them.

use super::instance::{Instance, NONE};
use super::item::{Demand, Item};
use super::subproblem::Subproblem;
use rayon::prelude::*;

/// Prices as scaled integers. Any prices (non-negative for slots and funds) give a valid bound.
#[derive(Debug, Clone)]
pub(super) struct Prices {
    /// Price of one unit of an organization's free budget.
    pub(super) money: Vec<i64>,
    /// Price of one project slot of an organization; 0 if its limit cannot bind.
    pub(super) slot: Vec<i64>,
    /// Price of one unit of a fund.
    pub(super) fund: Vec<i64>,
    /// Price of one unit that stays unmet in a group.
    pub(super) group: Vec<i64>,
}

impl Prices {
    /// All zero.
    pub(super) fn zero(instance: &Instance) -> Self {
        Self {
            money: vec![0; instance.organizations()],
            slot: vec![0; instance.organizations()],
            fund: vec![0; instance.fund_budget.len()],
            group: vec![0; instance.parent.len()],
        }
    }

    /// What one unit given to a need saves in its groups.
    pub(super) fn groups_of(&self, instance: &Instance, need: usize) -> i64 {
        let mut sum = 0i64;
        let mut group = instance.group[need];
        while group != NONE {
            sum += self.group[group as usize];
            group = instance.parent[group as usize];
        }
        sum
    }

    /// What one unit of a pair's money costs.
    pub(super) fn of_money(&self, organization: u32, fund: u32) -> i64 {
        let free = self.money[organization as usize];
        if fund == NONE { free } else { free.min(self.fund[fund as usize]) }
    }
}

/// What needs would do at certain prices.
#[derive(Debug, Default, Clone)]
pub(super) struct Evaluation {
    /// Upper bound on the scaled value of every feasible plan.
    pub(super) bound: i128,
    /// What each need could gain at the prices, without unmet costs.
    pub(super) profit: Vec<i64>,
    /// The pairs and amounts that the needs would take, by need.
    pub(super) taken: Vec<(u32, i64)>,
    /// Free money asked of each organization.
    pub(super) money: Vec<i64>,
    /// Project slots asked of each organization.
    pub(super) slots: Vec<u32>,
    /// Money asked of each fund.
    pub(super) fund: Vec<i64>,
    /// Units given in each group.
    pub(super) group: Vec<i64>,
}

/// Needs are processed in chunks of this size, on any number of threads.
const CHUNK: usize = 128;

#[derive(Default)]
struct Part {
    sum: i128,
    taken: Vec<(u32, i64)>,
    profit: Vec<i64>,
    impossible: Vec<u32>,
}

/// Evaluates prices. The error lists needs whose forced pairs leave no feasible plan.
pub(super) fn evaluate(instance: &Instance, prices: &Prices) -> Result<Evaluation, Vec<u32>> {
    let chunks = instance.needs().div_ceil(CHUNK);
    let parts: Vec<Part> = (0..chunks)
        .into_par_iter()
        .map_init(Subproblem::default, |subproblem, chunk| {
            let needs = chunk * CHUNK..((chunk + 1) * CHUNK).min(instance.needs());
            part(instance, prices, needs, subproblem)
        })
        .collect();
    let mut result = Evaluation {
        money: vec![0; instance.organizations()],
        slots: vec![0; instance.organizations()],
        fund: vec![0; instance.fund_budget.len()],
        group: vec![0; instance.parent.len()],
        ..Evaluation::default()
    };
    let impossible: Vec<u32> = parts.iter().flat_map(|part| part.impossible.iter().copied()).collect();
    if !impossible.is_empty() {
        return Err(impossible);
    }
    for part in parts {
        result.bound += part.sum;
        for &(t, amount) in &part.taken {
            let pair = &instance.pairs[t as usize];
            let j = pair.organization as usize;
            if pair.fund != NONE && prices.fund[pair.fund as usize] < prices.money[j] {
                result.fund[pair.fund as usize] += amount;
            } else {
                result.money[j] += amount;
            }
            result.slots[j] += 1;
            let mut group = instance.group[pair.need as usize];
            while group != NONE {
                result.group[group as usize] += amount;
                group = instance.parent[group as usize];
            }
        }
        result.taken.extend_from_slice(&part.taken);
        result.profit.extend_from_slice(&part.profit);
    }
    result.bound += supply_side(instance, prices);
    Ok(result)
}

/// What budgets, slots, funds and groups add to the bound.
fn supply_side(instance: &Instance, prices: &Prices) -> i128 {
    let mut sum = 0i128;
    for j in 0..instance.organizations() {
        sum += instance.load[j].conjugate(prices.money[j], instance.budget[j]).0;
        if let Some(limit) = instance.projects[j] {
            sum += i128::from(prices.slot[j]) * i128::from(limit);
        }
    }
    for (&budget, &price) in instance.fund_budget.iter().zip(&prices.fund) {
        sum += i128::from(budget) * i128::from(price);
    }
    for (g, &price) in prices.group.iter().enumerate() {
        let gap = instance.group_gap[g];
        sum += instance.group_unmet[g].conjugate(price, gap).0 - i128::from(price) * i128::from(gap);
    }
    sum
}

fn part(instance: &Instance, prices: &Prices, needs: std::ops::Range<usize>, subproblem: &mut Subproblem) -> Part {
    let mut part = Part::default();
    for need in needs {
        let unmet = &instance.unmet[need];
        let saved = prices.groups_of(instance, need);
        let reward = unmet.steps.last().map_or(0, |step| step.cost);
        subproblem.items.clear();
        for t in instance.of_need(need) {
            let pair = &instance.pairs[t];
            let profit = pair.weight + saved - prices.of_money(pair.organization, pair.fund);
            let slot = prices.slot[pair.organization as usize];
            let forced = pair.floor > 0;
            if profit + reward > 0 || forced || instance.whole[need] {
                let item = Item::new(t as u32, profit, slot, pair.low, pair.high, forced);
                if item.spread + reward > 0 || forced || instance.whole[need] {
                    subproblem.items.push(item);
                }
            }
        }
        let demand = Demand {
            gap: instance.gap[need],
            whole: instance.whole[need],
            partners: instance.partners[need] as usize,
            unmet: &unmet.steps,
        };
        let Some(upper) = subproblem.solve(&demand) else {
            part.impossible.push(need as u32);
            continue;
        };
        part.profit.push(upper);
        part.sum += i128::from(upper) - unmet.cost(instance.gap[need]);
        let chosen = subproblem.chosen.iter().map(|&(place, amount)| (subproblem.items[place as usize].pair, amount));
        part.taken.extend(chosen.filter(|&(_, amount)| amount > 0));
    }
    part
}
