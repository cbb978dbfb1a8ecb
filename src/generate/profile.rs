//! What is behind an organization's records: its home, its sectors, the size of its grants.

use super::generator::Generator;
use super::stream::{Stream, Table, cumulated};
use crate::domain::OrganizationKind;

/// Dirichlet concentration of an organization's projects around equal shares of its sectors.
const OWN_MIX: f64 = 5.0;
/// Chance of a further sector.
const FURTHER_SECTOR: f64 = 0.4;
const MOST_SECTORS: usize = 6;
/// Spread of the natural logarithm of the size of grants between organizations.
pub(super) const TICKET_SPREAD: f64 = 0.6;
/// The weights of the places that an organization returns to follow from Beta(1, 1.5) stick breaking. This is the limit of a
/// Chinese restaurant process with theta = 1.5 (Pitman 2006) and needs no history.
const RESTAURANT: f64 = 1.5;
const MOST_HAUNTS: u64 = 64;

/// The traits of one organization.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub(super) kind: OrganizationKind,
    /// Number of its place.
    pub(super) home: usize,
    /// Its top-level sectors.
    pub(super) sectors: Vec<usize>,
    /// Cumulative weights of its sectors.
    mix: Vec<f64>,
    /// How much larger than usual its grants are, as a natural logarithm.
    pub(super) ticket: f64,
}

impl Generator {
    /// The home of organization `k`.
    pub(super) fn home(&self, k: usize) -> usize {
        Stream::new(self.plan.seed, Table::Homes, k as u64).weighted(&self.places.homes)
    }

    pub(super) fn profile(&self, k: usize) -> Profile {
        let home = self.home(k);
        let mut stream = Stream::new(self.plan.seed, Table::Profiles, k as u64);
        let kind = match stream.unit() {
            it if it < 0.01 => OrganizationKind::Foundation,
            it if it < 0.46 => OrganizationKind::SocialServiceOrg,
            _ => OrganizationKind::SocialGroup,
        };
        let mut sectors = vec![self.sector_at(home, &mut stream)];
        while sectors.len() < MOST_SECTORS && stream.chance(FURTHER_SECTOR) {
            let sector = self.sector_at(home, &mut stream);
            if !sectors.contains(&sector) {
                sectors.push(sector);
            }
        }
        let part = OWN_MIX / sectors.len() as f64;
        let mix = cumulated(sectors.iter().map(|_| stream.gamma(part)));
        Profile { kind, home, sectors, mix, ticket: TICKET_SPREAD * stream.normal() }
    }

    /// Draws a top-level sector by the weights of the province that `place` is in.
    pub(super) fn sector_at(&self, place: usize, stream: &mut Stream) -> usize {
        stream.weighted(&self.mixes[self.places.get(place).province])
    }

    /// Draws a row of the lexicon for a project of this organization.
    pub(super) fn leaf_of(&self, profile: &Profile, stream: &mut Stream) -> usize {
        self.leaf(profile.sectors[stream.weighted(&profile.mix)], stream)
    }

    /// Draws a row of the lexicon below a top-level sector; earlier rows are more common.
    pub(super) fn leaf(&self, top: usize, stream: &mut Stream) -> usize {
        let rows = &self.lexicon.of_top[top];
        rows[stream.zipf(rows.len())]
    }

    /// Draws one of the places that organization `k` returns to.
    pub(super) fn haunt(&self, k: usize, home: usize, year: i16, stream: &mut Stream) -> usize {
        let mut own = Stream::new(self.plan.seed, Table::PreferredRegions, k as u64);
        let mut place = 0;
        for _ in 0..MOST_HAUNTS {
            let stick = 1.0 - (1.0 - own.unit()).powf(1.0 / RESTAURANT);
            place = own.weighted(self.places.pulls(home, year));
            if stream.chance(stick) {
                break;
            }
        }
        place
    }
}
