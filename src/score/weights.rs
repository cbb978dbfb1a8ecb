//! Hand-set weights: log-odds that one unit of a feature is worth.

use super::feature::{Feature, Value};

/// Weight of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Log-odds a unit of the value.
    pub per_unit: f64,
    /// Log-odds where nothing is known of the organization: a little less than an average one, never zero by accident.
    pub unknown: f64,
}

/// Weights of all features, in the order of [`Feature::ALL`].
#[derive(Debug, Clone, PartialEq)]
pub struct Weights([Weight; Feature::ALL.len()]);

impl Weights {
    /// Set by hand, before any fitting: text first, then sector, region, relation, size.
    #[must_use]
    pub const fn hand_set() -> Self {
        const fn weight(per_unit: f64, unknown: f64) -> Weight {
            Weight { per_unit, unknown }
        }
        Self([weight(1.8, 0.0), weight(0.25, -0.2), weight(0.5, -0.2), weight(0.6, -0.1), weight(0.3, -0.2)])
    }

    /// The weight of a feature.
    #[must_use]
    pub const fn of(&self, feature: Feature) -> Weight {
        self.0[feature as usize]
    }

    /// Points of a value: its share of the linear utility, 100 a unit of log-odds, rounded half to even.
    #[must_use]
    pub fn points(&self, feature: Feature, value: Value) -> i64 {
        let weight = self.of(feature);
        let utility = match value {
            Value::Known(value) => weight.per_unit * value,
            Value::Unknown => weight.unknown,
            Value::NotAsked => 0.0,
        };
        (utility * 100.0).round_ties_even() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_are_rounded_half_to_even() {
        let weights = Weights([Weight { per_unit: 0.01, unknown: 0.0 }; Feature::ALL.len()]);
        let points = |value| weights.points(Feature::TextVotes, Value::Known(value));
        assert_eq!([points(0.5), points(1.5), points(2.5), points(-0.5)], [0, 2, 2, 0]);
    }

    proptest! {
        #[test]
        fn more_of_a_good_thing_never_costs_points(a in -10.0..10.0_f64, more in 0.0..10.0_f64) {
            let weights = Weights::hand_set();
            for feature in Feature::ALL {
                prop_assert!(weights.points(feature, Value::Known(a + more)) >= weights.points(feature, Value::Known(a)));
            }
        }
    }
}
