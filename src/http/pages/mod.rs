//! The pages: a need box with ranked cards, a past project, an organization, the import of a list. No JavaScript, no other host.

mod html;
mod imports;
mod organization;
mod project;
mod search;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::problem::{Kind, Problem};
use crate::app::App;

const STYLE: &str = include_str!("style.css");

/// All pages, and the answer to unknown addresses.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(search::page))
        .route("/projects/{id}", get(project::page))
        .route("/organizations/{id}", get(organization::page))
        .merge(imports::routes())
        .route("/style.css", get(style))
        .fallback(no_page)
        .method_not_allowed_fallback(no_method)
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], STYLE)
}

async fn no_page() -> Problem {
    Problem::not_found("请检查地址，或回到首页。").titled("没有这个页面")
}

async fn no_method() -> Problem {
    Problem::new(Kind::NoMethod, "页面只能打开，不能提交；接口在 /api/v1/ 下。").titled("不支持这种请求")
}
