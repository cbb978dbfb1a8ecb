//! What the claims known on a day have taken from organizations, and what organizations declined.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::absent::NOBODY;
use super::claims::{Claims, Entry};
use super::inverted::Inverted;
use super::records::Records;
use crate::domain::{ClaimState, Money};

/// Half-life of the weight of a declined need, in years: declining has no lasting cost.
const DECLINE_HALF_LIFE_YEARS: f64 = 1.0;
/// Limit on the total weight of the declined needs of one sector.
const MOST_DECLINES: f64 = 2.0;

/// What this year's claims that reserve or bind have taken from one organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Fen.
    pub fen: i64,
    /// Number of claims.
    pub needs: u32,
}

/// The claims known on a day, by organization.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claimed {
    /// The organizations with a claim of any state up to the day, and what their claims of the calendar year that reserve or
    /// bind have taken.
    taken: HashMap<u32, Taken>,
    /// Declined needs by number of the top-level sector: 1 each, halved every year, at most 2 in total.
    pub declines: Inverted<u16>,
}

impl Claimed {
    pub(super) fn new(records: &Records, claims: &Claims, as_of: Date) -> Self {
        let mut this = Self::default();
        let declines = this.count(records, as_of, claims.entries());
        this.declines = Inverted::of(declines.into_iter().map(|(organization, row)| (organization as usize, row)));
        this
    }

    /// The same day after the claims of some `organizations` (ascending) have changed; `own` are all claims of these
    /// organizations.
    pub(super) fn with(&self, records: &Records, as_of: Date, organizations: &[u32], own: &[&Entry]) -> Self {
        let mut this = self.clone();
        let is_theirs = |organization: u32| organizations.binary_search(&organization).is_ok();
        this.taken.retain(|&organization, _| !is_theirs(organization));
        this.declines.remove_all(is_theirs);
        for (organization, row) in this.count(records, as_of, own.iter().copied()) {
            this.declines.insert(organization as usize, row);
        }
        this
    }

    /// Adds claims. Returns the declined needs by organization, ascending.
    fn count<'a>(
        &mut self,
        records: &Records,
        as_of: Date,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> BTreeMap<u32, Vec<(u16, f64)>> {
        let mut declines: BTreeMap<u32, Vec<(u16, f64)>> = BTreeMap::new();
        for Entry { organization, claim, .. } in entries.filter(|it| it.claim.at.is_none_or(|at| at <= as_of)) {
            if *organization == NOBODY {
                continue;
            }
            let taken = self.taken.entry(*organization).or_default();
            if claim.state.effect().takes_money() && claim.at.is_some_and(|at| at.year() == as_of.year()) {
                taken.fen = taken.fen.saturating_add(claim.amount.map_or(0, Money::fen));
                taken.needs += 1;
            }
            if let (ClaimState::Declined, Some(at)) = (claim.state, claim.at) {
                let years = at.until(as_of).map_or(0.0, |span| f64::from(span.get_days()) / 365.25);
                let weight = (-years / DECLINE_HALF_LIFE_YEARS).exp2();
                let row = declines.entry(*organization).or_default();
                row.extend(parents(records, claim).into_iter().map(|sector| (sector, weight)));
            }
        }
        for row in declines.values_mut() {
            row.sort_by_key(|entry| entry.0);
            let bounded = row.chunk_by(|a, b| a.0 == b.0).map(|same| {
                let sum: f64 = same.iter().map(|entry| entry.1).sum();
                (same[0].0, sum.min(MOST_DECLINES))
            });
            *row = bounded.collect();
        }
        declines
    }

    /// What claims have taken from one organization.
    #[must_use]
    pub fn taken_from(&self, organization: usize) -> Taken {
        self.taken.get(&(organization as u32)).copied().unwrap_or_default()
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.taken.capacity() * size_of::<(u32, Taken)>() + self.declines.bytes()
    }

    /// True if the organization has a claim of any state up to the day.
    #[must_use]
    pub fn knows(&self, organization: usize) -> bool {
        self.taken.contains_key(&(organization as u32))
    }
}

/// Top-level sectors of the claimed need, without duplicates.
fn parents(records: &Records, claim: &crate::domain::Claim) -> Vec<u16> {
    let taxonomy = &records.reference.taxonomy;
    let need = records.need_position(&claim.need).map(|at| records.need_facts(at)).filter(|need| !need.is_deleted());
    let sectors = need.map_or(&[][..], |need| need.sectors());
    let mut parents: Vec<u16> = sectors.iter().map(|&sector| taxonomy.parent(usize::from(sector)) as u16).collect();
    parents.sort_unstable();
    parents.dedup();
    parents
}
