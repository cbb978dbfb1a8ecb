//! The best plan of a single need at given prices: a small knapsack problem with opening costs, solved by branch and bound in
//! integers.

use super::super::problem::Step;
use super::item::{Demand, Item, Rewards};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Open,
    In,
    Out,
}

/// Working memory, reused for one need after another.
#[derive(Debug, Default)]
pub(super) struct Subproblem {
    /// Filled by the caller: the need's items.
    pub(super) items: Vec<Item>,
    /// The chosen items (indices into `items`) and their amounts.
    pub(super) chosen: Vec<(u32, i64)>,
    status: Vec<Status>,
    inside: Vec<u32>,
    rewards: Vec<Step>,
    trial: Vec<(u32, i64)>,
    /// The price that each partner pays, and the total that the allowed number of partners pays.
    price: i64,
    back: i64,
    best: i64,
    feasible: bool,
    upper: i64,
    nodes: u32,
}

/// Result of filling a need without checking whether slots are paid in full.
struct Filled {
    bound: i64,
    /// An open item that is partly filled: its index and amount.
    partly: Option<(usize, i64)>,
}

const MOST_NODES: u32 = 400;
/// Number of partner prices that are tried.
const PRICE_TRIALS: u32 = 6;

impl Subproblem {
    /// Returns an upper bound on the need's profit, relative to giving nothing, and leaves the best plan found in `chosen`.
    /// Returns `None` if the forced items leave no plan.
    pub(super) fn solve(&mut self, demand: &Demand<'_>) -> Option<i64> {
        self.rewards.clear();
        self.rewards.extend(demand.unmet.iter().rev());
        self.price = 0;
        self.back = 0;
        self.arrange();
        self.charge_partners(demand);
        self.chosen.clear();
        self.best = 0;
        self.feasible = self.inside.is_empty();
        self.upper = i64::MIN;
        self.nodes = MOST_NODES;
        self.visit(demand);
        if self.feasible {
            self.upper = self.upper.max(self.best);
        }
        (self.upper != i64::MIN).then_some(self.upper)
    }

    /// If too many partners would share the need, each has to pay a price that leaves about as many as allowed. Every bound
    /// gets back what the allowed number of partners pays.
    fn charge_partners(&mut self, demand: &Demand<'_>) {
        let relaxed = self.fill(demand).map(|filled| filled.bound);
        let Some(mut bound) = relaxed.filter(|_| self.trial.len() > demand.partners && demand.partners > 0) else { return };
        let reward = self.rewards.first().map_or(0, |step| step.cost);
        // If the price is the value of the first item beyond the limit, no more items than allowed are worth it.
        let mut values: Vec<i64> = self.items.iter().map(|item| item.high * (item.spread + reward)).collect();
        let beyond = demand.partners.min(values.len() - 1);
        let (_, dearest, _) = values.select_nth_unstable_by(beyond, |a, b| b.cmp(a));
        let (mut low, mut high) = (0, (*dearest).clamp(0, i64::MAX / 8 / demand.partners as i64));
        let mut best = 0;
        for _ in 0..PRICE_TRIALS {
            let price = low + (high - low) / 2;
            self.charge(price, demand);
            let Some(filled) = self.fill(demand) else { break };
            if filled.bound < bound {
                (bound, best) = (filled.bound, price);
            }
            if self.trial.len() > demand.partners { low = price } else { high = price }
        }
        self.charge(best, demand);
    }

    fn charge(&mut self, price: i64, demand: &Demand<'_>) {
        self.price = price;
        self.back = price * demand.partners as i64;
        for item in &mut self.items {
            item.charge(price);
        }
        self.arrange();
    }

    /// Sorts the items by profit, with forced ones used from the start.
    fn arrange(&mut self) {
        self.items.sort_unstable_by_key(|item| (!item.forced, std::cmp::Reverse(item.spread), item.pair));
        self.status.clear();
        self.status.resize(self.items.len(), Status::Open);
        self.inside.clear();
        let forced = self.items.iter().take_while(|item| item.forced).count();
        for place in 0..forced {
            self.enter(place);
        }
    }

    /// The profit of the plan in `chosen`; `None` if there is none.
    pub(super) fn found(&self) -> Option<i64> {
        self.feasible.then_some(self.best)
    }

    fn enter(&mut self, place: usize) {
        self.status[place] = Status::In;
        let profit = self.items[place].profit;
        let at = self.inside.partition_point(|&other| self.items[other as usize].profit >= profit);
        self.inside.insert(at, place as u32);
    }

    fn leave(&mut self, place: usize) {
        self.status[place] = Status::Open;
        self.inside.retain(|&other| other as usize != place);
    }

    fn visit(&mut self, demand: &Demand<'_>) {
        if self.inside.len() > demand.partners {
            return;
        }
        let Some(filled) = self.fill(demand) else { return };
        if self.feasible && filled.bound <= self.best {
            return;
        }
        if filled.partly.is_none() && self.trial.len() <= demand.partners {
            self.accept(filled.bound);
            if self.price > 0 {
                self.upper = self.upper.max(filled.bound);
            }
            return;
        }
        let branch = self.branch(demand, &filled);
        if let Some((place, amount)) = filled.partly {
            self.try_partly(demand, &filled, place, amount);
        }
        if self.feasible && filled.bound <= self.best {
            return;
        }
        let Some((place, first_in)) = branch.filter(|_| self.nodes > 0) else {
            self.upper = self.upper.max(filled.bound);
            return;
        };
        self.nodes -= 1;
        for take in [first_in, !first_in] {
            if take {
                self.enter(place);
                self.visit(demand);
                self.leave(place);
            } else {
                self.status[place] = Status::Out;
                self.visit(demand);
                self.status[place] = Status::Open;
            }
        }
    }

    /// The open item to branch on, and whether to use it first. It is the one that is partly filled or, with too many partners,
    /// the one that brings most.
    fn branch(&self, demand: &Demand<'_>, filled: &Filled) -> Option<(usize, bool)> {
        if self.trial.len() <= demand.partners {
            return filled.partly.map(|(place, amount)| (place, 2 * amount >= self.items[place].high));
        }
        let open = self.trial.iter().filter(|&&(place, _)| self.status[place as usize] == Status::Open);
        open.max_by_key(|&&(place, amount)| (self.items[place as usize].spread.saturating_mul(amount), place))
            .map(|&(place, _)| (place as usize, true))
    }

    /// Takes the plan in `trial` if it is better. Its value is computed like a bound.
    fn accept(&mut self, bound: i64) {
        let value = bound - self.back + self.price * self.trial.len() as i64;
        if !self.feasible || value > self.best {
            self.best = value;
            self.feasible = true;
            self.chosen.clear();
            self.chosen.extend_from_slice(&self.trial);
        }
    }

    /// Makes a plan from a relaxed one whose last item pays only part of its slot: it pays all of it, or is left out.
    fn try_partly(&mut self, demand: &Demand<'_>, filled: &Filled, place: usize, amount: i64) {
        let item = self.items[place];
        if amount >= item.low && self.trial.len() <= demand.partners {
            self.accept(filled.bound - item.slot() + (item.profit - item.spread) * amount);
        } else if !demand.whole && demand.unmet.is_empty() && self.trial.len() <= demand.partners + 1 {
            self.trial.retain(|&(other, _)| other as usize != place);
            self.accept(filled.bound - item.spread * amount);
        }
    }

    /// Fills the gap in order of falling profit and leaves the amounts in `trial`. Returns `None` if there is no plan.
    fn fill(&mut self, demand: &Demand<'_>) -> Option<Filled> {
        self.trial.clear();
        let mut bound = self.back;
        let mut left = demand.gap;
        let mut rewards = Rewards::new(&self.rewards);
        for &place in &self.inside {
            let item = &self.items[place as usize];
            left -= item.low;
            if left < 0 {
                return None;
            }
            // If the opening costs of very many items exceed 64 bits, less of them is counted. The bound stays valid.
            bound = bound.saturating_add(item.low * item.profit - item.slot() + rewards.take(item.low));
            self.trial.push((place, item.low));
        }
        let inside = self.trial.len();
        let mut partly = None;
        let (mut next_in, mut next) = (0, 0);
        while left > 0 {
            while next < self.items.len() && self.status[next] != Status::Open {
                next += 1;
            }
            let open = self.items.get(next).map(|item| item.spread);
            let extra = self.inside.get(next_in).map(|&place| self.items[place as usize].profit);
            let (rate, room, is_extra) = match (extra, open) {
                (Some(extra), open) if open.is_none_or(|open| extra >= open) => {
                    let item = &self.items[self.inside[next_in] as usize];
                    (extra, item.high - item.low, true)
                }
                (_, Some(open)) => (open, self.items[next].high, false),
                _ => break,
            };
            let mut amount = 0;
            while left > 0 && amount < room {
                let (reward, width) = rewards.now();
                if !demand.whole && rate + reward <= 0 {
                    break;
                }
                let part = width.min(left).min(room - amount);
                bound += part * (rate + reward);
                rewards.advance(part);
                amount += part;
                left -= part;
            }
            if is_extra {
                self.trial[next_in].1 += amount;
                next_in += 1;
            } else if amount > 0 {
                self.trial.push((next as u32, amount));
                if amount < room {
                    partly = Some((next, amount));
                }
                next += 1;
            }
            if amount < room {
                break;
            }
        }
        debug_assert!(inside <= self.trial.len());
        (left == 0 || !demand.whole).then_some(Filled { bound, partly })
    }
}
