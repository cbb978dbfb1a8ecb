//! Lists of records, with the same filters, sorting and paging.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{
    Amount, Money, Need, NeedId, Organization, OrganizationId, Period, Principal, Project, ProjectId, RegionCode, RegionFinding,
    SectorCode,
};
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
const CHECKED_EVERY: usize = 1024;

/// The properties of a record by which lists filter and sort.
trait Listed {
    fn id(&self) -> &str;
    fn title(&self) -> &str;
    fn text(&self) -> &str;
    fn regions(&self) -> Vec<RegionCode>;
    fn sectors(&self) -> Vec<&SectorCode>;
    fn status(&self) -> String;
    fn date(&self) -> Option<Date>;
    fn money(&self) -> Option<Money>;

    /// True for past projects, which are in the text index.
    fn is_project(&self) -> bool {
        false
    }
}

impl Listed for Organization {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> &str {
        &self.name
    }

    fn text(&self) -> &str {
        self.scope.as_deref().unwrap_or_default()
    }

    fn regions(&self) -> Vec<RegionCode> {
        self.home_region.iter().map(|region| region.code).collect()
    }

    fn sectors(&self) -> Vec<&SectorCode> {
        self.sectors.iter().collect()
    }

    fn status(&self) -> String {
        tag(&self.status)
    }

    fn date(&self) -> Option<Date> {
        None
    }

    fn money(&self) -> Option<Money> {
        self.budget.or(self.annual_spend)
    }
}

impl Listed for Project {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn text(&self) -> &str {
        &self.description
    }

    fn is_project(&self) -> bool {
        true
    }

    fn regions(&self) -> Vec<RegionCode> {
        codes(&self.regions)
    }

    fn sectors(&self) -> Vec<&SectorCode> {
        self.sectors.iter().map(|share| &share.code).collect()
    }

    fn status(&self) -> String {
        self.status.clone().unwrap_or_default()
    }

    fn date(&self) -> Option<Date> {
        self.period.map(Period::visible_from)
    }

    fn money(&self) -> Option<Money> {
        self.amount.as_ref().and_then(Amount::point)
    }
}

impl Listed for Need {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> &str {
        self.record.title.as_deref().unwrap_or_default()
    }

    fn text(&self) -> &str {
        &self.record.normalized
    }

    fn regions(&self) -> Vec<RegionCode> {
        codes(&self.record.regions)
    }

    fn sectors(&self) -> Vec<&SectorCode> {
        self.record.sectors.iter().map(|share| &share.code).collect()
    }

    fn status(&self) -> String {
        tag(&self.status)
    }

    fn date(&self) -> Option<Date> {
        self.date
    }

    fn money(&self) -> Option<Money> {
        self.record.amount.as_ref().and_then(Amount::point)
    }
}

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
        self.page(&catalog, catalog.organizations.iter(), query, cancellation, Organization::clone)
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
        let visible = catalog.projects.iter().filter(|project| crate::catalog::is_visible(project.period, today));
        self.page(&catalog, visible, query, cancellation, |project| self.project_details(&catalog, &project.as_known_on(today)))
    }

    /// Lists needs.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn needs(&self, _who: Principal, query: &ListQuery, cancellation: &Cancellation) -> Result<Page<NeedDetails>, AppError> {
        let catalog = self.catalog();
        let asks_deleted = query.status.as_deref().map(str::trim) == Some("deleted");
        let shown = catalog.needs.iter().filter(|need| asks_deleted || !need.is_deleted());
        self.page(&catalog, shown, query, cancellation, |need| need_details(&catalog, need))
    }

    /// One organization.
    #[must_use]
    pub fn organization(&self, _who: Principal, id: &OrganizationId) -> Option<Organization> {
        let catalog = self.catalog();
        Some(catalog.organizations[catalog.organization(id)?].clone())
    }

    /// One past project, if it is visible today.
    #[must_use]
    pub fn project(&self, _who: Principal, id: &ProjectId) -> Option<ProjectDetails> {
        let catalog = self.catalog();
        let today = self.today();
        let project = catalog.project(id).filter(|project| crate::catalog::is_visible(project.period, today))?;
        Some(self.project_details(&catalog, &project.as_known_on(today)))
    }

    /// One need.
    ///
    /// # Errors
    /// There is no such need, or it was deleted.
    pub fn need(&self, _who: Principal, id: &NeedId) -> Result<NeedDetails, AppError> {
        let catalog = self.catalog();
        find_need(&catalog, "id", id).map(|need| need_details(&catalog, need))
    }

    /// The past projects of an organization that are visible today, latest first.
    #[must_use]
    pub fn history(&self, _who: Principal, id: &OrganizationId) -> Vec<ProjectDetails> {
        let catalog = self.catalog();
        let today = self.today();
        let Some(at) = catalog.organization(id) else { return Vec::new() };
        let projects = catalog.history(at).iter().map(|participation| &catalog.projects[participation.to as usize]);
        let visible = projects.filter(|project| crate::catalog::is_visible(project.period, today));
        visible.map(|project| self.project_details(&catalog, &project.as_known_on(today))).collect()
    }

    fn project_details(&self, catalog: &Catalog, project: &Project) -> ProjectDetails {
        let names = project.participants.iter().map(|it| name(catalog, &it.organization).to_owned());
        ProjectDetails { participant_names: names.collect(), project: project.clone() }
    }

    /// Only the records of the page are copied.
    fn page<'a, T: Listed + 'a, V>(
        &self,
        catalog: &Catalog,
        records: impl Iterator<Item = &'a T>,
        query: &ListQuery,
        cancellation: &Cancellation,
        show: impl Fn(&T) -> V,
    ) -> Result<Page<V>, AppError> {
        let per_page = query.per_page.unwrap_or(DEFAULT_PER_PAGE);
        let page = query.page.unwrap_or(1);
        if page == 0 || per_page == 0 || per_page > MAX_PER_PAGE {
            let message = format!("页码从1起，每页1到{MAX_PER_PAGE}条");
            return Err(AppError::invalid(if page == 0 { "page" } else { "per_page" }, message));
        }
        let filter = Filter::new(catalog, query, self.today())?;
        let mut found: Vec<&T> = Vec::new();
        for (n, record) in records.enumerate() {
            if n % CHECKED_EVERY == 0 {
                cancellation.check()?;
            }
            if filter.passes(record) {
                found.push(record);
            }
        }
        sort(&mut found, typed("sort", query.sort.as_deref(), MAX_WORD_CHARS)?.as_deref())?;
        let shown = found.iter().skip((page - 1).saturating_mul(per_page)).take(per_page);
        let items = shown.map(|&it| cancellation.check().map(|()| show(it))).collect::<Result<_, _>>()?;
        Ok(Page { total: found.len(), page, per_page, items })
    }
}

/// A resolved query.
struct Filter {
    reference: Reference,
    /// The words of the query, each with the projects that the text index finds for it by a synonym or another segmentation.
    words: Vec<(String, HashSet<ProjectId>)>,
    regions: Option<Vec<RegionCode>>,
    sector: Option<usize>,
    status: Option<String>,
}

impl Filter {
    fn new(catalog: &Catalog, query: &ListQuery, today: Date) -> Result<Self, AppError> {
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
        Ok(Self {
            words: words.split_whitespace().map(|word| found(catalog, word, today)).collect(),
            regions: regions.transpose()?,
            sector: sector.transpose()?,
            status: typed("status", query.status.as_deref(), MAX_WORD_CHARS)?.map(Cow::into_owned),
            reference,
        })
    }

    fn passes(&self, record: &impl Listed) -> bool {
        let (divisions, taxonomy) = (self.reference.divisions, &self.reference.taxonomy);
        let has = |(word, projects): &(String, HashSet<ProjectId>)| {
            let is_found = record.is_project() && projects.contains(&ProjectId::new(record.id()));
            is_found || record.title().contains(word) || record.text().contains(word) || record.id() == word
        };
        let in_regions = |outer: &Vec<RegionCode>| {
            let places = record.regions();
            outer.iter().any(|&outer| places.iter().any(|&place| divisions.contains(outer, place)))
        };
        let in_sector = |asked| {
            let numbers = record.sectors().into_iter().filter_map(|code| taxonomy.sector(code)).collect::<Vec<_>>();
            numbers.into_iter().any(|it| it == asked || taxonomy.parent(it) == asked)
        };
        self.words.iter().all(has)
            && self.regions.as_ref().is_none_or(in_regions)
            && self.sector.is_none_or(in_sector)
            && self.status.as_ref().is_none_or(|status| record.status() == *status)
    }
}

fn sort<T: Listed>(records: &mut [&T], key: Option<&str>) -> Result<(), AppError> {
    let Some(key) = key else { return Ok(()) };
    let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
    let order: fn(&T, &T) -> Ordering = match name {
        "id" => |a, b| a.id().cmp(b.id()),
        "title" => |a, b| a.title().cmp(b.title()),
        "date" => |a, b| a.date().cmp(&b.date()),
        "amount" => |a, b| a.money().cmp(&b.money()),
        _ => return Err(AppError::invalid("sort", format!("不能按“{key}”排序；可用 id、title、date、amount，前面加 - 为倒序"))),
    };
    records.sort_by(|a, b| {
        let ordered = if descending { order(b, a) } else { order(a, b) };
        ordered.then_with(|| a.id().cmp(b.id()))
    });
    Ok(())
}

/// A word with its projects. If the index cannot be read, the word alone has to do.
fn found(catalog: &Catalog, word: &str, today: Date) -> (String, HashSet<ProjectId>) {
    let word = qianshou_index::normalize::normalize(word).text;
    let positions = catalog.text.find_positions(&word, crate::catalog::day_number(today)).unwrap_or_default();
    let projects = positions
        .into_iter()
        .filter_map(|position| catalog.project_at_position(position))
        .map(|at| catalog.projects[at].id.clone())
        .collect();
    (word, projects)
}

fn need_details(catalog: &Catalog, need: &Need) -> NeedDetails {
    let similar = catalog.alike(need).into_iter().map(|like| SimilarNeed {
        need: like.need,
        title: like.title,
        likeness: (like.likeness * 1000.0).round() / 1000.0,
        is_same: like.is_same,
    });
    NeedDetails { similar: similar.collect(), need: need.clone() }
}

fn codes(regions: &[RegionFinding]) -> Vec<RegionCode> {
    regions.iter().filter(|region| region.certain).map(|region| region.code).collect()
}

/// The name that a status has in JSON.
fn tag(status: &impl Serialize) -> String {
    match serde_json::to_value(status) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Name of an organization; its id if the catalog does not know it.
fn name<'a>(catalog: &'a Catalog, id: &'a OrganizationId) -> &'a str {
    catalog.organization(id).map_or(id.as_str(), |at| &catalog.organizations[at].name)
}
