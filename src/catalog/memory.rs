//! How much memory and disk the parts of a catalog take. `stats` shows it, a bench prints it, and national deployments are planned
//! by it.

use super::claims::Entry;
use super::columns::Columnar;
use super::row::Row;
use super::snapshot::Catalog;
use super::view::View;
use crate::domain::Claim;

impl Catalog {
    /// Bytes by part, on the day of `view`. Not counted are the text indexes and what does not grow with the catalog. Columns of a
    /// base on disk are mapped: the system takes them back when it needs the memory. Strings of claims are estimated by their
    /// struct.
    #[must_use]
    pub fn memory(&self, view: &View) -> Vec<(&'static str, usize)> {
        let (past, tables, stated) = (&view.past, &self.base.tables, self.stated());
        let ids = [&tables.organizations_by_id, &tables.organization_ranks, &tables.projects_by_id, &tables.project_ranks];
        let ids: usize = ids.into_iter().map(Columnar::bytes).sum();
        let named = tables.bearers.bytes() + tables.heads.bytes() + tables.branches.bytes();
        let lists = past.sectors.bytes() + past.regions.bytes() + past.groups.bytes() + past.modes.bytes();
        let stated = stated.declared.bytes() + stated.wished.bytes() + stated.wished_exactly.bytes() + stated.named_after.bytes();
        let claims = self.claims.len() * (size_of::<Entry>() + size_of::<Claim>()) + view.claimed.bytes();
        vec![
            ("列：组织", tables.organizations.bytes() + tables.organization_bodies.bytes()),
            ("列：往期项目", tables.projects.bytes() + tables.project_bodies.bytes()),
            ("列：需求", tables.needs.bytes() + tables.need_bodies.bytes() + tables.likeness.bytes()),
            ("列：参与关系", tables.histories.bytes() + tables.participants.bytes()),
            ("列：编号与名称的次序", ids + named),
            ("当日：各组织的数", view.rows.len() * (size_of::<Row>() + size_of::<u32>())),
            ("当日：领域、地区、人群、方式的名单", lists),
            ("声明与名称的名单", stated),
            ("认领", claims),
        ]
    }
}
