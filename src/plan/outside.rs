//! Numeric problems from outside, for comparison with other solvers. No data directory is involved.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::{PlanProgress, PlanStage};
use crate::solver::integer::{Ending, Options};
use crate::solver::numbers;
use crate::solver::problem_check::ProblemError;
use crate::solver::solve::{SolveError, solve};
use crate::solver::stop::Stop;

/// Why a problem from outside has no plan.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// It is invalid; the message names the item.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// It cannot be solved.
    #[error(transparent)]
    Solve(#[from] SolveError),
}

/// The plan of a problem from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Outside {
    /// The plan as JSON: `value`, `bound`, `gap`, `seconds`, `assignments`.
    pub json: Vec<u8>,
    /// Σ weight · amount.
    pub value: i128,
    /// Upper bound: no plan is worth more.
    pub bound: i128,
    /// (bound − value) / max(1, |bound|).
    pub gap: f64,
    /// Time without reading and writing.
    pub seconds: f64,
    /// Pairs with an amount.
    pub assignments: usize,
    /// True if the search was stopped or ran out of time. The plan is then the best one so far.
    pub interrupted: bool,
}

/// Solves a problem in the format of `solver::numbers`. With `continuous`, smallest amounts, limits on projects and
/// all-or-nothing conditions are dropped first.
///
/// # Errors
/// The first thing that is wrong with the problem.
pub fn solve_outside(
    json: &[u8],
    continuous: bool,
    time_limit: Option<Duration>,
    stop: &AtomicBool,
    progress: &dyn Fn(PlanProgress),
) -> Result<Outside, OutsideError> {
    let problem = numbers::read(json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json), continuous)?;
    let start = Instant::now();
    let stop = Stop { flag: Some(stop), deadline: time_limit.and_then(|limit| start.checked_add(limit)) };
    let solution = solve(&problem, &Options::default(), stop, &mut |it| {
        let gap = Some(numbers::gap(it.value, it.bound));
        progress(PlanProgress { stage: PlanStage::Solving, done: it.iteration as usize, total: 0, gap });
    })?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Outside {
        json: numbers::write(&problem, &solution.amounts, solution.value, solution.bound, seconds),
        value: solution.value,
        bound: solution.bound,
        gap: numbers::gap(solution.value, solution.bound),
        seconds,
        assignments: solution.amounts.iter().filter(|amount| **amount > 0).count(),
        interrupted: matches!(solution.ending, Ending::TimeLimit | Ending::Stopped),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBLEM: &[u8] = br#"{"needs": [{"gap": 10, "whole": true}, {"gap": 8}],
        "organizations": [{"budget": 7, "max_projects": 1}, {"budget": 5}],
        "candidates": [[0, 0, 9, 0, 7], [1, 0, 8, 0, 8], [1, 1, 3, 2, 5]]}"#;

    fn run(json: &[u8], continuous: bool) -> Result<Outside, OutsideError> {
        solve_outside(json, continuous, None, &AtomicBool::new(false), &|_| ())
    }

    #[test]
    fn conditions_hold_unless_the_problem_is_made_continuous() {
        // The first need cannot be met in full, so it gets nothing.
        let whole = run(PROBLEM, false).unwrap();
        assert_eq!((whole.value, whole.bound, whole.gap, whole.interrupted), (7 * 8, 7 * 8, 0.0, false));
        let plan: serde_json::Value = serde_json::from_slice(&whole.json).unwrap();
        assert_eq!(plan["assignments"], serde_json::json!([[1, 0, 7]]));
        let continuous = run(&[b"\xef\xbb\xbf", PROBLEM].concat(), true).unwrap();
        assert_eq!((continuous.value, continuous.bound), (7 * 9 + 5 * 3, 7 * 9 + 5 * 3));
    }

    #[test]
    fn a_stopped_search_still_gives_a_plan_and_a_bound() {
        let stopped = solve_outside(PROBLEM, false, Some(Duration::MAX), &AtomicBool::new(true), &|_| ()).unwrap();
        assert!(stopped.value <= stopped.bound && stopped.bound >= 56);
        assert!(matches!(run(b"{}", false), Err(OutsideError::Problem(_))));
    }
}
