//! Finds organizations by name.

use std::collections::HashMap;

use crate::domain::{Organization, OrganizationId};

/// Organizations by id, name and alias. A name shared by several organizations refers to none of them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ids: HashMap<String, Known>,
}

#[derive(Debug, Clone)]
enum Known {
    /// Known only from rows that mention it; a full record with the same name replaces it.
    Stub(OrganizationId),
    /// One organization.
    Full(OrganizationId),
    /// Several organizations share the name.
    Several,
}

impl Names {
    /// Adds the id, name and aliases of `organization`.
    pub fn add(&mut self, organization: &Organization) {
        let id = &organization.id;
        let own = if organization.stub { Known::Stub(id.clone()) } else { Known::Full(id.clone()) };
        let names = std::iter::once(&organization.name).chain(&organization.aliases).map(String::as_str);
        for name in names.chain([id.as_str()]) {
            let known = match (self.ids.get(name), &own) {
                (Some(Known::Full(_) | Known::Several), Known::Stub(_)) => continue,
                (Some(Known::Full(other)), _) if other != id && name != id.as_str() && name != other.as_str() => Known::Several,
                (Some(Known::Full(other)), _) if name == other.as_str() => continue,
                (Some(Known::Several), _) if name != id.as_str() => Known::Several,
                _ => own.clone(),
            };
            self.ids.insert(name.to_owned(), known);
        }
    }

    /// The one organization with this id, name or alias.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&OrganizationId> {
        match self.ids.get(text)? {
            Known::Stub(id) | Known::Full(id) => Some(id),
            Known::Several => None,
        }
    }
}
