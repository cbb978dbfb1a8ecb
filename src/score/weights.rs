//! Weights: log-odds that one unit of a feature is worth.

use super::feature::{Feature, Value};
use super::fit::FitScale;
use crate::hash::{OFFSET_BASIS, fnv1a_step};

/// Weight of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Log-odds of one unit of the value.
    pub per_unit: f64,
    /// Log-odds where nothing is known of the organization. A little less than those of an average one, never zero by accident.
    pub unknown: f64,
}

/// Weights of all features, in the order of [`Feature::ALL`], and how scores made with them are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    weights: [Weight; Feature::ALL.len()],
    fit: FitScale,
}

impl Weights {
    /// Set by hand, before any fitting, while looking at half of the research grants of 2014, forty recent claims, and the
    /// example records. The place that an organization is named after weighs most, then the likeness of past projects, then the
    /// share of its work.
    #[must_use]
    pub const fn hand_set() -> Self {
        let mut weights = [Weight { per_unit: 0.0, unknown: 0.0 }; Feature::ALL.len()];
        let mut n = 0;
        while n < Feature::ALL.len() {
            let (per_unit, unknown) = match Feature::ALL[n] {
                Feature::TextVotes => (0.5, 0.0),
                Feature::SectorVotes => (1.0, 0.0),
                Feature::BestPrecedent => (1.0, 0.0),
                Feature::Profile => (1.0, 0.0),
                Feature::NameMatch => (1.5, 0.0),
                Feature::Scope => (0.5, 0.0),
                Feature::SectorHistory => (0.35, -0.1),
                Feature::SectorActivity => (0.2, 0.0),
                Feature::RegionHistory => (0.5, -0.1),
                Feature::Counterpart => (0.5, -0.1),
                Feature::Home => (0.3, -0.1),
                Feature::NamedCounty | Feature::NamedPrefecture => (4.5, 0.0),
                Feature::NamedProvince => (2.7, 0.0),
                Feature::Bound => (2.0, 0.0),
                Feature::HomeVotes => (0.6, 0.0),
                Feature::Groups => (0.1, 0.0),
                Feature::Modes => (0.1, 0.0),
                Feature::Capacity => (0.2, -0.1),
                Feature::TicketFit => (0.1, -0.1),
                Feature::Headroom => (0.1, 0.0),
                Feature::Slots => (0.1, 0.0),
                Feature::Popularity => (0.25, 0.0),
                Feature::Recency => (0.4, 0.0),
                Feature::Partners => (0.2, 0.0),
                Feature::National => (0.2, 0.0),
                Feature::General => (0.5, 0.0),
                Feature::Branch => (-1.0, 0.0),
                Feature::Declines => (-0.3, 0.0),
                Feature::RankVotes
                | Feature::TextLift
                | Feature::ParentSector
                | Feature::Newcomer
                | Feature::Elsewhere
                | Feature::LocalGeneral
                | Feature::Expertise
                | Feature::Purpose
                | Feature::FundSize => (0.0, 0.0),
            };
            weights[n] = Weight { per_unit, unknown };
            n += 1;
        }
        Self::new(weights)
    }

    /// These weights, in the order of [`Feature::ALL`].
    #[must_use]
    pub const fn new(weights: [Weight; Feature::ALL.len()]) -> Self {
        Self { weights, fit: FitScale::BY_HAND }
    }

    /// The same weights with another scale of the fit.
    #[must_use]
    pub const fn with_fit(self, fit: FitScale) -> Self {
        Self { weights: self.weights, fit }
    }

    /// How scores are shown.
    #[must_use]
    pub const fn fit(&self) -> FitScale {
        self.fit
    }

    /// The same weights with one feature switched off.
    #[must_use]
    pub const fn without(mut self, feature: Feature) -> Self {
        self.weights[feature as usize] = Weight { per_unit: 0.0, unknown: 0.0 };
        self
    }

    /// A hash of the weights, to tell sets of weights apart.
    #[must_use]
    pub fn number(&self) -> u64 {
        let bits = self.weights.iter().flat_map(|weight| [weight.per_unit.to_bits(), weight.unknown.to_bits()]);
        bits.fold(OFFSET_BASIS, fnv1a_step)
    }

    /// True if a feature gives no points whatever its value.
    #[must_use]
    #[inline]
    pub const fn is_off(&self, feature: Feature) -> bool {
        let Weight { per_unit, unknown } = self.weights[feature as usize];
        per_unit == 0.0 && unknown == 0.0
    }

    /// The weight of a feature.
    #[must_use]
    pub const fn weight(&self, feature: Feature) -> Weight {
        self.weights[feature as usize]
    }

    /// The score: the sum of the points of `values`, which are in the order of [`Feature::ALL`].
    #[must_use]
    pub fn sum(&self, values: &[Value; Feature::ALL.len()]) -> i64 {
        Feature::ALL.iter().map(|&feature| self.points(feature, values[feature as usize])).sum()
    }

    /// Points of a value: its share of the linear utility, 100 points a unit of log-odds, rounded half to even.
    #[must_use]
    #[inline]
    pub fn points(&self, feature: Feature, value: Value) -> i64 {
        let weight = self.weight(feature);
        let utility = match value {
            Value::Known(value) => weight.per_unit * value,
            Value::Unknown => weight.unknown,
            Value::NotAsked => 0.0,
        };
        round_half_even(utility * 100.0)
    }
}

/// Adding 1.5 · 2⁵² leaves no bits for a fraction, so the processor rounds half to even. This avoids a call to the mathematics
/// library for each part of each organization.
#[inline]
fn round_half_even(x: f64) -> i64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    const LIMIT: f64 = 1e12;
    ((x.clamp(-LIMIT, LIMIT) + SHIFT) - SHIFT) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn points_are_rounded_half_to_even(halves in -100_000..100_000_i64, x in -1e9..1e9_f64) {
            let half = halves as f64 / 2.0;
            prop_assert_eq!(round_half_even(half), half.round_ties_even() as i64);
            prop_assert_eq!(round_half_even(x), x.round_ties_even() as i64);
        }

        #[test]
        fn more_of_a_good_thing_never_costs_points(a in -10.0..10.0_f64, more in 0.0..10.0_f64) {
            let weights = Weights::hand_set();
            for feature in Feature::ALL.into_iter().filter(|feature| feature.is_merit()) {
                prop_assert!(weights.points(feature, Value::Known(a + more)) >= weights.points(feature, Value::Known(a)));
            }
        }

        #[test]
        fn being_at_least_as_good_in_every_merit_never_lowers_the_score(
            values in prop::collection::vec(prop_oneof![Just(None), (-10.0..10.0_f64).prop_map(Some)], Feature::ALL.len()),
            more in prop::collection::vec(0.0..5.0_f64, Feature::ALL.len()),
        ) {
            let one = |n: usize, more: f64| values[n].map_or(Value::Unknown, |value| Value::Known(value + more));
            let (mut worse, mut better) = ([Value::NotAsked; Feature::ALL.len()], [Value::NotAsked; Feature::ALL.len()]);
            for feature in Feature::ALL {
                let n = feature as usize;
                worse[n] = one(n, 0.0);
                better[n] = one(n, if feature.is_merit() { more[n] } else { 0.0 });
            }
            prop_assert!(Weights::hand_set().sum(&better) >= Weights::hand_set().sum(&worse));
        }
    }

    #[test]
    fn no_merit_has_a_negative_weight() {
        let weights = Weights::hand_set();
        let wrong: Vec<_> = Feature::ALL.into_iter().filter(|it| it.is_merit() && weights.weight(*it).per_unit < 0.0).collect();
        assert_eq!(wrong, []);
    }
}
