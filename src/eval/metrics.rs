//! Where the relevant organizations stand in a ranking.

/// The answer to one need, judged by the organizations that took it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Rank of each relevant organization among all eligible ones, from 1 and without duplicates; none if it was not eligible.
    pub ranks: Vec<Option<usize>>,
}

impl Judged {
    /// 1 / rank of the first relevant organization, or 0 if none is ranked. None if no organization is relevant.
    #[must_use]
    pub fn reciprocal_rank(&self) -> Option<f64> {
        let best = self.within(usize::MAX).min();
        self.if_any_is_right(|_| best.map_or(0.0, |rank| 1.0 / rank as f64))
    }

    /// Normalised discounted cumulative gain of the first `k` ranks: gain 1 for each relevant organization, discount
    /// log₂(1 + rank), divided by the value with all relevant organizations in front (Järvelin & Kekäläinen, TOIS 20(4),
    /// 2002). 0 ..= 1.
    #[must_use]
    pub fn ndcg(&self, k: usize) -> Option<f64> {
        let mut ranks: Vec<usize> = self.within(k).collect();
        ranks.sort_unstable();
        // An empty sum is −0.
        let gained = ranks.into_iter().map(discount).sum::<f64>() + 0.0;
        self.if_any_is_right(|right| if k == 0 { 0.0 } else { gained / (1..=right.min(k)).map(discount).sum::<f64>() })
    }

    /// Share of the relevant organizations among the first `k` ranks.
    #[must_use]
    pub fn recall(&self, k: usize) -> Option<f64> {
        self.if_any_is_right(|right| self.within(k).count() as f64 / right as f64)
    }

    fn within(&self, k: usize) -> impl Iterator<Item = usize> {
        self.ranks.iter().copied().flatten().filter(move |rank| (1..=k).contains(rank))
    }

    fn if_any_is_right(&self, value: impl FnOnce(usize) -> f64) -> Option<f64> {
        (!self.ranks.is_empty()).then(|| value(self.ranks.len()))
    }
}

/// Weight of a rank: 1/log₂(1 + rank), which is 1 for the first.
pub(super) fn discount(rank: usize) -> f64 {
    1.0 / (1.0 + rank as f64).log2()
}

/// Mean of a metric over the needs for which it is defined, each with the same weight.
#[must_use]
pub fn macro_average(needs: &[Judged], metric: impl Fn(&Judged) -> Option<f64>) -> Option<f64> {
    let mut values: Vec<f64> = needs.iter().filter_map(metric).collect();
    values.sort_by(f64::total_cmp);
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(ranks: &[usize]) -> Judged {
        Judged { ranks: ranks.iter().map(|&rank| (rank > 0).then_some(rank)).collect() }
    }

    #[track_caller]
    fn close(value: Option<f64>, expected: f64) {
        assert!((value.unwrap() - expected).abs() < 1e-12, "{value:?}, not {expected}");
    }

    #[test]
    fn metrics_of_a_ranking_worked_out_by_hand() {
        let need = judged(&[4, 2, 0]);
        close(need.reciprocal_rank(), 0.5);
        close(need.recall(2), 1.0 / 3.0);
        close(need.recall(10), 2.0 / 3.0);
        // (1/log2 3 + 1/log2 5) / (1 + 1/log2 3 + 1/2)
        close(need.ndcg(10), (0.630_929_753_571_457_4 + 0.430_676_558_073_393_06) / 2.130_929_753_571_457_4);
        close(need.ndcg(3), 0.630_929_753_571_457_4 / 2.130_929_753_571_457_4);
        close(need.ndcg(1), 0.0);
    }

    #[test]
    fn needs_without_right_organizations_are_not_judged() {
        assert_eq!(judged(&[]).ndcg(10), None);
        assert_eq!(macro_average(&[judged(&[])], Judged::reciprocal_rank), None);
        let needs = [judged(&[1]), judged(&[]), judged(&[0]), judged(&[4])];
        close(macro_average(&needs, Judged::reciprocal_rank), 1.25 / 3.0);
    }

    proptest! {
        #[test]
        fn metrics_are_shares_and_a_perfect_ranking_has_all(ranks in prop::collection::hash_set(1..40_usize, 1..8), missing in 0..3_usize, k in 0..50_usize) {
            let mut ranks: Vec<usize> = ranks.into_iter().collect();
            let perfect: Vec<usize> = (1..=ranks.len()).collect();
            prop_assert!((judged(&perfect).ndcg(k.max(1)).unwrap() - 1.0).abs() < 1e-12);
            ranks.extend(vec![0; missing]);
            let need = judged(&ranks);
            for value in [need.reciprocal_rank(), need.ndcg(k), need.recall(k)] {
                prop_assert!((0.0..=1.0).contains(&value.unwrap()));
            }
            prop_assert!(need.recall(k) <= need.recall(k + 1));
        }

        #[test]
        fn the_order_of_needs_does_not_change_a_bit(ranks in prop::collection::vec(0..30_usize, 1..20)) {
            let mut needs: Vec<Judged> = ranks.iter().map(|&rank| judged(&[rank])).collect();
            let forward = macro_average(&needs, |need| need.ndcg(10));
            needs.reverse();
            prop_assert_eq!(forward, macro_average(&needs, |need| need.ndcg(10)));
        }
    }
}
