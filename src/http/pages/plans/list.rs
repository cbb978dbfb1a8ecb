//! `/plans`: the plans that are kept or being made, newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::words::{moment, money, name, share, state};
use crate::app::{App, MAX_KEPT_BYTES, MAX_KEPT_PLANS, PlanJob};
use crate::domain::Principal;
use crate::http::extract::Query;
use crate::http::pages::Layout;
use crate::http::pages::html::{address, render};
use crate::http::problem::Problem;

/// Plans on a page.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "plans/list.html")]
struct Page {
    layout: Layout,
    plans: Vec<Row>,
    total: usize,
    most: u64,
    most_gigabytes: u64,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    href: String,
    name: String,
    about: String,
    made: String,
    state: (&'static str, &'static str),
    figures: Option<Figures>,
    is_working: bool,
}

struct Figures {
    needs: String,
    proposed: String,
    share: String,
}

/// Which page of the list.
#[derive(Deserialize, utoipa::IntoParams)]
pub(super) struct Shown {
    page: Option<usize>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let number = shown.page.unwrap_or(1).max(1);
    let found = app.plans(who, number, SHOWN).await?;
    let at = |page: usize| address("/plans", &[("page", &page.to_string())]);
    let page = Page {
        layout,
        total: found.total,
        most: MAX_KEPT_PLANS,
        most_gigabytes: MAX_KEPT_BYTES >> 30,
        previous: (number > 1).then(|| at(number - 1)),
        next: (number.saturating_mul(SHOWN) < found.total).then(|| at(number + 1)),
        plans: found.items.iter().map(row).collect(),
    };
    render(StatusCode::OK, &page)
}

fn row(job: &PlanJob) -> Row {
    let figures = job.figures.map(|it| Figures {
        needs: format!("{}项：全额{}，部分{}，未满足{}", it.needs, it.full, it.partial, it.none),
        proposed: money(it.proposed_yuan),
        share: share(it.proposed_yuan, it.asked_yuan),
    });
    Row {
        href: format!("/plans/{}", job.id),
        name: name(job),
        about: job.about.clone(),
        made: moment(job.created_at),
        state: state(job.state),
        figures,
        is_working: !job.state.is_ended(),
    }
}
