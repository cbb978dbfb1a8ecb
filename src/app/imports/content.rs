//! What a file brings: its records part by part, staged for the ledger, and the ids that were seen in it.

use std::collections::HashSet;

use super::repeats::Repeats;
use super::report::unlisted;
use crate::domain::{Entity, EntityKind, NeedId, Organization};
use crate::error::AppError;
use crate::ingest::Outcome;
use crate::spool::Scratch;
use crate::store::Staged;

/// The content of a file, as far as it is read.
pub(in crate::app) struct Content {
    pub(in crate::app) staged: Staged,
    /// Rows that were read, and those among them that cannot be taken.
    pub(in crate::app) rows: usize,
    pub(in crate::app) rejected: usize,
    /// Organizations as they were before a later row of the file gave them another name.
    pub(in crate::app) renamed: Vec<Organization>,
    seen: Repeats,
    /// Number of the part, and its records that are not staged yet.
    part: usize,
    entities: Vec<Entity>,
}

impl Content {
    /// Nothing yet; records are kept in `scratch`.
    pub(in crate::app) fn new(scratch: &Scratch) -> Self {
        Self {
            staged: Staged::new(scratch.clone()),
            rows: 0,
            rejected: 0,
            renamed: Vec::new(),
            seen: Repeats::default(),
            part: 0,
            entities: Vec::new(),
        }
    }

    pub(in crate::app) const fn begin_part(&mut self) {
        self.part += 1;
    }

    /// The record that a row continues: an earlier row of the file states the same id.
    pub(in crate::app) fn earlier(&self, outcome: &Outcome) -> Result<Option<Entity>, AppError> {
        let Some((part, at)) = self.seen.earlier(outcome) else { return Ok(None) };
        if part == self.part {
            return Ok(self.entities.get(at).cloned());
        }
        match &outcome.entity {
            Some(entity) => self.staged.find(entity.kind(), entity.id()).map_err(unlisted),
            None => Ok(None),
        }
    }

    /// Keeps the names of an organization to which a row gives others.
    pub(in crate::app) fn note_renamed(&mut self, earlier: Entity, outcome: &Outcome) {
        if let (Entity::Organization(old), Some(Entity::Organization(new))) = (earlier, &outcome.entity)
            && (old.name != new.name || old.aliases != new.aliases)
        {
            self.renamed.push(*old);
        }
    }

    /// Notes the id of a row.
    pub(in crate::app) fn note(&mut self, outcome: &mut Outcome, file: &str, needs: &HashSet<NeedId>) {
        self.rows += 1;
        self.rejected += usize::from(outcome.entity.is_none());
        let at = (self.part, self.entities.len() + outcome.stubs.len());
        self.seen.note(outcome, at, file, needs);
    }

    /// Adds the records of a row.
    pub(in crate::app) fn add(&mut self, entities: impl Iterator<Item = Entity>) {
        self.entities.extend(entities);
    }

    /// Stages the records of a part. A stub must never replace a full record of the same file, nor be written twice; full
    /// records come in earlier tables.
    pub(in crate::app) fn end_part(&mut self) -> Result<(), AppError> {
        let mut entities = std::mem::take(&mut self.entities);
        let mut stubs = HashSet::new();
        entities.retain(|entity| {
            let id = entity.id();
            !is_stub(entity) || stubs.insert(id.to_owned()) && !self.staged.contains(EntityKind::Organizations, id)
        });
        self.staged.extend(&entities).map_err(unlisted)
    }
}

pub(in crate::app) fn is_stub(entity: &Entity) -> bool {
    matches!(entity, Entity::Organization(it) if it.stub)
}
