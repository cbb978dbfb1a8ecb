//! `/plans/{id}/need`: what can be set for one need of a plan, and whom to ask instead of a partner.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::acts::need_at;
use super::by_need::Need;
use super::names::Names;
use super::show::missing;
use super::tab::{Shown, Where};
use super::words::wan;
use crate::app::App;
use crate::domain::Principal;
use crate::http::extract::{Path, Query};
use crate::http::pages::Layout;
use crate::http::pages::html::render;
use crate::http::problem::Problem;
use crate::plan::PlanAsk;
use crate::request::AmountInput;

#[derive(Template)]
#[template(path = "plans/need.html")]
struct Page {
    layout: Layout,
    id: String,
    back: String,
    action: String,
    need: Need,
    swap: Option<Swap>,
    gap: String,
    partners: String,
    is_whole: bool,
}

/// A partner that somebody else could take the place of.
struct Swap {
    at: usize,
    name: String,
    amount: String,
    /// Id and words of the organizations that could.
    others: Vec<(String, String)>,
}

/// A need of a plan by its index, and a partner of it.
#[derive(Deserialize, utoipa::IntoParams)]
pub(super) struct Asked {
    #[param(max_length = 20)]
    at: Option<String>,
    from: Option<usize>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Path(id): Path,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let job = app.plan_job(who, &id).await?.ok_or_else(missing)?;
    let plan = app.kept_plan(who, &id).await?.ok_or_else(missing)?;
    let basis = app.plan_basis(who, &id).await?.ok_or_else(missing)?;
    let next = job.draft.unwrap_or(PlanAsk { max_changes: None, ..basis.ask });
    let absent = || Problem::not_found("方案中没有这项需求；请从方案页面打开。").titled("没有这项需求");
    let (at, planned) = need_at(Some(&plan), asked.at.as_deref().unwrap_or_default()).ok_or_else(absent)?;
    let (names, place) = (Names::default(), Where::default());
    let shown = Shown { id: &id, plan: &plan, next: &next, names: &names, at: &place };
    let swap = asked.from.and_then(|n| Some((n, planned.partners.get(n)?))).map(|(n, it)| Swap {
        at: n,
        name: it.name.clone(),
        amount: wan(it.amount_yuan),
        others: planned
            .alternates
            .iter()
            .map(|it| {
                (it.organization.to_string(), format!("{}（匹配度{}，估计还可承担{}万元）", it.name, it.fit, wan(it.free_yuan)))
            })
            .collect(),
    });
    let gap = next.gaps.iter().find(|it| it.need == planned.need).map(|it| match &it.amount {
        AmountInput::Text(text) => text.clone(),
        AmountInput::Yuan(yuan) => format!("{yuan}元"),
    });
    let partners = next.partner_limits.iter().find(|it| it.need == planned.need).map(|it| it.most.to_string());
    // The tab has the need on its page.
    let (view, number) = (Some("needs".to_owned()), Some(at / super::by_need::SHOWN + 1));
    let back = Where { view, page: number, with: None }.address(&id);
    let page = Page {
        action: back.replacen(&format!("/plans/{id}"), &format!("/plans/{id}/change"), 1),
        back: format!("{back}#n{at}"),
        need: Need::new(&app, who, &shown, at, planned),
        swap,
        gap: gap.unwrap_or_default(),
        partners: partners.unwrap_or_default(),
        is_whole: next.whole.contains(&planned.need),
        layout,
        id,
    };
    render(StatusCode::OK, &page)
}
