//! The single entry point: picks the exact flow or the search under integer conditions, and checks the result.

use super::checker::{Violation, check};
use super::flow::{Flow, FlowError};
use super::integer::{self, Ending, IntegerError, Options, Progress, Solution};
use super::problem::{Candidate, Problem};
use super::stop::Stop;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SolveError {
    /// Forced amounts conflict, or numbers are too large.
    #[error(transparent)]
    Integer(#[from] IntegerError),
    /// Forced amounts conflict, or the network is too large.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The plan that was found violates a condition: a bug in this program.
    #[error("内部错误：方案违反条件({0})")]
    Violation(Violation),
    /// The plan is worth more than the bound: a bug in this program.
    #[error("内部错误：方案价值 {value} 超过上界 {bound}")]
    Bound {
        /// Value of the plan.
        value: i128,
        /// The bound.
        bound: i128,
    },
}

/// Whether the problem is more than a flow.
#[must_use]
pub fn has_integer_conditions(problem: &Problem) -> bool {
    let mut partners = vec![0u32; problem.needs.len()];
    let mut projects = vec![0u32; problem.organizations.len()];
    for c in &problem.candidates {
        partners[c.need as usize] += 1;
        projects[c.organization as usize] += 1;
    }
    let binds = |limit: Option<u32>, count: u32| limit.is_some_and(|limit| limit < count);
    problem.candidates.iter().any(|c| c.min > 1 && c.min > c.floor)
        || problem.needs.iter().zip(&partners).any(|(need, &count)| need.whole || binds(need.max_partners, count))
        || problem.organizations.iter().zip(&projects).any(|(organization, &count)| binds(organization.max_projects, count))
}

/// Finds the optimum or, under integer conditions, a good plan with a bound. The problem's indices must be valid.
///
/// # Errors
/// Forced amounts conflict with each other or with other conditions.
pub fn solve(
    problem: &Problem,
    options: &Options,
    stop: Stop<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Solution, SolveError> {
    let reduced = Reduced::new(problem);
    let small = &reduced.problem;
    let solution = if has_integer_conditions(small) {
        integer::solve(small, options, stop, progress)?
    } else {
        match Flow::new(small)?.solve(stop) {
            Ok(optimum) => Solution {
                value: optimum.value,
                bound: optimum.value,
                amounts: optimum.amounts,
                needs: optimum.needs,
                slots: vec![0; optimum.organizations.len()],
                organizations: optimum.organizations,
                funds: optimum.funds,
                ending: Ending::Proven,
                iterations: 0,
            },
            // It was stopped: some plan and some bound are better than none.
            Err(_) if stop.now() => integer::solve(small, options, stop, progress)?,
            Err(error) => return Err(error.into()),
        }
    };
    let mut solution = reduced.restore(problem, &solution);
    let checked = check(problem, &solution.amounts);
    if let Some(&violation) = checked.violations.first() {
        return Err(SolveError::Violation(violation));
    }
    solution.value = checked.value;
    if solution.value > solution.bound {
        return Err(SolveError::Bound { value: solution.value, bound: solution.bound });
    }
    if solution.value == solution.bound {
        solution.ending = Ending::Proven;
    }
    Ok(solution)
}

/// A problem without the organizations that cannot give anything.
struct Reduced {
    problem: Problem,
    /// The organizations and candidates that are kept.
    organizations: Vec<u32>,
    candidates: Vec<u32>,
}

impl Reduced {
    fn new(problem: &Problem) -> Self {
        let mut money: Vec<bool> = problem.organizations.iter().map(|organization| organization.budget > 0).collect();
        for fund in problem.funds.iter().filter(|fund| fund.budget > 0) {
            money[fund.organization as usize] = true;
        }
        let useful = |c: &Candidate| (c.max > 0 && money[c.organization as usize]) || c.floor > 0;
        let mut keep = vec![false; problem.organizations.len()];
        for c in problem.candidates.iter().filter(|c| useful(c)) {
            keep[c.organization as usize] = true;
        }
        // Organizations with funds are kept, because funds keep their indices.
        for fund in &problem.funds {
            keep[fund.organization as usize] = true;
        }
        let mut place = vec![0u32; keep.len()];
        let mut organizations = Vec::new();
        for (j, _) in keep.iter().enumerate().filter(|&(_, &keep)| keep) {
            place[j] = organizations.len() as u32;
            organizations.push(j as u32);
        }
        let kept = problem.candidates.iter().enumerate().filter(|(_, c)| useful(c));
        let (candidates, kept): (Vec<u32>, Vec<Candidate>) =
            kept.map(|(k, c)| (k as u32, Candidate { organization: place[c.organization as usize], ..*c })).unzip();
        let mut funds = problem.funds.clone();
        for fund in &mut funds {
            fund.organization = place[fund.organization as usize];
        }
        let reduced = Problem {
            needs: problem.needs.clone(),
            organizations: organizations.iter().map(|&j| problem.organizations[j as usize].clone()).collect(),
            funds,
            groups: problem.groups.clone(),
            candidates: kept,
        };
        Self { problem: reduced, organizations, candidates }
    }

    fn restore(&self, problem: &Problem, solution: &Solution) -> Solution {
        let spread = |places: &[u32], values: &[i64], count: usize| {
            let mut all = vec![0; count];
            for (&place, &value) in places.iter().zip(values) {
                all[place as usize] = value;
            }
            all
        };
        let organizations = problem.organizations.len();
        Solution {
            amounts: spread(&self.candidates, &solution.amounts, problem.candidates.len()),
            organizations: spread(&self.organizations, &solution.organizations, organizations),
            slots: spread(&self.organizations, &solution.slots, organizations),
            ..solution.clone()
        }
    }
}
