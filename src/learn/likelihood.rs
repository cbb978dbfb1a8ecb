//! What examples say about weights: log-likelihood, gradient and information of the conditional logit.

use ndarray::{Array1, Array2, linalg::general_mat_mul};
use rayon::prelude::*;

use super::example::Example;

/// Examples per block of a sum. The size is fixed, so that no sum depends on the number of threads.
const BLOCK: usize = 256;

/// The utility of an alternative is `weights` · its row.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Log-odds of one unit of each column.
    pub weights: Vec<f64>,
    /// Utility of "nobody takes it on". None if that is not an option; examples without a choice then say nothing.
    pub outside: Option<f64>,
}

/// First and second derivatives with respect to the weights and, last, the outside option's utility.
pub(super) struct Derivatives {
    /// Gradient of the log-likelihood, one number per parameter.
    pub(super) gradient: Array1<f64>,
    /// Minus the matrix of second derivatives.
    pub(super) information: Array2<f64>,
}

/// Probabilities of the alternatives of one example.
pub(super) struct Shares {
    /// Of each row.
    pub(super) rows: Vec<f64>,
    /// Of the outside option.
    pub(super) outside: f64,
    /// ln(e^outside + Σ e^(utility + offset)).
    log_total: f64,
}

impl Shares {
    pub(super) fn new(utilities: &[f64], offsets: &[f32], outside: Option<f64>) -> Self {
        let mut rows: Vec<f64> = utilities.iter().zip(offsets).map(|(v, &offset)| v + f64::from(offset)).collect();
        let top = rows.iter().copied().chain(outside).fold(f64::NEG_INFINITY, f64::max);
        rows.iter_mut().for_each(|row| *row = (*row - top).exp());
        let outside = outside.map_or(0.0, |utility| (utility - top).exp());
        let total = rows.iter().sum::<f64>() + outside;
        rows.iter_mut().for_each(|row| *row /= total);
        Self { rows, outside: outside / total, log_total: top + total.ln() }
    }
}

/// The results of `part` for each block of examples, in the order of blocks.
pub(super) fn by_blocks<E: Sync, T: Send>(examples: &[E], part: impl Fn(&[E]) -> T + Send + Sync) -> Vec<T> {
    examples.par_chunks(BLOCK).map(part).collect()
}

impl Model {
    /// Σ over choices of V − ln(e^outside + Σ e^(V − ln q)), and the number of choices.
    fn choices(&self, example: &Example) -> (f64, usize) {
        let choices = example.choices(self.outside.is_some());
        if choices == 0 {
            return (0.0, 0);
        }
        let utilities = example.utilities(&self.weights);
        let log_total = Shares::new(&utilities, &example.offsets, self.outside).log_total;
        (self.chosen(example, &utilities) - choices as f64 * log_total, choices)
    }

    /// Σ V over the chosen rows, or the utility of the outside option if none was chosen.
    pub(super) fn chosen(&self, example: &Example, utilities: &[f64]) -> f64 {
        match self.outside {
            Some(outside) if example.positives.is_empty() => outside,
            _ => example.positives.iter().map(|&row| utilities[row]).sum(),
        }
    }

    /// Σ L / √choices: a joint claim of n organizations counts more than one single claim, but less than n single claims.
    pub(super) fn log_likelihood(&self, examples: &[Example]) -> f64 {
        let one = |example: &Example| match self.choices(example) {
            (_, 0) => 0.0,
            (sum, choices) => sum / (choices as f64).sqrt(),
        };
        by_blocks(examples, |block| block.iter().map(one).sum::<f64>()).iter().sum()
    }

    /// Sum of the log-likelihood of single choices, and the number of choices.
    #[must_use]
    pub fn judged(&self, examples: &[Example]) -> (f64, usize) {
        let add = |a: (f64, usize), b: (f64, usize)| (a.0 + b.0, a.1 + b.1);
        by_blocks(examples, |block| block.iter().map(|example| self.choices(example)).fold((0.0, 0), add))
            .into_iter()
            .fold((0.0, 0), add)
    }

    /// Derivatives of [`Self::log_likelihood`].
    pub(super) fn derivatives(&self, examples: &[Example]) -> Derivatives {
        let size = self.weights.len() + 1;
        let zero = || Derivatives { gradient: Array1::zeros(size), information: Array2::zeros((size, size)) };
        let parts = by_blocks(examples, |block| {
            let mut sum = zero();
            block.iter().for_each(|example| self.add_derivatives(example, &mut sum));
            sum
        });
        parts.into_iter().fold(zero(), |mut sum, part| {
            sum.gradient += &part.gradient;
            sum.information += &part.information;
            sum
        })
    }

    fn add_derivatives(&self, example: &Example, sum: &mut Derivatives) {
        let choices = example.choices(self.outside.is_some());
        if choices == 0 {
            return;
        }
        let weight = (choices as f64).sqrt();
        let shares = Shares::new(&example.utilities(&self.weights), &example.offsets, self.outside);
        let (rows, columns) = example.alternatives.dim();

        // The outside option is one more row, with 1 in one more column. All rows are relative to the expected row.
        let mut relative = Array2::zeros((rows + 1, columns + 1));
        relative[[rows, columns]] = 1.0;
        for (mut to, from) in relative.rows_mut().into_iter().zip(example.alternatives.rows()) {
            to.iter_mut().zip(from).for_each(|(to, &x)| *to = f64::from(x));
        }
        let shares: Vec<f64> = shares.rows.into_iter().chain([shares.outside]).collect();
        let mut expected = Array1::zeros(columns + 1);
        for (row, &share) in relative.rows().into_iter().zip(&shares) {
            expected.scaled_add(share, &row);
        }
        relative -= &expected;

        let outside = [rows];
        let chosen = if example.positives.is_empty() { &outside } else { example.positives.as_slice() };
        for &row in chosen {
            sum.gradient.scaled_add(1.0 / weight, &relative.row(row));
        }
        for (mut row, share) in relative.rows_mut().into_iter().zip(&shares) {
            row *= (weight * share).sqrt();
        }
        general_mat_mul(1.0, &relative.t(), &relative, 1.0, &mut sum.information);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::simulation::{Simulation, joint_and_unanswered};

    fn moved(model: &Model, parameter: usize, by: f64) -> Model {
        let mut model = model.clone();
        match model.weights.get_mut(parameter) {
            Some(weight) => *weight += by,
            None => model.outside = model.outside.map(|outside| outside + by),
        }
        model
    }

    #[test]
    fn gradient_and_information_are_the_slopes_of_what_they_derive() {
        let examples = joint_and_unanswered(60);
        let step = 1e-5;
        for outside in [Some(0.4), None] {
            let model = Model { weights: vec![0.7, -0.2, 0.1], outside };
            let exact = model.derivatives(&examples);
            for parameter in 0..3 + usize::from(outside.is_some()) {
                let [up, down] = [step, -step].map(|by| moved(&model, parameter, by));
                let slope = (up.log_likelihood(&examples) - down.log_likelihood(&examples)) / (2.0 * step);
                assert!((slope - exact.gradient[parameter]).abs() < 1e-6, "{slope} {}", exact.gradient);
                let bend = (down.derivatives(&examples).gradient - up.derivatives(&examples).gradient) / (2.0 * step);
                let difference = (bend - exact.information.row(parameter)).mapv(f64::abs);
                assert!(difference.iter().all(|&difference| difference < 1e-6), "{difference}");
            }
        }
    }

    #[test]
    fn without_an_outside_option_the_unanswered_say_nothing() {
        let model = Model { weights: vec![0.5, 0.5, 0.5], outside: None };
        let examples = joint_and_unanswered(60);
        let answered: Vec<_> = examples.iter().filter(|example| !example.positives.is_empty()).cloned().collect();
        assert!(answered.len() < examples.len());
        assert_eq!(model.judged(&examples).1, model.judged(&answered).1);
        assert!((model.log_likelihood(&examples) - model.log_likelihood(&answered)).abs() < 1e-12);
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_bit() {
        let examples = Simulation { examples: 1_000, ..Simulation::default() }.examples();
        let model = Model { weights: vec![0.3, 0.2, -0.1], outside: Some(0.0) };
        let [one, three] = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (model.log_likelihood(&examples), model.derivatives(&examples)))
        });
        assert_eq!(one.0.to_bits(), three.0.to_bits());
        assert_eq!(one.1.gradient, three.1.gradient);
        assert_eq!(one.1.information, three.1.information);
    }
}
