//! The score on a scale that people read.

/// Score in points at which `fit` is 50; then the points that change it by one unit of log-odds.
const FIT_MIDDLE: f64 = 250.0;
const FIT_SCALE: f64 = 120.0;

/// Monotone display of a score, 0 to 100. Not a probability.
pub(crate) fn fit(score: i64) -> u8 {
    (100.0 * fit_share(score)).round() as u8
}

/// The same from 0 to 1. Plans weight partners by it. It keeps the order of the scores, but it is not a measured probability
/// that the organization takes the need on.
pub(crate) fn fit_share(score: i64) -> f64 {
    let logit = (score as f64 - FIT_MIDDLE) / FIT_SCALE;
    1.0 / (1.0 + (-logit).exp())
}

/// The smallest score whose [`fit_share`] is above `share`, or one just below it.
pub(crate) fn score_above(share: f64) -> i64 {
    match share {
        ..=0.0 => i64::MIN,
        1.0.. => i64::MAX,
        share => (FIT_MIDDLE + FIT_SCALE * (share / (1.0 - share)).ln()).floor() as i64 - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn fit_keeps_the_order_and_stays_between_0_and_100() {
        let fits: Vec<u8> = (-2000..2000).step_by(10).map(fit).collect();
        assert!(fits.is_sorted());
        assert_eq!((fit(i64::MIN / 2), fit(250), fit(i64::MAX / 2)), (0, 50, 100));
    }
}
