//! `/imports/{id}`: how far a check is, then what came of it, with the forms that lead on.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::html::{money, render, wan};
use super::super::layout::Layout;
use super::cells::{CellProblem, Mending, RowProblems, in_words_of_the_page, is_unknown_heading, place};
use super::columns::{self, TableForm};
use super::outcome::{self, Status, StoredList};
use super::{address, missing, moment};
use crate::app::{App, FileReport, ImportJob, ImportTerms, IssueList, SameRow, SumReading};
use crate::domain::{EntityKind, Money, Principal};
use crate::excerpt::excerpt;
use crate::http::extract::{Path, Query};
use crate::http::problem::Problem;
use crate::ingest::{CellEdit, Issue, MAX_NAME};
use crate::privacy::masked;

/// Problems of a kind on a page.
const SHOWN: u32 = 50;
/// Most rows on a page that may be stored needs.
const UNSURE: u32 = 500;

/// Which problems are shown: the first ones of each kind, or a page of one kind.
#[derive(Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Shown {
    kind: Option<String>,
    page: Option<u64>,
}

#[derive(Template)]
#[template(path = "imports/running.html")]
struct Running {
    layout: Layout,
    id: String,
    name: String,
    status: Status,
    said: String,
    share: Option<(usize, usize)>,
}

#[derive(Template)]
#[template(path = "imports/outcome.html")]
struct Ended {
    layout: Layout,
    id: String,
    name: String,
    at: String,
    is_check: bool,
    status: Status,
    error: String,
    counts: Vec<Count>,
    preview: Option<PreviewTable>,
    /// Sums in words: where, as written, and as read.
    readings: Vec<[String; 3]>,
    /// What was written, and what can be done with it.
    written: String,
    stored: Vec<StoredList>,
    /// Good rows that can be stored now.
    storable: usize,
    is_partial: bool,
    can_mend: bool,
    terms: TermsForm,
    tables: Vec<TableForm>,
    has_more_columns: bool,
    opens_columns: bool,
    /// The names under which needs are stored.
    lists: String,
    problems: Vec<Problems>,
    skipped: Option<Problems>,
    edits: Vec<String>,
    decisions: Vec<String>,
    has_workbook: bool,
    /// When the file is deleted at the latest.
    kept_until: String,
    previous: String,
}

/// The beginning of what was accepted.
struct PreviewTable {
    /// Place, title, region and sum of each row.
    rows: Vec<[String; 4]>,
    has_more: bool,
    has_sums: bool,
    sum: String,
    summed: usize,
}

/// A number that the page begins with.
struct Count {
    label: &'static str,
    number: u64,
    unit: &'static str,
    class: &'static str,
    anchor: &'static str,
}

/// What is said about the file as a whole.
struct TermsForm {
    kinds: Vec<(&'static str, &'static str, bool)>,
    list: String,
    asks_list: bool,
    is_hidden: bool,
    most_name: usize,
}

/// The problems of one kind.
struct Problems {
    title: &'static str,
    help: &'static str,
    kind: &'static str,
    count: u64,
    rows: Vec<RowProblems>,
    previous: Option<u64>,
    next: Option<u64>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    layout: Layout,
    Path(id): Path,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let job = app.import_job(who, &id).await?.ok_or_else(missing)?;
    if !job.state.is_ended() {
        let (said, share) = job.progress.map(outcome::progress).unwrap_or_default();
        let status = outcome::status(&job);
        return render(StatusCode::OK, &Running { layout, id: job.id, name: job.file, status, said, share });
    }
    let page = ended(&app, who, layout, job, &shown).await?;
    render(StatusCode::OK, &page)
}

async fn ended(app: &Arc<App>, who: Principal, layout: Layout, job: ImportJob, shown: &Shown) -> Result<Ended, Problem> {
    let id = job.id.clone();
    let terms = app.import_terms(who, &id).await?;
    let upload = app.import_upload(who, &id).await?;
    let can_mend = upload.is_some();
    let file = job.report.as_ref().and_then(|report| report.files.first());
    let tables = file.map_or(job.headings.as_slice(), |file| file.tables.as_slice());
    let kind = file.map_or(EntityKind::Needs, |file| file.kind);
    let (forms, has_more_columns) = if can_mend { columns::form(tables, kind) } else { (Vec::new(), false) };
    let mut opens_columns = file.is_none();

    let mut mending = Mending::new(tables, app.unsure_rows(who, &id, UNSURE).await?, can_mend);
    let (mut problems, mut counted, mut skipped) = (Vec::new(), [0; 3], None);
    for (list, counted) in IssueList::ALL.into_iter().zip(&mut counted) {
        // The page number belongs to the kind that is chosen.
        let page = shown.page.filter(|_| shown.kind.as_deref() == Some(list.name())).unwrap_or(1).max(1);
        let offset = (page - 1).saturating_mul(u64::from(SHOWN));
        let (issues, count) = app.import_issues(who, &id, list, offset, SHOWN).await?;
        *counted = count;
        opens_columns |= issues.iter().any(is_unknown_heading);
        let is_left_out = shown.kind.as_deref().is_some_and(|kind| kind != list.name());
        if count == 0 || is_left_out {
            continue;
        }
        let rows = if list == IssueList::Skipped { plain_rows(&issues) } else { mending.rows(&issues) };
        let (previous, next) = ((page > 1).then(|| page - 1), (offset + u64::from(SHOWN) < count).then(|| page + 1));
        let (title, help) = words(list);
        let found = Problems { title, help, kind: list.name(), count, rows, previous, next };
        if list == IssueList::Skipped { skipped = Some(found) } else { problems.push(found) }
    }

    let is_check = job.report.as_ref().is_none_or(|report| report.is_dry_run);
    let counts = file.map(|file| counts(file.accepted, file.rejected, counted)).unwrap_or_default();
    let stored = file.filter(|file| file.stored);
    let lists = file.filter(|file| !file.stored).map(outcome::list_names).unwrap_or_default();
    let previous = terms.as_ref().and_then(ImportTerms::after).map(address).unwrap_or_default();
    let terms = terms.unwrap_or_default();
    Ok(Ended {
        layout,
        at: moment(job.created_at),
        is_check,
        status: outcome::status(&job),
        error: job.error.clone().unwrap_or_default(),
        counts,
        preview: file.and_then(preview),
        readings: file.map(readings).unwrap_or_default(),
        written: stored.map(outcome::written).unwrap_or_default(),
        stored: stored.map(outcome::next).unwrap_or_default(),
        storable: file.filter(|_| is_check && can_mend).map_or(0, |file| file.accepted),
        is_partial: file.is_some_and(|file| file.rejected > 0),
        can_mend,
        tables: forms,
        has_more_columns,
        opens_columns,
        lists,
        problems,
        skipped,
        edits: terms.edits.cells().iter().map(edit).collect(),
        decisions: terms.same.iter().map(decision).collect(),
        has_workbook: job.report.as_ref().is_some_and(|report| report.has_error_workbook),
        kept_until: upload.map(|upload| moment(upload.until)).unwrap_or_default(),
        previous,
        terms: terms_form(&terms, kind),
        name: job.file,
        id,
    })
}

const fn words(list: IssueList) -> (&'static str, &'static str) {
    match list {
        IssueList::Rejected => ("不合格", "这些行不能存入。改正后重新检查；也可以只存入合格的行。"),
        IssueList::Warnings => ("提醒", "这些行可以存入，但有可疑之处，请核对；需要时就在这里改正。"),
        IssueList::Skipped => ("跳过", "合计、签名、说明等不是记录，没有读入。"),
    }
}

fn counts(accepted: usize, rejected: usize, [_, odd, skipped]: [u64; 3]) -> Vec<Count> {
    let count = |label, number, unit, class, anchor| Count { label, number, unit, class, anchor };
    vec![
        count("合格", accepted as u64, "行", "ok", "#accepted"),
        count("不合格", rejected as u64, "行", if rejected > 0 { "bad" } else { "ok" }, "#rejected"),
        count("提醒", odd, "处", "wait", "#warnings"),
        count("跳过", skipped, "行", "wait", "#skipped"),
    ]
}

fn readings(file: &FileReport) -> Vec<[String; 3]> {
    let reading = |it: &SumReading| {
        let sheet = it.sheet.as_deref().unwrap_or_default();
        [format!("{sheet} 第{}行", it.row).trim().to_owned(), it.text.clone(), money(it.sum)]
    };
    file.preview.readings.iter().map(reading).collect()
}

fn preview(file: &FileReport) -> Option<PreviewTable> {
    let preview = &file.preview;
    let rows = preview.rows.iter().map(|row| {
        let sheet = row.sheet.as_deref().unwrap_or_default();
        let place = format!("{sheet} 第{}行", row.row).trim().to_owned();
        let sum = row.exact.map_or_else(|| row.amount.clone(), wan);
        [place, row.title.clone(), row.place.clone(), sum]
    });
    let rows: Vec<[String; 4]> = rows.collect();
    (!rows.is_empty()).then(|| PreviewTable {
        has_more: rows.len() < file.accepted,
        rows,
        has_sums: matches!(file.kind, EntityKind::Needs | EntityKind::Projects),
        sum: wan(preview.sum.unwrap_or(Money::ZERO)),
        summed: preview.summed,
    })
}

/// Rows that are shown and not mended.
fn plain_rows(issues: &[Issue]) -> Vec<RowProblems> {
    let row = |issue: &Issue| RowProblems {
        place: place(issue),
        problems: vec![CellProblem {
            label: String::new(),
            value: issue.value.clone().unwrap_or_default(),
            reason: in_words_of_the_page(&issue.reason),
            input: None,
            choice: None,
        }],
    };
    issues.iter().map(row).collect()
}

fn edit(edit: &CellEdit) -> String {
    let sheet = edit.sheet.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
    let text = masked(&edit.text);
    let text = if text.is_empty() { "清空".to_owned() } else { format!("改为“{}”", excerpt(&text)) };
    format!("{sheet}第{}行{}列{text}", edit.row, edit.column)
}

fn decision(row: &SameRow) -> String {
    let sheet = row.sheet.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
    match &row.need {
        Some(need) => format!("{sheet}第{}行是已有需求“{need}”", row.row),
        None => format!("{sheet}第{}行是新需求", row.row),
    }
}

fn terms_form(terms: &ImportTerms, kind: EntityKind) -> TermsForm {
    TermsForm {
        kinds: EntityKind::ALL.map(|it| (it.name(), it.label(), terms.kind == Some(it))).into(),
        list: terms.list.clone().unwrap_or_default(),
        asks_list: kind == EntityKind::Needs,
        is_hidden: terms.hidden,
        most_name: MAX_NAME,
    }
}
