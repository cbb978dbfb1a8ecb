//! The extractors of the handlers. What cannot be extracted becomes a [`Problem`] that says where.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};

use super::client::Client;
use super::front_door::{MAX_BODY, MAX_UPLOAD};
use super::json::from_json;
use super::pace::TooSlow;
use super::problem::{Kind, Problem, is_for_programs};
use crate::app::App;
use crate::domain::Principal;
use crate::privacy::masked;
use crate::request::MAX_NAME_CHARS;

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

/// Largest body that is parsed at once; larger ones are parsed in the pool, in the turn of their client.
const SMALL_BODY: usize = 32 << 10;

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned + ToSchema + Send + 'static> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let client = request.extensions().get().copied().unwrap_or(Client::LOCAL);
        let body = json_body(request, app, MAX_BODY).await?;
        if body.len() <= SMALL_BODY {
            return from_json(&body).map(Self);
        }
        app.compute(client.0, move |_, _| Ok(from_json(&body))).await?.map(Self)
    }
}

/// The body of a request whose content type is JSON; `most` is the route's limit in bytes.
pub(super) async fn json_body<S: Send + Sync>(request: Request, state: &S, most: usize) -> Result<Bytes, Problem> {
    require_json(request.headers())?;
    Bytes::from_request(request, state).await.map_err(|rejection| body_problem(&rejection, most))
}

/// Refuses a body that is not said to be JSON.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if !is_json(headers) {
        return Err(Problem::new(Kind::MediaType, "请求头应为 content-type: application/json"));
    }
    Ok(())
}

/// True for JSON in UTF-8 (RFC 8259 §8.1 knows no other).
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).into_iter();
    let (Some(Ok(stated)), None) = (types.next().map(|it| it.to_str()), types.next()) else { return false };
    let mut parts = stated.split(';').map(str::trim);
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => value.trim_matches('"').eq_ignore_ascii_case("utf-8"),
        _ => true,
    };
    parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json")) && parts.all(is_utf8)
}

fn body_problem(rejection: &BytesRejection, most: usize) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(most);
    }
    unread(rejection)
}

/// The problem with a body that cannot be read.
pub(super) fn unread(error: &(dyn std::error::Error + 'static)) -> Problem {
    broken_off(error).unwrap_or_else(|| Problem::new(Kind::Malformed, "无法读取请求内容，请重试"))
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

/// The fields of a form of a page (`application/x-www-form-urlencoded`). A list of pairs takes fields of any name.
pub(super) struct Form<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::extract::Form::from_request(request, state).await {
            Ok(axum::extract::Form(fields)) => Ok(Self(fields)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::too_large(MAX_BODY)),
            Err(_) => Err(Problem::new(Kind::Malformed, "表单不完整或有不认识的内容，请返回上一页重新提交")),
        }
    }
}

/// Query parameters.
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + IntoParams> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let refuse = |_: QueryRejection| {
            let detail = "地址中的参数名或类型不对；可用参数见 /api/docs/";
            Problem::new(Kind::Malformed, detail).titled("参数有误")
        };
        let stated = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state).await.map_err(refuse)?;
        check_parameters(&T::into_params(|| None), &stated)?;
        let axum::extract::Query(value) = axum::extract::Query::from_request_parts(parts, state).await.map_err(refuse)?;
        Ok(Self(value))
    }
}

/// Checks the texts of a query against the limits that its description states.
fn check_parameters(described: &[Parameter], stated: &[(String, String)]) -> Result<(), Problem> {
    for (name, text) in stated {
        let Some(parameter) = described.iter().find(|it| it.name == *name) else { continue };
        let Some(RefOr::T(Schema::Object(schema))) = &parameter.schema else { continue };
        let length = text.chars().count();
        if let Some(most) = schema.max_length.filter(|most| length > *most) {
            return Err(too_long(name.clone(), length, most));
        }
    }
    Ok(())
}

fn too_long(field: impl Into<Cow<'static, str>>, length: usize, most: usize) -> Problem {
    let field = field.into();
    Problem::new(Kind::Invalid, format!("“{field}”过长：{length}字，最多{most}字")).at_field(field)
}

/// A path segment: the id of a record or a job, which is no number of a person.
pub(super) struct Path(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked = parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.path(), |uri| uri.path()).to_owned();
        match axum::extract::Path::<String>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(id)) => match id.chars().count() {
                length if length > MAX_NAME_CHARS => Err(too_long("id", length, MAX_NAME_CHARS)),
                _ => Ok(Self(masked(&id).into_owned())),
            },
            Err(_) if is_for_programs(&asked) => {
                Err(Problem::new(Kind::Malformed, "地址中的编号不是 UTF-8 编码").titled("地址有误"))
            }
            // Someone who types an address needs to know that there is no such page.
            Err(_) => Err(Problem::not_found("请检查地址，或回到首页。").titled("没有这个页面")),
        }
    }
}
