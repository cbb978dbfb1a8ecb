//! One organization with a longer history: the answer to “what if”.

use std::sync::Arc;

use super::experience::Experience;
use super::facts::OwnedProject;
use super::records::Records;
use super::region_step::RegionStep;
use super::row::Row;
use super::view::{Past, View};
use crate::domain::Project;

/// One organization as it would be with more past projects: the answer to “what if”. Everything else stays.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// Position of the organization.
    pub organization: usize,
    /// Its row.
    pub row: Row,
    /// The view, with the added projects in the background of all organizations; its rows and lists are unchanged.
    pub view: Arc<View>,
    sum: Experience,
}

impl View {
    /// `organization` with `projects` more projects like `project`, each carried out by it alone.
    #[must_use]
    pub fn what_if(&self, records: &Records, organization: usize, project: &Project, projects: usize) -> WhatIf {
        let own = OwnedProject::new(project, &records.reference.taxonomy, 0);
        let sum = Experience::with(records, Some(organization), &own.facts(), projects, self.day);
        let row = Row::new(records, &self.claimed, organization, self.day, &sum);
        let more = Experience::with(records, None, &own.facts(), projects, self.day);
        let mut past = Past::clone(&self.past);
        past.background.add(&records.reference.taxonomy, &more.masses, 1);
        let view = Arc::new(self.with_past(past));
        WhatIf { organization, row, view, sum }
    }
}

impl WhatIf {
    /// Its mass in a sector.
    #[must_use]
    pub fn sector(&self, sector: u16) -> f64 {
        of_key(&self.sum.masses.sectors, sector)
    }

    /// Its mass in a place.
    #[must_use]
    pub fn region(&self, step: RegionStep) -> f64 {
        of_key(&self.sum.masses.regions, step)
    }

    /// Its mass in a group.
    #[must_use]
    pub fn group(&self, group: u16) -> f64 {
        of_key(&self.sum.masses.groups, group)
    }

    /// Its mass in a mode.
    #[must_use]
    pub fn mode(&self, mode: u16) -> f64 {
        of_key(&self.sum.masses.modes, mode)
    }
}

fn of_key<K: Copy + Ord>(masses: &[(K, f64)], key: K) -> f64 {
    masses.binary_search_by_key(&key, |entry| entry.0).map_or(0.0, |at| masses[at].1)
}
