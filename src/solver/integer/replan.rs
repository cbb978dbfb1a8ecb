//! Plans one need anew, within what organizations have left.

use super::bound::Prices;
use super::item::{Demand, Item};
use super::state::State;
use super::subproblem::Subproblem;

/// How much the market prices count while a need is planned anew, in 256ths.
#[derive(Debug, Clone, Copy)]
pub(super) struct PriceDiscount {
    /// Of money, funds and groups.
    pub(super) money: i64,
    /// Of slots.
    pub(super) slots: i64,
}

impl PriceDiscount {
    /// The market prices do not count: only the value of this one need does.
    pub(super) const NOTHING: Self = Self { money: 0, slots: 0 };
    /// Money and slots cost what they are worth elsewhere.
    pub(super) const FULL: Self = Self { money: 256, slots: 256 };

    /// A price between the market price and what a unit costs here and now.
    fn blend(self, market: i64, now: i64) -> i64 {
        ((i128::from(market) * i128::from(self.money) + i128::from(now) * i128::from(256 - self.money)) >> 8) as i64
    }

    fn slots(self, price: i64) -> i64 {
        ((i128::from(price) * i128::from(self.slots)) >> 8) as i64
    }
}

impl Subproblem {
    /// Gives a released need its best plan at the prices. Returns `false` if its forced pairs leave none.
    pub(super) fn plan(&mut self, state: &mut State<'_>, prices: &Prices, discount: PriceDiscount, need: usize) -> bool {
        let instance = state.instance;
        let unmet = &instance.unmet[need];
        let whole = instance.whole[need];
        let reward = unmet.steps.last().map_or(0, |step| step.cost);
        let forced_from = instance.of_need(need).filter(|&t| instance.pairs[t].floor > 0);
        for t in forced_from {
            state.set(t, 0);
        }
        let saved = match instance.plain {
            true => 0,
            false => discount.blend(prices.groups_of(instance, need), state.group_price(need)),
        };
        self.items.clear();
        for t in instance.of_need(need) {
            let pair = &instance.pairs[t];
            let forced = pair.floor > 0;
            let high = state.room(t);
            if high < pair.low {
                if forced {
                    return false;
                }
                continue;
            }
            let market = prices.of_money(pair.organization, pair.fund);
            let price = discount.blend(market, if instance.plain { 0 } else { state.load_price(t) });
            let slot = discount.slots(prices.slot[pair.organization as usize]);
            let item = Item::new(t as u32, pair.weight + saved - price, slot, pair.low, high, forced);
            if item.spread + reward > 0 || forced || whole {
                self.items.push(item);
            }
        }
        let demand = Demand { gap: instance.gap[need], whole, partners: instance.partners[need] as usize, unmet: &unmet.steps };
        if self.solve(&demand).is_none() || self.found().is_none() {
            return false;
        }
        for &(place, amount) in &self.chosen {
            state.set(self.items[place as usize].pair as usize, amount);
        }
        true
    }
}

impl State<'_> {
    /// Takes back all pairs of a need except forced amounts, and notes the previous amounts.
    pub(super) fn release(&mut self, need: usize, notes: &mut Vec<(u32, i64)>) {
        for t in self.instance.of_need(need) {
            if self.amount[t] > 0 {
                notes.push((t as u32, self.amount[t]));
                self.set(t, if self.instance.pairs[t].floor > 0 { self.instance.pairs[t].low } else { 0 });
            }
        }
    }

    /// Restores needs to the noted amounts.
    pub(super) fn restore(&mut self, needs: &[u32], notes: &[(u32, i64)]) {
        for &need in needs {
            for t in self.instance.of_need(need as usize) {
                self.set(t, 0);
            }
        }
        for &(t, amount) in notes {
            self.set(t as usize, amount);
        }
    }
}
