//! The pages: in-process, one file an area; and in a real browser, every page and the journeys of those who use them.

mod browser;
mod every_page;
mod imports;
mod journeys;
mod lists;
mod plans;
mod trust;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use qianshou::config::HttpConfig;

use crate::data::Data;

/// What is answered at an address: status, media type and body.
async fn file(data: &Data, path: &str) -> (StatusCode, String, Bytes) {
    let router = qianshou::http::router(data.app.clone(), &HttpConfig::default());
    let response = router.oneshot(Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (status, media_type, response.into_body().collect().await.unwrap().to_bytes())
}

/// The page at an address.
async fn page(data: &Data, path: &str) -> (StatusCode, String) {
    let (status, _, bytes) = file(data, path).await;
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}
