//! Organizations whose names have a part in common with what is typed.

use super::state::App;
use crate::catalog::{Bodied, Catalog};
use crate::domain::{OrganizationId, Principal};

/// An organization that what is typed may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Where it is at home; none if that is not known.
    pub home: Option<String>,
}

impl App {
    /// At most `most` organizations that have a name with `part` in it: those that it is a whole name of first, then those whose
    /// names begin with it, shorter names first.
    #[must_use]
    pub fn organizations_named(&self, _who: Principal, part: &str, most: usize) -> Vec<NamedOrganization> {
        let catalog = self.catalog();
        let part = part.trim();
        if part.is_empty() || most == 0 {
            return Vec::new();
        }
        let mut found: Vec<(u8, usize, String, usize)> = catalog
            .containing(Bodied::Organizations, &[part])
            .into_iter()
            .flatten()
            .map(|at| at as usize)
            .filter_map(|at| distance(&catalog, at, part).map(|distance| (at, distance)))
            .map(|(at, distance)| {
                let name = catalog.organization_facts(at).name().to_owned();
                (distance, name.chars().count(), name, at)
            })
            .collect();
        found.sort_unstable();
        let shown = found.into_iter().take(most);
        shown
            .map(|(_, _, name, at)| NamedOrganization {
                id: OrganizationId::new(catalog.organization_facts(at).id()),
                home: catalog.home_region(at).map(|home| catalog.reference.divisions.full_name(home)),
                name,
            })
            .collect()
    }
}

/// How far the closest name of an organization is from `part`: 0 if it is the whole name, 2 if the part stands inside.
fn distance(catalog: &Catalog, at: usize, part: &str) -> Option<u8> {
    let facts = catalog.organization_facts(at);
    if facts.is_replaced() {
        return None;
    }
    let of_name = |name: &str| match () {
        () if name == part => Some(0),
        () if name.starts_with(part) => Some(1),
        () if name.contains(part) => Some(2),
        () => None,
    };
    facts.names().filter_map(of_name).min()
}
