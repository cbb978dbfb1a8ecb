//! The transposed problem: organizations become needs and needs become organizations. If organizations are many and small, it
//! is better that they plan exactly and are planned anew a few at a time.

use super::super::problem::{Candidate, Need, Organization, Problem};
use super::{IntegerError, Solution};

/// Whether the problem can be transposed, and whether that pays.
pub(super) fn is_better_transposed(problem: &Problem) -> bool {
    let plain = problem.groups.is_empty()
        && problem.funds.is_empty()
        && problem.needs.iter().all(|need| !need.whole && need.unmet.is_empty())
        && problem.organizations.iter().all(|organization| organization.load.is_empty());
    plain && problem.organizations.len() > 2 * problem.needs.len()
}

/// The transposed problem.
pub(super) fn transposed(problem: &Problem) -> Problem {
    let needs = problem.organizations.iter().map(|organization| Need {
        gap: organization.budget,
        max_partners: organization.max_projects,
        ..Need::default()
    });
    let organizations = problem.needs.iter().map(|need| Organization {
        budget: need.gap,
        max_projects: need.max_partners,
        ..Organization::default()
    });
    let candidates = problem.candidates.iter().map(|c| Candidate { need: c.organization, organization: c.need, ..*c });
    Problem {
        needs: needs.collect(),
        organizations: organizations.collect(),
        candidates: candidates.collect(),
        ..Problem::default()
    }
}

/// The result of the transposed problem, transposed back.
pub(super) fn transposed_back(problem: &Problem, result: Result<Solution, IntegerError>) -> Result<Solution, IntegerError> {
    match result {
        Ok(solution) => Ok(Solution {
            needs: solution.organizations,
            organizations: solution.needs,
            // Slots of the transposed problem are partners of needs; projects have no price of their own there.
            slots: vec![0; problem.organizations.len()],
            ..solution
        }),
        Err(IntegerError::Unsatisfied { needs, organizations }) => {
            Err(IntegerError::Unsatisfied { needs: organizations, organizations: needs })
        }
        Err(error) => Err(error),
    }
}
