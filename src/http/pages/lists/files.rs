//! The same lists as files: `/needs.xlsx`, `.csv` and `.json`, and so on, with the rows of the page in the same order.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::address::ListAddress;
use crate::app::lists::{MAX_EXPORTED, Whole};
use crate::app::{App, ListKind, MAX_SUGGESTED};
use crate::domain::Principal;
use crate::error::AppError;
use crate::export::{SuggestedNeed, noted_suggestion_workbook, record_csv, record_workbook};
use crate::http::client::Client;
use crate::http::document::{XLSX, disposition};
use crate::http::problem::Problem;
use crate::wire::{Need, Organization, ProjectView};

/// A list as a file.
#[derive(Debug, Serialize)]
struct File<T> {
    /// Number of records that match.
    total: usize,
    /// Most records of a file; it is cut there.
    limit: usize,
    /// What a reader has to know, such as that records are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    items: Vec<T>,
}

pub(super) async fn needs_xlsx(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    workbook(&app, who, client.0, ListKind::Needs, &address).await
}

pub(super) async fn organizations_xlsx(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    workbook(&app, who, client.0, ListKind::Organizations, &address).await
}

pub(super) async fn projects_xlsx(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    workbook(&app, who, client.0, ListKind::Projects, &address).await
}

pub(super) async fn needs_csv(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    csv(&app, who, client.0, ListKind::Needs, &address).await
}

pub(super) async fn organizations_csv(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    csv(&app, who, client.0, ListKind::Organizations, &address).await
}

pub(super) async fn projects_csv(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    csv(&app, who, client.0, ListKind::Projects, &address).await
}

pub(super) async fn needs_json(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    let query = address.query()?;
    let bytes = app
        .compute_long(client.0, move |app, cancellation| {
            Ok(json::<_, Need>(ListKind::Needs, app.every_need(who, &query, cancellation)?))
        })
        .await?;
    Ok(saved(&name_of(&app, ListKind::Needs, &address), "needs.json", "application/json", bytes))
}

pub(super) async fn organizations_json(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    let query = address.query()?;
    let bytes = app
        .compute_long(client.0, move |app, cancellation| {
            Ok(json::<_, Organization>(ListKind::Organizations, app.every_organization(who, &query, cancellation)?))
        })
        .await?;
    Ok(saved(&name_of(&app, ListKind::Organizations, &address), "organizations.json", "application/json", bytes))
}

pub(super) async fn projects_json(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    let query = address.query()?;
    let bytes = app
        .compute_long(client.0, move |app, cancellation| {
            Ok(json::<_, ProjectView>(ListKind::Projects, app.every_project(who, &query, cancellation)?))
        })
        .await?;
    Ok(saved(&name_of(&app, ListKind::Projects, &address), "projects.json", "application/json", bytes))
}

/// `/needs/suggestions.xlsx`: suggestions for the needs of a list.
pub(super) async fn suggestions(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    address: ListAddress,
) -> Result<Response, Problem> {
    let query = address.query()?;
    let bytes = app
        .compute_long(client.0, move |app, cancellation| {
            let found = app.suggest_for_list(who, &query, cancellation)?;
            let needs: Vec<SuggestedNeed> = found.lines.iter().map(SuggestedNeed::from).collect();
            let note = (found.total > needs.len())
                .then(|| format!("只含前{MAX_SUGGESTED}项需求的推荐，共{}项；请用条件缩小范围后分次导出", found.total));
            Ok(noted_suggestion_workbook(&needs, app.today(), note.as_deref())?)
        })
        .await?;
    let name = format!("推荐-{}", name_of(&app, ListKind::Needs, &address));
    Ok(saved(&name, "needs-suggestions.xlsx", XLSX, bytes))
}

async fn workbook(
    app: &Arc<App>,
    who: Principal,
    client: IpAddr,
    kind: ListKind,
    address: &ListAddress,
) -> Result<Response, Problem> {
    let (query, columns) = (address.query()?, address.columns());
    let work = move |app: &App, cancellation: &crate::jobs::Cancellation| -> Result<Vec<u8>, AppError> {
        Ok(record_workbook(&app.list_table(who, kind, &query, &columns, cancellation)?, app.today())?)
    };
    let bytes = app.compute_long(client, work).await?;
    Ok(saved(&name_of(app, kind, address), &format!("{}.xlsx", kind.name()), XLSX, bytes))
}

async fn csv(app: &Arc<App>, who: Principal, client: IpAddr, kind: ListKind, address: &ListAddress) -> Result<Response, Problem> {
    let (query, columns) = (address.query()?, address.columns());
    let work = move |app: &App, cancellation: &crate::jobs::Cancellation| -> Result<Vec<u8>, AppError> {
        Ok(record_csv(&app.list_table(who, kind, &query, &columns, cancellation)?)?)
    };
    let bytes = app.compute_long(client, work).await?;
    Ok(saved(&name_of(app, kind, address), &format!("{}.csv", kind.name()), "text/csv; charset=utf-8", bytes))
}

fn json<R, T: From<R> + Serialize>(kind: ListKind, whole: Whole<R>) -> Vec<u8> {
    let unit = kind.unit();
    let note = (whole.total > whole.items.len())
        .then(|| format!("只含前{MAX_EXPORTED}{unit}，共{}{unit}；请用条件缩小范围后分次导出", whole.total));
    let items = whole.items.into_iter().map(T::from).collect();
    sonic_rs::to_vec(&File { total: whole.total, limit: MAX_EXPORTED, note, items })
        .expect("shapes of the wire have string keys only")
}

/// What a file of a list is called, without its ending: the list that was chosen, else the kind; and the day.
fn name_of(app: &App, kind: ListKind, address: &ListAddress) -> String {
    let mut lists = address.values("list");
    let name = match (lists.next(), lists.next()) {
        (Some(list), None) => list.to_owned(),
        _ => format!("{}清单", kind.label()),
    };
    format!("{name}-{}", app.today())
}

/// A file that is saved under this name with the ending of the plain one.
fn saved(name: &str, plain: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let ending = plain.rsplit_once('.').map_or("", |it| it.1);
    let mut response = ([(CONTENT_TYPE, media_type)], bytes).into_response();
    let disposition = HeaderValue::try_from(disposition(&format!("{name}.{ending}"), plain));
    response.headers_mut().extend(disposition.ok().map(|it| (CONTENT_DISPOSITION, it)));
    response
}
