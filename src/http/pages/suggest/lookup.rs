//! `/names` and `/regions`: what the script offers while something is typed or chosen. The pages work without them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use crate::app::{App, PlaceChoice};
use crate::domain::Principal;
use crate::http::client::Client;
use crate::http::extract::Query;
use crate::http::problem::Problem;

/// Most names that are offered.
const MOST: usize = 12;

#[derive(Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Typed {
    /// A part of a name.
    #[serde(default)]
    #[param(max_length = 256)]
    q: String,
    /// Code of the place whose parts are asked for; the provinces if it is empty.
    #[param(max_length = 64)]
    of: Option<String>,
}

/// Something to choose.
#[derive(Serialize)]
pub(super) struct Offered {
    code: String,
    name: String,
    note: String,
}

impl From<PlaceChoice> for Offered {
    fn from(it: PlaceChoice) -> Self {
        let note = if it.helped_by.is_empty() { String::new() } else { format!("{}对口", it.helped_by.join("、")) };
        Self { code: it.code.to_string(), name: it.name, note }
    }
}

/// Organizations that have what is typed in a name.
pub(super) async fn names(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Query(typed): Query<Typed>,
) -> Result<Json<Vec<Offered>>, Problem> {
    let found = app.compute(client.0, move |app, _| Ok(app.organizations_named(who, &typed.q, MOST))).await?;
    let offered =
        found.into_iter().map(|it| Offered { code: it.id.to_string(), name: it.name, note: it.home.unwrap_or_default() });
    Ok(Json(offered.collect()))
}

/// The parts of a place, or the places that have what is typed in a name.
pub(super) async fn regions(State(app): State<Arc<App>>, Query(typed): Query<Typed>) -> Result<Json<Vec<Offered>>, Problem> {
    if let Some(of) = typed.of {
        let parent = match of.trim() {
            "" => None,
            code => Some(code.parse().map_err(|_| Problem::field("of", "应为六位地区代码"))?),
        };
        return Ok(Json(app.places_below(parent).into_iter().map(Offered::from).collect()));
    }
    let whole = |it: PlaceChoice| Offered { name: it.full_name.clone(), ..Offered::from(it) };
    Ok(Json(app.places_with(&typed.q).into_iter().map(whole).collect()))
}
