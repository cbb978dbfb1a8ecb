//! The HTTP interface under `/api/v1`. All of it is on one screen: [`routes`].
//!
//! Routes and OpenAPI come from one registration; `description` makes a readable page of the description.

mod admin;
mod description;
mod document;
mod example;
mod faults;
mod imports;
mod kinds;
mod plans;
mod records;
mod suggestions;
mod system;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::front_door::MAX_UPLOAD;
use super::pages::Layout;
use super::problem::{Kind, Problem};
use crate::app::App;
use crate::excerpt::excerpt;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "牵手",
        description = "为帮扶需求推荐可能认领的社会组织，并逐项说明理由。推荐只供参考，是否认领由组织自主决定。"
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

/// All routes of the interface, with its description as JSON and as pages.
pub(super) fn routes() -> Router<Arc<App>> {
    let (routes, description) = routes_and_description();
    let description = description::complete(description);
    let json: Arc<str> = description.to_string().into();
    let pages = Arc::new(description::Pages::new(&description));
    let all_pages = Arc::clone(&pages);
    let contents = move |layout: Layout| async move { all_pages.answer("", &layout) };
    let part = move |Path(part): Path, layout: Layout| async move { pages.answer(&part, &layout) };
    routes
        .method_not_allowed_fallback(no_method)
        .route("/api/v1/openapi.json", get(move || description::document("application/json", Arc::clone(&json))))
        .route("/api/docs", get(|| async { axum::response::Redirect::permanent("/api/docs/") }))
        .route("/api/docs/", get(contents))
        .route("/api/docs/{part}", get(part))
}

fn routes_and_description() -> (Router<Arc<App>>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .routes(routes!(suggestions::suggest))
                .routes(routes!(suggestions::question))
                .routes(routes!(suggestions::why_not))
                .routes(routes!(records::organizations, records::submit_organization))
                .routes(routes!(records::organization))
                .routes(routes!(suggestions::opportunities))
                .routes(routes!(records::projects, records::submit_project))
                .routes(routes!(records::project))
                .routes(routes!(records::needs, records::submit_need))
                .routes(routes!(records::need))
                .routes(routes!(records::set_status))
                .merge(uploads())
                .routes(routes!(plans::list))
                .routes(routes!(plans::show, plans::cancel))
                .routes(routes!(plans::workbook))
                .routes(routes!(imports::show, imports::cancel))
                .routes(routes!(imports::issues))
                .routes(routes!(imports::errors))
                .routes(routes!(imports::template))
                .routes(routes!(admin::lexicon, admin::set_lexicon))
                .routes(routes!(system::statistics))
                .fallback(no_route),
        )
        .routes(routes!(system::healthz))
        .routes(routes!(system::readyz))
        .split_for_parts()
}

/// The routes that accept whole lists.
fn uploads() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(imports::start)).routes(routes!(plans::start)).layer(DefaultBodyLimit::max(MAX_UPLOAD))
}

async fn no_route(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::not_found(format!("没有 {} 这个接口；接口说明见 /api/docs/", excerpt(uri.path())))
}

async fn no_method(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::new(Kind::NoMethod, format!("{} 不支持这种请求方法；接口说明见 /api/docs/", excerpt(uri.path())))
}
