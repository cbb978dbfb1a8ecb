//! Organizations that are known from other records alone, and the full records that take their place.

use std::collections::{HashMap, HashSet};

use crate::domain::{Organization, OrganizationId};

/// Takes out the stubs whose name is the name or alias of exactly one full record: that record is who was meant. Gives
/// the ids of the stubs with the ids that stand for them.
pub(super) fn take_over_stubs(organizations: &mut Vec<Organization>) -> Vec<(OrganizationId, OrganizationId)> {
    let mut bearers: HashMap<&str, Vec<&OrganizationId>> = HashMap::new();
    for full in organizations.iter().filter(|it| !it.stub) {
        for name in std::iter::once(&full.name).chain(&full.aliases) {
            bearers.entry(name).or_default().push(&full.id);
        }
    }
    let of = |stub: &Organization| match bearers.get(stub.name.as_str()).map(Vec::as_slice) {
        Some([full]) => Some((stub.id.clone(), (*full).clone())),
        _ => None,
    };
    let taken: Vec<_> = organizations.iter().filter(|it| it.stub).filter_map(of).collect();
    let gone: HashSet<&OrganizationId> = taken.iter().map(|(stub, _)| stub).collect();
    organizations.retain(|it| !gone.contains(&it.id));
    taken
}
