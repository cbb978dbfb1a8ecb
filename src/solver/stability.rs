//! How much of a plan would change if the weights were slightly different.

use super::flow::{Flow, FlowError};
use super::problem::Problem;
use super::stop::Stop;
use crate::random::SplitMix64;

/// Share of the money of the continuous optimum that goes elsewhere if every weight is off by a relative error of up to
/// `noise`. It is the mean of `tries` attempts and the same on every machine. Integer conditions are ignored.
///
/// # Errors
/// As [`Flow::new`] and [`Flow::solve`].
pub fn unstable_share(problem: &Problem, noise: f64, tries: u64, stop: Stop<'_>) -> Result<f64, FlowError> {
    let mut flow = Flow::new(problem)?;
    let base = flow.solve(stop)?.amounts;
    let given: i64 = base.iter().sum();
    if given == 0 || tries == 0 {
        return Ok(0.0);
    }
    let mut moved = 0;
    for attempt in 0..tries {
        for (n, c) in problem.candidates.iter().enumerate() {
            let off = SplitMix64::stream(attempt, 7, n as u64).between(-noise, noise);
            flow.set_weight(n, (c.weight as f64 * (1.0 + off)).round() as i64);
        }
        let other = flow.solve(stop)?.amounts;
        moved += base.iter().zip(&other).map(|(before, after)| (before - after).max(0)).sum::<i64>();
    }
    Ok(moved as f64 / (given as f64 * tries as f64))
}

#[cfg(test)]
mod tests {
    use super::super::recipe::Recipe;
    use super::*;

    #[test]
    fn no_noise_moves_nothing_and_much_noise_moves_more() {
        let problem = Recipe::new(3, 40, 15, 6).build();
        let share = |noise| unstable_share(&problem, noise, 5, Stop::default()).unwrap();
        assert_eq!(share(0.0), 0.0);
        assert!(share(0.5) > share(0.01) && share(0.5) <= 1.0, "{} {}", share(0.01), share(0.5));
    }
}
