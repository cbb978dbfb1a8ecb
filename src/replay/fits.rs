//! The scale on which scores are shown: from the scores of those who took needs on and of all others, where the weights were
//! tested.

use std::collections::BTreeMap;

use crate::eval::balanced_logistic;
use crate::learn::{FitFigures, FitReached};
use crate::score::FitScale;

/// Fits for which the model file says who reached them.
const SAID: [u8; 5] = [90, 80, 70, 60, 50];

/// Scores of organizations: by score, the number of others and of those who took the need on.
pub(super) type Scores = BTreeMap<i64, [u64; 2]>;

/// Adds the scores of one need.
pub(super) fn add(scores: &mut Scores, table: &[(usize, i64)], relevant: &[usize]) {
    for &(organization, score) in table {
        scores.entry(score).or_default()[usize::from(relevant.binary_search(&organization).is_ok())] += 1;
    }
}

/// The scale and who reached which fit; none if the scores do not tell the two apart.
pub(super) fn figures(scores: &Scores) -> Option<FitFigures> {
    let (middle, scale) = balanced_logistic(scores)?;
    let digits = |number: f64, digits: f64| (number * digits).round() / digits;
    let scale = FitScale { middle: digits(middle, 10.0), scale: digits(scale, 10.0) };
    let share = |group: usize, fit: u8| {
        let all: u64 = scores.values().map(|counts| counts[group]).sum();
        let reached: u64 = scores.iter().filter(|(score, _)| scale.fit(**score) >= fit).map(|(_, counts)| counts[group]).sum();
        digits(reached as f64 / all.max(1) as f64, 1e4)
    };
    let reached = SAID.map(|fit| FitReached { fit, claimants: share(1, fit), others: share(0, fit) });
    Some(FitFigures { scale, reached: reached.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claimants_score_higher_and_reach_high_fits_more_often() {
        let mut scores = Scores::new();
        for need in 0..50_i64 {
            let table: Vec<(usize, i64)> = (0..100).map(|at| (at as usize, 3 * at + need)).collect();
            add(&mut scores, &table, &[90, 95]);
        }
        let found = figures(&scores).unwrap();
        assert!(found.scale.fit(300) > 80 && found.scale.fit(50) < 20, "{found:?}");
        assert!(found.reached.iter().all(|it| it.claimants >= it.others));
        assert!(found.reached.windows(2).all(|pair| pair[0].claimants <= pair[1].claimants));
        assert_eq!(figures(&Scores::new()), None);
    }
}
