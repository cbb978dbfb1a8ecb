//! What is taken away from an answer: a sheet to print, and a workbook.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::answer::{Shown, shown};
use super::form::Form;
use crate::app::{Answer, App, Remark};
use crate::domain::{Amount, OrganizationId, Principal};
use crate::explain::{EvidenceStrength, in_short};
use crate::export::{SuggestedNeed, SuggestedOrganization, suggestion_workbook};
use crate::http::client::Client;
use crate::http::document::attachment;
use crate::http::extract::Query;
use crate::http::pages::Layout;
use crate::http::pages::html::render;
use crate::http::problem::Problem;
use crate::jobs::Cancellation;

/// Organizations on the sheet: with their reasons they fill one page.
const ON_SHEET: usize = 5;

#[derive(Template)]
#[template(path = "sheet.html")]
struct Sheet {
    layout: Layout,
    back: String,
    need: String,
    read: Vec<(&'static str, String)>,
    answer: Shown,
    today: String,
}

/// The sheet: need, first five with their reasons, lines for signatures.
pub(super) async fn sheet(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let form = form.settled();
    let back = format!("{}#answer", form.address("/"));
    let question = crate::request::Ask { top: Some(ON_SHEET), ..form.ask() };
    let work = move |app: &App, cancellation: &Cancellation| {
        let answer = app.suggest(who, &question, cancellation)?;
        Ok((shown(app, who, &form, &answer, None), answer.understood.normalized))
    };
    let (answer, need) = app.compute_long(client.0, work).await?;
    let read = answer.chips.iter().filter(|chip| !chip.text.is_empty()).map(|chip| (chip.label, chip.text.clone())).collect();
    let today = crate::http::pages::html::day(app.today());
    render(StatusCode::OK, &Sheet { layout, back, need, read, answer, today })
}

/// The suggestions as a workbook.
pub(super) async fn workbook(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let question = form.settled().ask();
    let work = move |app: &App, cancellation: &Cancellation| {
        let answer = app.suggest(who, &question, cancellation)?;
        let (as_of, noted) = (answer.as_of, app.remarks_on(who, &question));
        let id = question.need.as_ref().map(ToString::to_string).unwrap_or_default();
        Ok(suggestion_workbook(&[suggested(id, answer, &noted)], as_of)?)
    };
    let workbook = app.compute_long(client.0, work).await?;
    Ok((attachment("suggestions.xlsx"), workbook).into_response())
}

fn suggested(need: String, answer: Answer, noted: &HashMap<OrganizationId, Remark>) -> SuggestedNeed {
    let record = answer.understood;
    let region: Vec<&str> = record.certain_regions().map(|region| region.name.as_str()).collect();
    let organizations = answer.suggestions.into_iter().map(|it| {
        let parts = it.parts.unwrap_or_default();
        let strongest = crate::explain::strongest(&parts).into_iter().cloned().collect();
        let mut reasons = in_short(strongest);
        let reason = noted.get(&it.organization).and_then(|it| it.reason.as_ref());
        reasons.splice(0..0, reason.map(|reason| format!("记下不合适：{reason}")));
        if it.evidence == EvidenceStrength::Thin {
            reasons.push("依据很少，请先了解".to_owned());
        }
        reasons.extend(it.warnings.into_iter().map(|it| format!("请先核实：{it}")));
        SuggestedOrganization { organization: it.organization.to_string(), name: it.name, fit: it.fit, score: it.score, reasons }
    });
    SuggestedNeed {
        need,
        title: Some(record.title.clone().unwrap_or_else(|| record.normalized.clone())),
        region: (!region.is_empty()).then(|| region.join("、")),
        amount: record.amount.as_ref().and_then(Amount::point),
        organizations: organizations.collect(),
        error: None,
    }
}
