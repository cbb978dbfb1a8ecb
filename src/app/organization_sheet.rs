//! All that is known of one organization: its record, what it has done in numbers, its money and its claims.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::claim_lines::{ClaimLine, claim_lines};
use super::lists::{ProjectDetails, project_details};
use super::state::App;
use crate::catalog::{Catalog, day_of};
use crate::domain::{Money, Organization, OrganizationId, Principal};
use crate::plan::Means;

/// All that is known of one organization.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationSheet {
    /// Its record.
    pub organization: Organization,
    /// The organization that it is a branch of, with its name.
    pub head: Option<(OrganizationId, String)>,
    /// Its latest projects.
    pub projects: Vec<ProjectDetails>,
    /// Number of all its projects that are visible today, those of branches included.
    pub project_count: usize,
    /// By year of start, ascending, every year from the first to the last; undated projects are left out.
    pub years: Vec<YearLine>,
    /// Number of undated projects.
    pub undated: usize,
    /// Its top-level sectors, most frequent first.
    pub sectors: Vec<ShareLine>,
    /// The provinces of its projects, most frequent first.
    pub regions: Vec<ShareLine>,
    /// What it can give this year.
    pub capacity: CapacityLine,
    /// Its claims, those that take money first.
    pub claims: Vec<ClaimLine>,
}

/// The projects of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearLine {
    /// The year.
    pub year: i16,
    /// Number of projects that began in it.
    pub projects: usize,
    /// What the organization gave to them, as far as it is known.
    pub sum: Money,
    /// How many of them say so.
    pub with_sum: usize,
}

/// The projects of one sector or province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLine {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Number of projects. A project of two sectors counts in both.
    pub projects: usize,
}

/// What an organization can give this year, with where the figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityLine {
    /// The figure.
    pub means: Means,
    /// What this year's claims have taken.
    pub taken: Money,
    /// Number of these claims.
    pub claims: u32,
    /// Budget of the year.
    pub budget: Option<Money>,
    /// Charitable spending of a year.
    pub spending: Option<Money>,
}

/// Number of projects that are shown one by one.
const SHOWN: usize = 100;

impl App {
    /// All that is known of one organization.
    #[must_use]
    pub fn organization_sheet(&self, _who: Principal, id: &OrganizationId) -> Option<OrganizationSheet> {
        let catalog = self.catalog();
        let at = catalog.organization(id)?;
        let today = self.today();
        let visible = catalog.history(at).iter().filter(|it| catalog.project_facts(it.to as usize).is_visible(day_of(today)));
        let projects: Vec<(usize, usize)> = visible.map(|it| (it.to as usize, usize::from(it.position))).collect();
        let details =
            |&(project, _): &(usize, usize)| project_details(&catalog, &catalog.project_record(project).as_known_on(today));
        let (years, undated) = years(&catalog, &projects, today);
        let organization = Organization::clone(&catalog.organization_record(at));
        let head = catalog.head(at).map(|head| {
            let facts = catalog.organization_facts(head);
            (OrganizationId::new(facts.id()), facts.name().to_owned())
        });
        Some(OrganizationSheet {
            head,
            projects: projects.iter().take(SHOWN).map(details).collect(),
            project_count: projects.len(),
            years,
            undated,
            sectors: sectors(&catalog, &projects),
            regions: regions(&catalog, &projects),
            capacity: capacity(&catalog, at, today),
            claims: claim_lines(&catalog, |claim| catalog.organization(&claim.organization) == Some(at)),
            organization,
        })
    }
}

/// The years from the first project to the last, and the number of undated projects.
fn years(catalog: &Catalog, projects: &[(usize, usize)], today: Date) -> (Vec<YearLine>, usize) {
    let mut by_year: BTreeMap<i16, YearLine> = BTreeMap::new();
    let mut undated = 0;
    for &(project, position) in projects {
        let facts = catalog.project_facts(project);
        let Some(year) = facts.start_year() else {
            undated += 1;
            continue;
        };
        let line = by_year.entry(year).or_insert(YearLine { year, projects: 0, sum: Money::ZERO, with_sum: 0 });
        line.projects += 1;
        // What was given is not known before a project has ended.
        if let Some(share) = facts.share(position).filter(|_| facts.totals_are_known(day_of(today))) {
            line.sum = line.sum.plus(share);
            line.with_sum += 1;
        }
    }
    let (Some(first), Some(last)) = (by_year.keys().next().copied(), by_year.keys().last().copied()) else {
        return (Vec::new(), undated);
    };
    let line = |year| by_year.get(&year).copied().unwrap_or(YearLine { year, projects: 0, sum: Money::ZERO, with_sum: 0 });
    ((first..=last).map(line).collect(), undated)
}

fn sectors(catalog: &Catalog, projects: &[(usize, usize)]) -> Vec<ShareLine> {
    let taxonomy = &catalog.reference.taxonomy;
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for &(project, _) in projects {
        let mut parents: Vec<usize> =
            catalog.project_facts(project).sectors().map(|(sector, _)| taxonomy.parent(sector)).collect();
        parents.sort_unstable();
        parents.dedup();
        parents.into_iter().for_each(|parent| *counts.entry(parent).or_default() += 1);
    }
    let line = |(sector, projects)| {
        let code = taxonomy.code(sector);
        ShareLine { code: code.to_string(), name: taxonomy.name(code).to_owned(), projects }
    };
    most_first(counts.into_iter().map(line).collect())
}

fn regions(catalog: &Catalog, projects: &[(usize, usize)]) -> Vec<ShareLine> {
    let mut counts: HashMap<crate::domain::RegionCode, usize> = HashMap::new();
    for &(project, _) in projects {
        let mut provinces: Vec<_> = catalog.project_facts(project).regions().map(|it| it.province()).collect();
        provinces.sort_unstable();
        provinces.dedup();
        provinces.into_iter().for_each(|province| *counts.entry(province).or_default() += 1);
    }
    let line = |(province, projects): (crate::domain::RegionCode, usize)| ShareLine {
        code: province.to_string(),
        name: catalog.reference.divisions.full_name(province),
        projects,
    };
    most_first(counts.into_iter().map(line).collect())
}

fn most_first(mut lines: Vec<ShareLine>) -> Vec<ShareLine> {
    lines.sort_by(|a, b| b.projects.cmp(&a.projects).then_with(|| a.code.cmp(&b.code)));
    lines
}

fn capacity(catalog: &Catalog, organization: usize, today: Date) -> CapacityLine {
    let view = catalog.as_of(today);
    let facts = catalog.organization_facts(organization);
    let taken = view.claimed.taken_from(organization);
    CapacityLine {
        means: Means::of(catalog, &view, organization),
        taken: Money::from_fen(taken.fen).unwrap_or(Money::ZERO),
        claims: taken.needs,
        budget: facts.budget(),
        spending: facts.annual_spend(),
    }
}
