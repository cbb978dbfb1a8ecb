//! Runs rounds of local search on parts of the problem in parallel. The parts do not depend on the number of threads. Every
//! need belongs to one part, and so does what an organization has left, so the changes of the parts fit together.

use super::improve::{Own, Search};
use super::instance::Instance;
use super::losses::{Losses, Seeds};
use super::market::Market;
use super::state::State;
use crate::random::SplitMix64;
use rayon::prelude::*;

/// Needs and organizations of one part.
#[derive(Debug, Default)]
struct Part {
    needs: Vec<u32>,
    organizations: Vec<u32>,
}

/// A division of needs and organizations.
#[derive(Debug)]
struct Division {
    parts: Vec<Part>,
    part_of: Vec<u8>,
    owner: Vec<u8>,
}

/// Number of parts in which a problem is searched: only one if values do not simply add up over needs.
fn count(instance: &Instance) -> usize {
    if instance.plain { (instance.needs() / 1500).clamp(1, 16) } else { 1 }
}

impl Division {
    /// Divides anew. A need goes where most of its money is used, an organization where most of its used pairs are.
    fn new(state: &State<'_>, random: &mut SplitMix64) -> Self {
        let instance = state.instance;
        let (parts, needs) = (count(instance), instance.needs());
        let mut owner: Vec<u8> = (0..instance.organizations()).map(|_| random.below(parts) as u8).collect();
        let mut part_of = vec![0u8; needs];
        for _ in 0..if parts > 1 { 3 } else { 0 } {
            let most = needs.div_ceil(parts) * 11 / 10 + 1;
            let mut size = vec![0usize; parts];
            let skip = random.below(needs);
            for i in (skip..needs).chain(0..skip) {
                let mut votes = vec![0.0; parts];
                for t in instance.of_need(i) {
                    votes[owner[instance.pairs[t].organization as usize] as usize] += state.amount[t] as f64 + 0.01;
                }
                let best = (0..parts).filter(|&p| size[p] < most).max_by(|&a, &b| votes[a].total_cmp(&votes[b]));
                let best = best.unwrap_or(0);
                part_of[i] = best as u8;
                size[best] += 1;
            }
            for (j, owner) in owner.iter_mut().enumerate() {
                let mut votes = vec![0u32; parts];
                for &t in &state.used[j] {
                    votes[part_of[instance.pairs[t as usize].need as usize] as usize] += 1;
                }
                if let Some(best) = (0..parts).max_by_key(|&p| (votes[p], p)).filter(|&p| votes[p] > 0) {
                    *owner = best as u8;
                }
            }
        }
        let mut division = Self { parts: Vec::new(), part_of, owner };
        division.parts.resize_with(parts, Part::default);
        for (i, &part) in division.part_of.iter().enumerate() {
            division.parts[part as usize].needs.push(i as u32);
        }
        for (j, &part) in division.owner.iter().enumerate() {
            division.parts[part as usize].organizations.push(j as u32);
        }
        division
    }
}

/// One round of about `steps` steps in total.
pub(super) fn round(state: &mut State<'_>, market: Market<'_>, seed: u64, number: u64, steps: usize) {
    let instance = state.instance;
    let division = Division::new(state, &mut SplitMix64::stream(seed, 20, number));
    let losses = Losses::new(state, market.prices, market.ideal);
    if let [only] = division.parts.as_slice() {
        let own = Own { part_of: &division.part_of, part: 0 };
        let seeds = Seeds::new(&losses, &only.needs, &only.organizations);
        run(state, market, &losses, &seeds, own, &mut SplitMix64::stream(seed, 21, number), steps);
        return;
    }
    let before: &State<'_> = state;
    let changes: Vec<Vec<(u32, i64)>> = (division.parts.par_iter().enumerate())
        .map(|(p, part)| {
            let mut state = before.clone();
            for (j, &owner) in division.owner.iter().enumerate() {
                if owner as usize != p {
                    state.free[j] = 0;
                    if instance.projects[j].is_some() {
                        state.slots[j] = 0;
                    }
                }
            }
            let own = Own { part_of: &division.part_of, part: p as u8 };
            let seeds = Seeds::new(&losses, &part.needs, &part.organizations);
            let steps = steps * part.needs.len() / instance.needs();
            let mut random = SplitMix64::stream(seed, 22 + p as u64, number);
            run(&mut state, market, &losses, &seeds, own, &mut random, steps);
            let pairs = part.needs.iter().flat_map(|&need| instance.of_need(need as usize));
            pairs.filter(|&t| state.amount[t] != before.amount[t]).map(|t| (t as u32, state.amount[t])).collect()
        })
        .collect();
    // First the decreases, then the increases, so that no limit is exceeded in between.
    for rises in [false, true] {
        for &(t, amount) in changes.iter().flatten() {
            if (amount > state.amount[t as usize]) == rises {
                state.set(t as usize, amount);
            }
        }
    }
}

fn run(
    state: &mut State<'_>,
    market: Market<'_>,
    losses: &Losses,
    seeds: &Seeds<'_>,
    own: Own<'_>,
    random: &mut SplitMix64,
    steps: usize,
) {
    let mut search = Search::default();
    for step in 0..steps {
        if step % 64 == 0 && market.stop.now() {
            return;
        }
        if let Some(need) = seeds.draw(state.instance, random)
            && own.part_of[need] == own.part
        {
            search.step(state, market, losses, own, need, random);
        }
    }
}
