//! Problems and plans as plain numbers in JSON, for comparing with other solvers.
//!
//! A problem is `{"needs": [{"gap", "whole"}], "organizations": [{"budget", "max_projects"}], "candidates": [[need,
//! organization, weight, min, max], ...]}`. A plan is `{"value", "bound", "gap", "seconds", "assignments": [[need,
//! organization, amount], ...]}`. Indices start at 0. All numbers are integers except `gap` (of a plan) and `seconds`. The
//! objective is to maximise Σ weight · amount.

use serde::{Deserialize, Serialize};

use super::problem::{Candidate, Need, Organization, Problem};
use super::problem_check::ProblemError;

#[derive(Serialize, Deserialize)]
struct NeedRow {
    gap: i64,
    #[serde(default)]
    whole: bool,
}

#[derive(Serialize, Deserialize)]
struct OrganizationRow {
    budget: i64,
    #[serde(default)]
    max_projects: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Tables {
    needs: Vec<NeedRow>,
    organizations: Vec<OrganizationRow>,
    candidates: Vec<[i64; 5]>,
}

#[derive(Serialize)]
struct PlanRow {
    value: i128,
    bound: i128,
    gap: f64,
    seconds: f64,
    assignments: Vec<(u32, u32, i64)>,
}

/// Reads a problem, makes it continuous if `is_continuous`, and checks it.
///
/// # Errors
/// The first error found in the problem.
pub fn read(json: &[u8], is_continuous: bool) -> Result<Problem, ProblemError> {
    let tables: Tables = serde_json::from_slice(json).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        let reason = format!("不是所要求的格式（{e}）");
        ProblemError::Json { line, column, reason }
    })?;
    let (needs, organizations) = (tables.needs.len(), tables.organizations.len());
    let candidate = |(i, [need, organization, weight, min, max]): (usize, [i64; 5])| {
        let index = |index: i64, count: usize| u32::try_from(index).ok().filter(|&x| (x as usize) < count);
        Ok(Candidate {
            need: index(need, needs).ok_or(ProblemError::NoNeed { candidate: i, need, count: needs })?,
            organization: index(organization, organizations).ok_or(ProblemError::NoOrganization {
                candidate: i,
                organization,
                count: organizations,
            })?,
            weight,
            min,
            max,
            ..Candidate::default()
        })
    };
    let need = |n: NeedRow| Need { gap: n.gap, whole: n.whole, ..Need::default() };
    let organization =
        |o: OrganizationRow| Organization { budget: o.budget, max_projects: o.max_projects, ..Organization::default() };
    let mut problem = Problem {
        needs: tables.needs.into_iter().map(need).collect(),
        organizations: tables.organizations.into_iter().map(organization).collect(),
        candidates: tables.candidates.into_iter().enumerate().map(candidate).collect::<Result<_, _>>()?,
        ..Problem::default()
    };
    if is_continuous {
        make_continuous(&mut problem);
    }
    // If the least amount is above the largest, the only amount left is 0.
    for candidate in problem.candidates.iter_mut().filter(|it| it.min > it.max && it.max >= 0) {
        (candidate.min, candidate.max) = (0, 0);
    }
    problem.check().into_iter().next().map_or(Ok(problem), Err)
}

/// Drops all-or-nothing, least amounts, and limits on partners and projects.
pub fn make_continuous(problem: &mut Problem) {
    for need in &mut problem.needs {
        (need.whole, need.max_partners) = (false, None);
    }
    for organization in &mut problem.organizations {
        organization.max_projects = None;
    }
    for candidate in &mut problem.candidates {
        candidate.min = 0;
    }
}

/// (bound − value) / max(1, |bound|).
#[must_use]
pub fn gap(value: i128, bound: i128) -> f64 {
    (bound - value) as f64 / bound.abs().max(1) as f64
}

/// Writes a plan. `seconds` does not include reading and writing.
#[must_use]
pub fn write(problem: &Problem, amounts: &[i64], value: i128, bound: i128, seconds: f64) -> Vec<u8> {
    let pairs = problem.candidates.iter().zip(amounts).filter(|(_, a)| **a > 0);
    let assignments = pairs.map(|(c, &a)| (c.need, c.organization, a)).collect();
    let row = PlanRow { value, bound, gap: gap(value, bound), seconds, assignments };
    serde_json::to_vec(&row).expect("numbers and strings always serialize")
}

/// Writes a problem in this format, which has no curves, groups, funds, floors or partner limits.
#[must_use]
pub fn write_problem(problem: &Problem) -> Vec<u8> {
    let organization = |o: &Organization| OrganizationRow { budget: o.budget, max_projects: o.max_projects };
    let candidate = |c: &Candidate| [i64::from(c.need), i64::from(c.organization), c.weight, c.min, c.max];
    let tables = Tables {
        needs: problem.needs.iter().map(|n| NeedRow { gap: n.gap, whole: n.whole }).collect(),
        organizations: problem.organizations.iter().map(organization).collect(),
        candidates: problem.candidates.iter().map(candidate).collect(),
    };
    serde_json::to_vec(&tables).expect("numbers and strings always serialize")
}
