//! `/imports`: a list is handed in, checked, mended where it stands, and stored. Every step is a form that works without
//! JavaScript; nothing is stored before the last one.

mod acts;
mod cells;
mod columns;
mod outcome;
mod posted;
mod start;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use jiff::Timestamp;

use super::html::day;
use crate::app::App;
use crate::clock::Clock;
use crate::http::front_door::MAX_UPLOAD;
use crate::http::problem::Problem;

/// The pages and forms under `/imports`.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/imports", get(start::page).post(start::submit).layer(DefaultBodyLimit::max(MAX_UPLOAD)))
        .route("/imports/{id}", get(status::page))
        .route("/imports/{id}/check", post(acts::check))
        .route("/imports/{id}/store", post(acts::store))
        .route("/imports/{id}/cancel", post(acts::cancel))
        .route("/imports/{id}/delete", post(acts::delete))
}

/// The page of an import.
fn address(id: &str) -> String {
    format!("/imports/{id}")
}

fn missing() -> Problem {
    let detail = "编号有误，或结果已不再保留；可以重新选择文件，内容相同的行不会重复。";
    Problem::not_found(detail).titled("没有这次导入")
}

/// A moment as people read it: `2025年6月16日 14:05`.
fn moment(at: Timestamp) -> String {
    let local = Clock::local(at);
    format!("{} {:02}:{:02}", day(local.date()), local.hour(), local.minute())
}
