//! Keeps the best of many as they arrive, by partial selection instead of a full sort.

/// An organization with its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// Position of the organization.
    pub organization: usize,
    /// Sum of its parts' points.
    pub score: i64,
    /// Its place in the order of ids.
    pub id_order: u64,
}

impl Ranked {
    /// Higher score first, then smaller id.
    #[must_use]
    pub fn order(a: &Self, b: &Self) -> std::cmp::Ordering {
        b.score.cmp(&a.score).then(a.id_order.cmp(&b.id_order))
    }
}

/// The best `limit` organizations so far: higher score first, then smaller id.
pub(super) struct Top {
    limit: usize,
    kept: Vec<Ranked>,
    /// Scores below this are certainly not among the best.
    least: i64,
}

/// Room beyond the limit, so that selections are rare.
const SLACK: usize = 512;

impl Top {
    /// Scores below `least` are known not to be among the best.
    pub(super) const fn new(limit: usize, least: i64) -> Self {
        Self { limit, kept: Vec::new(), least }
    }

    /// Takes in an organization. Returns the least score that can still be among the best.
    #[inline]
    pub(super) fn offer(&mut self, ranked: Ranked) -> i64 {
        if ranked.score >= self.least {
            self.kept.push(ranked);
            if self.kept.len() >= self.limit.saturating_mul(2).saturating_add(SLACK) {
                self.select();
            }
        }
        self.least
    }

    pub(super) const fn least(&self) -> i64 {
        self.least
    }

    fn select(&mut self) {
        if self.limit == 0 {
            self.kept.clear();
        } else if self.kept.len() > self.limit {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.limit - 1, Ranked::order);
            self.least = last.score;
            self.kept.truncate(self.limit);
        }
    }

    /// Takes in what another `Top` kept.
    pub(super) fn merge(&mut self, other: Self) {
        for ranked in other.kept {
            self.offer(ranked);
        }
    }

    /// The best, in order.
    pub(super) fn finish(mut self) -> Vec<Ranked> {
        self.select();
        self.kept.sort_unstable_by(Ranked::order);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_same_as_sorting_all(scores in prop::collection::vec(0..30_i64, 0..3000), limit in 0..40_usize, cut in 0..3000_usize) {
            let ranked = |(n, &score): (usize, &i64)| Ranked { organization: 10_000 - n, score, id_order: n as u64 };
            let all: Vec<Ranked> = scores.iter().enumerate().map(ranked).collect();
            let (mut a, mut b) = (Top::new(limit, i64::MIN), Top::new(limit, i64::MIN));
            for (n, &ranked) in all.iter().enumerate() {
                if n < cut { a.offer(ranked) } else { b.offer(ranked) };
            }
            a.merge(b);
            let mut sorted = all;
            sorted.sort_by(Ranked::order);
            sorted.truncate(limit);
            prop_assert_eq!(a.finish(), sorted);
        }
    }
}
