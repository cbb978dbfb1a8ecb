//! The description of the API in Chinese, as JSON and as a page without scripts that is readable on a phone.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::document::{entries, entries_mut, items, text};
use super::example::example;
use super::faults;
use super::kinds::{Piece, bounds, kind, medium, pieces};
use super::words::{MEANINGS, Words, tag};
use crate::http::pages::Layout;

/// The description with all its faults, names and words.
pub(super) fn complete(mut description: OpenApi) -> Value {
    faults::describe(&mut description);
    let mut all = serde_json::to_value(description).expect("a description has string keys only");
    for (path, methods) in entries_mut(&mut all, "paths") {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            operation["operationId"] = operation_id(method, path).into();
        }
    }
    Words::embedded().write_into(&mut all);
    all
}

/// A name that no other operation has; those of the functions behind them repeat.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1").split(|it: char| !it.is_ascii_alphanumeric());
    [method].into_iter().chain(words.filter(|it| !it.is_empty())).collect::<Vec<_>>().join("_")
}

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
    kind: Vec<Piece>,
    /// Its limits in words.
    bounds: String,
    is_required: bool,
    text: Vec<Piece>,
}

/// Something that is sent: its medium in words, and its shape.
struct Content {
    medium: String,
    kind: Vec<Piece>,
}

struct Answer {
    status: String,
    text: Vec<Piece>,
    contents: Vec<Content>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    text: Vec<Piece>,
    parameters: Vec<Field>,
    bodies: Vec<Content>,
    answers: Vec<Answer>,
    /// What it answers if it is not carried out.
    faults: Vec<Answer>,
    example: String,
}

struct Section {
    name: String,
    text: String,
    operations: Vec<Operation>,
}

/// A shape that answers or bodies refer to by name.
struct Shape {
    name: String,
    text: Vec<Piece>,
    /// What it is, if it is no object.
    kind: Vec<Piece>,
    /// The shapes whose fields it has as well.
    parts: Vec<Piece>,
    fields: Vec<Field>,
    /// What is said of a field that may not be left out.
    required: &'static str,
    /// The values of an enumeration, and what they mean.
    values: Vec<(String, Vec<Piece>)>,
}

struct Group {
    name: &'static str,
    shapes: Vec<Shape>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Page {
    layout: Layout,
    title: String,
    text: String,
    sections: Vec<Section>,
    groups: Vec<Group>,
}

/// The page of a complete description.
pub(super) fn page(all: &Value, layout: Layout) -> String {
    let words = Words::embedded();
    let sections = items(&all["tags"]).map(|tag| {
        let name = text(&tag["name"]);
        Section { operations: operations(all, &words, &name), text: text(&tag["description"]), name }
    });
    let shapes = &all["components"]["schemas"];
    let groups = Words::shapes()
        .map(|(name, names)| Group { name, shapes: names.into_iter().map(|name| shape(&words, name, &shapes[name])).collect() });
    let page = Page {
        layout,
        title: text(&all["info"]["title"]),
        text: text(&all["info"]["description"]),
        sections: sections.collect(),
        groups: groups.collect(),
    };
    page.render().unwrap_or_default()
}

fn operations(all: &Value, words: &Words, tag: &str) -> Vec<Operation> {
    let paths = entries(&all["paths"]).flat_map(|(path, methods)| entries(methods).map(move |entry| (path, entry)));
    let of_tag = paths.filter(|(_, (_, operation))| items(&operation["tags"]).any(|it| it == tag));
    let operation = |(path, (method, operation)): (&String, (&String, &Value))| {
        let answers = entries(&operation["responses"]).map(|(status, answer)| Answer {
            status: status.clone(),
            text: pieces(&text(&answer["description"])),
            contents: contents(answer),
        });
        let (faults, answers) = answers.partition(|it| it.status.starts_with(['4', '5']));
        Operation {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.clone(),
            summary: text(&operation["summary"]),
            text: pieces(&text(&operation["description"])),
            parameters: items(&operation["parameters"]).map(parameter).collect(),
            bodies: contents(&operation["requestBody"]),
            answers,
            faults,
            example: example(all, words, path, method, operation),
        }
    };
    of_tag.map(operation).collect()
}

fn parameter(it: &Value) -> Field {
    Field {
        name: text(&it["name"]),
        kind: kind(&it["schema"]),
        bounds: bounds(&it["schema"]),
        is_required: it["required"] == true,
        text: pieces(&text(&it["description"])),
    }
}

fn contents(of: &Value) -> Vec<Content> {
    let content = |(name, content): (&String, &Value)| Content { medium: medium(name), kind: kind(&content["schema"]) };
    entries(&of["content"]).map(content).collect()
}

/// The names of the shapes that requests hold.
fn sent_shapes(all: &Value) -> BTreeSet<String> {
    let operations = entries(&all["paths"]).flat_map(|(_, methods)| entries(methods));
    let mut waiting: Vec<&Value> = operations.map(|(_, operation)| &operation["requestBody"]).collect();
    let mut found = BTreeSet::new();
    while let Some(value) = waiting.pop() {
        let name = value["$ref"].as_str().and_then(|it| it.strip_prefix("#/components/schemas/"));
        if let Some(name) = name.filter(|name| found.insert((*name).to_owned())) {
            waiting.push(&all["components"]["schemas"][name]);
        }
        waiting.extend(items(value));
        waiting.extend(entries(value).map(|(_, value)| value));
    }
    found
}

fn shape(words: &Words, name: &str, schema: &Value, required: &'static str) -> Shape {
    let parts = ["allOf", "oneOf"].into_iter().flat_map(|how| items(&schema[how]));
    let mut fields: Vec<Field> = [schema].into_iter().chain(parts).flat_map(own_fields).collect();
    fields.sort_by_key(|field| words.number(&format!("{name}.{}", field.name)));
    // Several choices may have the same field.
    fields.dedup_by(|a, b| a.name == b.name);
    let meaning = |value: &Value| (text(value), pieces(&text(&schema[MEANINGS][value.as_str().unwrap_or_default()])));
    let choice = |it: &Value| Some((tag(it)?, pieces(&text(&it["description"]))));
    let values: Vec<_> = items(&schema["enum"]).map(meaning).chain(items(&schema["oneOf"]).filter_map(choice)).collect();
    let is_plain = fields.is_empty() && values.is_empty();
    Shape {
        name: name.to_owned(),
        text: pieces(&text(&schema["description"])),
        kind: if is_plain { kind(schema) } else { Vec::new() },
        parts: items(&schema["allOf"]).filter(|part| part["$ref"].is_string()).flat_map(kind).collect(),
        fields,
        required,
        values,
    }
}

/// The fields that a schema has itself.
fn own_fields(schema: &Value) -> impl Iterator<Item = Field> {
    let is_required = move |name: &str| items(&schema["required"]).any(|it| it == name);
    entries(&schema["properties"]).map(move |(name, field)| Field {
        name: name.clone(),
        kind: kind(field),
        bounds: bounds(field),
        is_required: is_required(name),
        text: pieces(&text(&field["description"])),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::api::routes_and_description;

    #[test]
    fn operations_have_names_of_their_own() {
        let all = complete(routes_and_description().1);
        let operations = entries(&all["paths"]).flat_map(|(_, methods)| entries(methods));
        let names: Vec<&Value> = operations.map(|(_, operation)| &operation["operationId"]).collect();
        let different: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
        assert_eq!((names.len(), different.contains("\"get_needs_id\"")), (different.len(), true));
    }

    #[test]
    fn every_link_of_the_page_leads_somewhere_on_it() {
        let html = page(&complete(routes_and_description().1), Layout::default());
        let links: BTreeSet<&str> = html.split("href=\"#").skip(1).filter_map(|it| it.split('"').next()).collect();
        assert!(links.len() > 100);
        let astray: Vec<&&str> = links.iter().filter(|it| !html.contains(&format!("id=\"{it}\""))).collect();
        assert_eq!(astray, [] as [&&str; 0]);
    }
}
