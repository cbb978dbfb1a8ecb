//! `/`: who would take this need on? The question, what was read from it, and the ranked cards; then what is done with them: two
//! compared, one asked after, the sheet to print and the workbook.

mod answer;
mod card;
mod compare;
mod files;
mod form;
mod lookup;
mod page;
mod read;
mod remark;
mod why;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(super) use card::Piece;
pub(super) use read::marked;

use crate::app::App;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(page::page))
        .route("/compare", get(compare::page))
        .route("/sheet", get(files::sheet))
        .route("/suggestions.xlsx", get(files::workbook))
        .route("/remarks", post(remark::store))
        .route("/names", get(lookup::names))
        .route("/regions", get(lookup::regions))
}
