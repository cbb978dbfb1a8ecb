//! Suggestions for a need, and opportunities for an organization.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;

use crate::app::{App, OpportunityAsk};
use crate::domain::Principal;
use crate::http::client::Client;
use crate::http::extract::{Json, Path, Query};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::written::Written;
use crate::jobs::Cancellation;
use crate::wire::{Answer, Ask, FirstQuestion, Opportunities, WhyNot, WhyNotAsk};

/// 推荐可能认领一项需求的组织
///
/// 需求用文字 `text` 或已导入需求的编号 `need` 给出；地区、领域、金额优先于文字。得分等于各部分之和。
#[utoipa::path(
    post, path = "/suggestions", tag = "推荐", request_body = Ask,
    responses(
        (status = 200, body = Answer),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这项需求")
    )
)]
pub(super) async fn suggest(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Json(ask): Json<Ask>,
) -> Result<Written, Problem> {
    // What was known on another day may have to be put together first.
    let is_long = ask.as_of.is_some();
    let suggest = move |app: &App, cancellation: &Cancellation| {
        Ok(Written::new(&Answer::from(app.suggest(who, &ask.into(), cancellation)?)))
    };
    Ok(if is_long { app.compute_long(client.0, suggest).await? } else { app.compute(client.0, suggest).await? })
}

/// 先问哪一项最有用
///
/// 需求没有写明地区、领域、金额或人群时，指出哪一项的答案最可能改变前五名，并列出几个可能的答案；没有值得问的为 null。
#[utoipa::path(
    post, path = "/suggestions/question", tag = "推荐", request_body = Ask,
    responses(
        (status = 200, body = FirstQuestion),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这项需求")
    )
)]
pub(super) async fn question(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Json(ask): Json<Ask>,
) -> Result<Written, Problem> {
    let question = move |app: &App, cancellation: &Cancellation| {
        Ok(Written::new(&FirstQuestion::from(app.one_question(who, &ask.into(), cancellation)?)))
    };
    Ok(app.compute_long(client.0, question).await?)
}

/// 某个组织为什么没有排在前面
///
/// 说明它的名次、各部分得分与前列的差距，以及能使它进入前 `top` 位的最小的单项改变；每项改变都经重新排名核实。
#[utoipa::path(
    post, path = "/suggestions/why-not", tag = "推荐", request_body = WhyNotAsk,
    responses(
        (status = 200, body = WhyNot),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这个组织或这项需求")
    )
)]
pub(super) async fn why_not(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Json(ask): Json<WhyNotAsk>,
) -> Result<Written, Problem> {
    let why_not = move |app: &App, cancellation: &Cancellation| {
        Ok(Written::new(&WhyNot::from(app.why_not(who, &ask.into(), cancellation)?)))
    };
    Ok(app.compute_long(client.0, why_not).await?)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OpportunityQuery {
    /// 只用这一天已知的记录；默认为今天
    #[param(max_length = 64)]
    as_of: Option<String>,
    /// 列出几项，1到1000；默认为10
    #[param(minimum = 1, maximum = 1000)]
    top: Option<usize>,
    /// 是否逐项说明；默认为 true
    explain: Option<bool>,
}

/// 适合一个组织的待认领需求
#[utoipa::path(
    get, path = "/organizations/{id}/opportunities", tag = "推荐",
    params(("id" = String, Path, description = "组织的编号、全称或唯一的简称"), OpportunityQuery),
    responses(
        (status = 200, body = Opportunities),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这个组织")
    )
)]
pub(super) async fn opportunities(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(organization): Path,
    Query(query): Query<OpportunityQuery>,
) -> Result<Written, Problem> {
    let OpportunityQuery { as_of, top, explain } = query;
    let ask = OpportunityAsk { organization, as_of, top, explain: explain.unwrap_or(true) };
    let found = app.opportunities_for(client.0, who, ask).await?;
    Ok(app.compute(client.0, |_, _| Ok(Written::new(&Opportunities::from(found)))).await?)
}
