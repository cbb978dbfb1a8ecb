//! A ceiling of the score of organizations that no list of the need names, in two additions: most of a country is passed over
//! for next to nothing, and the ranking stays exact.
//!
//! Without a list, likeness, name, scope and partners give nothing, and sector, place, group, mode and size can only count
//! against an organization, or be unknown. What is left is where it is at home, looked up by number, and what is known of it
//! whatever the need, summed once for a view and a set of weights.

use std::sync::Arc;

use super::feature::{Asked, Feature};
use super::{Theme, Value, Weights};
use crate::catalog::{NO_HOME, Row, View};

/// The ceilings of one need.
pub(super) struct Ceiling {
    base: i64,
    /// Points of the home, by number.
    homes: Vec<i64>,
    homeless: i64,
    /// Points of the standing features, by organization.
    standing: Arc<[i32]>,
}

/// Features that follow from the number of the home alone.
const OF_HOME: [Feature; 3] = [Feature::Counterpart, Feature::Home, Feature::HomeVotes];

/// Features that follow from the row alone.
fn is_standing(feature: Feature) -> bool {
    let is_listed = matches!(feature, Feature::Partners | Feature::Declines);
    feature.theme() == Theme::Standing && !is_listed || matches!(feature, Feature::Headroom | Feature::Slots)
}

impl Ceiling {
    /// None where a merit costs points: then less of it is more of the score, and nothing here holds.
    pub(super) fn new(asked: &Asked, weights: &Weights, view: &View, homes: usize, facts: &[f32]) -> Option<Self> {
        let row = *view.rows.iter().next()?;
        if Feature::ALL.into_iter().any(|feature| feature.is_merit() && weights.of(feature).per_unit < 0.0) {
            return None;
        }
        let points = |feature: Feature, row: &Row| weights.points(feature, asked.value(feature, row, facts));
        let at_home = |home: u16| -> i64 { OF_HOME.iter().map(|&feature| points(feature, &Row { home, ..row })).sum() };
        let others = Feature::ALL.into_iter().filter(|feature| !is_standing(*feature) && !OF_HOME.contains(feature));
        let standing = || {
            let of = |row: &Row| -> i64 {
                Feature::ALL.into_iter().filter(|it| is_standing(*it)).map(|feature| points(feature, row)).sum()
            };
            // A sum beyond this range is beyond every other score as well.
            view.rows.iter().map(|row| of(row).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32).collect()
        };
        Some(Self {
            base: others.map(|feature| weights.points(feature, Value::Unknown).max(0)).sum(),
            homes: (0..homes).map(|home| at_home(home as u16)).collect(),
            homeless: at_home(NO_HOME),
            standing: view.standing(weights.number(), standing),
        })
    }

    /// No less than the score of an organization that no list names.
    #[inline]
    pub(super) fn of(&self, organization: usize, row: &Row) -> i64 {
        let home = self.homes.get(usize::from(row.home)).copied().unwrap_or(self.homeless);
        self.base + home + i64::from(self.standing[organization])
    }
}
