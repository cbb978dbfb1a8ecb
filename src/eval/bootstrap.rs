//! How certain a mean is: a bootstrap over clusters of needs (Davison & Hinkley 1997, sections 2.4 and 3.8).
//!
//! Needs of one county and quarter are not independent. Drawing them separately would make the interval too narrow, so whole
//! clusters are drawn.

use rayon::prelude::*;

use crate::random::SplitMix64;

/// Resamples drawn.
const DRAWS: usize = 10_000;
/// Resamples below the interval, and as many above it: 2.5 %.
const TAIL: usize = DRAWS / 40;

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean over all needs.
    pub mean: f64,
    /// Lower end, at most the mean.
    pub low: f64,
    /// Upper end, at least the mean.
    pub high: f64,
}

/// A metric of one need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Needs of one cluster are drawn together.
    pub cluster: u32,
    /// The metric.
    pub value: f64,
}

/// A metric of one need under two systems.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Needs of one cluster are drawn together.
    pub cluster: u32,
    /// The metric under the system in question.
    pub ours: f64,
    /// The metric under the system that it is compared with.
    pub theirs: f64,
}

/// The mean with the percentile interval of 10,000 draws. None without needs, or if a value is not finite.
///
/// The same clusters and seed always give the same draws, whatever the values.
#[must_use]
pub fn mean_interval(needs: &[Observed], seed: u64) -> Option<Interval> {
    if needs.is_empty() || !needs.iter().all(|need| need.value.is_finite()) {
        return None;
    }
    let mut needs = needs.to_vec();
    needs.sort_by(|a, b| a.cluster.cmp(&b.cluster).then(a.value.total_cmp(&b.value)));
    let clusters: Vec<(f64, usize)> = needs
        .chunk_by(|a, b| a.cluster == b.cluster)
        .map(|cluster| (cluster.iter().map(|need| need.value).sum(), cluster.len()))
        .collect();

    let mean = mean(clusters.iter().copied());
    let mut seeds = SplitMix64::new(seed);
    let seeds: Vec<u64> = (0..DRAWS).map(|_| seeds.bits()).collect();
    let draw = |&seed: &u64| {
        let mut random = SplitMix64::new(seed);
        self::mean((0..clusters.len()).map(|_| clusters[random.below(clusters.len())]))
    };
    let mut means: Vec<f64> = seeds.par_iter().map(draw).collect();
    means.sort_by(f64::total_cmp);
    // If all values are equal, rounding can put the mean outside all draws.
    Some(Interval { mean, low: means[TAIL - 1].min(mean), high: means[DRAWS - TAIL].max(mean) })
}

/// The mean of ours − theirs with its interval, as in [`mean_interval`]. A difference is significant if 0 is outside.
#[must_use]
pub fn difference_interval(needs: &[Paired], seed: u64) -> Option<Interval> {
    let difference = |need: &Paired| Observed { cluster: need.cluster, value: need.ours - need.theirs };
    mean_interval(&needs.iter().map(difference).collect::<Vec<_>>(), seed)
}

/// The mean, from sums and numbers of needs.
fn mean(clusters: impl Iterator<Item = (f64, usize)>) -> f64 {
    let (sum, needs) = clusters.fold((0.0, 0), |all, cluster| (all.0 + cluster.0, all.1 + cluster.1));
    sum / needs as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn width(interval: Interval) -> f64 {
        interval.high - interval.low
    }

    #[test]
    fn the_interval_of_independent_needs_is_that_of_the_normal_law() {
        // Of 400 needs, half are 0 and half are 1: the mean is 0.5 ± 1.96 · 0.5 / √400.
        let needs: Vec<Observed> = (0..400).map(|n| Observed { cluster: n, value: f64::from(n % 2) }).collect();
        let found = mean_interval(&needs, 1).unwrap();
        assert_eq!(found.mean, 0.5);
        assert!((found.low - 0.451).abs() < 0.005 && (found.high - 0.549).abs() < 0.005, "{found:?}");
    }

    #[test]
    fn needs_that_share_their_luck_are_worth_less() {
        let needs = |size: u32| (0..400).map(move |n| Observed { cluster: n / size, value: f64::from(n / 16 % 2) });
        let [apart, together] = [1, 16].map(|size| width(mean_interval(&needs(size).collect::<Vec<_>>(), 1).unwrap()));
        assert!(together > 3.0 * apart, "{apart} {together}");
    }

    #[test]
    fn a_difference_is_surer_than_either_mean_where_needs_are_hard_for_both() {
        let needs: Vec<Paired> = (0..200)
            .map(|n| Paired {
                cluster: n,
                ours: f64::from(n % 7) / 7.0 + 0.01 * f64::from(n % 3),
                theirs: f64::from(n % 7) / 7.0,
            })
            .collect();
        let ours: Vec<Observed> = needs.iter().map(|need| Observed { cluster: need.cluster, value: need.ours }).collect();
        let difference = difference_interval(&needs, 1).unwrap();
        assert!(difference.low > 0.0 && width(difference) < width(mean_interval(&ours, 1).unwrap()) / 5.0);
    }

    #[test]
    fn what_has_no_mean_has_no_interval() {
        assert_eq!(mean_interval(&[], 1), None);
        assert_eq!(mean_interval(&[Observed { cluster: 0, value: f64::NAN }], 1), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn the_mean_is_inside_and_neither_order_nor_threads_change_a_bit(values in prop::collection::vec((0..6_u32, -1.0..1.0_f64), 1..30)) {
            let mut needs: Vec<Observed> = values.into_iter().map(|(cluster, value)| Observed { cluster, value }).collect();
            let found = mean_interval(&needs, 9).unwrap();
            prop_assert!(found.low <= found.mean && found.mean <= found.high);
            needs.reverse();
            let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            prop_assert_eq!(alone.install(|| mean_interval(&needs, 9)), Some(found));
        }
    }
}
