//! Lists of records, with the same filters, sorting and paging.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

use jiff::civil::Date;
use rayon::prelude::*;

use super::listed::{Listed, Needs, Organizations, Projects};
use super::state::App;
use crate::catalog::{Catalog, day_of};
use crate::domain::{Need, NeedId, Organization, OrganizationId, Principal, Project, ProjectId, RegionCode, RegionFinding};
use crate::error::AppError;
use crate::excerpt::excerpt;
use crate::jobs::Cancellation;
use crate::reference::Reference;
use crate::request::{MAX_NAME_CHARS, MAX_PLACES_CHARS, MAX_WORD_CHARS, find_need, typed};
use crate::understand::{RegionField, near_names, region_field, sector_field};

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Words that title, name or text must contain.
    pub q: Option<String>,
    /// Place in which the record lies.
    pub region: Option<String>,
    /// Sector, by code or name; a parent finds its children.
    pub sector: Option<String>,
    /// Status, such as `open` or `normal`.
    pub status: Option<String>,
    /// `id`, `title`, `date` or `amount`; a leading `-` reverses the order. By default the order of arrival.
    pub sort: Option<String>,
    /// Page, from 1.
    pub page: Option<usize>,
    /// Records per page, 1 to 200; 20 by default.
    pub per_page: Option<usize>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Total number of records that match the query.
    pub total: usize,
    /// This page, from 1.
    pub page: usize,
    /// Records per page.
    pub per_page: usize,
    /// The records.
    pub items: Vec<T>,
}

/// A project with the names of its participants.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectDetails {
    /// The project.
    pub project: Project,
    /// Names of the participants, in their order.
    pub participant_names: Vec<String>,
}

/// A need with those that are similar to it.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedDetails {
    /// The need.
    pub need: Need,
    /// Needs that are the same or nearly the same, and were perhaps submitted twice.
    pub similar: Vec<SimilarNeed>,
}

/// A need that is similar to another one.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarNeed {
    /// Its id.
    pub need: NeedId,
    /// Its title.
    pub title: Option<String>,
    /// Share of common character trigrams, 0 to 1.
    pub likeness: f64,
    /// True if text, places and sum are the same.
    pub is_same: bool,
}

const DEFAULT_PER_PAGE: usize = 20;
const MAX_PER_PAGE: usize = 200;
/// Number of records after which a search asks whether it is still wanted.
const CHECKED_EVERY: usize = 4096;

impl App {
    /// Lists organizations.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn organizations(
        &self,
        _who: Principal,
        query: &ListQuery,
        cancellation: &Cancellation,
    ) -> Result<Page<Organization>, AppError> {
        let catalog = self.catalog();
        let show = |at: usize| Organization::clone(&catalog.organization_record(at));
        self.page(&catalog, &Organizations(&catalog), query, cancellation, show)
    }

    /// Lists past projects that are visible today.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn projects(
        &self,
        _who: Principal,
        query: &ListQuery,
        cancellation: &Cancellation,
    ) -> Result<Page<ProjectDetails>, AppError> {
        let catalog = self.catalog();
        let today = self.today();
        let show = |at: usize| project_details(&catalog, &catalog.project_record(at).as_known_on(today));
        self.page(&catalog, &Projects { catalog: &catalog, today: day_of(today) }, query, cancellation, show)
    }

    /// Lists needs.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn needs(&self, _who: Principal, query: &ListQuery, cancellation: &Cancellation) -> Result<Page<NeedDetails>, AppError> {
        let catalog = self.catalog();
        let with_deleted = query.status.as_deref().map(str::trim) == Some("deleted");
        let show = |at: usize| need_details(&catalog, &catalog.need_record(at));
        self.page(&catalog, &Needs { catalog: &catalog, with_deleted }, query, cancellation, show)
    }

    /// One organization.
    #[must_use]
    pub fn organization(&self, _who: Principal, id: &OrganizationId) -> Option<Organization> {
        let catalog = self.catalog();
        Some(Organization::clone(&catalog.organization_record(catalog.organization(id)?)))
    }

    /// One past project, if it is visible today.
    #[must_use]
    pub fn project(&self, _who: Principal, id: &ProjectId) -> Option<ProjectDetails> {
        let catalog = self.catalog();
        let today = self.today();
        let at = catalog.project(id).filter(|&at| catalog.project_facts(at).is_visible(day_of(today)))?;
        Some(project_details(&catalog, &catalog.project_record(at).as_known_on(today)))
    }

    /// One need.
    ///
    /// # Errors
    /// There is no such need, or it was deleted.
    pub fn need(&self, _who: Principal, id: &NeedId) -> Result<NeedDetails, AppError> {
        let catalog = self.catalog();
        find_need(&catalog, "id", id).map(|need| need_details(&catalog, &need))
    }

    /// The past projects of an organization that are visible today, latest first.
    #[must_use]
    pub fn history(&self, _who: Principal, id: &OrganizationId) -> Vec<ProjectDetails> {
        let catalog = self.catalog();
        let today = self.today();
        let Some(at) = catalog.organization(id) else { return Vec::new() };
        let projects = catalog.history(at).iter().map(|participation| participation.to as usize);
        let visible = projects.filter(|&at| catalog.project_facts(at).is_visible(day_of(today)));
        visible.map(|at| project_details(&catalog, &catalog.project_record(at).as_known_on(today))).collect()
    }

    /// Only the records of the page are read.
    fn page<V>(
        &self,
        catalog: &Catalog,
        records: &impl Listed,
        query: &ListQuery,
        cancellation: &Cancellation,
        show: impl Fn(usize) -> V,
    ) -> Result<Page<V>, AppError> {
        let per_page = query.per_page.unwrap_or(DEFAULT_PER_PAGE);
        let page = query.page.unwrap_or(1);
        if page == 0 || per_page == 0 || per_page > MAX_PER_PAGE {
            let message = format!("页码从1起，每页1到{MAX_PER_PAGE}条");
            return Err(AppError::invalid(if page == 0 { "page" } else { "per_page" }, message));
        }
        let filter = Filter::new(catalog, records, query, self.today())?;
        let mut found: Vec<usize> = Vec::new();
        for start in (0..records.count()).step_by(CHECKED_EVERY) {
            cancellation.check()?;
            let end = records.count().min(start + CHECKED_EVERY);
            found.par_extend((start..end).into_par_iter().filter(|&at| records.is_listed(at) && filter.passes(records, at)));
        }
        sort(&mut found, records, typed("sort", query.sort.as_deref(), MAX_WORD_CHARS)?.as_deref())?;
        let shown = found.iter().skip((page - 1).saturating_mul(per_page)).take(per_page);
        let items = shown.map(|&at| cancellation.check().map(|()| show(at))).collect::<Result<_, _>>()?;
        Ok(Page { total: found.len(), page, per_page, items })
    }
}

fn project_details(catalog: &Catalog, project: &Project) -> ProjectDetails {
    let names = project.participants.iter().map(|it| name(catalog, &it.organization));
    ProjectDetails { participant_names: names.collect(), project: project.clone() }
}

/// A resolved query.
struct Filter {
    reference: Reference,
    /// For each word of the query, the records that have it.
    words: Vec<HashSet<usize>>,
    regions: Option<Vec<RegionCode>>,
    sector: Option<usize>,
    status: Option<String>,
}

impl Filter {
    fn new(catalog: &Catalog, records: &impl Listed, query: &ListQuery, today: Date) -> Result<Self, AppError> {
        let reference = catalog.reference.clone();
        let region = typed("region", query.region.as_deref(), MAX_PLACES_CHARS)?;
        let regions = region.map(|name| match region_field(&reference, &name, None, false) {
            RegionField::Certain(found) => Ok(codes(&found)),
            RegionField::Ambiguous(found) => Ok(found.iter().map(|it| it.code).collect()),
            RegionField::Unknown => {
                let near = near_names(&catalog.reference, &name, None);
                Err(AppError::invalid("region", format!("不认识的地区“{}”{near}", excerpt(&name))))
            }
        });
        let sector = typed("sector", query.sector.as_deref(), MAX_WORD_CHARS)?.map(|text| {
            let code = sector_field(&reference.taxonomy, &text).and_then(|code| reference.taxonomy.sector(&code));
            code.ok_or_else(|| AppError::invalid("sector", format!("没有“{}”这个领域", excerpt(&text))))
        });
        let words = typed("q", query.q.as_deref(), MAX_NAME_CHARS)?.unwrap_or_default();
        let with = |word: &str| records.with_word(&qianshou_index::normalize::normalize(word).text, today);
        Ok(Self {
            words: words.split_whitespace().map(with).collect(),
            regions: regions.transpose()?,
            sector: sector.transpose()?,
            status: typed("status", query.status.as_deref(), MAX_WORD_CHARS)?.map(Cow::into_owned),
            reference,
        })
    }

    fn passes(&self, records: &impl Listed, at: usize) -> bool {
        let (divisions, taxonomy) = (self.reference.divisions, &self.reference.taxonomy);
        let in_regions = |outer: &Vec<RegionCode>| {
            let places = records.regions(at);
            outer.iter().any(|&outer| places.iter().any(|&place| divisions.contains(outer, place)))
        };
        let in_sector = |asked| records.sectors(at).into_iter().any(|it| it == asked || taxonomy.parent(it) == asked);
        self.words.iter().all(|found| found.contains(&at))
            && self.regions.as_ref().is_none_or(in_regions)
            && self.sector.is_none_or(in_sector)
            && self.status.as_ref().is_none_or(|status| records.status(at) == *status)
    }
}

fn sort(found: &mut [usize], records: &impl Listed, key: Option<&str>) -> Result<(), AppError> {
    let Some(key) = key else { return Ok(()) };
    let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
    let by = |order: &(dyn Fn(usize, usize) -> Ordering + Sync), found: &mut [usize]| {
        found.par_sort_by(|&a, &b| {
            let ordered = if descending { order(b, a) } else { order(a, b) };
            ordered.then_with(|| records.id(a).cmp(records.id(b)))
        });
    };
    match name {
        "id" => by(&|a, b| records.id(a).cmp(records.id(b)), found),
        "title" => by(&|a, b| records.title(a).cmp(records.title(b)), found),
        "date" => by(&|a, b| records.date(a).cmp(&records.date(b)), found),
        "amount" => by(&|a, b| records.money(a).cmp(&records.money(b)), found),
        _ => return Err(AppError::invalid("sort", format!("不能按“{key}”排序；可用 id、title、date、amount，前面加 - 为倒序"))),
    }
    Ok(())
}

fn need_details(catalog: &Catalog, need: &Need) -> NeedDetails {
    NeedDetails { similar: similar_needs(catalog, need), need: need.clone() }
}

/// The needs that are the same as this one or nearly so.
pub(super) fn similar_needs(catalog: &Catalog, need: &Need) -> Vec<SimilarNeed> {
    let similar = catalog.alike(need).into_iter().map(|like| SimilarNeed {
        need: like.need,
        title: like.title,
        likeness: (like.likeness * 1000.0).round() / 1000.0,
        is_same: like.is_same,
    });
    similar.collect()
}

fn codes(regions: &[RegionFinding]) -> Vec<RegionCode> {
    regions.iter().filter(|region| region.certain).map(|region| region.code).collect()
}

/// Name of an organization; its id if the catalog does not know it.
fn name(catalog: &Catalog, id: &OrganizationId) -> String {
    catalog.organization(id).map_or(id.as_str(), |at| catalog.organization_facts(at).name()).to_owned()
}
