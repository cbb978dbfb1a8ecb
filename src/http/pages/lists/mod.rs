//! The lists of needs, organizations and past projects, and the page of each record.

mod address;
mod chart;
mod claims;
mod correct;
mod facet_view;
mod files;
mod list;
mod need;
mod organization;
mod project;
mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The pages of this area and their files.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/needs", get(list::needs))
        .route("/needs.xlsx", get(files::needs_xlsx))
        .route("/needs.csv", get(files::needs_csv))
        .route("/needs.json", get(files::needs_json))
        .route("/needs/suggestions.xlsx", get(files::suggestions))
        .route("/needs/{id}", get(need::page).post(correct::correct))
        .route("/organizations", get(list::organizations))
        .route("/organizations.xlsx", get(files::organizations_xlsx))
        .route("/organizations.csv", get(files::organizations_csv))
        .route("/organizations.json", get(files::organizations_json))
        .route("/organizations/{id}", get(organization::page))
        .route("/projects", get(list::projects))
        .route("/projects.xlsx", get(files::projects_xlsx))
        .route("/projects.csv", get(files::projects_csv))
        .route("/projects.json", get(files::projects_json))
        .route("/projects/{id}", get(project::page))
}
