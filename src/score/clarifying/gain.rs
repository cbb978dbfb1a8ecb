//! What an answer is worth.

use crate::score::{Ranked, Scorer};

/// First ranks that count.
pub(super) const FIRST: usize = 5;
/// Ranks among which whoever takes the need on is expected. Too few would let answers that leave the order open look decisive.
pub(super) const POOL: usize = 300;

/// Discounted gain that the first five of the ranking with the answer have over the first five without it, if the answer is
/// right: Σ P(oₖ | a) / log₂(1 + k) over the new first five less the same sum over the old ones, `before`.
///
/// P(o | a) is the softmax of the scores with the answer, in units of log-odds divided by `temperature`, over the first
/// [`POOL`] organizations. It is 0 to 1, and 0 if the order of the first five stays: the new order is the best one for these
/// probabilities.
///
/// Source: discounted gain by Järvelin & Kekäläinen (TOIS 20(4), 2002), with one organization that takes the need on.
pub(super) fn gain(answered: &Scorer<'_>, before: &[usize], pool: &[Ranked], temperature: f64) -> f64 {
    let Some(best) = pool.first() else { return 0.0 };
    let share = |score: i64| ((score - best.score) as f64 / 100.0 / temperature).exp();
    let all: f64 = pool.iter().map(|it| share(it.score)).sum();
    let old = |&organization: &usize| match answered.limit(organization) {
        None => share(answered.score(organization)),
        Some(_) => 0.0,
    };
    let new = discounted(pool.iter().take(FIRST).map(|it| share(it.score)));
    ((new - discounted(before.iter().map(old))) / all).max(0.0)
}

fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    gains.zip(2_u32..).map(|(gain, rank)| gain / f64::from(rank).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_discounted_by_rank() {
        let sum = discounted([0.5, 0.25, 0.25].into_iter());
        assert!((sum - (0.5 + 0.25 * 0.630_929_753_571_457_4 + 0.125)).abs() < 1e-12, "{sum}");
    }
}
