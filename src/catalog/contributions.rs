//! How large the contributions of an organization usually are. ln(yuan) of past contributions is normal with a
//! normal-inverse-gamma prior (Murphy, "Conjugate Bayesian analysis of the Gaussian distribution", 2007, §3), so the next one
//! is Student-t.

use crate::domain::Money;

/// Prior where nothing says how large contributions are: the median in yuan.
const MEDIAN_YUAN: f64 = 180_000.0;
/// Prior median where a year's spending is known, as a share of it: more would be a stretch (rule of thumb, not from a
/// statute).
const SHARE_OF_SPENDING: f64 = 0.3;
/// Weight of the prior in observations; then shape and rate of the prior for the variance of ln(yuan).
const PRIOR_COUNT: f64 = 2.0;
const PRIOR_SHAPE: f64 = 2.0;
const PRIOR_RATE: f64 = 1.1;
/// 80 % quantile of the standard normal distribution.
const Z80: f64 = 0.841_621_2;

/// Past contributions of one organization: count, mean, sum of squared deviations and largest of ln(yuan).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Contributions {
    count: f64,
    mean: f64,
    squares: f64,
    largest: f64,
}

/// The next contribution: ln(yuan) is Student-t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Predicted {
    /// Centre, ln(yuan).
    pub(super) mean: f64,
    /// Scale, ln(yuan).
    pub(super) spread: f64,
    /// Degrees of freedom, at least 4.
    pub(super) freedom: f64,
}

impl Contributions {
    /// Welford's update.
    pub(super) fn add(&mut self, money: Money) {
        let x = money.yuan().max(1.0).ln();
        self.count += 1.0;
        let before = x - self.mean;
        self.mean += before / self.count;
        self.squares += before * (x - self.mean);
        self.largest = self.largest.max(x);
    }

    pub(super) fn are_known(self) -> bool {
        self.count > 0.0
    }

    /// ln(yuan) that the organization could credibly bring: the 80 % quantile of its next contribution or its largest past one,
    /// whichever is more. Without past contributions it is the centre, a share of a year's spending: nothing above that is
    /// credible.
    pub(super) fn credible(self, spending: Option<Money>) -> f64 {
        let next = self.predict(spending);
        if self.are_known() { next.quantile80().max(self.largest) } else { next.mean }
    }

    /// The distribution of the next contribution; a year's `spending`, where known, moves the prior.
    pub(super) fn predict(self, spending: Option<Money>) -> Predicted {
        let prior_mean = spending.map_or(MEDIAN_YUAN, |it| (SHARE_OF_SPENDING * it.yuan()).max(1.0)).ln();
        let n = self.count;
        let count = PRIOR_COUNT + n;
        let shape = PRIOR_SHAPE + n / 2.0;
        let gap = self.mean - prior_mean;
        let rate = PRIOR_RATE + 0.5 * self.squares + 0.5 * PRIOR_COUNT * n * gap * gap / count;
        Predicted {
            mean: (PRIOR_COUNT * prior_mean + n * self.mean) / count,
            spread: (rate * (count + 1.0) / (shape * count)).sqrt(),
            freedom: 2.0 * shape,
        }
    }
}

impl Predicted {
    /// The 80 % quantile in ln(yuan): the Student quantile by Cornish–Fisher expansion (Abramowitz & Stegun 26.7.5), less than
    /// 0.2 % off from 4 degrees of freedom on.
    fn quantile80(self) -> f64 {
        let (z, v) = (Z80, self.freedom);
        let t = z
            + (z.powi(3) + z) / (4.0 * v)
            + (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * v * v)
            + (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / (384.0 * v.powi(3));
        self.mean + t * self.spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contributions(count: f64) -> Contributions {
        Contributions { count, mean: 1e6_f64.ln(), squares: 0.0, largest: 1e6_f64.ln() }
    }

    #[test]
    fn many_equal_contributions_pull_the_estimate_to_themselves() {
        let q80 = |count| contributions(count).predict(None).quantile80().exp();
        let (few, many) = (q80(1.0), q80(200.0));
        assert!(many > 0.95e6 && many < 1.3e6, "{many}");
        assert!((few - many).abs() > 0.1e6, "one contribution says less: {few}");
    }

    #[test]
    fn the_quantile_is_students() {
        // t(0.8) from tables: 0.941 at 4, 0.879 at 10, 0.849 at 60 degrees of freedom.
        for (freedom, t) in [(4.0, 0.941), (10.0, 0.879), (60.0, 0.848)] {
            let quantile = Predicted { mean: 0.0, spread: 1.0, freedom }.quantile80();
            assert!((quantile - t).abs() < 0.002, "{freedom}: {quantile}");
        }
    }

    #[test]
    fn what_it_has_brought_before_is_credible() {
        let mut contributions = contributions(3.0);
        contributions.add(Money::from_yuan(90e6).unwrap());
        assert!(contributions.predict(None).quantile80().exp() < 60e6);
        assert!((contributions.credible(None).exp() - 90e6).abs() < 1.0);
    }

    #[test]
    fn without_contributions_a_years_spending_sets_the_size() {
        let spending = Money::from_yuan(10e6);
        assert!((Contributions::default().predict(spending).mean.exp() - 3e6).abs() < 1.0);
    }
}
