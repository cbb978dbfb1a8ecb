//! Two groups of very different size, such as claimants and all other organizations, each counted as half.

use std::collections::BTreeMap;

use super::calibration_error::{Bin, Reliability};

/// Bins of equal width.
const BINS: usize = 10;
/// Probabilities are summed as integers of this unit, so that no sum depends on the order of the cases.
const UNIT: f64 = 1e9;
/// Newton steps of the regression at most; six to ten are usual.
const MAX_STEPS: usize = 50;
/// Strength of the prior that keeps the slope finite where the groups do not overlap.
const RIDGE: f64 = 1e-4;

/// Cases of one group in one bin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    cases: u64,
    probability: u64,
    squared_error: u64,
}

/// Probabilities given to the two groups, by tenth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balanced {
    /// By bin: the others, then those that the event happened to.
    bins: [[Sums; 2]; BINS],
}

impl Balanced {
    /// Adds a case. A probability outside 0 ..= 1 counts as the nearer end.
    pub fn add(&mut self, probability: f64, happened: bool) {
        let probability = if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) };
        let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
        let sums = &mut self.bins[bin][usize::from(happened)];
        let error = probability - f64::from(u8::from(happened));
        sums.cases += 1;
        sums.probability += (probability * UNIT).round() as u64;
        sums.squared_error += (error * error * UNIT).round() as u64;
    }

    /// Adds the cases of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (to, from) in self.bins.iter_mut().flatten().zip(other.bins.iter().flatten()) {
            to.cases += from.cases;
            to.probability += from.probability;
            to.squared_error += from.squared_error;
        }
    }

    /// By tenth, the number of others and of those that the event happened to.
    #[must_use]
    pub fn counts(&self) -> [[u64; 2]; BINS] {
        self.bins.map(|bin| bin.map(|sums| sums.cases))
    }

    /// How well the probabilities tell the groups apart if both weigh the same. None unless both have cases.
    #[must_use]
    pub fn reliability(&self) -> Option<Reliability> {
        let total = |group: usize| self.bins.iter().map(|bin| bin[group].cases).sum::<u64>() as f64;
        let totals = [total(0), total(1)];
        if totals.contains(&0.0) {
            return None;
        }
        let (mut bins, mut ece, mut brier) = (Vec::new(), 0.0, 0.0);
        for bin in &self.bins {
            let part = |group: usize, number: u64| number as f64 / totals[group] / 2.0;
            let weights = [part(0, bin[0].cases), part(1, bin[1].cases)];
            let weight = weights[0] + weights[1];
            if weight == 0.0 {
                continue;
            }
            let probability = (part(0, bin[0].probability) + part(1, bin[1].probability)) / UNIT / weight;
            let hits = weights[1] / weight;
            bins.push(Bin { probability, hits, cases: (bin[0].cases + bin[1].cases) as usize });
            ece += weight * (probability - hits).abs();
            brier += (part(0, bin[0].squared_error) + part(1, bin[1].squared_error)) / UNIT;
        }
        Some(Reliability { bins, ece, brier })
    }
}

/// Where a logistic curve puts the boundary between two groups of scores, and how wide it is: P(in the second group) =
/// 1 / (1 + exp(−(score − middle) / scale)), with both groups weighing the same. None unless both have scores and the second
/// has the higher ones.
#[must_use]
pub fn balanced_logistic(scores: &BTreeMap<i64, [u64; 2]>) -> Option<(f64, f64)> {
    let total = |group: usize| scores.values().map(|counts| counts[group]).sum::<u64>() as f64;
    let totals = [total(0), total(1)];
    if totals.contains(&0.0) {
        return None;
    }
    let (low, high) = (*scores.keys().next()? as f64, *scores.keys().next_back()? as f64);
    let spread = (high - low).max(1.0);
    // Scores on a scale of 0 to 1 keep the equations well conditioned.
    let x = |score: i64| (score as f64 - low) / spread;
    let (mut a, mut b) = (0.0, 0.0);
    for _ in 0..MAX_STEPS {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, -RIDGE * b, RIDGE, 0.0, RIDGE);
        for (&score, counts) in scores {
            let (x, weights) = (x(score), [counts[0] as f64 / totals[0], counts[1] as f64 / totals[1]]);
            let p = 1.0 / (1.0 + (-(a + b * x)).exp());
            let residual = weights[1] * (1.0 - p) - weights[0] * p;
            let curvature = (weights[0] + weights[1]) * p * (1.0 - p);
            (ga, gb) = (ga + residual, gb + residual * x);
            (haa, hab, hbb) = (haa + curvature, hab + curvature * x, hbb + curvature * x * x);
        }
        let determinant = haa * hbb - hab * hab;
        let step = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
        (a, b) = (a + step[0], b + step[1]);
        if step[0].abs() + step[1].abs() < 1e-9 {
            break;
        }
    }
    (b.is_finite() && b > 0.0 && a.is_finite()).then(|| (low - spread * a / b, spread / b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn groups_of_any_size_weigh_the_same() {
        let mut all = Balanced::default();
        // Of a thousand others a tenth is at 0.8, of ten claimants four tenths: 0.4 / (0.4 + 0.1).
        (0..1000).for_each(|n| all.add(if n < 100 { 0.8 } else { 0.25 }, false));
        (0..10).for_each(|n| all.add(if n < 4 { 0.8 } else { 0.25 }, true));
        let found = all.reliability().unwrap();
        let bin = |probability: f64, hits: f64, cases| Bin { probability, hits, cases };
        let expected = [bin(0.25, 0.6 / 1.5, 906), bin(0.8, 0.8, 104)];
        for (found, expected) in found.bins.iter().zip(expected) {
            assert!((found.probability - expected.probability).abs() < 1e-9 && (found.hits - expected.hits).abs() < 1e-9);
            assert_eq!(found.cases, expected.cases);
        }
        assert!((found.ece - 0.75 * 0.15).abs() < 1e-9, "{}", found.ece);
        assert_eq!(all.counts()[8], [100, 4]);
    }

    #[test]
    fn the_boundary_of_two_known_groups_is_found() {
        // Logistic odds at each score, in large numbers: middle 100, scale 40.
        let scores: BTreeMap<i64, [u64; 2]> = (-100..=300)
            .step_by(5)
            .map(|score| {
                let p = 1.0 / (1.0 + (-((score - 100) as f64) / 40.0).exp());
                (score, [((1.0 - p) * 1e6) as u64, (p * 1e6) as u64])
            })
            .collect();
        let (middle, scale) = balanced_logistic(&scores).unwrap();
        assert!((middle - 100.0).abs() < 1.0 && (scale - 40.0).abs() < 1.0, "{middle} {scale}");
    }

    #[test]
    fn one_group_alone_or_the_wrong_way_round_has_no_boundary() {
        assert_eq!(balanced_logistic(&BTreeMap::from([(1, [5, 0])])), None);
        assert_eq!(balanced_logistic(&BTreeMap::from([(1, [0, 5]), (100, [5, 0])])), None);
        assert_eq!(Balanced::default().reliability(), None);
    }

    proptest! {
        #[test]
        fn neither_order_nor_parts_change_a_bit(cases in prop::collection::vec((0.0..=1.0_f64, any::<bool>()), 0..40), cut in 0..40_usize) {
            let of = |cases: &[(f64, bool)]| {
                let mut all = Balanced::default();
                cases.iter().for_each(|&(probability, happened)| all.add(probability, happened));
                all
            };
            let cut = cut.min(cases.len());
            let mut parts = of(&cases[cut..]);
            parts.merge(&of(&cases[..cut]));
            prop_assert_eq!(&parts, &of(&cases));
            if let Some(found) = parts.reliability() {
                prop_assert!((0.0..=1.0).contains(&found.ece) && (0.0..=1.0).contains(&found.brier));
            }
        }
    }
}
