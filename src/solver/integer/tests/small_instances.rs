//! Compares the search with exhaustive search, on tiny instances with all conditions.

use crate::random::SplitMix64;
use crate::solver::checker::check;
use crate::solver::integer::{Ending, IntegerError, Options, Solution};
use crate::solver::problem::{Candidate, Fund, Group, Need, Organization, Problem, Step};
use crate::solver::recipe::Recipe;
use crate::solver::solve::{SolveError, solve};
use crate::solver::stop::Stop;
use std::sync::atomic::{AtomicBool, Ordering};

fn curve(random: &mut SplitMix64, least: i64, most: i64) -> Vec<Step> {
    let mut cost = random.integer(least, most);
    let count = random.below(3);
    let step = |_| {
        cost += random.integer(0, 3);
        Step { width: random.integer(0, 2), cost }
    };
    (0..count).map(step).collect()
}

/// A tiny instance; `kind` chooses which conditions there are.
fn tiny(seed: u64, kind: usize) -> Problem {
    let mut r = SplitMix64::stream(seed, 7, kind as u64);
    let full = kind.is_multiple_of(2);
    let (needs, organizations) = (1 + r.below(3), 1 + r.below(4));
    let groups = if full { r.below(3) } else { 0 };
    let mut problem = Problem::default();
    for _ in 0..needs {
        problem.needs.push(Need {
            gap: r.integer(0, 6),
            whole: kind % 4 < 2 && r.unit() < 0.4,
            max_partners: (r.unit() < 0.4).then(|| r.below(3) as u32),
            unmet: if full { curve(&mut r, 0, 4) } else { Vec::new() },
            group: (groups > 0 && r.unit() < 0.7).then(|| r.below(groups.max(1)) as u32),
        });
    }
    for g in 0..groups {
        let parent = (g > 0 && r.unit() < 0.6).then(|| r.below(g) as u32);
        problem.groups.push(Group { parent, unmet: curve(&mut r, 0, 4) });
    }
    for j in 0..organizations {
        problem.organizations.push(Organization {
            budget: r.integer(0, 7),
            max_projects: (r.unit() < 0.6).then(|| r.below(3) as u32),
            load: if full { curve(&mut r, -3, 3) } else { Vec::new() },
        });
        if full && r.unit() < 0.3 {
            problem.funds.push(Fund { organization: j as u32, budget: r.integer(0, 4) });
        }
    }
    for i in 0..needs {
        for j in 0..organizations {
            if problem.candidates.len() == 5 || r.unit() < 0.3 {
                continue;
            }
            let max = r.integer(0, 4);
            let min = r.integer(0, max);
            let floor = if max > 0 && r.unit() < 0.08 { r.integer(min.max(1), max) } else { 0 };
            let own = (0..problem.funds.len()).find(|&f| problem.funds[f].organization == j as u32 && r.unit() < 0.6);
            let weight = r.integer(-1, 12);
            let fund = own.map(|f| f as u32);
            problem.candidates.push(Candidate { need: i as u32, organization: j as u32, weight, min, max, floor, fund });
        }
    }
    problem
}

/// The best value of all feasible plans.
fn brute(problem: &Problem) -> Option<i128> {
    fn go(problem: &Problem, amounts: &mut Vec<i64>, best: &mut Option<i128>) {
        let Some(c) = problem.candidates.get(amounts.len()) else {
            let checked = check(problem, amounts);
            if checked.violations.is_empty() {
                *best = (*best).max(Some(checked.value));
            }
            return;
        };
        for amount in (c.floor..=c.max).filter(|&amount| amount == 0 || amount >= c.min) {
            amounts.push(amount);
            go(problem, amounts, best);
            amounts.pop();
        }
    }
    let mut best = None;
    go(problem, &mut Vec::new(), &mut best);
    best
}

fn quick() -> Options {
    Options { price_steps: 60, rounds: 3, ..Options::default() }
}

fn run(problem: &Problem, options: &Options) -> Result<Solution, SolveError> {
    let mut last: Option<(i128, i128)> = None;
    solve(problem, options, Stop::default(), &mut |progress| {
        if let Some((value, bound)) = last {
            assert!(progress.value >= value && progress.bound <= bound);
        }
        last = Some((progress.value, progress.bound));
    })
}

#[test]
fn agrees_with_trying_everything() {
    let (mut equal, mut tight, mut feasible, mut missed, mut impossible) = (0, 0, 0, 0, 0);
    for seed in 0..3000 {
        let problem = tiny(seed, seed as usize % 8);
        match (brute(&problem), run(&problem, &quick())) {
            (Some(best), Ok(solution)) => {
                assert!(solution.value <= best, "seed {seed}");
                assert!(best <= solution.bound, "seed {seed}: optimum {best}, bound {}", solution.bound);
                assert!(check(&problem, &solution.amounts).violations.is_empty());
                feasible += 1;
                equal += usize::from(solution.value == best);
                tight += usize::from(solution.value == solution.bound);
            }
            (None, Err(SolveError::Integer(IntegerError::Unsatisfied { .. }) | SolveError::Flow(_))) => impossible += 1,
            (Some(_), Err(SolveError::Integer(IntegerError::Unsatisfied { .. }))) => missed += 1,
            (best, result) => panic!("seed {seed}: {best:?} {result:?}"),
        }
    }
    // It is not promised how often the search finds the optimum, but it should not get worse unnoticed.
    assert!(impossible > 50, "{impossible}");
    assert!(100 * equal > 95 * feasible, "{equal} of {feasible}");
    assert!(100 * tight > 60 * feasible, "{tight} of {feasible}");
    assert!(missed < 5, "{missed}");
}

fn hard(seed: u64) -> Problem {
    let recipe = Recipe::new(seed, 120, 50, 10).with_least_amounts();
    Recipe { whole_share: 0.2, max_partners: Some(4), ..recipe }.build()
}

#[test]
fn threads_do_not_matter() {
    let large = Recipe::new(5, 3200, 1500, 6).with_least_amounts().build();
    for (problem, options) in [(hard(1), quick()), (large, Options { price_steps: 15, rounds: 2, ..Options::default() })] {
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&problem, &options)).unwrap()
        };
        let one = with(1);
        assert_eq!(one, with(2));
        assert_eq!(one, with(16));
    }
}

#[test]
fn stops_with_a_feasible_plan() {
    let problem = hard(2);
    for after in [0u32, 1, 20, 62] {
        let flag = AtomicBool::new(after == 0);
        let stop = Stop { flag: Some(&flag), deadline: None };
        let solution = solve(&problem, &quick(), stop, &mut |progress| {
            if progress.iteration >= after {
                flag.store(true, Ordering::Relaxed);
            }
        });
        let solution = solution.unwrap();
        assert_eq!(solution.ending, Ending::Stopped);
        assert!(solution.value <= solution.bound);
    }
    let stop = Stop { flag: None, deadline: Some(std::time::Instant::now()) };
    assert_eq!(solve(&problem, &quick(), stop, &mut |_| {}).unwrap().ending, Ending::TimeLimit);
}

#[test]
fn plans_are_close_to_the_bound() {
    for seed in 0..3 {
        let problem = Recipe::new(seed, 300, 100, 15).with_least_amounts().build();
        let solution = run(&problem, &Options { price_steps: 120, rounds: 8, ..Options::default() }).unwrap();
        assert!(solution.gap() < 0.01, "{}", solution.gap());
    }
}

#[test]
fn relaxing_never_leaves_less() {
    for seed in 0..4 {
        let problem = hard(seed);
        let tight = run(&problem, &quick()).unwrap();
        let mut richer = problem.clone();
        for organization in &mut richer.organizations {
            organization.budget += organization.budget / 4 + 1;
            organization.max_projects = organization.max_projects.map(|limit| limit + 1);
        }
        // Every feasible plan stays feasible, so the larger bound has to be at least the smaller value.
        assert!(run(&richer, &quick()).unwrap().bound >= tight.value);
        let mut free = problem.clone();
        free.needs.iter_mut().for_each(|need| need.whole = false);
        assert!(run(&free, &quick()).unwrap().bound >= tight.value);
    }
}

#[test]
fn both_sides_give_valid_bounds() {
    for seed in 0..400 {
        let mut problem = tiny(seed, 3);
        problem.candidates.iter_mut().for_each(|c| c.floor = 0);
        let best = brute(&problem).unwrap();
        let other = crate::solver::integer::driver::solve_as_is(
            &crate::solver::integer::transpose::transposed(&problem),
            &quick(),
            Stop::default(),
            &mut |_| {},
        );
        let other = other.unwrap();
        assert!(other.value <= best && best <= other.bound, "seed {seed}");
    }
}

#[test]
fn forced_conflicts_are_named() {
    let mut problem = hard(3);
    problem.organizations[0].max_projects = Some(0);
    let candidate = problem.candidates.iter_mut().find(|c| c.organization == 0).unwrap();
    candidate.floor = candidate.max;
    let Err(SolveError::Integer(IntegerError::Unsatisfied { organizations, .. })) = run(&problem, &quick()) else {
        panic!("it cannot be met")
    };
    assert_eq!(organizations.len(), 1);
}
