//! The parts of the plan of a single need: items with opening costs, the demand, and what meeting it saves.

use super::super::problem::Step;

/// A pair as one need sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// Profit per unit, not counting the slot.
    pub(super) profit: i64,
    /// Cost of using it at all.
    opening: i64,
    /// Profit per unit with the opening cost spread over `high` units, rounded up.
    pub(super) spread: i64,
    /// Least amount if it is used.
    pub(super) low: i64,
    /// Most that it can give.
    pub(super) high: i64,
    /// Whether it must be used.
    pub(super) forced: bool,
    /// The pair.
    pub(super) pair: u32,
}

impl Item {
    /// An item with a `profit` per unit that pays `slot` as soon as it is used.
    pub(super) fn new(pair: u32, profit: i64, slot: i64, low: i64, high: i64, forced: bool) -> Self {
        // Rounded in favour of the need, which can only make the bound larger.
        let spread = profit - slot / high;
        Self { profit, opening: slot, spread, low, high, forced, pair }
    }

    /// Adds the price of being a partner.
    pub(super) fn charge(&mut self, price: i64) {
        self.spread = self.profit - (self.opening + price) / self.high;
    }

    /// The opening cost as far as `spread` counts it.
    pub(super) fn slot(&self) -> i64 {
        self.high * (self.profit - self.spread)
    }
}

/// What one need asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand<'a> {
    /// Units of money.
    pub(super) gap: i64,
    /// All or nothing.
    pub(super) whole: bool,
    /// The most partners.
    pub(super) partners: usize,
    /// Cost of what stays unmet; empty if it costs nothing.
    pub(super) unmet: &'a [Step],
}

/// What each further unit saves in unmet cost.
pub(super) struct Rewards<'a> {
    steps: &'a [Step],
    at: usize,
    used: i64,
}

impl<'a> Rewards<'a> {
    /// Starts at the first unit; the steps are in order of falling cost.
    pub(super) fn new(steps: &'a [Step]) -> Self {
        Self { steps, at: 0, used: 0 }
    }

    /// The reward of the next unit, and the number of units for which it stays the same.
    pub(super) fn now(&self) -> (i64, i64) {
        self.steps.get(self.at).map_or((0, i64::MAX), |step| (step.cost, step.width - self.used))
    }

    /// Moves past units that are given.
    pub(super) fn advance(&mut self, units: i64) {
        if let Some(step) = self.steps.get(self.at) {
            self.used += units;
            if self.used >= step.width {
                self.at += 1;
                self.used = 0;
            }
        }
    }

    /// Moves past units that are given. Returns what they save.
    pub(super) fn take(&mut self, units: i64) -> i64 {
        let (mut left, mut sum) = (units, 0);
        while left > 0 {
            let (reward, width) = self.now();
            let part = width.min(left);
            sum += part * reward;
            self.advance(part);
            left -= part;
        }
        sum
    }
}
