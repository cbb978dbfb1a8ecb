//! The function that [`fit`](super::fit) maximises, in units that give the prior the same strength for every column.

use ndarray::Axis;

use super::example::Example;
use super::likelihood::{Derivatives, Model, by_blocks};
use super::newton::Concave;
use super::prior::Prior;

/// Log-likelihood plus prior, as a function of w_k · s_k of the columns that vary and, if it is fitted, θ last.
pub(super) struct Posterior<'a> {
    examples: &'a [Example],
    prior: &'a Prior,
    lambda: f64,
    /// s_k of all columns.
    scales: Vec<f64>,
    /// The columns with s_k > 0.
    varying: Vec<usize>,
    fits_outside: bool,
}

impl<'a> Posterior<'a> {
    /// The prior must have as many columns as the examples.
    pub(super) fn new(examples: &'a [Example], prior: &'a Prior, lambda: f64) -> Self {
        let scales = standard_deviations(examples, prior.weights.len());
        let varying = (0..scales.len()).filter(|&k| scales[k] > 0.0).collect();
        let any = |answered: bool| examples.iter().any(|e| e.alternatives.nrows() > 0 && e.positives.is_empty() != answered);
        Self { examples, prior, lambda, scales, varying, fits_outside: prior.outside.is_some() && any(true) && any(false) }
    }

    /// The prior as the starting point, and the lower bounds.
    pub(super) fn start_and_lower(&self) -> (Vec<f64>, Vec<f64>) {
        let outside = self.prior.outside.filter(|_| self.fits_outside);
        let start = self.scaled(&self.prior.weights).chain(outside).collect();
        (start, self.scaled(&self.prior.lower).chain(outside.map(|_| f64::NEG_INFINITY)).collect())
    }

    fn scaled(&self, weights: &[f64]) -> impl Iterator<Item = f64> {
        self.varying.iter().map(|&k| weights[k] * self.scales[k])
    }

    /// The model at a point.
    pub(super) fn model(&self, at: &[f64]) -> Model {
        let mut weights = self.prior.weights.clone();
        for (&k, x) in self.varying.iter().zip(at) {
            weights[k] = (x / self.scales[k]).max(self.prior.lower[k]);
        }
        Model { weights, outside: at.get(self.varying.len()).copied().or(self.prior.outside) }
    }

    /// Standard errors of all weights and of θ, from those at a point.
    pub(super) fn errors(&self, errors: &[Option<f64>]) -> (Vec<Option<f64>>, Option<f64>) {
        let mut of_weights = vec![None; self.scales.len()];
        for (&k, error) in self.varying.iter().zip(errors) {
            of_weights[k] = error.map(|error| error / self.scales[k]);
        }
        (of_weights, errors.get(self.varying.len()).copied().flatten())
    }

    /// Distance of each weight from the prior; θ has no prior.
    fn away(&self, at: &[f64]) -> impl Iterator<Item = f64> {
        self.scaled(&self.prior.weights).zip(at).map(|(origin, x)| x - origin)
    }
}

impl Concave for Posterior<'_> {
    fn value(&self, at: &[f64]) -> f64 {
        let away: f64 = self.away(at).map(|x| x * x).sum();
        self.model(at).log_likelihood(self.examples) - self.lambda / 2.0 * away
    }

    fn derivatives(&self, at: &[f64]) -> Derivatives {
        let all = self.model(at).derivatives(self.examples);
        let outside = self.fits_outside.then_some(self.scales.len());
        let fitted: Vec<usize> = self.varying.iter().copied().chain(outside).collect();
        let mut gradient = all.gradient.select(Axis(0), &fitted);
        let mut information = all.information.select(Axis(0), &fitted).select(Axis(1), &fitted);
        for (n, &k) in self.varying.iter().enumerate() {
            gradient[n] /= self.scales[k];
            information.row_mut(n).mapv_inplace(|x| x / self.scales[k]);
            information.column_mut(n).mapv_inplace(|x| x / self.scales[k]);
        }
        for (n, away) in self.away(at).enumerate() {
            gradient[n] -= self.lambda * away;
            information[[n, n]] += self.lambda;
        }
        Derivatives { gradient, information }
    }
}

/// Standard deviation of each column over all alternatives. It is exactly 0 for a column that never varies, because it is
/// computed from differences to the first value.
fn standard_deviations(examples: &[Example], columns: usize) -> Vec<f64> {
    let rows = || examples.iter().flat_map(|example| example.alternatives.rows());
    let first: Vec<f64> = rows().next().map_or(vec![0.0; columns], |row| row.iter().copied().map(f64::from).collect());
    let count = rows().count().max(1) as f64;
    let means = |of: &(dyn Fn(usize, f64) -> f64 + Sync)| {
        let parts = by_blocks(examples, |block| {
            let mut sums = vec![0.0; columns];
            for row in block.iter().flat_map(|example| example.alternatives.rows()) {
                sums.iter_mut().zip(row).enumerate().for_each(|(k, (sum, &x))| *sum += of(k, f64::from(x) - first[k]));
            }
            sums
        });
        (0..columns).map(|k| parts.iter().map(|sums| sums[k]).sum::<f64>() / count).collect::<Vec<f64>>()
    };
    let mean = means(&|_, x| x);
    means(&|k, x| (x - mean[k]).powi(2)).into_iter().map(f64::sqrt).collect()
}
