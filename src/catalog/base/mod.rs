//! The base: all records as of one version of the ledger, in columns and files of bodies. It never changes; what is written
//! later lies over it.

mod build;
mod building;
mod compact;
mod files;

use std::io;
use std::sync::{Arc, OnceLock};

use quick_cache::sync::Cache;
use serde::de::DeserializeOwned;

use super::columns::{Bodies, BodyFile, Column, Digests, Ragged, table};
use super::facts::{NeedTable, OrganizationTable, ProjectTable};
use super::participations::Participation;
use crate::domain::{Claim, Need, NeedId, Organization, OrganizationId, Project, ProjectId};
use crate::store::{LedgerState, Numbered};

pub use build::BuildError;
pub(super) use build::{Builder, Built};
pub use building::{Building, Candidates, FoundBase, LoadedBase, NewBase};
pub use files::{BaseFiles, Fingerprint, Writing};

table! {
    /// All that is kept in columns.
    Tables {
        organizations: OrganizationTable,
        projects: ProjectTable,
        needs: NeedTable,
        organization_bodies: Bodies,
        project_bodies: Bodies,
        need_bodies: Bodies,
        claim_bodies: Bodies,
        /// Organizations in the order of ids, and the place of each in that order.
        organizations_by_id: Column<u32>,
        organization_ranks: Column<u32>,
        projects_by_id: Column<u32>,
        project_ranks: Column<u32>,
        needs_by_id: Column<u32>,
        /// The projects of each organization, the latest first and undated ones last.
        histories: Ragged<Participation>,
        /// The organizations of each project, ascending.
        participants: Ragged<Participation>,
        /// Organizations by the digests of their names and aliases.
        bearers: Digests,
        /// Those that may be heads, by the digests of their names.
        heads: Digests,
        /// Those that may be branches, by the digests of what their names begin with.
        branches: Digests,
        /// Needs by the bands of their texts.
        likeness: Digests,
        /// Projects by the digests of ids that they name and that no organization has.
        dangling: Digests,
        /// The different purposes from number 1 on.
        purposes: Ragged<u16>,
        /// Digits of the different homes, by number.
        homes: Column<u32>,
    }
}

/// Number of records of each kind that are kept parsed.
const KEPT: usize = 4096;

/// All records as of one version of the ledger.
pub(super) struct Base {
    pub(super) tables: Tables,
    /// What it was made of.
    pub(super) state: LedgerState,
    files: Vec<Arc<BodyFile>>,
    organizations: Cache<u32, Arc<Organization>>,
    projects: Cache<u32, Arc<Project>>,
    needs: Cache<u32, Arc<Need>>,
    damage: OnceLock<String>,
}

impl Base {
    fn new(tables: Tables, state: LedgerState, files: Vec<Arc<BodyFile>>) -> Self {
        Self {
            tables,
            state,
            files,
            organizations: Cache::new(KEPT),
            projects: Cache::new(2 * KEPT),
            needs: Cache::new(KEPT),
            damage: OnceLock::new(),
        }
    }

    /// The record of an organization.
    pub(super) fn organization(&self, at: usize) -> Arc<Organization> {
        let facts = || self.tables.organizations.get(at);
        let without = || Organization::named(OrganizationId::new(facts().id()), facts().name());
        self.record(&self.organizations, &self.tables.organization_bodies, at, without)
    }

    /// The record of a project.
    pub(super) fn project(&self, at: usize) -> Arc<Project> {
        let facts = || self.tables.projects.get(at);
        let without = || Project::named(ProjectId::new(facts().id()), facts().title());
        self.record(&self.projects, &self.tables.project_bodies, at, without)
    }

    /// The record of a need.
    pub(super) fn need(&self, at: usize) -> Arc<Need> {
        let without = || Need::named(NeedId::new(self.tables.needs.get(at).id()));
        self.record(&self.needs, &self.tables.need_bodies, at, without)
    }

    /// The same, without being kept: for those who pass over all of them.
    pub(super) fn project_once(&self, at: usize) -> Arc<Project> {
        match self.read(&self.tables.project_bodies, at) {
            Ok(project) => Arc::new(project),
            Err(_) => self.project(at),
        }
    }

    /// All claims.
    pub(super) fn claims(&self) -> Result<Vec<Numbered<Claim>>, io::Error> {
        use rayon::prelude::*;
        let bodies = &self.tables.claim_bodies;
        let claim = |at: usize| Ok(Numbered { seq: at as u64 + 1, value: self.read(bodies, at)? });
        (0..bodies.len()).into_par_iter().map(claim).collect()
    }

    /// A record from the cache or its file. If that cannot be read, the damage is noted and `without` stands for the record, so
    /// that nothing has to stop half-way; an answer is not given then ([`Self::damage`]).
    fn record<T: DeserializeOwned>(
        &self,
        cache: &Cache<u32, Arc<T>>,
        bodies: &Bodies,
        at: usize,
        without: impl FnOnce() -> T,
    ) -> Arc<T> {
        let key = at as u32;
        if let Some(known) = cache.get(&key) {
            return known;
        }
        match self.read(bodies, at) {
            Ok(record) => {
                let record = Arc::new(record);
                cache.insert(key, Arc::clone(&record));
                record
            }
            Err(error) => {
                self.is_damaged(at, &error);
                Arc::new(without())
            }
        }
    }

    /// Notes that a record could not be read.
    pub(super) fn is_damaged(&self, at: usize, error: &io::Error) {
        let what = self.damage.get_or_init(|| format!("第{}条记录读不出（{error}）", at + 1));
        tracing::error!("目录数据损坏：{what}");
    }

    pub(super) fn body_files(&self) -> &[Arc<BodyFile>] {
        &self.files
    }

    fn read<T: DeserializeOwned>(&self, bodies: &Bodies, at: usize) -> io::Result<T> {
        serde_json::from_slice(&bodies.place(at).read(&self.files)?).map_err(io::Error::from)
    }

    /// What was found damaged, if something was. Whatever was answered since must not be used.
    pub(super) fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }

    /// Position of the record with this id, or where it would be in the order of ids.
    pub(super) fn find<'a>(by_id: &[u32], id: &str, id_of: impl Fn(usize) -> &'a str) -> Result<usize, usize> {
        by_id.binary_search_by(|&at| id_of(at as usize).cmp(id)).map(|found| by_id[found] as usize)
    }
}
