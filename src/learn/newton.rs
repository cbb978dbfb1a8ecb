//! Maximum of a smooth concave function above lower bounds: damped Newton on the parameters that are free to move.
//!
//! Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J. Control Optim. 20(2), 1982.
//! A parameter is held while it is at its bound and the slope, or the Newton step, points below the bound.

use ndarray::{Array2, Axis};

use super::cholesky::Cholesky;
use super::likelihood::Derivatives;

/// Maximum number of Newton steps; five to eight are usual.
const MAX_STEPS: usize = 50;
/// Maximum number of halvings of one step.
const MAX_HALVINGS: i32 = 40;
/// Share of the increase promised by the slope that a step must bring (Armijo).
const SUFFICIENT: f64 = 1e-4;
/// Relative differences of values below this are rounding.
const ROUNDING: f64 = 1e-12;

/// What is maximized.
pub(super) trait Concave {
    /// The value at a point.
    fn value(&self, at: &[f64]) -> f64;
    /// Its derivatives there.
    fn derivatives(&self, at: &[f64]) -> Derivatives;
}

/// Where the search ended.
pub(super) struct Optimum {
    /// The point.
    pub(super) at: Vec<f64>,
    /// √ of the diagonal of the inverse information of the free parameters; none for those held at their bounds.
    pub(super) errors: Vec<Option<f64>>,
    /// Newton steps taken.
    pub(super) iterations: usize,
    /// Whether no slope of a free parameter exceeds the tolerance.
    pub(super) converged: bool,
}

/// Climbs from `start`, a point at or above `lower`, until the slope of every free parameter is at most `tolerance`.
pub(super) fn maximize(objective: &impl Concave, start: Vec<f64>, lower: &[f64], tolerance: f64) -> Optimum {
    let mut at = start;
    let mut iterations = 0;
    let (derivatives, converged) = loop {
        let derivatives = objective.derivatives(&at);
        if free(&at, lower, &derivatives).iter().all(|&k| derivatives.gradient[k].abs() <= tolerance) {
            break (derivatives, true);
        }
        let next = || step(objective, &at, lower, &derivatives, &direction(&at, lower, &derivatives)?);
        match (iterations < MAX_STEPS).then(next).flatten() {
            Some(next) => at = next,
            None => break (derivatives, false),
        }
        iterations += 1;
    };
    let errors = errors(&derivatives.information, &free(&at, lower, &derivatives));
    Optimum { at, errors, iterations, converged }
}

/// Parameters above their bounds, and parameters at a bound whose slope points inside.
fn free(at: &[f64], lower: &[f64], derivatives: &Derivatives) -> Vec<usize> {
    (0..at.len()).filter(|&k| at[k] > lower[k] || derivatives.gradient[k] > 0.0).collect()
}

/// The Newton step; 0 for parameters that it would push through their bounds at once.
fn direction(at: &[f64], lower: &[f64], derivatives: &Derivatives) -> Option<Vec<f64>> {
    let mut free = free(at, lower, derivatives);
    loop {
        let slopes: Vec<f64> = free.iter().map(|&k| derivatives.gradient[k]).collect();
        let steps = Cholesky::new(&among(&derivatives.information, &free))?.solve(&slopes);
        if free.iter().zip(&steps).all(|(&k, &step)| at[k] > lower[k] || step >= 0.0) {
            let mut direction = vec![0.0; at.len()];
            free.iter().zip(steps).for_each(|(&k, step)| direction[k] = step);
            return Some(direction);
        }
        free = free.iter().zip(&steps).filter(|&(&k, &step)| at[k] > lower[k] || step >= 0.0).map(|(&k, _)| k).collect();
    }
}

/// The first of the full step, half of it, a quarter … that brings enough; each is clipped at the bounds.
fn step(objective: &impl Concave, at: &[f64], lower: &[f64], derivatives: &Derivatives, direction: &[f64]) -> Option<Vec<f64>> {
    let value = objective.value(at);
    (0..MAX_HALVINGS).find_map(|halvings| {
        let length = 0.5_f64.powi(halvings);
        let to: Vec<f64> = (0..at.len()).map(|k| (at[k] + length * direction[k]).max(lower[k])).collect();
        let promised: f64 = (0..at.len()).map(|k| derivatives.gradient[k] * (to[k] - at[k])).sum();
        let enough = value + SUFFICIENT * promised - ROUNDING * value.abs();
        (promised > 0.0 && objective.value(&to) >= enough).then_some(to)
    })
}

fn errors(information: &Array2<f64>, free: &[usize]) -> Vec<Option<f64>> {
    let mut errors = vec![None; information.nrows()];
    if let Some(cholesky) = Cholesky::new(&among(information, free)) {
        free.iter().zip(cholesky.inverse_diagonal()).for_each(|(&k, variance)| errors[k] = Some(variance.sqrt()));
    }
    errors
}

/// Rows and columns of some parameters.
fn among(information: &Array2<f64>, parameters: &[usize]) -> Array2<f64> {
    information.select(Axis(0), parameters).select(Axis(1), parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, array};
    use proptest::prelude::*;

    /// −½ (x − peak)ᵀ A (x − peak).
    struct Bowl {
        peak: Array1<f64>,
        information: Array2<f64>,
    }

    impl Concave for Bowl {
        fn value(&self, at: &[f64]) -> f64 {
            let away = &Array1::from(at.to_vec()) - &self.peak;
            -0.5 * away.dot(&self.information.dot(&away))
        }

        fn derivatives(&self, at: &[f64]) -> Derivatives {
            let away = &Array1::from(at.to_vec()) - &self.peak;
            Derivatives { gradient: -self.information.dot(&away), information: self.information.clone() }
        }
    }

    #[test]
    fn a_held_parameter_is_released_when_the_others_have_moved() {
        let bowl = Bowl { peak: array![2.0, 1.0], information: array![[1.0, -0.9], [-0.9, 1.0]] };
        let found = maximize(&bowl, vec![-8.0, 0.0], &[f64::NEG_INFINITY, 0.0], 1e-9);
        assert!(found.converged);
        assert!((found.at[0] - 2.0).abs() < 1e-9 && (found.at[1] - 1.0).abs() < 1e-9, "{:?}", found.at);
    }

    proptest! {
        #[test]
        fn no_slope_is_left_inside_and_none_leads_inside_at_a_bound(
            entries in prop::collection::vec(-2.0..2.0_f64, 16),
            peak in prop::collection::vec(-2.0..2.0_f64, 4),
            start in prop::collection::vec(0.0..3.0_f64, 4),
        ) {
            let root = Array2::from_shape_vec((4, 4), entries).unwrap();
            let bowl = Bowl { peak: peak.into(), information: root.t().dot(&root) + 0.1 * Array2::<f64>::eye(4) };
            let found = maximize(&bowl, start, &[0.0; 4], 1e-8);
            prop_assert!(found.converged);
            let slopes = bowl.derivatives(&found.at).gradient;
            for (k, &x) in found.at.iter().enumerate() {
                prop_assert!(x >= 0.0 && slopes[k] <= 1e-8 && (x == 0.0 || slopes[k] >= -1e-8));
                prop_assert_eq!(found.errors[k].is_some(), x > 0.0 || slopes[k] > 0.0);
            }
        }
    }
}
