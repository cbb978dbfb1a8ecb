//! The objective of a plan: the worth of a unit of money that is given, and the cost of one that stays unmet.
//!
//! A unit is worth the fit of the partner who gives it, as a share in ten-thousandths. An unmet unit has a cost on top. The
//! cost is higher for the last quarter of a need than for the first, so that no need is left with nothing while eligible money
//! remains.

use crate::score::FitScale;
use crate::solver::problem::{Problem, Step};

/// Worth of a unit that is given for certain.
pub(super) const CERTAIN: f64 = 1e4;
/// Cost of the first three quarters of a gap that stay unmet, in the same unit.
pub(super) const QUARTERS: [i64; 3] = [2000, 4000, 6000];
/// Cost of the last quarter: more than the most urgent third quarter and the worth of a certain unit together, so that needs
/// below a quarter come before all others.
pub(super) const LAST_QUARTER: i64 = 20_000;
/// Cost of an unmet unit where every yuan counts the same.
pub(super) const FLAT: i64 = 5000;
/// Upper bound on the worth of a unit, promises aside.
pub(super) const MOST_WORTH: i64 = LAST_QUARTER + CERTAIN as i64;
/// Cost of the quarters of a place's gap that stay unmet.
pub(super) const PLACE_QUARTERS: [i64; 4] = [500, 1000, 1500, 2000];
/// Cost of a unit that a reserve or a promise lacks: more than anything else is worth.
pub(super) const PROMISED: i64 = 10_000_000;
/// Cost of the quarters of an organization's budget if the load is spread.
pub(super) const LOAD_QUARTERS: [i64; 4] = [0, 300, 600, 900];
/// Bonus for the first quarter of a newcomer's budget.
pub(super) const NEWCOMER: i64 = -500;

/// Worth of a unit given by an organization with this score.
pub(super) fn weight(fit: FitScale, score: i64) -> i64 {
    (CERTAIN * fit.share(score)).round() as i64
}

/// The quarters of a whole, each at its cost.
pub(super) fn quarters(whole: i64, costs: [i64; 4]) -> Vec<Step> {
    let quarter = |n: i64| whole * (n + 1) / 4 - whole * n / 4;
    (0..4).zip(costs).map(|(n, cost)| Step { width: quarter(n), cost }).collect()
}

/// Promises each need its number of units: a unit that it lacks costs more than anything else is worth.
pub(super) fn promise(problem: &mut Problem, guarantees: &[i64]) {
    for (need, &promised) in problem.needs.iter_mut().zip(guarantees) {
        let cost = need.unmet.first().map_or(0, |step| step.cost);
        need.unmet = vec![Step { width: need.gap - promised, cost }, Step { width: promised, cost: PROMISED }];
    }
}
