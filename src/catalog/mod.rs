//! The immutable snapshot that is ranked: all records, the text searcher, and the ledger's history as of a day.
//!
//! Made from the ledger and the text index, swapped as a whole, never changed. Ranking sees records only through a
//! [`View`], which holds nothing later than its day.

mod background;
mod chunked;
mod claimed;
mod claims;
mod contributions;
mod experience;
mod family;
mod inverted;
mod likeness;
mod memory;
mod row;
#[cfg(test)]
pub(crate) mod small;
mod view;
mod what_if;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;
use qianshou_index::writer::TextIndex;
use rayon::prelude::*;

use crate::domain::{Claim, Need, NeedId, Organization, OrganizationId, Period, Project, ProjectId, RegionCode};
use crate::reference::{Divisions, Reference, Taxonomy};
use crate::store::{Ledger, LedgerVersion, Numbered};

pub use background::{Background, REGION_PRIOR, RegionStep, SECTOR_PRIOR, TAG_PRIOR};
pub use chunked::{CHUNK, Chunked};
pub use claimed::{Claimed, Taken};
pub use claims::Claims;
pub use experience::decay;
pub use inverted::{Inverted, List, find};
pub use likeness::{Like, Likeness};
pub use row::{Flags, NO_HOME, Reach, Row};
pub use view::{Past, View};
pub use what_if::WhatIf;

/// Days since 1970-01-01, the calendar of the text index.
#[must_use]
pub fn day_number(date: Date) -> i64 {
    i64::from(Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days()))
}

/// What the text index keeps of a project.
#[must_use]
pub fn document(project: &Numbered<Project>) -> Document {
    let text = format!("{}。{}", project.value.title, project.value.description);
    Document {
        key: project.seq,
        visible_from: visible_day(project.value.period),
        text: qianshou_index::normalize::normalize(&text).text,
    }
}

/// A snapshot of everything that is known: the [`Records`], shared between snapshots that differ in claims only, and the
/// claims.
pub struct Catalog {
    /// Number of the last ledger change in it: names the snapshot.
    pub version: LedgerVersion,
    /// Claims in the order of the ledger.
    pub claims: Claims,
    records: Arc<Records>,
    views: Mutex<Vec<Arc<View>>>,
}

/// All records but the claims, with what follows from them.
pub struct Records {
    /// The tables.
    pub reference: Reference,
    /// Organizations in the order of their ids; a position in here is what ranking calls an organization.
    pub organizations: Vec<Organization>,
    /// Past projects in the order of their ids.
    pub projects: Vec<Project>,
    /// Needs in the order of the ledger.
    pub needs: Vec<Need>,
    /// Text search over the past projects.
    pub text: TextSearcher,
    /// Text search over names; the key is the position.
    pub names: TextSearcher,
    /// Text search over stated scopes; the key is the position.
    pub scopes: TextSearcher,
    /// Organizations by the places that their names hold.
    pub named_after: Inverted<RegionCode>,
    /// Where organizations are registered, each place once.
    pub homes: Vec<RegionCode>,
    home: Box<[u16]>,
    /// Shares of the top-level sectors that organizations declare, wish for, or speak of in name and scope.
    pub declared: Inverted<u16>,
    /// Shares of the places that organizations wish for, with everything around them.
    pub wished: Inverted<RegionStep>,
    /// The same for the wished-for places alone.
    pub wished_exactly: Inverted<RegionStep>,
    participations: Participations,
    /// Position of the organization that each is a branch of, or [`NOBODY`].
    heads: Box<[u32]>,
    /// Stubs that gave way to the full record of their name, with its position.
    stood_for: HashMap<OrganizationId, u32>,
    /// By the place in the text index; [`NOBODY`] for what is not there any more.
    project_at_position: Box<[u32]>,
    /// Words of each project's text.
    lengths: Box<[u16]>,
    need_at: HashMap<NeedId, u32>,
    /// Made when it is first asked for.
    likeness: OnceLock<Likeness>,
}

/// Stands for no position.
const NOBODY: u32 = u32::MAX;

/// Views kept at hand; questions about today are the rule.
const VIEWS_KEPT: usize = 8;

impl std::ops::Deref for Catalog {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

impl Catalog {
    /// Builds the snapshot of `ledger`; `text` must hold its projects.
    ///
    /// # Errors
    /// Names and scopes cannot be indexed.
    pub fn new(mut ledger: Ledger, reference: Reference, text: TextSearcher) -> Result<Self, IndexError> {
        let version = ledger.version;
        let claims = std::mem::take(&mut ledger.claims);
        let records = Arc::new(Records::new(ledger, reference, text)?);
        let claims = Claims::new(&records, claims);
        Ok(Self { version, claims, records, views: Mutex::default() })
    }

    /// The snapshot after these claims have been written, in the order of the ledger: everything else is shared, and so are
    /// all chunks of the known views that hold none of the organizations concerned.
    #[must_use]
    pub fn with_claims(&self, version: LedgerVersion, written: Vec<Numbered<Claim>>) -> Self {
        let mut claims = self.claims.clone();
        let mut touched: Vec<u32> = written.into_iter().flat_map(|claim| claims.write(&self.records, claim)).collect();
        touched.retain(|&organization| organization != NOBODY);
        touched.sort_unstable();
        touched.dedup();
        let new = Self { version, claims, records: Arc::clone(&self.records), views: Mutex::default() };
        let own: Vec<_> = new.claims.entries().filter(|it| touched.binary_search(&it.organization).is_ok()).collect();
        let known = self.kept_views().clone();
        let views = known.iter().map(|view| Arc::new(view.with_claims(&new, &touched, &own))).collect();
        *new.kept_views() = views;
        new
    }

    fn kept_views(&self) -> std::sync::MutexGuard<'_, Vec<Arc<View>>> {
        self.views.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What was known at the end of the day `as_of`.
    #[must_use]
    pub fn as_of(&self, as_of: Date) -> Arc<View> {
        if let Some(view) = self.kept_views().iter().find(|view| view.as_of == as_of) {
            return Arc::clone(view);
        }
        let view = Arc::new(View::new(self, as_of));
        let mut kept = self.kept_views();
        kept.insert(0, Arc::clone(&view));
        kept.truncate(VIEWS_KEPT);
        view
    }
}

impl Records {
    fn new(ledger: Ledger, reference: Reference, text: TextSearcher) -> Result<Self, IndexError> {
        let mut organizations: Vec<Organization> = ledger.organizations.into_iter().map(|it| it.value).collect();
        organizations.sort_by(|a, b| a.id.cmp(&b.id));
        let stubs = take_over_stubs(&mut organizations);
        let position = |id: &OrganizationId| organizations.binary_search_by(|it| it.id.cmp(id)).ok().map(|at| at as u32);
        let stood_for: HashMap<OrganizationId, u32> =
            stubs.into_iter().filter_map(|(stub, full)| Some((stub, position(&full)?))).collect();
        // Sums over projects must not depend on the order in which they arrived.
        let mut projects = ledger.projects;
        projects.sort_by(|a, b| a.value.id.cmp(&b.value.id));
        // Where each document of the text index stands among the projects.
        let by_seq: HashMap<u64, u32> = projects.iter().map(|it| it.seq).zip(0..).collect();
        let project_at_position: Box<[u32]> = text.keys().iter().map(|seq| by_seq.get(seq).copied().unwrap_or(NOBODY)).collect();
        drop(by_seq);
        let projects: Vec<Project> = projects.into_iter().map(|it| it.value).collect();
        let needs: Vec<Need> = ledger.needs.into_iter().map(|it| it.value).collect();
        let heads = family::heads(&organizations);
        let (homes, home) = homes(&organizations, &heads, reference.divisions);
        let (mut declared, mut wished, mut wished_exactly) = (Inverted::default(), Inverted::default(), Inverted::default());
        for (at, organization) in organizations.iter().enumerate() {
            declared.push(at, declared_parents(&reference.taxonomy, organization));
            let wishes: Vec<RegionCode> =
                organization.willing_regions.iter().filter(|wish| wish.certain).map(|wish| wish.code).collect();
            let share = 1.0 / wishes.len().max(1) as f64;
            let around = |&wish: &RegionCode| RegionStep::path(reference.divisions, wish).into_iter().map(|step| (step, share));
            wished.push(at, wishes.iter().flat_map(around).collect());
            wished_exactly.push(at, wishes.iter().map(|&wish| (RegionStep::Division(wish), share)).collect());
        }
        declared.shrink();
        wished.shrink();
        wished_exactly.shrink();
        let mut at: HashMap<&OrganizationId, u32> = organizations.iter().map(|it| &it.id).zip(0..).collect();
        at.extend(stood_for.iter().map(|(stub, &at)| (stub, at)));
        let participations = Participations::new(organizations.len(), &projects, &at, &heads);
        drop(at);
        let mut lengths = vec![0; projects.len()].into_boxed_slice();
        for (length, &at) in text.lengths().into_iter().zip(&project_at_position).filter(|(length, _)| *length > 0) {
            if let Some(own) = lengths.get_mut(at as usize) {
                *own = u16::try_from(length).unwrap_or(u16::MAX);
            }
        }
        let names = name_documents(&organizations, &projects, &participations);
        let names = TextIndex::in_memory(&names, text.segmenter())?;
        let scopes = TextIndex::in_memory(&scope_documents(&organizations), text.segmenter())?;
        Ok(Self {
            named_after: named_after(&organizations, |at| homes.get(usize::from(home[at])).copied(), reference.divisions),
            participations,
            heads: heads.into_iter().map(|head| head.unwrap_or(NOBODY)).collect(),
            scopes,
            names,
            need_at: positions(needs.iter().map(|it| it.id.clone())),
            reference,
            organizations,
            projects,
            needs,
            text,
            homes,
            home,
            declared,
            wished,
            wished_exactly,
            stood_for,
            project_at_position,
            lengths,
            likeness: OnceLock::new(),
        })
    }

    /// The projects that an organization or a branch of it took part in, the latest first and undated ones last.
    #[must_use]
    pub fn history(&self, organization: usize) -> &[Participation] {
        self.participations.organizations.get(organization)
    }

    /// The organizations that took part in a project themselves or through a branch, ascending by position.
    #[must_use]
    pub fn participants(&self, project: usize) -> &[Participation] {
        self.participations.projects.get(project)
    }

    /// Words of a project's text.
    #[must_use]
    pub fn length(&self, project: usize) -> u16 {
        self.lengths[project]
    }

    /// The organization that this one is a branch of.
    #[must_use]
    pub fn head(&self, organization: usize) -> Option<usize> {
        Some(self.heads[organization]).filter(|&head| head != NOBODY).map(|head| head as usize)
    }

    /// Number of the organization's home in [`Records::homes`], or [`NO_HOME`]: the registered one, else the place by which
    /// its name begins.
    #[must_use]
    pub fn home(&self, organization: usize) -> u16 {
        self.home[organization]
    }

    /// The same of all organizations, by position.
    #[must_use]
    pub fn home_numbers(&self) -> &[u16] {
        &self.home
    }

    /// The place that the number of a home stands for.
    #[must_use]
    pub fn home_region(&self, organization: usize) -> Option<RegionCode> {
        self.homes.get(usize::from(self.home[organization])).copied()
    }

    /// True if the organization declares or wishes for sectors, or its name and scope speak of some.
    #[must_use]
    pub fn declares(&self, organization: usize) -> bool {
        !declared_parents(&self.reference.taxonomy, &self.organizations[organization]).is_empty()
    }

    /// The other needs that are the same as this one, or nearly so.
    #[must_use]
    pub fn alike(&self, need: &Need) -> Vec<Like> {
        self.likeness.get_or_init(|| Likeness::over(&self.needs)).similar_to(need)
    }

    /// Position of an organization.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Option<usize> {
        let stood_for = || self.stood_for.get(id).map(|&at| at as usize);
        self.organizations.binary_search_by(|it| it.id.cmp(id)).ok().or_else(stood_for)
    }

    /// A project by its id.
    #[must_use]
    pub fn project(&self, id: &ProjectId) -> Option<&Project> {
        self.projects.binary_search_by(|it| it.id.cmp(id)).ok().map(|at| &self.projects[at])
    }

    /// Position of the project at a place of the text index.
    #[must_use]
    pub fn project_at_position(&self, place: u32) -> Option<usize> {
        self.project_at_position.get(place as usize).filter(|&&at| at != NOBODY).map(|&at| at as usize)
    }

    /// A need by its id.
    #[must_use]
    pub fn need(&self, id: &NeedId) -> Option<&Need> {
        self.need_at.get(id).map(|&at| &self.needs[at as usize])
    }
}

/// Who did what: each project with its organizations and each organization with its projects, as slices of one array each.
struct Participations {
    projects: Slices,
    organizations: Slices,
}

impl Participations {
    fn new(organizations: usize, projects: &[Project], at: &HashMap<&OrganizationId, u32>, heads: &[Option<u32>]) -> Self {
        let mut participations: Vec<(u32, Participation)> = Vec::new();
        for (project, record) in (0..).zip(projects) {
            for (position, participant) in (0..=u16::MAX).zip(&record.participants) {
                let Some(&organization) = at.get(&participant.organization) else { continue };
                participations.push((project, Participation { to: organization, by_branch: false, position }));
                participations.extend(
                    heads[organization as usize].map(|head| (project, Participation { to: head, by_branch: true, position })),
                );
            }
        }
        participations.par_sort_unstable();
        // Two names of one organization in one project are one participation.
        participations.dedup_by_key(|participation| (participation.0, participation.1.to));
        let by_project = Slices::new(projects.len(), &participations);
        participations.iter_mut().for_each(|(project, link)| std::mem::swap(project, &mut link.to));
        let start = |project: u32| visible_day(projects[project as usize].period);
        participations.par_sort_by_cached_key(|&(organization, participation)| {
            (organization, std::cmp::Reverse(start(participation.to)), participation)
        });
        Self { projects: by_project, organizations: Slices::new(organizations, &participations) }
    }
}

/// A project of an organization, or an organization of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Participation {
    /// Position of the project or of the organization.
    pub to: u32,
    /// True if a branch of the organization took part, not itself.
    pub by_branch: bool,
    /// Position among the participants of the project.
    pub position: u16,
}

/// Links by a number, compressed.
struct Slices {
    offsets: Box<[u32]>,
    links: Box<[Participation]>,
}

impl Slices {
    /// From links that are sorted by their number, which is below `count`.
    fn new(count: usize, links: &[(u32, Participation)]) -> Self {
        let mut offsets = vec![0; count + 1].into_boxed_slice();
        for &(number, _) in links {
            offsets[number as usize + 1] += 1;
        }
        for n in 0..count {
            offsets[n + 1] += offsets[n];
        }
        Self { offsets, links: links.iter().map(|&(_, link)| link).collect() }
    }

    fn get(&self, number: usize) -> &[Participation] {
        &self.links[self.offsets[number] as usize..self.offsets[number + 1] as usize]
    }
}

/// The places that names hold; names that are common words are no places. Of several places of one name, those in the
/// province of the organization's home count, each for its share.
fn named_after(
    organizations: &[Organization],
    home: impl Fn(usize) -> Option<RegionCode> + Sync,
    divisions: &Divisions,
) -> Inverted<RegionCode> {
    let places = |(at, organization): (usize, &Organization)| -> Vec<(RegionCode, f64)> {
        let mut places = Vec::new();
        for mut mention in divisions.mentions(&organization.name).into_iter().filter(|mention| !mention.is_common_word) {
            if let Some(home) = home(at).filter(|_| mention.candidates.len() > 1) {
                mention.candidates.retain(|place| place.province() == home.province());
            }
            let share = 1.0 / mention.candidates.len().max(1) as f64;
            places.extend(mention.candidates.into_iter().map(|place| (place, share)));
        }
        places
    };
    let rows: Vec<_> = organizations.par_iter().enumerate().map(places).collect();
    let mut named_after = Inverted::default();
    rows.into_iter().enumerate().for_each(|(at, row)| named_after.push(at, row));
    named_after.shrink();
    named_after
}

/// Stated scopes as documents, of those that state one.
fn scope_documents(organizations: &[Organization]) -> Vec<Document> {
    let document = |(at, organization): (usize, &Organization)| {
        let scope = organization.scope.as_deref().filter(|scope| !scope.is_empty())?;
        Some(Document { key: at as u64, visible_from: i64::MIN, text: qianshou_index::normalize::normalize(scope).text })
    };
    organizations.par_iter().enumerate().filter_map(document).collect()
}

/// Names as documents. A stub is visible from its first project on.
fn name_documents(organizations: &[Organization], projects: &[Project], participations: &Participations) -> Vec<Document> {
    let document = |(at, organization): (usize, &Organization)| {
        let days = participations
            .organizations
            .get(at)
            .iter()
            .map(|participation| visible_day(projects[participation.to as usize].period));
        let visible_from = if organization.stub { days.min().unwrap_or(i64::MAX) } else { i64::MIN };
        Document { key: at as u64, visible_from, text: qianshou_index::normalize::normalize(&organization.name).text }
    };
    organizations.par_iter().enumerate().map(document).collect()
}

fn visible_day(period: Option<Period>) -> i64 {
    period.map_or(i64::MIN, |period| day_number(period.visible_from()))
}

/// The places where organizations are at home, each once and ascending, and for each organization the number of its own.
fn homes(organizations: &[Organization], heads: &[Option<u32>], divisions: &Divisions) -> (Vec<RegionCode>, Box<[u16]>) {
    let own = |it: &Organization| it.home_region.as_ref().map(|region| region.code).or_else(|| divisions.at_start_of(&it.name));
    let of_head = |at: usize| heads[at].and_then(|head| own(&organizations[head as usize]));
    let codes: Vec<Option<RegionCode>> =
        organizations.par_iter().enumerate().map(|(at, it)| own(it).or_else(|| of_head(at))).collect();
    let mut homes: Vec<RegionCode> = codes.iter().flatten().copied().collect();
    homes.sort_unstable();
    homes.dedup();
    // There are a few thousand divisions.
    homes.truncate(usize::from(NO_HOME));
    let number =
        |code: &Option<RegionCode>| code.and_then(|code| homes.binary_search(&code).ok()).map_or(NO_HOME, |at| at as u16);
    let home = codes.iter().map(number).collect();
    (homes, home)
}

/// Parents of the sectors that an organization declares, wishes for, or speaks of in name and scope, with equal shares.
fn declared_parents(taxonomy: &Taxonomy, organization: &Organization) -> Vec<(u16, f64)> {
    let codes = organization.sectors.iter().chain(&organization.scope_sectors).chain(&organization.willing_sectors);
    let mut parents: Vec<u16> = codes.filter_map(|code| taxonomy.sector(code)).map(|n| taxonomy.parent(n) as u16).collect();
    parents.sort_unstable();
    parents.dedup();
    let share = 1.0 / parents.len().max(1) as f64;
    parents.into_iter().map(|parent| (parent, share)).collect()
}

/// Takes out the stubs whose name is the name or alias of exactly one full record: that record is who was meant. Gives
/// the ids of the stubs with the ids that stand for them.
fn take_over_stubs(organizations: &mut Vec<Organization>) -> Vec<(OrganizationId, OrganizationId)> {
    let mut bearers: HashMap<&str, Vec<&OrganizationId>> = HashMap::new();
    for full in organizations.iter().filter(|it| !it.stub) {
        for name in std::iter::once(&full.name).chain(&full.aliases) {
            bearers.entry(name).or_default().push(&full.id);
        }
    }
    let of = |stub: &Organization| match bearers.get(stub.name.as_str()).map(Vec::as_slice) {
        Some([full]) => Some((stub.id.clone(), (*full).clone())),
        _ => None,
    };
    let taken: Vec<_> = organizations.iter().filter(|it| it.stub).filter_map(of).collect();
    let gone: HashSet<&OrganizationId> = taken.iter().map(|(stub, _)| stub).collect();
    organizations.retain(|it| !gone.contains(&it.id));
    taken
}

fn positions<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, u32> {
    keys.zip(0..).collect()
}

/// True if a record with this period is visible on the day: undated ones always are.
#[must_use]
pub fn is_visible(period: Option<Period>, as_of: Date) -> bool {
    period.is_none_or(|period| period.visible_from() <= as_of)
}
