//! What organizations can give this year, and the unit of all amounts of a plan.

use crate::catalog::{Catalog, View};
use crate::domain::{Amount, Money};
use crate::error::AppError;
use crate::request::{AmountInput, resolve_sum};

/// What one organization can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Capacity {
    pub(super) yuan: i64,
    pub(super) source: Source,
}

/// Where the figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Budget,
    Spending,
    Tickets,
    Assumed,
    Unknown,
    /// Set for this plan.
    Set,
    /// What the coordinator has decided exceeds the estimate.
    Decided,
}

/// A contribution above this share of a year's spending is a stretch (rule of thumb, as in the ranking).
const SHARE_OF_SPENDING: f64 = 0.3;

impl Source {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Budget => "申报预算扣除本年已认领",
            Self::Spending => "估计：年度支出的30%扣除本年已认领",
            Self::Tickets => "估计：以往单笔资助的规模",
            Self::Assumed => "假定：资金情况不明",
            Self::Unknown => "资金情况不明",
            Self::Set => "本方案设定",
            Self::Decided => "按锁定和指定的金额（超过估计）",
        }
    }
}

impl Capacity {
    /// The capacity of an organization on the day of `view`; `assumed` if nothing is known of its money.
    pub(super) fn estimate(catalog: &Catalog, view: &View, organization: usize, assumed: Option<Money>) -> Self {
        let record = catalog.organization_facts(organization);
        let taken = view.claimed.taken_from(organization).fen as f64 / 100.0;
        let credible = f64::from(view.rows[organization].ln_credible);
        let (yuan, source) = if let Some(budget) = record.budget() {
            (budget.yuan() - taken, Source::Budget)
        } else if let Some(spending) = record.annual_spend() {
            (rounded(SHARE_OF_SPENDING * spending.yuan()) - taken, Source::Spending)
        } else if !credible.is_nan() {
            (rounded(credible.exp()) - taken, Source::Tickets)
        } else if let Some(assumed) = assumed {
            (assumed.yuan() - taken, Source::Assumed)
        } else {
            (0.0, Source::Unknown)
        };
        Self { yuan: yuan.clamp(0.0, Money::MAX.yuan()) as i64, source }
    }
}

/// What is known of an organization's money this year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// What it can still give; none if nothing is known of its money.
    pub left: Option<Money>,
    /// Where the figure comes from, in Chinese.
    pub basis: &'static str,
    /// True if the figure is the size of its past contributions, so that nothing says what is left this year.
    pub is_of_past: bool,
}

impl Means {
    /// The means of an organization on the day of `view`.
    #[must_use]
    pub fn of(catalog: &Catalog, view: &View, organization: usize) -> Self {
        let Capacity { yuan, source } = Capacity::estimate(catalog, view, organization, None);
        let left = (source != Source::Unknown).then(|| Money::from_yuan(yuan as f64)).flatten();
        Self { left, basis: source.label(), is_of_past: source == Source::Tickets }
    }
}

/// The yuan of a condition.
pub(super) fn sum(field: &'static str, amount: &AmountInput) -> Result<i64, AppError> {
    let unclear = || AppError::invalid(field, "金额应为一个确定的数，如 30万元");
    let amount = resolve_sum(field, amount)?.ok_or_else(unclear)?;
    // The sum must be neither a range nor open at an end.
    let money = Amount::point(&amount).filter(|_| amount.min_fen == amount.max_fen).ok_or_else(unclear)?;
    if money < Money::ZERO { Err(AppError::invalid(field, "金额不能小于0")) } else { Ok(money.fen() / 100) }
}

/// Checks a sum of a condition.
///
/// # Errors
/// It is not one definite sum of at least nothing.
pub fn check_sum(field: &'static str, amount: &AmountInput) -> Result<(), AppError> {
    sum(field, amount).map(drop)
}

/// A sum in 万元 as text.
pub(super) fn wan(yuan: f64) -> String {
    let wan = (yuan / 10_000.0 * 1e4).round() / 1e4;
    format!("{wan}万元")
}

/// An estimate is no finer than 1,000 yuan.
fn rounded(yuan: f64) -> f64 {
    (yuan / 1000.0).round() * 1000.0
}

/// The largest of 10,000, 1,000, 100, 10 and 1 yuan that divides all stated amounts, so that round lists give round plans.
pub(super) fn unit(stated_yuan: impl IntoIterator<Item = i64>) -> i64 {
    let divisor = stated_yuan.into_iter().filter(|&yuan| yuan > 0).fold(0, gcd);
    [10_000, 1_000, 100, 10].into_iter().find(|unit| divisor % unit == 0).unwrap_or(1)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn the_unit_divides_all_stated_sums() {
        assert_eq!(unit([3_350_000, 1_000_000, 0]), 10_000);
        assert_eq!(unit([3_350_000, 217_000]), 1_000);
        assert_eq!(unit([3_350_000, 216_897]), 1);
        assert_eq!(unit([]), 10_000);
    }
}
