//! How often sectors, places, groups and modes occur over all organizations. An organization's own shares are compared with
//! these.
//!
//! Shares are smoothed towards equal ones, so none of them is zero.

use std::collections::HashMap;

use ndarray::Array2;

use crate::domain::RegionCode;
use crate::reference::{Divisions, Taxonomy};

/// Pseudo-counts that smooth an organization's own shares, set by hand. This one: for sectors.
pub const SECTOR_PRIOR: f64 = 5.0;
/// For the share of a macro-region in the nation.
pub const REGION_PRIOR: f64 = 8.0;
/// For groups and for modes.
pub const TAG_PRIOR: f64 = 5.0;

/// Pseudo-counts of the background's own smoothing: for top sectors and macro-regions, and for what lies inside them.
const TOP_PRIOR: f64 = 10.0;
const INNER_PRIOR: f64 = 2.0;
/// 华北, 东北, 华东, 中南, 西南, 西北.
const MACRO_REGIONS: f64 = 6.0;

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

/// Masses over all organizations on one day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Background {
    /// By sector number; children count in their parents too.
    sectors: Vec<f64>,
    sector_total: f64,
    regions: HashMap<RegionStep, f64>,
    families: Vec<f64>,
    top_sectors: f64,
    groups: Tags,
    modes: Tags,
    /// For each pair of top-level sectors, Σ over organizations of mass · mass / (total + 1): how often one organization works
    /// in both.
    together: Array2<f64>,
}

/// Masses of groups or of modes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tags {
    masses: Vec<f64>,
    total: f64,
}

impl Tags {
    fn new(count: usize) -> Self {
        Self { masses: vec![0.0; count], total: 0.0 }
    }

    fn add(&mut self, number: usize, mass: f64) {
        self.masses[number] += mass;
        self.total += mass;
    }

    fn share(&self, number: usize) -> f64 {
        (self.masses[number] + TOP_PRIOR / self.masses.len() as f64) / (self.total + TOP_PRIOR)
    }
}

impl Background {
    pub(super) fn new(taxonomy: &Taxonomy) -> Self {
        let mut families = vec![0.0; taxonomy.sector_count()];
        for n in 0..taxonomy.sector_count() {
            families[taxonomy.parent(n)] += 1.0;
        }
        let top_sectors = families.iter().filter(|&&size| size > 0.0).count() as f64;
        Self {
            sectors: vec![0.0; families.len()],
            together: Array2::zeros((families.len(), families.len())),
            families,
            top_sectors,
            groups: Tags::new(taxonomy.groups().len()),
            modes: Tags::new(taxonomy.modes().len()),
            ..Self::default()
        }
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

    /// Counts the top-level sectors in which one organization works.
    pub(super) fn add_roof(&mut self, masses: &[(u16, f64)]) {
        let total: f64 = masses.iter().map(|entry| entry.1).sum();
        for &(a, mass) in masses {
            for &(b, other) in masses {
                self.together[(usize::from(a), usize::from(b))] += mass * other / (total + 1.0);
            }
        }
    }

    /// How often one organization works in both top-level sectors, relative to each alone: the cosine of their columns, 1 for
    /// the same sector.
    #[must_use]
    pub fn closeness(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let alone = self.together[(a, a)] * self.together[(b, b)];
        if alone > 0.0 { self.together[(a, b)] / alone.sqrt() } else { 0.0 }
    }

    pub(super) fn add_group(&mut self, group: usize, mass: f64) {
        self.groups.add(group, mass);
    }

    pub(super) fn add_mode(&mut self, mode: usize, mass: f64) {
        self.modes.add(mode, mass);
    }

    /// Share of a group.
    #[must_use]
    pub fn group(&self, group: usize) -> f64 {
        self.groups.share(group)
    }

    /// Share of a mode.
    #[must_use]
    pub fn mode(&self, mode: usize) -> f64 {
        self.modes.share(mode)
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
