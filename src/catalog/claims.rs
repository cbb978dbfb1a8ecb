//! The claims of a snapshot, each with its organization. Snapshots share all chunks in which they do not differ.

use std::sync::Arc;

use super::chunked::Chunked;
use super::records::{NOBODY, Records};
use crate::domain::Claim;
use crate::store::Numbered;

/// Claims in the order of the ledger.
#[derive(Debug, Clone, Default)]
pub struct Claims(Chunked<Entry>);

/// One claim.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    seq: u64,
    /// Position of its organization, or [`NOBODY`] if the organization is unknown.
    pub(super) organization: u32,
    pub(super) claim: Arc<Claim>,
}

impl Entry {
    fn new(records: &Records, claim: Numbered<Claim>) -> Self {
        let organization = records.organization(&claim.value.organization).map_or(NOBODY, |at| at as u32);
        Self { seq: claim.seq, organization, claim: Arc::new(claim.value) }
    }
}

impl Claims {
    pub(super) fn new(records: &Records, claims: Vec<Numbered<Claim>>) -> Self {
        let entries: Vec<Entry> = claims.into_iter().map(|claim| Entry::new(records, claim)).collect();
        Self(Chunked::new(&entries))
    }

    /// Writes a claim: it replaces the one with the same number or is appended. Returns the organizations concerned, that of
    /// the new claim and that of the one before.
    pub(super) fn write(&mut self, records: &Records, claim: Numbered<Claim>) -> [u32; 2] {
        let new = Entry::new(records, claim);
        let organization = new.organization;
        match self.0.find(|entry| entry.seq.cmp(&new.seq)) {
            Some(at) => {
                let before = self.0[at].organization;
                self.0.change(at, |entry| *entry = new);
                [organization, before]
            }
            None => {
                self.0.push(new);
                [organization, organization]
            }
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Claim> {
        self.0.iter().map(|entry| entry.claim.as_ref())
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
