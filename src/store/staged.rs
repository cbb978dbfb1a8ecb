//! Records on their way into the ledger: serialised once, as they will be stored, and kept in a temporary file if they are many.

use std::collections::HashMap;
use std::io;

use rayon::prelude::*;

use super::row::{self, ContactChange};
use crate::domain::{Entity, EntityKind};
use crate::spool::Scratch;

/// The records of one write, in the order in which they were added. Each id of a kind is there once: the last record with it
/// counts, in the place of the first. Contacts never leave the memory.
#[derive(Debug, Default)]
pub struct Staged {
    records: Vec<Piece>,
    /// Position among `records`.
    by_id: HashMap<(EntityKind, Box<str>), usize>,
    /// What becomes of contacts, by position.
    contacts: HashMap<usize, ContactChange>,
    scratch: Scratch,
}

/// Where a record is: its id, then its body.
#[derive(Debug, Clone, Copy)]
struct Piece {
    kind: EntityKind,
    start: u64,
    id: u32,
    body: u32,
}

impl Piece {
    const fn len(self) -> usize {
        self.id as usize + self.body as usize
    }
}

/// A record as it is stored.
#[derive(Debug)]
pub(super) struct StagedRecord {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) contact: ContactChange,
}

impl Staged {
    /// Nothing yet; what is added is kept in `scratch`.
    #[must_use]
    pub fn new(scratch: Scratch) -> Self {
        Self { scratch, ..Self::default() }
    }

    /// Number of the records.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// True if there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// True if there is a record with this id.
    #[must_use]
    pub fn contains(&self, kind: EntityKind, id: &str) -> bool {
        self.by_id.contains_key(&(kind, id.into()))
    }

    /// Takes the kinds and ids out, each with its position: nothing can be found by its id or added after that, and contacts are
    /// forgotten.
    pub fn take_ids(&mut self) -> impl Iterator<Item = ((EntityKind, Box<str>), usize)> + use<> {
        self.contacts = HashMap::new();
        self.records.shrink_to_fit();
        std::mem::take(&mut self.by_id).into_iter()
    }

    /// Adds records.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn extend(&mut self, entities: &[Entity]) -> io::Result<()> {
        const FEW: usize = 64;
        let bodies: Vec<String> = entities.par_iter().with_min_len(FEW).map(row::body).collect();
        let mut bytes = Vec::new();
        for (entity, body) in entities.iter().zip(&bodies) {
            let (kind, id) = (entity.kind(), entity.id());
            bytes.clear();
            bytes.extend_from_slice(id.as_bytes());
            bytes.extend_from_slice(body.as_bytes());
            let piece = Piece { kind, start: self.scratch.push(&bytes)?, id: id.len() as u32, body: body.len() as u32 };
            let at = *self.by_id.entry((kind, id.into())).or_insert(self.records.len());
            match self.records.get_mut(at) {
                Some(earlier) => *earlier = piece,
                None => self.records.push(piece),
            }
            match row::contact(entity) {
                ContactChange::Keep => self.contacts.remove(&at),
                change => self.contacts.insert(at, change),
            };
        }
        Ok(())
    }

    /// The record at a position, without its contact.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn record(&self, at: usize) -> io::Result<Entity> {
        let piece = self.records[at];
        let mut body = vec![0; piece.body as usize];
        self.scratch.read(piece.start + u64::from(piece.id), &mut body)?;
        row::entity(piece.kind, &body).map_err(io::Error::from)
    }

    /// The record with this id, without its contact.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn find(&self, kind: EntityKind, id: &str) -> io::Result<Option<Entity>> {
        self.by_id.get(&(kind, id.into())).map(|at| self.record(*at)).transpose()
    }

    /// Positions of the records of a kind.
    pub fn of_kind(&self, kind: EntityKind) -> impl Iterator<Item = usize> {
        self.records.iter().enumerate().filter(move |(_, it)| it.kind == kind).map(|(at, _)| at)
    }

    /// The records at some positions, which ascend.
    pub(super) fn read(&self, at: &[usize]) -> io::Result<Vec<StagedRecord>> {
        // Most lie one behind the other and are read at once.
        let pieces = || at.iter().map(|at| self.records[*at]);
        let start = pieces().map(|it| it.start).min().unwrap_or(0);
        let end = pieces().map(|it| it.start + it.len() as u64).max().unwrap_or(0);
        let is_dense = end - start <= 4 * pieces().map(|it| it.len() as u64).sum::<u64>();
        let mut block = vec![0; if is_dense { (end - start) as usize } else { 0 }];
        self.scratch.read(start, &mut block)?;
        let mut alone = Vec::new();
        at.iter()
            .map(|at| {
                let piece = self.records[*at];
                let bytes = if is_dense {
                    let from = (piece.start - start) as usize;
                    &block[from..from + piece.len()]
                } else {
                    alone.resize(piece.len(), 0);
                    self.scratch.read(piece.start, &mut alone)?;
                    &alone[..]
                };
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(io::Error::other);
                let (id, body) = bytes.split_at(piece.id as usize);
                let contact = self.contacts.get(at).cloned().unwrap_or(ContactChange::Keep);
                Ok(StagedRecord { id: text(id)?, body: text(body)?, contact })
            })
            .collect()
    }
}
