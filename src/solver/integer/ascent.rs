//! Searches for prices with a small bound. Each step follows averaged excess demand, and steps become shorter.

use super::bound::{Evaluation, Prices, evaluate};
use super::instance::Instance;

/// One kind of prices and how they move.
#[derive(Debug)]
struct Kind {
    at: Vec<f64>,
    direction: Vec<f64>,
    /// How far each price moves per unit of excess demand.
    pace: Vec<f64>,
    range: Vec<(f64, f64)>,
}

impl Kind {
    fn new(entries: impl Iterator<Item = (f64, f64, f64, f64)>) -> Self {
        let mut kind = Self { at: Vec::new(), direction: Vec::new(), pace: Vec::new(), range: Vec::new() };
        for (at, pace, low, high) in entries {
            kind.at.push(at.clamp(low, high));
            kind.pace.push(pace);
            kind.range.push((low, high));
            kind.direction.push(0.0);
        }
        kind
    }

    /// Averages new excess demand into the direction. Returns its part of the squared length of the direction, in the metric of
    /// the paces.
    fn turn(&mut self, k: usize, excess: f64) -> f64 {
        let (low, high) = self.range[k];
        let blocked = (self.at[k] <= low && excess < 0.0) || (self.at[k] >= high && excess > 0.0);
        let excess = if blocked { 0.0 } else { excess };
        self.direction[k] += MEMORY * (excess - self.direction[k]);
        self.direction[k] * self.direction[k] * self.pace[k]
    }

    fn walk(&mut self, length: f64, prices: &mut [i64]) {
        for (k, price) in prices.iter_mut().enumerate() {
            let (low, high) = self.range[k];
            self.at[k] = (self.at[k] + length * self.pace[k] * self.direction[k]).clamp(low, high);
            *price = self.at[k].round() as i64;
        }
    }
}

/// Share of the newest excess demand in the direction.
const MEMORY: f64 = 0.3;
/// Length of the first steps, as a share of what can be gained at all.
const FIRST: f64 = 0.02;
/// Length of the last steps, as a share of the first.
const LAST: f64 = 0.001;

/// The state of the search for prices.
#[derive(Debug)]
pub(super) struct Ascent<'a> {
    instance: &'a Instance,
    money: Kind,
    slot: Kind,
    fund: Kind,
    group: Kind,
    prices: Prices,
    /// How much the first steps should lower the bound.
    reach: f64,
    /// The smallest bound so far.
    pub(super) bound: i128,
    /// The prices that gave it.
    pub(super) best: Prices,
    /// What needs would do at these prices.
    pub(super) evaluation: Evaluation,
}

impl<'a> Ascent<'a> {
    /// Starts at moderate prices. The error lists needs for which no plan exists.
    pub(super) fn new(instance: &'a Instance, nothing: i128) -> Result<Self, Vec<u32>> {
        let largest = instance.largest.max(1) as f64;
        let dearest = instance.dearest as f64;
        let money = (0..instance.organizations()).map(|j| {
            let lowest = instance.load[j].steps.first().map_or(0, |step| step.cost.min(0)) as f64;
            (0.3 * largest, largest / instance.budget[j].max(1) as f64, lowest, dearest)
        });
        let slot = (0..instance.organizations()).map(|j| match instance.projects[j] {
            None => (0.0, 0.0, 0.0, 0.0),
            Some(limit) => {
                let pairs = instance.of_organization(j).iter();
                let high = pairs.map(|&t| instance.pairs[t as usize].high).max().unwrap_or(0) as f64;
                let limit = f64::from(limit.max(1));
                (0.0, largest * instance.budget[j].max(1) as f64 / (limit * limit), 0.0, dearest * high)
            }
        });
        let fund = instance.fund_budget.iter().map(|&budget| (0.0, largest / budget.max(1) as f64, 0.0, dearest));
        let group = instance.group_unmet.iter().zip(&instance.group_gap).map(|(curve, &gap)| {
            let low = curve.steps.first().map_or(0, |step| step.cost) as f64;
            let high = curve.steps.last().map_or(0, |step| step.cost) as f64;
            (low, largest / gap.max(1) as f64, low, high)
        });
        let (money, slot, fund, group) = (Kind::new(money), Kind::new(slot), Kind::new(fund), Kind::new(group));
        let whole = |kind: &Kind| kind.at.iter().map(|at| at.round() as i64).collect();
        let prices = Prices { money: whole(&money), slot: whole(&slot), fund: whole(&fund), group: whole(&group) };
        let evaluation = evaluate(instance, &prices)?;
        let reach = FIRST * ((evaluation.bound - nothing) as f64).max(1.0);
        let bound = evaluation.bound;
        let best = prices.clone();
        Ok(Self { instance, money, slot, fund, group, best, prices, reach, bound, evaluation })
    }

    /// Restarts at the best prices. The steps are sized by how far the bound is above the value of a known plan.
    pub(super) fn again(&mut self, value: i128) {
        self.prices.clone_from(&self.best);
        for (kind, prices) in [
            (&mut self.money, &self.best.money),
            (&mut self.slot, &self.best.slot),
            (&mut self.fund, &self.best.fund),
            (&mut self.group, &self.best.group),
        ] {
            kind.direction.fill(0.0);
            kind.at = prices.iter().map(|&price| price as f64).collect();
        }
        self.reach = (self.bound - value).max(1) as f64;
    }

    /// One step; `progress` runs from 0 to 1 over all steps.
    pub(super) fn step(&mut self, progress: f64, current: &Evaluation) -> Result<Evaluation, Vec<u32>> {
        let instance = self.instance;
        let mut norm = 0.0;
        for j in 0..instance.organizations() {
            let (_, low, high) = instance.load[j].conjugate(self.prices.money[j], instance.budget[j]);
            // At price 0 any part of the budget may stay unused. The range of the price covers this case.
            let (low, high) = if instance.load[j].steps.is_empty() { (high, high) } else { (low, high) };
            let asked = current.money[j];
            norm += self.money.turn(j, (asked - asked.clamp(low, high)) as f64);
            if let Some(limit) = instance.projects[j] {
                norm += self.slot.turn(j, f64::from(current.slots[j]) - f64::from(limit));
            }
        }
        for (f, &budget) in instance.fund_budget.iter().enumerate() {
            norm += self.fund.turn(f, (current.fund[f] - budget) as f64);
        }
        for (g, &gap) in instance.group_gap.iter().enumerate() {
            let (_, low, high) = instance.group_unmet[g].conjugate(self.prices.group[g], gap);
            let unmet = gap - current.group[g];
            norm += self.group.turn(g, (unmet - unmet.clamp(low, high)) as f64);
        }
        let length = if norm > 0.0 { self.reach * LAST.powf(progress) / norm } else { 0.0 };
        self.money.walk(length, &mut self.prices.money);
        self.slot.walk(length, &mut self.prices.slot);
        self.fund.walk(length, &mut self.prices.fund);
        self.group.walk(length, &mut self.prices.group);
        let evaluation = evaluate(instance, &self.prices)?;
        if evaluation.bound < self.bound {
            self.bound = evaluation.bound;
            self.best.clone_from(&self.prices);
            self.evaluation.clone_from(&evaluation);
        }
        Ok(evaluation)
    }
}
