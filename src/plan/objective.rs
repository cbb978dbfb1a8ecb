//! The objective of a plan: what a unit of money is worth that is given, and what one costs that stays unmet.
//!
//! A unit that a partner gives is worth its fit as a share, in ten-thousandths. A unit that stays unmet costs on top: more
//! for the last quarter of a need than for the first, so that none is left with nothing while there is money.

use crate::explain::fit_share;
use crate::solver::problem::{Problem, Step};

/// Worth of a unit that is given for certain.
pub(super) const CERTAIN: f64 = 1e4;
/// Cost of the first three quarters of a gap that stay unmet, in the same measure.
pub(super) const QUARTERS: [i64; 3] = [2000, 4000, 6000];
/// Cost of the last one: more than the most urgent third quarter and the worth of a certain unit together, so that money goes
/// to a need that has less than a quarter before any other.
pub(super) const LAST_QUARTER: i64 = 20_000;
/// The same where every yuan is worth the same.
pub(super) const FLAT: i64 = 5000;
/// No unit is worth more, promises apart.
pub(super) const MOST_WORTH: i64 = LAST_QUARTER + CERTAIN as i64;
/// Cost of the quarters of what stays unmet in one place.
pub(super) const PLACE_QUARTERS: [i64; 4] = [500, 1000, 1500, 2000];
/// Cost of what a reserve or a promise lacks: more than anything else is worth.
pub(super) const PROMISED: i64 = 10_000_000;
/// Cost of the quarters of an organization's budget, where the load is spread.
pub(super) const LOAD_QUARTERS: [i64; 4] = [0, 300, 600, 900];
/// Advance for the first quarter of a newcomer's budget.
pub(super) const NEWCOMER: i64 = -500;

/// Worth of a unit that an organization of this score gives.
pub(super) fn weight(score: i64) -> i64 {
    (CERTAIN * fit_share(score)).round() as i64
}

/// The quarters of a whole, each at its cost.
pub(super) fn quarters(whole: i64, costs: [i64; 4]) -> Vec<Step> {
    let quarter = |n: i64| whole * (n + 1) / 4 - whole * n / 4;
    (0..4).zip(costs).map(|(n, cost)| Step { width: quarter(n), cost }).collect()
}

/// Makes of every need a promise of so many units: what it lacks of them costs more than anything else is worth.
pub(super) fn promise(problem: &mut Problem, guarantees: &[i64]) {
    for (need, &promised) in problem.needs.iter_mut().zip(guarantees) {
        let cost = need.unmet.first().map_or(0, |step| step.cost);
        need.unmet = vec![Step { width: need.gap - promised, cost }, Step { width: promised, cost: PROMISED }];
    }
}
