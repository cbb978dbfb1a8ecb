//! How strongly to hold on to the hand-set weights: the strength that predicts later choices best.

use std::ops::Range;

use super::example::{Example, LearnError};
use super::logit::fit;
use super::prior::Prior;

/// Strengths that are tried, the strongest first.
pub const STRENGTHS: [f64; 5] = [30.0, 10.0, 3.0, 1.0, 0.3];
/// Number of runs that are predicted from earlier ones.
const FOLDS: usize = 4;
/// A weaker prior must be better by this log-likelihood per choice.
const TIE: f64 = 1e-9;

/// The λ among 0.3, 1, 3, 10, 30 for [`fit`], chosen by time-ordered cross-validation.
///
/// Sorts the examples by day (stably) and cuts them into five runs of about equal length that never split a day. Each run after
/// the first is predicted from everything before it. The criterion is the mean log-likelihood of a choice over all these runs.
/// Among equally good strengths the largest wins, so the result is 30 if there are not two days to compare.
///
/// # Errors
/// As in [`fit`].
pub fn choose_lambda(examples: &mut [Example], prior: &Prior) -> Result<f64, LearnError> {
    examples.sort_by_key(|example| example.day);
    let folds = folds(&examples.iter().map(|example| example.day).collect::<Vec<_>>());
    let mut best = (STRENGTHS[0], f64::NEG_INFINITY);
    for lambda in STRENGTHS {
        let mut judged = (0.0, 0);
        for held_out in &folds {
            let model = fit(&examples[..held_out.start], prior, lambda)?.model;
            let (sum, choices) = model.judged(&examples[held_out.clone()]);
            judged = (judged.0 + sum, judged.1 + choices);
        }
        let mean = judged.0 / judged.1 as f64;
        if mean > best.1 + TIE {
            best = (lambda, mean);
        }
    }
    Ok(best.0)
}

/// Runs of the ascending `days`; each is predicted from all that comes before it.
fn folds(days: &[i64]) -> Vec<Range<usize>> {
    let end_of_day = |at: usize| days.partition_point(|&day| day <= days[at]);
    let mut cuts: Vec<usize> = (1..=FOLDS).map(|n| (days.len() * n / (FOLDS + 1)).max(1)).collect();
    cuts = cuts.into_iter().filter(|&cut| cut < days.len()).map(|cut| end_of_day(cut - 1)).collect();
    cuts.push(days.len());
    cuts.dedup();
    cuts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::simulation::Simulation;
    use proptest::prelude::*;

    fn prior(weights: [f64; 3]) -> Prior {
        Prior { weights: weights.to_vec(), lower: vec![f64::NEG_INFINITY; 3], outside: Some(0.5) }
    }

    #[test]
    fn good_prior_weights_are_held_and_bad_ones_let_go() {
        let mut examples = Simulation { examples: 60, ..Simulation::default() }.examples();
        assert_eq!(choose_lambda(&mut examples, &prior([1.0, -0.5, 0.25])).unwrap(), 30.0);
        assert!(choose_lambda(&mut examples, &prior([-2.0, 2.0, -2.0])).unwrap() < 3.0);
    }

    #[test]
    fn with_nothing_to_compare_the_prior_is_held_most() {
        let mut same_day = Simulation { examples: 30, ..Simulation::default() }.examples();
        same_day.iter_mut().for_each(|example| example.day = 5);
        assert_eq!(choose_lambda(&mut same_day, &prior([-2.0, 2.0, -2.0])).unwrap(), 30.0);
        assert_eq!(choose_lambda(&mut [], &prior([0.0; 3])).unwrap(), 30.0);

        let alike = |day| Example::new(day, ndarray::Array2::zeros((4, 3)), vec![1], vec![0.0; 4]).unwrap();
        assert_eq!(choose_lambda(&mut (0..20).map(alike).collect::<Vec<_>>(), &prior([0.0; 3])).unwrap(), 30.0);
    }

    #[test]
    fn the_order_in_which_days_are_given_does_not_matter() {
        let mut forward = Simulation { examples: 80, ..Simulation::default() }.examples();
        let mut backward: Vec<_> = forward.iter().rev().cloned().collect();
        let prior = prior([0.0; 3]);
        assert_eq!(choose_lambda(&mut forward, &prior).unwrap(), choose_lambda(&mut backward, &prior).unwrap());
        assert_eq!(forward, backward);
    }

    proptest! {
        #[test]
        fn what_is_foretold_is_always_later_and_foretold_once(mut days in prop::collection::vec(0..20_i64, 0..60)) {
            days.sort_unstable();
            let folds = folds(&days);
            for fold in &folds {
                prop_assert!(!fold.is_empty() && fold.start > 0);
                prop_assert!(days[fold.start - 1] < days[fold.start]);
            }
            prop_assert!(folds.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert_eq!(folds.last().map(|fold| fold.end), (days.first() != days.last()).then_some(days.len()));
        }
    }
}
