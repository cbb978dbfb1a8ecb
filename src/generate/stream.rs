//! Seeded streams of random numbers: what is drawn for record `k` of a table depends only on the seed, the table and `k`.

use crate::random::{GOLDEN_GAMMA, SplitMix64, mix};

/// What a stream is for: no two uses share one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    /// Order of the organizations by activity.
    Ranks = 1,
    /// Sectors of a province.
    Provinces,
    /// Where an organization is registered.
    Homes,
    /// Kind, sectors and size of an organization.
    Profiles,
    /// The rest of an organization's record.
    Organizations,
    /// Counties to which an organization returns.
    PreferredRegions,
    Projects,
    Needs,
    Claims,
    /// Taste of an organization for a need.
    Tastes,
}

/// The numbers of one record.
#[derive(Debug, Clone)]
pub(super) struct Stream(SplitMix64);

impl Stream {
    /// The stream of record `k` of a table.
    pub(super) const fn new(seed: u64, table: Table, k: u64) -> Self {
        let table = SplitMix64::new(seed).bits() ^ mix((table as u64).wrapping_mul(GOLDEN_GAMMA));
        Self(SplitMix64::new(mix(table).wrapping_add(SplitMix64::new(k).bits())))
    }

    pub(super) const fn bits(&mut self) -> u64 {
        self.0.bits()
    }

    /// Uniform in [0, 1).
    pub(super) const fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    /// An integer below `end`, which must not be 0.
    pub(super) const fn below(&mut self, end: usize) -> usize {
        self.0.remainder(end)
    }

    pub(super) const fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        self.0.normal()
    }

    /// Standard Gumbel.
    pub(super) fn gumbel(&mut self) -> f64 {
        self.0.gumbel()
    }

    /// Gamma of scale 1 (Marsaglia & Tsang 2000), with their boost for shapes below 1.
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return boost * self.gamma(shape + 1.0);
        }
        let d = shape - 1.0 / 3.0;
        let c = (9.0 * d).sqrt().recip();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Poisson, capped at `most` (Knuth's product of uniforms).
    pub(super) fn poisson(&mut self, mean: f64, most: usize) -> usize {
        let floor = (-mean.min(500.0)).exp();
        let (mut product, mut count) = (1.0 - self.unit(), 0);
        while product > floor && count < most {
            product *= 1.0 - self.unit();
            count += 1;
        }
        count
    }

    /// One of `items`, each as likely as the others.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A position below `len`, about as likely as 1 / (position + 1): Zipf's law by a log-uniform number.
    pub(super) fn zipf(&mut self, len: usize) -> usize {
        let at = ((len + 1) as f64).powf(self.unit()) as usize;
        at.clamp(1, len) - 1
    }

    /// A position, drawn by cumulative weights in ascending order.
    pub(super) fn weighted<T: Copy + Into<f64>>(&mut self, cumulated: &[T]) -> usize {
        let total: f64 = cumulated.last().map_or(0.0, |&it| it.into());
        let wanted = self.unit() * total;
        cumulated.partition_point(|&sum| sum.into() <= wanted).min(cumulated.len().saturating_sub(1))
    }
}

/// Cumulative sums of weights, for [`Stream::weighted`].
pub(super) fn cumulated(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |weight| {
        sum += weight;
        sum
    };
    weights.into_iter().map(add).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(k: u64) -> Stream {
        Stream::new(1, Table::Projects, k)
    }

    #[test]
    fn neighbouring_records_and_tables_share_nothing() {
        let mut first: Vec<u64> = (0..1000).map(|k| stream(k).bits()).collect();
        first.extend((0..1000).map(|k| Stream::new(1, Table::Needs, k).bits()));
        first.extend((0..1000).map(|k| Stream::new(2, Table::Projects, k).bits()));
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 3000);
    }

    #[test]
    fn means_are_those_of_the_distributions() {
        let mean = |draw: fn(&mut Stream) -> f64| (0..20_000).map(|k| draw(&mut stream(k))).sum::<f64>() / 20_000.0;
        for (name, found, expected) in [
            ("unit", mean(Stream::unit), 0.5),
            ("normal", 1.0 + mean(Stream::normal), 1.0),
            ("variance", mean(|it| it.normal().powi(2)), 1.0),
            ("gamma", mean(|it| it.gamma(2.5)), 2.5),
            ("small gamma", mean(|it| it.gamma(0.4)), 0.4),
            ("poisson", mean(|it| it.poisson(3.0, 100) as f64), 3.0),
            ("gumbel", mean(Stream::gumbel), 0.577_215_664_901_532_9),
            ("weighted", mean(|it| it.weighted(&[1.0, 1.0, 4.0]) as f64), 1.5),
        ] {
            assert!((found - expected).abs() < 0.04 * expected.max(1.0), "{name}: {found}, not {expected}");
        }
    }
}
