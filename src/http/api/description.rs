//! The description of the API as a page without scripts, readable on a phone.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::http::pages::Layout;

/// A document that stays the same as long as the program runs.
pub(super) async fn document(content_type: &'static str, text: Arc<str>) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "max-age=3600")], text.to_string())
}

/// The page of the description. Two readers of one browser may want it in other sizes, so it is not kept.
pub(super) async fn page_document(html: Arc<str>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")], html.to_string())
}

/// A field of an object, or a parameter of a request.
struct Field {
    name: String,
    kind: String,
    is_required: bool,
    text: String,
}

struct Operation {
    method: String,
    path: String,
    summary: String,
    text: String,
    parameters: Vec<Field>,
    /// Media type and shape of each accepted body.
    bodies: Vec<(String, String)>,
    /// Status, meaning, and shape of each answer.
    answers: Vec<(String, String, String)>,
}

struct Section {
    name: String,
    text: String,
    operations: Vec<Operation>,
}

/// A shape that answers or bodies refer to by name.
struct Shape {
    name: String,
    text: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Page {
    layout: Layout,
    title: String,
    text: String,
    sections: Vec<Section>,
    shapes: Vec<Shape>,
}

/// The page of a description.
pub(super) fn page(description: &OpenApi, layout: Layout) -> String {
    let all = serde_json::to_value(description).unwrap_or_default();
    let sections = items(&all["tags"]).map(|tag| {
        let name = text(&tag["name"]);
        Section { operations: operations(&all, &name), text: text(&tag["description"]), name }
    });
    let shapes = entries(&all["components"]["schemas"]).map(|(name, schema)| Shape {
        name: name.clone(),
        text: text(&schema["description"]),
        fields: fields(schema),
    });
    let page = Page {
        layout,
        title: text(&all["info"]["title"]),
        text: text(&all["info"]["description"]),
        sections: sections.collect(),
        shapes: shapes.collect(),
    };
    page.render().unwrap_or_default()
}

fn operations(all: &Value, tag: &str) -> Vec<Operation> {
    let paths = entries(&all["paths"]).flat_map(|(path, methods)| entries(methods).map(move |entry| (path, entry)));
    let of_tag = paths.filter(|(_, (_, operation))| items(&operation["tags"]).any(|it| it == tag));
    let operation = |(path, (method, operation)): (&String, (&String, &Value))| Operation {
        method: method.to_uppercase(),
        path: path.clone(),
        summary: text(&operation["summary"]),
        text: text(&operation["description"]),
        parameters: items(&operation["parameters"]).map(parameter).collect(),
        bodies: contents(&operation["requestBody"]),
        answers: entries(&operation["responses"])
            .map(|(status, answer)| {
                let shapes: Vec<String> = contents(answer).into_iter().map(|(_, shape)| shape).collect();
                (status.clone(), text(&answer["description"]), shapes.join("，"))
            })
            .collect(),
    };
    of_tag.map(operation).collect()
}

fn parameter(it: &Value) -> Field {
    Field {
        name: text(&it["name"]),
        kind: shape(&it["schema"]),
        is_required: it["required"] == true,
        text: text(&it["description"]),
    }
}

fn contents(of: &Value) -> Vec<(String, String)> {
    entries(&of["content"]).map(|(kind, content)| (kind.clone(), shape(&content["schema"]))).collect()
}

/// The fields of an object; those of its parts if it is composed of several, its values if it is a choice.
fn fields(schema: &Value) -> Vec<Field> {
    let required = |name: &str| items(&schema["required"]).any(|it| it == name);
    let own = entries(&schema["properties"]).map(|(name, field)| Field {
        name: name.clone(),
        kind: shape(field),
        is_required: required(name),
        text: text(&field["description"]),
    });
    let values = items(&schema["enum"]).map(|value| Field {
        name: text(value),
        kind: String::new(),
        is_required: false,
        text: String::new(),
    });
    let parts = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|how| items(&schema[how])).flat_map(|part| {
        if part["$ref"].is_string() {
            vec![Field { name: String::new(), kind: shape(part), is_required: false, text: text(&part["description"]) }]
        } else {
            fields(part)
        }
    });
    own.chain(values).chain(parts).collect()
}

/// A shape in a few words: the name it has, or its type.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let choices: Vec<String> = ["oneOf", "anyOf", "allOf"]
        .into_iter()
        .flat_map(|how| items(&schema[how]))
        .filter(|part| part["type"] != "null")
        .map(shape)
        .collect();
    if !choices.is_empty() {
        return choices.join(" 或 ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        several => items(several).filter_map(Value::as_str).filter(|it| *it != "null").collect(),
    };
    let named = |name: &&str| match *name {
        "string" => "文字".to_owned(),
        "integer" => "整数".to_owned(),
        "number" => "数".to_owned(),
        "boolean" => "true 或 false".to_owned(),
        "array" => format!("{}的列表", shape(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => format!("名称 → {}", shape(&schema["additionalProperties"])),
        _ => "对象".to_owned(),
    };
    types.iter().map(named).collect::<Vec<_>>().join(" 或 ")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
