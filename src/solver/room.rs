//! What a plan leaves free: how much one pair could have while everything else stays as it is.

use super::problem::Problem;

/// Amounts within all limits of a problem, all-or-nothing conditions and least amounts aside, and what they leave free.
pub(super) struct Room<'a> {
    problem: &'a Problem,
    amounts: Vec<i64>,
    /// By need: what is missing, and how many more partners it may have.
    gaps: Vec<i64>,
    partners: Vec<i64>,
    /// By organization: its unspent free budget, and how many more needs it may take part in.
    budgets: Vec<i64>,
    projects: Vec<i64>,
    /// By fund: what is asked of it; beyond its money the free budget pays.
    drawn: Vec<i64>,
}

fn limit(most: Option<u32>) -> i64 {
    most.map_or(i64::MAX, i64::from)
}

impl<'a> Room<'a> {
    /// The room that nothing takes.
    pub(super) fn empty(problem: &'a Problem) -> Self {
        Self {
            problem,
            amounts: vec![0; problem.candidates.len()],
            gaps: problem.needs.iter().map(|need| need.gap).collect(),
            partners: problem.needs.iter().map(|need| limit(need.max_partners)).collect(),
            budgets: problem.organizations.iter().map(|it| it.budget).collect(),
            projects: problem.organizations.iter().map(|it| limit(it.max_projects)).collect(),
            drawn: vec![0; problem.funds.len()],
        }
    }

    /// The room that `amounts` leave; they must be within the limits.
    pub(super) fn beside(problem: &'a Problem, amounts: &[i64]) -> Self {
        let mut room = Self::empty(problem);
        for (candidate, &amount) in amounts.iter().enumerate().filter(|(_, amount)| **amount > 0) {
            room.set(candidate, amount);
        }
        room
    }

    pub(super) fn amount(&self, candidate: usize) -> i64 {
        self.amounts[candidate]
    }

    /// All amounts, in the order of the candidates.
    pub(super) fn amounts(&self) -> &[i64] {
        &self.amounts
    }

    /// What a need misses.
    pub(super) fn gap(&self, need: u32) -> i64 {
        self.gaps[need as usize]
    }

    /// The most that a pair could have; 0 if it cannot be at all.
    pub(super) fn most(&self, candidate: usize) -> i64 {
        let c = &self.problem.candidates[candidate];
        let (need, organization) = (c.need as usize, c.organization as usize);
        let own = self.amounts[candidate];
        if own == 0 && (self.partners[need] <= 0 || self.projects[organization] <= 0) {
            return 0;
        }
        let fund = c.fund.map_or(0, |fund| {
            let fund = fund as usize;
            (self.problem.funds[fund].budget - self.drawn[fund]).max(0)
        });
        let money = self.budgets[organization].saturating_add(fund);
        c.max.min(own.saturating_add(self.gaps[need].min(money)))
    }

    /// Gives a pair another amount, which must not exceed [`Self::most`].
    pub(super) fn set(&mut self, candidate: usize, amount: i64) {
        let c = &self.problem.candidates[candidate];
        let (need, organization) = (c.need as usize, c.organization as usize);
        let old = std::mem::replace(&mut self.amounts[candidate], amount);
        let more = amount - old;
        self.gaps[need] -= more;
        match c.fund {
            None => self.budgets[organization] -= more,
            Some(fund) => {
                let fund = fund as usize;
                let beyond = |drawn: i64| (drawn - self.problem.funds[fund].budget).max(0);
                let before = beyond(self.drawn[fund]);
                self.drawn[fund] += more;
                self.budgets[organization] -= beyond(self.drawn[fund]) - before;
            }
        }
        let joins = i64::from(amount > 0) - i64::from(old > 0);
        self.partners[need] = self.partners[need].saturating_sub(joins);
        self.projects[organization] = self.projects[organization].saturating_sub(joins);
    }
}
