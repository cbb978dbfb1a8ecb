//! Local search: take back the pairs of a few needs that share organizations, plan them anew one after another, keep what is
//! better, and while the search is warm sometimes what is a little worse (simulated annealing: Kirkpatrick, Gelatt & Vecchi,
//! "Optimization by simulated annealing", Science 220, 1983).

use super::losses::Losses;
use super::market::Market;
use super::replan::PriceDiscount;
use super::state::State;
use super::subproblem::Subproblem;
use crate::random::SplitMix64;

/// Chance to follow a pair that the need would have at the market prices, rather than any of its pairs.
const FOLLOW_WISH: f64 = 0.6;
/// Needs are planned with market prices between these two, in 256ths.
const REGARD: (i64, i64) = (100, 256);
/// The most needs that are planned anew in an ordinary step.
const MOST_NEEDS: usize = 6;
/// Chance to give a need that lacks something the first choice among all who use what it wishes for: a large need that is met
/// as a whole or not at all finds no place among a few others.
const DISPLACE: f64 = 0.04;
/// The most needs that are planned anew then.
const MOST_DISPLACED: usize = 48;

/// Working memory of the local search.
#[derive(Debug, Default)]
pub(super) struct Search {
    subproblem: Subproblem,
    needs: Vec<u32>,
    notes: Vec<(u32, i64)>,
}

/// Which needs a search may touch: those of its own part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    /// The part of every need.
    pub(super) part_of: &'a [u8],
    /// The part of this search.
    pub(super) part: u8,
}

impl Search {
    /// One step around a need. A plan that is worse by less than about the temperature may be kept.
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

    /// The need, first, and those who use the organizations that it wishes for.
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

    /// The need and some that share organizations which it uses or wants to use.
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
