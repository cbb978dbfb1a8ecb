//! Whether a problem is valid: indices, signs, sizes, and whether the forced amounts are consistent.

use super::problem::{Candidate, Problem, Step};

/// Larger amounts, weights and unit costs are refused.
const LARGEST: i64 = 1_000_000_000_000_000;
/// No sum of amounts, and no sum of unit costs along a path through the network, may exceed this.
const LARGEST_SUM: i128 = 1_000_000_000_000_000_000;

/// What is wrong with a problem. Positions are 0-based.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says what it is")]
pub enum ProblemError {
    #[error("第 {line} 行第 {column} 列：{reason}")]
    Json { line: usize, column: usize, reason: String },
    #[error("{item}：{number} 不能小于 0")]
    Negative { item: String, number: i64 },
    #[error("{item}：{number} 太大，绝对值最多 {LARGEST}")]
    TooLarge { item: String, number: i64 },
    #[error("{item}：合计太大，可能溢出")]
    SumTooLarge { item: String },
    #[error("{item}：单位代价不能逐段下降，宽度不能小于 0")]
    Curve { item: String },
    #[error("needs[{need}]：分组 {group} 不存在（共 {count} 个）")]
    NoGroup { need: usize, group: u32, count: usize },
    #[error("groups[{group}]：上级分组 {parent} 的序号须小于自身")]
    GroupParent { group: usize, parent: u32 },
    #[error("funds[{fund}]：组织 {organization} 不存在（共 {count} 家）")]
    FundOwner { fund: usize, organization: u32, count: usize },
    #[error("candidates[{candidate}]：需求 {need} 不存在（共 {count} 项）")]
    NoNeed { candidate: usize, need: i64, count: usize },
    #[error("candidates[{candidate}]：组织 {organization} 不存在（共 {count} 家）")]
    NoOrganization { candidate: usize, organization: i64, count: usize },
    #[error("candidates[{candidate}]：专项资金 {fund} 不存在，或不属于组织 {organization}")]
    NoFund { candidate: usize, fund: u32, organization: u32 },
    #[error("candidates[{candidate}]：最低金额 {min} 大于最高金额 {max}")]
    MinOverMax { candidate: usize, min: i64, max: i64 },
    #[error("candidates[{candidate}]：与 candidates[{first}] 重复（需求 {need}，组织 {organization}）")]
    Repeated { candidate: usize, first: usize, need: u32, organization: u32 },
    #[error("candidates[{candidate}]：锁定金额 {floor} 大于最高金额 {max}")]
    FloorOverMax { candidate: usize, floor: i64, max: i64 },
    #[error("candidates[{candidate}]：锁定金额 {floor} 小于最低金额 {min}")]
    FloorUnderMin { candidate: usize, floor: i64, min: i64 },
    #[error("needs[{need}]：锁定金额合计 {forced}，超过缺口 {gap}")]
    NeedFloors { need: usize, forced: i64, gap: i64 },
    #[error("needs[{need}]：锁定的合作方 {forced} 家，超过上限 {limit} 家")]
    PartnerFloors { need: usize, forced: u32, limit: u32 },
    #[error("organizations[{organization}]：锁定金额合计超出专项资金的部分为 {forced}，超过预算 {budget}")]
    OrganizationFloors { organization: usize, forced: i64, budget: i64 },
    #[error("organizations[{organization}]：锁定的项目 {forced} 个，超过上限 {limit} 个")]
    ProjectFloors { organization: usize, forced: u32, limit: u32 },
}

impl Problem {
    /// Everything that is wrong with the problem; empty if it can be solved. Sums of forced amounts are only checked if all
    /// else is valid.
    #[must_use]
    pub fn check(&self) -> Vec<ProblemError> {
        let mut errors = Vec::new();
        self.check_amounts(&mut errors);
        self.check_candidates(&mut errors);
        if errors.is_empty() {
            self.check_repeated(&mut errors);
            self.check_sums(&mut errors);
        }
        if errors.is_empty() {
            self.check_floors(&mut errors);
        }
        errors
    }

    fn check_amounts(&self, errors: &mut Vec<ProblemError>) {
        for (i, need) in self.needs.iter().enumerate() {
            amount(need.gap, || format!("needs[{i}]"), errors);
            curve(&need.unmet, || format!("needs[{i}]"), errors);
            if let Some(group) = need.group.filter(|&g| g as usize >= self.groups.len()) {
                errors.push(ProblemError::NoGroup { need: i, group, count: self.groups.len() });
            }
        }
        for (i, o) in self.organizations.iter().enumerate() {
            amount(o.budget, || format!("organizations[{i}]"), errors);
            curve(&o.load, || format!("organizations[{i}]"), errors);
        }
        for (i, f) in self.funds.iter().enumerate() {
            amount(f.budget, || format!("funds[{i}]"), errors);
            if f.organization as usize >= self.organizations.len() {
                let count = self.organizations.len();
                errors.push(ProblemError::FundOwner { fund: i, organization: f.organization, count });
            }
        }
        for (i, g) in self.groups.iter().enumerate() {
            curve(&g.unmet, || format!("groups[{i}]"), errors);
            if let Some(parent) = g.parent.filter(|&p| p as usize >= i) {
                errors.push(ProblemError::GroupParent { group: i, parent });
            }
        }
    }

    fn check_candidates(&self, errors: &mut Vec<ProblemError>) {
        for (i, c) in self.candidates.iter().enumerate() {
            let &Candidate { need, organization, weight, min, max, floor, fund } = c;
            let (needs, organizations) = (self.needs.len(), self.organizations.len());
            if need as usize >= needs {
                errors.push(ProblemError::NoNeed { candidate: i, need: i64::from(need), count: needs });
            }
            if organization as usize >= organizations {
                let organization = i64::from(organization);
                errors.push(ProblemError::NoOrganization { candidate: i, organization, count: organizations });
            }
            let owned = |f: u32| self.funds.get(f as usize).is_some_and(|f| f.organization == organization);
            if let Some(fund) = fund.filter(|&f| !owned(f)) {
                errors.push(ProblemError::NoFund { candidate: i, fund, organization });
            }
            for number in [min, floor] {
                amount(number, || format!("candidates[{i}]"), errors);
            }
            for number in [weight, max] {
                size(number, || format!("candidates[{i}]"), errors);
            }
            if min > max {
                errors.push(ProblemError::MinOverMax { candidate: i, min, max });
            }
            if floor > max {
                errors.push(ProblemError::FloorOverMax { candidate: i, floor, max });
            }
            if floor > 0 && floor < min {
                errors.push(ProblemError::FloorUnderMin { candidate: i, floor, min });
            }
        }
    }

    /// Pairs that occur twice.
    fn check_repeated(&self, errors: &mut Vec<ProblemError>) {
        let mut order: Vec<u32> = (0..self.candidates.len() as u32).collect();
        order.sort_by_key(|&i| self.candidates[i as usize].need);
        let mut seen = vec![usize::MAX; self.organizations.len()];
        for i in order.into_iter().map(|i| i as usize) {
            let Candidate { need, organization, .. } = self.candidates[i];
            let first = std::mem::replace(&mut seen[organization as usize], i);
            if self.candidates.get(first).is_some_and(|c| c.need == need) {
                errors.push(ProblemError::Repeated { candidate: i, first, need, organization });
            }
        }
    }

    /// Sums that could overflow.
    fn check_sums(&self, errors: &mut Vec<ProblemError>) {
        let mut sum = |item: &str, sum: i128| {
            if sum > LARGEST_SUM {
                errors.push(ProblemError::SumTooLarge { item: item.to_owned() });
            }
        };
        sum("needs", self.needs.iter().map(|n| i128::from(n.gap)).sum());
        let budgets = self.organizations.iter().map(|o| o.budget).chain(self.funds.iter().map(|f| f.budget));
        sum("organizations", budgets.map(i128::from).sum());
        let nodes = 1 + self.needs.len() + self.organizations.len() + self.funds.len() + self.groups.len();
        sum("candidates", i128::from(self.largest_cost()) * nodes as i128);
    }

    /// The largest absolute unit cost or weight.
    pub(super) fn largest_cost(&self) -> i64 {
        let curves = self.needs.iter().map(|n| &n.unmet).chain(self.groups.iter().map(|g| &g.unmet));
        let steps = curves.chain(self.organizations.iter().map(|o| &o.load)).flatten().map(|s| s.cost);
        steps.chain(self.candidates.iter().map(|c| c.weight)).map(i64::abs).max().unwrap_or(0)
    }

    fn check_floors(&self, errors: &mut Vec<ProblemError>) {
        let mut needs = vec![(0i64, 0u32); self.needs.len()];
        let mut organizations = vec![(0i64, 0u32); self.organizations.len()];
        let mut funds = vec![0i64; self.funds.len()];
        for c in self.candidates.iter().filter(|c| c.floor > 0) {
            let (need, organization) = (&mut needs[c.need as usize], &mut organizations[c.organization as usize]);
            let money = c.fund.map_or(&mut organization.0, |f| &mut funds[f as usize]);
            *money = money.saturating_add(c.floor);
            need.0 = need.0.saturating_add(c.floor);
            need.1 += 1;
            organization.1 += 1;
        }
        for (f, &forced) in self.funds.iter().zip(&funds) {
            let free = &mut organizations[f.organization as usize].0;
            *free = free.saturating_add((forced - f.budget).max(0));
        }
        for (i, (need, &(forced, partners))) in self.needs.iter().zip(&needs).enumerate() {
            if forced > need.gap {
                errors.push(ProblemError::NeedFloors { need: i, forced, gap: need.gap });
            }
            if let Some(limit) = need.max_partners.filter(|&l| partners > l) {
                errors.push(ProblemError::PartnerFloors { need: i, forced: partners, limit });
            }
        }
        for (i, (o, &(forced, projects))) in self.organizations.iter().zip(&organizations).enumerate() {
            if forced > o.budget {
                errors.push(ProblemError::OrganizationFloors { organization: i, forced, budget: o.budget });
            }
            if let Some(limit) = o.max_projects.filter(|&l| projects > l) {
                errors.push(ProblemError::ProjectFloors { organization: i, forced: projects, limit });
            }
        }
    }
}

fn size(number: i64, item: impl Fn() -> String, errors: &mut Vec<ProblemError>) {
    if !(-LARGEST..=LARGEST).contains(&number) {
        errors.push(ProblemError::TooLarge { item: item(), number });
    }
}

fn amount(number: i64, item: impl Fn() -> String, errors: &mut Vec<ProblemError>) {
    if number < 0 {
        errors.push(ProblemError::Negative { item: item(), number });
    }
    size(number, item, errors);
}

fn curve(steps: &[Step], item: impl Fn() -> String, errors: &mut Vec<ProblemError>) {
    if !steps.is_sorted_by_key(|s| s.cost) || steps.iter().any(|s| s.width < 0) {
        errors.push(ProblemError::Curve { item: item() });
    }
    for step in steps {
        size(step.cost, &item, errors);
    }
}
