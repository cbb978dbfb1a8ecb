//! How common each top-level sector is, in the nation and its provinces, and how large its grants are.

use super::stream::{Stream, Table, cumulated};

/// Percentage of each top-level sector, in the order of the embedded taxonomy: an assumption, led by
/// education and health as in the lists of needs.
const NATIONAL: [f64; 22] =
    [18.0, 8.0, 12.0, 4.0, 8.0, 3.0, 2.5, 6.0, 3.0, 3.0, 5.0, 3.0, 3.0, 3.5, 2.0, 3.0, 7.0, 1.5, 5.0, 4.0, 2.0, 1.5];
/// Natural logarithm of the factor by which grants of a sector are larger, in the same
/// order: an assumption, about 0 on average.
const SIZE: [f64; 22] =
    [-0.05, -0.1, 0.1, 0.0, 0.05, -0.1, 0.1, 0.3, 0.0, -0.05, 0.0, 0.05, 0.1, 0.05, 0.15, 0.4, -0.1, -0.1, -0.2, -0.2, -0.1, 0.0];
/// Dirichlet concentration of the sectors of a province around those of the nation.
const PROVINCE_LIKE_NATION: f64 = 8.0;

/// Cumulative weights of the sectors in each province, from a Dirichlet distribution around those of the nation.
pub(super) fn province_mixes(seed: u64, provinces: usize) -> Vec<Vec<f64>> {
    let all: f64 = NATIONAL.iter().sum();
    let mix = |province| {
        let mut stream = Stream::new(seed, Table::Provinces, province as u64);
        cumulated(NATIONAL.map(|share| stream.gamma(PROVINCE_LIKE_NATION * share / all)))
    };
    (0..provinces).map(mix).collect()
}

/// Natural logarithm of the factor by which grants of a top-level sector are larger.
pub(super) fn size_of(sector: usize) -> f64 {
    SIZE.get(sector).copied().unwrap_or(0.0)
}
