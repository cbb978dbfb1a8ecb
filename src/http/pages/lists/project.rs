//! `/projects/{id}`: one past project.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::{App, ProjectDetails};
use crate::domain::{Principal, ProjectId, Role};
use crate::excerpt::excerpt;
use crate::http::extract::Path;
use crate::http::pages::html::{address, money, render, wan};
use crate::http::pages::layout::Layout;
use crate::http::problem::Problem;
use crate::http::segment::segment;

/// An organization that took part.
struct Participant {
    name: String,
    href: String,
    role: &'static str,
    sum: String,
}

#[derive(Template)]
#[template(path = "lists/project.html")]
struct Page {
    layout: Layout,
    title: String,
    paragraphs: Vec<String>,
    facts: Vec<(&'static str, String)>,
    participants: Vec<Participant>,
    /// Sum of the stated contributions; empty if none is stated.
    sum: String,
    unnamed: usize,
    /// Projects of the same sector and place.
    like: Option<String>,
    source: String,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Path(id): Path,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found(format!("编号：{}", excerpt(&id))).titled("没有这个往期项目");
    let view = app.project(who, &ProjectId::new(id.as_str())).ok_or_else(missing)?;
    render(StatusCode::OK, &shown(&app, layout, view))
}

fn shown(app: &App, layout: Layout, view: ProjectDetails) -> Page {
    let ProjectDetails { project, participant_names } = view;
    let reader = app.reader();
    let regions: Vec<&str> = project.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
    let named = |codes: &[String]| codes.iter().map(|code| reader.name(code)).collect::<Vec<_>>().join("、");
    let sectors: Vec<String> = project.sectors.iter().map(|share| reader.name(share.code.as_str())).collect();
    let amount = project.amount.as_ref().map(|it| match it.point() {
        Some(sum) if it.hedge.is_some() || it.min_fen != it.max_fen => format!("{}（原文：{}）", money(sum), it.text),
        Some(sum) => money(sum),
        None => it.text.clone(),
    });
    let facts = [
        ("时间", project.period.map(|period| format!("{}年", period.years())).unwrap_or_default()),
        ("地区", regions.join("、")),
        ("领域", sectors.join("、")),
        ("受益人群", named(&project.groups)),
        ("帮扶方式", named(&project.modes)),
        ("金额", amount.unwrap_or_default()),
        ("受益", project.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default()),
        ("状态", project.status.clone().unwrap_or_default()),
        ("编号", project.id.to_string()),
    ];
    let stated: Vec<_> = project.participants.iter().filter_map(|it| it.amount).collect();
    let sum = stated.iter().copied().reduce(crate::domain::Money::plus).map(wan).unwrap_or_default();
    let participants = project.participants.iter().zip(participant_names).map(|(it, name)| Participant {
        name,
        href: format!("/organizations/{}", segment(it.organization.as_str())),
        role: if it.role == Role::Lead { "牵头" } else { "参与" },
        sum: it.amount.map(wan).unwrap_or_default(),
    });
    let province = project.regions.iter().find(|it| it.certain).map(|it| it.code.province().to_string());
    let like = project
        .sectors
        .first()
        .zip(province)
        .map(|(share, province)| address("/projects", &[("sector", share.code.as_str()), ("region", province.as_str())]));
    Page {
        layout,
        facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        participants: participants.collect(),
        sum,
        unnamed: project.partners() - project.participants.len(),
        like,
        source: project.source.unwrap_or_default(),
        title: project.title,
        paragraphs: project.description.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect(),
    }
}
