//! Who took part in which project.

use std::collections::HashMap;

use rayon::prelude::*;

use super::visibility::visible_day;
use crate::domain::{OrganizationId, Project};

/// The projects of each organization and the organizations of each project, both as slices of one array.
pub(super) struct Participations {
    projects: Slices,
    organizations: Slices,
}

impl Participations {
    pub(super) fn new(
        organizations: usize,
        projects: &[Project],
        at: &HashMap<&OrganizationId, u32>,
        heads: &[Option<u32>],
    ) -> Self {
        let mut participations: Vec<(u32, Participation)> = Vec::new();
        for (project, record) in (0..).zip(projects) {
            for (position, participant) in (0..=u16::MAX).zip(&record.participants) {
                let Some(&organization) = at.get(&participant.organization) else { continue };
                participations.push((project, Participation { to: organization, by_branch: false, position }));
                participations.extend(
                    heads[organization as usize].map(|head| (project, Participation { to: head, by_branch: true, position })),
                );
            }
        }
        participations.par_sort_unstable();
        // An organization that a project names twice takes part once.
        participations.dedup_by_key(|participation| (participation.0, participation.1.to));
        let by_project = Slices::new(projects.len(), &participations);
        participations.iter_mut().for_each(|(project, link)| std::mem::swap(project, &mut link.to));
        let start = |project: u32| visible_day(projects[project as usize].period);
        participations.par_sort_by_cached_key(|&(organization, participation)| {
            (organization, std::cmp::Reverse(start(participation.to)), participation)
        });
        Self { projects: by_project, organizations: Slices::new(organizations, &participations) }
    }

    /// The projects of an organization, the latest first and undated ones last.
    pub(super) fn of_organization(&self, organization: usize) -> &[Participation] {
        self.organizations.get(organization)
    }

    /// The organizations of a project, ascending by position.
    pub(super) fn of_project(&self, project: usize) -> &[Participation] {
        self.projects.get(project)
    }

    /// Bytes held, by organization and by project.
    pub(super) fn bytes(&self) -> [usize; 2] {
        [self.organizations.bytes(), self.projects.bytes()]
    }
}

/// A project of an organization, or an organization of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Participation {
    /// Position of the project or of the organization.
    pub to: u32,
    /// True if a branch took part, not the organization itself.
    pub by_branch: bool,
    /// Position among the participants of the project.
    pub position: u16,
}

/// Links by number, in compressed rows.
struct Slices {
    offsets: Box<[u32]>,
    links: Box<[Participation]>,
}

impl Slices {
    /// From links sorted by their number, which is below `count`.
    fn new(count: usize, links: &[(u32, Participation)]) -> Self {
        let mut offsets = vec![0; count + 1].into_boxed_slice();
        for &(number, _) in links {
            offsets[number as usize + 1] += 1;
        }
        for n in 0..count {
            offsets[n + 1] += offsets[n];
        }
        Self { offsets, links: links.iter().map(|&(_, link)| link).collect() }
    }

    fn get(&self, number: usize) -> &[Participation] {
        &self.links[self.offsets[number] as usize..self.offsets[number + 1] as usize]
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.offsets) + size_of_val(&*self.links)
    }
}
