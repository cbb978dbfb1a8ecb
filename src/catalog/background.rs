//! How often sectors, places, groups and modes occur over all organizations. An organization's own shares are compared with
//! these.
//!
//! Shares are smoothed towards equal ones, so none of them is zero. Sums are integers of a fixed unit: whatever is taken out and
//! put in, and in whatever order, they are those of adding everything up.

use std::collections::HashMap;

use ndarray::Array2;

use super::masses::Masses;
use super::region_step::RegionStep;
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

/// A sum in units of 2⁻³²: a mass of ten million projects still fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fixed(i64);

impl Fixed {
    const UNITS: f64 = 4_294_967_296.0;

    /// Adds a mass, or takes out the same mass with `sign` −1.
    fn add(&mut self, mass: f64, sign: i64) {
        self.0 = self.0.wrapping_add(sign * (mass * Self::UNITS).round() as i64);
    }

    fn value(self) -> f64 {
        self.0 as f64 / Self::UNITS
    }
}

/// Masses over all organizations on one day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Background {
    /// By sector number; children count in their parents too.
    sectors: Vec<Fixed>,
    sector_total: Fixed,
    regions: HashMap<RegionStep, Fixed>,
    families: Vec<f64>,
    top_sectors: f64,
    groups: Tags,
    modes: Tags,
    /// For each pair of top-level sectors, Σ over organizations of mass · mass / (total + 1): how often one organization works
    /// in both.
    together: Array2<Fixed>,
}

/// Masses of groups or of modes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tags {
    masses: Vec<Fixed>,
    total: Fixed,
}

impl Tags {
    fn new(count: usize) -> Self {
        Self { masses: vec![Fixed::default(); count], total: Fixed::default() }
    }

    fn add(&mut self, masses: &[(u16, f64)], sign: i64) {
        for &(number, mass) in masses {
            self.masses[usize::from(number)].add(mass, sign);
            self.total.add(mass, sign);
        }
    }

    fn share(&self, number: usize) -> f64 {
        (self.masses[number].value() + TOP_PRIOR / self.masses.len() as f64) / (self.total.value() + TOP_PRIOR)
    }

    fn merge(&mut self, other: &Self) {
        merge(&mut self.masses, &other.masses);
        self.total.0 += other.total.0;
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
            sectors: vec![Fixed::default(); families.len()],
            together: Array2::from_elem((families.len(), families.len()), Fixed::default()),
            families,
            top_sectors,
            groups: Tags::new(taxonomy.groups().len()),
            modes: Tags::new(taxonomy.modes().len()),
            ..Self::default()
        }
    }

    /// Adds what one organization has done, or takes the same out with `sign` −1.
    pub(super) fn add(&mut self, taxonomy: &Taxonomy, own: &Masses, sign: i64) {
        let is_top = |sector: u16| taxonomy.parent(usize::from(sector)) == usize::from(sector);
        for &(sector, mass) in &own.sectors {
            self.sectors[usize::from(sector)].add(mass, sign);
            if is_top(sector) {
                self.sector_total.add(mass, sign);
            }
        }
        let top = || own.sectors.iter().filter(|entry| is_top(entry.0));
        let total: f64 = top().map(|entry| entry.1).sum();
        for &(a, mass) in top() {
            for &(b, other) in top() {
                self.together[(usize::from(a), usize::from(b))].add(mass * other / (total + 1.0), sign);
            }
        }
        for &(step, mass) in &own.regions {
            self.regions.entry(step).or_default().add(mass, sign);
        }
        self.groups.add(&own.groups, sign);
        self.modes.add(&own.modes, sign);
        if sign < 0 {
            self.regions.retain(|_, sum| *sum != Fixed::default());
        }
    }

    /// Adds the sums over other organizations.
    pub(super) fn merge(&mut self, other: &Self) {
        merge(&mut self.sectors, &other.sectors);
        self.sector_total.0 += other.sector_total.0;
        for (&step, sum) in &other.regions {
            self.regions.entry(step).or_default().0 += sum.0;
        }
        self.groups.merge(&other.groups);
        self.modes.merge(&other.modes);
        self.together.zip_mut_with(&other.together, |a, b| a.0 += b.0);
    }

    /// How often one organization works in both top-level sectors, relative to each alone: the cosine of their columns, 1 for
    /// the same sector.
    #[must_use]
    pub fn closeness(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let together = |a, b| self.together[(a, b)].value();
        let alone = together(a, a) * together(b, b);
        if alone > 0.0 { together(a, b) / alone.sqrt() } else { 0.0 }
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
        (self.sectors[sector].value() + TOP_PRIOR / self.top_sectors.max(1.0)) / (self.sector_total.value() + TOP_PRIOR)
    }

    /// Share of a child within its parent.
    #[must_use]
    pub fn child_sector(&self, child: usize, parent: usize) -> f64 {
        let prior = INNER_PRIOR / self.families[parent].max(1.0);
        (self.sectors[child].value() + prior) / (self.sectors[parent].value() + INNER_PRIOR)
    }

    /// Share of `inner` within `outer`, the next step up.
    #[must_use]
    pub fn region(&self, divisions: &Divisions, inner: RegionStep, outer: RegionStep) -> f64 {
        let mass = |step| self.regions.get(&step).map_or(0.0, |sum| sum.value());
        let (prior, siblings) = match outer {
            RegionStep::Nation => (TOP_PRIOR, MACRO_REGIONS),
            // About 31 provinces in six macro-regions.
            RegionStep::Macro(_) => (INNER_PRIOR, 5.0),
            RegionStep::Division(outer) => (INNER_PRIOR, divisions.children(outer) as f64),
        };
        (mass(inner) + prior / siblings) / (mass(outer) + prior)
    }
}

fn merge(sums: &mut [Fixed], others: &[Fixed]) {
    sums.iter_mut().zip(others).for_each(|(sum, other)| sum.0 += other.0);
}
