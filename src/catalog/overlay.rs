//! What was written since the base, laid over it. Its maps are persistent: snapshots share what they do not change, and a copy
//! costs nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::HashMap;

use super::base::Base;
use super::facts::{OrganizationFacts, OwnedNeed, OwnedOrganization, OwnedProject};
use super::participations::Participation;
use super::relations::name_key;
use super::{family, likeness};
use crate::domain::{Need, Organization, Project};
use crate::hash::fnv1a;

/// A record that was written since the base, with its facts.
#[derive(Debug)]
pub(super) struct Changed<R, F> {
    pub(super) record: Arc<R>,
    pub(super) facts: F,
}

/// Records of one kind.
#[derive(Debug)]
pub(super) struct Layer<R, F> {
    /// Number of records of the kind, those of the base included.
    pub(super) count: usize,
    /// By position.
    pub(super) changed: HashMap<u32, Arc<Changed<R, F>>>,
    /// Those that the base does not have, by id.
    by_id: HashMap<Arc<str>, u32>,
    new: Vec<New>,
    /// The place of each new one in the order of ids.
    order: Vec<u64>,
}

/// A record that the base does not have.
#[derive(Debug, Clone)]
struct New {
    id: Arc<str>,
    /// Number of the records of the base with a smaller id.
    smaller: u32,
}

impl<R, F> Clone for Layer<R, F> {
    fn clone(&self) -> Self {
        Self {
            count: self.count,
            changed: self.changed.clone(),
            by_id: self.by_id.clone(),
            new: self.new.clone(),
            order: self.order.clone(),
        }
    }
}

/// The place in the order of ids of a record of the base with this rank: after all new ones with smaller ids.
pub(super) fn order_in_base(rank: u32) -> u64 {
    u64::from(rank) << 32 | u64::from(u32::MAX)
}

impl<R, F> Layer<R, F> {
    /// Over a base with `count` records.
    pub(super) fn new(count: usize) -> Self {
        Self { count, changed: HashMap::new(), by_id: HashMap::new(), new: Vec::new(), order: Vec::new() }
    }

    /// Writes a record. `by_id` are the positions of the base in the order of ids, and `id_of` gives these ids.
    pub(super) fn write<'a>(&mut self, at: usize, id: &str, it: Changed<R, F>, by_id: &[u32], id_of: impl Fn(usize) -> &'a str) {
        self.share(at, id, &Arc::new(it), by_id, id_of);
    }

    /// The records that are not the same in `folded`, ascending.
    fn not_in<'a>(&'a self, folded: &Self) -> Vec<(usize, &'a Arc<Changed<R, F>>)> {
        let is_same = |at: &u32, it| folded.changed.get(at).is_some_and(|old| Arc::ptr_eq(old, it));
        let newer = self.changed.iter().filter(|(at, it)| !is_same(at, it));
        let mut newer: Vec<_> = newer.map(|(&at, it)| (at as usize, it)).collect();
        newer.sort_unstable_by_key(|entry| entry.0);
        newer
    }

    fn share<'a>(&mut self, at: usize, id: &str, it: &Arc<Changed<R, F>>, by_id: &[u32], id_of: impl Fn(usize) -> &'a str) {
        self.changed.insert(at as u32, Arc::clone(it));
        if at == self.count {
            let smaller = by_id.partition_point(|&at| id_of(at as usize) < id) as u32;
            let id: Arc<str> = id.into();
            self.by_id.insert(Arc::clone(&id), at as u32);
            self.new.push(New { id, smaller });
            self.count += 1;
        }
    }

    /// Puts the new ones in the order of ids.
    pub(super) fn sort(&mut self) {
        let mut sorted: Vec<usize> = (0..self.new.len()).collect();
        sorted.sort_unstable_by(|&a, &b| {
            let (a, b) = (&self.new[a], &self.new[b]);
            a.smaller.cmp(&b.smaller).then_with(|| a.id.cmp(&b.id))
        });
        self.order = vec![0; self.new.len()];
        for (n, at) in (0..).zip(sorted) {
            self.order[at] = u64::from(self.new[at].smaller) << 32 | n;
        }
    }

    /// The place of a new record in the order of ids.
    pub(super) fn order_of_new(&self, at: usize) -> u64 {
        self.order[at - (self.count - self.new.len())]
    }

    /// A record that the base does not have.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|&at| at as usize)
    }

    /// A record that was written since the base.
    pub(super) fn get(&self, at: usize) -> Option<&Arc<Changed<R, F>>> {
        // In most catalogs nothing was.
        if self.changed.is_empty() { None } else { self.changed.get(&(at as u32)) }
    }
}

/// Records by digests, for those that were written since the base. A record may stand under what it was called before.
pub(super) type Found = HashMap<u64, Vec<u32>>;

/// What was written since the base.
#[derive(Clone)]
pub(super) struct Overlay {
    pub(super) organizations: Layer<Organization, OwnedOrganization>,
    pub(super) projects: Layer<Project, OwnedProject>,
    pub(super) needs: Layer<Need, OwnedNeed>,
    /// Positions of the claims.
    pub(super) claims: BTreeSet<u32>,
    /// The organizations of projects, and the projects of organizations, where they changed.
    pub(super) participants: HashMap<u32, Arc<[Participation]>>,
    pub(super) histories: HashMap<u32, Arc<[Participation]>>,
    pub(super) bearers: Found,
    pub(super) heads: Found,
    pub(super) branches: Found,
    pub(super) likeness: Found,
    /// Projects by the digests of ids that they name and that no organization has.
    pub(super) dangling: Found,
}

impl Overlay {
    /// Nothing, over a base.
    pub(super) fn over(base: &Base) -> Self {
        let tables = &base.tables;
        Self {
            organizations: Layer::new(tables.organizations.len()),
            projects: Layer::new(tables.projects.len()),
            needs: Layer::new(tables.needs.len()),
            claims: BTreeSet::new(),
            participants: HashMap::new(),
            histories: HashMap::new(),
            bearers: Found::new(),
            heads: Found::new(),
            branches: Found::new(),
            likeness: Found::new(),
            dangling: Found::new(),
        }
    }

    /// What of this was not yet in `folded`, an earlier state of it, of which `base` was made.
    pub(super) fn since(&self, folded: &Self, base: &Base) -> Self {
        let mut this = Self::over(base);
        let tables = &base.tables;
        let organizations = &tables.organizations;
        for (at, it) in self.organizations.not_in(&folded.organizations) {
            this.index_organization(at as u32, &it.facts.facts());
            this.organizations.share(at, it.record.id.as_str(), it, &tables.organizations_by_id, |at| organizations.ids.get(at));
        }
        for (at, it) in self.projects.not_in(&folded.projects) {
            this.projects.share(at, it.record.id.as_str(), it, &tables.projects_by_id, |at| tables.projects.ids.get(at));
        }
        for (at, it) in self.needs.not_in(&folded.needs) {
            for key in likeness::keys(&it.record) {
                this.likeness.entry(key).or_default().push(at as u32);
            }
            this.needs.share(at, it.record.id.as_str(), it, &tables.needs_by_id, |at| tables.needs.ids.get(at));
        }
        this.organizations.sort();
        this.projects.sort();
        let is_new =
            |old: Option<&Arc<[Participation]>>, new: &Arc<[Participation]>| !old.is_some_and(|old| Arc::ptr_eq(old, new));
        let newer = |new: &HashMap<u32, Arc<[Participation]>>, old: &HashMap<u32, Arc<[Participation]>>| {
            new.iter().filter(|(at, it)| is_new(old.get(*at), it)).map(|(&at, it)| (at, Arc::clone(it))).collect()
        };
        this.participants = newer(&self.participants, &folded.participants);
        this.histories = newer(&self.histories, &folded.histories);
        // A project that once named an unknown organization may be looked at again.
        this.dangling.clone_from(&self.dangling);
        this
    }

    /// Lets an organization be found by what its names say.
    pub(super) fn index_organization(&mut self, at: u32, facts: &OrganizationFacts<'_>) {
        for name in facts.names() {
            self.bearers.entry(name_key(name)).or_default().push(at);
        }
        if let Some(name) = family::head_name(facts) {
            self.heads.entry(fnv1a(name.as_bytes())).or_default().push(at);
        }
        for name in family::possible_heads(facts) {
            self.branches.entry(fnv1a(name.as_bytes())).or_default().push(at);
        }
    }

    /// Number of records that were written since the base.
    pub(super) fn len(&self) -> usize {
        self.organizations.changed.len() + self.projects.changed.len() + self.needs.changed.len() + self.claims.len()
    }
}
