//! Lists of records and single records.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::app::{App, Outcome};
use crate::domain::{EntityKind, NeedId, OrganizationId, Principal, ProjectId};
use crate::excerpt::excerpt;
use crate::http::client::Client;
use crate::http::extract::{Json as Body, Path, Query};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::written::Written;
use crate::jobs::Cancellation;
use crate::wire::{ChangedNeed, ListQuery, NeedStatusInput, NeedView, Organization, Page, ProjectView, RecordInput, Submitted};

/// 社会组织列表
#[utoipa::path(
    get, path = "/organizations", tag = "记录", params(ListQuery),
    responses((status = 200, body = Page<Organization>))
)]
pub(super) async fn organizations(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Query(query): Query<ListQuery>,
) -> Result<Written, Problem> {
    let list = move |app: &App, cancellation: &Cancellation| {
        Ok(Written::new(&Page::<Organization>::from(app.organizations(who, &query.into(), cancellation)?)))
    };
    Ok(app.compute(client.0, list).await?)
}

/// 提交一个社会组织
///
/// 字段与 JSONL 名单的一行相同。编号已有的，更新该记录，未写的字段不变。返回时已可在各项回答中查到。
#[utoipa::path(
    post, path = "/organizations", tag = "记录", request_body = RecordInput,
    responses((status = 200, body = Submitted, description = "已更新，或没有不同"), (status = 201, body = Submitted, description = "已新增"))
)]
pub(super) async fn submit_organization(
    State(app): State<Arc<App>>,
    who: Principal,
    Body(input): Body<RecordInput>,
) -> Result<(StatusCode, Json<Submitted>), Problem> {
    submit(&app, who, EntityKind::Organizations, input).await
}

/// 一个社会组织
#[utoipa::path(
    get, path = "/organizations/{id}", tag = "记录", params(("id" = String, Path)),
    responses((status = 200, body = Organization))
)]
pub(super) async fn organization(
    State(app): State<Arc<App>>,
    who: Principal,
    Path(id): Path,
) -> Result<Json<Organization>, Problem> {
    let found = app.organization(who, &OrganizationId::new(id.as_str()));
    found.map(|it| Json(it.into())).ok_or_else(|| Problem::not_found(format!("没有编号为“{}”的组织", excerpt(&id))))
}

/// 往期项目列表
#[utoipa::path(
    get, path = "/projects", tag = "记录", params(ListQuery),
    responses((status = 200, body = Page<ProjectView>))
)]
pub(super) async fn projects(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Query(query): Query<ListQuery>,
) -> Result<Written, Problem> {
    let list = move |app: &App, cancellation: &Cancellation| {
        Ok(Written::new(&Page::<ProjectView>::from(app.projects(who, &query.into(), cancellation)?)))
    };
    Ok(app.compute(client.0, list).await?)
}

/// 提交一个往期项目
///
/// 字段与 JSONL 名单的一行相同。编号已有的，更新该记录，未写的字段不变。返回时已可在各项回答中查到。
#[utoipa::path(
    post, path = "/projects", tag = "记录", request_body = RecordInput,
    responses((status = 200, body = Submitted, description = "已更新，或没有不同"), (status = 201, body = Submitted, description = "已新增"))
)]
pub(super) async fn submit_project(
    State(app): State<Arc<App>>,
    who: Principal,
    Body(input): Body<RecordInput>,
) -> Result<(StatusCode, Json<Submitted>), Problem> {
    submit(&app, who, EntityKind::Projects, input).await
}

/// 一个往期项目
#[utoipa::path(
    get, path = "/projects/{id}", tag = "记录", params(("id" = String, Path)),
    responses((status = 200, body = ProjectView))
)]
pub(super) async fn project(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Json<ProjectView>, Problem> {
    let found = app.project(who, &ProjectId::new(id.as_str()));
    found.map(|it| Json(it.into())).ok_or_else(|| Problem::not_found(format!("没有编号为“{}”的往期项目", excerpt(&id))))
}

/// 需求列表
#[utoipa::path(
    get, path = "/needs", tag = "记录", params(ListQuery),
    responses((status = 200, body = Page<NeedView>))
)]
pub(super) async fn needs(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Query(query): Query<ListQuery>,
) -> Result<Written, Problem> {
    let list = move |app: &App, cancellation: &Cancellation| {
        Ok(Written::new(&Page::<NeedView>::from(app.needs(who, &query.into(), cancellation)?)))
    };
    Ok(app.compute(client.0, list).await?)
}

/// 提交一项需求
///
/// 字段与 JSONL 名单的一行相同。编号已有的，更新该记录，未写的字段不变。返回时已可在各项回答中查到。
#[utoipa::path(
    post, path = "/needs", tag = "记录", request_body = RecordInput,
    responses((status = 200, body = Submitted, description = "已更新，或没有不同"), (status = 201, body = Submitted, description = "已新增"))
)]
pub(super) async fn submit_need(
    State(app): State<Arc<App>>,
    who: Principal,
    Body(input): Body<RecordInput>,
) -> Result<(StatusCode, Json<Submitted>), Problem> {
    submit(&app, who, EntityKind::Needs, input).await
}

/// 一项需求
#[utoipa::path(
    get, path = "/needs/{id}", tag = "记录", params(("id" = String, Path)),
    responses((status = 200, body = NeedView))
)]
pub(super) async fn need(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
) -> Result<Json<NeedView>, Problem> {
    let need = NeedId::new(id.as_str());
    // It is compared with all other needs.
    let found = app.compute(client.0, move |app, _| app.need(who, &need)).await?;
    Ok(Json(found.into()))
}

/// 关闭、撤回、恢复或删除一项需求
///
/// 必须写明原因，原因留在需求和变更记录中。删除的需求不再出现在任何列表和推荐中，可以恢复；已有认领的不能删除。
#[utoipa::path(
    post, path = "/needs/{id}/status", tag = "记录", params(("id" = String, Path)), request_body = NeedStatusInput,
    responses(
        (status = 200, body = ChangedNeed),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "需求现在的状态不允许这样做")
    )
)]
pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    who: Principal,
    Path(id): Path,
    Body(input): Body<NeedStatusInput>,
) -> Result<Json<ChangedNeed>, Problem> {
    let changed = app.change_need(who, &NeedId::new(id.as_str()), input.action.into(), input.note.as_deref()).await?;
    Ok(Json(changed.into()))
}

async fn submit(
    app: &App,
    who: Principal,
    kind: EntityKind,
    RecordInput(record): RecordInput,
) -> Result<(StatusCode, Json<Submitted>), Problem> {
    let submitted = app.submit(who, kind, record).await?;
    let status = if submitted.outcome == Outcome::Created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(submitted.into())))
}
