//! ln(c / G), at least −4: G is what the need asks for, c what the organization could credibly bring.
//!
//! c is the smallest of G, the remaining budget, and the 80 % quantile of its past contributions: log-normal with a
//! normal-inverse-gamma prior at the usual contribution (Murphy, "Conjugate Bayesian analysis of the Gaussian", 2007; the predictive Student quantile is taken as a
//! normal one). Without contributions, 30 % of a year's spending. Unknown without any of these.

use super::{Question, Value};
use crate::catalog::{Catalog, Tickets, View};

/// Prior: median contribution in yuan, its weight in observations, and shape and rate of the variance.
const MEDIAN_YUAN: f64 = 180_000.0;
const PRIOR_COUNT: f64 = 2.0;
const PRIOR_SHAPE: f64 = 2.0;
const PRIOR_RATE: f64 = 1.1;
/// 80 % quantile of the standard normal distribution.
const Z80: f64 = 0.8416;
/// A claim above this share of a year's spending is a stretch (rule of thumb, not from a statute).
const SHARE_OF_SPENDING: f64 = 0.3;
const FLOOR: f64 = -4.0;

pub(super) fn value(catalog: &Catalog, view: &View, question: &Question, organization: usize) -> Value {
    let Some(asked) = question.amount else { return Value::NotAsked };
    match affordable(catalog, view, organization) {
        Some(yuan) => Value::Known((yuan.max(1.0) / asked.yuan().max(1.0)).ln().clamp(FLOOR, 0.0)),
        None => Value::Unknown,
    }
}

/// Yuan that the organization could credibly bring to one need.
pub(in crate::score) fn affordable(catalog: &Catalog, view: &View, organization: usize) -> Option<f64> {
    let record = &catalog.organizations[organization];
    let budget = record.budget.map(|budget| (budget.fen() - view.claimed_fen[organization]).max(0) as f64 / 100.0);
    let tickets = view.tickets[organization];
    let size = if tickets.count > 0.0 {
        Some(quantile80(tickets))
    } else {
        record.annual_spend.map(|spend| SHARE_OF_SPENDING * spend.yuan())
    };
    match (size, budget) {
        (Some(size), Some(budget)) => Some(size.min(budget)),
        (size, budget) => size.or(budget),
    }
}

fn quantile80(tickets: Tickets) -> f64 {
    let (n, prior_mean) = (tickets.count, MEDIAN_YUAN.ln());
    let count = PRIOR_COUNT + n;
    let mean = (PRIOR_COUNT * prior_mean + n * tickets.mean) / count;
    let shape = PRIOR_SHAPE + n / 2.0;
    let gap = tickets.mean - prior_mean;
    let rate = PRIOR_RATE + 0.5 * tickets.squares + 0.5 * PRIOR_COUNT * n * gap * gap / count;
    let spread = (rate * (count + 1.0) / (shape * count)).sqrt();
    (mean + Z80 * spread).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_equal_contributions_pull_the_estimate_to_themselves() {
        let tickets = |count| Tickets { count, mean: 1e6_f64.ln(), squares: 0.0 };
        let (few, many) = (quantile80(tickets(1.0)), quantile80(tickets(200.0)));
        assert!(many > 0.95e6 && many < 1.3e6, "{many}");
        assert!((few - many).abs() > 0.1e6, "one contribution says less: {few}");
    }
}
