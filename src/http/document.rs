//! Documents of jobs as bodies: sent piece by piece, so that none is in memory as a whole.

use std::io::{Error, Result};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, StreamExt as _};

use super::segment::segment;
use crate::app::{App, JobDocument};

/// The media type of XLSX workbooks.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The headers of a workbook that is saved under this name.
pub(super) fn attachment(name: &str) -> [(HeaderName, String); 2] {
    [(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))]
}

/// The disposition of a file that is saved under a name that may be Chinese; `plain` is for clients that read only ASCII.
pub(super) fn disposition(name: &str, plain: &str) -> String {
    /// Characters of a long name that are kept: at its start, and at its end, where the date is.
    const KEPT: (usize, usize) = (45, 16);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_bad = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    let stem: Vec<char> = stem.chars().map(|c| if is_bad(c) { '_' } else { c }).collect();
    let stem: String = match stem.len() {
        short if short <= KEPT.0 + KEPT.1 => stem.into_iter().collect(),
        long => stem[..KEPT.0].iter().chain(&stem[long - KEPT.1..]).collect(),
    };
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", segment(&format!("{stem}.{ending}")))
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

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn files_have_chinese_names_and_plain_ones() {
        let header = disposition("春季/清单-2026-11-22.xlsx", "plan.xlsx");
        assert!(header.is_ascii() && header.starts_with("attachment; filename=\"plan.xlsx\"; filename*=UTF-8''%E6%98%A5"));
        assert!(header.contains("_") && header.ends_with("-2026-11-22.xlsx"), "{header}");
    }
}
