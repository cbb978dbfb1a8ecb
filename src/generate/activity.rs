//! How active each organization is: the Zipf–Mandelbrot law, computed without a table.

use super::stream::{Stream, Table};
use crate::random::mix;

/// Offset q of the law per organization: 500 for a million. It scales with the number
/// of organizations, so shares stay the same.
const OFFSET: f64 = 0.0005;
const ROUNDS: u64 = 4;

/// The organization of rank `r` (from 0) leads a project with a probability proportional to 1 / (r + q).
///
/// Sums are approximated by integrals between half ranks, so a rank follows from a uniform number in closed form.
/// A seeded permutation maps ranks to the numbers of organizations and back: a Feistel network that is applied
/// until the result is in range (cycle walking).
#[derive(Debug)]
pub(super) struct Activity {
    organizations: u64,
    offset: f64,
    half_bits: u32,
    keys: [u64; ROUNDS as usize],
}

impl Activity {
    pub(super) fn new(seed: u64, organizations: usize) -> Self {
        let organizations = organizations as u64;
        let bits = u64::BITS - organizations.saturating_sub(1).leading_zeros();
        let mut stream = Stream::new(seed, Table::Ranks, 0);
        Self {
            organizations,
            offset: OFFSET * organizations as f64 + 0.5,
            half_bits: bits.div_ceil(2).max(1),
            keys: std::array::from_fn(|_| stream.bits()),
        }
    }

    /// Draws the number of an organization among the `share` most active ones.
    pub(super) fn draw(&self, stream: &mut Stream, share: f64) -> usize {
        let reach = (share * self.organizations as f64).ceil().max(1.0);
        let grown = ((reach + self.offset) / self.offset).powf(stream.unit());
        let rank = (self.offset * grown - self.offset).min(reach - 1.0) as u64;
        self.at_rank(rank.min(self.organizations - 1)) as usize
    }

    /// The share of all projects that organization `k` leads, on average.
    pub(super) fn share(&self, k: usize) -> f64 {
        let rank = self.rank(k as u64) as f64;
        let all = ((self.organizations as f64 + self.offset) / self.offset).ln();
        ((rank + 1.0 + self.offset) / (rank + self.offset)).ln() / all
    }

    fn at_rank(&self, rank: u64) -> u64 {
        self.walk(rank, |this, left, right, round| (right, left ^ this.scramble(right, round)))
    }

    fn rank(&self, k: u64) -> u64 {
        self.walk(k, |this, left, right, round| (right ^ this.scramble(left, ROUNDS - 1 - round), left))
    }

    fn walk(&self, start: u64, step: impl Fn(&Self, u64, u64, u64) -> (u64, u64)) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let mut at = start;
        loop {
            let (left, right) = (0..ROUNDS).fold((at >> self.half_bits, at & mask), |(l, r), round| step(self, l, r, round));
            at = left << self.half_bits | right;
            if at < self.organizations {
                return at;
            }
        }
    }

    const fn scramble(&self, half: u64, round: u64) -> u64 {
        mix(half ^ self.keys[round as usize]) & ((1 << self.half_bits) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_organizations_are_one_to_one() {
        for organizations in [1, 2, 3, 100, 1000] {
            let activity = Activity::new(5, organizations);
            let mut seen: Vec<u64> = (0..organizations as u64).map(|rank| activity.at_rank(rank)).collect();
            for (rank, &k) in seen.iter().enumerate() {
                assert_eq!(activity.rank(k), rank as u64);
            }
            seen.sort_unstable();
            assert!(seen.iter().copied().eq(0..organizations as u64));
        }
    }

    #[test]
    fn shares_add_up_and_the_top_hundredth_holds_two_fifths() {
        let activity = Activity::new(5, 20_000);
        let mut shares: Vec<f64> = (0..20_000).map(|k| activity.share(k)).collect();
        shares.sort_by(|a, b| b.total_cmp(a));
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // ln((10,000 + 500) / 500) / ln((1,000,000 + 500) / 500), whatever the number of organizations.
        let top: f64 = shares[..200].iter().sum();
        assert!((top - 0.4).abs() < 0.02, "{top}");
    }
}
