//! What the pages have in common: rendering, sums for people.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::domain::Money;
use crate::excerpt::without_hidden;
use crate::http::problem::Problem;

/// A page.
pub(super) fn render(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(Problem::internal)?;
    Ok((status, Html(without_hidden(html))).into_response())
}

/// A sum in yuan as people read it.
pub(super) fn money(yuan: f64) -> String {
    Money::from_yuan(yuan).map_or_else(String::new, |money| money.to_string())
}
