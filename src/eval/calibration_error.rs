//! Whether events given 30 % happen in 30 of 100 cases.

/// Number of bins to aim for.
const BINS: usize = 10;

/// Cases with about the same probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Mean of the probabilities given, 0 ..= 1.
    pub probability: f64,
    /// Share of the cases that happened, 0 ..= 1.
    pub hits: f64,
    /// Number of cases.
    pub cases: usize,
}

/// How well probabilities agree with what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// About ten bins with about the same number of cases, by ascending probability.
    pub bins: Vec<Bin>,
    /// Expected calibration error: mean distance between probability and hits in the bins, weighted by cases (Naeini, Cooper &
    /// Hauskrecht, AAAI 2015, with bins of equal mass).
    pub ece: f64,
    /// Mean of (probability − happened)² (Brier 1950).
    pub brier: f64,
}

/// Reliability of pairs (probability given, whether it happened). None without cases, or if a probability is outside 0 ..= 1.
///
/// Equal probabilities share a bin, because the bins would otherwise depend on the order of the cases. So there can be fewer
/// than ten bins.
#[must_use]
pub fn reliability(cases: &[(f64, bool)]) -> Option<Reliability> {
    if cases.is_empty() || !cases.iter().all(|(probability, _)| (0.0..=1.0).contains(probability)) {
        return None;
    }
    let mut cases = cases.to_vec();
    cases.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let total = cases.len() as f64;

    let mut ends: Vec<usize> = (1..=BINS).map(|n| (cases.len() * n / BINS).max(1)).collect();
    ends.iter_mut().for_each(|end| *end = cases.partition_point(|case| case.0 <= cases[*end - 1].0));
    ends.dedup();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let bins: Vec<Bin> = starts.zip(&ends).map(|(start, &end)| Bin::from_cases(&cases[start..end])).collect();

    let ece = bins.iter().map(|bin| bin.cases as f64 / total * (bin.probability - bin.hits).abs()).sum();
    let brier = cases.iter().map(|&(probability, hit)| (probability - number(hit)).powi(2)).sum::<f64>() / total;
    Some(Reliability { bins, ece, brier })
}

impl Bin {
    fn from_cases(cases: &[(f64, bool)]) -> Self {
        let mean = |of: fn(&(f64, bool)) -> f64| cases.iter().map(of).sum::<f64>() / cases.len() as f64;
        Self { probability: mean(|case| case.0), hits: mean(|case| number(case.1)), cases: cases.len() }
    }
}

fn number(hit: bool) -> f64 {
    f64::from(u8::from(hit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_worked_out_by_hand() {
        // Twenty cases at 0.25 of which ten happen, twenty at 0.75 of which all do.
        let cases: Vec<(f64, bool)> = (0..40).map(|n| (if n < 20 { 0.25 } else { 0.75 }, n >= 10)).collect();
        let found = reliability(&cases).unwrap();
        let bin = |probability, hits| Bin { probability, hits, cases: 20 };
        assert_eq!(found.bins, [bin(0.25, 0.5), bin(0.75, 1.0)]);
        assert_eq!(found.ece, 0.25);
        assert_eq!(found.brier, (10.0 * 0.0625 + 10.0 * 0.5625 + 20.0 * 0.0625) / 40.0);
    }

    #[test]
    fn different_probabilities_fill_ten_bins_alike() {
        let cases: Vec<(f64, bool)> = (0..250).map(|n| (f64::from(n) / 250.0, n % 3 == 0)).collect();
        let bins = reliability(&cases).unwrap().bins;
        assert!(bins.len() == 10 && bins.iter().all(|bin| bin.cases == 25));
    }

    #[test]
    fn what_is_no_probability_is_not_judged() {
        assert_eq!(reliability(&[]), None);
        assert_eq!(reliability(&[(1.5, true)]), None);
        assert_eq!(reliability(&[(f64::NAN, true)]), None);
    }

    proptest! {
        #[test]
        fn every_case_is_in_one_bin_and_order_does_not_change_a_bit(cases in prop::collection::vec((0..30_u8, any::<bool>()), 1..80)) {
            let mut cases: Vec<(f64, bool)> = cases.into_iter().map(|(n, hit)| (f64::from(n) / 29.0, hit)).collect();
            let found = reliability(&cases).unwrap();
            prop_assert_eq!(found.bins.iter().map(|bin| bin.cases).sum::<usize>(), cases.len());
            prop_assert!(found.bins.len() <= 10 && found.bins.is_sorted_by(|a, b| a.probability < b.probability));
            prop_assert!((0.0..=1.0).contains(&found.ece) && (0.0..=1.0).contains(&found.brier));
            cases.reverse();
            prop_assert_eq!(reliability(&cases).unwrap(), found);
        }

        #[test]
        fn certain_and_correct_probabilities_have_no_error(hits in prop::collection::vec(any::<bool>(), 1..40)) {
            let cases: Vec<(f64, bool)> = hits.into_iter().map(|hit| (number(hit), hit)).collect();
            let found = reliability(&cases).unwrap();
            prop_assert_eq!((found.ece, found.brier), (0.0, 0.0));
        }
    }
}
