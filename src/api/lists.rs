//! Lists of records and single records. Contacts are restricted data and never leave.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::problem::{Path, Problem, ProblemBody, Query};
use crate::domain::{NeedId, Organization, OrganizationId, ProjectId};
use crate::engine::{Engine, ListQuery, NeedView, Page, ProjectView};

/// 社会组织列表
#[utoipa::path(
    get, path = "/organizations", tag = "记录", params(ListQuery),
    responses((status = 200, body = Page<Organization>), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn organizations(
    State(engine): State<Arc<Engine>>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Organization>>, Problem> {
    Ok(Json(engine.compute(move |engine| engine.organizations(&query)).await??))
}

/// 一个社会组织
#[utoipa::path(
    get, path = "/organizations/{id}", tag = "记录", params(("id" = String, Path)),
    responses((status = 200, body = Organization), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn organization(State(engine): State<Arc<Engine>>, Path(id): Path) -> Result<Json<Organization>, Problem> {
    let found = engine.organization(&OrganizationId::new(id.as_str()));
    found.map(Json).ok_or_else(|| Problem::not_found(format!("没有编号为“{id}”的组织")))
}

/// 往期项目列表
#[utoipa::path(
    get, path = "/projects", tag = "记录", params(ListQuery),
    responses((status = 200, body = Page<ProjectView>), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn projects(
    State(engine): State<Arc<Engine>>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ProjectView>>, Problem> {
    Ok(Json(engine.compute(move |engine| engine.projects(&query)).await??))
}

/// 一个往期项目
#[utoipa::path(
    get, path = "/projects/{id}", tag = "记录", params(("id" = String, Path)),
    responses((status = 200, body = ProjectView), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn project(State(engine): State<Arc<Engine>>, Path(id): Path) -> Result<Json<ProjectView>, Problem> {
    let found = engine.project(&ProjectId::new(id.as_str()));
    found.map(Json).ok_or_else(|| Problem::not_found(format!("没有编号为“{id}”的往期项目")))
}

/// 需求列表
#[utoipa::path(
    get, path = "/needs", tag = "记录", params(ListQuery),
    responses((status = 200, body = Page<NeedView>), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn needs(
    State(engine): State<Arc<Engine>>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<NeedView>>, Problem> {
    Ok(Json(engine.compute(move |engine| engine.needs(&query)).await??))
}

/// 一项需求
#[utoipa::path(
    get, path = "/needs/{id}", tag = "记录", params(("id" = String, Path)),
    responses((status = 200, body = NeedView), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn need(State(engine): State<Arc<Engine>>, Path(id): Path) -> Result<Json<NeedView>, Problem> {
    let found = engine.need(&NeedId::new(id.as_str()));
    found.map(Json).ok_or_else(|| Problem::not_found(format!("没有编号为“{id}”的需求")))
}
