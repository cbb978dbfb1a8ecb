//! The pages: a need box with ranked cards, a past project, an organization, the import of a list. No JavaScript, no other host.

mod imports;
mod organization;
mod project;
mod search;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::problem::{Kind, Problem};
use crate::app::App;

const STYLE: &str = include_str!("style.css");

/// All pages, and what is shown where there is none.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(search::page))
        .route("/projects/{id}", get(project::page))
        .route("/organizations/{id}", get(organization::page))
        .route("/imports", get(imports::start))
        .route("/imports/{id}", get(imports::show))
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

fn render(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(Problem::internal)?;
    Ok((status, Html(html)).into_response())
}

/// Yuan for people.
fn money(yuan: f64) -> String {
    crate::domain::Money::from_yuan(yuan).map_or_else(String::new, |money| money.to_string())
}

/// What need not be encoded in a path segment or a query value (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path segment or query value for a link.
fn segment(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
