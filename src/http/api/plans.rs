//! Plans for many needs at once: ordering, looking up and stopping plans that are made in the background.

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::imports::attachment;
use crate::app::{App, PlanOrder};
use crate::domain::{EntityKind, NeedId, Principal};
use crate::export::plan_workbook;
use crate::http::extract::{Path, from_json, from_value, json_body, unreadable};
use crate::http::front_door::MAX_UPLOAD;
use crate::http::problem::{Kind, Problem, ProblemBody};
use crate::ingest::InputFile;
use crate::plan::{self, Plan, PlanNeeds};
use crate::wire::{PlanAsk, PlanJob};

/// 规划一批需求
///
/// 立即返回编号，进度和方案用 `GET /plans/{id}` 查询。各项条件都可以不填。需求默认为全部待认领的需求，可用 `needs`
/// 列出编号，也可用表单交一份需求清单（不写入）；`keep` 为以前得出的方案，新方案在它的基础上调整。
#[utoipa::path(
    post, path = "/plans", tag = "方案",
    request_body(content((PlanBody = "application/json"), (PlanForm = "multipart/form-data"))),
    responses(
        (status = 202, body = PlanJob, headers(("location" = String, description = "查询结果的地址"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "不是合法的 JSON，或表单不完整"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "由其他网站的页面发出"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "内容过大"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", description = "既不是 JSON 也不是表单"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "内容有误，errors 中列出字段")
    )
)]
pub(super) async fn start(State(app): State<Arc<App>>, who: Principal, upload: PlanUpload) -> Result<impl IntoResponse, Problem> {
    // Lists and earlier plans may be large, so they are read in the pool.
    let order = app.compute(move |_| Ok(upload.order())).await??;
    let (job, _work) = app.start_plan(who, order);
    let location = format!("/api/v1/plans/{}", job.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(PlanJob::from(job))))
}

/// 一次规划的进度和方案
#[utoipa::path(
    get, path = "/plans/{id}", tag = "方案", params(("id" = String, Path, description = "规划的编号")),
    responses(
        (status = 200, body = PlanJob),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次规划，或已不再保留")
    )
)]
pub(super) async fn show(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Json<PlanJob>, Problem> {
    app.plan_job(who, &id).map(|it| Json(it.into())).ok_or_else(|| missing(&id))
}

/// 方案的工作簿
///
/// 总表、按需求、按组织、未满足、参数五张工作表，金额单位为万元，可直接打印。
#[utoipa::path(
    get, path = "/plans/{id}/plan.xlsx", tag = "方案", params(("id" = String, Path, description = "规划的编号")),
    responses(
        (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有得出方案，或没有这次规划")
    )
)]
pub(super) async fn workbook(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<impl IntoResponse, Problem> {
    let none = || Problem::not_found(format!("编号为“{id}”的规划没有方案：尚未结束、没有得出或已不再保留"));
    let plan = app.plan_job(who, &id).and_then(|job| job.plan).ok_or_else(none)?;
    let workbook = app.compute(move |_| Ok(plan_workbook(&plan)?)).await?;
    Ok((attachment("plan.xlsx"), workbook))
}

/// 停止一次规划
///
/// 保留目前最好的方案，并在方案中注明；尚未开始的，不再开始。已结束的不变。
#[utoipa::path(
    delete, path = "/plans/{id}", tag = "方案", params(("id" = String, Path, description = "规划的编号")),
    responses(
        (status = 202, body = PlanJob),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "由其他网站的页面发出"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次规划，或已不再保留")
    )
)]
pub(super) async fn cancel(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<impl IntoResponse, Problem> {
    let job = app.cancel_plan(who, &id).ok_or_else(|| missing(&id))?;
    Ok((StatusCode::ACCEPTED, Json(PlanJob::from(job))))
}

fn missing(id: &str) -> Problem {
    Problem::not_found(format!("没有编号为“{id}”的规划，或已不再保留"))
}

/// The body of an order: the fields of [`PlanAsk`], and these two.
#[derive(Deserialize)]
pub(super) struct PlanBody {
    needs: Option<Vec<NeedId>>,
    keep: Option<Plan>,
    /// They are read in a second step, so that a fault in them still has its path.
    #[serde(flatten)]
    ask: serde_json::Map<String, serde_json::Value>,
}

impl utoipa::PartialSchema for PlanBody {
    fn schema() -> RefOr<Schema> {
        let mut schema = PlanAsk::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            let needs = ArrayBuilder::new().items(String::schema()).description(Some("需求的编号；默认为全部待认领的需求"));
            object.properties.insert("needs".to_owned(), needs.into());
            object.properties.insert("keep".to_owned(), Ref::from_schema_name(Plan::name()).into());
        }
        schema
    }
}

impl utoipa::ToSchema for PlanBody {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        PlanAsk::schemas(schemas);
        schemas.push((Plan::name().into_owned(), Plan::schema()));
        Plan::schemas(schemas);
    }
}

/// The parts of the form, as the description shows them.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its description is used; the parts are read one by one")]
pub(super) struct PlanForm {
    /// 需求清单：.xlsx、.xls、.ods、.csv 或 .jsonl；只用于规划，不写入
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// 条件，JSON 格式，字段与 JSON 请求相同，但不含 needs
    #[schema(value_type = Option<String>)]
    ask: Option<PlanBody>,
}

/// An order as uploaded: JSON, and the list of a form.
pub(super) struct PlanUpload {
    json: Bytes,
    list: Option<(String, Bytes)>,
}

impl<S: Send + Sync> FromRequest<S> for PlanUpload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if !content_type.is_some_and(|it| it.starts_with("multipart/form-data")) {
            return Ok(Self { json: json_body(request, state, MAX_UPLOAD).await?, list: None });
        }
        let refuse = |_| Problem::new(Kind::Malformed, "表单不完整，请重新提交");
        let mut form = Multipart::from_request(request, state).await.map_err(refuse)?;
        let (mut json, mut list) = (Bytes::from_static(b"{}"), None);
        while let Some(part) = form.next_field().await.map_err(|error| unreadable(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| unreadable(&error))?;
            match name.as_str() {
                "file" => list = Some((file_name, bytes)),
                "ask" if bytes.trim_ascii().is_empty() => {}
                "ask" => json = bytes,
                other => return Err(Problem::field("form", format!("表单中有不认识的一项“{other}”"))),
            }
        }
        let list = list.filter(|(name, _)| !name.is_empty()).ok_or_else(|| Problem::field("file", "请选择需求清单文件"))?;
        Ok(Self { json, list: Some(list) })
    }
}

impl PlanUpload {
    fn order(&self) -> Result<PlanOrder, Problem> {
        let PlanBody { needs, keep, ask } = from_json(&self.json)?;
        let ask: plan::PlanAsk = from_value::<PlanAsk>(serde_json::Value::Object(ask))?.into();
        ask.check(keep.is_some())?;
        let needs = match (&self.list, needs) {
            (Some(_), Some(_)) => return Err(Problem::field("needs", "已交需求清单，不能再用 needs 列出编号")),
            (None, Some(ids)) if ids.is_empty() => {
                return Err(Problem::field("needs", "needs 中没有编号；请列出编号，或不填这一项，规划全部待认领的需求"));
            }
            (None, Some(ids)) => PlanNeeds::Stored(ids),
            (None, None) => PlanNeeds::Open,
            (Some((name, bytes)), None) => {
                let file = InputFile::from_bytes(FilePath::new(name), bytes, Some(EntityKind::Needs));
                PlanNeeds::File(file.map_err(|error| Problem::field("file", error.to_string()))?)
            }
        };
        Ok(PlanOrder { ask, needs, keep })
    }
}
