//! What is in the data directory, and how complete it is.

use std::collections::BTreeMap;

use super::state::App;
use crate::domain::{Money, OrganizationStatus, Principal, RegionCode};
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
        let view = catalog.as_of(as_of);
        // Records without a sector or place come last.
        let mut sectors: BTreeMap<Option<usize>, Totals> = BTreeMap::new();
        let mut provinces: BTreeMap<Option<RegionCode>, Totals> = BTreeMap::new();
        let mut count = |sector: Option<usize>, place: Option<RegionCode>, add: &dyn Fn(&mut Totals)| {
            add(sectors.entry(sector.map(|sector| reference.taxonomy.parent(sector))).or_default());
            add(provinces.entry(place.map(RegionCode::province)).or_default());
        };
        let mut all = Totals::default();
        let [mut undated, mut placeless, mut sectorless, mut sumless] = [0; 4];
        for at in 0..catalog.project_count() {
            let project = catalog.project_facts(at);
            if !project.is_visible(view.day) {
                continue;
            }
            let is_known = project.totals_are_known(view.day);
            let amount = project.amount().filter(|_| is_known);
            let (sector, place) = (project.sectors().next().map(|it| it.0), project.regions().next());
            undated += usize::from(!project.is_dated());
            placeless += usize::from(place.is_none());
            sectorless += usize::from(sector.is_none());
            sumless += usize::from(!(is_known && project.has_amount()));
            let add = |totals: &mut Totals| totals.projects.add(amount);
            add(&mut all);
            count(sector, place, &add);
        }
        cancellation.check()?;
        for at in catalog.open_needs(as_of) {
            let need = catalog.need_facts(at);
            let add = |totals: &mut Totals| totals.needs.add(need.amount());
            add(&mut all);
            count(need.sectors().first().map(|&it| usize::from(it)), need.regions().next(), &add);
        }
        cancellation.check()?;
        let out = |status| matches!(status, OrganizationStatus::Blacklisted | OrganizationStatus::Deregistered);
        let organizations = || catalog.organizations();
        let name_of = |n| reference.taxonomy.name(reference.taxonomy.code(n)).to_owned();
        Ok(Statistics {
            as_of,
            snapshot: catalog.version.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organizations: organizations().count(),
            organizations_with_history: view.rows.iter().filter(|row| row.projects > 0).count(),
            organizations_out: organizations().filter(|&at| out(catalog.organization_facts(at).status())).count(),
            projects: all.projects.count,
            projects_lacking: BTreeMap::from([
                ("date", undated),
                ("region", placeless),
                ("sector", sectorless),
                ("amount", sumless),
            ]),
            project_yuan: all.projects.yuan(),
            needs: (0..catalog.need_count()).filter(|&at| !catalog.need_facts(at).is_deleted()).count(),
            open_needs: all.needs.count,
            open_yuan: all.needs.yuan(),
            claims: catalog.claims.iter().filter(|claim| claim.state.effect().takes_money()).count(),
            sectors: last_without(sectors, "未分类", name_of),
            provinces: last_without(provinces, "地区不明", |code| reference.divisions.full_name(code)),
        })
    }
}

/// Projects and open needs of one sector or province.
#[derive(Default)]
struct Totals {
    projects: Sums,
    needs: Sums,
}

#[derive(Default)]
struct Sums {
    count: usize,
    fen: i128,
    without_sum: usize,
}

impl Sums {
    fn add(&mut self, amount: Option<Money>) {
        self.count += 1;
        self.fen += amount.map_or(0, |amount| i128::from(amount.fen()));
        self.without_sum += usize::from(amount.is_none());
    }

    fn yuan(&self) -> f64 {
        self.fen as f64 / 100.0
    }
}

impl Totals {
    fn named(self, name: String) -> Share {
        Share {
            name,
            projects: self.projects.count,
            open_needs: self.needs.count,
            project_yuan: self.projects.yuan(),
            open_yuan: self.needs.yuan(),
            projects_without_sum: self.projects.without_sum,
            open_without_sum: self.needs.without_sum,
        }
    }
}

/// The shares with their names; the one of records that have none comes last.
fn last_without<K: Ord>(mut shares: BTreeMap<Option<K>, Totals>, none: &str, name: impl Fn(K) -> String) -> Vec<Share> {
    let without = shares.remove(&None);
    let named = shares.into_iter().filter_map(|(key, totals)| Some(totals.named(name(key?))));
    named.chain(without.map(|totals| totals.named(none.to_owned()))).collect()
}
