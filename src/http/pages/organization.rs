//! `/organizations/{id}`: what is known of an organization, its past projects, and open needs that suit it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{money, render, segment};
use crate::app::{App, ProjectDetails};
use crate::domain::{Organization, OrganizationId, OrganizationStatus, Principal};
use crate::error::{AppError, Class};
use crate::http::extract::Path;
use crate::http::problem::Problem;

struct Link {
    href: String,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "organization.html")]
struct Page {
    name: String,
    facts: Vec<(&'static str, String)>,
    projects: Vec<Link>,
    needs: Vec<Link>,
    source: String,
}

const SHOWN_NEEDS: usize = 5;

pub(super) async fn page(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    let id = OrganizationId::new(id);
    let missing = || Problem::not_found(format!("编号：{id}")).titled("没有这个组织");
    let organization = app.organization(who, &id).ok_or_else(missing)?;
    let page = app.compute(move |app| shown(app, who, organization)).await?;
    render(StatusCode::OK, &page)
}

fn shown(app: &App, who: Principal, organization: Organization) -> Result<Page, AppError> {
    let reader = app.reader();
    let projects = app.history(who, &organization.id);
    // An organization that nothing is known about yet has no opportunities.
    let needs = match app.opportunities(who, organization.id.as_str(), None, Some(SHOWN_NEEDS), false) {
        Ok(found) => found.opportunities,
        Err(error) if error.class() == Class::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
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
    let needs = needs.into_iter().map(|it| {
        let facts = [it.region, it.amount_yuan.map(money), Some(format!("匹配度{}", it.fit))];
        let note = facts.into_iter().flatten().collect::<Vec<_>>().join("，");
        // The page of a need is the search page with this need.
        Link { href: format!("/?need={}", segment(it.need.as_str())), title: it.title, note }
    });
    Ok(Page {
        facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        projects: projects.into_iter().map(project_link).collect(),
        needs: needs.collect(),
        source: organization.source.unwrap_or_default(),
        name: organization.name,
    })
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
