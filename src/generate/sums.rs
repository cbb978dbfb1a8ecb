//! Sums, rounded as people state them.

use crate::domain::Money;

/// A sum rounded as people state it: two or three digits and zeros, at least 1,000 yuan, at most a tenth of the largest sum.
pub(super) fn round_sum(yuan: f64) -> Money {
    let step = match yuan {
        it if it < 100_000.0 => 1_000.0,
        it if it < 1_000_000.0 => 5_000.0,
        it if it < 10_000_000.0 => 10_000.0,
        _ => 100_000.0,
    };
    let rounded = ((yuan / step).round() * step).clamp(1_000.0, Money::MAX.yuan() / 10.0);
    Money::from_yuan(rounded).unwrap_or(Money::ZERO)
}
