//! Makes a new base of a base and what was written since.

use std::io;
use std::sync::Arc;

use super::files::{Fingerprint, Writing};
use super::{Base, BodyFile, LoadedBase, Tables};
use crate::catalog::columns::{Bodies, BodyWriter, Column, Digests, Unusable};
use crate::catalog::overlay::Found;
use crate::catalog::snapshot::Catalog;
use crate::store::LedgerState;

/// Most files of bodies. If there are more, all bodies are written into one again.
const MAX_FILES: usize = 16;

impl Catalog {
    /// A base on disk with all that this snapshot holds.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn compacted(&self, to: &Writing, fingerprint: &Fingerprint) -> Result<LoadedBase, Unusable> {
        let base = &self.base;
        let is_full = base.files.len() >= MAX_FILES || base.files.iter().any(|file| file.name().is_none());
        let kept: &[Arc<BodyFile>] = if is_full { &[] } else { &base.files };
        let mut writer = to.bodies(kept.len())?;
        let mut tables = Tables::default();
        self.copy_records(&mut tables, &mut writer, is_full)?;
        self.copy_order(&mut tables);
        self.copy_found(&mut tables);
        for at in 0..self.organization_count() {
            tables.histories.push(self.history(at));
        }
        for at in 0..self.project_count() {
            tables.participants.push(self.participants(at));
        }
        tables.homes = self.homes().iter().map(|home| home.digits()).collect::<Vec<_>>().into();
        for purpose in &self.purposes()[1..] {
            tables.purposes.push(&purpose.iter().map(|&sector| sector as u16).collect::<Vec<_>>());
        }
        let files = kept.iter().cloned().chain([Arc::new(writer.finish()?)]).collect();
        let state = LedgerState { version: self.version, ..self.ledger().clone() };
        to.save(Base::new(tables, state, files), fingerprint).map(LoadedBase::new)
    }

    fn copy_records(&self, tables: &mut Tables, writer: &mut BodyWriter, is_full: bool) -> Result<(), io::Error> {
        let (base, overlay) = (&self.base, &self.overlay);
        let mut copy = |old: &Bodies, new: &mut Bodies, at: usize, changed: Option<Vec<u8>>| -> io::Result<()> {
            let place = match changed {
                Some(body) => writer.write(&body)?,
                None if is_full => writer.write(&old.place(at).read(&base.files)?)?,
                None => old.place(at),
            };
            new.push(place);
            Ok(())
        };
        let old = &base.tables;
        for at in 0..self.organization_count() {
            let changed = overlay.organizations.get(at).map(|it| serde_json::to_vec(&*it.record)).transpose()?;
            copy(&old.organization_bodies, &mut tables.organization_bodies, at, changed)?;
            tables.organizations.push(&self.organization_facts(at));
        }
        for at in 0..self.project_count() {
            let changed = overlay.projects.get(at).map(|it| serde_json::to_vec(&*it.record)).transpose()?;
            copy(&old.project_bodies, &mut tables.project_bodies, at, changed)?;
            tables.projects.push(&self.project_facts(at));
        }
        for at in 0..self.need_count() {
            let changed = overlay.needs.get(at).map(|it| serde_json::to_vec(&*it.record)).transpose()?;
            copy(&old.need_bodies, &mut tables.need_bodies, at, changed)?;
            tables.needs.push(&self.need_facts(at));
        }
        for (at, claim) in self.claims.iter().enumerate() {
            let is_changed = overlay.claims.contains(&(at as u32));
            let changed = is_changed.then(|| serde_json::to_vec(claim)).transpose()?;
            copy(&old.claim_bodies, &mut tables.claim_bodies, at, changed)?;
        }
        Ok(())
    }

    /// The order of ids: that of the base, with the new ones in their places.
    fn copy_order(&self, tables: &mut Tables) {
        let old = &self.base.tables;
        let merged = |old: &[u32], count: usize, order: &dyn Fn(usize) -> u64| {
            let mut new: Vec<u32> = (old.len() as u32..count as u32).collect();
            new.sort_unstable_by_key(|&at| order(at as usize));
            let mut new = new.into_iter().peekable();
            let mut by_id = Vec::with_capacity(count);
            for &at in old {
                while let Some(earlier) = new.next_if(|&it| order(it as usize) < order(at as usize)) {
                    by_id.push(earlier);
                }
                by_id.push(at);
            }
            by_id.extend(new);
            by_id
        };
        let by_id = merged(&old.organizations_by_id, self.organization_count(), &|at| self.id_order(at));
        (tables.organizations_by_id, tables.organization_ranks) = with_ranks(by_id);
        let by_id = merged(&old.projects_by_id, self.project_count(), &|at| self.project_order(at));
        (tables.projects_by_id, tables.project_ranks) = with_ranks(by_id);
        tables.needs_by_id = super::build::order(self.need_count(), |at| self.need_facts(at).id()).0.into();
    }

    fn copy_found(&self, tables: &mut Tables) {
        let (old, overlay) = (&self.base.tables, &self.overlay);
        let organizations = |old: &Digests, found: &Found| {
            let kept = old.pairs().filter(|(_, at)| !overlay.organizations.changed.contains_key(at));
            Digests::new(kept.chain(pairs(found)).collect())
        };
        tables.bearers = organizations(&old.bearers, &overlay.bearers);
        tables.heads = organizations(&old.heads, &overlay.heads);
        tables.branches = organizations(&old.branches, &overlay.branches);
        let kept = old.likeness.pairs().filter(|(_, at)| !overlay.needs.changed.contains_key(at));
        tables.likeness = Digests::new(kept.chain(pairs(&overlay.likeness)).collect());
        tables.dangling = Digests::new(old.dangling.pairs().chain(pairs(&overlay.dangling)).collect());
    }
}

fn pairs(found: &Found) -> impl Iterator<Item = (u64, u32)> {
    found.iter().flat_map(|(&key, records)| records.iter().map(move |&at| (key, at)))
}

fn with_ranks(by_id: Vec<u32>) -> (Column<u32>, Column<u32>) {
    let mut ranks = vec![0; by_id.len()];
    for (rank, &at) in (0..).zip(&by_id) {
        ranks[at as usize] = rank;
    }
    (by_id.into(), ranks.into())
}
