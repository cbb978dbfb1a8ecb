//! `POST /remarks`: an organization does not suit a need, and why; or that is taken back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::form::Form as Question;
use crate::app::App;
use crate::domain::{OrganizationId, Principal};
use crate::http::client::Client;
use crate::http::extract::Form;
use crate::http::pages::html::see_other;
use crate::http::problem::Problem;

/// Reasons to choose from.
pub(super) const REASONS: [&str; 6] = ["资金不足", "领域不符", "地区不符", "联系不上", "已婉拒", "其他"];

/// Takes the form of all cards: the button says which card is meant, by its rank and organization.
pub(super) async fn store(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
    let question = Question::of(&form_urlencoded(field("question").unwrap_or_default())?);
    let (pressed, is_withdrawn) = match (field("note"), field("withdraw")) {
        (Some(pressed), _) => (pressed, false),
        (None, Some(pressed)) => (pressed, true),
        (None, None) => return Err(Problem::field("note", "没有写明是哪个组织，请返回上一页重新提交")),
    };
    let (rank, organization) = pressed.split_once(' ').unwrap_or(("", pressed));
    let reason = field(&format!("reason-{rank}")).filter(|reason| REASONS.contains(reason)).unwrap_or("其他");
    let reason = match field(&format!("detail-{rank}")) {
        None | Some("") => reason.to_owned(),
        Some(detail) => format!("{reason}，{detail}"),
    };
    let back = format!("{}#card-{}", question.address("/"), rank.parse::<usize>().unwrap_or(1));
    let (ask, organization) = (question.ask(), OrganizationId::new(organization));
    let reason = (!is_withdrawn).then_some(reason);
    app.compute(client.0, move |app, _| app.remark(who, &ask, &organization, reason.as_deref())).await?;
    Ok(see_other(&back))
}

fn form_urlencoded(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let uri = format!("/?{query}").parse::<axum::http::Uri>();
    let refuse = || Problem::field("question", "没有写明是哪项需求，请返回上一页重新提交");
    let uri = uri.map_err(|_| refuse())?;
    let axum::extract::Query(pairs) = axum::extract::Query::try_from_uri(&uri).map_err(|_| refuse())?;
    Ok(pairs)
}
