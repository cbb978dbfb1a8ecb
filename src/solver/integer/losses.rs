//! Where a plan falls short of the bound: how much each need could gain at the market prices beyond its plan, and what
//! organizations leave unused. Together these are exactly the gap between plan and bound (except for funds and groups).

use super::bound::{Evaluation, Prices};
use super::instance::Instance;
use super::state::State;
use crate::random::SplitMix64;

/// Share of the steps that start at any need, not at one where something is lost.
const ANYWHERE: f64 = 0.1;

/// How much is lost where, and which pairs needs would rather have.
#[derive(Debug)]
pub(super) struct Losses {
    /// Loss of each need.
    need: Vec<f64>,
    /// Loss of each organization.
    organization: Vec<f64>,
    /// Where the wishes of each need start.
    start: Vec<u32>,
    wishes: Vec<u32>,
}

impl Losses {
    /// Compares a plan with what needs would do at the prices.
    pub(super) fn new(state: &State<'_>, prices: &Prices, ideal: &Evaluation) -> Self {
        let instance = state.instance;
        let mut need: Vec<f64> = ideal.profit.iter().map(|&profit| profit as f64).collect();
        for (i, lost) in need.iter_mut().enumerate() {
            let saved = prices.groups_of(instance, i);
            for t in instance.of_need(i).filter(|&t| state.amount[t] > 0) {
                let pair = &instance.pairs[t];
                let profit = pair.weight + saved - prices.of_money(pair.organization, pair.fund);
                *lost -= profit as f64 * state.amount[t] as f64 - prices.slot[pair.organization as usize] as f64;
            }
            let unmet = &instance.unmet[i];
            if !unmet.steps.is_empty() {
                *lost -= (unmet.cost(instance.gap[i]) - unmet.cost(state.left[i])) as f64;
            }
            *lost = lost.max(0.0);
        }
        let organization = (0..instance.organizations()).map(|j| {
            let used = instance.budget[j] - state.free[j];
            let load = &instance.load[j];
            let best = load.conjugate(prices.money[j], instance.budget[j]).0;
            let money = best - i128::from(prices.money[j]) * i128::from(used) + load.cost(used);
            let slots = instance.projects[j].map_or(0.0, |_| prices.slot[j] as f64 * f64::from(state.slots[j]));
            money as f64 + slots
        });
        let mut start = vec![0u32; instance.needs() + 1];
        let mut wishes = Vec::new();
        let mut at = 0;
        for i in 0..instance.needs() {
            while let Some(&(t, amount)) = ideal.taken.get(at).filter(|(t, _)| (*t as usize) < instance.of_need(i).end) {
                if state.amount[t as usize] < amount {
                    wishes.push(t);
                }
                at += 1;
            }
            start[i + 1] = wishes.len() as u32;
        }
        Self { need, organization: organization.collect(), start, wishes }
    }

    /// Pairs that a need would rather have, or have more of.
    pub(super) fn wishes_of(&self, need: usize) -> &[u32] {
        &self.wishes[self.start[need] as usize..self.start[need + 1] as usize]
    }
}

/// Draws needs with a probability in proportion to what is lost there.
#[derive(Debug)]
pub(super) struct Seeds<'a> {
    needs: &'a [u32],
    organizations: &'a [u32],
    sums: Vec<f64>,
}

impl<'a> Seeds<'a> {
    /// Draws from these needs and organizations.
    pub(super) fn new(losses: &Losses, needs: &'a [u32], organizations: &'a [u32]) -> Self {
        let mut sum = 0.0;
        let lost = needs.iter().map(|&i| losses.need[i as usize]);
        let lost = lost.chain(organizations.iter().map(|&j| losses.organization[j as usize]));
        let sums = lost.map(|lost| {
            sum += lost.max(0.0);
            sum
        });
        Self { needs, organizations, sums: sums.collect() }
    }

    /// One of the needs, or any need with a candidate among the organizations.
    pub(super) fn draw(&self, instance: &Instance, random: &mut SplitMix64) -> Option<usize> {
        let total = self.sums.last().copied().unwrap_or(0.0);
        if self.needs.is_empty() {
            return None;
        }
        if total <= 0.0 || random.unit() < ANYWHERE {
            return Some(self.needs[random.below(self.needs.len())] as usize);
        }
        let at = total * random.unit();
        let k = self.sums.partition_point(|&sum| sum <= at).min(self.sums.len() - 1);
        if let Some(&need) = self.needs.get(k) {
            return Some(need as usize);
        }
        let pairs = instance.of_organization(self.organizations[k - self.needs.len()] as usize);
        let pair = *pairs.get(random.below(pairs.len()))?;
        Some(instance.pairs[pair as usize].need as usize)
    }
}
