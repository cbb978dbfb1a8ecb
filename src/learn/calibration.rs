//! How far apart probabilities should be, as one temperature (Guo et al., "On calibration of modern neural networks", 2017).

use super::example::{Example, LearnError, check_columns};
use super::likelihood::{Model, Shares, by_blocks};

/// The inverse temperature is searched in 1/20 ..= 20. A value outside means that the weights are noise or the data too few.
const LARGEST: f64 = 20.0;
/// Halvings of that range, in logarithms: τ is exact to 11 digits.
const HALVINGS: usize = 40;

/// The temperature τ for which the utilities of `model` divided by τ explain the choices in `examples` best.
///
/// It is above 1 if the model is overconfident, below 1 if it is underconfident, and 1 if the examples say nothing. The
/// examples should be new to the model. The utilities of the rows and of the outside option are divided, the offsets are not.
/// The log-likelihood is concave in 1/τ; bisection finds the zero of its slope.
///
/// # Errors
/// Examples with another number of columns than the model has weights.
pub fn temperature(examples: &[Example], model: &Model) -> Result<f64, LearnError> {
    check_columns(examples, model.weights.len())?;
    let held_back: Vec<HeldBack<'_>> = examples.iter().filter_map(|example| HeldBack::new(example, model)).collect();
    let slope = |inverse: f64| -> f64 {
        by_blocks(&held_back, |block| block.iter().map(|example| example.slope(inverse)).sum::<f64>()).iter().sum()
    };
    if slope(1.0) == 0.0 {
        return Ok(1.0);
    }
    let mut range = [-LARGEST.ln(), LARGEST.ln()];
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(range[0], range[1]);
        range[usize::from(slope(middle.exp()) <= 0.0)] = middle;
    }
    Ok((-f64::midpoint(range[0], range[1])).exp())
}

/// An example, with the utilities that the model gives to its alternatives.
struct HeldBack<'a> {
    utilities: Vec<f64>,
    offsets: &'a [f32],
    outside: Option<f64>,
    /// Σ of the utilities chosen.
    chosen: f64,
    choices: usize,
}

impl<'a> HeldBack<'a> {
    /// None where nothing was chosen.
    fn new(example: &'a Example, model: &Model) -> Option<Self> {
        let choices = example.choices(model.outside.is_some());
        let utilities = example.utilities(&model.weights);
        let chosen = model.chosen(example, &utilities);
        (choices > 0).then_some(Self { utilities, offsets: &example.offsets, outside: model.outside, chosen, choices })
    }

    /// Slope of the log-likelihood in the inverse temperature: chosen minus expected utility.
    fn slope(&self, inverse: f64) -> f64 {
        let scaled: Vec<f64> = self.utilities.iter().map(|utility| utility * inverse).collect();
        let shares = Shares::new(&scaled, self.offsets, self.outside.map(|outside| outside * inverse));
        let expected: f64 = shares.rows.iter().zip(&self.utilities).map(|(share, utility)| share * utility).sum();
        self.chosen - self.choices as f64 * (expected + shares.outside * self.outside.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::simulation::{Simulation, joint_and_unanswered};

    fn model(factor: f64) -> Model {
        Model { weights: [1.0, -0.5, 0.25].map(|weight| factor * weight).to_vec(), outside: Some(0.5 * factor) }
    }

    #[test]
    fn too_sure_by_a_factor_is_too_hot_by_that_factor() {
        let examples = Simulation { examples: 1_000, ..Simulation::default() }.examples();
        let honest = temperature(&examples, &model(1.0)).unwrap();
        assert!((honest - 1.0).abs() < 0.15, "{honest}");
        for factor in [0.25, 3.0] {
            let found = temperature(&examples, &model(factor)).unwrap();
            assert!((found - factor * honest).abs() < 1e-9, "{found}");
        }
    }

    #[test]
    fn no_temperature_nearby_explains_the_choices_better() {
        let examples = joint_and_unanswered(200);
        let judged = |temperature: f64| model(2.0 / temperature).judged(&examples).0;
        let found = temperature(&examples, &model(2.0)).unwrap();
        assert!(judged(found) > judged(found * 1.01) && judged(found) > judged(found / 1.01));
    }

    #[test]
    fn without_evidence_the_temperature_is_one_and_against_all_evidence_it_ends() {
        assert_eq!(temperature(&[], &model(1.0)).unwrap(), 1.0);
        let examples = Simulation::default().examples();
        let wrong = Model { weights: vec![-1.0, 0.5, -0.25], outside: Some(0.5) };
        assert!((temperature(&examples, &wrong).unwrap() - LARGEST).abs() < 1e-9);
        let short = Model { weights: vec![1.0], outside: None };
        assert_eq!(temperature(&examples, &short), Err(LearnError::Columns { expected: 1, found: 3 }));
    }
}
