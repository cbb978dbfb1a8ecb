//! `/organizations/{id}`: what is known of an organization, what it has done, what it can give, and open needs that suit it.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use tracing::Instrument as _;

use super::chart::{Bars, Timeline};
use super::claims::Claims;
use crate::app::{App, CapacityLine, Opportunity, OpportunityAsk, OrganizationSheet, ProjectDetails, Reader};
use crate::domain::{
    Money, Organization, OrganizationId, OrganizationKind, OrganizationStatus, Principal, RegionFinding, RegistrationLevel,
};
use crate::error::{AppError, Class};
use crate::excerpt::excerpt;
use crate::http::client::Client;
use crate::http::extract::Path;
use crate::http::pages::html::{Link, money, render, wan};
use crate::http::pages::layout::Layout;
use crate::http::problem::Problem;
use crate::http::segment::segment;
use crate::plan::Means;

/// A past project in a row.
struct ProjectRow {
    href: String,
    title: String,
    period: String,
    region: String,
    sum: String,
}

/// An open need that suits the organization.
struct NeedRow {
    href: String,
    title: String,
    region: String,
    sum: String,
    fit: u8,
}

#[derive(Template)]
#[template(path = "lists/organization.html")]
struct Page {
    layout: Layout,
    name: String,
    /// Why it should be looked at first, if its standing says so.
    standing: Option<&'static str>,
    /// `ok` or `bad`.
    shape: &'static str,
    status: &'static str,
    is_stub: bool,
    head: Option<Link>,
    facts: Vec<(&'static str, String)>,
    capacity: String,
    basis: String,
    money: Vec<(&'static str, String)>,
    claims: Claims,
    timeline: Option<Timeline>,
    pictures: Vec<Bars>,
    projects: Vec<ProjectRow>,
    project_count: usize,
    /// `None` while they are still being computed.
    needs: Option<Vec<NeedRow>>,
    /// This page.
    href: String,
    source: String,
}

const SHOWN_NEEDS: usize = 10;
/// How long the page waits for the needs.
const PATIENCE: Duration = Duration::from_millis(500);

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    Path(id): Path,
) -> Result<Response, Problem> {
    let id = OrganizationId::new(id);
    let shown_id = excerpt(id.as_str());
    let sheet = app.compute(client.0, move |app, _| Ok(app.organization_sheet(who, &id))).await?;
    let sheet = sheet.ok_or_else(|| Problem::not_found(format!("编号：{shown_id}")).titled("没有这个组织"))?;
    let needs = needs(&app, who, client, &sheet.organization.id).await?;
    render(StatusCode::OK, &shown(&app.reader(), layout, sheet, needs))
}

/// The needs that suit the organization. If they take longer, they go on being computed, and the page can be asked for again.
async fn needs(
    app: &Arc<App>,
    who: Principal,
    client: Client,
    id: &OrganizationId,
) -> Result<Option<Vec<Opportunity>>, AppError> {
    let ask = OpportunityAsk { organization: id.to_string(), top: Some(SHOWN_NEEDS), ..OpportunityAsk::default() };
    let app = Arc::clone(app);
    let found = tokio::spawn(async move { app.opportunities_for(client.0, who, ask).await }.in_current_span());
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(Ok(Ok(found))) => Ok(Some(found.opportunities)),
        // An organization that nothing is known about yet has no opportunities.
        Ok(Ok(Err(error))) if error.class() == Class::NotFound => Ok(Some(Vec::new())),
        Ok(Ok(Err(error))) if matches!(error.class(), Class::Unavailable | Class::TooMany) => Ok(None),
        Ok(Ok(Err(error))) => Err(error),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

fn shown(reader: &Reader, layout: Layout, sheet: OrganizationSheet, needs: Option<Vec<Opportunity>>) -> Page {
    let OrganizationSheet { organization, head, projects, project_count, years, undated, sectors, regions, capacity, claims } =
        sheet;
    let pictures = [
        Bars::of("sectors", "往期项目的领域（一个项目有几个领域的，各计一次）", "领域", &sectors),
        Bars::of("regions", "往期项目的地区（按省计）", "地区", &regions),
    ];
    let standing = match organization.status {
        OrganizationStatus::Normal => None,
        OrganizationStatus::Abnormal => Some("列入活动异常名录，请先核实原因和是否已移出，再与其商议。"),
        OrganizationStatus::Blacklisted => Some("列入严重违法失信名单，不作推荐。"),
        OrganizationStatus::Deregistered => Some("已注销，不作推荐。"),
    };
    Page {
        layout,
        standing,
        shape: if standing.is_none() { "ok" } else { "bad" },
        status: organization.status.label(),
        is_stub: organization.stub,
        head: head.map(|(id, name)| Link::new(format!("/organizations/{}", segment(id.as_str())), name)),
        facts: facts(reader, &organization),
        capacity: in_words(&capacity),
        basis: basis(&capacity),
        money: sums(&organization, &capacity),
        claims: Claims::of(&claims, false),
        timeline: Timeline::of(&years, undated),
        pictures: pictures.into_iter().flatten().collect(),
        projects: projects.into_iter().map(project_row).collect(),
        project_count,
        needs: needs.map(|all| all.into_iter().map(need_row).collect()),
        href: format!("/organizations/{}", segment(organization.id.as_str())),
        source: organization.source.unwrap_or_default(),
        name: organization.name,
    }
}

fn facts(reader: &Reader, it: &Organization) -> Vec<(&'static str, String)> {
    let sectors =
        |codes: &[crate::domain::SectorCode]| codes.iter().map(|code| reader.name(code.as_str())).collect::<Vec<_>>().join("、");
    let places =
        |found: &[RegionFinding]| found.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect::<Vec<_>>().join("、");
    let level = it.level.as_deref().unwrap_or_default();
    let kind = if it.kind == OrganizationKind::Other { String::new() } else { it.kind.label().to_owned() };
    let facts = [
        ("简称", it.aliases.join("、")),
        ("类别", kind),
        ("登记级别", RegistrationLevel::of(level).map_or(level, |level| level.label()).to_owned()),
        ("登记地", it.home_region.as_ref().map(|it| it.name.clone()).unwrap_or_default()),
        ("业务范围", it.scope.clone().unwrap_or_default()),
        ("服务领域", sectors(&it.sectors)),
        ("业务范围提到的领域", if it.sectors.is_empty() { sectors(&it.scope_sectors) } else { String::new() }),
        ("意向地区", places(&it.willing_regions)),
        ("意向领域", sectors(&it.willing_sectors)),
        ("不承接的地区", places(&it.excluded_regions)),
        ("不承接的领域", sectors(&it.excluded_sectors)),
        ("评估等级", it.rating.clone().unwrap_or_default()),
        ("公开募捐资格", it.public_fundraising.map_or("未知", |has| if has { "有" } else { "无" }).to_owned()),
        ("编号", it.id.to_string()),
    ];
    facts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// What it can give, as far as that is known.
fn in_words(capacity: &CapacityLine) -> String {
    match capacity.means {
        Means { left: None, .. } => "资金情况不明".to_owned(),
        Means { left: Some(sum), is_of_past: true, .. } => format!("以往一次出资约{}，今年余额不详", money(sum)),
        Means { left: Some(sum), .. } => format!("今年估计还能承担{}", money(sum)),
    }
}

/// How the figure came about, with its numbers.
fn basis(capacity: &CapacityLine) -> String {
    let mut text = format!("依据：{}。", capacity.means.basis.trim_start_matches("估计："));
    if capacity.claims > 0 {
        text.push_str(&format!("本年已认领{}项，占用{}。", capacity.claims, money(capacity.taken)));
    }
    if capacity.means.left.is_none() {
        text.push_str("名录中没有预算和年度支出，往期项目也没有写明它的出资；请直接了解。");
    }
    text
}

fn sums(organization: &Organization, capacity: &CapacityLine) -> Vec<(&'static str, String)> {
    let sum = |sum: Option<Money>| sum.map(money).unwrap_or_default();
    let facts = [
        ("本年预算", sum(capacity.budget)),
        ("年度公益支出", sum(capacity.spending)),
        ("单笔最低", sum(organization.min_ticket)),
        ("每年最多承接", organization.max_projects.map(|most| format!("{most}项")).unwrap_or_default()),
    ];
    facts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn project_row(view: ProjectDetails) -> ProjectRow {
    let project = view.project;
    let regions: Vec<&str> = project.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
    ProjectRow {
        href: format!("/projects/{}", segment(project.id.as_str())),
        period: project.period.map(|period| format!("{}年", period.years())).unwrap_or_default(),
        region: regions.join("、"),
        sum: project.amount.as_ref().and_then(|it| it.point()).map(wan).unwrap_or_default(),
        title: project.title,
    }
}

fn need_row(it: Opportunity) -> NeedRow {
    NeedRow {
        href: format!("/needs/{}", segment(it.need.as_str())),
        title: it.title,
        region: it.region.unwrap_or_default(),
        sum: it.amount_yuan.and_then(Money::from_yuan).map(wan).unwrap_or_default(),
        fit: it.fit,
    }
}
