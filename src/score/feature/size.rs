//! Size: the sum that the need asks for, G, against what the organization brings.

use crate::catalog::{Flags, Row};
use crate::score::{Question, Value};

use super::log::Log;

/// Lowest value that is told apart.
const FLOOR: f64 = -4.0;

/// The sum that one need asks for.
pub(in crate::score) struct Size {
    ln_yuan: f64,
}

impl Size {
    /// None if the need names no sum.
    pub(in crate::score) fn new(question: &Question) -> Option<Self> {
        question.amount.map(|amount| Self { ln_yuan: amount.yuan().max(1.0).ln() })
    }

    /// ln t(ln G) − ln max t, at least −4: how usual a contribution of this size is, by the Student-t of the next one
    /// (normal-inverse-gamma posterior, see `catalog::tickets`). Unknown without contributions or a year's spending.
    pub(in crate::score) fn fit<L: Log>(&self, row: &Row) -> Value {
        if !row.flags.any(Flags::TICKETED) {
            return Value::Unknown;
        }
        let freedom = f64::from(row.ticket_freedom);
        let z = (self.ln_yuan - f64::from(row.ticket_mean)) / f64::from(row.ticket_spread);
        Value::Known((-(freedom + 1.0) / 2.0 * L::below_1p(z * z / freedom)).max(FLOOR))
    }

    /// ln(c / G), at least −4: c, what it could credibly bring, is the smallest of G, the remaining budget and the 80 %
    /// quantile of its contributions. Unknown without any of these.
    pub(in crate::score) fn share(&self, row: &Row) -> Value {
        if row.ln_affordable.is_nan() {
            return Value::Unknown;
        }
        Value::Known((f64::from(row.ln_affordable) - self.ln_yuan).clamp(FLOOR, 0.0))
    }
}
