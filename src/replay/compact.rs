//! The columns that the default weights are fitted in, and what is held at its hand-set weight.
//!
//! The directory of the public claims holds claimants only, each with the deeds of other events. Whether an organization has a
//! history at all is therefore no evidence there: who took on one need alone has none, because that need is held back. So
//! features of histories, texts and sums keep their hand-set weights, and two columns control for the lack of a history while
//! places, kinds and purposes are fitted.

use ndarray::Array2;

use crate::learn::{Example, LearnError, Prior};
use crate::score::{Feature, Value, Weight, Weights};

/// Features whose weights are fitted.
pub(super) const FITTED: [Feature; 11] = [
    Feature::Expertise,
    Feature::Purpose,
    Feature::Counterpart,
    Feature::NamedCounty,
    Feature::NamedPrefecture,
    Feature::NamedProvince,
    Feature::Elsewhere,
    Feature::LocalGeneral,
    Feature::FundSize,
    Feature::National,
    Feature::General,
];
/// Features that are held at another weight than the hand-set one: what a grid of weights did on the claims held back, as far as
/// funded research projects, which have no hidden deeds, agree.
const HELD: [(Feature, f64); 3] = [(Feature::Popularity, 0.2), (Feature::HomeVotes, 0.9), (Feature::BestPrecedent, 1.2)];
/// Features whose absence is controlled for. What is fitted for it is not used.
const CONTROLLED: [Feature; 2] = [Feature::RegionHistory, Feature::Recency];
pub(super) const COLUMNS: usize = FITTED.len() + CONTROLLED.len();

/// The weights around which the default ones are fitted: the hand-set ones, but for those in [`HELD`].
pub(super) fn start() -> Weights {
    let hand_set = Weights::hand_set();
    let per_unit = |feature: Feature| HELD.iter().find(|it| it.0 == feature).map(|it| it.1);
    Weights::new(Feature::ALL.map(|feature| {
        let weight = hand_set.weight(feature);
        Weight { per_unit: per_unit(feature).unwrap_or(weight.per_unit), ..weight }
    }))
}

/// The values of all features for one organization.
pub(super) type Values = [Value; Feature::ALL.len()];

fn number(value: Value) -> f64 {
    if let Value::Known(value) = value { value } else { 0.0 }
}

/// Log-odds of a value.
fn utility(weight: Weight, value: Value) -> f64 {
    match value {
        Value::Known(value) => weight.per_unit * value,
        Value::Unknown => weight.unknown,
        Value::NotAsked => 0.0,
    }
}

/// An example from the values of all organizations. What is held enters as an offset of each.
pub(super) fn example(day: i64, values: &[Values], relevant: Vec<usize>, held: &Weights) -> Result<Example, LearnError> {
    let mut columns = Array2::zeros((values.len(), COLUMNS));
    for (mut row, values) in columns.rows_mut().into_iter().zip(values) {
        let fitted = FITTED.iter().map(|&feature| number(values[feature as usize]));
        let controls = CONTROLLED.iter().map(|&feature| f64::from(u8::from(values[feature as usize] == Value::Unknown)));
        row.iter_mut().zip(fitted.chain(controls)).for_each(|(to, from)| *to = from as f32);
    }
    let offset = |values: &Values| -> f64 {
        let of = |&feature: &Feature| match (feature, values[feature as usize]) {
            (feature, Value::Unknown) => held.weight(feature).unknown,
            (feature, _) if FITTED.contains(&feature) => 0.0,
            (feature, value) => utility(held.weight(feature), value),
        };
        Feature::ALL.iter().map(of).sum()
    };
    Example::new(day, columns, relevant, values.iter().map(|values| offset(values) as f32).collect())
}

/// The weights to start from as the prior; nothing is known of the controls.
pub(super) fn prior(start: &Weights) -> Prior {
    let weights = FITTED.iter().map(|&feature| start.weight(feature).per_unit);
    let lower = FITTED.iter().map(|&feature| if feature.is_merit() { 0.0 } else { f64::NEG_INFINITY });
    let controls = CONTROLLED.len();
    Prior {
        weights: weights.chain(std::iter::repeat_n(0.0, controls)).collect(),
        lower: lower.chain(std::iter::repeat_n(f64::NEG_INFINITY, controls)).collect(),
        outside: None,
    }
}

/// The weights to start from with the fitted ones in place, rounded to four digits as they are written.
pub(super) fn weights(columns: &[f64], start: &Weights) -> Weights {
    Weights::new(Feature::ALL.map(|feature| {
        let start = start.weight(feature);
        let fitted = FITTED.iter().position(|&it| it == feature).map(|at| columns[at]);
        Weight { per_unit: fitted.map_or(start.per_unit, |weight| (weight * 1e4).round() / 1e4), ..start }
    }))
}
