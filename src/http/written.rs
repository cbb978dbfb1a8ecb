//! JSON answers that are written where they are computed: a thousand suggestions with their reasons are megabytes, which would
//! hold up the threads that serve everybody.

use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A value as JSON.
pub(super) struct Written(Bytes);

impl Written {
    pub(super) fn new(value: &impl Serialize) -> Self {
        Self(serde_json::to_vec(value).expect("shapes of the wire have string keys only").into())
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.0).into_response()
    }
}
