//! Masses of past projects, by what they were about.

use super::region_step::RegionStep;
use crate::reference::Taxonomy;

/// Masses by what past projects were about, each key once, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Masses {
    pub(super) sectors: Vec<(u16, f64)>,
    pub(super) regions: Vec<(RegionStep, f64)>,
    pub(super) groups: Vec<(u16, f64)>,
    pub(super) modes: Vec<(u16, f64)>,
}

impl Masses {
    /// A child counts in its parent too.
    pub(super) fn add_sector(&mut self, taxonomy: &Taxonomy, sector: usize, mass: f64) -> f64 {
        let parent = taxonomy.parent(sector);
        self.sectors.push((parent as u16, mass));
        if sector != parent {
            self.sectors.push((sector as u16, mass));
        }
        mass
    }

    /// A place counts in all places around it too, which are on its path.
    pub(super) fn add_region(&mut self, path: &[RegionStep], mass: f64) {
        self.regions.extend(path.iter().map(|&step| (step, mass)));
    }
}
