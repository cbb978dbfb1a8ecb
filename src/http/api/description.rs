//! The description of the API in Chinese, as JSON and as pages that are readable on a phone: the contents, and a page a tag.

use std::collections::{BTreeMap, BTreeSet};
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
use crate::http::problem::Problem;

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
    meaning: String,
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
    /// What it answers if it is not carried out, in words of its own.
    faults: Vec<Answer>,
    /// The same in the words of all operations: only the status.
    common: Vec<String>,
    example: String,
}

/// A tag: its operations and the shapes that they send and answer with.
struct Part {
    name: &'static str,
    page: &'static str,
    text: String,
    operations: Vec<Operation>,
    shapes: Vec<Shape>,
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

#[derive(Template)]
#[template(path = "api.html")]
struct ContentsPage<'a> {
    layout: Layout,
    title: String,
    text: String,
    parts: &'a [Part],
    /// What each operation can answer if it is not carried out.
    faults: &'a [(u16, &'static str)],
}

#[derive(Template)]
#[template(path = "api_part.html")]
struct PartPage<'a> {
    layout: Layout,
    part: &'a Part,
}

/// The pages of a description by their names, each in both sizes of type. The name of the contents is empty.
pub(super) struct Pages(BTreeMap<&'static str, [Arc<str>; 2]>);

impl Pages {
    pub(super) fn new(all: &Value) -> Self {
        let parts = parts(all);
        let in_both_sizes = |page: &dyn Fn(Layout) -> String| -> [Arc<str>; 2] {
            [false, true].map(|is_large| page(Layout::of_size(is_large)).into())
        };
        let contents = |layout| {
            let info = &all["info"];
            let (title, text) = (text(&info["title"]), text(&info["description"]));
            ContentsPage { layout, title, text, parts: &parts, faults: &faults::common() }.render().unwrap_or_default()
        };
        let page = |part| in_both_sizes(&|layout| PartPage { layout, part }.render().unwrap_or_default());
        let pages = parts.iter().map(|part| (part.page, page(part)));
        Self(pages.chain([("", in_both_sizes(&contents))]).collect())
    }

    /// The answer with a page. Two readers of one browser may want it in other sizes, so that it is not kept.
    pub(super) fn answer(&self, name: &str, layout: &Layout) -> Result<impl IntoResponse + use<>, Problem> {
        let page = self.0.get(name).ok_or_else(|| Problem::not_found("接口说明的目录见 /api/docs/"))?;
        let html = page[usize::from(layout.is_large)].to_string();
        Ok(([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")], html))
    }
}

fn parts(all: &Value) -> Vec<Part> {
    let (words, sent) = (Words::embedded(), sent_shapes(all));
    let shapes = &all["components"]["schemas"];
    let shape = |name: &str| shape(&words, name, &shapes[name], if sent.contains(name) { "必填" } else { "必有" });
    let part = |(name, page, shapes): (&'static str, &'static str, Vec<&str>)| Part {
        name,
        page,
        text: items(&all["tags"]).find(|tag| tag["name"] == name).map(|tag| text(&tag["description"])).unwrap_or_default(),
        operations: operations(all, &words, name),
        shapes: shapes.into_iter().map(shape).collect(),
    };
    Words::tags().map(part).collect()
}

fn operations(all: &Value, words: &Words, tag: &str) -> Vec<Operation> {
    let paths = entries(&all["paths"]).flat_map(|(path, methods)| entries(methods).map(move |entry| (path, entry)));
    let of_tag = paths.filter(|(_, (_, operation))| items(&operation["tags"]).any(|it| it == tag));
    let operation = |(path, (method, operation)): (&String, (&String, &Value))| {
        let answers = entries(&operation["responses"]).map(|(status, answer)| Answer {
            status: status.clone(),
            text: pieces(&text(&answer["description"])),
            meaning: text(&answer["description"]),
            contents: contents(answer),
        });
        let (mut faults, answers): (Vec<Answer>, Vec<Answer>) = answers.partition(|it| it.status.starts_with(['4', '5']));
        let common: Vec<String> =
            faults.extract_if(.., |it| faults::is_common(&it.status, &it.meaning)).map(|it| it.status).collect();
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
            common,
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
    fn every_link_of_the_pages_leads_somewhere() {
        let pages = Pages::new(&complete(routes_and_description().1)).0;
        let mut count = 0;
        for html in pages.values().map(|sizes| &sizes[0]) {
            assert!(html.len() < 75_000, "{} bytes: {html:.300}", html.len());
            for link in html.split("href=\"/api/docs/").skip(1).filter_map(|it| it.split('"').next()) {
                let (page, place) = link.split_once('#').unwrap_or((link, "main"));
                let page = pages.get(page).unwrap_or_else(|| panic!("{link}"));
                assert!(page[0].contains(&format!("id=\"{place}\"")), "{link}");
                count += 1;
            }
        }
        assert!(count > 100, "{count}");
    }
}
