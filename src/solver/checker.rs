//! Checks a plan against the problem and computes its value. It uses nothing of the solver.

use std::collections::HashMap;

use super::problem::{Problem, Step};

/// What is wrong with a plan. Positions are 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says what it is")]
pub enum Violation {
    #[error("方案有 {amounts} 个金额，候选却有 {candidates} 个")]
    Length { amounts: usize, candidates: usize },
    #[error("assignments[{assignment}]：需求 {need} 与组织 {organization} 不是候选")]
    UnknownPair { assignment: usize, need: u32, organization: u32 },
    #[error("assignments[{assignment}]：需求 {need} 与组织 {organization} 重复出现")]
    RepeatedPair { assignment: usize, need: u32, organization: u32 },
    #[error("candidates[{candidate}]：金额 {amount} 小于 0")]
    Negative { candidate: usize, amount: i64 },
    #[error("candidates[{candidate}]：金额 {amount} 超过最高金额 {max}")]
    OverMax { candidate: usize, amount: i64, max: i64 },
    #[error("candidates[{candidate}]：金额 {amount} 低于最低金额 {min}")]
    UnderMin { candidate: usize, amount: i64, min: i64 },
    #[error("candidates[{candidate}]：金额 {amount} 低于锁定金额 {floor}")]
    UnderFloor { candidate: usize, amount: i64, floor: i64 },
    #[error("needs[{need}]：合计 {given}，超过缺口 {gap}")]
    OverGap { need: usize, given: i128, gap: i64 },
    #[error("needs[{need}]：须全额或不做，却只得 {given}（缺口 {gap}）")]
    Partly { need: usize, given: i128, gap: i64 },
    #[error("needs[{need}]：{partners} 家合作方，超过上限 {limit} 家")]
    Partners { need: usize, partners: u32, limit: u32 },
    #[error("organizations[{organization}]：动用预算 {spent}，超过 {budget}")]
    OverBudget { organization: usize, spent: i128, budget: i64 },
    #[error("organizations[{organization}]：{projects} 个项目，超过上限 {limit} 个")]
    Projects { organization: usize, projects: u32, limit: u32 },
}

/// The plan's value and everything that is wrong with the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Σ weight · amount − the costs of all curves.
    pub value: i128,
    /// In the order of candidates, needs, organizations.
    pub violations: Vec<Violation>,
}

/// Checks amounts, which are in the order of the candidates. The problem's indices must be valid.
#[must_use]
pub fn check(problem: &Problem, amounts: &[i64]) -> Checked {
    let mut violations = Vec::new();
    if amounts.len() != problem.candidates.len() {
        violations.push(Violation::Length { amounts: amounts.len(), candidates: problem.candidates.len() });
    }
    let mut value = 0i128;
    let mut needs = vec![(0i128, 0u32); problem.needs.len()];
    let mut projects = vec![0u32; problem.organizations.len()];
    let mut free = vec![0i128; problem.organizations.len()];
    let mut funds = vec![0i128; problem.funds.len()];
    for (candidate, (c, &amount)) in problem.candidates.iter().zip(amounts).enumerate() {
        if amount < 0 {
            violations.push(Violation::Negative { candidate, amount });
        }
        if amount > c.max {
            violations.push(Violation::OverMax { candidate, amount, max: c.max });
        }
        if amount > 0 && amount < c.min {
            violations.push(Violation::UnderMin { candidate, amount, min: c.min });
        }
        if amount < c.floor {
            violations.push(Violation::UnderFloor { candidate, amount, floor: c.floor });
        }
        if amount != 0 {
            let amount = i128::from(amount);
            value += i128::from(c.weight) * amount;
            needs[c.need as usize].0 += amount;
            needs[c.need as usize].1 += 1;
            projects[c.organization as usize] += 1;
            *c.fund.map_or(&mut free[c.organization as usize], |f| &mut funds[f as usize]) += amount;
        }
    }
    value -= unmet(problem, &needs, &mut violations);
    // The free budget pays at least what the funds do not cover, and at most everything.
    let mut most = free.clone();
    for (fund, &demand) in problem.funds.iter().zip(&funds) {
        free[fund.organization as usize] += (demand - i128::from(fund.budget)).max(0);
        most[fund.organization as usize] += demand;
    }
    for (organization, o) in problem.organizations.iter().enumerate() {
        let (spent, budget) = (free[organization], o.budget);
        if spent > i128::from(budget) {
            violations.push(Violation::OverBudget { organization, spent, budget });
        }
        if let Some(limit) = o.max_projects.filter(|&l| projects[organization] > l) {
            violations.push(Violation::Projects { organization, projects: projects[organization], limit });
        }
        // If spending free money is rewarded, it is spent before the funds' money.
        let rewarded = match o.load.last() {
            Some(last) if last.cost < 0 => i128::MAX,
            _ => o.load.iter().filter(|s| s.cost < 0).map(|s| i128::from(s.width)).sum(),
        };
        value -= cost(&o.load, spent.max(most[organization].min(i128::from(budget)).min(rewarded)));
    }
    Checked { value, violations }
}

/// Cost of what stays unmet, in needs and groups. On the way it checks how much each need gets and from how many partners.
fn unmet(problem: &Problem, needs: &[(i128, u32)], violations: &mut Vec<Violation>) -> i128 {
    let mut total = 0;
    let mut groups = vec![0i128; problem.groups.len()];
    for (need, (n, &(given, partners))) in problem.needs.iter().zip(needs).enumerate() {
        let gap = n.gap;
        if given > i128::from(gap) {
            violations.push(Violation::OverGap { need, given, gap });
        } else if n.whole && given != 0 && given != i128::from(gap) {
            violations.push(Violation::Partly { need, given, gap });
        }
        if let Some(limit) = n.max_partners.filter(|&l| partners > l) {
            violations.push(Violation::Partners { need, partners, limit });
        }
        let left = (i128::from(gap) - given).max(0);
        total += cost(&n.unmet, left);
        if let Some(g) = n.group {
            groups[g as usize] += left;
        }
    }
    for (i, group) in problem.groups.iter().enumerate().rev() {
        total += cost(&group.unmet, groups[i]);
        if let Some(parent) = group.parent {
            groups[parent as usize] += groups[i];
        }
    }
    total
}

/// Cost of the first `amount` units along a curve.
fn cost(curve: &[Step], amount: i128) -> i128 {
    let (mut left, mut total) = (amount, 0);
    for (i, step) in curve.iter().enumerate() {
        let units = if i + 1 == curve.len() { left } else { left.min(i128::from(step.width)) };
        total += units * i128::from(step.cost);
        left -= units;
    }
    total
}

/// Checks a list of (need, organization, amount).
#[must_use]
pub fn check_assignments(problem: &Problem, assignments: &[(u32, u32, i64)]) -> Checked {
    let wanted: HashMap<(u32, u32), usize> =
        assignments.iter().enumerate().rev().map(|(i, &(need, organization, _))| ((need, organization), i)).collect();
    let mut amounts = vec![0; problem.candidates.len()];
    let mut known = vec![false; assignments.len()];
    for (amount, c) in amounts.iter_mut().zip(&problem.candidates) {
        if let Some(&i) = wanted.get(&(c.need, c.organization)) {
            *amount = assignments[i].2;
            known[i] = true;
        }
    }
    let mut checked = check(problem, &amounts);
    for (assignment, &(need, organization, _)) in assignments.iter().enumerate() {
        if wanted[&(need, organization)] != assignment {
            checked.violations.push(Violation::RepeatedPair { assignment, need, organization });
        } else if !known[assignment] {
            checked.violations.push(Violation::UnknownPair { assignment, need, organization });
        }
    }
    checked
}
