//! The pages: a need box with ranked cards, a past project, an organization, the import of a list. No JavaScript, no other host.

mod imports;
mod organization;
mod project;
mod search;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::engine::Engine;

const STYLE: &str = include_str!("style.css");
/// Nothing but this site's own style sheet and forms.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// All pages.
pub fn router(engine: Arc<Engine>) -> Router {
    let fixed = |name: HeaderName, value: &'static str| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(search::page))
        .route("/projects/{id}", get(project::page))
        .route("/organizations/{id}", get(organization::page))
        .route("/imports", get(imports::start))
        .route("/imports/{id}", get(imports::show))
        .route("/style.css", get(style))
        .fallback(no_page)
        .method_not_allowed_fallback(no_method)
        .with_state(engine)
        .layer(fixed(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], STYLE)
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
}

/// A page that says one thing.
fn message(status: StatusCode, title: &str, text: &str) -> Response {
    render(status, &Message { title, text })
}

async fn no_page() -> Response {
    message(StatusCode::NOT_FOUND, "没有这个页面", "请检查地址，或回到首页。")
}

async fn no_method() -> Response {
    message(StatusCode::METHOD_NOT_ALLOWED, "不支持这种请求", "页面只能打开，不能提交；接口在 /api/v1/ 下。")
}

fn render(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Yuan for people.
fn money(yuan: f64) -> String {
    crate::domain::Money::from_yuan(yuan).map_or_else(String::new, |money| money.to_string())
}

/// A path segment for a link: everything but unreserved characters is percent-encoded (RFC 3986 §2.3).
fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}
