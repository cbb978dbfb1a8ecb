//! Statistics and health.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
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
    /// `ready`, or `stale`: the ledger has changes that answers do not know, and catching up fails.
    status: &'static str,
    /// Snapshot that answers are made from.
    snapshot: String,
    /// Organizations in it.
    organizations: usize,
    /// Past projects in it.
    projects: usize,
    /// When the snapshot was last seen to be that of the ledger.
    refreshed_at: Option<String>,
    /// What is wrong, if the last attempt to look or to catch up failed.
    detail: Option<&'static str>,
}

/// 是否可以回答问题：快照已载入，且跟得上账本
#[utoipa::path(
    get, path = "/readyz", tag = "系统",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness, description = "快照落后于账本，且无法更新"))
)]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, Json<Readiness>) {
    let (catalog, freshness) = (app.catalog(), app.freshness());
    let is_stale = freshness.is_stale();
    // The reason itself may name files; it is in the log.
    let detail = match (&freshness.error, is_stale) {
        (None, _) => None,
        (Some(_), true) => Some("账本有新的改动，但无法更新快照，回答仍是旧的；原因见服务日志"),
        (Some(_), false) => Some("最近一次检查账本失败，回答不受影响；原因见服务日志"),
    };
    let readiness = Readiness {
        status: if is_stale { "stale" } else { "ready" },
        snapshot: catalog.version.to_string(),
        organizations: catalog.organizations().count(),
        projects: catalog.project_count(),
        refreshed_at: freshness.refreshed_at,
        detail,
    };
    (if is_stale { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, Json(readiness))
}
