//! Imports: a file is uploaded and read in the background, and its problems are returned.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::app::{App, ImportOrder, IssueList, SameRow};
use crate::domain::{EntityKind, Principal};
use crate::excerpt::excerpt;
use crate::http::client::Client;
use crate::http::document::{self, attachment};
use crate::http::extract::{Path, Query};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::upload::Upload;
use crate::ingest::{MAX_FILE, Mapping};
use crate::wire::{self, ImportJob, Issue, Page};

/// The parts of the form, as the description shows them.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its description is used; the parts are read one by one")]
pub(super) struct ImportForm {
    /// 文件：.xlsx、.xls、.ods、.csv、.jsonl 或 .json
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// 内容：organizations、projects、needs 或 claims；默认由文件名和列名判断
    kind: Option<wire::EntityKind>,
    /// 有不合格的行时，仍导入其余各行
    partial: Option<bool>,
    /// 只检查，不写入
    dry_run: Option<bool>,
    /// 没有编号的行是哪项已有需求：行号=编号、工作表!行号=编号，新需求写 行号=new；几项用逗号或换行隔开，也可重复这一项
    #[schema(max_length = 4096)]
    same: Option<String>,
    /// 隐藏的行和列、划去的内容也读
    hidden: Option<bool>,
    /// 列名对应：`医院名称=submitted_by,备用=忽略`，或 JSON 对象；写入后，下次列名相同的清单照此读取
    mapping: Option<String>,
}

/// 导入一个文件
///
/// 立即返回编号，结果用 `GET /imports/{id}` 查询。各文件依次导入，各来源轮流。
#[utoipa::path(
    post, path = "/imports", tag = "导入",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, body = ImportJob, headers(("location" = String, description = "查询结果的地址"))),
        (status = 303, description = "浏览器提交时，转到 /imports/{id} 页面"),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "不是表单，或不完整"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "由其他网站的页面发出"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "文件过大"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "表单有误"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "本来源等候的导入过多"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "等候的导入过多，或无法保存文件")
    )
)]
pub(super) async fn start(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let upload = Upload::begin(&app, client)?;
    let order = order(&upload, request).await?;
    let job = app.start_import(who, &upload.owner, order).await?;
    let accepts = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") {
        // A browser goes on to the page of the import.
        return Ok(Redirect::to(&format!("/imports/{}", job.id)).into_response());
    }
    let location = format!("/api/v1/imports/{}", job.id);
    let job = ImportJob::new(job, Default::default());
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(job)).into_response())
}

/// Number of issues of each kind that a report begins with.
const SHOWN: u32 = 200;

/// 一次导入的进度和结果
///
/// `report` 列出每类问题的前200处，`totals` 为总数；其余用 `GET /imports/{id}/issues` 分页查询，或见标出问题的工作簿。
#[utoipa::path(
    get, path = "/imports/{id}", tag = "导入", params(("id" = String, Path, description = "导入的编号")),
    responses(
        (status = 200, body = ImportJob),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次导入，或已不再保留")
    )
)]
pub(super) async fn show(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Json<ImportJob>, Problem> {
    let job = app.import_job(who, &id).await?.ok_or_else(|| missing(&id))?;
    let mut lists = [(); 3].map(|()| (Vec::new(), 0));
    if job.report.is_some() {
        for (shown, list) in lists.iter_mut().zip(IssueList::ALL) {
            *shown = app.import_issues(who, &id, list, 0, SHOWN).await?;
        }
    }
    Ok(Json(ImportJob::new(job, lists)))
}

/// Which issues are asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct IssueQuery {
    /// 哪一类：rejected（不合格）、warnings（提醒）或 skipped（跳过）；默认为 rejected
    #[param(max_length = 64)]
    kind: Option<String>,
    /// 第几页，从1起
    #[param(minimum = 1)]
    page: Option<usize>,
    /// 每页条数，1到200，默认20
    #[param(minimum = 1, maximum = 200)]
    per_page: Option<usize>,
}

/// 一次导入的问题，分页
#[utoipa::path(
    get, path = "/imports/{id}/issues", tag = "导入",
    params(("id" = String, Path, description = "导入的编号"), IssueQuery),
    responses(
        (status = 200, body = Page<Issue>),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "参数的名称或类型不对"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次导入，或已不再保留"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "参数的值不对")
    )
)]
pub(super) async fn issues(
    State(app): State<Arc<App>>,
    who: Principal,
    Path(id): Path,
    Query(query): Query<IssueQuery>,
) -> Result<Json<Page<Issue>>, Problem> {
    const MOST: usize = SHOWN as usize;
    app.import_job(who, &id).await?.ok_or_else(|| missing(&id))?;
    let kind = query.kind.as_deref().unwrap_or("rejected");
    let list = IssueList::ALL.into_iter().find(|list| list.name() == kind);
    let list = list.ok_or_else(|| Problem::field("kind", "kind 应为 rejected、warnings 或 skipped"))?;
    let (page, per_page) = (query.page.unwrap_or(1), query.per_page.unwrap_or(20));
    if page == 0 {
        return Err(Problem::field("page", "页码从1起"));
    }
    if !(1..=MOST).contains(&per_page) {
        return Err(Problem::field("per_page", format!("每页1到{MOST}条")));
    }
    let offset = (page - 1).saturating_mul(per_page) as u64;
    let (issues, total) = app.import_issues(who, &id, list, offset, per_page as u32).await?;
    let items = issues.into_iter().map(Issue::from).collect();
    Ok(Json(Page { total: total as usize, page, per_page, items }))
}

/// 标出问题的工作簿
///
/// 原文件的工作表、行、列和内容，加“错误说明”一列；改正后可直接再次导入。
#[utoipa::path(
    get, path = "/imports/{id}/errors.xlsx", tag = "导入", params(("id" = String, Path, description = "导入的编号")),
    responses(
        (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有问题，或没有这次导入")
    )
)]
pub(super) async fn errors(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<impl IntoResponse, Problem> {
    let none = || Problem::not_found(format!("编号为“{}”的导入没有问题工作簿：没有问题、尚未结束或已不再保留", excerpt(&id)));
    let workbook = app.import_errors(who, &id).await?.ok_or_else(none)?;
    Ok((attachment("errors.xlsx"), document::body(app, workbook, String::new(), "")))
}

/// 取消一次导入
///
/// 尚未开始的，不再开始；正在读取的，停止，什么都不写入；已在写入的，会写完。已结束的不变。
#[utoipa::path(
    delete, path = "/imports/{id}", tag = "导入", params(("id" = String, Path, description = "导入的编号")),
    responses(
        (status = 202, body = ImportJob),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "由其他网站的页面发出"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次导入，或已不再保留")
    )
)]
pub(super) async fn cancel(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<impl IntoResponse, Problem> {
    let job = app.cancel_import(who, &id).await?.ok_or_else(|| missing(&id))?;
    Ok((StatusCode::ACCEPTED, Json(ImportJob::new(job, Default::default()))))
}

fn missing(id: &str) -> Problem {
    Problem::not_found(format!("没有编号为“{}”的导入，或已不再保留", excerpt(id)))
}

/// 空白的填报模板
#[utoipa::path(
    get, path = "/templates/{file}", tag = "导入",
    params(("file" = String, Path, description = "organizations.xlsx、projects.xlsx、needs.xlsx 或 claims.xlsx")),
    responses(
        (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这个模板")
    )
)]
pub(super) async fn template(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(file): Path,
) -> Result<impl IntoResponse, Problem> {
    let kind = file.strip_suffix(".xlsx").and_then(|name| EntityKind::ALL.into_iter().find(|kind| kind.name() == name));
    let kind = kind.ok_or_else(|| Problem::not_found(format!("没有“{file}”这个模板")))?;
    let workbook = app.compute(client.0, move |app, _| app.template(who, kind)).await?;
    Ok((attachment(&file), workbook))
}

/// Longest text of decisions on rows, in characters.
const MAX_SAME: usize = 4096;
/// Longest text of a mapping, in characters.
const MAX_MAPPING: usize = 8_192;

/// An import order from a form.
async fn order(upload: &Upload, request: Request) -> Result<ImportOrder, Problem> {
    let mut form = upload.form(request).await?;
    let (mut file, mut kind, mut partial, mut dry_run, mut same) = (None, None, false, false, Vec::new());
    let (mut hidden, mut mapping) = (false, Mapping::default());
    while let Some(part) = form.next().await? {
        match part.name.as_str() {
            "file" => file = part.file(MAX_FILE).await?,
            "kind" => kind = kind_of(&part.text().await?)?,
            "partial" => partial = flag("partial", &part.text().await?)?,
            "dry_run" => dry_run = flag("dry_run", &part.text().await?)?,
            "same" => same.extend(SameRow::several(&part.long_text(MAX_SAME).await?).map_err(|it| Problem::field("same", it))?),
            "hidden" => hidden = flag("hidden", &part.text().await?)?,
            "mapping" => {
                let text = part.long_text(MAX_MAPPING).await?;
                mapping = Mapping::parse(&text).map_err(|reason| Problem::field("mapping", reason))?;
            }
            _ => return Err(part.unknown()),
        }
    }
    let (name, file) = file.ok_or_else(|| Problem::field("file", "请选择要导入的文件"))?;
    Ok(ImportOrder { name, file, kind, partial, dry_run, hidden, mapping, same })
}

fn kind_of(text: &str) -> Result<Option<EntityKind>, Problem> {
    let known = EntityKind::ALL.into_iter().find(|kind| kind.name() == text);
    match (text, known) {
        ("", _) => Ok(None),
        (_, Some(kind)) => Ok(Some(kind)),
        _ => Err(Problem::field("kind", format!("没有“{text}”这个类别；应为 organizations、projects、needs 或 claims"))),
    }
}

fn flag(name: &'static str, text: &str) -> Result<bool, Problem> {
    match text {
        "true" | "1" | "on" => Ok(true),
        "" | "false" | "0" => Ok(false),
        _ => Err(Problem::field(name, format!("“{text}”应为 true 或 false"))),
    }
}
