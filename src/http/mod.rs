//! HTTP: the API under `/api/v1` and the pages, behind one front door.
//!
//! [`router`] is all of it, [`Server`] its connections. A request passes the `front_door`, is parsed by an extractor (`extract`), carried out by a use
//! case of `app`, and answered as JSON (`api`) or as a page (`pages`). Every fault becomes a `Problem`,
//! which the front door renders as JSON or as a page.

mod api;
mod client;
mod document;
mod extract;
mod front_door;
mod json;
mod masked_address;
mod pace;
mod pages;
mod problem;
mod request_id;
mod segment;
mod server;
mod site;
mod unread;
mod upload;
mod written;

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::config::HttpConfig;

pub use server::Server;

/// Everything that is served.
pub fn router(app: Arc<App>, config: &HttpConfig) -> Router {
    let routes = api::routes().merge(pages::routes());
    front_door::guard(routes.with_state(app), config)
}
