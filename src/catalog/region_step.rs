//! Steps of the division tree, from a place up to the nation.

use std::collections::HashMap;

use crate::domain::RegionCode;
use crate::reference::Divisions;

/// One step of the division tree, as a key: a place, a macro-region (by its number) or the nation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionStep {
    /// The whole country.
    Nation,
    /// 华北 1, 东北 2, 华东 3, 中南 4, 西南 5, 西北 6.
    Macro(u32),
    /// A province, prefecture or county.
    Division(RegionCode),
}

impl RegionStep {
    /// The steps from a place up to the nation.
    #[must_use]
    pub fn path(divisions: &Divisions, place: RegionCode) -> Vec<Self> {
        divisions.lineage(place).map(Self::Division).chain([Self::Macro(place.macro_region()), Self::Nation]).collect()
    }
}

/// The paths of places, each found once.
#[derive(Default)]
pub(super) struct Paths(HashMap<RegionCode, Box<[RegionStep]>>);

impl Paths {
    /// The steps from a place up to the nation.
    pub(super) fn of(&mut self, divisions: &Divisions, place: RegionCode) -> &[RegionStep] {
        self.0.entry(place).or_insert_with(|| RegionStep::path(divisions, place).into())
    }
}
