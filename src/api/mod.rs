//! The HTTP interface under `/api/v1`. The whole of it on one screen: [`router`].
//!
//! Routes and OpenAPI come from one registration. Every fault is an RFC 9457 problem with a request id.

mod admin;
mod imports;
mod lists;
mod plans;
mod problem;
mod suggestions;
mod system;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::engine::Engine;

/// Largest request body, in bytes; of a file that is handed in, with its form.
const MAX_BODY: usize = 1 << 20;
const MAX_UPLOAD: usize = crate::engine::MAX_FILE + MAX_BODY;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "牵手 qianshou",
        description = "为援外需求推荐可能认领的社会组织，并逐项说明理由。推荐只供参考，是否认领由组织自主决定。"
    ),
    tags(
        (name = "推荐", description = "一项需求 → 排序的组织；一个组织 → 适合的需求"),
        (name = "方案", description = "一批需求 → 由哪些组织各承担多少的推荐草案"),
        (name = "记录", description = "需求、组织、往期项目"),
        (name = "导入", description = "工作簿和文本文件；问题标在原表中交回"),
        (name = "系统", description = "统计和健康检查")
    )
)]
struct Description;

/// All routes of the interface, with the embedded viewer at `/api/docs`.
pub fn router(engine: Arc<Engine>) -> Router {
    let (routes, description) = routes_and_description();
    let viewer = SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", description);
    routes
        .method_not_allowed_fallback(problem::no_method)
        .with_state(engine)
        .merge(viewer.config(Config::default().validator_url("none")))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(axum::middleware::from_fn(problem::only_from_here))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(axum::middleware::from_fn(problem::render))
        .layer(TraceLayer::new_for_http())
}

fn routes_and_description() -> (Router<Arc<Engine>>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .routes(routes!(suggestions::suggest))
                .routes(routes!(suggestions::why_not))
                .routes(routes!(lists::organizations))
                .routes(routes!(lists::organization))
                .routes(routes!(suggestions::opportunities))
                .routes(routes!(lists::projects))
                .routes(routes!(lists::project))
                .routes(routes!(lists::needs))
                .routes(routes!(lists::need))
                .merge(uploads())
                .routes(routes!(plans::show, plans::cancel))
                .routes(routes!(plans::workbook))
                .routes(routes!(imports::show))
                .routes(routes!(imports::errors))
                .routes(routes!(imports::template))
                .routes(routes!(admin::lexicon, admin::set_lexicon))
                .routes(routes!(system::statistics))
                .fallback(problem::no_route),
        )
        .routes(routes!(system::healthz))
        .routes(routes!(system::readyz))
        .split_for_parts()
}

/// The routes that take whole lists.
fn uploads() -> OpenApiRouter<Arc<Engine>> {
    OpenApiRouter::new().routes(routes!(imports::start)).routes(routes!(plans::start)).layer(DefaultBodyLimit::max(MAX_UPLOAD))
}
