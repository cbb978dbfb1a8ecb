//! How often sectors and places occur over all organizations: what an organization's own share is compared with.
//!
//! Shares are smoothed towards equal ones, so that nothing has a share of zero.

use std::collections::HashMap;

use crate::domain::RegionCode;
use crate::reference::{Divisions, Taxonomy};

/// Pseudo-counts of the smoothing: for top sectors and macro-regions, and for what lies inside them.
const TOP_PRIOR: f64 = 10.0;
const INNER_PRIOR: f64 = 2.0;
/// 华北, 东北, 华东, 中南, 西南, 西北.
const MACRO_REGIONS: f64 = 6.0;

/// One step down the division tree, as a key: a place, or a macro-region by its number, or the nation.
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
    /// From the place up to the nation.
    #[must_use]
    pub fn path(divisions: &Divisions, place: RegionCode) -> Vec<Self> {
        divisions.lineage(place).map(Self::Division).chain([Self::Macro(place.macro_region()), Self::Nation]).collect()
    }
}

/// Masses over all organizations on one day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Background {
    /// By number of the sector; children count in their parents too.
    sectors: Vec<f64>,
    sector_total: f64,
    regions: HashMap<RegionStep, f64>,
    families: Vec<f64>,
    top_sectors: f64,
}

impl Background {
    pub(super) fn new(taxonomy: &Taxonomy) -> Self {
        let mut families = vec![0.0; taxonomy.sector_count()];
        for n in 0..taxonomy.sector_count() {
            families[taxonomy.parent(n)] += 1.0;
        }
        let top_sectors = families.iter().filter(|&&size| size > 0.0).count() as f64;
        Self { sectors: vec![0.0; families.len()], families, top_sectors, ..Self::default() }
    }

    pub(super) fn add_sector(&mut self, sector: usize, mass: f64, is_top: bool) {
        self.sectors[sector] += mass;
        if is_top {
            self.sector_total += mass;
        }
    }

    pub(super) fn add_region(&mut self, step: RegionStep, mass: f64) {
        *self.regions.entry(step).or_default() += mass;
    }

    /// Share of a top-level sector.
    #[must_use]
    pub fn top_sector(&self, sector: usize) -> f64 {
        (self.sectors[sector] + TOP_PRIOR / self.top_sectors.max(1.0)) / (self.sector_total + TOP_PRIOR)
    }

    /// Share of a child within its parent.
    #[must_use]
    pub fn child_sector(&self, child: usize, parent: usize) -> f64 {
        (self.sectors[child] + INNER_PRIOR / self.families[parent].max(1.0)) / (self.sectors[parent] + INNER_PRIOR)
    }

    /// Share of `inner` within `outer`, the next step up.
    #[must_use]
    pub fn region(&self, divisions: &Divisions, inner: RegionStep, outer: RegionStep) -> f64 {
        let mass = |step| self.regions.get(&step).copied().unwrap_or(0.0);
        let (prior, siblings) = match outer {
            RegionStep::Nation => (TOP_PRIOR, MACRO_REGIONS),
            // About 31 provinces in six macro-regions.
            RegionStep::Macro(_) => (INNER_PRIOR, 5.0),
            RegionStep::Division(outer) => (INNER_PRIOR, divisions.children(outer) as f64),
        };
        (mass(inner) + prior / siblings) / (mass(outer) + prior)
    }
}
