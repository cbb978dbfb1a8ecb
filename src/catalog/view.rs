//! The catalog as seen on a day: the history of each organization up to then, decayed, in columns.

use jiff::civil::Date;
use ndarray::Array1;

use super::background::{Background, RegionStep};
use super::{Catalog, Sparse, is_visible};
use crate::domain::{Money, Project};

/// An undated record is taken to be this old.
pub const UNDATED_AGE_YEARS: f64 = 10.0;
/// Years in which the weight of a past project halves (set by hand, not fitted).
const HALF_LIFE_YEARS: f64 = 3.0;

/// Past contributions of one organization: count, mean and sum of squared deviations of ln(yuan).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tickets {
    /// How many are known.
    pub count: f64,
    /// Mean of ln(yuan).
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub squares: f64,
}

impl Tickets {
    /// Welford's update.
    fn add(&mut self, money: Money) {
        let x = money.yuan().max(1.0).ln();
        self.count += 1.0;
        let before = x - self.mean;
        self.mean += before / self.count;
        self.squares += before * (x - self.mean);
    }
}

/// Columns over all organizations, holding nothing later than `as_of`.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The day.
    pub as_of: Date,
    /// False for organizations of which nothing is known yet on the day: stubs whose records all come later.
    pub known: Array1<bool>,
    /// Decayed number of visible past projects.
    pub activity: Array1<f64>,
    /// Decayed number of those with a sector.
    pub sectored: Array1<f64>,
    /// Decayed number of those with a place.
    pub regioned: Array1<f64>,
    /// Past contributions.
    pub tickets: Array1<Tickets>,
    /// Fen that binding claims of the calendar year of `as_of` have taken.
    pub claimed_fen: Array1<i64>,
    /// Number of those claims.
    pub claimed_needs: Array1<u32>,
    /// Decayed mass by number of the sector; a child counts in its parent too.
    pub sectors: Sparse<u16>,
    /// Decayed mass by place, from the recorded one up to the nation.
    pub regions: Sparse<RegionStep>,
    /// The same over all organizations.
    pub background: Background,
}

impl View {
    /// Weight of a project on the day: 1 while it runs, halved every `half_life_years` after its end.
    #[must_use]
    pub fn decay(project: &Project, as_of: Date, half_life_years: f64) -> f64 {
        let age = project.period.map_or(UNDATED_AGE_YEARS, |period| period.age_years(as_of));
        (-age / half_life_years).exp2()
    }

    pub(super) fn new(catalog: &Catalog, as_of: Date) -> Self {
        let count = catalog.organizations.len();
        let mut view = Self {
            as_of,
            known: catalog.organizations.iter().map(|it| !it.stub).collect(),
            activity: Array1::zeros(count),
            sectored: Array1::zeros(count),
            regioned: Array1::zeros(count),
            tickets: Array1::default(count),
            claimed_fen: Array1::zeros(count),
            claimed_needs: Array1::zeros(count),
            sectors: Sparse::default(),
            regions: Sparse::default(),
            background: Background::new(&catalog.reference.taxonomy),
        };
        let mut sectors = Vec::with_capacity(count);
        let mut regions = Vec::with_capacity(count);
        for organization in 0..count {
            let (mut sector_row, mut region_row) = (Vec::new(), Vec::new());
            for &(project, place) in &catalog.history[organization] {
                let project = &catalog.projects[project as usize];
                if is_visible(project.period, as_of) {
                    view.add(catalog, organization, project, place as usize, &mut sector_row, &mut region_row);
                }
            }
            sectors.push(sector_row);
            regions.push(region_row);
        }
        view.sectors = Sparse::from_rows(sectors);
        view.regions = Sparse::from_rows(regions);
        view.add_claims(catalog);
        view
    }

    fn add(
        &mut self,
        catalog: &Catalog,
        organization: usize,
        project: &Project,
        place: usize,
        sectors: &mut Vec<(u16, f64)>,
        regions: &mut Vec<(RegionStep, f64)>,
    ) {
        let weight = Self::decay(project, self.as_of, HALF_LIFE_YEARS);
        self.activity[organization] += weight;
        self.known[organization] = true;
        let taxonomy = &catalog.reference.taxonomy;
        for share in &project.sectors {
            let Some(sector) = taxonomy.sector(&share.code) else { continue };
            let mass = weight * share.weight;
            let parent = taxonomy.parent(sector);
            self.sectored[organization] += mass;
            sectors.push((parent as u16, mass));
            self.background.add_sector(parent, mass, true);
            if sector != parent {
                sectors.push((sector as u16, mass));
                self.background.add_sector(sector, mass, false);
            }
        }
        let certain: Vec<_> = project.regions.iter().filter(|region| region.certain).collect();
        for region in &certain {
            let mass = weight / certain.len() as f64;
            self.regioned[organization] += mass;
            for step in RegionStep::path(catalog.reference.divisions, region.code) {
                regions.push((step, mass));
                self.background.add_region(step, mass);
            }
        }
        // A total accrued over years is not known before its end.
        let is_known = project.period.is_none_or(|period| period.totals_from() <= self.as_of);
        if let Some(share) = project.share(place).filter(|_| is_known) {
            self.tickets[organization].add(share);
        }
    }

    fn add_claims(&mut self, catalog: &Catalog) {
        for claim in &catalog.claims {
            let in_year = claim.at.is_some_and(|at| at <= self.as_of && at.year() == self.as_of.year());
            let Some(organization) = catalog.organization(&claim.organization) else { continue };
            self.known[organization] |= claim.at.is_none_or(|at| at <= self.as_of);
            if in_year && claim.state.is_binding() {
                self.claimed_fen[organization] += claim.amount.map_or(0, Money::fen);
                self.claimed_needs[organization] += 1;
            }
        }
    }
}
