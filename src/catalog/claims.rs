//! The claims of a snapshot, each with its organization. Snapshots share all chunks in which they do not differ.

use std::sync::Arc;

use super::absent::NOBODY;
use super::chunked::Chunked;
use super::records::Records;
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
    fn new(records: &Records, seq: u64, claim: Claim) -> Self {
        Self { seq, organization: position(records, &claim), claim: Arc::new(claim) }
    }
}

/// Position of the organization of a claim, or [`NOBODY`].
fn position(records: &Records, claim: &Claim) -> u32 {
    records.organization(&claim.organization).map_or(NOBODY, |at| at as u32)
}

impl Claims {
    pub(super) fn new(records: &Records, claims: Vec<Numbered<Claim>>) -> Self {
        let entries: Vec<Entry> = claims.into_iter().map(|it| Entry::new(records, it.seq, it.value)).collect();
        Self(Chunked::new(&entries))
    }

    /// Writes a claim: it replaces the one with the same number or is appended. Returns the organizations concerned, that of
    /// the new claim and that of the one before.
    pub(super) fn write(&mut self, records: &Records, seq: u64, claim: Claim) -> [u32; 2] {
        let new = Entry::new(records, seq, claim);
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

    /// Finds the organizations of all claims anew, after some have become or ceased to be stand-ins for others. Returns those
    /// concerned.
    pub(super) fn resolve(&mut self, records: &Records) -> Vec<u32> {
        let moved = |(at, it): (usize, &Entry)| {
            let new = position(records, &it.claim);
            (new != it.organization).then_some((at, it.organization, new))
        };
        let moved: Vec<_> = self.0.iter().enumerate().filter_map(moved).collect();
        for &(at, _, new) in &moved {
            self.0.change(at, |entry| entry.organization = new);
        }
        moved.into_iter().flat_map(|(_, old, new)| [old, new]).collect()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Claim> {
        self.0.iter().map(|entry| entry.claim.as_ref())
    }

    pub(super) fn get(&self, at: usize) -> Option<&Arc<Claim>> {
        (at < self.0.len()).then(|| &self.0[at].claim)
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
