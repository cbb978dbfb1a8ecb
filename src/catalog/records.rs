//! All records except the claims, and what is derived from them.

use std::collections::HashMap;
use std::sync::OnceLock;

use qianshou_index::IndexError;
use qianshou_index::searcher::TextSearcher;
use qianshou_index::writer::TextIndex;
use rayon::prelude::*;

use super::background::RegionStep;
use super::bearers::{Bearers, Borne};
use super::documents::{name_documents, scope_documents};
use super::family;
use super::homes::{homes, named_after};
use super::institutions::Institutions;
use super::inverted::Inverted;
use super::likeness::{Like, Likeness};
use super::participations::{Participation, Participations};
use super::purposes::purposes;
use super::reach::Reach;
use super::stubs::take_over_stubs;
use crate::domain::{Need, NeedId, Organization, OrganizationId, Project, ProjectId, RegionCode};
use crate::reference::{Reference, Taxonomy};
use crate::store::Ledger;

/// All records except the claims, with what is derived from them.
pub struct Records {
    /// Reference tables.
    pub reference: Reference,
    /// Organizations in the order of their ids. Ranking identifies an organization by its position here.
    pub organizations: Vec<Organization>,
    /// Past projects in the order of their ids.
    pub projects: Vec<Project>,
    /// Needs in the order of the ledger, deleted ones too.
    pub needs: Vec<Need>,
    /// Text search over the past projects.
    pub text: TextSearcher,
    /// Text search over names; a key is the organization's position.
    pub names: TextSearcher,
    /// Text search over stated scopes; a key is the organization's position.
    pub scopes: TextSearcher,
    /// Organizations by the places in their names.
    pub named_after: Inverted<RegionCode>,
    /// The places where organizations are at home, without duplicates.
    pub homes: Vec<RegionCode>,
    pub(super) home: Box<[u16]>,
    pub(super) reach: Box<[Reach]>,
    /// The general charities, ascending.
    pub general: Vec<u32>,
    /// The different purposes that names state, each as top-level sectors by number; the first stands for none stated.
    pub purposes: Vec<Vec<usize>>,
    pub(super) purpose: Box<[u16]>,
    /// Schools, universities and hospitals with a foundation of their own.
    pub institutions: Institutions,
    /// Shares of the top-level sectors that organizations declare, wish for, or mention in their name and scope.
    pub declared: Inverted<u16>,
    /// Shares of the places that organizations wish for, and of the places around them.
    pub wished: Inverted<RegionStep>,
    /// The same for the wished-for places alone.
    pub wished_exactly: Inverted<RegionStep>,
    pub(super) participations: Participations,
    /// Position of the organization that each is a branch of, or [`NOBODY`].
    pub(super) heads: Box<[u32]>,
    /// Stubs that gave way to a full record of the same name, with its position.
    stood_for: HashMap<OrganizationId, u32>,
    /// By position in the text index; [`NOBODY`] for projects that no longer exist.
    pub(super) project_at_position: Box<[u32]>,
    /// Number of words in each project's text.
    pub(super) lengths: Box<[u16]>,
    need_at: HashMap<NeedId, u32>,
    /// Built on first use.
    likeness: OnceLock<Likeness>,
    /// Built on first use.
    bearers: OnceLock<Bearers>,
}

/// Stands for an absent position.
pub(super) const NOBODY: u32 = u32::MAX;

impl Records {
    pub(super) fn new(ledger: Ledger, reference: Reference, text: TextSearcher) -> Result<Self, IndexError> {
        let mut organizations: Vec<Organization> = ledger.organizations.into_iter().map(|it| it.value).collect();
        organizations.sort_by(|a, b| a.id.cmp(&b.id));
        let stubs = take_over_stubs(&mut organizations);
        let position = |id: &OrganizationId| organizations.binary_search_by(|it| it.id.cmp(id)).ok().map(|at| at as u32);
        let stood_for: HashMap<OrganizationId, u32> =
            stubs.into_iter().filter_map(|(stub, full)| Some((stub, position(&full)?))).collect();
        // Sums over projects must not depend on the order in which they arrived.
        let mut projects = ledger.projects;
        projects.sort_by(|a, b| a.value.id.cmp(&b.value.id));
        // Position among the projects of each document of the text index.
        let by_seq: HashMap<u64, u32> = projects.iter().map(|it| it.seq).zip(0..).collect();
        let project_at_position: Box<[u32]> = text.keys().iter().map(|seq| by_seq.get(seq).copied().unwrap_or(NOBODY)).collect();
        drop(by_seq);
        let projects: Vec<Project> = projects.into_iter().map(|it| it.value).collect();
        let needs: Vec<Need> = ledger.needs.into_iter().map(|it| it.value).collect();
        let heads = family::heads(&organizations);
        let reach: Box<[Reach]> = organizations.par_iter().map(|it| Reach::new(it, reference.divisions)).collect();
        let (homes, home) = homes(&organizations, &heads, &reach, reference.divisions);
        let (purposes, purpose) = purposes(&organizations, &reference);
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
            institutions: Institutions::new(&organizations, reference.divisions),
            purposes,
            purpose,
            general: (0..).zip(&reach).filter(|(_, reach)| reach.general).map(|(at, _)| at).collect(),
            reach,
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
            bearers: OnceLock::new(),
        })
    }

    /// The projects that an organization or a branch of it took part in, the latest first and undated ones last.
    #[must_use]
    pub fn history(&self, organization: usize) -> &[Participation] {
        self.participations.of_organization(organization)
    }

    /// The organizations that took part in a project themselves or through a branch, ascending by position.
    #[must_use]
    pub fn participants(&self, project: usize) -> &[Participation] {
        self.participations.of_project(project)
    }

    /// Number of words in a project's text.
    #[must_use]
    pub fn length(&self, project: usize) -> u16 {
        self.lengths[project]
    }

    /// The organization that this one is a branch of.
    #[must_use]
    pub fn head(&self, organization: usize) -> Option<usize> {
        Some(self.heads[organization]).filter(|&head| head != NOBODY).map(|head| head as usize)
    }

    /// What the organization's name and register say about its reach.
    #[must_use]
    pub fn reach(&self, organization: usize) -> Reach {
        self.reach[organization]
    }

    /// Numbers of the purposes that all organizations' names state, by position.
    #[must_use]
    pub fn purpose_numbers(&self) -> &[u16] {
        &self.purpose
    }

    /// Number of the organization's home in [`Records::homes`], or [`NO_HOME`](super::NO_HOME). The home is the registered
    /// place, else the place with which the name begins, else the home of the head. An organization of the whole country has
    /// none.
    #[must_use]
    pub fn home(&self, organization: usize) -> u16 {
        self.home[organization]
    }

    /// Home numbers of all organizations, by position.
    #[must_use]
    pub fn home_numbers(&self) -> &[u16] {
        &self.home
    }

    /// The organization's home, if it is known.
    #[must_use]
    pub fn home_region(&self, organization: usize) -> Option<RegionCode> {
        self.homes.get(usize::from(self.home[organization])).copied()
    }

    /// True if the organization declares or wishes for sectors, or mentions some in its name or scope.
    #[must_use]
    pub fn declares(&self, organization: usize) -> bool {
        !declared_parents(&self.reference.taxonomy, &self.organizations[organization]).is_empty()
    }

    /// The other needs that are the same as this one or nearly so.
    #[must_use]
    pub fn alike(&self, need: &Need) -> Vec<Like> {
        self.likeness.get_or_init(|| Likeness::over(self.needs.iter().filter(|it| !it.is_deleted()))).similar_to(need)
    }

    /// Position of an organization.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Option<usize> {
        let stood_for = || self.stood_for.get(id).map(|&at| at as usize);
        self.organizations.binary_search_by(|it| it.id.cmp(id)).ok().or_else(stood_for)
    }

    /// The organizations with this name, else those with this alias, ascending by position.
    #[must_use]
    pub fn named(&self, text: &str) -> Vec<usize> {
        let all = self.bearers(text);
        let as_name = all.iter().filter(|(_, borne)| *borne == Borne::AsName).map(|&(at, _)| at).collect::<Vec<_>>();
        if as_name.is_empty() { all.into_iter().map(|(at, _)| at).collect() } else { as_name }
    }

    /// The organizations that a need's applicant may be: those with this id, name or alias, or with one of the names that it
    /// lists.
    #[must_use]
    pub fn applicants(&self, text: &str) -> Vec<usize> {
        let parts = text.split(['、', '，', ',', '；', ';', '/']).map(str::trim).filter(|part| !part.is_empty());
        let mut found: Vec<usize> = Vec::new();
        for part in std::iter::once(text).chain(parts) {
            found.extend(self.organization(&OrganizationId::new(part)));
            found.extend(self.bearers(part).into_iter().map(|(at, _)| at));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn bearers(&self, text: &str) -> Vec<(usize, Borne)> {
        self.bearers.get_or_init(|| Bearers::of(&self.organizations)).find(&self.organizations, text)
    }

    /// A project by its id.
    #[must_use]
    pub fn project(&self, id: &ProjectId) -> Option<&Project> {
        self.projects.binary_search_by(|it| it.id.cmp(id)).ok().map(|at| &self.projects[at])
    }

    /// Position of the project at a position of the text index.
    #[must_use]
    pub fn project_at_position(&self, place: u32) -> Option<usize> {
        self.project_at_position.get(place as usize).filter(|&&at| at != NOBODY).map(|&at| at as usize)
    }

    /// A need by its id, unless it was deleted.
    #[must_use]
    pub fn need(&self, id: &NeedId) -> Option<&Need> {
        self.need_even_if_deleted(id).filter(|need| !need.is_deleted())
    }

    /// A need by its id.
    #[must_use]
    pub fn need_even_if_deleted(&self, id: &NeedId) -> Option<&Need> {
        self.need_at.get(id).map(|&at| &self.needs[at as usize])
    }
}

/// Parents of the sectors that an organization declares, wishes for, or mentions in its name and scope, with equal shares.
fn declared_parents(taxonomy: &Taxonomy, organization: &Organization) -> Vec<(u16, f64)> {
    let codes = organization.sectors.iter().chain(&organization.scope_sectors).chain(&organization.willing_sectors);
    let mut parents: Vec<u16> = codes.filter_map(|code| taxonomy.sector(code)).map(|n| taxonomy.parent(n) as u16).collect();
    parents.sort_unstable();
    parents.dedup();
    let share = 1.0 / parents.len().max(1) as f64;
    parents.into_iter().map(|parent| (parent, share)).collect()
}

fn positions<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, u32> {
    keys.zip(0..).collect()
}
