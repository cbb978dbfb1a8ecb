//! Places to choose from: the divisions level by level, and those whose names have a part in common with what is typed.

use super::state::App;
use crate::domain::RegionCode;
use crate::understand::{RegionField, region_field};

/// A place that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceChoice {
    /// Its code.
    pub code: RegionCode,
    /// Its own name.
    pub name: String,
    /// Its full name, province first.
    pub full_name: String,
    /// Names of the places that help it under a counterpart relation today.
    pub helped_by: Vec<String>,
}

/// Most places that a part of a name finds.
const MOST_FOUND: usize = 20;

impl App {
    /// The places directly below `parent`, by code; the provinces if that is none.
    #[must_use]
    pub fn places_below(&self, parent: Option<RegionCode>) -> Vec<PlaceChoice> {
        let catalog = self.catalog();
        let below: Vec<RegionCode> = catalog.reference.divisions.below(parent).map(|it| it.code).collect();
        below.into_iter().map(|code| self.place(code)).collect()
    }

    /// The places that have a name with `part` in it, the most likely ones first.
    #[must_use]
    pub fn places_with(&self, part: &str) -> Vec<PlaceChoice> {
        let (catalog, part) = (self.catalog(), part.trim());
        if part.is_empty() {
            return Vec::new();
        }
        let found = catalog.reference.divisions.with_part(part);
        found.into_iter().take(MOST_FOUND).map(|code| self.place(code)).collect()
    }

    /// The places that a name may mean, if it may mean several.
    #[must_use]
    pub fn places_meant(&self, name: &str) -> Vec<PlaceChoice> {
        match region_field(&self.catalog().reference, name, None, false) {
            RegionField::Ambiguous(found) => found.into_iter().map(|it| self.place(it.code)).collect(),
            RegionField::Certain(_) | RegionField::Unknown => Vec::new(),
        }
    }

    /// One place.
    #[must_use]
    pub fn place(&self, code: RegionCode) -> PlaceChoice {
        let catalog = self.catalog();
        let (divisions, counterparts) = (&catalog.reference.divisions, &catalog.reference.counterparts);
        let today = self.today();
        let is_running = |donor: &RegionCode| {
            counterparts.relation(divisions, *donor, code, today).is_some_and(|relation| relation.ended_years.is_none())
        };
        let donors = counterparts.donors(divisions, code, today).map(|(donor, _)| donor);
        let mut donors: Vec<RegionCode> = donors.filter(is_running).collect();
        donors.sort_unstable();
        donors.dedup();
        // A city that helps a county stands for its province too: the most precise one is named.
        let is_outer = |outer: &RegionCode| donors.iter().any(|it| it != outer && divisions.contains(*outer, *it));
        let named = donors.iter().filter(|it| !is_outer(it)).map(|&it| divisions.full_name(it)).collect();
        let name = divisions.get(code).map(|it| it.name.clone()).unwrap_or_default();
        PlaceChoice { code, name, full_name: divisions.full_name(code), helped_by: named }
    }
}
