//! Organizations that are known only from other records (stubs), and the full records that replace them.

use std::collections::{HashMap, HashSet};

use crate::domain::{Organization, OrganizationId};

/// Removes the stubs whose name is the name or an alias of exactly one full record. Returns their ids, each with the id of the
/// record that replaces it.
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
