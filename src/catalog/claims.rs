//! The claims of a snapshot, each with its organization. Snapshots share all chunks in which they do not differ.

use std::sync::Arc;

use imbl::HashMap;

use super::absent::NOBODY;
use super::chunked::Chunked;
use super::records::Records;
use crate::domain::{Claim, NeedId};
use crate::hash::fnv1a;
use crate::store::Numbered;

/// Claims in the order of the ledger.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    entries: Chunked<Entry>,
    /// Positions by the digest of the need that is claimed, ascending.
    by_need: HashMap<u64, Vec<u32>>,
}

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

fn key(need: &NeedId) -> u64 {
    fnv1a(need.as_str().as_bytes())
}

/// Position of the organization of a claim, or [`NOBODY`].
fn position(records: &Records, claim: &Claim) -> u32 {
    records.organization(&claim.organization).map_or(NOBODY, |at| at as u32)
}

impl Claims {
    pub(super) fn new(records: &Records, claims: Vec<Numbered<Claim>>) -> Self {
        let entries: Vec<Entry> = claims.into_iter().map(|it| Entry::new(records, it.seq, it.value)).collect();
        let mut by_need: HashMap<u64, Vec<u32>> = HashMap::new();
        for (at, entry) in (0..).zip(&entries) {
            by_need.entry(key(&entry.claim.need)).or_default().push(at);
        }
        Self { entries: Chunked::new(&entries), by_need }
    }

    /// Writes a claim: it replaces the one with the same number or is appended. Returns the organizations concerned, that of
    /// the new claim and that of the one before.
    pub(super) fn write(&mut self, records: &Records, seq: u64, claim: Claim) -> [u32; 2] {
        let new = Entry::new(records, seq, claim);
        let organization = new.organization;
        let need = key(&new.claim.need);
        match self.entries.find(|entry| entry.seq.cmp(&new.seq)) {
            Some(at) => {
                let (before, old) = (self.entries[at].organization, key(&self.entries[at].claim.need));
                if old != need {
                    self.by_need.entry(old).or_default().retain(|it| *it as usize != at);
                    let claims = self.by_need.entry(need).or_default();
                    claims.insert(claims.partition_point(|it| (*it as usize) < at), at as u32);
                }
                self.entries.change(at, |entry| *entry = new);
                [organization, before]
            }
            None => {
                self.by_need.entry(need).or_default().push(self.entries.len() as u32);
                self.entries.push(new);
                [organization, organization]
            }
        }
    }

    /// The claims for a need, in the order of the ledger.
    pub(super) fn entries_of<'a>(&'a self, need: &'a NeedId) -> impl Iterator<Item = &'a Entry> {
        let positions = self.by_need.get(&key(need)).into_iter().flatten();
        positions.map(|&at| &self.entries[at as usize]).filter(move |entry| entry.claim.need == *need)
    }

    /// The claims for a need, in the order of the ledger.
    pub fn of_need<'a>(&'a self, need: &'a NeedId) -> impl Iterator<Item = &'a Claim> {
        self.entries_of(need).map(|entry| entry.claim.as_ref())
    }

    /// Finds the organizations of all claims anew, after some have become or ceased to be stand-ins for others. Returns those
    /// concerned.
    pub(super) fn resolve(&mut self, records: &Records) -> Vec<u32> {
        let moved = |(at, it): (usize, &Entry)| {
            let new = position(records, &it.claim);
            (new != it.organization).then_some((at, it.organization, new))
        };
        let moved: Vec<_> = self.entries.iter().enumerate().filter_map(moved).collect();
        for &(at, _, new) in &moved {
            self.entries.change(at, |entry| entry.organization = new);
        }
        moved.into_iter().flat_map(|(_, old, new)| [old, new]).collect()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Claim> {
        self.entries.iter().map(|entry| entry.claim.as_ref())
    }

    pub(super) fn get(&self, at: usize) -> Option<&Arc<Claim>> {
        (at < self.entries.len()).then(|| &self.entries[at].claim)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
