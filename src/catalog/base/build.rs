//! Builds a base from all records, page by page.

use std::io;
use std::sync::Arc;

use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;
use rayon::prelude::*;
use serde::Serialize;

use super::{Base, Tables};
use crate::catalog::absent::NO_HOME;
use crate::catalog::absent::NOBODY;
use crate::catalog::columns::{BodyWriter, Digests, Unusable};
use crate::catalog::facts::{OrganizationFacts, OwnedNeed, OwnedOrganization, OwnedProject};
use crate::catalog::homes::{home, named_after};
use crate::catalog::participations::{Participation, participants};
use crate::catalog::purposes::{PurposeNumbers, stated};
use crate::catalog::relations::{Registry, head, name_key, replaced_by};
use crate::catalog::visibility::ALWAYS;
use crate::catalog::{columns::Ragged, documents, family, likeness};
use crate::domain::{Claim, Need, Organization, OrganizationId, Project, RegionCode};
use crate::hash::fnv1a;
use crate::reference::Reference;
use crate::store::{Ledger, LedgerState, Numbered, Page, Stored};

/// Why a base could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Its files cannot be written.
    #[error("写不出目录数据：{0}")]
    Io(#[from] io::Error),
    /// Its columns cannot be written.
    #[error("写不出目录数据：{0}")]
    Columns(#[from] Unusable),
    /// The records ended too early.
    #[error("账本没有读完")]
    Incomplete,
}

/// A base with the texts that are searched beside it.
pub(in crate::catalog) struct Built {
    pub(in crate::catalog) base: Base,
    pub(in crate::catalog) names: Vec<Document>,
    pub(in crate::catalog) scopes: Vec<Document>,
}

/// Builds a base. The kinds of records come in the order of [`Page`].
pub(in crate::catalog) struct Builder {
    reference: Reference,
    pub(super) state: LedgerState,
    /// Records in all.
    pub(super) total: usize,
    tables: Tables,
    writer: BodyWriter,
    bearers: Vec<(u64, u32)>,
    likeness: Vec<(u64, u32)>,
    dangling: Vec<(u64, u32)>,
    scopes: Vec<Document>,
    are_related: bool,
    is_whole: bool,
}

impl Builder {
    pub(in crate::catalog) fn new(reference: Reference, writer: BodyWriter) -> Self {
        Self {
            reference,
            state: LedgerState::default(),
            total: 0,
            tables: Tables::default(),
            writer,
            bearers: Vec::new(),
            likeness: Vec::new(),
            dangling: Vec::new(),
            scopes: Vec::new(),
            are_related: false,
            is_whole: false,
        }
    }

    /// All records of a ledger in memory.
    pub(in crate::catalog) fn of_ledger(ledger: Ledger, reference: Reference) -> Result<Self, BuildError> {
        fn stored<T: Serialize + Send>(records: Vec<Numbered<T>>) -> Vec<Stored<T>> {
            let body = |value: &T| serde_json::to_string(value).expect("records have JSON").into_boxed_str();
            records.into_par_iter().map(|it| Stored { seq: it.seq, body: body(&it.value), value: it.value }).collect()
        }
        let mut this = Self::new(reference, BodyWriter::in_memory(0));
        let state = LedgerState { version: ledger.version, ..LedgerState::default() };
        this.add(Page::Start { state, counts: [0; 4] })?;
        this.add(Page::Organizations(stored(ledger.organizations)))?;
        this.add(Page::Projects(stored(ledger.projects)))?;
        this.add(Page::Needs(stored(ledger.needs)))?;
        this.add(Page::Claims(stored(ledger.claims)))?;
        this.add(Page::End)?;
        Ok(this)
    }

    /// Records that were taken in.
    pub(super) fn done(&self) -> usize {
        let tables = &self.tables;
        tables.organizations.len() + tables.projects.len() + tables.needs.len() + tables.claim_bodies.len()
    }

    /// Takes in the next records.
    pub(in crate::catalog) fn add(&mut self, page: Page) -> Result<(), BuildError> {
        match page {
            Page::Start { state, counts } => (self.state, self.total) = (state, counts.iter().sum()),
            Page::Organizations(records) => self.organizations(&records)?,
            Page::Projects(records) => {
                self.relate();
                self.projects(&records)?;
            }
            Page::Needs(records) => self.needs(&records)?,
            Page::Claims(records) => self.claims(&records)?,
            Page::End => {
                self.relate();
                self.is_whole = true;
            }
        }
        Ok(())
    }

    fn organizations(&mut self, records: &[Stored<Organization>]) -> Result<(), BuildError> {
        let first = self.tables.organizations.len() as u32;
        let read = |it: &Stored<Organization>| {
            let own = OwnedOrganization::new(&it.value, &self.reference);
            let keys: Vec<u64> = own.facts().names().map(name_key).collect();
            let scope = documents::scope_document(documents::position_of(it.seq), &it.value);
            (own, keys, scope)
        };
        let read: Vec<_> = records.par_iter().map(read).collect();
        for ((at, record), (own, keys, scope)) in (first..).zip(records).zip(read) {
            let place = self.writer.write(record.body.as_bytes())?;
            self.tables.organization_bodies.push(place);
            self.tables.organizations.push(&own.facts());
            self.bearers.extend(keys.into_iter().map(|key| (key, at)));
            self.scopes.extend(scope);
        }
        Ok(())
    }

    /// Finds out what the organizations are to each other, once all are there.
    fn relate(&mut self) {
        if std::mem::replace(&mut self.are_related, true) {
            return;
        }
        let tables = &mut self.tables;
        let count = tables.organizations.len();
        let (by_id, ranks) = order(count, |at| tables.organizations.ids.get(at));
        (tables.organizations_by_id, tables.organization_ranks) = (by_id.into(), ranks.into());
        tables.bearers = Digests::new(std::mem::take(&mut self.bearers));
        let at_each = || (0..count).into_par_iter();
        let replaced: Vec<u32> = at_each().map(|at| replaced_by(&Tabled(tables), at)).collect();
        for (row, full) in tables.organizations.rows.values().iter_mut().zip(replaced) {
            row.replaced_by = full;
        }
        let key = |name: &String| fnv1a(name.as_bytes());
        let facts = |at: usize| tables.organizations.get(at);
        let heads = at_each().filter_map(|at| Some((family::head_name(&facts(at)).as_ref().map(key)?, at as u32)));
        let heads: Vec<(u64, u32)> = heads.collect();
        let branches =
            at_each().flat_map_iter(|at| family::possible_heads(&facts(at)).into_iter().map(move |it| (key(&it), at as u32)));
        let branches: Vec<(u64, u32)> = branches.collect();
        (tables.heads, tables.branches) = (Digests::new(heads), Digests::new(branches));
        let heads: Vec<u32> = at_each().map(|at| head(&Tabled(tables), at)).collect();
        let facts = |at: usize| tables.organizations.get(at);
        let of_head = |at: usize| Some(heads[at]).filter(|&head| head != NOBODY).map(|head| facts(head as usize));
        let homes: Vec<Option<RegionCode>> =
            at_each().map(|at| home(&facts(at), of_head(at).as_ref(), self.reference.divisions)).collect();
        let stated: Vec<_> = at_each().map(|at| stated(facts(at).name(), &self.reference)).collect();
        let named: Vec<_> = at_each().map(|at| named_after(facts(at).name(), homes[at], self.reference.divisions)).collect();
        let mut different: Vec<RegionCode> = homes.iter().flatten().copied().collect();
        different.sort_unstable();
        different.dedup();
        // There are only a few thousand divisions.
        different.truncate(usize::from(NO_HOME));
        let number = |home: RegionCode| different.binary_search(&home).ok().map(|at| at as u16);
        let mut purposes = PurposeNumbers::new([]);
        for (((row, head), home), stated) in tables.organizations.rows.values().iter_mut().zip(heads).zip(&homes).zip(stated) {
            (row.head, row.home, row.purpose) = (head, home.and_then(number).unwrap_or(NO_HOME), purposes.number(stated));
        }
        tables.homes = different.iter().map(|home| home.digits()).collect::<Vec<_>>().into();
        for purpose in &purposes.all()[1..] {
            tables.purposes.push(&purpose.iter().map(|&sector| sector as u16).collect::<Vec<_>>());
        }
        tables.organizations.named_after = Ragged::default();
        named.iter().for_each(|places| tables.organizations.named_after.push(places));
    }

    fn projects(&mut self, records: &[Stored<Project>]) -> Result<(), BuildError> {
        let tables = &self.tables;
        let rows = &tables.organizations.rows;
        let resolve = |id: &OrganizationId| {
            let found = Base::find(&tables.organizations_by_id, id.as_str(), |at| tables.organizations.ids.get(at));
            let Ok(at) = found else { return NOBODY };
            if rows[at].replaced_by == NOBODY { at as u32 } else { rows[at].replaced_by }
        };
        let read = |it: &Stored<Project>| {
            let own = OwnedProject::new(&it.value, &self.reference.taxonomy, 0);
            let unknown = it.value.participants.iter().filter(|it| resolve(&it.organization) == NOBODY);
            let dangling: Vec<u64> = unknown.map(|it| fnv1a(it.organization.as_str().as_bytes())).collect();
            (own, participants(&it.value, resolve, |at| rows[at as usize].head), dangling)
        };
        let read: Vec<_> = records.par_iter().map(read).collect();
        for (record, (own, participants, dangling)) in records.iter().zip(read) {
            let place = self.writer.write(record.body.as_bytes())?;
            let at = self.tables.projects.len() as u32;
            self.dangling.extend(dangling.into_iter().map(|key| (key, at)));
            self.tables.project_bodies.push(place);
            self.tables.projects.push(&own.facts());
            self.tables.participants.push(&participants);
        }
        Ok(())
    }

    fn needs(&mut self, records: &[Stored<Need>]) -> Result<(), BuildError> {
        let first = self.tables.needs.len() as u32;
        let read = |it: &Stored<Need>| (OwnedNeed::new(&it.value, &self.reference.taxonomy), likeness::keys(&it.value));
        let read: Vec<_> = records.par_iter().map(read).collect();
        for ((at, record), (own, keys)) in (first..).zip(records).zip(read) {
            let place = self.writer.write(record.body.as_bytes())?;
            self.tables.need_bodies.push(place);
            self.tables.needs.push(&own.facts());
            self.likeness.extend(keys.into_iter().map(|key| (key, at)));
        }
        Ok(())
    }

    fn claims(&mut self, records: &[Stored<Claim>]) -> Result<(), BuildError> {
        for record in records {
            let place = self.writer.write(record.body.as_bytes())?;
            self.tables.claim_bodies.push(place);
        }
        Ok(())
    }

    /// The base. `text` holds the projects; a key is the number of a project.
    pub(in crate::catalog) fn finish(mut self, text: &TextSearcher) -> Result<Built, BuildError> {
        if !self.is_whole {
            return Err(BuildError::Incomplete);
        }
        let tables = &mut self.tables;
        for (key, words) in text.lengths() {
            if let Some(at) = key.checked_sub(1) {
                tables.projects.set_words(at as usize, words);
            }
        }
        let (by_id, ranks) = order(tables.projects.len(), |at| tables.projects.ids.get(at));
        (tables.projects_by_id, tables.project_ranks) = (by_id.into(), ranks.into());
        tables.needs_by_id = order(tables.needs.len(), |at| tables.needs.ids.get(at)).0.into();
        tables.likeness = Digests::new(std::mem::take(&mut self.likeness));
        tables.dangling = Digests::new(std::mem::take(&mut self.dangling));
        tables.histories = histories(tables);
        let names = names(tables);
        self.scopes.retain(|it| !tables.organizations.get(documents::position_of(it.key)).is_replaced());
        let base = Base::new(self.tables, self.state, vec![Arc::new(self.writer.finish()?)]);
        Ok(Built { base, names, scopes: self.scopes })
    }
}

/// The positions in the order of ids, and the place of each position in that order.
pub(super) fn order<'a>(count: usize, id: impl Fn(usize) -> &'a str + Sync) -> (Vec<u32>, Vec<u32>) {
    let mut by_id: Vec<u32> = (0..count as u32).collect();
    by_id.par_sort_unstable_by(|&a, &b| id(a as usize).cmp(id(b as usize)));
    let mut ranks = vec![0; count];
    for (rank, &at) in (0..).zip(&by_id) {
        ranks[at as usize] = rank;
    }
    (by_id, ranks)
}

/// The projects of each organization, the latest first and undated ones last; of one day in the order of ids.
fn histories(tables: &Tables) -> Ragged<Participation> {
    let rows = &tables.projects;
    let of_project = |project: usize| {
        let day = rows.get(project).visible_from().unwrap_or(ALWAYS);
        let key = (std::cmp::Reverse(day), tables.project_ranks[project]);
        tables.participants.get(project).iter().map(move |it| (it.to, key, it.seen_from(project as u32)))
    };
    let mut all: Vec<_> = (0..rows.len()).into_par_iter().flat_map_iter(of_project).collect();
    all.par_sort_unstable_by_key(|&(organization, key, _)| (organization, key));
    let pairs: Vec<(u32, Participation)> = all.into_iter().map(|(organization, _, it)| (organization, it)).collect();
    Ragged::from_pairs(tables.organizations.len(), &pairs)
}

/// The names of all organizations as documents.
fn names(tables: &Tables) -> Vec<Document> {
    let document = |at: usize| {
        let facts = tables.organizations.get(at);
        let days = tables.histories.get(at).iter().map(|it| tables.projects.get(it.to as usize).visible_from());
        documents::name_document(at, &facts, days)
    };
    (0..tables.organizations.len()).into_par_iter().filter_map(document).collect()
}

/// Organizations in tables.
struct Tabled<'a>(&'a Tables);

impl Registry for Tabled<'_> {
    fn facts(&self, at: usize) -> OrganizationFacts<'_> {
        self.0.organizations.get(at)
    }

    fn bearers(&self, key: u64) -> Vec<u32> {
        self.0.bearers.get(key).to_vec()
    }

    fn heads(&self, key: u64) -> Vec<u32> {
        self.0.heads.get(key).to_vec()
    }

    fn id_order(&self, at: usize) -> u64 {
        u64::from(self.0.organization_ranks[at])
    }
}
