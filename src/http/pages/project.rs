//! `/projects/{id}`: one past project.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::html::render;
use super::layout::Layout;
use crate::app::{App, ProjectDetails};
use crate::domain::{Principal, ProjectId, Role};
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::http::segment::segment;

struct Participant {
    name: String,
    href: String,
    note: String,
}

#[derive(Template)]
#[template(path = "project.html")]
struct Page {
    layout: Layout,
    title: String,
    description: String,
    facts: Vec<(&'static str, String)>,
    participants: Vec<Participant>,
    unnamed: usize,
    source: String,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Path(id): Path,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found(format!("编号：{id}")).titled("没有这个往期项目");
    let view = app.project(who, &ProjectId::new(id.as_str())).ok_or_else(missing)?;
    render(StatusCode::OK, &shown(&app, layout, view))
}

fn shown(app: &App, layout: Layout, view: ProjectDetails) -> Page {
    let ProjectDetails { project, participant_names } = view;
    let reader = app.reader();
    let regions: Vec<&str> = project.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
    let sectors: Vec<String> = project.sectors.iter().map(|share| reader.name(share.code.as_str())).collect();
    let facts = [
        ("时间", project.period.map(|period| format!("{}年", period.years())).unwrap_or_default()),
        ("地区", regions.join("、")),
        ("领域", sectors.join("、")),
        (
            "金额",
            project
                .amount
                .as_ref()
                .map(|it| it.point().map_or_else(|| it.text.clone(), |money| money.to_string()))
                .unwrap_or_default(),
        ),
        ("受益", project.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default()),
    ];
    let participants = project.participants.iter().zip(participant_names).map(|(it, name)| {
        let role = if it.role == Role::Lead { "牵头" } else { "参与" };
        let amount = it.amount.map(|money| format!("，{money}")).unwrap_or_default();
        Participant {
            name,
            href: format!("/organizations/{}", segment(it.organization.as_str())),
            note: format!("{role}{amount}"),
        }
    });
    Page {
        layout,
        facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        participants: participants.collect(),
        unnamed: project.partners() - project.participants.len(),
        source: project.source.unwrap_or_default(),
        title: project.title,
        description: project.description,
    }
}
