//! The public claims dealt into folds, so that no claim is judged by what its own event taught.
//!
//! Claims of one event stay together, and so do claims without an event that share a claimant and a place. The events are dealt
//! into ten folds. The needs of a fold are asked of a catalog that lacks the deeds of the fold, each as of the day before it can
//! have been taken on, undated ones as of the last day.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::labelled::{LabelledNeed, of_project};
use super::seen::PublicClaim;
use crate::catalog::Catalog;
use crate::domain::{OrganizationId, Project};
use crate::error::AppError;
use crate::hash::fnv1a;

/// Parts of the events.
pub(super) const FOLDS: usize = 10;

/// Makes the catalog of an organization directory with some projects.
pub type Directory<'a> = dyn Fn(Vec<Project>) -> Result<Catalog, AppError> + 'a;

/// The events, and which fold each claim is in.
pub(super) struct Folds {
    /// The event of each claim.
    groups: Vec<String>,
    /// All events, ascending.
    events: Vec<String>,
}

/// The needs of one fold.
pub(super) struct Asked {
    /// What they are asked of: it lacks the deeds of the fold.
    pub(super) catalog: Catalog,
    /// The number of the claim that each was made from.
    pub(super) numbers: Vec<usize>,
    /// By day.
    pub(super) needs: Vec<LabelledNeed>,
}

impl Folds {
    pub(super) fn new(claims: &[PublicClaim]) -> Self {
        let groups = groups(claims);
        let mut events = groups.clone();
        events.sort_unstable();
        events.dedup();
        Self { groups, events }
    }

    /// The fold of a claim.
    pub(super) fn fold(&self, claim: usize) -> usize {
        (fnv1a(self.groups[claim].as_bytes()) % FOLDS as u64) as usize
    }

    /// The number of a claim's event.
    pub(super) fn cluster(&self, claim: usize) -> u32 {
        self.events.binary_search(&self.groups[claim]).unwrap_or_default() as u32
    }

    /// Number of events.
    pub(super) fn events(&self) -> usize {
        self.events.len()
    }

    /// The needs of the claims in one fold.
    pub(super) fn asked(
        &self,
        claims: &[PublicClaim],
        held_out: usize,
        as_of: Date,
        directory: &Directory<'_>,
    ) -> Result<Asked, AppError> {
        let others = (0..claims.len()).filter(|&n| self.fold(n) != held_out).map(|n| claims[n].project.clone());
        let catalog = directory(others.collect())?;
        let mut needs: Vec<(usize, LabelledNeed)> = (0..claims.len())
            .filter(|&n| self.fold(n) == held_out)
            .map(|n| (n, of_project(&catalog, asked_on(&claims[n].project, as_of), &claims[n].project, Date::MAX)))
            .collect();
        needs.sort_by_key(|(n, need)| (need.as_of, *n));
        let (numbers, needs) = needs.into_iter().unzip();
        Ok(Asked { catalog, numbers, needs })
    }
}

/// The day before it can have begun; `last` if it is undated.
fn asked_on(project: &Project, last: Date) -> Date {
    project.period.and_then(|period| period.start.earliest().checked_sub(1.day()).ok()).unwrap_or(last)
}

/// For each claim the name of the group that is never split: the event, else the first claim without an event that shares a
/// claimant and a place with it, directly or through others.
fn groups(claims: &[PublicClaim]) -> Vec<String> {
    let mut first: Vec<usize> = (0..claims.len()).collect();
    let root = |first: &[usize], mut n: usize| {
        while first[n] != n {
            n = first[n];
        }
        n
    };
    let free: Vec<usize> = (0..claims.len()).filter(|&n| claims[n].event.is_none()).collect();
    for (at, &a) in free.iter().enumerate() {
        for &b in &free[at + 1..] {
            if share_claimant_and_place(&claims[a].project, &claims[b].project) {
                let (a, b) = (root(&first, a), root(&first, b));
                first[a.max(b)] = a.min(b);
            }
        }
    }
    let name = |n: usize| claims[root(&first, n)].project.id.to_string();
    (0..claims.len()).map(|n| claims[n].event.clone().unwrap_or_else(|| name(n))).collect()
}

fn share_claimant_and_place(a: &Project, b: &Project) -> bool {
    let claimants = |it: &Project| -> Vec<OrganizationId> { it.participants.iter().map(|it| it.organization.clone()).collect() };
    let theirs = claimants(b);
    let place = |outer: &str, inner: &str| inner.starts_with(outer.trim_end_matches('0'));
    let touch = |x: &str, y: &str| place(x, y) || place(y, x);
    let same_place = match (a.regions.as_slice(), b.regions.as_slice()) {
        ([], _) | (_, []) => true,
        (x, y) => x.iter().any(|x| y.iter().any(|y| touch(&x.code.to_string(), &y.code.to_string()))),
    };
    same_place && claimants(a).iter().any(|it| theirs.contains(it))
}
