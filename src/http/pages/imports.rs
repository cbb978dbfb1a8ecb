//! `/imports`: upload a list; `/imports/{id}`: its outcome.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::html::render;
use crate::app::{App, ImportJob, ImportReport, ImportStatus};
use crate::domain::{EntityKind, Principal};
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::ingest::Issue;

/// Maximum number of problems shown on the page; the workbook has all.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "imports.html")]
struct Start {
    kinds: Vec<(&'static str, &'static str)>,
}

pub(super) async fn start() -> Result<Response, Problem> {
    let kinds = EntityKind::ALL.map(|kind| (kind.name(), kind.label()));
    render(StatusCode::OK, &Start { kinds: kinds.into() })
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
    count: usize,
    shown: Vec<Remark>,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Ended {
    id: String,
    name: String,
    is_running: bool,
    error: String,
    files: Vec<File>,
    problems: Vec<Problems>,
    has_workbook: bool,
}

pub(super) async fn show(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    let missing =
        || Problem::not_found("编号有误，或结果已不再保留；可以重新导入，内容相同的行不会重复。").titled("没有这次导入");
    let job = app.import_job(who, &id).ok_or_else(missing)?;
    render(StatusCode::OK, &ended(job))
}

fn ended(job: ImportJob) -> Ended {
    let report = job.report.unwrap_or_default();
    Ended {
        id: job.id,
        name: job.file,
        is_running: job.status == ImportStatus::Running,
        error: job.error.unwrap_or_default(),
        files: files(&report),
        problems: [
            problems("不合格的行", &report.rejected),
            problems("提醒", &report.warnings),
            problems("不是记录、已跳过的行", &report.skipped),
        ]
        .into_iter()
        .filter(|problems| problems.count > 0)
        .collect(),
        has_workbook: job.has_error_workbook,
    }
}

fn files(report: &ImportReport) -> Vec<File> {
    let file = |file: &crate::app::FileReport| File {
        kind: file.kind.label(),
        accepted: file.accepted,
        rejected: file.rejected,
        outcome: match (report.accepted.is_some(), file.stored, file.rejected) {
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

fn problems(title: &'static str, issues: &[Issue]) -> Problems {
    let one = |issue: &Issue| {
        let sheet = issue.sheet.clone().unwrap_or_default();
        let row = if issue.row > 0 { format!(" 第{}行", issue.row) } else { String::new() };
        let column = issue.column.as_ref().map(|column| format!(" {column}列")).unwrap_or_default();
        Remark {
            place: format!("{sheet}{row}{column}").trim().to_owned(),
            value: issue.value.clone().unwrap_or_default(),
            reason: issue.reason.clone(),
        }
    };
    Problems { title, count: issues.len(), shown: issues.iter().take(SHOWN).map(one).collect() }
}
