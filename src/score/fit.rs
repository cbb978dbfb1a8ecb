//! The score on a scale that people read.

use serde::{Deserialize, Serialize};

/// How scores become a fit from 0 to 100: the logistic curve of (score − middle) / scale.
///
/// The scale of the default weights is a logistic regression on cross-fitted scores, in which claimants and all other
/// organizations weigh the same. At 50 a claimant and another organization are as likely to have the score; at 80 the score is
/// four times as likely to be a claimant's. It keeps the order of scores. It is no probability that the organization takes the
/// need on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FitScale {
    /// Score in points at which the fit is 50.
    pub middle: f64,
    /// Points that change it by one unit of log-odds.
    pub scale: f64,
}

impl FitScale {
    /// The scale of the first release, set by hand, for models that bring none.
    pub const BY_HAND: Self = Self { middle: 250.0, scale: 120.0 };

    /// The fit, 0 to 100.
    #[must_use]
    pub fn fit(self, score: i64) -> u8 {
        (100.0 * self.share(score)).round() as u8
    }

    /// The same from 0 to 1. Plans weight partners by it.
    #[must_use]
    pub fn share(self, score: i64) -> f64 {
        let logit = (score as f64 - self.middle) / self.scale;
        1.0 / (1.0 + (-logit).exp())
    }

    /// The smallest score whose share is above `share`, or one just below it.
    #[must_use]
    pub fn score_above(self, share: f64) -> i64 {
        match share {
            ..=0.0 => i64::MIN,
            1.0.. => i64::MAX,
            share => (self.middle + self.scale * (share / (1.0 - share)).ln()).floor() as i64 - 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fit_keeps_the_order_and_stays_between_0_and_100() {
        let scale = FitScale::BY_HAND;
        let fits: Vec<u8> = (-2000..2000).step_by(10).map(|score| scale.fit(score)).collect();
        assert!(fits.is_sorted());
        assert_eq!((scale.fit(i64::MIN / 2), scale.fit(250), scale.fit(i64::MAX / 2)), (0, 50, 100));
        assert!(scale.share(scale.score_above(0.3)) <= 0.3 && scale.share(scale.score_above(0.3) + 2) > 0.3);
    }
}
