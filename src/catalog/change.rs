//! Records that were written, laid over a snapshot. The result is what a catalog made of the whole ledger would be.
//!
//! A record that is written may change others: a stub gives way to the full record of its name, a branch finds its head, and what
//! a project says changes the histories of all who took part in it. Those concerned are found by the digests of names, and
//! everything about them is derived anew, in the same order of sums as in a whole build.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use qianshou_index::IndexError;
use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;

use super::absent::NO_HOME;
use super::absent::NOBODY;
use super::documents::{key_of, name_document, scope_document};
use super::facts::{OrganizationFacts, OwnedNeed, OwnedOrganization, OwnedProject};
use super::homes::{home, named_after};
use super::overlay::Changed;
use super::participations::{Participation, participants};
use super::purposes::stated;
use super::records::Records;
use super::relations::{Registry, head, name_key, replaced_by};
use super::visibility::ALWAYS;
use super::{family, likeness};
use crate::domain::OrganizationId;
use crate::hash::fnv1a;
use crate::store::{Changes, Stored};

/// Documents that an index is to have, and keys of those that it is to lose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentChanges {
    /// Written in place of those with the same key.
    pub written: Vec<Document>,
    /// Keys.
    pub removed: Vec<u64>,
}

impl DocumentChanges {
    /// True if nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// What changed with the records that were written.
#[derive(Debug, Default)]
pub(super) struct Concerned {
    /// Organizations whose facts or histories changed, by position.
    pub(super) organizations: BTreeSet<u32>,
    /// Projects that were written.
    pub(super) projects: Vec<u32>,
    /// Needs that were written.
    pub(super) needs: HashSet<crate::domain::NeedId>,
    /// True if a stub gave way to a full record, or no longer does.
    pub(super) stand_ins: bool,
    pub(super) names: DocumentChanges,
    pub(super) scopes: DocumentChanges,
}

/// Facts and projects of an organization that depend on others.
#[derive(PartialEq, Clone, Copy)]
struct Relations {
    replaced_by: u32,
    head: u32,
}

fn relations(it: &OrganizationFacts<'_>) -> Relations {
    Relations { replaced_by: it.row.replaced_by, head: it.row.head }
}

impl Records {
    /// The records after `changes`. `text` holds the projects that were written. Names and scopes are searched as before until
    /// their indexes have the changed documents.
    pub(super) fn with(&self, changes: &Changes, text: Arc<TextSearcher>) -> Result<(Self, Concerned), IndexError> {
        let mut new = Self { text, state: changes.state.clone(), ..self.clone() };
        let mut concerned = Concerned::default();
        new.write_needs(changes, &mut concerned);
        let related = new.write_organizations(self, changes, &mut concerned);
        new.write_projects(self, changes, &related, &mut concerned)?;
        new.find_names(self, &mut concerned);
        Ok((new, concerned))
    }

    fn write_needs(&mut self, changes: &Changes, concerned: &mut Concerned) {
        let Self { overlay, base, reference, .. } = self;
        let tables = &base.tables;
        for Stored { seq, value, .. } in &changes.needs {
            let at = position(*seq);
            // It may leave a band in which it stood.
            for key in overlay.needs.get(at).map(|before| likeness::keys(&before.record)).unwrap_or_default() {
                if let Some(band) = overlay.likeness.get_mut(&key) {
                    band.retain(|it| *it as usize != at);
                }
            }
            for key in likeness::keys(value) {
                overlay.likeness.entry(key).or_default().push(at as u32);
            }
            let facts = OwnedNeed::new(value, &reference.taxonomy);
            let changed = Changed { record: Arc::new(value.clone()), facts };
            overlay.needs.write(at, value.id.as_str(), changed, &tables.needs_by_id, |at| tables.needs.ids.get(at));
            concerned.needs.insert(value.id.clone());
        }
    }

    /// Writes the organizations. Returns those whose relations to others changed, by position.
    fn write_organizations(&mut self, old: &Self, changes: &Changes, concerned: &mut Concerned) -> Vec<u32> {
        if changes.organizations.is_empty() {
            return Vec::new();
        }
        for Stored { seq, value, .. } in &changes.organizations {
            let facts = OwnedOrganization::new(value, &self.reference);
            self.write_organization(position(*seq), Changed { record: Arc::new(value.clone()), facts });
        }
        self.overlay.organizations.sort();
        let written: BTreeSet<u32> = changes.organizations.iter().map(|it| position(it.seq) as u32).collect();
        let facts_before = |at: u32| ((at as usize) < old.organization_count()).then(|| old.organization_facts(at as usize));
        // Stubs by the names that full records bear or bore.
        let mut stubs = written.clone();
        for &at in &written {
            let names = facts_before(at).into_iter().chain([self.organization_facts(at as usize)]).flat_map(|it| it.names());
            let keys: HashSet<u64> = names.map(name_key).collect();
            stubs.extend(keys.into_iter().flat_map(|key| Registry::bearers(self, key)));
        }
        let mut turned: Vec<u32> = Vec::new();
        for at in stubs {
            let full = replaced_by(self, at as usize);
            self.set(old, at, |row| row.replaced_by = full);
            if facts_before(at).map_or(NOBODY, |it| it.row.replaced_by) != full {
                turned.push(at);
            }
        }
        // Branches by the names that heads bear or bore.
        let mut branches = written.clone();
        for &at in &written {
            let names = facts_before(at).into_iter().chain([self.organization_facts(at as usize)]);
            for key in names.filter_map(|it| family::head_name(&it)).map(|name| fnv1a(name.as_bytes())) {
                let tables = &self.base.tables;
                branches.extend(tables.branches.get(key));
                branches.extend(self.overlay.branches.get(&key).into_iter().flatten());
            }
        }
        // What gave way has no head.
        branches.extend(&turned);
        for &at in &branches {
            let head = head(self, at as usize);
            self.set(old, at, |row| row.head = head);
        }
        // The home of a head is that of its branches, and homes tell places of the same name apart.
        for &at in &branches {
            self.find_home(old, at);
        }
        let changed = branches.into_iter().filter(|&at| {
            let now = self.organization_facts(at as usize);
            facts_before(at).is_none_or(|before| {
                let is_same = before == now;
                if !is_same {
                    concerned.organizations.insert(at);
                }
                relations(&before) != relations(&now)
            })
        });
        let changed: Vec<u32> = changed.collect();
        concerned.organizations.extend(&written);
        concerned.organizations.extend(&changed);
        concerned.stand_ins = !turned.is_empty();
        for &at in &concerned.organizations {
            let (before, now) = (facts_before(at), self.organization_facts(at as usize));
            let row = [now.row.home, now.row.purpose];
            let is_general = now.reach().general && !now.is_replaced();
            self.stated.replace(at as usize, before.as_ref(), &OwnedOrganization::from(now).facts(), self.reference.divisions);
            self.numbers.set(at as usize, row);
            match (self.general.binary_search(&at), is_general) {
                (Err(place), true) => self.general.insert(place, at),
                (Ok(place), false) => drop(self.general.remove(place)),
                _ => {}
            }
        }
        for at in written.into_iter().chain(turned).map(|at| at as usize) {
            match self.scope_document(at) {
                Some(document) => concerned.scopes.written.push(document),
                None if at < old.organization_count() => concerned.scopes.removed.push(key_of(at)),
                None => {}
            }
        }
        changed
    }

    fn write_organization(&mut self, at: usize, changed: Changed<crate::domain::Organization, OwnedOrganization>) {
        let Self { overlay, base, .. } = self;
        let tables = &base.tables;
        overlay.index_organization(at as u32, &changed.facts.facts());
        let id = changed.record.id.clone();
        let id_of = |at: usize| tables.organizations.ids.get(at);
        overlay.organizations.write(at, id.as_str(), changed, &tables.organizations_by_id, id_of);
    }

    /// Changes the row of an organization, which is laid over the base for that if it is not yet.
    fn set(&mut self, old: &Self, at: u32, change: impl FnOnce(&mut super::facts::OrganizationRow)) {
        let mut row = *self.organization_facts(at as usize).row;
        let before = row;
        change(&mut row);
        if row == before {
            return;
        }
        let mut facts = OwnedOrganization::from(self.organization_facts(at as usize));
        facts.row = row;
        self.lay(old, at, facts);
    }

    fn lay(&mut self, old: &Self, at: u32, facts: OwnedOrganization) {
        let known = self.overlay.organizations.changed.get(&at);
        let record = known.map_or_else(|| old.organization_record(at as usize), |it| Arc::clone(&it.record));
        if known.is_some() {
            self.overlay.organizations.changed.insert(at, Arc::new(Changed { record, facts }));
        } else {
            // It is found by its names as before.
            self.write_organization(at as usize, Changed { record, facts });
        }
    }

    fn find_home(&mut self, old: &Self, at: u32) {
        let divisions = self.reference.divisions;
        let facts = self.organization_facts(at as usize);
        let of_head = Some(facts.row.head).filter(|&it| it != NOBODY).map(|it| self.organization_facts(it as usize));
        let home = home(&facts, of_head.as_ref(), divisions);
        let named_after = named_after(facts.name(), home, divisions);
        let stated = stated(facts.name(), &self.reference);
        let mut own = OwnedOrganization::from(facts);
        let number = home.map_or(NO_HOME, |home| match self.homes.iter().position(|it| *it == home) {
            Some(number) => number as u16,
            None if self.homes.len() < usize::from(NO_HOME) => {
                self.homes.push(home);
                self.homes.len() as u16 - 1
            }
            None => NO_HOME,
        });
        let purpose = self.purposes.number(stated);
        if (own.row.home, own.row.purpose) != (number, purpose) || own.named_after != named_after {
            (own.row.home, own.row.purpose, own.named_after) = (number, purpose, named_after);
            self.lay(old, at, own);
        }
    }

    /// Writes the projects, and finds anew who took part in which, where that changed.
    fn write_projects(
        &mut self,
        old: &Self,
        changes: &Changes,
        related: &[u32],
        concerned: &mut Concerned,
    ) -> Result<(), IndexError> {
        let mut affected: BTreeSet<u32> = BTreeSet::new();
        // A project may name an organization before there is one.
        for Stored { seq, value, .. } in &changes.organizations {
            if position(*seq) >= old.organization_count() {
                let key = fnv1a(value.id.as_str().as_bytes());
                affected.extend(self.base.tables.dangling.get(key));
                affected.extend(self.overlay.dangling.get(&key).into_iter().flatten());
            }
        }
        for &at in related {
            // Whoever stands behind the organization now, its projects are among those of whoever stood behind it before.
            let before = (at as usize) < old.organization_count();
            let full = if before { old.organization_facts(at as usize).row.replaced_by } else { NOBODY };
            let behind = if full == NOBODY { at } else { full };
            if before {
                affected.extend(old.history(behind as usize).iter().map(|it| it.to));
            }
        }
        for Stored { seq, value, .. } in &changes.projects {
            let at = position(*seq);
            let facts = OwnedProject::new(value, &self.reference.taxonomy, self.text.length(*seq)?);
            let changed = Changed { record: Arc::new(value.clone()), facts };
            let tables = &self.base.tables;
            let id_of = |at: usize| tables.projects.ids.get(at);
            self.overlay.projects.write(at, value.id.as_str(), changed, &tables.projects_by_id, id_of);
            concerned.projects.push(at as u32);
            affected.insert(at as u32);
        }
        self.overlay.projects.sort();
        let mut histories: std::collections::BTreeMap<u32, Vec<Participation>> = std::collections::BTreeMap::new();
        for &project in &affected {
            let record = self.project_record(project as usize);
            let resolve = |id: &OrganizationId| self.organization(id).map_or(NOBODY, |at| at as u32);
            let head = |at: u32| self.organization_facts(at as usize).row.head;
            let now = participants(&record, resolve, head);
            let before = if (project as usize) < old.project_count() { old.participants(project as usize) } else { &[] };
            for it in before {
                histories.entry(it.to).or_default();
            }
            for it in &now {
                histories.entry(it.to).or_default().push(it.seen_from(project));
            }
            let unknown = record.participants.iter().filter(|it| resolve(&it.organization) == NOBODY);
            let dangling: Vec<u64> = unknown.map(|it| fnv1a(it.organization.as_str().as_bytes())).collect();
            for key in dangling {
                self.overlay.dangling.entry(key).or_default().push(project);
            }
            self.overlay.participants.insert(project, now.into());
        }
        for (organization, more) in histories {
            let kept = self.history(organization as usize).iter().filter(|it| !affected.contains(&it.to));
            let mut history: Vec<Participation> = kept.copied().chain(more).collect();
            history.sort_by_cached_key(|it| {
                let day = self.project_facts(it.to as usize).visible_from().unwrap_or(ALWAYS);
                (std::cmp::Reverse(day), self.project_order(it.to as usize))
            });
            self.overlay.histories.insert(organization, history.into());
            concerned.organizations.insert(organization);
        }
        Ok(())
    }

    /// Finds the names that the index of names is to have.
    fn find_names(&self, old: &Self, concerned: &mut Concerned) {
        for &at in &concerned.organizations {
            let at = at as usize;
            let before = if at < old.organization_count() { old.name_document(at) } else { None };
            match (before, self.name_document(at)) {
                (before, Some(now)) if before.as_ref() != Some(&now) => concerned.names.written.push(now),
                (Some(gone), None) => concerned.names.removed.push(gone.key),
                _ => {}
            }
        }
    }
}

impl Records {
    /// The name of an organization as the index of names holds it.
    pub(super) fn name_document(&self, at: usize) -> Option<Document> {
        let days = self.history(at).iter().map(|it| self.project_facts(it.to as usize).visible_from());
        name_document(at, &self.organization_facts(at), days)
    }

    /// The stated scope of an organization as the index of scopes holds it.
    pub(super) fn scope_document(&self, at: usize) -> Option<Document> {
        let facts = self.organization_facts(at);
        if facts.is_replaced() || !facts.reach().has_scope {
            return None;
        }
        scope_document(at, &self.organization_record(at))
    }
}

fn position(seq: u64) -> usize {
    super::documents::position_of(seq)
}
