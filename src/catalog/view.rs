//! The catalog as seen on a day: what is known of each organization up to then, as one row of numbers, and inverted lists of
//! who has worked in which sector and place.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use rayon::prelude::*;

use super::absent::NO_HOME;
use super::background::Background;
use super::chunked::{CHUNK, Chunked};
use super::claimed::Claimed;
use super::claims::{Claims, Entry};
use super::experience::Experience;
use super::inverted::{Growing, Inverted};
use super::records::Records;
use super::region_step::{Paths, RegionStep};
use super::row::{Flags, Row};
use super::visibility::day_of;

/// All organizations on one day, holding nothing later than `as_of`.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The day.
    pub as_of: Date,
    /// The same, counted from 1970-01-01.
    pub day: i32,
    /// One row per organization, by position.
    pub rows: Chunked<Row>,
    /// What the past projects say; shared between views that differ in claims only.
    pub past: Arc<Past>,
    /// What the claims of the year have taken, and which needs were declined.
    pub claimed: Claimed,
    derived: Derived,
}

/// Numbers that ranking derives from the rows: those last asked for are kept with them. They add no information to the rows.
#[derive(Debug, Default)]
struct Derived(Mutex<Option<DerivedNumbers>>);

/// The key that they were derived for (a hash), and one number per row, in chunks; none for a chunk whose rows have changed since.
type DerivedNumbers = (u64, Vec<Option<Arc<[i32]>>>);

impl PartialEq for Derived {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Clone for Derived {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.get()))
    }
}

impl Derived {
    fn get(&self) -> Option<DerivedNumbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same after the rows of `organizations` have changed.
    fn without(&self, organizations: &[u32]) -> Self {
        let mut kept = self.get();
        if let Some((_, chunks)) = &mut kept {
            for chunk in organizations.iter().map(|&at| at as usize / CHUNK) {
                match chunks.get_mut(chunk) {
                    Some(numbers) => *numbers = None,
                    None => chunks.resize(chunk + 1, None),
                }
            }
        }
        Self(Mutex::new(kept))
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
    pub words: Chunked<u32>,
    /// Their sum.
    pub all_words: u64,
    /// By home number, the visible projects of the organizations at home there.
    pub by_home: Vec<u64>,
}

/// What some neighbouring organizations have done.
struct Part {
    rows: Vec<Row>,
    words: Vec<u32>,
    sectors: Growing<u16>,
    regions: Growing<RegionStep>,
    groups: Growing<u16>,
    modes: Growing<u16>,
    /// The sums over them; its lists stay empty.
    sums: Past,
}

/// Organizations whose sums one task adds up.
const TASK: usize = 8 * CHUNK;

impl View {
    pub(super) fn new(records: &Records, claims: &Claims, as_of: Date) -> Self {
        let (claimed, day) = (Claimed::new(records, claims, as_of), day_of(as_of));
        let count = records.organization_count();
        let visible = || {
            let projects = (0..records.project_count()).into_par_iter().with_min_len(4 * CHUNK);
            projects.filter(|&at| records.project_facts(at).is_visible(day)).count()
        };
        let parts = || -> Vec<Part> {
            let starts: Vec<usize> = (0..count).step_by(TASK).collect();
            starts.into_par_iter().map(|start| Part::new(records, &claimed, start..count.min(start + TASK), day)).collect()
        };
        let (projects, parts) = rayon::join(visible, parts);
        let mut past = Past::empty(records);
        let (mut rows, mut words) = (Vec::with_capacity(count), Vec::with_capacity(count));
        // Lists are appended in the order of organizations, and all other sums are of integers: they are the same on any number
        // of threads.
        let (mut sectors, mut regions, mut groups, mut modes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            rows.extend(part.rows);
            words.extend(part.words);
            past.add(&part.sums);
            sectors.push(part.sectors);
            regions.push(part.regions);
            groups.push(part.groups);
            modes.push(part.modes);
        }
        past.projects = projects;
        past.words = Chunked::new(&words);
        (past.sectors, past.regions) = rayon::join(|| Inverted::joined(sectors), || Inverted::joined(regions));
        (past.groups, past.modes) = rayon::join(|| Inverted::joined(groups), || Inverted::joined(modes));
        Self { as_of, day, rows: Chunked::new(&rows), past: Arc::new(past), claimed, derived: Derived::default() }
    }

    /// The same day after the claims of `organizations` (ascending) have changed; `own` are all claims of these organizations.
    pub(super) fn with_claims(&self, records: &Records, organizations: &[u32], own: &[&Entry]) -> Self {
        let claimed = self.claimed.with(records, self.as_of, organizations, own);
        let mut rows = self.rows.clone();
        for organization in organizations.iter().map(|&at| at as usize) {
            rows.change(organization, |row| row.set_claims(&records.organization_facts(organization), &claimed, organization));
        }
        Self {
            as_of: self.as_of,
            day: self.day,
            rows,
            past: Arc::clone(&self.past),
            claimed,
            derived: self.derived.without(organizations),
        }
    }

    /// The same day after the records of `organizations` or their histories have changed (ascending; new ones come last). The
    /// claims are those of `self`. `projects` are the positions of the projects that have changed.
    pub(super) fn with_records(&self, old: &Records, new: &Records, organizations: &[u32], projects: &[u32]) -> Self {
        let (mut rows, mut past) = (self.rows.clone(), Past::clone(&self.past));
        past.by_home.resize(new.homes().len(), 0);
        for &at in projects {
            let at = at as usize;
            let was_visible = at < old.project_count() && old.project_facts(at).is_visible(self.day);
            past.projects = past.projects + usize::from(new.project_facts(at).is_visible(self.day)) - usize::from(was_visible);
        }
        let experience = |organization: &u32| {
            let (at, paths) = (*organization as usize, &mut Paths::default());
            let before = (at < old.organization_count()).then(|| Experience::on_record(old, at, self.day, paths));
            (at, before, Experience::on_record(new, at, self.day, paths))
        };
        let changed: Vec<_> = organizations.par_iter().map(experience).collect();
        for (at, before, now) in changed {
            rows.set(at, Row::new(new, &self.claimed, at, self.day, &now));
            let home = before.as_ref().map_or(NO_HOME, |_| old.home(at));
            past.replace(new, at, (home, before.unwrap_or_default()), now);
        }
        let derived = self.derived.without(organizations);
        Self { as_of: self.as_of, day: self.day, rows, past: Arc::new(past), claimed: self.claimed.clone(), derived }
    }

    /// One number per organization, in chunks: the kept ones if they are of this `key`, else made by `make` from the rows of a
    /// chunk.
    pub fn standing(&self, key: u64, make: impl Fn(&[Row]) -> Vec<i32> + Sync) -> Vec<Arc<[i32]>> {
        let mut kept = self.derived.get().filter(|(known, _)| *known == key).map(|(_, chunks)| chunks).unwrap_or_default();
        kept.resize(self.rows.chunks().len(), None);
        let is_whole = kept.iter().all(Option::is_some);
        let chunk = |(kept, rows): (Option<Arc<[i32]>>, &Arc<[Row]>)| kept.unwrap_or_else(|| make(rows).into());
        if is_whole {
            return kept.into_iter().flatten().collect();
        }
        let numbers: Vec<Arc<[i32]>> = kept.into_par_iter().zip(self.rows.chunks()).map(chunk).collect();
        let new = numbers.iter().map(|chunk| Some(Arc::clone(chunk))).collect();
        *self.derived.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, new));
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

impl Part {
    fn new(records: &Records, claimed: &Claimed, organizations: std::ops::Range<usize>, day: i32) -> Self {
        let mut this = Self {
            rows: Vec::with_capacity(organizations.len()),
            words: Vec::with_capacity(organizations.len()),
            sectors: Growing::default(),
            regions: Growing::default(),
            groups: Growing::default(),
            modes: Growing::default(),
            sums: Past::empty(records),
        };
        let mut paths = Paths::default();
        for at in organizations {
            let sum = Experience::on_record(records, at, day, &mut paths);
            this.rows.push(Row::new(records, claimed, at, day, &sum));
            this.words.push(sum.words);
            this.sums.count(records.home(at), &sum, 1);
            let masses = &sum.masses;
            this.sums.background.add(&records.reference.taxonomy, masses, 1);
            this.sectors.push(at, &masses.sectors);
            this.regions.push(at, &masses.regions);
            this.groups.push(at, &masses.groups);
            this.modes.push(at, &masses.modes);
        }
        this
    }
}

impl Past {
    fn empty(records: &Records) -> Self {
        let background = Background::new(&records.reference.taxonomy);
        Self { background, by_home: vec![0; records.homes().len()], ..Self::default() }
    }

    /// Adds the sums over other organizations.
    fn add(&mut self, other: &Self) {
        self.background.merge(&other.background);
        self.authors += other.authors;
        self.all_words += other.all_words;
        self.by_home.iter_mut().zip(&other.by_home).for_each(|(sum, own)| *sum += own);
    }

    /// Counts one organization, or takes it out with `sign` −1.
    fn count(&mut self, home: u16, sum: &Experience, sign: i64) {
        let add = |total: u64, own: u64| if sign < 0 { total.saturating_sub(own) } else { total + own };
        self.authors = add(self.authors as u64, u64::from(sum.projects > 0)) as usize;
        self.all_words = add(self.all_words, u64::from(sum.words));
        if let Some(of_home) = self.by_home.get_mut(usize::from(home)) {
            *of_home = add(*of_home, u64::from(sum.own_projects));
        }
    }

    /// Replaces what one organization has done, with its home.
    fn replace(&mut self, records: &Records, at: usize, (old_home, old): (u16, Experience), new: Experience) {
        let taxonomy = &records.reference.taxonomy;
        self.count(old_home, &old, -1);
        self.count(records.home(at), &new, 1);
        self.background.add(taxonomy, &old.masses, -1);
        self.background.add(taxonomy, &new.masses, 1);
        self.words.set(at, new.words);
        self.sectors.replace(at, &old.masses.sectors, new.masses.sectors);
        self.regions.replace(at, &old.masses.regions, new.masses.regions);
        self.groups.replace(at, &old.masses.groups, new.masses.groups);
        self.modes.replace(at, &old.masses.modes, new.masses.modes);
    }
}
