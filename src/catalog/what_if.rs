//! One organization with a longer history: the answer to “what if”.

use std::sync::Arc;

use super::background::RegionStep;
use super::experience::Experience;
use super::participations::Participation;
use super::records::Records;
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
        let mut sum = Experience::on_record(records, organization, self.as_of);
        for _ in 0..projects {
            sum.add(records, project, Participation { to: 0, by_branch: false, position: 0 }, self.as_of);
        }
        let row = Row::new(records, &self.claimed, organization, self.as_of, &sum);
        let mut more = Experience::default();
        for _ in 0..projects {
            more.add(records, project, Participation { to: 0, by_branch: false, position: 0 }, self.as_of);
        }
        let mut past = Past::clone(&self.past);
        past.add_usual(records, &more);
        let view = Arc::new(self.with_past(past));
        WhatIf { organization, row, view, sum }
    }
}

impl WhatIf {
    /// Its mass in a sector.
    #[must_use]
    pub fn sector(&self, sector: u16) -> f64 {
        of_key(&self.sum.sectors, sector)
    }

    /// Its mass in a place.
    #[must_use]
    pub fn region(&self, step: RegionStep) -> f64 {
        of_key(&self.sum.regions, step)
    }

    /// Its mass in a group.
    #[must_use]
    pub fn group(&self, group: u16) -> f64 {
        of_key(&self.sum.groups, group)
    }

    /// Its mass in a mode.
    #[must_use]
    pub fn mode(&self, mode: u16) -> f64 {
        of_key(&self.sum.modes, mode)
    }
}

fn of_key<K: Copy + PartialEq>(masses: &[(K, f64)], key: K) -> f64 {
    masses.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).sum()
}
