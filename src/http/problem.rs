//! Problems as RFC 9457 defines them: one table kind → status → title, and two renderers, JSON and page. Internal text is never
//! shown.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use super::masked_address::shown_path;
use super::pages::Layout;
use super::request_id::request_id;
use crate::error::{AppError, Class, Code};
use crate::excerpt::without_hidden;
use crate::privacy::masked;

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Malformed HTTP, JSON or form.
    Malformed,
    /// The request comes from another site.
    Forbidden,
    /// What was asked for does not exist.
    NotFound,
    /// The route does not support this method.
    NoMethod,
    /// The body arrives too slowly.
    TooSlow,
    /// The request conflicts with the stored state.
    Conflict,
    /// The body is too large.
    TooLarge,
    /// The media type is not supported.
    MediaType,
    /// The request is addressed to another server.
    Misdirected,
    /// The request is understood, but a field is invalid.
    Invalid,
    /// The client has sent too many requests.
    TooMany,
    /// An internal fault.
    Internal,
    /// Temporarily unavailable.
    Unavailable,
    /// The time limit was exceeded.
    TimedOut,
}

/// Each kind with its status and its title.
const KINDS: [(Kind, StatusCode, &str); 14] = [
    (Kind::Malformed, StatusCode::BAD_REQUEST, "请求有误"),
    (Kind::Forbidden, StatusCode::FORBIDDEN, "不允许"),
    (Kind::NotFound, StatusCode::NOT_FOUND, "没有找到"),
    (Kind::NoMethod, StatusCode::METHOD_NOT_ALLOWED, "方法不对"),
    (Kind::TooSlow, StatusCode::REQUEST_TIMEOUT, "上传过慢"),
    (Kind::Conflict, StatusCode::CONFLICT, "与现有数据冲突"),
    (Kind::TooLarge, StatusCode::PAYLOAD_TOO_LARGE, "内容过大"),
    (Kind::MediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE, "内容类型不对"),
    (Kind::Misdirected, StatusCode::MISDIRECTED_REQUEST, "地址不对"),
    (Kind::Invalid, StatusCode::UNPROCESSABLE_ENTITY, "内容有误"),
    (Kind::TooMany, StatusCode::TOO_MANY_REQUESTS, "请求过多"),
    (Kind::Internal, StatusCode::INTERNAL_SERVER_ERROR, "服务出错"),
    (Kind::Unavailable, StatusCode::SERVICE_UNAVAILABLE, "暂时无法处理"),
    (Kind::TimedOut, StatusCode::SERVICE_UNAVAILABLE, "处理超时"),
];

/// Longest text of a problem, in characters.
const MAX_DETAIL: usize = 1000;

/// A text as a problem shows it: not longer than [`MAX_DETAIL`], without numbers of persons.
fn shown(text: &str) -> String {
    // A number that is cut off at the end is cut off once more.
    let start: String = text.chars().take(2 * MAX_DETAIL).collect();
    masked(&start).chars().take(MAX_DETAIL).collect()
}

/// Seconds after which a request that was refused for now may be sent again.
const RETRY_SECONDS: u64 = 2;
/// The same if the client has spent its budget, which fills up again slowly.
const BUDGET_SECONDS: u64 = 30;

/// A problem, before it has a request id.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    kind: Kind,
    title: &'static str,
    pub(super) detail: String,
    pub(super) field: Option<String>,
    /// Seconds after which the request may be sent again.
    retry_after: Option<u64>,
}

impl Problem {
    pub(super) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        // The table is in the order of the kinds, which a test checks.
        let is_for_now = matches!(kind, Kind::Unavailable | Kind::TimedOut | Kind::TooMany);
        let retry_after = is_for_now.then_some(RETRY_SECONDS);
        Self { kind, title: KINDS[kind as usize].2, detail: shown(&detail.into()), field: None, retry_after }
    }

    /// The same problem with its own title.
    pub(super) fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    /// The same problem, which may be gone after so many seconds.
    pub(super) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same problem, attributed to a field.
    pub(super) fn at_field(self, field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: Some(shown(&field.into())), ..self }
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, detail)
    }

    /// The problem with an invalid part of a form.
    pub(super) fn field(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail).at_field(name)
    }

    /// The problem with a body of more than `most` bytes.
    pub(super) fn too_large(most: usize) -> Self {
        Self::new(Kind::TooLarge, format!("请求内容过大，最多{most}字节"))
    }

    /// An internal fault: logged in full, shown without detail.
    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!("{error}");
        Self::new(Kind::Internal, "服务内部出错，请稍后重试；如仍出错，请把请求编号告诉管理员")
    }

    pub(super) fn status(&self) -> StatusCode {
        KINDS[self.kind as usize].1
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let kind = match error.class() {
            Class::Invalid => Kind::Invalid,
            Class::NotFound => Kind::NotFound,
            Class::Conflict if error.code == Code::WrongState => Kind::Conflict,
            Class::Conflict => {
                tracing::error!(code = error.code.name(), "{error}");
                return Self::new(Kind::Conflict, "数据目录的状态不允许这样做，需要管理员先处理；请把请求编号告诉管理员");
            }
            Class::TooMany if error.code == Code::BudgetSpent => {
                return Self::new(Kind::TooMany, error.message).retry_after(BUDGET_SECONDS);
            }
            Class::TooMany => Kind::TooMany,
            Class::Unavailable if error.code == Code::JobsFull => Kind::Unavailable,
            Class::Unavailable if error.code == Code::TimedOut => Kind::TimedOut,
            Class::Unavailable => {
                tracing::warn!(code = error.code.name(), "{error}");
                return Self::new(Kind::Unavailable, "正在处理的请求较多或数据正被写入，请稍后重试");
            }
            Class::Internal => return Self::internal(error),
        };
        let problem = Self::new(kind, error.message);
        match error.field {
            Some(field) => problem.at_field(field),
            None => problem,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        // The body is written by `render`, which knows path and request id.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// True for paths that programs use, which get JSON; the others are pages.
pub(super) fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path == "/healthz" || path == "/readyz"
}

/// Writes the body of each problem: JSON for programs, a page for everyone else.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let (id, path) = (request_id(&request), request.uri().path().to_owned());
    let layout = Layout::new(request.uri(), request.headers());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else { return response };
    let mut rendered =
        if is_for_programs(&path) { json(&problem, shown_path(&path).into_owned(), id) } else { page(&problem, &id, layout) };
    // The other headers, such as the allowed methods, stay.
    for (name, value) in response.headers() {
        rendered.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    if let Some(seconds) = problem.retry_after {
        rendered.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

/// The body of every problem (`application/problem+json`).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ProblemBody {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The kind in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What is wrong and what to do.
    detail: String,
    /// Path of the request.
    instance: String,
    /// Number of the request, also in the header `x-request-id`.
    request_id: String,
    /// The invalid fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// One invalid field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FieldError {
    /// JSON pointer or parameter name.
    field: String,
    /// What is wrong with it.
    detail: String,
}

fn json(problem: &Problem, instance: String, request_id: String) -> Response {
    let errors = problem.field.as_ref().map(|field| FieldError { field: field.clone(), detail: problem.detail.clone() });
    let body = ProblemBody {
        kind: "about:blank",
        title: problem.title,
        status: problem.status().as_u16(),
        detail: problem.detail.clone(),
        instance,
        request_id,
        errors: errors.into_iter().collect(),
    };
    let mut response = (problem.status(), axum::Json(body)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
    response
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    layout: Layout,
    title: &'a str,
    detail: &'a str,
    request_id: &'a str,
}

fn page(problem: &Problem, request_id: &str, layout: Layout) -> Response {
    let page = Page { layout, title: problem.title, detail: &problem.detail, request_id };
    let html = page.render().unwrap_or_else(|_| problem.title.to_owned());
    (problem.status(), Html(without_hidden(html))).into_response()
}

pub(super) fn from_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal("a handler panicked").into_response()
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn every_kind_stands_at_its_own_place_in_the_table() {
        for (at, (kind, ..)) in KINDS.iter().enumerate() {
            assert_eq!(*kind as usize, at, "{kind:?}");
        }
    }
}
