//! The exact solver against brute force on small random problems.

use crate::random::SplitMix64;
use crate::solver::checker::{Checked, Violation, check, check_assignments};
use crate::solver::flow::{Flow, FlowError};
use crate::solver::leximin::{PARTS, guarantees};
use crate::solver::problem::{Candidate, Fund, Group, Need, Organization, Problem, Step};
use crate::solver::stop::Stop;

/// Draws problems.
pub(super) struct Random(SplitMix64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    /// One of `low..=high`.
    pub(super) fn pick(&mut self, low: i64, high: i64) -> i64 {
        low + self.0.remainder((high - low + 1) as usize) as i64
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.pick(1, n) == 1
    }

    fn curve(&mut self, least: i64) -> Vec<Step> {
        let mut steps: Vec<Step> =
            (0..self.pick(0, 3)).map(|_| Step { width: self.pick(0, 2), cost: self.pick(least, 4) }).collect();
        steps.sort_by_key(|s| s.cost);
        steps
    }

    /// A problem with everything that a flow can express, with many ties and zeros.
    pub(super) fn problem(&mut self, size: i64, pairs: usize, amount: i64) -> Problem {
        let (n, o) = (self.pick(1, size), self.pick(1, size));
        let rich = self.one_in(2);
        let groups: Vec<Group> = (0..if rich { self.pick(0, 3) } else { 0 })
            .map(|g| Group { parent: (g > 0 && self.one_in(2)).then(|| self.pick(0, g - 1) as u32), unmet: self.curve(-1) })
            .collect();
        let needs = (0..n)
            .map(|_| Need {
                gap: self.pick(0, 2 * amount),
                unmet: if rich { self.curve(-1) } else { Vec::new() },
                group: (!groups.is_empty() && self.one_in(2)).then(|| self.pick(0, groups.len() as i64 - 1) as u32),
                ..Need::default()
            })
            .collect();
        let organizations = (0..o)
            .map(|_| Organization {
                budget: self.pick(0, 2 * amount),
                load: if rich { self.curve(-2) } else { Vec::new() },
                ..Organization::default()
            })
            .collect();
        let funds: Vec<Fund> = (0..if rich { self.pick(0, 2) } else { 0 })
            .map(|_| Fund { organization: self.pick(0, o - 1) as u32, budget: self.pick(0, amount) })
            .collect();
        let mut candidates = Vec::new();
        for need in 0..n as u32 {
            for organization in 0..o as u32 {
                if candidates.len() < pairs && !self.one_in(4) {
                    let owned: Vec<u32> = (0..funds.len() as u32)
                        .filter(|&f| funds[f as usize].organization == organization && self.one_in(2))
                        .collect();
                    let max = self.pick(0, amount);
                    let floor = if self.one_in(6) { self.pick(0, max) } else { 0 };
                    let weight = self.pick(-2, 6);
                    let fund = owned.first().copied();
                    candidates.push(Candidate { need, organization, weight, max, floor, fund, min: 0 });
                }
            }
        }
        Problem { needs, organizations, funds, groups, candidates }
    }
}

/// The best of all integer amounts that pass `accept`.
pub(super) fn brute(problem: &Problem, accept: &dyn Fn(&[i64]) -> bool) -> Option<i128> {
    fn go(problem: &Problem, amounts: &mut Vec<i64>, accept: &dyn Fn(&[i64]) -> bool, best: &mut Option<i128>) {
        if amounts.len() < problem.candidates.len() {
            let c = problem.candidates[amounts.len()];
            for amount in c.floor..=c.max {
                amounts.push(amount);
                go(problem, amounts, accept, best);
                amounts.pop();
            }
        } else if accept(amounts) {
            let Checked { value, violations } = check(problem, amounts);
            if violations.is_empty() && best.is_none_or(|b| b < value) {
                *best = Some(value);
            }
        }
    }
    let mut best = None;
    go(problem, &mut Vec::new(), accept, &mut best);
    best
}

pub(super) fn optimum(problem: &Problem) -> Result<i128, FlowError> {
    Ok(Flow::new(problem)?.solve(Stop::default())?.value)
}

#[test]
fn equals_brute_force() {
    let mut random = Random::new(1);
    let mut infeasible = 0;
    for round in 0..12_000 {
        let problem = random.problem(3, 5, 3);
        let best = brute(&problem, &|_| true);
        match (Flow::new(&problem), best) {
            (Err(FlowError::Infeasible), None) => {
                infeasible += 1;
                assert!(!problem.check().is_empty(), "{round}: {problem:?}");
            }
            (Ok(mut flow), Some(best)) => {
                let optimum = flow.solve(Stop::default()).expect("primal equals dual");
                let checked = check(&problem, &optimum.amounts);
                assert_eq!((checked.value, checked.violations), (best, vec![]), "{round}: {problem:?}");
                assert_eq!(optimum.value, best, "{round}: {problem:?}");
            }
            (flow, best) => panic!("{round}: {problem:?} {} {best:?}", flow.is_ok()),
        }
    }
    assert!(infeasible > 100);
}

#[test]
fn prices_are_the_value_of_one_more_unit() {
    let mut random = Random::new(2);
    for _ in 0..2_000 {
        let mut problem = random.problem(4, 10, 4);
        let Ok(mut flow) = Flow::new(&problem) else { continue };
        let best = flow.solve(Stop::default()).expect("primal equals dual");
        for need in 0..problem.needs.len() {
            problem.needs[need].gap += 1;
            let more = optimum(&problem).expect("more room");
            problem.needs[need].gap -= 1;
            assert_eq!(more - best.value, i128::from(best.needs[need]), "{problem:?}");
        }
        for o in 0..problem.organizations.len() {
            problem.organizations[o].budget += 1;
            let more = optimum(&problem).expect("more room");
            problem.organizations[o].budget -= 1;
            assert!(more - best.value <= i128::from(best.organizations[o]), "{o} {problem:?}");
        }
        for f in 0..problem.funds.len() {
            problem.funds[f].budget += 1;
            let more = optimum(&problem).expect("more room");
            problem.funds[f].budget -= 1;
            assert!(more - best.value <= i128::from(best.funds[f]), "{f} {problem:?}");
        }
    }
}

#[test]
fn order_does_not_change_the_value_and_new_weights_keep_the_tree() {
    let mut random = Random::new(3);
    for _ in 0..1_000 {
        let mut problem = random.problem(8, 40, 9);
        let Ok(mut flow) = Flow::new(&problem) else { continue };
        let first = flow.solve(Stop::default()).expect("primal equals dual");
        assert_eq!(Flow::new(&problem).and_then(|mut f| f.solve(Stop::default())), Ok(first.clone()));
        for i in (1..problem.candidates.len()).rev() {
            problem.candidates.swap(i, random.pick(0, i as i64) as usize);
        }
        assert_eq!(optimum(&problem), Ok(first.value));
        let mut flow = Flow::new(&problem).expect("as before");
        flow.solve(Stop::default()).expect("primal equals dual");
        for (i, c) in problem.candidates.iter_mut().enumerate() {
            c.weight = random.pick(-2, 6);
            flow.set_weight(i, c.weight);
        }
        let again = flow.solve(Stop::default()).expect("primal equals dual");
        assert_eq!(optimum(&problem), Ok(again.value));
    }
}

#[test]
fn stops() {
    let problem = Random::new(4).problem(300, 60_000, 9);
    let problem =
        Problem { candidates: problem.candidates.into_iter().map(|c| Candidate { floor: 0, ..c }).collect(), ..problem };
    let deadline = Some(std::time::Instant::now());
    let stopped = Flow::new(&problem).expect("no floors").solve(Stop { deadline, ..Stop::default() });
    assert_eq!(stopped, Err(FlowError::Network(crate::solver::network::NetworkError::Stopped)));
}

fn pair(need: u32, organization: u32, min: i64, max: i64, floor: i64) -> Candidate {
    Candidate { need, organization, weight: 1, min, max, floor, fund: None }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let problem = Problem {
        needs: vec![Need { gap: 10, whole: true, max_partners: Some(1), ..Need::default() }, Need { gap: 5, ..Need::default() }],
        organizations: vec![
            Organization { budget: 8, max_projects: Some(1), ..Organization::default() },
            Organization { budget: 4, ..Organization::default() },
        ],
        funds: vec![Fund { organization: 1, budget: 2 }],
        groups: vec![],
        candidates: vec![pair(0, 0, 2, 9, 0), Candidate { fund: Some(0), ..pair(0, 1, 0, 9, 0) }, pair(1, 0, 3, 6, 0), {
            pair(1, 1, 0, 9, 1)
        }],
    };
    let found = |amounts: [i64; 4]| check(&problem, &amounts).violations;
    assert_eq!(found([0, 0, 0, 1]), []);
    assert_eq!(found([0, 0, 3, -1])[0], Violation::Negative { candidate: 3, amount: -1 });
    assert_eq!(found([0, 0, 0, 0]), [Violation::UnderFloor { candidate: 3, amount: 0, floor: 1 }]);
    assert_eq!(found([0, 10, 0, 1])[0], Violation::OverMax { candidate: 1, amount: 10, max: 9 });
    assert_eq!(found([1, 0, 0, 1])[0], Violation::UnderMin { candidate: 0, amount: 1, min: 2 });
    assert_eq!(found([0, 0, 5, 1]), [Violation::OverGap { need: 1, given: 6, gap: 5 }]);
    assert_eq!(found([8, 0, 0, 1]), [Violation::Partly { need: 0, given: 8, gap: 10 }]);
    assert_eq!(found([6, 4, 0, 1]), [Violation::Partners { need: 0, partners: 2, limit: 1 }]);
    assert_eq!(found([9, 1, 0, 1])[1], Violation::OverBudget { organization: 0, spent: 9, budget: 8 });
    assert_eq!(found([6, 4, 0, 3])[1], Violation::OverBudget { organization: 1, spent: 5, budget: 4 });
    assert_eq!(found([5, 5, 3, 1])[1], Violation::Projects { organization: 0, projects: 2, limit: 1 });
    assert_eq!(check(&problem, &[0]).violations[0], Violation::Length { amounts: 1, candidates: 4 });
    let listed = check_assignments(&problem, &[(1, 1, 1), (7, 0, 3), (1, 1, 1)]);
    assert_eq!(
        listed.violations,
        [
            Violation::UnknownPair { assignment: 1, need: 7, organization: 0 },
            Violation::RepeatedPair { assignment: 2, need: 1, organization: 1 }
        ]
    );
    assert_eq!(listed.value, 1);
}

#[test]
fn columns_find_the_same_value() {
    let mut random = Random::new(5);
    let mut more = 0;
    for round in 0..2_000 {
        let problem = random.problem(12, 60, 9);
        let all = Flow::new(&problem).and_then(|mut f| f.solve(Stop::default()));
        let generated = crate::solver::columns::solve(&problem, round % 4, Stop::default());
        let (Ok(all), Ok(generated)) = (&all, &generated) else {
            assert_eq!(all.err(), generated.err());
            continue;
        };
        more += usize::from(generated.rounds > 1);
        let checked = check(&problem, &generated.optimum.amounts);
        assert_eq!((checked.value, checked.violations), (all.value, vec![]));
        assert_eq!(generated.optimum.value, all.value);
    }
    assert!(more > 200, "{more}");
}

#[test]
fn shares_are_the_fairest() {
    let mut random = Random::new(6);
    for _ in 0..2_000 {
        let problem = random.problem(3, 5, 3);
        if !problem.check().is_empty() {
            continue;
        }
        let n = problem.needs.len();
        let scope: Vec<bool> = (0..n).map(|_| random.pick(0, 3) > 0).collect();
        let given = |amounts: &[i64]| {
            let mut given = vec![0; n];
            problem.candidates.iter().zip(amounts).for_each(|(c, a)| given[c.need as usize] += a);
            given
        };
        let keeps = |amounts: &[i64], promised: &[i64]| given(amounts).iter().zip(promised).all(|(g, p)| g >= p);
        // The share of a need is the largest number of parts that, rounded down, is not more than what it got.
        let share = |given: i64, gap: i64| if gap <= given { PARTS } else { ((given + 1) * PARTS - 1) / gap };
        let shares = |amounts: &[i64]| -> Vec<i64> {
            let given = given(amounts);
            (0..n).filter(|&i| scope[i]).map(|i| share(given[i], problem.needs[i].gap)).collect()
        };
        let fairest = std::cell::RefCell::new((-1, 0));
        brute(&problem, &|amounts| {
            if check(&problem, amounts).violations.is_empty() {
                let shares = shares(amounts);
                let least = shares.iter().copied().min().unwrap_or(PARTS);
                let above = shares.iter().filter(|&&s| s > least).count();
                let mut fairest = fairest.borrow_mut();
                *fairest = (*fairest).max((least, above));
            }
            false
        });
        let (least, above) = fairest.into_inner();
        for rounds in 1..4 {
            let promised = guarantees(&problem, &scope, rounds, Stop::default()).expect("feasible");
            let kept: Vec<usize> = (0..n).filter(|&i| scope[i]).collect();
            assert!(kept.iter().all(|&i| share(promised[i], problem.needs[i].gap) >= least), "{problem:?} {promised:?}");
            if least < PARTS {
                let more = kept.iter().filter(|&&i| share(promised[i], problem.needs[i].gap) > least).count();
                assert_eq!(more, above, "{problem:?} {scope:?} {promised:?} {least}");
            }
            let best = brute(&problem, &|amounts| keeps(amounts, &promised));
            let plan = crate::solver::leximin::solve(&problem, &promised, Stop::default()).expect("the promises can be kept");
            let checked = check(&problem, &plan.amounts);
            assert_eq!((Some(checked.value), checked.violations), (best, vec![]), "{problem:?} {promised:?}");
            assert!(keeps(&plan.amounts, &promised));
        }
        let promised: Vec<i64> = problem.needs.iter().map(|n| random.pick(0, n.gap)).collect();
        let best = brute(&problem, &|amounts| keeps(amounts, &promised));
        let plan = crate::solver::leximin::solve(&problem, &promised, Stop::default());
        assert_eq!(plan.map(|p| p.value).map_err(|e| (e, None)), best.ok_or((FlowError::Infeasible, best)));
    }
}
