//! The fit against `scipy.optimize`: `fixtures/reference/logit.py` wrote the expected values.

use ndarray::Array2;
use qianshou::learn::{Example, Prior, fit};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    prior: Vec<f64>,
    outside: f64,
    examples: Vec<Given>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Given {
    alternatives: Vec<Vec<f32>>,
    positives: Vec<usize>,
    offsets: Vec<f32>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    lambda: f64,
    /// `None`: no bound.
    lower: Vec<Option<f64>>,
    /// Whether unanswered examples are left out.
    answered_only: bool,
    weights: Vec<f64>,
    standard_errors: Vec<Option<f64>>,
    outside: f64,
    outside_error: Option<f64>,
    log_likelihood: f64,
}

#[track_caller]
fn agree(name: &str, ours: Option<f64>, theirs: Option<f64>) {
    let close = ours.zip(theirs).map_or(ours == theirs, |(ours, theirs)| (ours - theirs).abs() < 1e-6);
    assert!(close, "{name}: {ours:?} here, {theirs:?} there");
}

#[test]
fn weights_errors_and_likelihood_are_those_of_scipy() {
    let reference: Reference = serde_json::from_str(include_str!("../../fixtures/reference/logit.json")).unwrap();
    let example = |given: &Given| {
        let shape = (given.alternatives.len(), reference.prior.len());
        let alternatives = Array2::from_shape_vec(shape, given.alternatives.concat()).unwrap();
        Example::new(0, alternatives, given.positives.clone(), given.offsets.clone()).unwrap()
    };
    for case in &reference.cases {
        let given = reference.examples.iter().filter(|given| !(case.answered_only && given.positives.is_empty()));
        let lower = case.lower.iter().map(|lower| lower.unwrap_or(f64::NEG_INFINITY)).collect();
        let prior = Prior { weights: reference.prior.clone(), lower, outside: Some(reference.outside) };
        let fit = fit(&given.map(example).collect::<Vec<_>>(), &prior, case.lambda).unwrap();

        assert!(fit.converged);
        for (&ours, &theirs) in fit.model.weights.iter().zip(&case.weights) {
            agree(&case.name, Some(ours), Some(theirs));
        }
        for (&ours, &theirs) in fit.standard_errors.iter().zip(&case.standard_errors) {
            agree(&case.name, ours, theirs);
        }
        agree(&case.name, fit.model.outside, Some(case.outside));
        agree(&case.name, fit.outside_error, case.outside_error);
        agree(&case.name, Some(fit.log_likelihood), Some(case.log_likelihood));
    }
}
