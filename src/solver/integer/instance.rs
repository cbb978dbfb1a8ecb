//! The problem as the integer search sees it: only pairs that can matter, grouped by need and by organization. Values are
//! scaled so that integer prices are fine enough.

use super::super::problem::{Problem, Step};
use super::IntegerError;

/// Stands for "none" where an index is expected.
pub(super) const NONE: u32 = u32::MAX;

/// A pair that can be used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) need: u32,
    pub(super) organization: u32,
    /// The fund it draws on first, or [`NONE`].
    pub(super) fund: u32,
    /// Its index in [`Problem::candidates`].
    pub(super) candidate: u32,
    /// Value of a unit, scaled.
    pub(super) weight: i64,
    /// The least amount if the pair is used, at least 1.
    pub(super) low: i64,
    /// The most that can flow.
    pub(super) high: i64,
    /// The least amount in any plan; 0 unless the pair is forced.
    pub(super) floor: i64,
}

/// A convex curve with scaled costs, laid out over `0..=total`.
#[derive(Debug, Clone, Default)]
pub(super) struct Curve {
    /// Pieces in order of rising cost, whose widths add up to the total. If there are none, the cost is 0 everywhere.
    pub(super) steps: Vec<Step>,
}

impl Curve {
    fn new(steps: &[Step], total: i64, shift: u32) -> Self {
        let mut left = total;
        let mut laid = Vec::new();
        for (k, step) in steps.iter().enumerate() {
            let width = if k + 1 == steps.len() { left } else { step.width.clamp(0, left) };
            if width > 0 {
                laid.push(Step { width, cost: step.cost << shift });
                left -= width;
            }
        }
        if laid.iter().all(|step| step.cost == 0) {
            laid.clear();
        }
        Self { steps: laid }
    }

    /// The cost of `at` units.
    pub(super) fn cost(&self, at: i64) -> i128 {
        let mut left = at;
        let mut cost = 0i128;
        for step in &self.steps {
            let width = step.width.min(left);
            cost += i128::from(step.cost) * i128::from(width);
            left -= width;
            if left == 0 {
                break;
            }
        }
        cost
    }

    /// The maximum of `price · at − cost(at)` over `at` in `0..=total`, and the smallest and largest such `at`.
    pub(super) fn conjugate(&self, price: i64, total: i64) -> (i128, i64, i64) {
        if self.steps.is_empty() {
            return match price {
                p if p > 0 => (i128::from(p) * i128::from(total), total, total),
                0 => (0, 0, total),
                _ => (0, 0, 0),
            };
        }
        let (mut best, mut low, mut high) = (0i128, 0, 0);
        for step in &self.steps {
            if step.cost > price {
                break;
            }
            best += i128::from(price - step.cost) * i128::from(step.width);
            high += step.width;
            if step.cost < price {
                low = high;
            }
        }
        (best, low, high)
    }
}

/// The reduced and scaled problem.
#[derive(Debug)]
pub(super) struct Instance {
    /// Values and prices are the original ones times 2 to this power.
    pub(super) shift: u32,
    /// Largest absolute scaled weight or curve cost.
    pub(super) largest: i64,
    /// The price of money never has to be higher than this.
    pub(super) dearest: i64,
    /// Usable pairs, by need.
    pub(super) pairs: Vec<Pair>,
    /// Where the pairs of each need start; one more than there are needs.
    pub(super) need_start: Vec<u32>,
    pub(super) gap: Vec<i64>,
    pub(super) whole: Vec<bool>,
    /// Most partners of each need; the number of its pairs if there is no limit.
    pub(super) partners: Vec<u32>,
    pub(super) unmet: Vec<Curve>,
    pub(super) group: Vec<u32>,
    /// Where the pairs of each organization start in `by_organization`.
    pub(super) organization_start: Vec<u32>,
    pub(super) by_organization: Vec<u32>,
    pub(super) budget: Vec<i64>,
    /// Most projects of each organization, if that limit can bind.
    pub(super) projects: Vec<Option<u32>>,
    pub(super) load: Vec<Curve>,
    pub(super) fund_budget: Vec<i64>,
    pub(super) parent: Vec<u32>,
    /// Sum of the gaps of all needs in each group.
    pub(super) group_gap: Vec<i64>,
    pub(super) group_unmet: Vec<Curve>,
    /// True if there is no curve, fund or group.
    pub(super) plain: bool,
}

fn bits(value: i64) -> u32 {
    64 - value.unsigned_abs().leading_zeros()
}

/// How far values can be scaled up so that every product still fits into 64 bits.
fn scale(problem: &Problem) -> Result<(u32, i64, i64), IntegerError> {
    let mut depths: Vec<i64> = Vec::with_capacity(problem.groups.len());
    for group in &problem.groups {
        depths.push(1 + group.parent.map_or(0, |parent| depths[parent as usize]));
    }
    let depth = depths.iter().copied().max().unwrap_or(0);
    let steps = (problem.needs.iter().flat_map(|need| &need.unmet))
        .chain(problem.organizations.iter().flat_map(|organization| &organization.load))
        .chain(problem.groups.iter().flat_map(|group| &group.unmet));
    let largest = (problem.candidates.iter().map(|candidate| candidate.weight))
        .chain(steps.map(|step| step.cost))
        .map(i64::unsigned_abs)
        .max()
        .unwrap_or(0);
    let amount = problem.needs.iter().map(|need| need.gap).max().unwrap_or(0);
    let largest = i64::try_from(largest).map_err(|_| IntegerError::TooLarge)?;
    // A profit combines a weight, a price and the costs of a need and its groups. Some bits are left for sums of them.
    let used = bits(largest) + bits(2 * depth + 8) + bits(amount);
    if used > 60 {
        return Err(IntegerError::TooLarge);
    }
    let shift = 56u32.saturating_sub(used).min(30u32.saturating_sub(bits(largest)));
    Ok((shift, largest << shift, (largest << shift) * (depth + 2)))
}

impl Instance {
    /// Takes from a problem what matters.
    pub(super) fn new(problem: &Problem) -> Result<Self, IntegerError> {
        let (shift, largest, dearest) = scale(problem)?;
        let mut pairs: Vec<Pair> = Vec::with_capacity(problem.candidates.len());
        for (candidate, c) in problem.candidates.iter().enumerate() {
            let fund_money = c.fund.map_or(0, |fund| problem.funds[fund as usize].budget);
            let organization = &problem.organizations[c.organization as usize];
            let money = organization.budget.saturating_add(fund_money);
            let high = c.max.min(problem.needs[c.need as usize].gap).min(money);
            let low = c.min.max(c.floor).max(1);
            if high >= low && (c.floor > 0 || organization.max_projects != Some(0)) {
                pairs.push(Pair {
                    need: c.need,
                    organization: c.organization,
                    fund: c.fund.unwrap_or(NONE),
                    candidate: candidate as u32,
                    weight: c.weight << shift,
                    low,
                    high,
                    floor: c.floor,
                });
            } else if c.floor > 0 {
                return Err(IntegerError::Unsatisfied { needs: vec![c.need], organizations: vec![c.organization] });
            }
        }
        pairs.sort_by_key(|pair| (pair.need, pair.candidate));
        let need_start = starts(problem.needs.len(), pairs.iter().map(|pair| pair.need));
        let organization_start = starts(problem.organizations.len(), pairs.iter().map(|pair| pair.organization));
        let mut next = organization_start.clone();
        let mut by_organization = vec![0; pairs.len()];
        for (t, pair) in pairs.iter().enumerate() {
            let place = &mut next[pair.organization as usize];
            by_organization[*place as usize] = t as u32;
            *place += 1;
        }
        let mut group_gap = vec![0i64; problem.groups.len()];
        for need in &problem.needs {
            if let Some(group) = need.group {
                group_gap[group as usize] += need.gap;
            }
        }
        for g in (0..problem.groups.len()).rev() {
            if let Some(parent) = problem.groups[g].parent {
                group_gap[parent as usize] += group_gap[g];
            }
        }
        let degree = |start: &[u32], k: usize| start[k + 1] - start[k];
        let projects = problem
            .organizations
            .iter()
            .enumerate()
            .map(|(j, organization)| organization.max_projects.filter(|&limit| limit < degree(&organization_start, j)));
        let partners = problem.needs.iter().enumerate().map(|(i, need)| {
            let degree = degree(&need_start, i);
            need.max_partners.map_or(degree, |limit| limit.min(degree))
        });
        let unmet: Vec<Curve> = problem.needs.iter().map(|need| Curve::new(&need.unmet, need.gap, shift)).collect();
        let load: Vec<Curve> = problem.organizations.iter().map(|o| Curve::new(&o.load, o.budget, shift)).collect();
        let group_unmet: Vec<Curve> =
            problem.groups.iter().zip(&group_gap).map(|(group, &gap)| Curve::new(&group.unmet, gap, shift)).collect();
        let plain = pairs.iter().all(|pair| pair.fund == NONE)
            && [&unmet, &load, &group_unmet].iter().all(|curves| curves.iter().all(|curve| curve.steps.is_empty()));
        Ok(Self {
            shift,
            largest,
            dearest,
            projects: projects.collect(),
            partners: partners.collect(),
            pairs,
            need_start,
            gap: problem.needs.iter().map(|need| need.gap).collect(),
            whole: problem.needs.iter().map(|need| need.whole).collect(),
            unmet,
            group: problem.needs.iter().map(|need| need.group.unwrap_or(NONE)).collect(),
            organization_start,
            by_organization,
            budget: problem.organizations.iter().map(|organization| organization.budget).collect(),
            load,
            fund_budget: problem.funds.iter().map(|fund| fund.budget).collect(),
            parent: problem.groups.iter().map(|group| group.parent.unwrap_or(NONE)).collect(),
            group_gap,
            group_unmet,
            plain,
        })
    }

    /// Number of needs.
    pub(super) fn needs(&self) -> usize {
        self.gap.len()
    }

    /// Number of organizations.
    pub(super) fn organizations(&self) -> usize {
        self.budget.len()
    }

    /// The pairs of a need.
    pub(super) fn of_need(&self, need: usize) -> std::ops::Range<usize> {
        self.need_start[need] as usize..self.need_start[need + 1] as usize
    }

    /// The pairs of an organization.
    pub(super) fn of_organization(&self, organization: usize) -> &[u32] {
        let (from, to) = (self.organization_start[organization], self.organization_start[organization + 1]);
        &self.by_organization[from as usize..to as usize]
    }
}

/// Where each of `count` classes starts when members are grouped by class.
fn starts(count: usize, classes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0u32; count + 1];
    for class in classes {
        starts[class as usize + 1] += 1;
    }
    for k in 0..count {
        starts[k + 1] += starts[k];
    }
    starts
}
