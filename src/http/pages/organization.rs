//! `/organizations/{id}`: what is known of an organization, its past projects, and open needs that suit it.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use tracing::Instrument as _;

use super::html::{money, render};
use super::layout::Layout;
use crate::app::{App, Opportunity, OpportunityAsk, ProjectDetails};
use crate::domain::{Money, Organization, OrganizationId, OrganizationStatus, Principal};
use crate::error::{AppError, Class};
use crate::excerpt::excerpt;
use crate::http::client::Client;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::http::segment::segment;

struct Link {
    href: String,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "organization.html")]
struct Page {
    layout: Layout,
    name: String,
    facts: Vec<(&'static str, String)>,
    projects: Vec<Link>,
    /// `None` while they are still being computed.
    needs: Option<Vec<Link>>,
    /// This page.
    href: String,
    source: String,
}

const SHOWN_NEEDS: usize = 5;
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
    let missing = || Problem::not_found(format!("编号：{}", excerpt(id.as_str()))).titled("没有这个组织");
    let organization = app.organization(who, &id).ok_or_else(missing)?;
    let needs = needs(&app, who, client, &organization.id).await?;
    let page = app.compute(client.0, move |app, _| Ok(shown(app, who, layout, organization, needs))).await?;
    render(StatusCode::OK, &page)
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

fn shown(app: &App, who: Principal, layout: Layout, organization: Organization, needs: Option<Vec<Opportunity>>) -> Page {
    let reader = app.reader();
    let projects = app.history(who, &organization.id);
    let sectors: Vec<String> = organization.sectors.iter().map(|code| reader.name(code.as_str())).collect();
    let status = match organization.status {
        OrganizationStatus::Normal => "",
        OrganizationStatus::Abnormal => "列入活动异常名录",
        OrganizationStatus::Blacklisted => "列入严重违法失信名单",
        OrganizationStatus::Deregistered => "已注销",
    };
    let facts = [
        ("简称", organization.aliases.join("、")),
        ("登记地", organization.home_region.as_ref().map(|it| it.name.clone()).unwrap_or_default()),
        ("业务范围", organization.scope.clone().unwrap_or_default()),
        ("服务领域", sectors.join("、")),
        ("评估等级", organization.rating.clone().unwrap_or_default()),
        ("公开募捐资格", organization.public_fundraising.map_or("", |has| if has { "有" } else { "无" }).to_owned()),
        ("状态", status.to_owned()),
    ];
    let need_link = |it: Opportunity| {
        let facts = [it.region, it.amount_yuan.and_then(Money::from_yuan).map(money), Some(format!("匹配度{}", it.fit))];
        let note = facts.into_iter().flatten().collect::<Vec<_>>().join("，");
        // The page of a need is the search page with this need.
        Link { href: format!("/?need={}", segment(it.need.as_str())), title: it.title, note }
    };
    Page {
        layout,
        facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        projects: projects.into_iter().map(project_link).collect(),
        needs: needs.map(|all| all.into_iter().map(need_link).collect()),
        href: format!("/organizations/{}", segment(organization.id.as_str())),
        source: organization.source.unwrap_or_default(),
        name: organization.name,
    }
}

fn project_link(view: ProjectDetails) -> Link {
    let project = view.project;
    let regions: Vec<&str> = project.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
    let facts = [
        project.period.map(|period| format!("{}年", period.years())),
        (!regions.is_empty()).then(|| regions.join("、")),
        project.amount.as_ref().and_then(|it| it.point()).map(|money| money.to_string()),
    ];
    let note = facts.into_iter().flatten().collect::<Vec<_>>().join("，");
    Link { href: format!("/projects/{}", segment(project.id.as_str())), title: project.title, note }
}
