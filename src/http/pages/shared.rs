//! What all pages load: one style sheet and one script. Their addresses change with their content, so that browsers keep them.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use crate::hash::fnv1a;

/// The design language first, then what single pages add to it, as people read it.
const SOURCE: &str = concat!(
    include_str!("style/base.css"),
    include_str!("style/suggest.css"),
    include_str!("style/lists.css"),
    include_str!("style/imports.css"),
    include_str!("style/plans.css"),
    include_str!("style/trust.css"),
    include_str!("style/api.css"),
);
/// The same without comments and indentation.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let is_remark = |line: &str| line.starts_with("/*") && line.ends_with("*/");
    let lines = SOURCE.lines().map(str::trim).filter(|line| !line.is_empty()).filter(|line| !is_remark(line));
    lines.flat_map(|line| [line, "\n"]).collect()
});
const SCRIPT: &str = include_str!("app.js");

pub(super) const STYLE_PATH: &str = "/style.css";
pub(super) const SCRIPT_PATH: &str = "/app.js";

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| addressed(STYLE_PATH, &STYLE));
static SCRIPT_ADDRESS: LazyLock<String> = LazyLock::new(|| addressed(SCRIPT_PATH, SCRIPT));

fn addressed(path: &str, content: &str) -> String {
    format!("{path}?v={:016x}", fnv1a(content.as_bytes()))
}

/// The address of the style sheet.
pub(super) fn style_address() -> &'static str {
    &STYLE_ADDRESS
}

/// The address of the script.
pub(super) fn script_address() -> &'static str {
    &SCRIPT_ADDRESS
}

const FOR_LONG: &str = "max-age=31536000, immutable";

pub(super) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, FOR_LONG)], STYLE.as_str())
}

pub(super) async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, FOR_LONG)], SCRIPT)
}
