//! `/plans/{id}`: the progress of a plan, and then the draft with its tabs.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::by_need::ByNeed;
use super::by_organization::ByOrganization;
use super::changes::Difference;
use super::conditions::Conditions;
use super::coverage::Coverages;
use super::earlier::{self, Differences};
use super::lines::{Line, lines};
use super::names::Names;
use super::next::{changes_by_default, dropped};
use super::tab::{Shown, Where};
use super::unmet::Unmet;
use super::words::{moment, money, name, share, stage, state};
use crate::app::{App, JobState, PlanBasis, PlanJob};
use crate::domain::Principal;
use crate::http::extract::{Path, Query};
use crate::http::pages::Layout;
use crate::http::pages::html::{day, render};
use crate::http::problem::Problem;
use crate::plan::{NO_SUM, Plan, PlanAsk, PlanEnding, PlanSummary};

#[derive(Template)]
#[template(path = "plans/plan.html")]
struct Page {
    layout: Layout,
    id: String,
    name: String,
    state: (&'static str, &'static str),
    made: String,
    about: String,
    error: Option<String>,
    before: Option<Before>,
    progress: Option<Progress>,
    draft: Option<Draft>,
    pending: Pending,
    conditions: Option<Conditions>,
    expires: Option<String>,
}

/// The plan before.
struct Before {
    href: String,
    /// Its name; absent if it is no longer kept.
    name: Option<String>,
}

struct Progress {
    stage: &'static str,
    done: usize,
    total: usize,
}

/// What is changed for the next plan.
struct Pending {
    /// What is new, with the key that takes it back.
    added: Vec<Line>,
    removed: Vec<Line>,
    /// Whether the next plan starts from an earlier one.
    keeps: bool,
    changes: usize,
    /// Pairs of this plan that the new conditions take out of it.
    dropped: usize,
    can_plan: bool,
}

/// What is shown of a plan that there is.
struct Draft {
    note: String,
    as_of: String,
    figures: Vec<(&'static str, String)>,
    /// Organizations whose money is an estimate.
    estimated: usize,
    quality: Vec<String>,
    interrupted: Option<String>,
    remarks: Vec<String>,
    changes: Option<String>,
    tabs: Vec<Tab>,
    view: View,
    has_partners: bool,
    action: String,
}

struct Tab {
    href: String,
    name: String,
    is_current: bool,
}

enum View {
    Changes(Difference),
    Needs(ByNeed),
    Organizations(ByOrganization),
    Unmet(Unmet),
    Coverage(Coverages),
    Conditions,
}

/// The problem with a plan that is not there.
pub(super) fn missing() -> Problem {
    Problem::not_found("编号有误，或方案已被删除、不再保留；可以在“方案”页查看现有的方案。").titled("没有这个方案")
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Path(id): Path,
    Query(at): Query<Where>,
) -> Result<Response, Problem> {
    let job = app.plan_job(who, &id).await?.ok_or_else(missing)?;
    let basis = app.plan_basis(who, &id).await?;
    let plan = app.kept_plan(who, &id).await?;
    let difference = app.plan_difference(who, &id).await?;
    let earlier = earlier::chain(&app, who, basis.as_ref()).await?;
    let compared = earlier::compared(&app, who, plan.as_ref(), &earlier, at.with.as_deref()).await?;
    let before = match basis.as_ref().and_then(|basis| basis.before.as_deref()) {
        None => None,
        Some(before) => {
            let name = app.plan_job(who, before).await?.map(|job| name(&job));
            Some(Before { href: format!("/plans/{before}"), name })
        }
    };
    let page = shown(
        &app,
        who,
        layout,
        &job,
        basis.as_ref(),
        plan.as_ref(),
        Differences { own: difference, compared, earlier },
        before,
        &at,
    );
    render(StatusCode::OK, &page)
}

#[expect(clippy::too_many_arguments, reason = "each is one thing that was read")]
fn shown(
    app: &App,
    who: Principal,
    layout: Layout,
    job: &PlanJob,
    basis: Option<&PlanBasis>,
    plan: Option<&Plan>,
    differences: Differences,
    before: Option<Before>,
    at: &Where,
) -> Page {
    let own = basis.map(|it| PlanAsk { max_changes: None, ..it.ask.clone() }).unwrap_or_default();
    let next = job.draft.clone().unwrap_or_else(|| own.clone());
    let mut names = Names::of(app, who, plan, &[&own, &next]);
    for difference in differences.own.iter().chain(&differences.compared) {
        names.add_differing(app, who, difference);
    }
    let (mine, others) = (lines(&own, &names), lines(&next, &names));
    let missing_in = |all: &[Line], line: &Line| !all.contains(line);
    let pending = Pending {
        added: others.iter().filter(|line| missing_in(&mine, line)).cloned().collect(),
        removed: mine.iter().filter(|line| !others.iter().any(|it| it.key == line.key)).cloned().collect(),
        keeps: plan.is_some() || before.is_some(),
        changes: changes_by_default(plan, basis.and_then(|it| it.ask.max_changes), &next),
        dropped: plan.map_or(0, |plan| dropped(plan, &next)),
        can_plan: basis.is_some() && job.state.is_ended(),
    };
    let id = job.id.clone();
    let draft = plan.map(|plan| {
        let shown = Shown { id: &id, plan, next: &next, names: &names, at };
        draft(app, who, &shown, differences)
    });
    let wants_conditions = draft.as_ref().map_or_else(|| pending.can_plan, |draft| matches!(draft.view, View::Conditions));
    let progress = (!job.state.is_ended()).then(|| Progress {
        stage: job.progress.map_or("等候前面的方案完成", |it| stage(it.stage)),
        done: job.progress.map_or(0, |it| it.done),
        total: job.progress.map_or(0, |it| it.total),
    });
    Page {
        layout,
        name: name(job),
        state: state(job.state),
        made: moment(job.created_at),
        about: basis.map_or_else(|| job.about.clone(), |it| it.about.clone()),
        error: job.error.clone(),
        before,
        progress,
        conditions: wants_conditions.then(|| Conditions::new(plan, &next, others)),
        pending,
        expires: job.expires_at.filter(|_| job.state.is_ended() && job.state != JobState::Done).map(moment),
        draft,
        id,
    }
}

fn draft(app: &App, who: Principal, shown: &Shown<'_>, differences: Differences) -> Draft {
    let Shown { id, plan, at, .. } = *shown;
    let open = plan.needs.iter().filter(|need| need.unmet.is_some()).count() + plan.unplanned.len();
    let Differences { own: difference, compared, earlier } = differences;
    let has_changes = difference.is_some();
    let chosen = at.view.clone().unwrap_or_else(|| if has_changes { "changes" } else { "needs" }.to_owned());
    let view = match (chosen.as_str(), difference.as_ref()) {
        ("changes", Some(difference)) => {
            let chosen = compared.is_some().then_some(at.with.as_deref()).flatten();
            View::Changes(Difference::new(
                compared.as_ref().unwrap_or(difference),
                shown.names,
                earlier::choices(&earlier, chosen),
            ))
        }
        ("organizations", _) => View::Organizations(ByOrganization::new(shown)),
        ("unmet", _) => View::Unmet(Unmet::new(app, who, shown)),
        ("coverage", _) => View::Coverage(Coverages::new(plan)),
        ("conditions", _) => View::Conditions,
        _ => View::Needs(ByNeed::new(app, who, shown)),
    };
    let current = match &view {
        View::Changes(_) => "changes",
        View::Needs(_) => "needs",
        View::Organizations(_) => "organizations",
        View::Unmet(_) => "unmet",
        View::Coverage(_) => "coverage",
        View::Conditions => "conditions",
    };
    let tabs = [
        ("changes", "与原方案的差异".to_owned()),
        ("needs", format!("按需求（{}）", plan.needs.len())),
        ("organizations", format!("按组织（{}）", plan.organizations.len())),
        ("unmet", format!("未满足（{open}）")),
        ("coverage", "覆盖与负担".to_owned()),
        ("conditions", "条件".to_owned()),
    ];
    let tabs = tabs.into_iter().filter(|(view, _)| *view != "changes" || has_changes).map(|(view, name)| Tab {
        href: Where { view: Some(view.to_owned()), page: None, with: None }.address(id),
        name,
        is_current: view == current,
    });
    let action = Where { view: Some(current.to_owned()), page: at.page, with: None }.address(id);
    Draft {
        note: plan.note.clone(),
        as_of: day(plan.as_of),
        figures: figures(plan),
        estimated: plan.organizations.iter().filter(|it| is_estimate(&it.capacity_source)).count(),
        quality: quality(&plan.summary),
        interrupted: plan.summary.interrupted.then(|| plan.summary.ending.to_string()),
        remarks: plan.remarks.clone(),
        changes: difference.as_ref().map(Difference::in_a_sentence),
        tabs: tabs.collect(),
        view,
        has_partners: !plan.organizations.is_empty(),
        action: action.replacen(&format!("/plans/{id}"), &format!("/plans/{id}/change"), 1),
    }
}

/// Whether nobody has said what an organization can give this year.
fn is_estimate(source: &str) -> bool {
    ["估计", "假定"].iter().any(|word| source.starts_with(word))
}

fn figures(plan: &Plan) -> Vec<(&'static str, String)> {
    let it = &plan.summary;
    let mut figures = vec![
        ("需求", format!("{}项", it.needs)),
        ("全额满足", format!("{}项", it.full)),
        ("部分满足", format!("{}项", it.partial)),
        ("没有合作组织", format!("{}项", it.none)),
        ("资金缺口合计", money(it.asked_yuan)),
        ("建议合计", money(it.proposed_yuan)),
        ("满足率", share(it.proposed_yuan, it.asked_yuan)),
        ("建议合作的组织", format!("{}家", it.organizations)),
    ];
    if !plan.unplanned.is_empty() {
        let is_without_sum = plan.unplanned.iter().all(|it| it.reason.starts_with(NO_SUM));
        let why = if is_without_sum { "（金额待定）" } else { "" };
        figures.insert(1, ("未列入", format!("{}项{why}", plan.unplanned.len())));
    }
    figures
}

/// What is certain about the plan, in words.
fn quality(it: &PlanSummary) -> Vec<String> {
    let gap = if it.gap < 0.0001 { "不到0.01%".to_owned() } else { format!("{:.2}%", it.gap * 100.0) };
    let certain = match &it.ending {
        _ if it.gap <= 0.0 => "已证明最优：在这些条件下，没有价值更高的方案。".to_owned(),
        PlanEnding::Proven => format!("已证明最优（误差{gap}以内）：在这些条件下，没有价值明显更高的方案。"),
        other => format!("{other}。即使有更好的方案，价值最多再高{gap}；这一上界经过独立核验。"),
    };
    let beyond = match it.bound_of_all {
        Some(_) => format!("比较了{}对需求和组织；换用其余任何组合，价值也不会超过上界。", it.pairs),
        None => format!("比较了{}对需求和组织；其余组合没有全部核算，上界只对比较过的组合成立。", it.pairs),
    };
    let mut words = vec![certain, beyond];
    if let Some(price) = &it.price_of_fairness {
        words.push(format!(
            "公平的代价：满足不到四分之一的需求有{}项，不考虑公平时有{}项；建议合计{}，不考虑公平时{}。",
            price.below_quarter,
            price.below_quarter_without,
            money(it.proposed_yuan),
            money(price.proposed_yuan_without)
        ));
    }
    if let Some(unstable) = it.unstable_share {
        words.push(format!(
            "稳定性：匹配度的判断如有5%以内的出入，约{:.0}%的建议金额会换成建议给别的组织；这些组织条件相近，可以互相替换。",
            unstable * 100.0
        ));
    }
    words
}
