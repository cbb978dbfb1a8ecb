//! Faults as RFC 9457 problems: Chinese title and detail, the field, a request id. Internal text never leaves.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::{AskError, EngineError, Interrupted};

/// A fault, before it has a request id.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    field: Option<Cow<'static, str>>,
}

/// The body of every fault (`application/problem+json`).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ProblemBody {
    /// Always `about:blank`: the status says what kind of fault it is.
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
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// One wrong field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FieldError {
    /// JSON pointer or parameter name.
    field: String,
    /// What is wrong with it.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), field: None }
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "没有找到", detail)
    }

    /// A body that is no form.
    pub(super) fn form(detail: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "请求有误", detail)
    }

    /// A part of a form that cannot be used.
    pub(super) fn field(name: &'static str, detail: impl Into<String>) -> Self {
        Self { field: Some(name.into()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "内容有误", detail) }
    }

    /// A body of more than `most` bytes.
    pub(super) fn too_large(most: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "内容过大", format!("请求内容过大，最多{most}字节"))
    }

    /// A fault of ours: logged whole, shown without detail.
    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!("{error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "服务出错", "服务内部出错，请稍后重试；如仍出错，请把请求编号告诉管理员")
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        let (status, title) = if error.is_missing {
            (StatusCode::NOT_FOUND, "没有找到")
        } else {
            (StatusCode::UNPROCESSABLE_ENTITY, "内容有误")
        };
        Self { field: Some(error.field.into()), ..Self::new(status, title, error.message) }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        Self::internal(error)
    }
}

impl From<Interrupted> for Problem {
    fn from(error: Interrupted) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        // The body is written by `render`, which knows path and request id.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Gives each request a number and writes the body of each fault.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let id = format!("{:08x}-{:06x}", std::process::id(), REQUESTS.fetch_add(1, Ordering::Relaxed));
    let instance = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        let errors = problem.field.as_ref().map(|field| FieldError { field: field.to_string(), detail: problem.detail.clone() });
        let body = ProblemBody {
            kind: "about:blank",
            title: problem.title,
            status: problem.status.as_u16(),
            detail: problem.detail.clone(),
            instance,
            request_id: id.clone(),
            errors: errors.into_iter().collect(),
        };
        let status = problem.status;
        response = (status, axum::Json(body)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Refuses what another site makes a browser send here: a page elsewhere must not be able to write.
pub(super) async fn only_from_here(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|it| it.to_str().ok());
    if request.method().is_safe() || matches!(site, None | Some("same-origin" | "none")) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::FORBIDDEN, "不允许", "只接受本站页面或程序发出的请求").into_response()
}

pub(super) fn from_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal("a handler panicked").into_response()
}

pub(super) async fn no_route(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::not_found(format!("没有 {} 这个接口；接口说明见 /api/docs/", uri.path()))
}

pub(super) async fn no_method(OriginalUri(uri): OriginalUri) -> Problem {
    let detail = format!("{} 不支持这种请求方法；接口说明见 /api/docs/", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "方法不对", detail)
}

/// A JSON body; what cannot be read is a problem that says where.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        from_json(&json_body(request, state, super::MAX_BODY).await?).map(Self)
    }
}

/// The bytes of a request that says that it is JSON; `most` is how many the route takes.
pub(super) async fn json_body<S: Send + Sync>(request: Request, state: &S, most: usize) -> Result<Bytes, Problem> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        let detail = "请求头应为 content-type: application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "内容类型不对", detail));
    }
    Bytes::from_request(request, state).await.map_err(|rejection| body_problem(&rejection, most))
}

/// A value out of JSON text.
pub(super) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let reader = &mut serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(reader).map_err(|error| json_problem(&error))
}

/// A value out of JSON that has been read already.
pub(super) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| json_problem(&error))
}

fn body_problem(rejection: &BytesRejection, most: usize) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(most);
    }
    Problem::new(StatusCode::BAD_REQUEST, "请求有误", "无法读取请求内容，请重试")
}

fn json_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (line, column) = (error.inner().line(), error.inner().column());
    if error.inner().classify() != serde_json::error::Category::Data {
        let detail = format!("请求内容不是合法的 JSON：第{line}行第{column}列附近有误；请检查引号、逗号和括号");
        return Problem::new(StatusCode::BAD_REQUEST, "不是合法的 JSON", detail);
    }
    let path = error.path().to_string();
    // JSON that has been read already has no lines.
    let place = if line == 0 { String::new() } else { format!("（第{line}行第{column}列附近）") };
    let detail = if path == "." {
        format!("JSON 应是一个对象，且必需的字段齐全{place}；可用字段见 /api/docs/")
    } else {
        format!("字段“{path}”不认识或类型不对{place}；可用字段见 /api/docs/")
    };
    let field = (path != ".").then(|| path.into());
    Problem { field, ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "内容有误", detail) }
}

/// Query parameters; what cannot be read is a problem.
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(query_problem(&rejection)),
        }
    }
}

/// A path segment; what is no UTF-8 is a problem.
pub(super) struct Path(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(id)) => Ok(Self(id)),
            Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "地址有误", "地址中的编号不是 UTF-8 编码")),
        }
    }
}

fn query_problem(rejection: &QueryRejection) -> Problem {
    tracing::debug!("{rejection}");
    Problem::new(StatusCode::BAD_REQUEST, "参数有误", "地址中的参数名或类型不对；可用参数见 /api/docs/")
}
