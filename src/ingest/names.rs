//! Finds organizations by name.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::near::NearNames;
use crate::domain::{Organization, OrganizationId};

/// Organizations by id, name and alias. A name shared by several organizations refers to none of them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ids: HashMap<String, Known>,
    /// Built when a name is not found.
    near: OnceLock<NearNames>,
}

/// Whom a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearers<'a> {
    /// Nobody bears it.
    Nobody,
    /// One organization.
    One(&'a OrganizationId),
    /// Several share it.
    Several(&'a [OrganizationId]),
}

#[derive(Debug, Clone)]
enum Known {
    /// Known only from rows that mention it; a full record with the same name replaces it.
    Stub(OrganizationId),
    /// One organization.
    Full(OrganizationId),
    /// Several organizations share the name.
    Several(Vec<OrganizationId>),
}

impl Names {
    /// Adds the id, name and aliases of `organization`.
    pub fn add(&mut self, organization: &Organization) {
        let names = std::iter::once(&organization.name).chain(&organization.aliases).map(String::as_str);
        self.add_named(&organization.id, names, organization.stub);
    }

    /// Adds an id and the names and aliases of its organization.
    pub fn add_named<'a>(&mut self, id: &'a OrganizationId, names: impl Iterator<Item = &'a str>, is_stub: bool) {
        self.near.take();
        let own = if is_stub { Known::Stub(id.clone()) } else { Known::Full(id.clone()) };
        for name in names.chain([id.as_str()]) {
            let known = match (self.ids.get(name), &own) {
                (Some(Known::Full(_) | Known::Several(_)), Known::Stub(_)) => continue,
                (Some(Known::Full(other)), _) if other != id && name != id.as_str() && name != other.as_str() => {
                    Known::Several(vec![other.clone(), id.clone()])
                }
                (Some(Known::Full(other)), _) if name == other.as_str() => continue,
                (Some(Known::Several(bearers)), _) if name != id.as_str() => {
                    let mut bearers = bearers.clone();
                    if !bearers.contains(id) {
                        bearers.push(id.clone());
                    }
                    Known::Several(bearers)
                }
                _ => own.clone(),
            };
            self.ids.insert(name.to_owned(), known);
        }
    }

    /// The one organization with this id, name or alias.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&OrganizationId> {
        match self.bearers(text) {
            Bearers::One(id) => Some(id),
            Bearers::Nobody | Bearers::Several(_) => None,
        }
    }

    /// Whom an id, name or alias means.
    #[must_use]
    pub fn bearers(&self, text: &str) -> Bearers<'_> {
        match self.ids.get(text) {
            None => Bearers::Nobody,
            Some(Known::Stub(id) | Known::Full(id)) => Bearers::One(id),
            Some(Known::Several(ids)) => Bearers::Several(ids),
        }
    }

    /// A known name that `text` may be a slip for.
    #[must_use]
    pub fn near(&self, text: &str) -> Option<&str> {
        let is_full = |known: &Known| !matches!(known, Known::Stub(_));
        let names = || self.ids.iter().filter(|(_, known)| is_full(known)).map(|(name, _)| name.clone());
        self.near.get_or_init(|| NearNames::new(names())).nearest(text)
    }
}
