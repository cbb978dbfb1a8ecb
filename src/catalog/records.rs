//! All records except the claims, and what is derived from them whatever the day.

use std::sync::{Arc, OnceLock};

use qianshou_index::searcher::TextSearcher;
use rayon::prelude::*;

use super::absent::NOBODY;
use super::base::Base;
use super::chunked::Chunked;
use super::facts::{NeedFacts, OrganizationFacts, ProjectFacts};
use super::institutions::{Institutions, known_as};
use super::likeness::{Comparison, Like, MAX_CANDIDATES, most_alike_first};
use super::overlay::{Found, Overlay, order_in_base};
use super::participations::Participation;
use super::purposes::PurposeNumbers;
use super::reach::Reach;
use super::relations::{Registry, name_key, plain};
use super::stated::StatedLists;
use crate::domain::{Need, NeedId, Organization, OrganizationId, Project, ProjectId, RegionCode};
use crate::reference::Reference;
use crate::store::LedgerState;

/// All records except the claims, with what is derived from them whatever the day. A record is known by its position: its number
/// in the ledger, less one. So positions never change, and ascend in the order of arrival.
///
/// What ranking reads of a record are its facts, which are in memory or mapped. The record itself is read when it is shown.
#[derive(Clone)]
pub struct Records {
    /// Reference tables.
    pub reference: Reference,
    /// Text search over the past projects; a key is the number of a project.
    pub text: Arc<TextSearcher>,
    /// Text search over names; a key is the number of an organization.
    pub names: Arc<TextSearcher>,
    /// Text search over stated scopes; a key is the number of an organization.
    pub scopes: Arc<TextSearcher>,
    pub(super) state: LedgerState,
    pub(super) base: Arc<Base>,
    pub(super) overlay: Overlay,
    pub(super) stated: StatedLists,
    /// The places where organizations are at home, without duplicates.
    pub(super) homes: Vec<RegionCode>,
    pub(super) purposes: PurposeNumbers,
    /// Numbers of home and purpose, by position.
    pub(super) numbers: Chunked<[u16; 2]>,
    /// The general charities, ascending.
    pub(super) general: Vec<u32>,
    /// Of the base; built on first use.
    pub(super) institutions: Arc<OnceLock<Institutions>>,
}

/// Text search over past projects, names and scopes.
pub struct Searchers {
    /// Past projects.
    pub text: Arc<TextSearcher>,
    /// Names.
    pub names: Arc<TextSearcher>,
    /// Stated scopes.
    pub scopes: Arc<TextSearcher>,
}

impl Records {
    /// The records of a base, and nothing else.
    pub(super) fn new(base: Arc<Base>, reference: Reference, searchers: Searchers) -> Self {
        let tables = &base.tables;
        let homes = tables.homes.iter().filter_map(|&digits| RegionCode::new(digits)).collect();
        let numbers = (0..tables.purposes.len()).map(|n| tables.purposes.get(n).iter().map(|&it| usize::from(it)).collect());
        let rows = &tables.organizations.rows;
        let is_general = |at: &u32| {
            let facts = tables.organizations.get(*at as usize);
            facts.reach().general && !facts.is_replaced()
        };
        let general = (0..rows.len() as u32).into_par_iter().filter(is_general).collect();
        Self {
            stated: StatedLists::new(tables, reference.divisions),
            homes,
            purposes: PurposeNumbers::new(numbers),
            numbers: Chunked::new(&rows.iter().map(|row| [row.home, row.purpose]).collect::<Vec<_>>()),
            general,
            institutions: Arc::default(),
            overlay: Overlay::over(&base),
            state: base.state.clone(),
            base,
            reference,
            text: searchers.text,
            names: searchers.names,
            scopes: searchers.scopes,
        }
    }

    /// Number of positions of organizations, those of replaced stubs included.
    #[must_use]
    pub const fn organization_count(&self) -> usize {
        self.overlay.organizations.count
    }

    /// Number of past projects.
    #[must_use]
    pub const fn project_count(&self) -> usize {
        self.overlay.projects.count
    }

    /// Number of needs, deleted ones included.
    #[must_use]
    pub const fn need_count(&self) -> usize {
        self.overlay.needs.count
    }

    /// What ranking reads of an organization.
    #[must_use]
    #[inline]
    pub fn organization_facts(&self, at: usize) -> OrganizationFacts<'_> {
        match self.overlay.organizations.get(at) {
            Some(changed) => changed.facts.facts(),
            None => self.base.tables.organizations.get(at),
        }
    }

    /// What ranking reads of a past project.
    #[must_use]
    #[inline]
    pub fn project_facts(&self, at: usize) -> ProjectFacts<'_> {
        match self.overlay.projects.get(at) {
            Some(changed) => changed.facts.facts(),
            None => self.base.tables.projects.get(at),
        }
    }

    /// What lists read of a need.
    #[must_use]
    pub fn need_facts(&self, at: usize) -> NeedFacts<'_> {
        match self.overlay.needs.get(at) {
            Some(changed) => changed.facts.facts(),
            None => self.base.tables.needs.get(at),
        }
    }

    /// An organization.
    #[must_use]
    pub fn organization_record(&self, at: usize) -> Arc<Organization> {
        match self.overlay.organizations.get(at) {
            Some(changed) => Arc::clone(&changed.record),
            None => self.base.organization(at),
        }
    }

    /// A past project.
    #[must_use]
    pub fn project_record(&self, at: usize) -> Arc<Project> {
        match self.overlay.projects.get(at) {
            Some(changed) => Arc::clone(&changed.record),
            None => self.base.project(at),
        }
    }

    /// The same, for those who pass over many.
    #[must_use]
    pub fn project_once(&self, at: usize) -> Arc<Project> {
        match self.overlay.projects.get(at) {
            Some(changed) => Arc::clone(&changed.record),
            None => self.base.project_once(at),
        }
    }

    /// A need.
    #[must_use]
    pub fn need_record(&self, at: usize) -> Arc<Need> {
        match self.overlay.needs.get(at) {
            Some(changed) => Arc::clone(&changed.record),
            None => self.base.need(at),
        }
    }

    /// The positions of the organizations, without replaced stubs, in the order of arrival.
    pub fn organizations(&self) -> impl Iterator<Item = usize> {
        (0..self.organization_count()).filter(|&at| !self.organization_facts(at).is_replaced())
    }

    /// The place of an organization in the order of ids.
    #[must_use]
    pub fn id_order(&self, organization: usize) -> u64 {
        match self.base.tables.organization_ranks.get(organization) {
            Some(&rank) => order_in_base(rank),
            None => self.overlay.organizations.order_of_new(organization),
        }
    }

    /// The place of a past project in the order of ids.
    #[must_use]
    pub fn project_order(&self, project: usize) -> u64 {
        match self.base.tables.project_ranks.get(project) {
            Some(&rank) => order_in_base(rank),
            None => self.overlay.projects.order_of_new(project),
        }
    }

    /// The projects that an organization or a branch of it took part in, the latest first and undated ones last.
    #[must_use]
    pub fn history(&self, organization: usize) -> &[Participation] {
        match self.overlay.histories.get(&(organization as u32)) {
            Some(changed) => changed,
            None if organization < self.base.tables.histories.len() => self.base.tables.histories.get(organization),
            None => &[],
        }
    }

    /// The organizations that took part in a project themselves or through a branch, ascending by position.
    #[must_use]
    pub fn participants(&self, project: usize) -> &[Participation] {
        match self.overlay.participants.get(&(project as u32)) {
            Some(changed) => changed,
            None if project < self.base.tables.participants.len() => self.base.tables.participants.get(project),
            None => &[],
        }
    }

    /// The organization that this one is a branch of.
    #[must_use]
    pub fn head(&self, organization: usize) -> Option<usize> {
        let head = self.organization_facts(organization).row.head;
        (head != NOBODY).then_some(head as usize)
    }

    /// What the organization's name and register say about its reach.
    #[must_use]
    pub fn reach(&self, organization: usize) -> Reach {
        self.organization_facts(organization).reach()
    }

    /// The places where organizations are at home, by number.
    #[must_use]
    pub fn homes(&self) -> &[RegionCode] {
        &self.homes
    }

    /// The different purposes that names state, each as top-level sectors by number; the first stands for none stated.
    #[must_use]
    pub fn purposes(&self) -> &[Vec<usize>] {
        self.purposes.all()
    }

    /// The general charities, ascending.
    #[must_use]
    pub fn general(&self) -> &[u32] {
        &self.general
    }

    /// The lists that organizations stand in by what they state.
    #[must_use]
    pub const fn stated(&self) -> &StatedLists {
        &self.stated
    }

    /// Numbers of home and purpose of all organizations, by position.
    #[must_use]
    pub const fn home_and_purpose(&self) -> &Chunked<[u16; 2]> {
        &self.numbers
    }

    /// Number of the organization's home in [`Records::homes`], or [`NO_HOME`](super::NO_HOME). The home is the registered
    /// place, else the place with which the name begins, else the home of the head. An organization of the whole country has
    /// none.
    #[must_use]
    pub fn home(&self, organization: usize) -> u16 {
        self.numbers[organization][0]
    }

    /// The organization's home, if it is known.
    #[must_use]
    pub fn home_region(&self, organization: usize) -> Option<RegionCode> {
        self.homes.get(usize::from(self.home(organization))).copied()
    }

    /// The foundations of the institutions that `text` names, ascending.
    #[must_use]
    pub fn foundations_named_in(&self, text: &str) -> Vec<u32> {
        let divisions = self.reference.divisions;
        let of_base = self.institutions.get_or_init(|| {
            let organizations = &self.base.tables.organizations;
            let all = (0..organizations.len() as u32).map(|at| (at, organizations.get(at as usize)));
            Institutions::new(all.filter(|(_, it)| it.reach().bound), divisions)
        });
        let changed = &self.overlay.organizations.changed;
        let mut found = of_base.named_in(text);
        found.retain(|at| !changed.contains_key(at));
        let is_named = |(_, it): &(&u32, &Arc<_>)| {
            let it: &super::overlay::Changed<_, super::facts::OwnedOrganization> = it;
            known_as(&it.facts.facts(), divisions).into_iter().any(|name| text.contains(name))
        };
        found.extend(changed.iter().filter(is_named).map(|(&at, _)| at));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The other needs that are the same as this one or nearly so.
    #[must_use]
    pub fn alike(&self, need: &Need) -> Vec<Like> {
        let comparison = Comparison::of(need);
        let changed = &self.overlay.needs.changed;
        let mut candidates: Vec<u32> = Vec::new();
        for key in comparison.meets() {
            let of_base = self.base.tables.likeness.get(key).iter().filter(|at| !changed.contains_key(*at));
            let mut band: Vec<u32> = of_base.chain(self.overlay.likeness.get(&key).into_iter().flatten()).copied().collect();
            band.sort_unstable();
            band.dedup();
            band.retain(|&at| !self.need_facts(at as usize).is_deleted());
            candidates.extend(band.into_iter().take(MAX_CANDIDATES));
        }
        candidates.sort_unstable();
        candidates.dedup();
        let others = candidates.into_iter().map(|at| self.need_record(at as usize));
        let mut alike: Vec<Like> = others.filter_map(|other| comparison.like(&other)).collect();
        alike.sort_by(most_alike_first);
        alike
    }

    /// Position of an organization. The id of a stub that gave way to a full record finds that record.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Option<usize> {
        let at = self.organization_with_id(id)?;
        let full = self.organization_facts(at).row.replaced_by;
        Some(if full == NOBODY { at } else { full as usize })
    }

    /// Position of the record with this id, also that of a replaced stub.
    pub(super) fn organization_with_id(&self, id: &OrganizationId) -> Option<usize> {
        let tables = &self.base.tables;
        let in_base = Base::find(&tables.organizations_by_id, id.as_str(), |at| tables.organizations.ids.get(at));
        in_base.ok().or_else(|| self.overlay.organizations.find(id.as_str()))
    }

    /// The organizations with this name, else those with this alias, ascending by position.
    #[must_use]
    pub fn named(&self, text: &str) -> Vec<usize> {
        let all = self.bearing(text);
        let text = plain(text);
        let as_name: Vec<usize> = all.iter().copied().filter(|&at| plain(self.organization_facts(at).name()) == text).collect();
        if as_name.is_empty() { all } else { as_name }
    }

    /// The organizations that a need's applicant may be: those with this id, name or alias, or with one of the names that it
    /// lists.
    #[must_use]
    pub fn applicants(&self, text: &str) -> Vec<usize> {
        let parts = text.split(['、', '，', ',', '；', ';', '/']).map(str::trim).filter(|part| !part.is_empty());
        let mut found: Vec<usize> = Vec::new();
        for part in std::iter::once(text).chain(parts) {
            found.extend(self.organization(&OrganizationId::new(part)));
            found.extend(self.bearing(part));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The organizations with this name or alias, ascending by position.
    #[must_use]
    pub fn bearing(&self, text: &str) -> Vec<usize> {
        let wanted = plain(text);
        let mut found: Vec<usize> = self.bearers(name_key(text)).into_iter().map(|at| at as usize).collect();
        found.retain(|&at| {
            let facts = self.organization_facts(at);
            !facts.is_replaced() && facts.names().any(|name| plain(name) == wanted)
        });
        found
    }

    /// Position of a project.
    #[must_use]
    pub fn project(&self, id: &ProjectId) -> Option<usize> {
        let tables = &self.base.tables;
        let in_base = Base::find(&tables.projects_by_id, id.as_str(), |at| tables.projects.ids.get(at));
        in_base.ok().or_else(|| self.overlay.projects.find(id.as_str()))
    }

    /// A need by its id, unless it was deleted.
    #[must_use]
    pub fn need(&self, id: &NeedId) -> Option<Arc<Need>> {
        self.need_even_if_deleted(id).filter(|need| !need.is_deleted())
    }

    /// A need by its id.
    #[must_use]
    pub fn need_even_if_deleted(&self, id: &NeedId) -> Option<Arc<Need>> {
        Some(self.need_record(self.need_position(id)?))
    }

    /// Position of a need.
    #[must_use]
    pub fn need_position(&self, id: &NeedId) -> Option<usize> {
        let tables = &self.base.tables;
        let in_base = Base::find(&tables.needs_by_id, id.as_str(), |at| tables.needs.ids.get(at));
        in_base.ok().or_else(|| self.overlay.needs.find(id.as_str()))
    }

    /// All needs in the order of arrival, deleted ones included.
    pub fn needs(&self) -> impl Iterator<Item = Arc<Need>> {
        (0..self.need_count()).map(|at| self.need_record(at))
    }

    /// The needs that look for partners on a day, by position.
    pub fn open_needs(&self, day: jiff::civil::Date) -> impl Iterator<Item = usize> {
        (0..self.need_count()).filter(move |&at| self.need_facts(at).is_open_on(day))
    }

    /// Those of a key in the base that were not written since, and those of the overlay, ascending.
    fn under(&self, in_base: &[u32], over: &Found, key: u64) -> Vec<u32> {
        let changed = &self.overlay.organizations.changed;
        let of_base = in_base.iter().filter(|at| !changed.contains_key(*at));
        let mut found: Vec<u32> = of_base.chain(over.get(&key).into_iter().flatten()).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What was found damaged among the data that the answers rest on. What was answered since must not be used.
    #[must_use]
    pub fn damage(&self) -> Option<&str> {
        self.base.damage()
    }

    /// What this snapshot was made of.
    #[must_use]
    pub const fn ledger(&self) -> &LedgerState {
        &self.state
    }
}

impl Registry for Records {
    fn facts(&self, at: usize) -> OrganizationFacts<'_> {
        self.organization_facts(at)
    }

    fn bearers(&self, key: u64) -> Vec<u32> {
        self.under(self.base.tables.bearers.get(key), &self.overlay.bearers, key)
    }

    fn heads(&self, key: u64) -> Vec<u32> {
        self.under(self.base.tables.heads.get(key), &self.overlay.heads, key)
    }

    fn id_order(&self, at: usize) -> u64 {
        Self::id_order(self, at)
    }
}
