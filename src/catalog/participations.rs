//! Who took part in which project.

use bytemuck::{Pod, Zeroable};

use super::absent::NOBODY;
use crate::domain::{OrganizationId, Project};

/// A project of an organization, or an organization of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct Participation {
    /// Position of the project or of the organization.
    pub to: u32,
    by_branch: u16,
    /// Position among the participants of the project.
    pub position: u16,
}

impl Participation {
    /// By the organization itself, or by a branch of it.
    pub(super) const fn new(to: u32, by_branch: bool, position: u16) -> Self {
        Self { to, by_branch: by_branch as u16, position }
    }

    /// True if a branch took part, not the organization itself.
    #[must_use]
    pub const fn is_by_branch(self) -> bool {
        self.by_branch != 0
    }

    /// The same, seen from the other side.
    pub(super) const fn seen_from(self, to: u32) -> Self {
        Self { to, ..self }
    }
}

/// The organizations of a project, ascending by position. `resolve` finds who stands behind an id, and `head` of whom that one
/// is a branch; either may be [`NOBODY`].
pub(super) fn participants(
    project: &Project,
    resolve: impl Fn(&OrganizationId) -> u32,
    head: impl Fn(u32) -> u32,
) -> Vec<Participation> {
    let mut found = Vec::with_capacity(project.participants.len());
    for (position, participant) in (0..=u16::MAX).zip(&project.participants) {
        let organization = resolve(&participant.organization);
        if organization == NOBODY {
            continue;
        }
        found.push(Participation::new(organization, false, position));
        let head = head(organization);
        if head != NOBODY {
            found.push(Participation::new(head, true, position));
        }
    }
    found.sort_unstable();
    // An organization that a project names twice takes part once.
    found.dedup_by_key(|participation| participation.to);
    found
}
