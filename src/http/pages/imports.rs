//! `/imports`: upload a list; `/imports/{id}`: its outcome.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::html::render;
use super::layout::Layout;
use crate::app::{App, ImportJob, ImportSummary, IssueList};
use crate::domain::{EntityKind, Principal};
use crate::http::extract::{Path, Query};
use crate::http::problem::Problem;
use crate::ingest::Issue;

/// Number of problems of a kind on a page.
const SHOWN: u64 = 100;
/// Headings of the kinds of problems, in the order of [`IssueList::ALL`].
const TITLES: [&str; 3] = ["不合格的行", "提醒", "不是记录、已跳过的行"];

#[derive(Template)]
#[template(path = "imports.html")]
struct Start {
    layout: Layout,
    kinds: Vec<(&'static str, &'static str)>,
}

pub(super) async fn start(layout: Layout) -> Result<Response, Problem> {
    let kinds = EntityKind::ALL.map(|kind| (kind.name(), kind.label()));
    render(StatusCode::OK, &Start { layout, kinds: kinds.into() })
}

struct File {
    kind: &'static str,
    accepted: usize,
    rejected: usize,
    outcome: &'static str,
    written: String,
}

struct Remark {
    place: String,
    value: String,
    reason: String,
}

struct Problems {
    title: &'static str,
    kind: &'static str,
    count: u64,
    shown: Vec<Remark>,
    /// Numbers of the pages before and behind this one, if it is one of several.
    previous: Option<u64>,
    next: Option<u64>,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Ended {
    layout: Layout,
    id: String,
    name: String,
    is_running: bool,
    error: String,
    files: Vec<File>,
    problems: Vec<Problems>,
    has_workbook: bool,
}

/// Which problems are shown: the first ones of each kind, or a page of one kind.
#[derive(Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Shown {
    kind: Option<String>,
    page: Option<u64>,
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Path(id): Path,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let missing =
        || Problem::not_found("编号有误，或结果已不再保留；可以重新导入，内容相同的行不会重复。").titled("没有这次导入");
    let job = app.import_job(who, &id).await?.ok_or_else(missing)?;
    let mut problems = Vec::new();
    if job.report.is_some() {
        for (list, title) in IssueList::ALL.into_iter().zip(TITLES) {
            if shown.kind.as_deref().is_some_and(|kind| kind != list.name()) {
                continue;
            }
            // The page number belongs to the kind that is chosen.
            let page = shown.page.filter(|_| shown.kind.is_some()).unwrap_or(1).max(1);
            let (issues, count) = app.import_issues(who, &id, list, (page - 1).saturating_mul(SHOWN), SHOWN as u32).await?;
            let (previous, next) = ((page > 1).then(|| page - 1), (page.saturating_mul(SHOWN) < count).then(|| page + 1));
            let shown = issues.iter().map(remark).collect();
            problems.push(Problems { title, kind: list.name(), count, shown, previous, next });
        }
    }
    problems.retain(|problems| problems.count > 0);
    render(StatusCode::OK, &ended(layout, job, problems))
}

fn ended(layout: Layout, job: ImportJob, problems: Vec<Problems>) -> Ended {
    let report = job.report.as_ref();
    Ended {
        layout,
        id: job.id,
        name: job.file,
        is_running: !job.state.is_ended(),
        error: job.error.unwrap_or_default(),
        files: report.map(files).unwrap_or_default(),
        problems,
        has_workbook: report.is_some_and(|report| report.has_error_workbook),
    }
}

fn files(report: &ImportSummary) -> Vec<File> {
    let file = |file: &crate::app::FileReport| File {
        kind: file.kind.label(),
        accepted: file.accepted,
        rejected: file.rejected,
        outcome: match (report.is_dry_run, file.stored, file.rejected) {
            (true, _, 0) => "检查通过，未写入",
            (true, ..) => "检查发现问题，未写入",
            (false, true, 0) => "已导入",
            (false, true, _) => "已导入合格的行",
            (false, false, _) => "未导入：请改正不合格的行后重试",
        },
        written: format!("新增{}，更新{}，未变{}", file.created, file.updated, file.unchanged),
    };
    report.files.iter().map(file).collect()
}

fn remark(issue: &Issue) -> Remark {
    let sheet = issue.sheet.clone().unwrap_or_default();
    let row = if issue.row > 0 { format!(" 第{}行", issue.row) } else { String::new() };
    let column = issue.column.as_ref().map(|column| format!(" {column}列")).unwrap_or_default();
    Remark {
        place: format!("{sheet}{row}{column}").trim().to_owned(),
        value: issue.value.clone().unwrap_or_default(),
        reason: issue.reason.clone(),
    }
}
