//! Choices made by known weights.

use ndarray::Array2;

use crate::learn::Example;
use crate::random::SplitMix64;

/// How to draw examples; one a day.
#[derive(Debug, Clone, Copy)]
pub(in crate::learn) struct Simulation {
    pub(in crate::learn) seed: u64,
    pub(in crate::learn) examples: usize,
    pub(in crate::learn) alternatives: usize,
    pub(in crate::learn) weights: [f64; 3],
    pub(in crate::learn) outside: Option<f64>,
    /// Maximum number of organizations in a joint claim; the n-th example has n mod `joint` + 1.
    pub(in crate::learn) joint: usize,
    /// If true, alternatives that were not chosen are kept with the probability sigmoid(2 × first feature); else all are kept.
    pub(in crate::learn) sampled: bool,
}

impl Default for Simulation {
    fn default() -> Self {
        let weights = [1.0, -0.5, 0.25];
        Self { seed: 7, examples: 400, alternatives: 8, weights, outside: Some(0.5), joint: 1, sampled: false }
    }
}

/// Some needs with two or three organizations that take them on, some with none.
pub(in crate::learn) fn joint_and_unanswered(examples: usize) -> Vec<Example> {
    Simulation { examples, outside: Some(1.5), joint: 3, ..Simulation::default() }.examples()
}

impl Simulation {
    /// Alternatives with normally distributed features. The ones with the highest utility plus Gumbel noise are chosen.
    pub(in crate::learn) fn examples(&self) -> Vec<Example> {
        let mut random = SplitMix64::new(self.seed);
        (0..self.examples).map(|n| self.example(n, &mut random)).collect()
    }

    fn example(&self, n: usize, random: &mut SplitMix64) -> Example {
        let features = Array2::from_shape_simple_fn((self.alternatives, 3), || random.normal() as f32);
        let mut order: Vec<(f64, Option<usize>)> = Vec::new();
        order.extend(self.outside.map(|outside| (outside + random.gumbel(), None)));
        for (row, x) in features.rows().into_iter().enumerate() {
            let utility: f64 = x.iter().zip(self.weights).map(|(&x, w)| f64::from(x) * w).sum();
            order.push((utility + random.gumbel(), Some(row)));
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        let positives: Vec<usize> = order.iter().take(n % self.joint + 1).map_while(|&(_, row)| row).collect();

        let kept_with = |row: usize| if self.sampled { 1.0 / (1.0 + (-2.0 * features[[row, 0]]).exp()) } else { 1.0 };
        let kept: Vec<usize> =
            (0..self.alternatives).filter(|&row| random.unit() < f64::from(kept_with(row)) || positives.contains(&row)).collect();
        let place = |row| kept.iter().position(|&k| k == row).unwrap();
        let positives = positives.into_iter().map(place).collect();
        let offsets = kept.iter().map(|&row| -kept_with(row).ln()).collect();
        Example::new(n as i64, features.select(ndarray::Axis(0), &kept), positives, offsets).unwrap()
    }
}
