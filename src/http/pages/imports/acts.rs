//! What is done with an import on its page: check it again, store it, cancel it, delete it. Each leads on to a page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::super::html::see_other;
use super::posted::Posted;
use super::start::kind_of;
use super::{address, cells, columns, missing};
use crate::app::App;
use crate::domain::Principal;
use crate::http::client::Client;
use crate::http::extract::{Form, Path};
use crate::http::problem::Problem;
use crate::ingest::MAX_NAME;

/// Checks the file again with what the form says about its columns, cells and rows, beside what was said before.
pub(super) async fn check(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = Posted::new(fields);
    let mut terms = app.import_terms(who, &id).await?.ok_or_else(missing)?;
    // Places in the lists of changes are those of the page, so they come first.
    let places = |name| posted.get(name).and_then(|place| place.parse::<usize>().ok());
    if let Some(place) = places("undo-cell") {
        terms.edits.undo(&[place]);
    }
    if let Some(place) = places("undo-row").filter(|place| *place < terms.same.len()) {
        terms.same.remove(place);
    }
    let refused = |reason: String| Problem::field("form", reason);
    columns::read(&posted, &mut terms.mapping).map_err(refused)?;
    cells::read(&posted, &mut terms).map_err(refused)?;
    if let Some(kind) = posted.get("kind") {
        terms.kind = kind_of(kind)?;
    }
    if let Some(list) = posted.get("list") {
        if list.chars().count() > MAX_NAME {
            return Err(Problem::field("list", format!("清单名称过长，最多{MAX_NAME}字")));
        }
        terms.list = Some(list.trim().to_owned()).filter(|name| !name.is_empty());
    }
    // A box that is not ticked is not sent.
    if posted.get("options").is_some() {
        terms.hidden = posted.get("hidden").is_some();
    }
    let job = app.check_again(who, &client.0.to_string(), &id, terms).await?;
    Ok(see_other(&address(&job.id)))
}

/// Stores what was checked: all rows, or the good ones.
pub(super) async fn store(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let is_partial = Posted::new(fields).get("partial") == Some("true");
    let job = app.store_checked(who, &client.0.to_string(), &id, is_partial).await?;
    Ok(see_other(&address(&job.id)))
}

/// Asks an import to stop.
pub(super) async fn cancel(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    let job = app.cancel_import(who, &id).await?.ok_or_else(missing)?;
    Ok(see_other(&address(&job.id)))
}

/// Deletes an import with its file and everything that was said about it.
pub(super) async fn delete(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    if !app.delete_import(who, &id).await? {
        return Err(missing());
    }
    Ok(see_other("/imports?deleted=1"))
}
