//! The faults that operations have in common, added to the description: those of the front door, of parameters and of bodies.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use crate::request::MAX_NAME_CHARS;

/// A fault, and the operations that can answer with it.
struct Fault {
    status: u16,
    meaning: &'static str,
    is_possible: fn(&Operation) -> bool,
}

const fn fault(status: u16, meaning: &'static str, is_possible: fn(&Operation) -> bool) -> Fault {
    Fault { status, meaning, is_possible }
}

const FAULTS: [Fault; 12] = [
    fault(400, "请求、参数或 JSON 不成形", takes_anything),
    fault(403, "由其他网站的页面发出", always),
    fault(404, "没有这一项", takes_id),
    fault(408, "内容传得太慢或中途停止", takes_body),
    fault(409, "数据目录的状态不允许这样做", takes_body),
    fault(413, "内容过大", takes_body),
    fault(415, "内容类型不对", takes_body),
    fault(421, "地址中的主机名不属于本服务", always),
    fault(422, "内容有误，errors 中列出字段", takes_anything),
    fault(429, "请求过多，请稍后重试", always),
    fault(500, "服务内部出错", always),
    fault(503, "暂时无法处理或超过时限，请稍后重试", always),
];

/// Status and meaning of the faults that operations have in common.
pub(super) fn common() -> Vec<(u16, &'static str)> {
    FAULTS.iter().map(|it| (it.status, it.meaning)).collect()
}

/// Tells whether a fault has the words of all operations.
pub(super) fn is_common(status: &str, meaning: &str) -> bool {
    FAULTS.iter().any(|it| it.status.to_string() == status && it.meaning == meaning)
}

fn always(_: &Operation) -> bool {
    true
}

fn takes_anything(operation: &Operation) -> bool {
    takes_body(operation) || takes_id(operation) || takes(operation, &ParameterIn::Query)
}

fn takes_id(operation: &Operation) -> bool {
    takes(operation, &ParameterIn::Path)
}

fn takes_body(operation: &Operation) -> bool {
    operation.request_body.is_some()
}

fn takes(operation: &Operation, place: &ParameterIn) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters.into_iter().any(|it| matches!(it, RefOr::T(it) if it.parameter_in == *place))
}

/// Adds to each operation the faults that it does not describe in its own words.
pub(super) fn describe(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            bound_ids(operation);
            let possible: Vec<&Fault> = FAULTS.iter().filter(|it| (it.is_possible)(operation)).collect();
            for it in possible {
                let responses = &mut operation.responses.responses;
                responses.entry(it.status.to_string()).or_insert_with(|| RefOr::T(it.response()));
            }
        }
    }
}

/// Ids in an address have the limit that the extractor of paths sets.
fn bound_ids(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.parameter_in == ParameterIn::Path
            && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        {
            (schema.min_length, schema.max_length) = (Some(1), Some(MAX_NAME_CHARS));
        }
    }
}

impl Fault {
    fn response(&self) -> Response {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
        let response = ResponseBuilder::new().description(self.meaning).content("application/problem+json", content);
        if !matches!(self.status, 429 | 503) {
            return response.build();
        }
        let seconds = ObjectBuilder::new().schema_type(Type::Integer);
        let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("几秒后可以重试")).build();
        response.header("retry-after", header).build()
    }
}
