//! Plans anew with few changes. What of the earlier plan can still be carried out stays; it is departed from by choice, as often
//! as is allowed and where it gains most.

use std::cmp::Reverse;

use super::checker::check;
use super::integer::{Options, Solution};
use super::problem::{Candidate, Problem, Step};
use super::room::Room;
use super::solve::solve;
use super::stop::Stop;

/// A plan close to an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct NearbyPlan {
    /// Amounts in the order of the candidates.
    pub amounts: Vec<i64>,
    /// Their value.
    pub value: i128,
    /// What of the earlier plan can still be carried out, with what new conditions force.
    pub nearest: Vec<i64>,
    /// Number of candidates whose amount differs from the nearest plan: changes by choice.
    pub chosen: usize,
    /// Number of candidates whose amount had to change.
    pub forced: usize,
    /// The best value found for each number of changes by choice. Both increase.
    pub frontier: Vec<(usize, i128)>,
}

/// Most changes that are looked for one by one.
const SINGLE: usize = 32;
/// Candidates tried for each of them, the most promising first.
const TRIED: usize = 8;

/// The best plan found that departs from what can stay of `before` in at most `limit` candidates. `best` is the plan without
/// that limit. A larger limit never gives less value.
#[must_use]
pub fn keep(problem: &Problem, before: &[i64], best: &Solution, limit: usize, options: &Options, stop: Stop<'_>) -> NearbyPlan {
    let nearest = nearest(problem, before, options, stop).unwrap_or_else(|| best.amounts.clone());
    let differing = |one: &[i64], other: &[i64]| one.iter().zip(other).filter(|(one, other)| one != other).count();
    let value_of = |amounts: &[i64]| check(problem, amounts).value;
    let mut tried = vec![(0, value_of(&nearest), nearest.clone())];
    if !stop.now() {
        tried.push((differing(&best.amounts, &nearest), best.value, best.amounts.clone()));
    }
    let singles = additions(problem, &nearest, limit.min(SINGLE), stop);
    tried.extend(singles.into_iter().map(|(amounts, value)| (differing(&amounts, &nearest), value, amounts)));
    let order = order(problem, &nearest, &best.amounts);
    for opened in steps(order.len()) {
        if stop.now() {
            break;
        }
        let opened = opened_problem(problem, &nearest, &order[..opened]);
        let Ok(solution) = solve(&opened, options, stop, &mut |_| {}) else { continue };
        tried.push((differing(&solution.amounts, &nearest), value_of(&solution.amounts), solution.amounts));
    }
    tried.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut frontier: Vec<(usize, i128)> = Vec::new();
    for (changes, value, _) in &tried {
        if frontier.last().is_none_or(|last| *value > last.1) {
            frontier.push((*changes, *value));
        }
    }
    let allowed = tried.into_iter().filter(|(changes, ..)| *changes <= limit);
    let (chosen, value, amounts) =
        allowed.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).expect("the nearest plan has no change by choice");
    let forced = differing(&nearest, before);
    NearbyPlan { amounts, value, nearest, chosen, forced, frontier }
}

/// How many needs to open: 1, 2, 3, 4, 6, 8, 12, … These are the same for every limit, so that allowing more changes never
/// gives less value.
fn steps(count: usize) -> Vec<usize> {
    let powers = (0..usize::BITS).map(|n| 1_usize << n).take_while(|&power| power <= count);
    let mut steps: Vec<usize> = powers.flat_map(|power| [power, power + power / 2]).filter(|&step| step <= count).collect();
    steps.dedup();
    steps
}

/// What of the earlier plan can still be carried out. `None` if new conditions contradict everything.
fn nearest(problem: &Problem, before: &[i64], options: &Options, stop: Stop<'_>) -> Option<Vec<i64>> {
    if check(problem, before).violations.is_empty() {
        return Some(before.to_vec());
    }
    let stays = what_stays(problem, before);
    if check(problem, &stays).violations.is_empty() {
        return Some(stays);
    }
    // All-or-nothing needs that have lost a part, and what is forced against a limit, are planned again: beside the pairs that
    // stay if that is possible, else from nothing.
    let broken = broken(problem, &stays);
    let beside = |keeps: bool| {
        let mut opened = opened_problem(problem, &stays, &broken);
        for (c, &amount) in
            opened.candidates.iter_mut().zip(&stays).filter(|(c, amount)| keeps && broken.contains(&c.need) && **amount > 0)
        {
            (c.min, c.floor) = (amount, amount.max(c.floor));
        }
        solve(&opened, options, stop, &mut |_| {}).ok().map(|it| it.amounts).filter(|it| check(problem, it).violations.is_empty())
    };
    let without = || {
        let left: Vec<i64> =
            problem.candidates.iter().zip(&stays).map(|(c, &it)| if broken.contains(&c.need) { 0 } else { it }).collect();
        check(problem, &left).violations.is_empty().then_some(left)
    };
    beside(true).or_else(|| beside(false)).or_else(without)
}

/// As much of every pair as the limits allow, pairs of greater weight first: each stays with its least amount before any gets
/// its old one.
fn what_stays(problem: &Problem, before: &[i64]) -> Vec<i64> {
    let mut room = Room::empty(problem);
    let of = |c: usize| &problem.candidates[c];
    for c in (0..before.len()).filter(|&c| of(c).floor > 0) {
        room.set(c, of(c).floor);
    }
    let mut pairs: Vec<usize> = (0..before.len()).filter(|&c| before[c] > 0).collect();
    pairs.sort_by_key(|&c| (Reverse(of(c).weight), c));
    for &c in &pairs {
        let least = of(c).min.max(1);
        if room.amount(c) == 0 && room.most(c) >= least {
            room.set(c, least);
        }
    }
    for &c in &pairs {
        let most = room.most(c).min(before[c]);
        if room.amount(c) > 0 && most > room.amount(c) {
            room.set(c, most);
        }
    }
    room.amounts().to_vec()
}

/// The needs in which something is wrong.
fn broken(problem: &Problem, amounts: &[i64]) -> Vec<u32> {
    let room = Room::beside(problem, amounts);
    let mut needs: Vec<u32> = (0..problem.needs.len() as u32)
        .filter(|&need| {
            let (it, gap) = (&problem.needs[need as usize], room.gap(need));
            it.whole && gap != it.gap && gap != 0
        })
        .collect();
    needs.extend(problem.candidates.iter().filter(|c| c.floor > 0).map(|c| c.need));
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// Plans with one more change each, the one that gains most by its own.
fn additions(problem: &Problem, nearest: &[i64], most: usize, stop: Stop<'_>) -> Vec<(Vec<i64>, i128)> {
    let mut room = Room::beside(problem, nearest);
    let mut value = check(problem, nearest).value;
    let mut plans = Vec::new();
    while plans.len() < most && !stop.now() {
        let raise = |c: usize| {
            let it = &problem.candidates[c];
            let (now, most) = (room.amount(c), room.most(c));
            let more = most - now;
            let is_whole = problem.needs[it.need as usize].whole;
            let is_possible = more > 0 && most >= it.min.max(1) && (!is_whole || more == room.gap(it.need));
            is_possible.then(|| (gain(problem, &room, it, more), most, c))
        };
        let mut raises: Vec<(i128, i64, usize)> = (0..nearest.len()).filter_map(raise).filter(|it| it.0 > 0).collect();
        raises.sort_unstable_by_key(|&(gain, _, c)| (Reverse(gain), c));
        // Costs of groups and loads are not in the estimate, so a few are tried.
        let better = raises.into_iter().take(TRIED).find_map(|(_, amount, c)| {
            let old = room.amount(c);
            room.set(c, amount);
            let checked = check(problem, room.amounts());
            if checked.value > value && checked.violations.is_empty() {
                return Some(checked.value);
            }
            room.set(c, old);
            None
        });
        let Some(better) = better else { break };
        value = better;
        plans.push((room.amounts().to_vec(), value));
    }
    plans
}

/// What `more` units for a pair are worth: its weight, and what its need no longer costs.
fn gain(problem: &Problem, room: &Room<'_>, c: &Candidate, more: i64) -> i128 {
    let curve = &problem.needs[c.need as usize].unmet;
    let gap = room.gap(c.need);
    i128::from(c.weight) * i128::from(more) + cost(curve, gap) - cost(curve, gap - more)
}

/// Cost of the first `amount` units along a curve.
fn cost(curve: &[Step], amount: i64) -> i128 {
    let (mut left, mut total) = (amount, 0);
    for (n, step) in curve.iter().enumerate() {
        let units = if n + 1 == curve.len() { left } else { left.min(step.width) };
        total += i128::from(units) * i128::from(step.cost);
        left -= units;
    }
    total
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
    order.sort_by_key(|&need| (Reverse(gains[need as usize]), need));
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
    fn what_can_stay_stays_and_more_changes_give_no_less() {
        let options = Options { price_steps: 30, rounds: 4, ..Options::default() };
        for seed in 0..6 {
            let before = Recipe { max_partners: Some(4), ..Recipe::new(seed, 16, 8, 5).with_least_amounts() }.build();
            let solved = |problem: &Problem| solve(problem, &options, Stop::default(), &mut |_| {}).unwrap();
            let old = solved(&before);
            // One organization loses a third of its money, another one gets more, and a need has shrunk.
            let mut now = before.clone();
            now.organizations[1].budget -= now.organizations[1].budget / 3;
            now.organizations[2].budget *= 2;
            now.needs[3].gap -= now.needs[3].gap / 2;
            now.needs[3].whole = false;
            now.candidates.iter_mut().filter(|c| c.need == 3).for_each(|c| c.max = c.max.min(now.needs[3].gap));
            now.candidates.iter_mut().filter(|c| c.need == 3).for_each(|c| c.min = c.min.min(c.max));
            let best = solved(&now);
            let mut last: Option<NearbyPlan> = None;
            for limit in [0, 1, 2, 3, 5, 10, 1000] {
                let kept = keep(&now, &old.amounts, &best, limit, &options, Stop::default());
                assert_eq!(check(&now, &kept.amounts).violations, [], "seed {seed}");
                assert_eq!(check(&now, &kept.amounts).value, kept.value);
                assert!(kept.chosen <= limit, "{kept:?}");
                assert!(kept.frontier.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1));
                if let Some(last) = &last {
                    assert!(kept.value >= last.value, "more changes allowed, less value: seed {seed}, limit {limit}");
                    assert_eq!(kept.nearest, last.nearest);
                }
                // No pair that is lost could have stayed, even with its least amount.
                let room = Room::beside(&now, &kept.nearest);
                for (c, it) in now.candidates.iter().enumerate().filter(|&(c, _)| old.amounts[c] > 0 && kept.nearest[c] == 0) {
                    assert!(now.needs[it.need as usize].whole || room.most(c) < it.min.max(1), "seed {seed}, pair {c}");
                }
                last = Some(kept);
            }
            assert!(last.unwrap().value >= best.value);
            let same = keep(&before, &old.amounts, &old, 0, &options, Stop::default());
            assert_eq!((same.chosen, same.forced, same.amounts), (0, 0, old.amounts));
        }
    }

    #[test]
    fn the_best_pair_stays_with_what_its_need_still_lacks() {
        let need = |gap| super::super::problem::Need { gap, ..Default::default() };
        let organization = |budget| super::super::problem::Organization { budget, ..Default::default() };
        let pair = |organization, weight| Candidate { organization, weight, min: 1, max: 30, ..Candidate::default() };
        let problem = Problem {
            needs: vec![need(25)],
            organizations: vec![organization(30), organization(40)],
            candidates: vec![Candidate { max: 25, ..pair(0, 9) }, Candidate { max: 25, ..pair(1, 5) }],
            ..Problem::default()
        };
        let best = solve(&problem, &Options::default(), Stop::default(), &mut |_| {}).unwrap();
        let kept = keep(&problem, &[30, 0], &best, 0, &Options::default(), Stop::default());
        assert_eq!((kept.amounts, kept.chosen, kept.forced), (vec![25, 0], 0, 1));
    }

    #[test]
    fn one_change_is_the_one_that_gains_most() {
        let need = |gap| super::super::problem::Need { gap, unmet: vec![Step { width: gap, cost: 10 }], ..Default::default() };
        let organization = |budget| super::super::problem::Organization { budget, ..Default::default() };
        let pair = |need, organization, weight| Candidate { need, organization, weight, min: 1, max: 10, ..Candidate::default() };
        let problem = Problem {
            needs: vec![need(10), need(10)],
            organizations: vec![organization(10), organization(10)],
            candidates: vec![pair(0, 0, 5), pair(0, 1, 4), pair(1, 0, 6), pair(1, 1, 3)],
            ..Problem::default()
        };
        let best = solve(&problem, &Options::default(), Stop::default(), &mut |_| {}).unwrap();
        let amounts = |limit| keep(&problem, &[4, 0, 0, 0], &best, limit, &Options::default(), Stop::default()).amounts;
        assert_eq!(amounts(0), [4, 0, 0, 0]);
        assert_eq!(amounts(1), [4, 0, 0, 10], "ten units of another need");
        assert_eq!(amounts(2), [10, 0, 0, 10]);
    }
}
