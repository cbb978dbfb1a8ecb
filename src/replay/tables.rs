//! Evaluates a table of scores, with one entry per organization in the order of the catalog.

/// First ranks whose probabilities are compared with what happened.
const CALIBRATED_PLACES: usize = 10;

/// Rank of an organization in a table of scores, from 1: higher score first, then smaller position.
pub(super) fn rank_of(table: &[(usize, i64)], organization: usize) -> Option<usize> {
    let at = table.binary_search_by_key(&organization, |entry| entry.0).ok()?;
    let own = table[at].1;
    let better = |(n, entry): &(usize, &(usize, i64))| entry.1 > own || entry.1 == own && *n < at;
    Some(1 + table.iter().enumerate().filter(better).count())
}

/// The probabilities of the first ten of a table, softmax of score / 100 / temperature, and whether each is relevant.
pub(super) fn probabilities(table: &[(usize, i64)], relevant: &[usize], temperature: f64) -> Vec<(f64, bool)> {
    let mut sorted = table.to_vec();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(&(_, best)) = sorted.first() else { return Vec::new() };
    let utility = |score: i64| ((score - best) as f64 / 100.0 / temperature).exp();
    let total: f64 = sorted.iter().map(|entry| utility(entry.1)).sum();
    sorted
        .iter()
        .take(CALIBRATED_PLACES)
        .map(|&(organization, score)| (utility(score) / total, relevant.contains(&organization)))
        .collect()
}
