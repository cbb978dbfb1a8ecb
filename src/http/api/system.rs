//! Statistics and health.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::domain::Principal;
use crate::http::client::Client;
use crate::http::problem::Problem;
use crate::wire::Statistics;

/// 统计
#[utoipa::path(get, path = "/statistics", tag = "系统", responses((status = 200, body = Statistics)))]
pub(super) async fn statistics(State(app): State<Arc<App>>, who: Principal, client: Client) -> Result<Json<Statistics>, Problem> {
    let found = app.compute(client.0, move |app, cancellation| Ok(app.statistics(who, cancellation)?)).await?;
    Ok(Json(found.into()))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Health {
    /// `ok`
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// 进程是否在运行
#[utoipa::path(get, path = "/healthz", tag = "系统", responses((status = 200, body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Readiness {
    /// `ready`
    status: &'static str,
    /// Snapshot that answers are made from.
    snapshot: String,
    /// Organizations in it.
    organizations: usize,
    /// Past projects in it.
    projects: usize,
}

/// 是否可以回答问题：快照已载入
#[utoipa::path(get, path = "/readyz", tag = "系统", responses((status = 200, body = Readiness)))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Json<Readiness> {
    let catalog = app.catalog();
    Json(Readiness {
        status: "ready",
        snapshot: catalog.version.to_string(),
        organizations: catalog.organizations.len(),
        projects: catalog.projects.len(),
    })
}
