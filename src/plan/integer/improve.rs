//! Local search: take back the tickets of a few needs around an organization, plan them anew one after another, keep what is
//! better.

use super::super::random::Random;
use super::bound::Prices;
use super::losses::Losses;
use super::replan::Regard;
use super::state::State;
use super::subproblem::Subproblem;

/// Chance to follow a ticket that the need would have at the market prices, rather than any of its tickets.
const FOLLOW_WISH: f64 = 0.6;
/// Needs are planned with market prices between these two, in 256ths.
const REGARD: (i64, i64) = (100, 256);
/// The most needs that are planned anew in one step.
const MOST_NEEDS: usize = 6;

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
    /// One step around a need.
    pub(super) fn step(
        &mut self,
        state: &mut State<'_>,
        prices: &Prices,
        losses: &Losses,
        own: Own<'_>,
        seed: usize,
        random: &mut Random,
    ) {
        self.gather(state, losses, own, seed, random);
        let before = state.value;
        self.notes.clear();
        for &need in &self.needs {
            state.release(need as usize, &mut self.notes);
        }
        for k in (1..self.needs.len()).rev() {
            self.needs.swap(k, random.below(k + 1));
        }
        let share = random.integer(REGARD.0, REGARD.1);
        let regard = Regard { money: share, slots: share };
        let subproblem = &mut self.subproblem;
        let fits = self.needs.iter().all(|&need| subproblem.plan(state, prices, regard, need as usize));
        if !fits || state.value < before {
            state.restore(&self.needs, &self.notes);
        }
    }

    /// The need and some that share organizations which it uses or wants to use.
    fn gather(&mut self, state: &State<'_>, losses: &Losses, own: Own<'_>, seed: usize, random: &mut Random) {
        let instance = state.instance;
        let size = 3 + random.below(MOST_NEEDS - 2);
        self.needs.clear();
        self.needs.push(seed as u32);
        for _ in 0..3 {
            let from = self.needs[random.below(self.needs.len())] as usize;
            let tickets = instance.of_need(from);
            if tickets.is_empty() {
                return;
            }
            let wishes = losses.wishes_of(from);
            let ticket = if !wishes.is_empty() && random.unit() < FOLLOW_WISH {
                wishes[random.below(wishes.len())] as usize
            } else {
                tickets.start + random.below(tickets.len())
            };
            let used = &state.used[instance.tickets[ticket].organization as usize];
            let skip = random.below(used.len());
            for &other in used[skip..].iter().chain(&used[..skip]).take(4 * MOST_NEEDS) {
                let need = instance.tickets[other as usize].need;
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
