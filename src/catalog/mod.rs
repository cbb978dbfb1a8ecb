//! The immutable snapshot that is ranked: all records, the text searcher, and the ledger's history as of a day.
//!
//! Made from the ledger and the text index, swapped as a whole, never changed. Ranking sees records only through a
//! [`View`], which holds nothing later than its day.

mod background;
mod likeness;
mod sparse;
mod view;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use jiff::civil::Date;
use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;

use crate::domain::{Claim, Need, NeedId, Organization, OrganizationId, Period, Project, ProjectId};
use crate::reference::Reference;
use crate::store::{Ledger, Numbered};

pub use background::{Background, RegionStep};
pub use likeness::{Like, Likeness};
pub use sparse::Sparse;
pub use view::{Tickets, UNDATED_AGE_YEARS, View};

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
        visible_from: project.value.period.map_or(i64::MIN, |period| day_number(period.visible_from())),
        text: qianshou_index::normalize::normalize(&text).text,
    }
}

/// A snapshot of everything that is known.
pub struct Catalog {
    /// Number of the last ledger change in it: names the snapshot.
    pub through: i64,
    /// The tables.
    pub reference: Reference,
    /// Organizations in the order of their ids; a position in here is what ranking calls an organization.
    pub organizations: Vec<Organization>,
    /// Past projects in the order of their ids.
    pub projects: Vec<Project>,
    /// Needs in the order of the ledger.
    pub needs: Vec<Need>,
    /// Claims in the order of the ledger.
    pub claims: Vec<Claim>,
    /// Positions of the projects that an organization took part in, by organization; with the place among the participants.
    pub history: Vec<Vec<(u32, u32)>>,
    /// Text search over the past projects.
    pub text: TextSearcher,
    organization_at: HashMap<OrganizationId, u32>,
    project_at: HashMap<ProjectId, u32>,
    project_by_seq: HashMap<u64, u32>,
    need_at: HashMap<NeedId, u32>,
    views: Mutex<Vec<Arc<View>>>,
    /// Made when it is first asked for.
    likeness: OnceLock<Likeness>,
}

/// Views kept at hand; questions about today are the rule.
const VIEWS_KEPT: usize = 8;

impl Catalog {
    /// The other needs that are the same as this one, or nearly so.
    #[must_use]
    pub fn alike(&self, need: &Need) -> Vec<Like> {
        self.likeness.get_or_init(|| Likeness::over(&self.needs)).of(need)
    }

    /// Builds the snapshot of `ledger`; `text` must hold its projects.
    #[must_use]
    pub fn new(ledger: Ledger, reference: Reference, text: TextSearcher) -> Self {
        let mut organizations: Vec<Organization> = ledger.organizations.into_iter().map(|it| it.value).collect();
        organizations.sort_by(|a, b| a.id.cmp(&b.id));
        let stubs = take_over_stubs(&mut organizations);
        let mut organization_at: HashMap<OrganizationId, u32> = positions(organizations.iter().map(|it| it.id.clone()));
        for (stub, full) in stubs {
            if let Some(&at) = organization_at.get(&full) {
                organization_at.insert(stub, at);
            }
        }
        // Sums over projects must not depend on the order in which they arrived.
        let mut projects = ledger.projects;
        projects.sort_by(|a, b| a.value.id.cmp(&b.value.id));
        let project_by_seq = positions(projects.iter().map(|it| it.seq));
        let projects: Vec<Project> = projects.into_iter().map(|it| it.value).collect();
        let mut history = vec![Vec::new(); organizations.len()];
        for (at, project) in (0..).zip(&projects) {
            for (place, participant) in (0..).zip(&project.participants) {
                if let Some(&organization) = organization_at.get(&participant.organization) {
                    // Two names of one organization in one project are one deed.
                    let own: &mut Vec<(u32, u32)> = &mut history[organization as usize];
                    if own.last().is_none_or(|&(last, _)| last != at) {
                        own.push((at, place));
                    }
                }
            }
        }
        let needs: Vec<Need> = ledger.needs.into_iter().map(|it| it.value).collect();
        Self {
            through: ledger.through,
            reference,
            project_at: positions(projects.iter().map(|it| it.id.clone())),
            need_at: positions(needs.iter().map(|it| it.id.clone())),
            claims: ledger.claims.into_iter().map(|it| it.value).collect(),
            organizations,
            projects,
            needs,
            history,
            text,
            organization_at,
            project_by_seq,
            views: Mutex::default(),
            likeness: OnceLock::new(),
        }
    }

    /// What was known at the end of the day `as_of`.
    #[must_use]
    pub fn as_of(&self, as_of: Date) -> Arc<View> {
        let views = || self.views.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(view) = views().iter().find(|view| view.as_of == as_of) {
            return Arc::clone(view);
        }
        let view = Arc::new(View::new(self, as_of));
        let mut kept = views();
        kept.insert(0, Arc::clone(&view));
        kept.truncate(VIEWS_KEPT);
        view
    }

    /// Position of an organization.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Option<usize> {
        self.organization_at.get(id).map(|&at| at as usize)
    }

    /// A project by its id.
    #[must_use]
    pub fn project(&self, id: &ProjectId) -> Option<&Project> {
        self.project_at.get(id).map(|&at| &self.projects[at as usize])
    }

    /// Position of the project with this ledger number.
    #[must_use]
    pub fn project_by_seq(&self, seq: u64) -> Option<usize> {
        self.project_by_seq.get(&seq).map(|&at| at as usize)
    }

    /// A need by its id.
    #[must_use]
    pub fn need(&self, id: &NeedId) -> Option<&Need> {
        self.need_at.get(id).map(|&at| &self.needs[at as usize])
    }
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
