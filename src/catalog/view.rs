//! The catalog as seen on a day: what is known of each organization up to then, as one row of numbers, and lists of who
//! has worked in which sector and place.

use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use rayon::prelude::*;

use super::background::{Background, REGION_PRIOR, RegionStep, SECTOR_PRIOR, TAG_PRIOR};
use super::claimed::Claimed;
use super::claims::Entry;
use super::tickets::Tickets;
use super::{CHUNK, Catalog, Chunked, Inverted, Link, is_visible};
use crate::domain::{Money, Organization, OrganizationKind, OrganizationStatus, Project};

/// An undated record is taken to be this old.
pub(super) const UNDATED_AGE_YEARS: f64 = 10.0;
/// Years in which a past project halves its weight as experience, and as activity (set by hand, not fitted): what an
/// organization knows lasts longer than how busy it is.
const EXPERIENCE_HALF_LIFE: f64 = 5.0;
const ACTIVITY_HALF_LIFE: f64 = 2.0;
/// Home of an organization whose home is not known.
pub const NO_HOME: u16 = u16::MAX;

/// Yes-or-no facts of one organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    /// Something is known of it on the day: not a stub whose records all come later.
    pub const KNOWN: u16 = 1;
    /// Its history names sectors.
    pub const SECTORED: u16 = 1 << 1;
    /// It declares or wishes for sectors, or its name and scope speak of some.
    pub const DECLARED: u16 = 1 << 2;
    /// Its history names places.
    pub const REGIONED: u16 = 1 << 3;
    /// It wishes for places.
    pub const WISHES: u16 = 1 << 4;
    /// Its history names groups.
    pub const GROUPED: u16 = 1 << 5;
    /// Its history names modes.
    pub const MODED: u16 = 1 << 6;
    /// Its contributions or a year's spending are known.
    pub const TICKETED: u16 = 1 << 7;
    /// It rules out sectors or places.
    pub const EXCLUDES: u16 = 1 << 8;
    /// It may not raise funds in public.
    pub const NO_FUNDRAISING: u16 = 1 << 9;
    /// 列入严重违法失信名单
    pub const BLACKLISTED: u16 = 1 << 10;
    /// 已注销
    pub const DEREGISTERED: u16 = 1 << 11;
    /// 党政机关
    pub const GOVERNMENT: u16 = 1 << 12;
    /// It is a branch of another organization.
    pub const BRANCH: u16 = 1 << 15;
    /// Nothing left of the budget, or less than its smallest contribution.
    pub const NO_BUDGET: u16 = 1 << 13;
    /// As many claims this year as it takes on.
    pub const NO_SLOT: u16 = 1 << 14;
    /// Whatever keeps it out of every list.
    pub const BARRED: u16 = Self::BLACKLISTED | Self::DEREGISTERED | Self::GOVERNMENT | Self::NO_BUDGET | Self::NO_SLOT;

    /// True if any of `flags` is set.
    #[must_use]
    pub const fn any(self, flags: u16) -> bool {
        self.0 & flags != 0
    }

    pub(super) fn set(&mut self, flags: u16, on: bool) {
        self.0 = if on { self.0 | flags } else { self.0 & !flags };
    }
}

/// What name and register say of an organization's reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// 全国性: registered at the national level, or its name begins with 中国 or 中华.
    pub national: bool,
    /// 综合性慈善组织 (慈善会, 慈善总会, 红十字会): takes on needs of every sector.
    pub general: bool,
    /// It states what it is for.
    pub has_scope: bool,
}

/// True for 中国某基金会, 中华某协会 and the like; not for the branch of a bank.
fn named_for_all(name: &str) -> bool {
    const ENDINGS: [&str; 9] = ["基金会", "协会", "学会", "总会", "促进会", "联合会", "研究会", "慈善会", "红十字会"];
    (name.starts_with("中国") || name.starts_with("中华")) && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

impl Reach {
    fn of(organization: &Organization) -> Self {
        let (name, level) = (&organization.name, organization.level.as_deref().unwrap_or_default());
        Self {
            national: matches!(level, "national" | "全国" | "全国性" | "国家级") || named_for_all(name),
            has_scope: organization.scope.as_deref().is_some_and(|scope| !scope.is_empty()),
            general: ["慈善会", "慈善总会", "慈善协会", "慈善联合", "红十字"].iter().any(|word| name.contains(word)),
        }
    }
}

/// What is known of one organization on the day, ready to be scored. Not-a-number stands for unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Facts.
    pub flags: Flags,
    /// Number of its home in [`Records::homes`](super::Records::homes), or [`NO_HOME`].
    pub home: u16,
    /// What its name and register say of its reach.
    pub reach: Reach,
    /// Visible past projects.
    pub projects: u32,
    /// ln(1 + 10 · visible past projects, decayed).
    pub popularity: f32,
    /// Years since the last project under its own name began; unknown without a dated one.
    pub idle_years: f32,
    /// Words of its past projects' texts.
    pub words: u32,
    /// ln(decayed mass with a sector + prior).
    pub ln_sectored: f32,
    /// ln(decayed mass with a place and wishes + prior).
    pub ln_regioned: f32,
    /// ln(decayed mass with a group + prior).
    pub ln_grouped: f32,
    /// ln(decayed mass with a mode + prior).
    pub ln_moded: f32,
    /// Its next contribution is Student-t in ln(yuan): centre.
    pub ticket_mean: f32,
    /// Scale.
    pub ticket_spread: f32,
    /// Degrees of freedom.
    pub ticket_freedom: f32,
    /// ln(yuan) that its contributions or a year's spending make credible; unknown without either.
    pub ln_credible: f32,
    /// ln(yuan) that it could credibly bring to one need: contributions and remaining budget; unknown without either.
    pub ln_affordable: f32,
    /// ln(share of the budget that is left), at least −3; unknown without a budget.
    pub headroom: f32,
    /// ln of (needs it still takes on this year + 1) / (limit + 1); unknown without a limit.
    pub slots: f32,
}

/// All organizations on one day, holding nothing later than `as_of`.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The day.
    pub as_of: Date,
    /// One row an organization, by position.
    pub rows: Chunked<Row>,
    /// What the past projects say; shared between views that differ in claims only.
    pub past: Arc<Past>,
    /// What the claims of the year have taken, and who declined.
    pub claimed: Claimed,
    derived: Derived,
}

/// Numbers that ranking derives from the rows, kept with them: the last ones asked for. They say nothing that the rows do not.
#[derive(Debug, Clone, Default)]
struct Derived(Arc<Mutex<Option<(u64, Arc<[i32]>)>>>);

impl PartialEq for Derived {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The past projects on one day, by what they were about.
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
    /// Organizations with a visible project, and the words of all their projects.
    pub authors: usize,
    /// See `authors`.
    pub words: u64,
    /// Visible projects by the home of each of their organizations, by number of the home.
    pub by_home: Vec<f64>,
}

/// Weight of a project on the day: 1 while it runs, halved every `half_life_years` after its end.
#[must_use]
pub fn decay(project: &Project, as_of: Date, half_life_years: f64) -> f64 {
    let age = project.period.map_or(UNDATED_AGE_YEARS, |period| period.age_years(as_of));
    (-age / half_life_years).exp2()
}

/// What one organization's history adds up to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Sum {
    sectors: Vec<(u16, f64)>,
    regions: Vec<(RegionStep, f64)>,
    groups: Vec<(u16, f64)>,
    modes: Vec<(u16, f64)>,
    sectored: f64,
    regioned: f64,
    grouped: f64,
    moded: f64,
    activity: f64,
    projects: u32,
    own_projects: u32,
    words: u32,
    last: Option<Date>,
    tickets: Tickets,
}

impl View {
    pub(super) fn new(catalog: &Catalog, as_of: Date) -> Self {
        let claimed = Claimed::new(catalog, as_of);
        let mut past = Past {
            background: Background::new(&catalog.reference.taxonomy),
            by_home: vec![0.0; catalog.homes.len()],
            ..Past::default()
        };
        past.projects = catalog.projects.iter().filter(|project| is_visible(project.period, as_of)).count();
        let mut rows = Vec::with_capacity(catalog.organizations.len());
        // Sums run in the order of organizations, whatever the threads; only what one organization adds up is done apart.
        for start in (0..catalog.organizations.len()).step_by(64 * CHUNK) {
            let end = (start + 64 * CHUNK).min(catalog.organizations.len());
            let sums: Vec<Sum> =
                (start..end).into_par_iter().with_min_len(64).map(|organization| Sum::of(catalog, organization, as_of)).collect();
            for (organization, sum) in (start..end).zip(sums) {
                rows.push(row(catalog, &claimed, organization, as_of, &sum));
                past.add(catalog, organization, sum);
            }
        }
        past.sectors.shrink();
        past.regions.shrink();
        past.groups.shrink();
        past.modes.shrink();
        Self { as_of, rows: Chunked::new(&rows), past: Arc::new(past), claimed, derived: Derived::default() }
    }

    /// The same day after the claims of `organizations`, ascending, have changed: only their rows differ. `own` are all claims
    /// of theirs.
    pub(super) fn with_claims(&self, catalog: &Catalog, organizations: &[u32], own: &[&Entry]) -> Self {
        let claimed = self.claimed.with(catalog, self.as_of, organizations, own);
        let mut rows = self.rows.clone();
        for organization in organizations.iter().map(|&at| at as usize) {
            rows.change(organization, |row| set_claims(row, &catalog.organizations[organization], &claimed, organization));
        }
        Self { as_of: self.as_of, rows, past: Arc::clone(&self.past), claimed, derived: Derived::default() }
    }

    /// One number an organization, made by `make` where those of this `key` are not at hand.
    pub fn standing(&self, key: u64, make: impl FnOnce() -> Vec<i32>) -> Arc<[i32]> {
        let kept = || self.derived.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, numbers)) = kept().as_ref().filter(|(known, _)| *known == key) {
            return Arc::clone(numbers);
        }
        let numbers: Arc<[i32]> = make().into();
        *kept() = Some((key, Arc::clone(&numbers)));
        numbers
    }

    /// True if something is known of the organization on the day.
    #[must_use]
    pub fn is_known(&self, organization: usize) -> bool {
        self.rows[organization].flags.any(Flags::KNOWN)
    }
}

/// One organization as it would be with one more past project: the answer to “what if”. Everything else stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Supposed {
    /// Position of the organization.
    pub organization: usize,
    /// Its row.
    pub row: Row,
    /// The day, with the projects in what is usual for all organizations; rows and lists are those of before.
    pub view: Arc<View>,
    sum: Sum,
}

impl View {
    /// `organization` with `projects` more projects like `project`, in which it would have taken part alone.
    #[must_use]
    pub fn suppose(&self, catalog: &Catalog, organization: usize, project: &Project, projects: usize) -> Supposed {
        let mut sum = Sum::of(catalog, organization, self.as_of);
        for _ in 0..projects {
            sum.add(catalog, project, Link { to: 0, by_branch: false, place: 0 }, self.as_of);
        }
        let row = row(catalog, &self.claimed, organization, self.as_of, &sum);
        let mut more = Sum::default();
        for _ in 0..projects {
            more.add(catalog, project, Link { to: 0, by_branch: false, place: 0 }, self.as_of);
        }
        let mut past = Past::clone(&self.past);
        past.add_usual(catalog, &more);
        let view = Arc::new(Self { past: Arc::new(past), ..self.clone() });
        Supposed { organization, row, view, sum }
    }
}

impl Supposed {
    /// Its mass in a sector.
    #[must_use]
    pub fn sector(&self, sector: u16) -> f64 {
        of_key(&self.sum.sectors, sector)
    }

    /// Its mass in a place.
    #[must_use]
    pub fn region(&self, step: RegionStep) -> f64 {
        of_key(&self.sum.regions, step)
    }

    /// Its mass in a group.
    #[must_use]
    pub fn group(&self, group: u16) -> f64 {
        of_key(&self.sum.groups, group)
    }

    /// Its mass in a mode.
    #[must_use]
    pub fn mode(&self, mode: u16) -> f64 {
        of_key(&self.sum.modes, mode)
    }
}

fn of_key<K: Copy + PartialEq>(masses: &[(K, f64)], key: K) -> f64 {
    masses.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).sum()
}

impl Past {
    /// Adds to what is usual for all organizations.
    fn add_usual(&mut self, catalog: &Catalog, sum: &Sum) {
        let taxonomy = &catalog.reference.taxonomy;
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

    fn add(&mut self, catalog: &Catalog, organization: usize, sum: Sum) {
        self.authors += usize::from(sum.projects > 0);
        self.words += u64::from(sum.words);
        if let Some(home) = self.by_home.get_mut(usize::from(catalog.home(organization))) {
            *home += f64::from(sum.own_projects);
        }
        self.add_usual(catalog, &sum);
        self.sectors.push(organization, sum.sectors);
        self.regions.push(organization, sum.regions);
        self.groups.push(organization, sum.groups);
        self.modes.push(organization, sum.modes);
    }
}

impl Sum {
    fn of(catalog: &Catalog, organization: usize, as_of: Date) -> Self {
        let mut sum = Self::default();
        for &deed in catalog.history(organization) {
            let project = &catalog.projects[deed.to as usize];
            if is_visible(project.period, as_of) {
                sum.words = sum.words.saturating_add(u32::from(catalog.length(deed.to as usize)));
                sum.add(catalog, project, deed, as_of);
            }
        }
        sum
    }

    fn add(&mut self, catalog: &Catalog, project: &Project, deed: Link, as_of: Date) {
        let weight = decay(project, as_of, EXPERIENCE_HALF_LIFE);
        self.activity += decay(project, as_of, ACTIVITY_HALF_LIFE);
        self.projects += 1;
        if !deed.by_branch {
            self.own_projects += 1;
            self.last = self.last.max(project.period.map(crate::domain::Period::visible_from));
        }
        let taxonomy = &catalog.reference.taxonomy;
        for share in &project.sectors {
            let Some(sector) = taxonomy.sector(&share.code) else { continue };
            let mass = weight * share.weight;
            let parent = taxonomy.parent(sector);
            self.sectored += mass;
            self.sectors.push((parent as u16, mass));
            if sector != parent {
                self.sectors.push((sector as u16, mass));
            }
        }
        let certain: Vec<_> = project.regions.iter().filter(|region| region.certain).collect();
        for region in &certain {
            let mass = weight / certain.len() as f64;
            self.regioned += mass;
            self.regions.extend(RegionStep::path(catalog.reference.divisions, region.code).into_iter().map(|step| (step, mass)));
        }
        self.grouped += spread(weight, project.groups.iter().filter_map(|code| taxonomy.group(code)), &mut self.groups);
        self.moded += spread(weight, project.modes.iter().filter_map(|code| taxonomy.mode(code)), &mut self.modes);
        // A total accrued over years is not known before its end.
        let is_known = project.period.is_none_or(|period| period.totals_from() <= as_of);
        if let Some(share) = project.share(usize::from(deed.place)).filter(|_| is_known) {
            self.tickets.add(share);
        }
    }
}

/// Spreads `weight` evenly over the numbers; gives what was spread.
fn spread(weight: f64, numbers: impl Iterator<Item = usize>, masses: &mut Vec<(u16, f64)>) -> f64 {
    let start = masses.len();
    masses.extend(numbers.map(|number| (number as u16, 0.0)));
    let share = weight / (masses.len() - start).max(1) as f64;
    masses[start..].iter_mut().for_each(|entry| entry.1 = share);
    if masses.len() > start { weight } else { 0.0 }
}

fn row(catalog: &Catalog, claimed: &Claimed, organization: usize, as_of: Date, sum: &Sum) -> Row {
    let record = &catalog.organizations[organization];
    let wishes = record.willing_regions.iter().any(|wish| wish.certain);
    let mut flags = Flags::default();
    flags.set(Flags::SECTORED, sum.sectored > 0.0);
    flags.set(Flags::DECLARED, catalog.declares(organization));
    flags.set(Flags::REGIONED, sum.regioned > 0.0);
    flags.set(Flags::WISHES, wishes);
    flags.set(Flags::GROUPED, sum.grouped > 0.0);
    flags.set(Flags::MODED, sum.moded > 0.0);
    flags.set(Flags::TICKETED, sum.tickets.are_known() || record.annual_spend.is_some());
    flags.set(Flags::EXCLUDES, !(record.excluded_sectors.is_empty() && record.excluded_regions.is_empty()));
    flags.set(Flags::NO_FUNDRAISING, record.public_fundraising == Some(false));
    flags.set(Flags::BLACKLISTED, record.status == OrganizationStatus::Blacklisted);
    flags.set(Flags::DEREGISTERED, record.status == OrganizationStatus::Deregistered);
    flags.set(Flags::GOVERNMENT, record.kind == OrganizationKind::Government);
    flags.set(Flags::BRANCH, catalog.head(organization).is_some());
    let ticket = sum.tickets.predict(record.annual_spend);
    let idle_years = sum.last.map_or(f32::NAN, |last| last.until(as_of).map_or(0.0, |span| span.get_days() as f32 / 365.25));
    let ln = |mass: f64| mass.ln() as f32;
    let mut row = Row {
        flags,
        home: catalog.home(organization),
        reach: Reach::of(record),
        projects: sum.projects,
        popularity: (10.0 * sum.activity).ln_1p() as f32,
        idle_years,
        words: sum.words,
        ln_sectored: ln(sum.sectored + SECTOR_PRIOR),
        ln_regioned: ln(sum.regioned + f64::from(u8::from(wishes)) + REGION_PRIOR),
        ln_grouped: ln(sum.grouped + TAG_PRIOR),
        ln_moded: ln(sum.moded + TAG_PRIOR),
        ticket_mean: ticket.mean as f32,
        ticket_spread: ticket.spread as f32,
        ticket_freedom: ticket.freedom as f32,
        ln_credible: if flags.any(Flags::TICKETED) { sum.tickets.credible(record.annual_spend) as f32 } else { f32::NAN },
        ln_affordable: f32::NAN,
        headroom: f32::NAN,
        slots: f32::NAN,
    };
    set_claims(&mut row, record, claimed, organization);
    row
}

/// Lowest headroom that is told apart.
const LEAST_HEADROOM: f64 = -3.0;
/// Yuan added to both sides of the headroom, so that an empty budget has a logarithm.
const HEADROOM_FLOOR_YUAN: f64 = 10_000.0;

/// The fields that claims change.
fn set_claims(row: &mut Row, record: &Organization, claimed: &Claimed, organization: usize) {
    let taken = claimed.of(organization);
    row.flags.set(Flags::KNOWN, !record.stub || row.projects > 0 || claimed.knows(organization));
    let left = record.budget.map(|budget| budget.fen() - taken.fen);
    let least = record.min_ticket.map_or(1, Money::fen).max(1);
    row.flags.set(Flags::NO_BUDGET, left.is_some_and(|left| left < least));
    row.flags.set(Flags::NO_SLOT, record.max_projects.is_some_and(|most| taken.needs >= most));
    let left_yuan = left.map(|left| left.max(0) as f64 / 100.0);
    let budget = left_yuan.map(|yuan| yuan.max(1.0).ln());
    let affordable = budget.into_iter().fold(f64::from(row.ln_credible), f64::min);
    row.ln_affordable = affordable as f32;
    row.headroom = record.budget.zip(left_yuan).map_or(f32::NAN, |(budget, left)| {
        ((left + HEADROOM_FLOOR_YUAN) / (budget.yuan() + HEADROOM_FLOOR_YUAN)).ln().max(LEAST_HEADROOM) as f32
    });
    row.slots = record
        .max_projects
        .map_or(f32::NAN, |most| (f64::from(most.saturating_sub(taken.needs) + 1) / (f64::from(most) + 1.0)).ln() as f32);
}
