//! Conditional logit around hand-set weights (McFadden 1974), with an outside option "nobody takes it on".
//!
//! An example i with chosen rows P contributes, with the utilities V = w · x and the outside option's utility θ,
//!
//! L_i = Σ_{o∈P} [V_io − ln(e^θ + Σ_c e^(V_ic − ln q_ic))] / √max(1, |P|),   or θ − ln(…) if P is empty.
//!
//! The fit maximises Σ_i L_i − λ/2 Σ_k ((w_k − w0_k) · s_k)². Here s_k is the standard deviation of column k over all
//! alternatives, so that the prior means the same for a column in yuan and for one in 0..1. A column that never varies keeps
//! its prior weight.

use super::example::{Example, LearnError, check_columns};
use super::likelihood::Model;
use super::newton::maximize;
use super::posterior::Posterior;
use super::prior::Prior;

/// Largest slope allowed at the maximum, per example. Utilities are then exact to about as much.
const TOLERANCE: f64 = 1e-9;

/// Weights fitted to examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The weights, and the outside option's utility.
    pub model: Model,
    /// Standard error of each weight, from the curvature at the maximum, including the prior's. None for a weight at its bound
    /// or of a column that never varies.
    pub standard_errors: Vec<Option<f64>>,
    /// Standard error of the outside option's utility; none if it was not fitted.
    pub outside_error: Option<f64>,
    /// Σ L_i at the maximum, without the prior's term.
    pub log_likelihood: f64,
    /// Newton steps taken, at most 50.
    pub iterations: usize,
    /// Whether the maximum was reached.
    pub converged: bool,
}

/// The weights that explain `examples` best, drawn towards the prior with the strength `lambda` (0: not at all).
///
/// # Errors
/// The numbers of columns differ, a prior weight is below its bound, a constant is not finite, or `lambda` is negative.
pub fn fit(examples: &[Example], prior: &Prior, lambda: f64) -> Result<Fit, LearnError> {
    check_columns(examples, prior.check(lambda)?)?;
    let posterior = Posterior::new(examples, prior, lambda);
    let (start, lower) = posterior.start_and_lower();
    let optimum = maximize(&posterior, start, &lower, TOLERANCE * (1.0 + examples.len() as f64));
    let model = posterior.model(&optimum.at);
    let (standard_errors, outside_error) = posterior.errors(&optimum.errors);
    Ok(Fit {
        standard_errors,
        outside_error,
        log_likelihood: model.log_likelihood(examples),
        model,
        iterations: optimum.iterations,
        converged: optimum.converged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::simulation::{Simulation, joint_and_unanswered};
    use ndarray::{Array2, Axis, concatenate};
    use proptest::prelude::*;

    const TRUTH: [f64; 3] = [1.0, -0.5, 0.25];

    fn prior(weights: &[f64]) -> Prior {
        Prior { weights: weights.to_vec(), lower: vec![f64::NEG_INFINITY; weights.len()], outside: Some(0.0) }
    }

    /// Errors of the fitted weights, in standard errors.
    fn misses(fit: &Fit) -> Vec<f64> {
        let miss = |((weight, error), truth): ((&f64, &Option<f64>), f64)| (weight - truth).abs() / error.unwrap();
        fit.model.weights.iter().zip(&fit.standard_errors).zip(TRUTH).map(miss).collect()
    }

    /// The examples with their alternatives changed.
    fn with(examples: &[Example], change: impl Fn(&Array2<f32>) -> Array2<f32>) -> Vec<Example> {
        let one = |e: &Example| Example::new(e.day, change(&e.alternatives), e.positives.clone(), e.offsets.clone()).unwrap();
        examples.iter().map(one).collect()
    }

    #[test]
    fn the_weights_that_made_the_choices_are_found() {
        let examples = Simulation { examples: 2_000, ..Simulation::default() }.examples();
        let fit = fit(&examples, &prior(&[0.0; 3]), 0.3).unwrap();
        assert!(fit.converged && fit.iterations < 10);
        assert!(misses(&fit).iter().all(|&miss| miss < 2.5), "{fit:?}");
        assert!((fit.model.outside.unwrap() - 0.5).abs() < 2.5 * fit.outside_error.unwrap(), "{fit:?}");
        assert!(fit.standard_errors.iter().all(|error| error.unwrap() < 0.05), "{fit:?}");
    }

    #[test]
    fn offsets_undo_the_sampling_of_negatives() {
        let examples = Simulation { examples: 2_000, alternatives: 40, sampled: true, ..Simulation::default() }.examples();
        let corrected = fit(&examples, &prior(&[0.0; 3]), 0.3).unwrap();
        assert!(misses(&corrected).iter().all(|&miss| miss < 2.5), "{corrected:?}");
        let plain: Vec<_> = examples.into_iter().map(|e| Example { offsets: vec![0.0; e.offsets.len()], ..e }).collect();
        let biased = fit(&plain, &prior(&[0.0; 3]), 0.3).unwrap();
        assert!(misses(&biased)[0] > 5.0, "{biased:?}");
    }

    #[test]
    fn the_order_of_examples_does_not_matter() {
        let mut examples = joint_and_unanswered(600);
        let forward = fit(&examples, &prior(&[0.0; 3]), 1.0).unwrap();
        examples.reverse();
        let backward = fit(&examples, &prior(&[0.0; 3]), 1.0).unwrap();
        for (a, b) in forward.model.weights.iter().zip(&backward.model.weights) {
            assert!((a - b).abs() < 1e-9);
        }
        assert!((forward.log_likelihood - backward.log_likelihood).abs() < 1e-9);
    }

    #[test]
    fn the_unit_of_a_column_does_not_matter() {
        let examples = joint_and_unanswered(300);
        let in_thousandths = with(&examples, |x| x * 1024.0);
        let [a, b] = [(&examples, 1.0), (&in_thousandths, 1024.0)].map(|(examples, unit)| {
            let fit = fit(examples, &prior(&[0.5 / unit; 3]), 3.0).unwrap();
            (fit.model.weights[0] * unit, fit.standard_errors[0].unwrap() * unit, fit.log_likelihood)
        });
        assert!((a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9 && (a.2 - b.2).abs() < 1e-9, "{a:?} {b:?}");
    }

    #[test]
    fn a_strong_prior_holds_and_a_weight_at_its_bound_has_no_error() {
        let examples = joint_and_unanswered(200);
        let held = fit(&examples, &prior(&[0.3, 0.3, 0.3]), 1e9).unwrap();
        assert!(held.model.weights.iter().all(|weight| (weight - 0.3).abs() < 1e-5), "{held:?}");
        let bound = fit(&examples, &Prior { lower: vec![0.0; 3], ..prior(&[0.3; 3]) }, 0.3).unwrap();
        assert!(bound.converged);
        assert_eq!((bound.model.weights[1], bound.standard_errors[1]), (0.0, None));
        assert!(bound.model.weights[0] > 0.0 && bound.standard_errors[0].is_some());
    }

    #[test]
    fn a_column_that_never_varies_keeps_its_weight_and_one_given_twice_shares_it() {
        let examples = joint_and_unanswered(200);
        let constant = with(&examples, |x| concatenate![Axis(1), x.view(), Array2::from_elem((x.nrows(), 1), 0.1)]);
        let kept = fit(&constant, &prior(&[0.0, 0.0, 0.0, 0.7]), 1.0).unwrap();
        assert_eq!((kept.model.weights[3], kept.standard_errors[3]), (0.7, None));
        let twice = with(&examples, |x| concatenate![Axis(1), x.view(), x.select(Axis(1), &[0])]);
        for lambda in [0.0, 1.0] {
            let fit = fit(&twice, &prior(&[0.0; 4]), lambda).unwrap();
            assert!(fit.converged, "{fit:?}");
            assert!((fit.model.weights[0] - fit.model.weights[3]).abs() < 1e-5, "{fit:?}");
        }
    }

    #[test]
    fn the_outside_option_is_fitted_only_where_the_data_can_place_it() {
        let examples = joint_and_unanswered(200);
        let (answered, unanswered): (Vec<_>, Vec<_>) = examples.into_iter().partition(|e| !e.positives.is_empty());
        for examples in [answered, unanswered, vec![]] {
            let fit = fit(&examples, &Prior { outside: Some(0.25), ..prior(&[0.0; 3]) }, 1.0).unwrap();
            assert!(fit.converged);
            assert_eq!((fit.model.outside, fit.outside_error), (Some(0.25), None));
        }
    }

    #[test]
    fn what_cannot_be_computed_with_is_refused_by_name() {
        let refused = |prior: &Prior, lambda| fit(&joint_and_unanswered(2), prior, lambda).unwrap_err();
        assert_eq!(refused(&prior(&[0.0; 2]), 1.0), LearnError::Columns { expected: 2, found: 3 });
        assert!(matches!(refused(&prior(&[0.0, f64::NAN, 0.0]), 1.0), LearnError::Prior { column: 1, .. }));
        let below = Prior { lower: vec![0.0; 3], ..prior(&[0.0, 0.0, -1.0]) };
        assert!(matches!(refused(&below, 1.0), LearnError::Prior { column: 2, .. }));
        assert!(matches!(refused(&prior(&[0.0; 3]), -1.0), LearnError::Constant { value: -1.0, .. }));
        assert!(matches!(refused(&Prior { outside: Some(f64::INFINITY), ..prior(&[0.0; 3]) }, 1.0), LearnError::Constant { .. }));
    }

    proptest! {
        #[test]
        fn extreme_features_neither_panic_nor_break_a_bound(features in prop::collection::vec(prop_oneof![-1e38..1e38_f32, -1.0..1.0_f32], 24)) {
            let alternatives = Array2::from_shape_vec((8, 3), features).unwrap();
            let example = Example::new(0, alternatives, vec![0, 5], vec![0.0; 8]).unwrap();
            let fit = fit(&[example], &Prior { lower: vec![0.0; 3], ..prior(&[0.5; 3]) }, 1.0).unwrap();
            prop_assert!(fit.model.weights.iter().all(|weight| *weight >= 0.0), "{:?}", fit);
        }
    }
}
