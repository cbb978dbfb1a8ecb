//! Local search. A step takes back the pairs of a few needs that share organizations, plans these needs anew one after another,
//! and keeps the result if it is better. While the temperature is high, it sometimes keeps a slightly worse one (simulated
//! annealing: Kirkpatrick, Gelatt & Vecchi, "Optimization by simulated annealing", Science 220, 1983).

use super::losses::Losses;
use super::market::Market;
use super::replan::PriceDiscount;
use super::state::State;
use super::subproblem::Subproblem;
use crate::random::SplitMix64;

/// Probability of following a pair that the need would use at the market prices, instead of any of its pairs.
const FOLLOW_WISH: f64 = 0.6;
/// How much the market prices count while needs are planned anew: between these two, in 256ths.
const REGARD: (i64, i64) = (100, 256);
/// Most needs that are planned anew in an ordinary step.
const MOST_NEEDS: usize = 6;
/// Probability that an unmet need gets the first choice among all needs that use the organizations it wishes for. Among only a
/// few of these, a large need that must be met in full or not at all finds no room.
const DISPLACE: f64 = 0.04;
/// Most needs that are planned anew in such a step.
const MOST_DISPLACED: usize = 48;

/// Working memory of the local search.
#[derive(Debug, Default)]
pub(super) struct Search {
    subproblem: Subproblem,
    needs: Vec<u32>,
    notes: Vec<(u32, i64)>,
}

/// The needs that a search may change: those of its own part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    /// The part of every need.
    pub(super) part_of: &'a [u8],
    /// The part of this search.
    pub(super) part: u8,
}

impl Search {
    /// One step around a need. A worse plan may be kept if it loses less than about the temperature.
    pub(super) fn step(
        &mut self,
        state: &mut State<'_>,
        market: Market<'_>,
        losses: &Losses,
        own: Own<'_>,
        seed: usize,
        random: &mut SplitMix64,
    ) {
        let displaces = state.left[seed] > 0 && random.unit() < DISPLACE;
        if displaces {
            self.gather_rivals(state, losses, own, seed);
        } else {
            self.gather(state, losses, own, seed, random);
        }
        let before = state.value;
        self.notes.clear();
        for &need in &self.needs {
            state.release(need as usize, &mut self.notes);
        }
        let ordered = usize::from(displaces);
        for k in (ordered + 1..self.needs.len()).rev() {
            self.needs.swap(k, ordered + random.below(k + 1 - ordered));
        }
        let share = random.integer(REGARD.0, REGARD.1);
        let discount = PriceDiscount { money: share, slots: share };
        let subproblem = &mut self.subproblem;
        let fits = self.needs.iter().all(|&need| subproblem.plan(state, market.prices, discount, need as usize));
        let grace = (-market.temperature * (1.0 - random.unit()).ln()) as i128;
        if !fits || state.value + grace < before {
            state.restore(&self.needs, &self.notes);
        }
    }

    /// Collects the need, first, and the needs that use the organizations it wishes for.
    fn gather_rivals(&mut self, state: &State<'_>, losses: &Losses, own: Own<'_>, seed: usize) {
        let instance = state.instance;
        let organizations = losses.wishes_of(seed).iter().map(|&wish| instance.pairs[wish as usize].organization);
        let users = organizations.flat_map(|organization| &state.used[organization as usize]);
        self.needs.clear();
        self.needs.push(seed as u32);
        for &pair in users {
            let need = instance.pairs[pair as usize].need;
            if own.part_of[need as usize] == own.part && !self.needs.contains(&need) {
                self.needs.push(need);
                if self.needs.len() == MOST_DISPLACED {
                    return;
                }
            }
        }
    }

    /// Collects the need and some needs that use organizations which it uses or wishes for.
    fn gather(&mut self, state: &State<'_>, losses: &Losses, own: Own<'_>, seed: usize, random: &mut SplitMix64) {
        let instance = state.instance;
        let size = 3 + random.below(MOST_NEEDS - 2);
        self.needs.clear();
        self.needs.push(seed as u32);
        for _ in 0..3 {
            let from = self.needs[random.below(self.needs.len())] as usize;
            let pairs = instance.of_need(from);
            if pairs.is_empty() {
                return;
            }
            let wishes = losses.wishes_of(from);
            let pair = if !wishes.is_empty() && random.unit() < FOLLOW_WISH {
                wishes[random.below(wishes.len())] as usize
            } else {
                pairs.start + random.below(pairs.len())
            };
            let used = &state.used[instance.pairs[pair].organization as usize];
            let skip = random.below(used.len());
            for &other in used[skip..].iter().chain(&used[..skip]).take(4 * MOST_NEEDS) {
                let need = instance.pairs[other as usize].need;
                if own.part_of[need as usize] == own.part && !self.needs.contains(&need) {
                    self.needs.push(need);
                    if self.needs.len() == size {
                        return;
                    }
                }
            }
        }
    }
}
