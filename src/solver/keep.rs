//! Plans anew with few changes: an earlier plan is kept except for some needs, which are planned again.

use super::checker::check;
use super::integer::{Options, Solution};
use super::problem::{Candidate, Problem};
use super::solve::{SolveError, solve};
use super::stop::Stop;

/// A plan close to an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct NearbyPlan {
    /// Amounts in the order of the candidates.
    pub amounts: Vec<i64>,
    /// Their value.
    pub value: i128,
    /// Number of candidates whose amount has changed.
    pub changes: usize,
    /// Number of changes that even the nearest plan needs.
    pub forced: usize,
    /// The best value found for each number of changes. Both increase.
    pub frontier: Vec<(usize, i128)>,
}

/// Value of keeping one pair, next to which nothing else counts.
const KEEPING: i64 = 1_000_000_000;

/// The best plan found that differs from `before` in at most `limit` candidates (or in as few as possible, if that is more).
/// `best` is the plan without that limit. Needs are opened in the order of what they gain in `best`, in growing numbers.
#[must_use]
pub fn keep(problem: &Problem, before: &[i64], best: &Solution, limit: usize, options: &Options, stop: Stop<'_>) -> NearbyPlan {
    // If new conditions do not allow what was forced before, less of it is kept, in the worst case nothing.
    let nearest = if check(problem, before).violations.is_empty() {
        before.to_vec()
    } else {
        let strict = nearest(problem, before, Forced::AsBefore, options, stop);
        strict.or_else(|_| nearest(problem, before, Forced::Free, options, stop)).unwrap_or_else(|_| best.amounts.clone())
    };
    let count = |amounts: &[i64]| amounts.iter().zip(before).filter(|(now, before)| now != before).count();
    let forced = count(&nearest);
    let mut tried = vec![(forced, check(problem, &nearest).value, nearest.clone())];
    tried.push((count(&best.amounts), best.value, best.amounts.clone()));
    let order = order(problem, &nearest, &best.amounts);
    for opened in steps(order.len()) {
        if stop.now() {
            break;
        }
        let opened = opened_problem(problem, &nearest, &order[..opened]);
        let Ok(solution) = solve(&opened, options, stop, &mut |_| {}) else { continue };
        tried.push((count(&solution.amounts), check(problem, &solution.amounts).value, solution.amounts));
    }
    tried.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut frontier: Vec<(usize, i128)> = Vec::new();
    for (changes, value, _) in &tried {
        if frontier.last().is_none_or(|last| *value > last.1) {
            frontier.push((*changes, *value));
        }
    }
    let allowed = tried.into_iter().filter(|(changes, ..)| *changes <= limit.max(forced));
    let (changes, value, amounts) =
        allowed.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).expect("the nearest plan is within the limit");
    NearbyPlan { amounts, value, changes, forced, frontier }
}

/// How many needs to open: 1, 2, 3, 4, 6, 8, 12, … These are the same for every limit, so that allowing more changes never
/// gives less value.
fn steps(count: usize) -> Vec<usize> {
    let powers = (0..usize::BITS).map(|n| 1_usize << n).take_while(|&power| power <= count);
    let mut steps: Vec<usize> = powers.flat_map(|power| [power, power + power / 2]).filter(|&step| step <= count).collect();
    steps.dedup();
    steps
}

/// How forced pairs, and the other pairs of their needs, are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forced {
    /// They keep their old amounts, or the least forced amounts; nothing else is allowed.
    AsBefore,
    /// Whatever the problem allows is allowed.
    Free,
}

/// The part of the earlier plan that can still be carried out, with as many pairs as possible at their old amounts, and with
/// nothing else except forced amounts.
fn nearest(problem: &Problem, before: &[i64], forced: Forced, options: &Options, stop: Stop<'_>) -> Result<Vec<i64>, SolveError> {
    let mut is_free = vec![false; problem.needs.len()];
    for c in problem.candidates.iter().filter(|c| c.floor > 0 && forced == Forced::Free) {
        is_free[c.need as usize] = true;
    }
    let kept = |(c, &amount): (&Candidate, &i64)| {
        let can_stay = amount >= c.min.max(c.floor).max(1) && amount <= c.max;
        if is_free[c.need as usize] {
            return Candidate { weight: if can_stay { KEEPING / amount } else { 0 }, ..*c };
        }
        match (can_stay, c.floor > 0) {
            // A forced pair keeps its amount if that is allowed; else it falls to its floor.
            (true, true) => Candidate { min: amount, max: amount, floor: amount, ..*c },
            (false, true) => Candidate { max: c.floor, ..*c },
            (true, false) => Candidate { min: amount, max: amount, weight: KEEPING / amount, ..*c },
            (false, false) => Candidate { min: 0, max: 0, ..*c },
        }
    };
    let candidates = problem.candidates.iter().zip(before).map(kept).collect();
    let mut near = Problem { candidates, ..problem.clone() };
    near.needs.iter_mut().for_each(|need| need.unmet.clear());
    near.groups.iter_mut().for_each(|group| group.unmet.clear());
    near.organizations.iter_mut().for_each(|organization| organization.load.clear());
    Ok(solve(&near, options, stop, &mut |_| {})?.amounts)
}

/// Needs that the best plan treats differently, those with the largest gains first.
fn order(problem: &Problem, nearest: &[i64], best: &[i64]) -> Vec<u32> {
    let mut gains = vec![0_i128; problem.needs.len()];
    let mut differs = vec![false; problem.needs.len()];
    for ((c, &old), &new) in problem.candidates.iter().zip(nearest).zip(best) {
        let first = problem.needs[c.need as usize].unmet.first().map_or(0, |step| step.cost);
        gains[c.need as usize] += i128::from(c.weight + first) * i128::from(new - old);
        differs[c.need as usize] |= old != new;
    }
    let mut order: Vec<u32> = (0..problem.needs.len() as u32).filter(|&need| differs[need as usize]).collect();
    order.sort_by_key(|&need| (std::cmp::Reverse(gains[need as usize]), need));
    order
}

/// The problem with every need locked except the `opened` ones.
fn opened_problem(problem: &Problem, nearest: &[i64], opened: &[u32]) -> Problem {
    let locked = |(c, &amount): (&Candidate, &i64)| {
        if opened.contains(&c.need) {
            *c
        } else if amount > 0 {
            Candidate { min: amount, max: amount, floor: amount, ..*c }
        } else {
            Candidate { min: 0, max: 0, ..*c }
        }
    };
    Problem { candidates: problem.candidates.iter().zip(nearest).map(locked).collect(), ..problem.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::recipe::Recipe;
    use super::*;

    #[test]
    fn few_changes_stay_few_and_the_frontier_rises() {
        let options = Options { price_steps: 30, rounds: 4, ..Options::default() };
        for seed in 0..3 {
            let before = Recipe { max_partners: Some(4), ..Recipe::new(seed, 16, 8, 5).with_least_amounts() }.build();
            let solved = |problem: &Problem| solve(problem, &options, Stop::default(), &mut |_| {}).unwrap();
            let old = solved(&before);
            // One organization loses a third of its money, another one gets more.
            let mut now = before.clone();
            now.organizations[1].budget -= now.organizations[1].budget / 3;
            now.organizations[2].budget *= 2;
            let best = solved(&now);
            let mut last = i128::MIN;
            for limit in [0, 2, 5, 10, 1000] {
                let kept = keep(&now, &old.amounts, &best, limit, &options, Stop::default());
                assert_eq!(check(&now, &kept.amounts).violations, []);
                assert_eq!(check(&now, &kept.amounts).value, kept.value);
                assert!(kept.changes <= limit.max(kept.forced), "{kept:?}");
                assert!(kept.frontier.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1));
                assert!(kept.value >= last || limit == 0, "more changes allowed, less value: seed {seed}, limit {limit}");
                last = kept.value;
            }
            assert_eq!(last, best.value.max(last));
            let same = keep(&before, &old.amounts, &old, 0, &options, Stop::default());
            assert_eq!((same.changes, same.forced, same.amounts), (0, 0, old.amounts));
        }
    }
}
