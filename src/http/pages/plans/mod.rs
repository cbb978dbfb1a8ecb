//! `/plans`: recommended drafts of who could take on which needs. They are listed, made, read by need and by organization, changed
//! in single conditions and made again, and leave as a workbook and as letters.

mod acts;
mod bars;
mod by_need;
mod by_organization;
mod changes;
mod conditions;
mod coverage;
mod earlier;
mod letters;
mod lines;
mod list;
mod names;
mod need;
mod new;
mod next;
mod show;
mod tab;
mod terms;
mod unmet;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;
use crate::http::front_door::MAX_UPLOAD;

/// The routes of plans.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/plans", get(list::page))
        .route("/plans/new", get(new::page))
        .route("/plans/new", post(new::order).layer(DefaultBodyLimit::max(MAX_UPLOAD)))
        .route("/plans/{id}", get(show::page))
        .route("/plans/{id}/need", get(need::page))
        .route("/plans/{id}/change", post(acts::change))
        .route("/plans/{id}/again", post(acts::again))
        .route("/plans/{id}/cancel", post(acts::cancel))
        .route("/plans/{id}/name", post(acts::rename))
        .route("/plans/{id}/delete", post(acts::delete))
        .route("/plans/{id}/plan.xlsx", get(letters::workbook))
        .route("/plans/{id}/letters", post(letters::letters))
}
