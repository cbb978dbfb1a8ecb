//! The extractors of the handlers. What cannot be extracted becomes a [`Problem`] that says where.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::front_door::{MAX_BODY, MAX_UPLOAD};
use super::pace::TooSlow;
use super::problem::{Kind, Problem, is_for_programs};
use crate::domain::Principal;

/// The principal of a request. Until there are accounts, everyone who can reach this server is the local user.
impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Infallible;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::LOCAL)
    }
}

/// The client of a request, as the front door identified it.
impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::LOCAL))
    }
}

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        from_json(&json_body(request, state, MAX_BODY).await?).map(Self)
    }
}

/// The body of a request whose content type is JSON; `most` is the route's limit in bytes.
pub(super) async fn json_body<S: Send + Sync>(request: Request, state: &S, most: usize) -> Result<Bytes, Problem> {
    require_json(request.headers())?;
    Bytes::from_request(request, state).await.map_err(|rejection| body_problem(&rejection, most))
}

/// Refuses a body that is not said to be JSON.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Problem::new(Kind::MediaType, "请求头应为 content-type: application/json"));
    }
    Ok(())
}

/// Reads a value from JSON text.
pub(super) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let reader = &mut serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(reader).map_err(|error| json_problem(&error))
}

/// Reads a value from parsed JSON.
pub(super) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| json_problem(&error))
}

fn body_problem(rejection: &BytesRejection, most: usize) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(most);
    }
    broken_off(rejection).unwrap_or_else(|| Problem::new(Kind::Malformed, "无法读取请求内容，请重试"))
}

/// The problem with a body that stopped arriving or arrived too slowly.
fn broken_off(error: &(dyn std::error::Error + 'static)) -> Option<Problem> {
    TooSlow::caused(error).then(|| Problem::new(Kind::TooSlow, "内容传得太慢或中途停止，已放弃；请检查网络后重试"))
}

/// The problem with a form whose parts cannot be read.
pub(super) fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(MAX_UPLOAD);
    }
    broken_off(error).unwrap_or_else(|| Problem::new(Kind::Malformed, "表单不完整，请重新提交"))
}

fn json_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (line, column) = (error.inner().line(), error.inner().column());
    if error.inner().classify() != serde_json::error::Category::Data {
        let detail = format!("请求内容不是合法的 JSON：第{line}行第{column}列附近有误；请检查引号、逗号和括号");
        return Problem::new(Kind::Malformed, detail).titled("不是合法的 JSON");
    }
    let path = error.path().to_string();
    // Parsed JSON has no line numbers.
    let place = if line == 0 { String::new() } else { format!("（第{line}行第{column}列附近）") };
    if path == "." {
        return Problem::new(Kind::Invalid, format!("JSON 应是一个对象，且必需的字段齐全{place}；可用字段见 /api/docs/"));
    }
    let detail = format!("字段“{path}”不认识或类型不对{place}；可用字段见 /api/docs/");
    Problem::new(Kind::Invalid, detail).at_field(path)
}

/// Query parameters.
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        let axum::extract::Query(value) = query.map_err(|rejection| {
            tracing::debug!("{rejection}");
            let detail = "地址中的参数名或类型不对；可用参数见 /api/docs/";
            Problem::new(Kind::Malformed, detail).titled("参数有误")
        })?;
        Ok(Self(value))
    }
}

/// A path segment.
pub(super) struct Path(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked = parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.path(), |uri| uri.path()).to_owned();
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(id)) => Ok(Self(id)),
            Err(_) if is_for_programs(&asked) => {
                Err(Problem::new(Kind::Malformed, "地址中的编号不是 UTF-8 编码").titled("地址有误"))
            }
            // Someone who types an address needs to know that there is no such page.
            Err(_) => Err(Problem::not_found("请检查地址，或回到首页。").titled("没有这个页面")),
        }
    }
}
