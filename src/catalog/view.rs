//! The catalog as seen on a day: what is known of each organization up to then, as one row of numbers, and inverted lists of
//! who has worked in which sector and place.

use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use rayon::prelude::*;

use super::background::{Background, RegionStep};
use super::chunked::{CHUNK, Chunked};
use super::claimed::Claimed;
use super::claims::{Claims, Entry};
use super::experience::Experience;
use super::inverted::Inverted;
use super::records::Records;
use super::row::{Flags, Row};
use super::visibility::is_visible;

/// All organizations on one day, holding nothing later than `as_of`.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The day.
    pub as_of: Date,
    /// One row per organization, by position.
    pub rows: Chunked<Row>,
    /// What the past projects say; shared between views that differ in claims only.
    pub past: Arc<Past>,
    /// What the claims of the year have taken, and which needs were declined.
    pub claimed: Claimed,
    derived: Derived,
}

/// Numbers that ranking derives from the rows: those last asked for are kept with them. They add no information to the rows.
#[derive(Debug, Clone, Default)]
struct Derived(Arc<Mutex<Option<DerivedNumbers>>>);

/// The key that they were derived for (a hash), and one number per row.
type DerivedNumbers = (u64, Arc<[i32]>);

impl PartialEq for Derived {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The past projects visible on one day, by what they were about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// Decayed mass by number of the sector; a child counts in its parent too.
    pub sectors: Inverted<u16>,
    /// Decayed mass by place, from the recorded one up to the nation.
    pub regions: Inverted<RegionStep>,
    /// Decayed mass by number of the group.
    pub groups: Inverted<u16>,
    /// Decayed mass by number of the mode.
    pub modes: Inverted<u16>,
    /// The same over all organizations.
    pub background: Background,
    /// Number of visible projects.
    pub projects: usize,
    /// Organizations with a visible project.
    pub authors: usize,
    /// By organization, the number of words in the texts of all its visible projects.
    pub words: Vec<u32>,
    /// Their sum.
    pub all_words: u64,
    /// By home number, the visible projects of the organizations at home there.
    pub by_home: Vec<f64>,
}

impl View {
    pub(super) fn new(records: &Records, claims: &Claims, as_of: Date) -> Self {
        let claimed = Claimed::new(records, claims, as_of);
        let mut past = Past {
            background: Background::new(&records.reference.taxonomy),
            by_home: vec![0.0; records.homes.len()],
            ..Past::default()
        };
        past.projects = records.projects.iter().filter(|project| is_visible(project.period, as_of)).count();
        let mut rows = Vec::with_capacity(records.organizations.len());
        // Sums run in the order of organizations on any number of threads; only each organization's own sums are computed in
        // parallel.
        for start in (0..records.organizations.len()).step_by(64 * CHUNK) {
            let end = (start + 64 * CHUNK).min(records.organizations.len());
            let sums: Vec<Experience> = (start..end)
                .into_par_iter()
                .with_min_len(64)
                .map(|organization| Experience::on_record(records, organization, as_of))
                .collect();
            for (organization, sum) in (start..end).zip(sums) {
                rows.push(Row::new(records, &claimed, organization, as_of, &sum));
                past.add(records, organization, sum);
            }
        }
        past.sectors.shrink();
        past.regions.shrink();
        past.groups.shrink();
        past.modes.shrink();
        Self { as_of, rows: Chunked::new(&rows), past: Arc::new(past), claimed, derived: Derived::default() }
    }

    /// The same day after the claims of `organizations` (ascending) have changed: only their rows differ. `own` are all their
    /// claims.
    pub(super) fn with_claims(&self, records: &Records, organizations: &[u32], own: &[&Entry]) -> Self {
        let claimed = self.claimed.with(records, self.as_of, organizations, own);
        let mut rows = self.rows.clone();
        for organization in organizations.iter().map(|&at| at as usize) {
            rows.change(organization, |row| row.set_claims(&records.organizations[organization], &claimed, organization));
        }
        Self { as_of: self.as_of, rows, past: Arc::clone(&self.past), claimed, derived: Derived::default() }
    }

    /// One number per organization: the kept ones if they are of this `key`, else made by `make`.
    pub fn standing(&self, key: u64, make: impl FnOnce() -> Vec<i32>) -> Arc<[i32]> {
        let kept = || self.derived.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, numbers)) = kept().as_ref().filter(|(known, _)| *known == key) {
            return Arc::clone(numbers);
        }
        let numbers: Arc<[i32]> = make().into();
        *kept() = Some((key, Arc::clone(&numbers)));
        numbers
    }

    /// The same with another past; the rows and what is derived from them stay.
    pub(super) fn with_past(&self, past: Past) -> Self {
        Self { past: Arc::new(past), ..self.clone() }
    }

    /// True if something is known of the organization on the day.
    #[must_use]
    pub fn is_known(&self, organization: usize) -> bool {
        self.rows[organization].flags.any(Flags::KNOWN)
    }
}

impl Past {
    /// Adds the sums of one organization to the background.
    pub(super) fn add_usual(&mut self, records: &Records, sum: &Experience) {
        let taxonomy = &records.reference.taxonomy;
        for &(sector, mass) in &sum.sectors {
            self.background.add_sector(usize::from(sector), mass, taxonomy.parent(usize::from(sector)) == usize::from(sector));
        }
        let mut roof: Vec<(u16, f64)> = sum.sectors.clone();
        roof.retain(|&(sector, _)| taxonomy.parent(usize::from(sector)) == usize::from(sector));
        roof.sort_by_key(|entry| entry.0);
        roof.dedup_by(|next, first| {
            let same = next.0 == first.0;
            first.1 += if same { next.1 } else { 0.0 };
            same
        });
        self.background.add_roof(&roof);
        for &(step, mass) in &sum.regions {
            self.background.add_region(step, mass);
        }
        for &(group, mass) in &sum.groups {
            self.background.add_group(usize::from(group), mass);
        }
        for &(mode, mass) in &sum.modes {
            self.background.add_mode(usize::from(mode), mass);
        }
    }

    fn add(&mut self, records: &Records, organization: usize, sum: Experience) {
        self.authors += usize::from(sum.projects > 0);
        self.words.push(sum.words);
        self.all_words += u64::from(sum.words);
        if let Some(home) = self.by_home.get_mut(usize::from(records.home(organization))) {
            *home += f64::from(sum.own_projects);
        }
        self.add_usual(records, &sum);
        self.sectors.push(organization, sum.sectors);
        self.regions.push(organization, sum.regions);
        self.groups.push(organization, sum.groups);
        self.modes.push(organization, sum.modes);
    }
}
