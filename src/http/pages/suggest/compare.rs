//! `/compare`: two organizations side by side for one need.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::card::{capacity, commitments, facts};
use super::form::Form;
use super::page::refused;
use crate::app::{App, Compared, OrganizationStanding};
use crate::domain::{Amount, OrganizationId, Principal};
use crate::explain::Side;
use crate::http::client::Client;
use crate::http::extract::Query;
use crate::http::pages::Layout;
use crate::http::pages::html::{day, render};
use crate::http::problem::Problem;
use crate::http::segment::segment;
use crate::jobs::Cancellation;

/// One of the two.
struct Column {
    name: String,
    href: String,
    rank: String,
    fit: String,
    score: i64,
    facts: String,
    capacity: String,
    commitments: String,
    warnings: Vec<String>,
}

/// A part of the score of both: label, points, reasons.
struct Row {
    label: &'static str,
    points: [String; 2],
    reasons: [String; 2],
    /// Which of the two is ahead, in words.
    ahead: String,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Page {
    layout: Layout,
    back: String,
    need: String,
    as_of: String,
    error: Option<String>,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

/// The organizations that are chosen on the cards.
#[derive(Default)]
struct Chosen(Vec<OrganizationId>);

impl Chosen {
    fn of(fields: &[(String, String)]) -> Self {
        let mut chosen: Vec<OrganizationId> = Vec::new();
        for (name, value) in fields {
            let id = OrganizationId::new(value.trim());
            if name == "with" && !value.trim().is_empty() && !chosen.contains(&id) {
                chosen.push(id);
            }
        }
        Self(chosen)
    }
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    Query(form): Query<Form>,
    axum::extract::Query(fields): axum::extract::Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let form = form.settled();
    let Chosen(chosen) = Chosen::of(&fields);
    let back = format!("{}#answer", form.address("/"));
    let mut page =
        Page { layout, back, need: String::new(), as_of: String::new(), error: None, columns: Vec::new(), rows: Vec::new() };
    let Ok(two) = <[OrganizationId; 2]>::try_from(chosen) else {
        page.error = Some("请在推荐结果中选中两家组织，再比较。".to_owned());
        return render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let question = form.ask();
    let compare = move |app: &App, cancellation: &Cancellation| {
        let compared = app.compare(who, &question, &two, cancellation)?;
        let standings = two.map(|id| app.standing(who, &id, compared.as_of));
        Ok((compared, standings))
    };
    match app.compute_long(client.0, compare).await {
        Ok((compared, standings)) => {
            page.need = compared.understood.normalized.clone();
            page.as_of = day(compared.as_of);
            page.columns = columns(&compared, &standings);
            page.rows = rows(&compared);
            render(StatusCode::OK, &page)
        }
        Err(refusal) => {
            page.error = Some(refused(refusal)?.message);
            render(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn columns(compared: &Compared, standings: &[Option<OrganizationStanding>; 2]) -> Vec<Column> {
    let sum = compared.understood.amount.as_ref().and_then(Amount::point);
    let column = |(it, standing): (&crate::app::ComparedOrganization, &Option<OrganizationStanding>)| Column {
        name: it.name.clone(),
        href: format!("/organizations/{}", segment(it.organization.as_str())),
        rank: it.rank.map_or_else(|| format!("未列入：{}", it.limits.join("、")), |rank| format!("第{rank}名")),
        fit: it.fit.to_string(),
        score: it.score,
        facts: facts(standing.as_ref(), Side::shown(it.side, &it.parts)),
        capacity: standing.as_ref().map(|it| capacity(it, sum)).unwrap_or_default(),
        commitments: standing.as_ref().map(commitments).unwrap_or_default(),
        warnings: it.warnings.clone(),
    };
    compared.organizations.iter().zip(standings).map(column).collect()
}

/// The parts in which they differ first, by the size of the difference; parts without points in both are left out.
fn rows(compared: &Compared) -> Vec<Row> {
    let [first, second] = &compared.organizations;
    let of_second: BTreeMap<_, _> = second.parts.iter().map(|part| (part.label, part)).collect();
    let mut pairs: Vec<_> = first.parts.iter().filter_map(|part| of_second.get(part.label).map(|other| (part, *other))).collect();
    pairs.retain(|(a, b)| (a.points, b.points) != (0, 0));
    pairs.sort_by_key(|(a, b)| std::cmp::Reverse((a.points - b.points).abs()));
    let row = |(a, b): (&crate::explain::PartView, &crate::explain::PartView)| Row {
        label: a.label,
        points: [a, b].map(|it| format!("{:+}", it.points)),
        reasons: [a, b].map(|it| it.reason.clone()),
        ahead: match a.points - b.points {
            0 => "相同".to_owned(),
            more @ 1.. => format!("前者高{more}分"),
            less => format!("后者高{}分", -less),
        },
    };
    pairs.into_iter().map(row).collect()
}
