//! What a coordinator does to a plan: notes other conditions, plans again, stops, renames, deletes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::lines::{Key, restore};
use super::show::{FEW_CHANGES, missing};
use super::tab::Where;
use super::terms::{self, Typed};
use crate::app::App;
use crate::domain::{NeedId, OrganizationId, Principal};
use crate::error::AppError;
use crate::http::client::Client;
use crate::http::extract::{Form, Path, Query};
use crate::http::pages::html::see_other;
use crate::http::problem::Problem;
use crate::plan::{Adjustment, PairRule, Partner, Plan, PlanAsk, PlannedNeed};
use crate::request::{AmountInput, MAX_WORD_CHARS};

/// One change of the conditions.
enum Change {
    /// Without a rule, what is decided on the pair or on its organization is taken back.
    Pair(NeedId, OrganizationId, Option<(PairRule, Option<AmountInput>)>),
    Swap {
        need: NeedId,
        from: OrganizationId,
        to: OrganizationId,
    },
    Exclude(OrganizationId, bool),
    Organization {
        organization: OrganizationId,
        budget: Option<AmountInput>,
        most: Option<u32>,
    },
    Need {
        need: NeedId,
        gap: Option<AmountInput>,
        most: Option<u32>,
        is_whole: bool,
    },
    Relax(NeedId, Adjustment),
    Terms(Typed),
    /// Back to what this plan was made from.
    Restore(Key),
    /// Back to the default.
    Drop(Key),
    Reset,
}

/// Notes a change and leads back to where it was made. A relaxation is tried at once.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
    Query(at): Query<Where>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let typed: Typed = typed.into_iter().collect();
    let plan = app.kept_plan(who, &id).await?;
    let basis = app.plan_basis(who, &id).await?.ok_or_else(missing)?;
    let own = PlanAsk { max_changes: None, ..basis.ask };
    let (change, row) = read(&app, who, client, plan.as_ref(), &typed).await?;
    // Faults in what was typed are found before anything is noted.
    if let Change::Terms(typed) = &change {
        terms::apply(typed, &mut own.clone())?;
    }
    app.note_conditions(who, &id, |ask| Ok(changed(ask, &change, &own))).await?;
    if matches!(change, Change::Relax(..)) {
        let most = basis.ask.max_changes.unwrap_or(FEW_CHANGES);
        let job = app.plan_again(who, &client.0.to_string(), &id, most).await?;
        return Ok(see_other(&format!("/plans/{}", job.id)));
    }
    let place = row.map(|row| format!("#n{row}")).unwrap_or_default();
    Ok(see_other(&format!("{}{place}", at.address(&id))))
}

/// The conditions after a change; `None` if they are those of the plan again.
fn changed(mut ask: PlanAsk, change: &Change, own: &PlanAsk) -> Option<PlanAsk> {
    match change {
        Change::Pair(need, organization, rule) => {
            ask.set_excluded(organization, false);
            ask.set_pair(need, organization, rule.clone());
        }
        Change::Swap { need, from, to } => {
            ask.set_pair(need, from, Some((PairRule::Forbid, None)));
            ask.set_excluded(to, false);
            ask.set_pair(need, to, Some((PairRule::Force, None)));
        }
        Change::Exclude(organization, is_excluded) => ask.set_excluded(organization, *is_excluded),
        Change::Organization { organization, budget, most } => {
            ask.set_budget(organization, budget.clone());
            ask.set_project_limit(organization, *most);
        }
        Change::Need { need, gap, most, is_whole } => {
            ask.set_gap(need, gap.clone());
            ask.set_partner_limit(need, *most);
            ask.set_whole(need, *is_whole);
        }
        Change::Relax(need, adjustment) => adjustment.apply(need, &mut ask),
        // It was checked before.
        Change::Terms(typed) => terms::apply(typed, &mut ask).ok()?,
        Change::Restore(key) => restore(&mut ask, key, own),
        Change::Drop(key) => restore(&mut ask, key, &PlanAsk::default()),
        Change::Reset => return None,
    }
    Some(ask)
}

/// What the form says, and the need at which it was said.
async fn read(
    app: &Arc<App>,
    who: Principal,
    client: Client,
    plan: Option<&Plan>,
    typed: &Typed,
) -> Result<(Change, Option<usize>), Problem> {
    let unknown = || Problem::field("act", "页面已过时或内容不完整；请回到方案页面重试");
    let act = typed.get("act").map(String::as_str).unwrap_or_default();
    let (act, rest) = act.split_once(' ').unwrap_or((act, ""));
    let pair = || {
        let (need, partner) = rest.split_once(' ').ok_or_else(unknown)?;
        let (row, need) = need_at(plan, need).ok_or_else(unknown)?;
        Ok::<_, Problem>((row, need, partner_at(need, partner).ok_or_else(unknown)?))
    };
    let of_pair = |rule: Option<PairRule>| {
        let (row, need, partner) = pair()?;
        // What is locked is locked with the sum that the plan proposes.
        let rule = rule.map(|rule| (rule, (rule == PairRule::Lock).then_some(AmountInput::Yuan(partner.amount_yuan))));
        Ok::<_, Problem>((Change::Pair(need.need.clone(), partner.organization.clone(), rule), Some(row)))
    };
    match act {
        "lock" => of_pair(Some(PairRule::Lock)),
        "forbid" => of_pair(Some(PairRule::Forbid)),
        "free" => of_pair(None),
        "exclude" => {
            let organization = OrganizationId::new(rest);
            app.organization(who, &organization).ok_or_else(unknown)?;
            Ok((Change::Exclude(organization, true), None))
        }
        "include" => Ok((Change::Exclude(OrganizationId::new(rest), false), None)),
        "swap" => {
            let (row, need) = need_at(plan, field(typed, "need")).ok_or_else(unknown)?;
            let from = partner_at(need, field(typed, "from")).ok_or_else(unknown)?.organization.clone();
            let chosen = [field(typed, "to"), field(typed, "to_name")].into_iter().find(|it| !it.is_empty());
            let chosen = chosen.ok_or_else(|| Problem::field("to_name", "请选择或填写换成哪个组织"))?.to_owned();
            let to = app.compute(client.0, move |app, _| app.organization_meant(who, &chosen)).await?;
            if to == from {
                return Err(Problem::field("to_name", "换成的组织与原组织相同"));
            }
            Ok((Change::Swap { need: need.need.clone(), from, to }, Some(row)))
        }
        "organization" => {
            let organization = OrganizationId::new(field(typed, "organization"));
            app.organization(who, &organization).ok_or_else(unknown)?;
            let (budget, most) = (sum(typed, "amount")?, count(typed, "most")?);
            Ok((Change::Organization { organization, budget, most }, None))
        }
        "need" => {
            let (row, need) = need_at(plan, field(typed, "need")).ok_or_else(unknown)?;
            let (gap, most) = (sum(typed, "gap")?, count(typed, "partners")?);
            let is_whole = !field(typed, "whole").is_empty();
            Ok((Change::Need { need: need.need.clone(), gap, most, is_whole }, Some(row)))
        }
        "relax" => {
            let (need, way) = rest.split_once(' ').ok_or_else(unknown)?;
            let (row, need) = need_at(plan, need).ok_or_else(unknown)?;
            let ways = need.unmet.as_ref().map(|it| it.relaxations.as_slice()).unwrap_or_default();
            let way = way.parse::<usize>().ok().and_then(|way| ways.get(way)).ok_or_else(unknown)?;
            let adjustment = way.adjustment.clone().ok_or_else(unknown)?;
            Ok((Change::Relax(need.need.clone(), adjustment), Some(row)))
        }
        "terms" => Ok((Change::Terms(typed.clone()), None)),
        "restore" => Ok((Change::Restore(Key::read(rest).ok_or_else(unknown)?), None)),
        "drop" => Ok((Change::Drop(Key::read(rest).ok_or_else(unknown)?), None)),
        "reset" => Ok((Change::Reset, None)),
        _ => Err(unknown()),
    }
}

/// The need with this index in a plan.
pub(super) fn need_at<'a>(plan: Option<&'a Plan>, index: &str) -> Option<(usize, &'a PlannedNeed)> {
    let at: usize = index.parse().ok()?;
    Some((at, plan?.needs.get(at)?))
}

fn partner_at<'a>(need: &'a PlannedNeed, index: &str) -> Option<&'a Partner> {
    need.partners.get(index.parse::<usize>().ok()?)
}

fn field<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map_or("", |it| it.trim())
}

fn sum(typed: &Typed, name: &'static str) -> Result<Option<AmountInput>, Problem> {
    let text = field(typed, name);
    if text.chars().count() > MAX_WORD_CHARS {
        return Err(Problem::field(name, format!("金额过长，最多{MAX_WORD_CHARS}字")));
    }
    let amount = Some(text).filter(|it| !it.is_empty()).map(|it| AmountInput::Text(it.to_owned()));
    if let Some(amount) = &amount {
        crate::plan::check_sum(name, amount)?;
    }
    Ok(amount)
}

fn count(typed: &Typed, name: &'static str) -> Result<Option<u32>, Problem> {
    let text = field(typed, name);
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<u32>().ok().filter(|it| *it > 0);
    number.map(Some).ok_or_else(|| Problem::field(name, "应为不小于1的整数"))
}

/// Plans again with the conditions that are noted.
pub(super) async fn again(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let typed: Typed = typed.into_iter().collect();
    let most = match field(&typed, "max_changes") {
        "" => FEW_CHANGES,
        text => text.parse().map_err(|_| Problem::field("max_changes", "最多改动的组合数应为0或更大的整数"))?,
    };
    let job = app.plan_again(who, &client.0.to_string(), &id, most).await.map_err(gone)?;
    Ok(see_other(&format!("/plans/{}", job.id)))
}

/// Stops a plan; the best plan so far is kept.
pub(super) async fn cancel(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    app.cancel_plan(who, &id).await?.ok_or_else(missing)?;
    Ok(see_other(&format!("/plans/{id}")))
}

/// Gives a plan another name.
pub(super) async fn rename(
    State(app): State<Arc<App>>,
    who: Principal,
    Path(id): Path,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let typed: Typed = typed.into_iter().collect();
    app.rename_plan(who, &id, field(&typed, "name")).await.map_err(gone)?;
    Ok(see_other(&format!("/plans/{id}")))
}

/// Deletes a plan.
pub(super) async fn delete(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    app.delete_plan(who, &id).await.map_err(gone)?;
    Ok(see_other("/plans"))
}

/// A plan that is not there has the page that says so.
fn gone(error: AppError) -> Problem {
    if error.field == Some("plan") { missing() } else { error.into() }
}
