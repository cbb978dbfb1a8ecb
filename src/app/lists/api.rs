//! Lists and single records as the interface shows them.

use super::found::Extent;
use super::kind::ListKind;
use super::query::{ListQuery, Page};
use crate::app::state::App;
use crate::catalog::{Catalog, day_of};
use crate::domain::{Need, NeedId, Organization, OrganizationId, Principal, Project, ProjectId};
use crate::error::AppError;
use crate::jobs::Cancellation;
use crate::request::find_need;

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

/// Page and number of records per page.
///
/// # Errors
/// Numbers that no page has.
pub(super) fn page_of(query: &ListQuery) -> Result<(usize, usize), AppError> {
    let (page, per_page) = (query.page.unwrap_or(1), query.per_page.unwrap_or(DEFAULT_PER_PAGE));
    if page == 0 || per_page == 0 || per_page > MAX_PER_PAGE {
        let message = format!("页码从1起，每页1到{MAX_PER_PAGE}条");
        return Err(AppError::invalid(if page == 0 { "page" } else { "per_page" }, message));
    }
    Ok((page, per_page))
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
        let show = |at: usize| Organization::clone(&catalog.organization_record(at));
        self.page(&catalog, ListKind::Organizations, query, cancellation, show)
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
        self.page(&catalog, ListKind::Projects, query, cancellation, show)
    }

    /// Lists needs.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn needs(&self, _who: Principal, query: &ListQuery, cancellation: &Cancellation) -> Result<Page<NeedDetails>, AppError> {
        let catalog = self.catalog();
        let show = |at: usize| need_details(&catalog, &catalog.need_record(at));
        self.page(&catalog, ListKind::Needs, query, cancellation, show)
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
        kind: ListKind,
        query: &ListQuery,
        cancellation: &Cancellation,
        show: impl Fn(usize) -> V,
    ) -> Result<Page<V>, AppError> {
        let (page, per_page) = page_of(query)?;
        let start = (page - 1).saturating_mul(per_page);
        let extent = Extent { with_facets: false, end: start.saturating_add(per_page) };
        let found = self.found_of(catalog, kind, query, extent, cancellation)?.counted.found;
        let shown = found.iter().skip(start).take(per_page);
        let items = shown.map(|&at| cancellation.check().map(|()| show(at as usize))).collect::<Result<_, _>>()?;
        Ok(Page { total: found.len(), page, per_page, items })
    }
}

/// A project with the names of its participants.
pub(in crate::app) fn project_details(catalog: &Catalog, project: &Project) -> ProjectDetails {
    let names = project.participants.iter().map(|it| name(catalog, &it.organization));
    ProjectDetails { participant_names: names.collect(), project: project.clone() }
}

fn need_details(catalog: &Catalog, need: &Need) -> NeedDetails {
    NeedDetails { similar: similar_needs(catalog, need), need: need.clone() }
}

/// The needs that are the same as this one or nearly so.
pub(in crate::app) fn similar_needs(catalog: &Catalog, need: &Need) -> Vec<SimilarNeed> {
    let similar = catalog.alike(need).into_iter().map(|like| SimilarNeed {
        need: like.need,
        title: like.title,
        likeness: (like.likeness * 1000.0).round() / 1000.0,
        is_same: like.is_same,
    });
    similar.collect()
}

/// Name of an organization; its id if the catalog does not know it.
pub(in crate::app) fn name(catalog: &Catalog, id: &OrganizationId) -> String {
    catalog.organization(id).map_or(id.as_str(), |at| catalog.organization_facts(at).name()).to_owned()
}
