//! Plans for many needs at once: ordering, looking up and stopping plans that are made in the background.

use std::fs::File;
use std::io::Seek as _;
use std::path::Path as FilePath;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::app::{App, PlanOrder};
use crate::domain::{EntityKind, NeedId, Principal};
use crate::error::{AppError, Code};
use crate::excerpt::excerpt;
use crate::http::client::Client;
use crate::http::document::{self, attachment};
use crate::http::extract::{Path, Query, require_json};
use crate::http::json::{from_json, from_value};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::upload::{Upload, bytes_of, is_form};
use crate::ingest::InputFile;
use crate::plan::{self, Plan, PlanNeeds};
use crate::wire::{Page, PlanAsk, PlanJob};

/// 规划一批需求
///
/// 立即返回编号，进度和方案用 `GET /plans/{id}` 查询。各项条件都可以不填。需求默认为全部待认领的需求，可用 `needs`
/// 列出编号，也可用表单交一份需求清单（不写入）；`keep` 为以前得出的方案，新方案在它的基础上调整。各规划依次进行，各来源轮流。
#[utoipa::path(
    post, path = "/plans", tag = "方案",
    request_body(content((PlanBody = "application/json"), (PlanForm = "multipart/form-data"))),
    responses(
        (status = 202, body = PlanJob, headers(("location" = String, description = "查询结果的地址"))),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "不是合法的 JSON，或表单不完整"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "由其他网站的页面发出"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "内容过大"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", description = "既不是 JSON 也不是表单"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "内容有误，errors 中列出字段"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "本来源等候的规划过多"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "等候的规划过多，或无法保存内容")
    )
)]
pub(super) async fn start(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let upload = Upload::begin(&app, client)?;
    let order = Arc::new(PlanUpload::receive(&upload, request).await?);
    // It is checked now and read again when its turn comes, so that waiting orders take no memory.
    let received = Arc::clone(&order);
    app.background().check_alone(move || received.order().map(drop)).await??;
    let label = order.list.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    let again = move || order.order().map_err(|_| AppError::new(Code::Spool, "an order that was checked cannot be read again"));
    let job = app.start_plan(who, &upload.owner, &label, again).await?;
    let location = format!("/api/v1/plans/{}", job.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(PlanJob::from(job))))
}

/// Which plans are listed.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PlanQuery {
    /// 第几页，从1起
    #[param(minimum = 1)]
    page: Option<usize>,
    /// 每页条数，1到200，默认20
    #[param(minimum = 1, maximum = 200)]
    per_page: Option<usize>,
}

/// 各次规划，新的在前
///
/// 得出的方案一直保留，直到删除或超出保留的上限；没有得出的保留7天。方案本身用 `GET /plans/{id}` 查询。
#[utoipa::path(
    get, path = "/plans", tag = "方案", params(PlanQuery),
    responses(
        (status = 200, body = Page<PlanJob>),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "参数的名称或类型不对"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "参数的值不对")
    )
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    who: Principal,
    Query(query): Query<PlanQuery>,
) -> Result<Json<Page<PlanJob>>, Problem> {
    const MOST: usize = 200;
    let (page, per_page) = (query.page.unwrap_or(1), query.per_page.unwrap_or(20));
    if page == 0 {
        return Err(Problem::field("page", "页码从1起"));
    }
    if !(1..=MOST).contains(&per_page) {
        return Err(Problem::field("per_page", format!("每页1到{MOST}条")));
    }
    Ok(Json(app.plans(who, page, per_page).await?.into()))
}

/// 一次规划的进度和方案
#[utoipa::path(
    get, path = "/plans/{id}", tag = "方案", params(("id" = String, Path, description = "规划的编号")),
    responses(
        (status = 200, body = PlanJob),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "没有这次规划，或已不再保留")
    )
)]
pub(super) async fn show(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    let job = PlanJob::from(app.plan_job(who, &id).await?.ok_or_else(|| missing(&id))?);
    let Some(plan) = app.plan_document(who, &id).await? else { return Ok(Json(job).into_response()) };
    // The plan is put behind the other fields as it is stored.
    let mut before = serde_json::to_string(&job).map_err(Problem::internal)?;
    before.truncate(before.len() - 1);
    before.push_str(",\"plan\":");
    Ok(([(header::CONTENT_TYPE, "application/json")], document::body(app, plan, before, "}")).into_response())
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
    let none = || Problem::not_found(format!("编号为“{}”的规划没有方案：尚未结束、没有得出或已不再保留", excerpt(&id)));
    let workbook = app.plan_workbook(who, &id).await?.ok_or_else(none)?;
    Ok((attachment("plan.xlsx"), document::body(app, workbook, String::new(), "")))
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
    let job = app.cancel_plan(who, &id).await?.ok_or_else(|| missing(&id))?;
    Ok((StatusCode::ACCEPTED, Json(PlanJob::from(job))))
}

fn missing(id: &str) -> Problem {
    Problem::not_found(format!("没有编号为“{}”的规划，或已不再保留", excerpt(id)))
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
            let needs = ArrayBuilder::new()
                .items(ObjectBuilder::new().schema_type(Type::String).max_length(Some(256)))
                .max_items(Some(10_000))
                .description(Some("需求的编号；默认为全部待认领的需求"));
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

/// Largest order in JSON, with an earlier plan, in bytes.
const MAX_ORDER: usize = 16 << 20;
/// Largest list of needs of a plan, in bytes.
const MAX_LIST: usize = 16 << 20;
/// Most needs that an order lists.
const MAX_NEEDS: usize = 10_000;

/// An order as uploaded: JSON, and the list of a form.
struct PlanUpload {
    json: Option<File>,
    list: Option<(String, File)>,
}

impl PlanUpload {
    async fn receive(upload: &Upload, request: Request) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            require_json(request.headers())?;
            return Ok(Self { json: Some(upload.body(request.into_body(), MAX_ORDER).await?), list: None });
        }
        let mut form = upload.form(request).await?;
        let (mut json, mut list) = (None, None);
        while let Some(part) = form.next().await? {
            match part.name.as_str() {
                "file" => list = part.file(MAX_LIST).await?,
                "ask" => json = Some(part.content(MAX_ORDER).await?),
                _ => return Err(part.unknown()),
            }
        }
        let list = list.ok_or_else(|| Problem::field("file", "请选择需求清单文件"))?;
        Ok(Self { json, list: Some(list) })
    }

    fn order(&self) -> Result<PlanOrder, Problem> {
        let json = self.json.as_ref().map(bytes_of).transpose().map_err(Problem::internal)?.unwrap_or_default();
        let is_empty = self.list.is_some() && json.trim_ascii().is_empty();
        let PlanBody { needs, keep, ask } = from_json(if is_empty { b"{}" } else { &json })?;
        drop(json);
        let ask: plan::PlanAsk = from_value::<PlanAsk>(serde_json::Value::Object(ask))?.into();
        ask.check(keep.is_some())?;
        let needs = match (&self.list, needs) {
            (Some(_), Some(_)) => return Err(Problem::field("needs", "已交需求清单，不能再用 needs 列出编号")),
            (None, Some(ids)) if ids.is_empty() => {
                return Err(Problem::field("needs", "needs 中没有编号；请列出编号，或不填这一项，规划全部待认领的需求"));
            }
            (None, Some(ids)) if ids.len() > MAX_NEEDS => {
                return Err(Problem::field("needs", format!("needs 最多列出{MAX_NEEDS}项需求；请分批规划")));
            }
            (None, Some(ids)) => PlanNeeds::Stored(ids),
            (None, None) => PlanNeeds::Open,
            (Some((name, file)), None) => PlanNeeds::File(needs_of(name, file)?),
        };
        let about = match (&self.list, &needs) {
            (Some((name, _)), _) => format!("清单“{name}”"),
            (None, PlanNeeds::Stored(ids)) => format!("选出的{}项需求", ids.len()),
            (None, _) => "全部待认领的需求".to_owned(),
        };
        Ok(PlanOrder { ask, needs, keep, before: None, about })
    }
}

fn needs_of(name: &str, mut file: &File) -> Result<InputFile, Problem> {
    let file = file.rewind().and_then(|()| file.try_clone()).map_err(Problem::internal)?;
    let list = InputFile::from_file(FilePath::new(name), file, &Some(EntityKind::Needs).into());
    let list = list.map_err(|error| Problem::field("file", error.to_string()))?;
    if list.row_count() > MAX_NEEDS {
        return Err(Problem::field("file", format!("需求清单最多{MAX_NEEDS}行；请分批规划")));
    }
    Ok(list)
}
