//! Size: the sum that the need asks for, G, against what the organization brings.

use crate::catalog::{Flags, Row};
use crate::score::{Question, Value};

/// Lowest share that is told apart, and lowest fit: a sum far off what is usual says no more against an organization than
/// unknown sums.
const FLOOR: f64 = -4.0;
const LEAST_FIT: f64 = -1.0;

/// The sum that one need asks for.
pub(in crate::score) struct Size {
    ln_yuan: f64,
}

impl Size {
    /// None if the need names no sum.
    pub(in crate::score) fn new(question: &Question) -> Option<Self> {
        question.amount.map(|amount| Self { ln_yuan: amount.yuan().max(1.0).ln() })
    }

    /// ln t(ln G) − ln max t, at least −1: how usual a contribution of this size is, by the Student-t of the next one
    /// (normal-inverse-gamma posterior, see `catalog::contributions`). Unknown without contributions or a year's spending.
    pub(in crate::score) fn fit(&self, row: &Row) -> Value {
        if !row.flags.any(Flags::HAS_CONTRIBUTIONS) {
            return Value::Unknown;
        }
        let freedom = f64::from(row.contribution_freedom);
        let z = (self.ln_yuan - f64::from(row.contribution_mean)) / f64::from(row.contribution_spread);
        Value::Known((-(freedom + 1.0) / 2.0 * (z * z / freedom).ln_1p()).max(LEAST_FIT))
    }

    /// ln(c / G), at least −4: c, what it could credibly bring, is the smallest of G, the remaining budget and the 80 %
    /// quantile or the largest of its contributions. Unknown without any of these.
    pub(in crate::score) fn share(&self, row: &Row) -> Value {
        if row.ln_affordable.is_nan() {
            return Value::Unknown;
        }
        Value::Known((f64::from(row.ln_affordable) - self.ln_yuan).clamp(FLOOR, 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    #[track_caller]
    fn close(value: Value, expected: f64) {
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    #[test]
    fn a_usual_sum_fits_and_the_farther_off_the_worse() {
        let size = |yuan: f64| Size { ln_yuan: yuan.ln() };
        let row = Row {
            contribution_mean: 1e6_f32.ln(),
            contribution_spread: 1.0,
            contribution_freedom: 4.0,
            ..row(Flags::HAS_CONTRIBUTIONS)
        };
        close(size(1e6).fit(&row), 0.0);
        // One spread off, at four degrees of freedom: −(4 + 1) / 2 · ln(1 + 1/4).
        close(size(1e6 * std::f64::consts::E).fit(&row), -2.5 * 1.25_f64.ln());
        close(size(1e300).fit(&row), LEAST_FIT);
        assert_eq!(size(1e6).fit(&crate::catalog::tests::small::row(Flags::KNOWN)), Value::Unknown);
    }

    #[test]
    fn what_it_could_bring_as_a_share_of_what_is_asked() {
        let share = |affordable: f64, asked: f64| {
            let row = Row { ln_affordable: affordable.ln() as f32, ..row(Flags::KNOWN) };
            Size { ln_yuan: asked.ln() }.share(&row)
        };
        close(share(5e5, 1e6), 0.5_f64.ln());
        close(share(5e6, 1e6), 0.0);
        close(share(1.0, 1e6), FLOOR);
        assert_eq!(Size { ln_yuan: 0.0 }.share(&row(Flags::HAS_CONTRIBUTIONS)), Value::Unknown);
    }
}
