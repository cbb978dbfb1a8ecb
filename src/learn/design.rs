//! Turns scored needs into rows to learn from. Each feature has two columns: its value, and whether it is unknown.

use ndarray::Array2;

use crate::learn::{Example, LearnError, Prior};
use crate::random::SplitMix64;
use crate::score::{Feature, Scorer, Value, Weight, Weights};

/// Columns of a row: [`Feature::ALL`] twice, values first.
pub const COLUMNS: usize = 2 * Feature::ALL.len();
/// Number of alternatives that the weights before learning rank first; all of them are kept.
const BEST: usize = 60;
/// Expected number of the other alternatives that are kept.
const SAMPLED: usize = 60;

/// The organizations that took one need on, among their rivals, as seen by `scorer`. The `seed` of an organization decides
/// whether it is sampled as a rival; it must not depend on what else is on record.
///
/// # Errors
/// A feature that is not finite.
pub fn example(
    scorer: &Scorer<'_>,
    day: i64,
    answer: &[usize],
    seed: impl Fn(usize) -> u64,
) -> Result<Option<Example>, LearnError> {
    let eligible: Vec<usize> = scorer.eligible().collect();
    let mut chosen: Vec<usize> = answer.to_vec();
    chosen.retain(|organization| eligible.binary_search(organization).is_ok());
    if chosen.is_empty() || eligible.len() < 2 {
        return Ok(None);
    }
    let mut kept: Vec<usize> = scorer.rank(BEST).into_iter().map(|ranked| ranked.organization).collect();
    kept.sort_unstable();
    let others: Vec<usize> = eligible.iter().copied().filter(|at| kept.binary_search(at).is_err()).collect();
    let chance = (SAMPLED as f64 / others.len().max(1) as f64).min(1.0);
    let is_sampled = |at: usize| SplitMix64::new(seed(at)).unit() < chance;
    let sampled = others.into_iter().filter(|&at| is_sampled(at) || chosen.contains(&at));
    // Every alternative outside the best was sampled with this probability, or could have been.
    let offset = -(chance.ln()) as f32;
    let rows: Vec<(usize, f32)> = kept.iter().map(|&at| (at, 0.0)).chain(sampled.map(|at| (at, offset))).collect();
    let mut alternatives = Array2::zeros((rows.len(), COLUMNS));
    for (mut row, &(organization, _)) in alternatives.rows_mut().into_iter().zip(&rows) {
        for (feature, value) in Feature::ALL.into_iter().zip(scorer.values(organization)) {
            match value {
                // A policy is not learned.
                _ if !feature.is_learned() => {}
                Value::Known(value) => row[feature as usize] = value as f32,
                Value::Unknown => row[Feature::ALL.len() + feature as usize] = 1.0,
                Value::NotAsked => {}
            }
        }
    }
    let positives = rows.iter().enumerate().filter(|(_, row)| chosen.contains(&row.0)).map(|(n, _)| n).collect();
    Example::new(day, alternatives, positives, rows.into_iter().map(|row| row.1).collect()).map(Some)
}

/// The prior of the columns: the weights before learning. A merit keeps a weight of at least 0, while unknown values may count either
/// way. A policy keeps its weight.
#[must_use]
pub fn prior(weights: &Weights) -> Prior {
    let columns = Feature::ALL.map(|feature| weights.weight(feature));
    let values = columns.iter().map(|weight| weight.per_unit);
    let unknown = columns.iter().map(|weight| weight.unknown);
    let lower = Feature::ALL.iter().map(|&feature| if feature.is_merit() { 0.0 } else { f64::NEG_INFINITY });
    Prior {
        weights: values.chain(unknown).collect(),
        lower: lower.chain(std::iter::repeat_n(f64::NEG_INFINITY, Feature::ALL.len())).collect(),
        outside: None,
    }
}

/// Turns weights of columns into weights of features.
#[must_use]
pub fn weights(columns: &[f64], before: &Weights) -> Weights {
    Weights::new(Feature::ALL.map(|feature| {
        if !feature.is_learned() {
            return before.weight(feature);
        }
        let at = |column: usize| columns.get(column).copied().unwrap_or_default();
        Weight { per_unit: at(feature as usize), unknown: at(Feature::ALL.len() + feature as usize) }
    }))
}
