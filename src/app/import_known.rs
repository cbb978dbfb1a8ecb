//! The records that an import changes: those of the catalog, and those that earlier files of the same import have written.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::catalog::Catalog;
use crate::domain::{Claim, Entity, EntityKind, Need, NeedId, Organization, OrganizationId, Project, ProjectId};
use crate::ingest::Stored;

/// The records by id.
#[derive(Default)]
pub(super) struct KnownRecords {
    catalog: Option<Arc<Catalog>>,
    /// Those of this import. They take precedence.
    written: HashMap<(EntityKind, String), Entity>,
    /// Those of the catalog; built when an import has claims.
    claims: OnceLock<HashMap<String, Claim>>,
}

impl KnownRecords {
    pub(super) fn of(catalog: Arc<Catalog>) -> Self {
        Self { catalog: Some(catalog), ..Self::default() }
    }

    /// Takes in what was written of a file. A stub never hides a full record.
    pub(super) fn write(&mut self, entities: Vec<Entity>) {
        for entity in entities {
            let is_hidden = matches!(&entity, Entity::Organization(it) if it.stub && self.organization(it.id.as_str()).is_some());
            if !is_hidden {
                self.written.insert((entity.kind(), entity.id().to_owned()), entity);
            }
        }
    }

    /// The needs that were stored before the import, in the order of the ledger.
    pub(super) fn needs_before(&self) -> impl Iterator<Item = &Need> {
        self.catalog.iter().flat_map(|catalog| &catalog.needs)
    }

    fn written(&self, kind: EntityKind, id: &str) -> Option<&Entity> {
        if self.written.is_empty() { None } else { self.written.get(&(kind, id.to_owned())) }
    }
}

impl Stored for KnownRecords {
    fn organization(&self, id: &str) -> Option<&Organization> {
        if let Some(Entity::Organization(it)) = self.written(EntityKind::Organizations, id) {
            return Some(it);
        }
        let catalog = self.catalog.as_ref()?;
        let found = catalog.organization(&OrganizationId::new(id)).map(|at| &catalog.organizations[at]);
        // The position of a stub that gave way is that of the full record, which has another id.
        found.filter(|it| it.id.as_str() == id)
    }

    fn project(&self, id: &str) -> Option<&Project> {
        match self.written(EntityKind::Projects, id) {
            Some(Entity::Project(it)) => Some(it),
            _ => self.catalog.as_ref()?.project(&ProjectId::new(id)),
        }
    }

    fn need(&self, id: &str) -> Option<&Need> {
        match self.written(EntityKind::Needs, id) {
            Some(Entity::Need(it)) => Some(it),
            _ => self.catalog.as_ref()?.need_even_if_deleted(&NeedId::new(id)),
        }
    }

    fn claim(&self, id: &str) -> Option<&Claim> {
        if let Some(Entity::Claim(it)) = self.written(EntityKind::Claims, id) {
            return Some(it);
        }
        let catalog = self.catalog.as_ref()?;
        let claims = self.claims.get_or_init(|| catalog.claims.iter().map(|it| (it.id.to_string(), it.clone())).collect());
        claims.get(id)
    }
}

/// The known records, and over them one that the same file has written before.
pub(super) struct WithEarlier<'a> {
    pub(super) known: &'a KnownRecords,
    pub(super) earlier: &'a Entity,
}

impl Stored for WithEarlier<'_> {
    fn organization(&self, id: &str) -> Option<&Organization> {
        match self.earlier {
            Entity::Organization(it) if it.id.as_str() == id => Some(it),
            _ => self.known.organization(id),
        }
    }

    fn project(&self, id: &str) -> Option<&Project> {
        match self.earlier {
            Entity::Project(it) if it.id.as_str() == id => Some(it),
            _ => self.known.project(id),
        }
    }

    fn need(&self, id: &str) -> Option<&Need> {
        match self.earlier {
            Entity::Need(it) if it.id.as_str() == id => Some(it),
            _ => self.known.need(id),
        }
    }

    fn claim(&self, id: &str) -> Option<&Claim> {
        match self.earlier {
            Entity::Claim(it) if it.id.as_str() == id => Some(it),
            _ => self.known.claim(id),
        }
    }
}
