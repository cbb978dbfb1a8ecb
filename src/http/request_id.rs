//! The id of a request: in its answer, in every line of the log, and shown with every problem.

use axum::extract::Request;
use axum::http::HeaderName;
use tower_http::request_id::RequestId;

/// The header that carries it.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that the front door gave a request.
pub(super) fn request_id(request: &Request) -> String {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    id.unwrap_or_default().to_owned()
}
