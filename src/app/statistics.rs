//! What is in the data directory, and how complete it is.

use std::collections::BTreeMap;

use super::state::App;
use crate::catalog::is_visible;
use crate::domain::{Amount, Money, OrganizationStatus, Principal, RegionCode, RegionFinding, SectorShare};
use crate::jobs::{Cancellation, Cancelled};

/// Number and sum of the records that share something.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// Past projects.
    pub projects: usize,
    /// Open needs.
    pub open_needs: usize,
    /// Stated sums of the past projects, in yuan.
    pub project_yuan: f64,
    /// Stated sums of the open needs, in yuan.
    pub open_yuan: f64,
    /// Past projects that state no sum.
    pub projects_without_sum: usize,
    /// Open needs that state no sum.
    pub open_without_sum: usize,
}

/// Counts and sums of one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// The day up to which records count.
    pub as_of: jiff::civil::Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the lexicon.
    pub lexicon: String,
    /// Organizations.
    pub organizations: usize,
    /// Organizations with at least one past project.
    pub organizations_with_history: usize,
    /// Organizations that are blacklisted or no longer registered.
    pub organizations_out: usize,
    /// Past projects.
    pub projects: usize,
    /// Past projects without a date, a place, a sector, a sum.
    pub projects_lacking: BTreeMap<&'static str, usize>,
    /// Stated sums of past projects, in yuan.
    pub project_yuan: f64,
    /// Needs.
    pub needs: usize,
    /// Needs that look for partners.
    pub open_needs: usize,
    /// Stated sums of open needs, in yuan.
    pub open_yuan: f64,
    /// Claims that reserve or bind.
    pub claims: usize,
    /// By top-level sector; a record of several sectors counts in its first.
    pub sectors: Vec<Share>,
    /// By province; a record of several provinces counts in its first.
    pub provinces: Vec<Share>,
}

impl App {
    /// Counts what is known today.
    ///
    /// # Errors
    /// It was cancelled.
    pub fn statistics(&self, _who: Principal, cancellation: &Cancellation) -> Result<Statistics, Cancelled> {
        let catalog = self.catalog();
        let as_of = self.today();
        let reference = &catalog.reference;
        // Records without a sector or place come last.
        let mut sectors: BTreeMap<Option<usize>, Share> = BTreeMap::new();
        let mut provinces: BTreeMap<Option<RegionCode>, Share> = BTreeMap::new();
        let mut count = |shares: &[SectorShare], regions: &[RegionFinding], add: &dyn Fn(&mut Share)| {
            let sector = shares.first().and_then(|share| reference.taxonomy.sector(&share.code));
            add(sectors.entry(sector.map(|sector| reference.taxonomy.parent(sector))).or_default());
            let region = regions.iter().find(|region| region.certain);
            add(provinces.entry(region.map(|region| region.code.province())).or_default());
        };
        let yuan = |amount: &Option<Amount>| amount.as_ref().and_then(Amount::point).map_or(0.0, Money::yuan);
        let is_unstated = |amount: &Option<Amount>| amount.as_ref().and_then(Amount::point).is_none();
        let visible = catalog.projects.iter().filter(|it| is_visible(it.period, as_of));
        let projects: Vec<_> = visible.map(|project| project.as_known_on(as_of)).collect();
        for project in &projects {
            count(&project.sectors, &project.regions, &|share| {
                share.projects += 1;
                share.project_yuan += yuan(&project.amount);
                share.projects_without_sum += usize::from(is_unstated(&project.amount));
            });
        }
        cancellation.check()?;
        let open: Vec<_> = catalog.needs.iter().filter(|need| need.is_open_on(as_of)).collect();
        for need in &open {
            count(&need.record.sectors, &need.record.regions, &|share| {
                share.open_needs += 1;
                share.open_yuan += yuan(&need.record.amount);
                share.open_without_sum += usize::from(is_unstated(&need.record.amount));
            });
        }
        cancellation.check()?;
        let lacking = |test: &dyn Fn(&crate::domain::Project) -> bool| projects.iter().filter(|it| test(it)).count();
        let out = |status| matches!(status, OrganizationStatus::Blacklisted | OrganizationStatus::Deregistered);
        Ok(Statistics {
            as_of,
            snapshot: catalog.version.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organizations: catalog.organizations.len(),
            organizations_with_history: catalog.as_of(as_of).rows.iter().filter(|row| row.projects > 0).count(),
            organizations_out: catalog.organizations.iter().filter(|it| out(it.status)).count(),
            projects: projects.len(),
            projects_lacking: BTreeMap::from([
                ("date", lacking(&|it| it.period.is_none())),
                ("region", lacking(&|it| !it.regions.iter().any(|region| region.certain))),
                ("sector", lacking(&|it| it.sectors.is_empty())),
                ("amount", lacking(&|it| it.amount.is_none())),
            ]),
            project_yuan: projects.iter().map(|it| yuan(&it.amount)).sum(),
            needs: catalog.needs.iter().filter(|need| !need.is_deleted()).count(),
            open_needs: open.len(),
            open_yuan: open.iter().map(|it| yuan(&it.record.amount)).sum(),
            claims: catalog.claims.iter().filter(|claim| claim.state.effect().takes_money()).count(),
            sectors: last_without(sectors, "未分类", |n| reference.taxonomy.name(reference.taxonomy.code(n)).to_owned()),
            provinces: last_without(provinces, "地区不明", |code| reference.divisions.full_name(code)),
        })
    }
}

/// The shares with their names; the one of records that have none comes last.
fn last_without<K: Ord>(mut shares: BTreeMap<Option<K>, Share>, none: &str, name: impl Fn(K) -> String) -> Vec<Share> {
    let without = shares.remove(&None);
    let named = shares.into_iter().filter_map(|(key, share)| Some(Share { name: name(key?), ..share }));
    named.chain(without.map(|share| Share { name: none.to_owned(), ..share })).collect()
}
