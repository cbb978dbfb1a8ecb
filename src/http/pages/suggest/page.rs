//! The page itself: a form, and below it the answer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer::{Shown, shown};
use super::form::{Form, TOPS};
use super::read::{Candidate, Choice};
use super::why::{Why, why};
use crate::app::{App, NeedDetails};
use crate::domain::{NeedId, Principal};
use crate::error::{AppError, Class};
use crate::http::client::Client;
use crate::http::extract::Query;
use crate::http::pages::Layout;
use crate::http::pages::html::{Link, address, render};
use crate::http::problem::Problem;
use crate::http::segment::segment;
use crate::jobs::Cancellation;

#[derive(Template)]
#[template(path = "suggest.html")]
struct Page<'a> {
    layout: Layout,
    form: &'a Form,
    sectors: Vec<Choice>,
    examples: Vec<Link>,
    /// The stored need that is asked for.
    need: Option<Stored>,
    error: Option<AppError>,
    /// Places that a name in the form may mean.
    candidates: Vec<Candidate>,
    answer: Option<Shown>,
    why: Option<Why>,
    tops: Vec<Link>,
}

/// A stored need.
struct Stored {
    title: String,
    href: String,
    /// The question with its text in the form, to be changed there.
    as_text: String,
    /// Needs that resemble it.
    similar: Vec<Link>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let form = form.settled();
    let (mut error, mut answer, mut candidates) = (None, None, Vec::new());
    if form.is_asked() {
        match answered(&app, who, client, &form).await {
            Ok(found) => answer = Some(found),
            Err(refusal) => error = Some(refused(refusal)?),
        }
    }
    if error.as_ref().is_some_and(|it| it.field == Some("region")) {
        candidates = app.places_meant(&form.region).into_iter().map(Candidate::from).collect();
    }
    let why = if answer.is_some() { why(&app, who, client, &form).await? } else { None };
    let status = match error.as_ref().map(AppError::class) {
        None => StatusCode::OK,
        Some(Class::NotFound) => StatusCode::NOT_FOUND,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    // A stored need is compared with all other needs.
    let (need, form) = app.compute(client.0, move |app, _| Ok((stored(app, who, &form), form))).await?;
    let sectors = app.reader().sectors();
    let sectors = sectors.into_iter().map(|(value, name)| Choice { is_chosen: value == form.sector, value, name }).collect();
    let examples = App::DEMO_QUESTIONS.map(|text| Link::new(format!("{}#answer", address("/", &[("text", text)])), text)).into();
    let shown_now = form.ask().top.unwrap_or(TOPS[0]);
    let tops = TOPS.iter().filter(|top| **top != shown_now).map(|top| {
        let form = Form { top: top.to_string(), ..form.clone() };
        Link::new(format!("{}#answer", form.address("/")), format!("显示{top}家"))
    });
    let tops = tops.collect();
    render(status, &Page { layout, form: &form, sectors, examples, need, error, candidates, answer, why, tops })
}

/// The answer to the question.
async fn answered(app: &Arc<App>, who: Principal, client: Client, form: &Form) -> Result<Shown, AppError> {
    let question = form.ask();
    // What was known on another day may have to be put together first.
    let is_long = question.as_of.is_some();
    let form = form.clone();
    let work = move |app: &App, cancellation: &Cancellation| {
        let answer = app.suggest(who, &question, cancellation)?;
        let asked = app.one_question(who, &question, cancellation)?;
        Ok(shown(app, who, &form, &answer, asked))
    };
    if is_long { app.compute_long(client.0, work).await } else { app.compute(client.0, work).await }
}

/// Faults that the user can correct are shown beside the form; any other replaces the page.
pub(super) fn refused(error: AppError) -> Result<AppError, Problem> {
    if matches!(error.class(), Class::Invalid | Class::NotFound) { Ok(error) } else { Err(error.into()) }
}

/// The stored need that the question is about.
fn stored(app: &App, who: Principal, form: &Form) -> Option<Stored> {
    if !form.asks_need() {
        return None;
    }
    let NeedDetails { need, similar } = app.need(who, &NeedId::new(form.need.trim())).ok()?;
    let similar = similar.into_iter().map(|it| {
        let title = it.title.unwrap_or_default();
        Link::new(format!("/needs/{}", segment(it.need.as_str())), format!("{} {title}", it.need))
    });
    let as_text = Form { need: String::new(), text: need.record.normalized.clone(), ..form.clone() };
    Some(Stored {
        title: need.title_or_start(),
        href: format!("/needs/{}", segment(need.id.as_str())),
        as_text: as_text.address("/"),
        similar: similar.collect(),
    })
}
