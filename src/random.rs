//! Reproducible random numbers: `SplitMix64` (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators",
//! OOPSLA 2014).
//!
//! A seed gives the same numbers on every machine and for any number of threads. Stored results depend on them, so the numbers
//! of a seed must never change. The numbers are predictable: ids and secrets come from elsewhere.

/// Increment of the state: 2^64 divided by the golden ratio, made odd.
pub const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of random numbers that its seed determines.
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

/// The output function of `SplitMix64`: a bijection in which every bit of the result depends on every bit of `z`.
#[must_use]
pub const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl SplitMix64 {
    /// The stream of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of many streams of a seed, identified by `kind` and `index`.
    #[must_use]
    pub const fn stream(seed: u64, kind: u64, index: u64) -> Self {
        let kind = mix(kind.wrapping_add(GOLDEN_GAMMA));
        Self(mix(mix(seed ^ kind).wrapping_add(index)))
    }

    /// The next 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN_GAMMA);
        mix(self.0)
    }

    /// Uniform in [0, 1), on a grid of 2^-53.
    pub const fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in `low..high`.
    pub const fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform among `0..end`, by the upper half of a product; 0 where `end` is 0.
    pub const fn below(&mut self, end: usize) -> usize {
        ((self.bits() as u128 * end as u128) >> 64) as usize
    }

    /// The same by the remainder, which the synthetic data depend on; `end` must not be 0.
    pub const fn remainder(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// Uniform among `low..=high`; `low` where `high` is less.
    pub fn integer(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(0) as usize + 1) as i64
    }

    /// Standard normal (Box & Muller 1958, one of the two).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Standard Gumbel.
    pub fn gumbel(&mut self) -> f64 {
        -(-(1.0 - self.unit()).ln()).max(f64::MIN_POSITIVE).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_the_published_generator() {
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!([random.bits(), random.bits()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn what_a_seed_gives_does_not_change() {
        let mut random = SplitMix64::stream(7, 3, 5);
        let drawn = (random.bits(), random.below(1000), random.remainder(1000), random.integer(-5, 5));
        assert_eq!(drawn, (9_174_565_307_712_290_958, 479, 34, 2));
    }
}
