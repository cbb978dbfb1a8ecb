//! The records that an import changes: those of the catalog, and those that earlier files of the same import have brought.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::catalog::Catalog;
use crate::domain::{Claim, Entity, EntityKind, Need, NeedId, Organization, OrganizationId, Project, ProjectId};
use crate::ingest::Stored;
use crate::store::Staged;

/// The records by id. Those of this import take precedence.
#[derive(Default)]
pub(in crate::app) struct KnownRecords {
    catalog: Option<Arc<Catalog>>,
    /// The files of this import.
    files: Vec<Staged>,
    /// File and position by the hash of kind and id. Of two with one hash, the later one stands under the next free number.
    places: HashMap<u64, (u32, u32)>,
    hasher: RandomState,
    /// Those of the catalog; built when an import has claims.
    claims: OnceLock<HashMap<String, Claim>>,
    /// Why a record of this import could not be read.
    fault: Mutex<Option<io::Error>>,
}

impl KnownRecords {
    pub(in crate::app) fn of(catalog: Arc<Catalog>) -> Self {
        Self { catalog: Some(catalog), ..Self::default() }
    }

    /// Takes in what is written of a file. A stub never hides a full record.
    pub(in crate::app) fn write(&mut self, mut file: Staged) {
        let number = self.files.len() as u32;
        for ((kind, id), at) in file.take_ids() {
            let is_known = kind == EntityKind::Organizations && self.organization(&id).is_some();
            let is_stub = || matches!(file.record(at), Ok(Entity::Organization(it)) if it.stub);
            if is_known && is_stub() {
                continue;
            }
            let (hash, _) = self.place(kind, &id);
            self.places.insert(hash, (number, at as u32));
        }
        self.files.push(file);
    }

    /// The needs that were stored before the import, in the order of the ledger.
    pub(in crate::app) fn needs_before(&self) -> impl Iterator<Item = Arc<Need>> {
        self.catalog.iter().flat_map(|catalog| catalog.needs())
    }

    /// The needs of the files from number `first` on.
    pub(in crate::app) fn needs_of(&self, first: usize) -> impl Iterator<Item = io::Result<Need>> {
        let files = self.files.iter().skip(first);
        let records = files.flat_map(|file| file.of_kind(EntityKind::Needs).map(|at| file.record(at)));
        records.filter_map(|record| match record {
            Ok(Entity::Need(need)) => Some(Ok(*need)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// Number of files that were written.
    pub(in crate::app) const fn files(&self) -> usize {
        self.files.len()
    }

    /// # Errors
    /// A record could not be read meanwhile.
    pub(in crate::app) fn check(&self) -> io::Result<()> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// The number under which a record is, or would be, and the record.
    fn place(&self, kind: EntityKind, id: &str) -> (u64, Option<Entity>) {
        let mut hash = self.hasher.hash_one((kind, id));
        while let Some((file, at)) = self.places.get(&hash) {
            match self.files[*file as usize].record(*at as usize) {
                Ok(found) if found.kind() == kind && found.id() == id => return (hash, Some(found)),
                Ok(_) => hash = hash.wrapping_add(1),
                Err(error) => {
                    *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    return (hash, None);
                }
            }
        }
        (hash, None)
    }

    fn written(&self, kind: EntityKind, id: &str) -> Option<Entity> {
        if self.places.is_empty() { None } else { self.place(kind, id).1 }
    }
}

impl Stored for KnownRecords {
    fn organization(&self, id: &str) -> Option<Cow<'_, Organization>> {
        if let Some(Entity::Organization(it)) = self.written(EntityKind::Organizations, id) {
            return Some(Cow::Owned(*it));
        }
        let catalog = self.catalog.as_ref()?;
        let found = catalog.organization(&OrganizationId::new(id)).map(|at| catalog.organization_record(at));
        // The position of a stub that gave way is that of the full record, which has another id.
        found.filter(|it| it.id.as_str() == id).map(|it| Cow::Owned(Arc::unwrap_or_clone(it)))
    }

    fn project(&self, id: &str) -> Option<Cow<'_, Project>> {
        match self.written(EntityKind::Projects, id) {
            Some(Entity::Project(it)) => Some(Cow::Owned(*it)),
            _ => {
                let catalog = self.catalog.as_ref()?;
                let found = catalog.project(&ProjectId::new(id)).map(|at| catalog.project_once(at));
                found.map(|it| Cow::Owned(Arc::unwrap_or_clone(it)))
            }
        }
    }

    fn need(&self, id: &str) -> Option<Cow<'_, Need>> {
        match self.written(EntityKind::Needs, id) {
            Some(Entity::Need(it)) => Some(Cow::Owned(*it)),
            _ => {
                let found = self.catalog.as_ref()?.need_even_if_deleted(&NeedId::new(id));
                found.map(|it| Cow::Owned(Arc::unwrap_or_clone(it)))
            }
        }
    }

    fn claim(&self, id: &str) -> Option<Cow<'_, Claim>> {
        if let Some(Entity::Claim(it)) = self.written(EntityKind::Claims, id) {
            return Some(Cow::Owned(*it));
        }
        let catalog = self.catalog.as_ref()?;
        let claims = self.claims.get_or_init(|| catalog.claims.iter().map(|it| (it.id.to_string(), it.clone())).collect());
        claims.get(id).map(Cow::Borrowed)
    }
}

/// The known records, and over them one that the same file has written before.
pub(in crate::app) struct WithEarlier<'a> {
    pub(in crate::app) known: &'a KnownRecords,
    pub(in crate::app) earlier: &'a Entity,
}

impl Stored for WithEarlier<'_> {
    fn organization(&self, id: &str) -> Option<Cow<'_, Organization>> {
        match self.earlier {
            Entity::Organization(it) if it.id.as_str() == id => Some(Cow::Borrowed(it)),
            _ => self.known.organization(id),
        }
    }

    fn project(&self, id: &str) -> Option<Cow<'_, Project>> {
        match self.earlier {
            Entity::Project(it) if it.id.as_str() == id => Some(Cow::Borrowed(it)),
            _ => self.known.project(id),
        }
    }

    fn need(&self, id: &str) -> Option<Cow<'_, Need>> {
        match self.earlier {
            Entity::Need(it) if it.id.as_str() == id => Some(Cow::Borrowed(it)),
            _ => self.known.need(id),
        }
    }

    fn claim(&self, id: &str) -> Option<Cow<'_, Claim>> {
        match self.earlier {
            Entity::Claim(it) if it.id.as_str() == id => Some(Cow::Borrowed(it)),
            _ => self.known.claim(id),
        }
    }
}
