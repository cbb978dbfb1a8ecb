//! Imports: a file is uploaded and read in the background, and its problems are returned.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::{App, ImportOrder};
use crate::domain::{EntityKind, Principal};
use crate::http::extract::{Path, unreadable};
use crate::http::problem::{Kind, Problem, ProblemBody};
use crate::wire::{self, ImportJob};

/// The media type of XLSX workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The parts of the form, as the description shows them.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its description is used; the parts are read one by one")]
pub(super) struct ImportForm {
    /// 文件：.xlsx、.xls、.ods、.csv 或 .jsonl
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// 内容：organizations、projects、needs 或 claims；默认由文件名和列名判断
    kind: Option<wire::EntityKind>,
    /// 有不合格的行时，仍导入其余各行
    partial: Option<bool>,
    /// 只检查，不写入
    dry_run: Option<bool>,
}

/// 导入一个文件
///
/// 立即返回编号，结果用 `GET /imports/{id}` 查询。
#[utoipa::path(
    post, path = "/imports", tag = "导入",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, body = ImportJob, headers(("location" = String, description = "查询结果的地址"))),
        (status = 303, description = "浏览器提交时，转到 /imports/{id} 页面"),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "不是表单，或不完整"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "由其他网站的页面发出"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "文件过大"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "表单有误")
    )
)]
pub(super) async fn start(State(app): State<Arc<App>>, who: Principal, headers: HeaderMap, form: Form) -> Response {
    let (job, _work) = app.start_import(who, form.0);
    let accepts = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") {
        // A browser goes on to the page of the import.
        return Redirect::to(&format!("/imports/{}", job.id)).into_response();
    }
    let location = format!("/api/v1/imports/{}", job.id);
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(ImportJob::from(job))).into_response()
}

/// 一次导入的进度和结果
#[utoipa::path(
    get, path = "/imports/{id}", tag = "导入", params(("id" = String, Path, description = "导入的编号")),
    responses(
        (status = 200, body = ImportJob),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次导入，或已不再保留")
    )
)]
pub(super) async fn show(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Json<ImportJob>, Problem> {
    app.import_job(who, &id)
        .map(|it| Json(it.into()))
        .ok_or_else(|| Problem::not_found(format!("没有编号为“{id}”的导入，或已不再保留")))
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
    let missing = || Problem::not_found(format!("编号为“{id}”的导入没有问题工作簿：没有问题、尚未结束或已不再保留"));
    let workbook = app.import_errors(who, &id).ok_or_else(missing)?;
    Ok((attachment("errors.xlsx"), workbook.to_vec()))
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
    Path(file): Path,
) -> Result<impl IntoResponse, Problem> {
    let kind = file.strip_suffix(".xlsx").and_then(|name| EntityKind::ALL.into_iter().find(|kind| kind.name() == name));
    let kind = kind.ok_or_else(|| Problem::not_found(format!("没有“{file}”这个模板")))?;
    let workbook = app.compute(move |app| app.template(who, kind)).await?;
    Ok((attachment(&file), workbook))
}

pub(super) fn attachment(name: &str) -> [(HeaderName, String); 2] {
    [(header::CONTENT_TYPE, XLSX.to_owned()), (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))]
}

/// An import order from a multipart form.
pub(super) struct Form(ImportOrder);

impl<S: Send + Sync> axum::extract::FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        let refuse = |_| Problem::new(Kind::Malformed, "请求应为 multipart/form-data 表单，文件放在 file 一项中");
        let mut form = Multipart::from_request(request, state).await.map_err(refuse)?;
        let (mut file, mut kind, mut partial, mut dry_run) = (None, None, false, false);
        while let Some(part) = form.next_field().await.map_err(|error| unreadable(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| unreadable(&error))?;
            let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
            match name.as_str() {
                "file" => file = Some((file_name.filter(|it| !it.is_empty()).unwrap_or_default(), bytes.to_vec())),
                "kind" => kind = kind_of(&text())?,
                "partial" => partial = flag("partial", &text())?,
                "dry_run" => dry_run = flag("dry_run", &text())?,
                other => return Err(Problem::field("form", format!("表单中有不认识的一项“{other}”"))),
            }
        }
        let (name, bytes) =
            file.filter(|(name, _)| !name.is_empty()).ok_or_else(|| Problem::field("file", "请选择要导入的文件"))?;
        Ok(Self(ImportOrder { name, bytes, kind, partial, dry_run }))
    }
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
