//! An upper bound of every organization's score for a few additions. With it, ranking skips organizations that cannot be among
//! the first and stays exact.
//!
//! An organization in none of the need's lists has nothing in likeness, words and partners, and its sector, place, group, mode
//! and size can only count against it. What is left is its home and the purpose of its name, looked up by number, and what is
//! known of it whatever the need, summed once for a view and a set of weights. Each entry of a list then adds at most the maximum impact that the
//! features state for its number ([`Asked::max_impacts`]), looked up in a table of eight steps an octave.

use std::sync::Arc;

use super::feature::{Asked, DependsOn, Feature, Value};
use super::lists::{Lists, Slot};
use super::{Limit, Weights};
use crate::catalog::{CHUNK, Catalog, NO_HOME, Row, View};

/// More points than any score has.
const ABOVE_ALL: i32 = 1 << 27;
/// Numbers are distinguished from 2⁻¹² to 2²⁰, by the upper twelve bits of a single-precision float.
const STEP_BITS: u32 = 20;
const LOWEST: u32 = (127 - 12) << 3;
const STEPS: usize = 32 << 3;

/// The bounds of one need.
pub(super) struct UpperBound {
    base: i32,
    /// Points of each home, by its number.
    homes: Vec<i32>,
    homeless: i32,
    /// Points of each purpose, by its number.
    purposes: Vec<i32>,
    /// Points of the standing features, by organization, in chunks.
    standing: Vec<Arc<[i32]>>,
    max_impacts: Vec<MaxImpact>,
}

/// Maximum points that an entry of a list adds, by its number.
enum MaxImpact {
    /// A short list: all organizations in it are scored.
    Any,
    Steps(Box<[i32; STEPS]>),
}

/// The features whose values are determined by the same inputs.
fn features(depends_on: DependsOn) -> Vec<Feature> {
    Feature::ALL.into_iter().filter(|feature| feature.definition().depends_on == depends_on).collect()
}

/// Points, limited to ±[`ABOVE_ALL`].
fn bounded(points: i64) -> i32 {
    points.clamp(i64::from(-ABOVE_ALL), i64::from(ABOVE_ALL)) as i32
}

impl UpperBound {
    pub(super) fn new(asked: &Asked, weights: &Weights, catalog: &Catalog, view: &View, lists: &Lists<'_>) -> Self {
        let row = view.rows.iter().next().copied();
        let nothing = vec![0.0; lists.len()];
        let points = |feature: Feature, row: &Row| weights.points(feature, asked.value(feature, row, &nothing));
        let [of_row, of_home, of_purpose, others] =
            [DependsOn::Row, DependsOn::Home, DependsOn::Purpose, DependsOn::Need].map(features);
        let sum = |features: &[Feature], row: Option<Row>| -> i32 {
            bounded(row.map_or(0, |row| features.iter().map(|&feature| points(feature, &row)).sum()))
        };
        let at_home = |home: u16| sum(&of_home, row.map(|row| Row { home, ..row }));
        let for_purpose = |purpose: usize| sum(&of_purpose, row.map(|row| Row { purpose: purpose as u16, ..row }));
        let standing = |rows: &[Row]| -> Vec<i32> {
            let of = |row: &Row| -> i64 { of_row.iter().map(|&feature| points(feature, row)).sum() };
            rows.iter().map(|row| if Limit::bars(row) { -ABOVE_ALL } else { bounded(of(row)) }).collect()
        };
        // If a merit cost points, less of it would give a higher score, and the bounds would not hold.
        let holds = Feature::ALL.into_iter().all(|feature| !feature.is_merit() || weights.weight(feature).per_unit >= 0.0);
        let base = others.into_iter().map(|feature| weights.points(feature, Value::Unknown).max(0)).sum();
        Self {
            base: if holds { bounded(base) } else { ABOVE_ALL },
            homes: (0..catalog.homes().len()).map(|home| at_home(home as u16)).collect(),
            homeless: at_home(NO_HOME),
            purposes: (0..catalog.purposes().len()).map(for_purpose).collect(),
            standing: view.standing(weights.number(), standing),
            max_impacts: max_impacts(asked, weights, lists),
        }
    }

    /// Writes the bounds of the neighbouring organizations from `start` on, without their lists.
    pub(super) fn write(&self, catalog: &Catalog, start: usize, bounds: &mut Vec<i32>) {
        let chunk = start / CHUNK;
        let home = |number: u16| self.homes.get(usize::from(number)).copied().unwrap_or(self.homeless);
        let purpose = |number: u16| self.purposes.get(usize::from(number)).copied().unwrap_or_default();
        let numbers = self.standing[chunk].iter().zip(&*catalog.home_and_purpose().chunks()[chunk]);
        bounds.clear();
        bounds.extend(numbers.map(|(&standing, &[at, stated])| self.base + home(at) + purpose(stated) + standing));
    }

    /// Adds what the entries of a list can add.
    pub(super) fn add(&self, slot: Slot, start: usize, entries: &[(u32, f32)], bounds: &mut [i32]) {
        match &self.max_impacts[slot] {
            MaxImpact::Any => entries.iter().for_each(|entry| bounds[entry.0 as usize - start] = ABOVE_ALL),
            MaxImpact::Steps(steps) => {
                for &(organization, number) in entries {
                    let upper_bound = &mut bounds[organization as usize - start];
                    *upper_bound = upper_bound.saturating_add(steps[step(number)]);
                }
            }
        }
    }
}

/// Step of a non-negative number.
#[inline]
fn step(number: f32) -> usize {
    ((number.to_bits() >> STEP_BITS).saturating_sub(LOWEST) as usize).min(STEPS - 1)
}

fn max_impacts(asked: &Asked, weights: &Weights, lists: &Lists<'_>) -> Vec<MaxImpact> {
    let long = |list: &crate::catalog::List| list.len() > STEPS;
    let mut max_impacts: Vec<MaxImpact> =
        lists.iter().map(|list| if long(list) { MaxImpact::Steps(Box::new([0; STEPS])) } else { MaxImpact::Any }).collect();
    asked.max_impacts(&mut |feature, slot, impact| {
        let MaxImpact::Steps(steps) = &mut max_impacts[slot] else { return };
        let per_unit = 100.0 * weights.weight(feature).per_unit;
        if per_unit == 0.0 {
            return;
        }
        let (last, others) = steps.split_last_mut().expect("there are steps");
        for (n, most) in others.iter_mut().enumerate() {
            let end = f32::from_bits((n as u32 + LOWEST + 1) << STEP_BITS);
            // Slightly more, to cover the rounding of single precision.
            *most += bounded((per_unit * impact(f64::from(end)) + 1e-3).ceil().max(0.0) as i64);
        }
        *last = ABOVE_ALL;
    });
    max_impacts
}
