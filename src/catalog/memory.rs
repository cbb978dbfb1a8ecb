//! How much memory the ranking columns take. A bench prints it, and national deployments are planned by it.

use super::chunked::Chunked;
use super::claims::Entry;
use super::row::Row;
use super::snapshot::Catalog;
use super::view::View;
use crate::domain::Claim;

impl Catalog {
    /// Bytes that ranking reads on the day of `view`, part by part. Not counted are the full records, the text indexes and what
    /// does not grow with the catalog. Strings of claims are estimated by their struct.
    #[must_use]
    pub fn memory(&self, view: &View) -> Vec<(&'static str, usize)> {
        let past = &view.past;
        let stated = self.declared.bytes() + self.wished.bytes() + self.wished_exactly.bytes();
        let [by_organization, by_project] = self.participations.bytes();
        vec![
            ("rows of organizations", chunked::<Row>(&view.rows) + size_of_val(&*past.words)),
            ("lists by sector", past.sectors.bytes()),
            ("lists by place", past.regions.bytes()),
            ("lists by group and mode", past.groups.bytes() + past.modes.bytes()),
            ("declared sectors and wishes", stated),
            ("places in names", self.named_after.bytes()),
            ("homes, purposes and heads", size_of_val(&*self.home) + size_of_val(&*self.purpose) + size_of_val(&*self.heads)),
            ("reach", size_of_val(&*self.reach)),
            ("projects of organizations", by_organization),
            ("organizations of projects", by_project),
            ("places and lengths of texts", size_of_val(&*self.project_at_position) + size_of_val(&*self.lengths)),
            ("claims", self.claims.len() * (size_of::<Entry>() + size_of::<Claim>()) + view.claimed.bytes()),
        ]
    }
}

fn chunked<T>(all: &Chunked<T>) -> usize {
    all.len() * size_of::<T>()
}
