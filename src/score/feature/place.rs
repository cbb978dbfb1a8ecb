//! Home: where the organization is registered, against the need's places; by number of the home, so that each home is looked
//! up once a need.

use jiff::civil::Date;

use crate::catalog::{Catalog, NO_HOME, Row};
use crate::domain::RegionCode;
use crate::reference::Relation;
use crate::score::{Question, Value};

/// What each home means for one need.
pub(in crate::score) struct Homes {
    /// Nearness and counterpart relation, by number of the home.
    by_number: Vec<(f64, f64)>,
}

impl Homes {
    /// None if the need names no place.
    pub(in crate::score) fn new(catalog: &Catalog, question: &Question, as_of: Date) -> Option<Self> {
        let of = |&home: &RegionCode| {
            let near = question.regions.iter().map(|&place| nearness(home, place)).fold(0.0, f64::max);
            (near, relation(catalog, question, home, as_of).map_or(0.0, |relation| relation.strength))
        };
        (!question.regions.is_empty()).then(|| Self { by_number: catalog.homes.iter().map(of).collect() })
    }

    /// Nearness of home and place: 1 in one county, 0.85 in one prefecture, 0.7 in one province, 0.2 in one macro-region,
    /// else 0; the nearest of the need's places. A home known by its province only is near all of the province.
    pub(in crate::score) fn nearness(&self, row: &Row) -> Value {
        self.of(row).map_or(Value::Unknown, |home| Value::Known(home.0))
    }

    /// Counterpart relation on the day of the question: 1 for a helped county, 0.7 for a prefecture, 0.5 for a province, halved
    /// every three years after the end; 0 for none. The strongest of the need's places.
    pub(in crate::score) fn counterpart(&self, row: &Row) -> Value {
        self.of(row).map_or(Value::Unknown, |home| Value::Known(home.1))
    }

    fn of(&self, row: &Row) -> Option<(f64, f64)> {
        if row.home == NO_HOME { None } else { self.by_number.get(usize::from(row.home)).copied() }
    }
}

fn nearness(home: RegionCode, place: RegionCode) -> f64 {
    let same_county = home == place && home != home.prefecture();
    let prefecture = home.prefecture();
    if same_county {
        1.0
    } else if prefecture == place.prefecture() && prefecture != prefecture.province() {
        0.85
    } else if home.province() == place.province() {
        0.7
    } else if home.macro_region() == place.macro_region() {
        0.2
    } else {
        0.0
    }
}

/// The strongest counterpart relation of a home to the need's places.
pub(in crate::score) fn relation(catalog: &Catalog, question: &Question, home: RegionCode, as_of: Date) -> Option<Relation> {
    let counterparts = catalog.reference.counterparts;
    let of = |&place| counterparts.relation(catalog.reference.divisions, home, place, as_of);
    question.regions.iter().filter_map(of).max_by(|a, b| a.strength.total_cmp(&b.strength))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_home_the_larger() {
        let code = |digits| RegionCode::new(digits).unwrap();
        let place = code(533_422);
        let values = [533_422, 533_400, 530_000, 510_000, 310_000].map(|home| nearness(code(home), place));
        assert_eq!(values, [1.0, 0.85, 0.7, 0.2, 0.0]);
        assert_eq!(nearness(code(533_423), place), 0.85, "a neighbouring county");
    }
}
