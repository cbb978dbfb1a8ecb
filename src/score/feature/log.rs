//! Logarithms as features take them: exact, or as bounds that cost a few cycles. With bounds, the formulas of the features give
//! a ceiling of the score, by which ranking passes over organizations that cannot be among the first.
//!
//! A formula says of each logarithm whether more of it is more of the value (`above`) or less (`below`); exactly, both are
//! the same.

/// Natural logarithms of positive, normal numbers.
pub(in crate::score) trait Log {
    /// True if values are exact.
    const IS_EXACT: bool;
    /// ln x, or a little more.
    fn above(x: f64) -> f64;
    /// ln x, or a little less.
    fn below(x: f64) -> f64;
    /// ln(1 + x), or a little more.
    fn above_1p(x: f64) -> f64;
    /// ln(1 + x), or a little less.
    fn below_1p(x: f64) -> f64;
}

/// What is shown and what the score is made of.
pub(in crate::score) struct Exact;

impl Log for Exact {
    const IS_EXACT: bool = true;

    #[inline]
    fn above(x: f64) -> f64 {
        x.ln()
    }

    #[inline]
    fn below(x: f64) -> f64 {
        x.ln()
    }

    #[inline]
    fn above_1p(x: f64) -> f64 {
        x.ln_1p()
    }

    #[inline]
    fn below_1p(x: f64) -> f64 {
        x.ln_1p()
    }
}

/// Exponent and mantissa of a number, read as one, are its binary logarithm but for 0 to 0.0861 (Mitchell, IRE Transactions on
/// Electronic Computers 11, 1962).
pub(in crate::score) struct Bounds;

/// Most that Mitchell's logarithm is too low, rounded up.
const MOST_TOO_LOW: f64 = 0.0861;
/// More than the rounding of the bound itself.
const SLACK: f64 = 1e-9;

#[inline]
fn mitchell(x: f64) -> f64 {
    const UNIT: f64 = (1_u64 << 52) as f64;
    x.to_bits().cast_signed() as f64 / UNIT - 1023.0
}

impl Log for Bounds {
    const IS_EXACT: bool = false;

    #[inline]
    fn above(x: f64) -> f64 {
        (mitchell(x) + MOST_TOO_LOW) * std::f64::consts::LN_2
    }

    #[inline]
    fn below(x: f64) -> f64 {
        (mitchell(x) - SLACK) * std::f64::consts::LN_2
    }

    #[inline]
    fn above_1p(x: f64) -> f64 {
        Self::above(1.0 + x)
    }

    #[inline]
    fn below_1p(x: f64) -> f64 {
        Self::below(1.0 + x)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bounds_are_bounds_and_near(exponent in -60..60_i32, mantissa in 1.0..2.0_f64) {
            for x in [mantissa * f64::from(exponent).exp2(), f64::from(exponent).exp2()] {
                prop_assert!(Bounds::below(x) < x.ln() && x.ln() < Bounds::above(x));
                prop_assert!(Bounds::above(x) - Bounds::below(x) < 0.06);
                prop_assert!(Bounds::below_1p(x) < x.ln_1p() && x.ln_1p() < Bounds::above_1p(x));
            }
        }
    }
}
