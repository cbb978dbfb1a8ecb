//! Documents of jobs as bodies: sent piece by piece, so that none is in memory as a whole.

use std::io::{Error, Result};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, StreamExt as _};

use crate::app::{App, JobDocument};

/// The media type of XLSX workbooks.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The headers of a workbook that is saved under this name.
pub(super) fn attachment(name: &str) -> [(HeaderName, String); 2] {
    [(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))]
}

/// A document between a beginning and an end. If the job is deleted meanwhile, the body breaks off.
pub(super) fn body(app: Arc<App>, document: JobDocument, before: String, behind: &'static str) -> Response {
    let length = (before.len() + behind.len()) as u64 + document.bytes;
    let pieces = stream::iter([Ok(Bytes::from(before))])
        .chain(stream::iter(0..document.chunks()).then(move |number| chunk(Arc::clone(&app), document.clone(), number)))
        .chain(stream::iter([Ok(Bytes::from_static(behind.as_bytes()))]));
    let mut response = Body::from_stream(pieces).into_response();
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

async fn chunk(app: Arc<App>, document: JobDocument, number: u64) -> Result<Bytes> {
    let chunk = app.background().document_chunk(&document, number).await.map_err(Error::other)?;
    chunk.map(Bytes::from).ok_or_else(|| Error::other("the document was deleted"))
}
