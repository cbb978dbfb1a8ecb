//! The Chinese words of the description. Comments in the code are English, and readers of the description are not programmers
//! of this program, so their words are tables of their own, one a tag: `place ⇥ text ⇥ example as JSON`.
//!
//! A place is `Shape`, `Shape.field`, `Shape=value`, `/path?parameter`, `?parameter` for all routes with that parameter, or `/path`
//! for the example of a body. What the code states in Chinese (routes and forms do) needs no text here. The order of the lines is
//! that of the page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::document::{entries_mut, items_mut};

/// A tag, the name of its page, and the words of its shapes.
struct Table {
    tag: &'static str,
    page: &'static str,
    lines: &'static str,
}

const TABLES: [Table; 5] = [
    Table { tag: "推荐", page: "suggestions", lines: include_str!("words/suggestions.tsv") },
    Table { tag: "方案", page: "plans", lines: include_str!("words/plans.tsv") },
    Table { tag: "记录", page: "records", lines: include_str!("words/records.tsv") },
    Table { tag: "导入", page: "imports", lines: include_str!("words/imports.tsv") },
    Table { tag: "系统", page: "system", lines: include_str!("words/system.tsv") },
];

/// The page of each shape.
static PAGES: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| TABLES.iter().flat_map(|table| table.shapes().map(|shape| (shape, table.page))).collect());

impl Table {
    /// The shapes of the tag, in their order.
    fn shapes(&self) -> impl Iterator<Item = &'static str> + use<> {
        let places = self.lines.lines().filter_map(|line| line.split('\t').next());
        places.filter(|place| place.chars().all(|it| it.is_ascii_alphanumeric() || it == '_'))
    }
}

/// Where a schema states the meanings of its values; a custom of viewers of OpenAPI.
pub(super) const MEANINGS: &str = "x-enumDescriptions";

struct Line {
    /// Number of the line, over all tables.
    number: usize,
    text: &'static str,
    /// As JSON.
    example: Option<&'static str>,
}

/// The words by their places.
pub(super) struct Words(BTreeMap<&'static str, Line>);

impl Words {
    pub(super) fn embedded() -> Self {
        let all = TABLES.iter().flat_map(|table| table.lines.lines()).enumerate();
        let line = |(number, line): (usize, &'static str)| {
            let mut columns = line.splitn(3, '\t');
            let (place, text) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
            (place, Line { number, text, example: columns.next() })
        };
        Self(all.map(line).collect())
    }

    /// Where a place stands among all; those that no line names come last.
    pub(super) fn number(&self, place: &str) -> usize {
        self.0.get(place).map_or(usize::MAX, |it| it.number)
    }

    /// The example of a place, as JSON.
    pub(super) fn example(&self, place: &str) -> Option<&'static str> {
        self.0.get(place)?.example
    }

    /// The example of a parameter, as JSON.
    pub(super) fn parameter_example(&self, path: &str, name: &str) -> Option<&'static str> {
        self.example(&format!("{path}?{name}")).or_else(|| self.example(&format!("?{name}")))
    }

    /// Each tag with the name of its page and the names of its shapes, in their order.
    pub(super) fn tags() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
        TABLES.iter().map(|table| (table.tag, table.page, table.shapes().collect()))
    }

    /// The address of a shape: its place on the page of its tag.
    pub(super) fn address(shape: &str) -> String {
        format!("/api/docs/{}#{shape}", PAGES.get(shape).copied().unwrap_or_default())
    }

    /// Writes the words into a description.
    pub(super) fn write_into(&self, description: &mut Value) -> Coverage {
        let mut writing = Writing { words: self, coverage: Coverage::default() };
        if let Some(components) = description.get_mut("components") {
            writing.shapes(components);
        }
        for (path, methods) in entries_mut(description, "paths") {
            for operation in methods.as_object_mut().into_iter().flat_map(Map::values_mut) {
                items_mut(operation, "parameters").for_each(|it| writing.parameter(path, it));
                writing.body(path, operation);
                entries_mut(operation, "responses").for_each(|(status, answer)| describe_success(status, answer));
            }
        }
        let unused = self.0.keys().filter(|place| !writing.coverage.used.contains(*place));
        writing.coverage.unused = unused.copied().collect();
        writing.coverage
    }
}

/// What the words cover of a description.
#[derive(Default)]
pub(super) struct Coverage {
    used: BTreeSet<&'static str>,
    /// Places without Chinese words, with those that the code states.
    pub(super) missing: Vec<(String, String)>,
    /// Places that the description does not have.
    pub(super) unused: Vec<&'static str>,
}

struct Writing<'a> {
    words: &'a Words,
    coverage: Coverage,
}

impl Writing<'_> {
    fn shapes(&mut self, components: &mut Value) {
        let names: BTreeSet<String> = entries_mut(components, "schemas").map(|(name, _)| name.clone()).collect();
        for (name, shape) in entries_mut(components, "schemas") {
            // A page of records holds a copy of their shape, which has a name of its own.
            if let (Some(record), Some(items)) = (name.strip_prefix("Page_"), shape.pointer_mut("/properties/items/items"))
                && names.contains(record)
            {
                *items = json!({"$ref": format!("#/components/schemas/{record}")});
            }
            self.describe(name, None, shape);
            self.values(name, shape);
            self.fields(name, shape);
        }
    }

    /// The fields of a shape, also of the parts that it is composed of.
    fn fields(&mut self, shape: &str, schema: &mut Value) {
        for (field, schema) in entries_mut(schema, "properties") {
            self.field(&format!("{shape}.{field}"), schema);
        }
        for part in items_mut(schema, "allOf") {
            // A part that has a name is described where it stands.
            without_texts(part);
            self.fields(shape, part);
        }
        for choice in items_mut(schema, "oneOf") {
            if let Some(tag) = tag(choice) {
                choice["description"] = self.text(&format!("{shape}={tag}"), None, "").into();
            }
            self.fields(shape, choice);
        }
    }

    /// The meanings of the values of an enumeration, unless the code states them.
    fn values(&mut self, shape: &str, schema: &mut Value) {
        let values: Vec<String> = items_mut(schema, "enum").filter_map(|it| it.as_str().map(str::to_owned)).collect();
        if !values.is_empty() && schema.get(MEANINGS).is_none() {
            let meaning = |value: String| (value.clone(), Value::from(self.text(&format!("{shape}={value}"), None, "")));
            schema[MEANINGS] = values.into_iter().map(meaning).collect::<Map<_, _>>().into();
        }
    }

    fn parameter(&mut self, path: &str, parameter: &mut Value) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let (place, anywhere) = (format!("{path}?{name}"), format!("?{name}"));
        if let Some(example) = self.words.parameter_example(path, name) {
            parameter["example"] = example_value(example);
        }
        self.describe(&place, Some(&anywhere), parameter);
    }

    /// The example of a body that has no fields with examples.
    fn body(&mut self, path: &str, operation: &mut Value) {
        if let Some(content) = operation.pointer_mut("/requestBody/content/application~1json")
            && let Some(example) = self.words.example(path)
        {
            self.line(path);
            content["example"] = example_value(example);
        }
    }

    fn field(&mut self, place: &str, schema: &mut Value) {
        self.describe(place, None, schema);
        // The example of a file is its name, which is not its content.
        if let Some(example) = self.words.example(place).filter(|_| schema["format"] != "binary") {
            schema["examples"] = json!([example_value(example)]);
        }
    }

    /// Gives a schema or a parameter its text.
    fn describe(&mut self, place: &str, anywhere: Option<&str>, it: &mut Value) {
        let stated = stated(it);
        without_texts(it);
        it["description"] = self.text(place, anywhere, &stated).into();
    }

    /// The text of a place: that of its line, else what the code states in Chinese, else that of the parameter on any route.
    fn text(&mut self, place: &str, anywhere: Option<&str>, stated: &str) -> String {
        if let Some(text) = self.line(place) {
            return text.to_owned();
        }
        if is_chinese(stated) {
            return stated.to_owned();
        }
        if let Some(text) = anywhere.and_then(|it| self.line(it)) {
            return text.to_owned();
        }
        self.coverage.missing.push((place.to_owned(), stated.to_owned()));
        String::new()
    }

    fn line(&mut self, place: &str) -> Option<&'static str> {
        let (&place, line) = self.words.0.get_key_value(place)?;
        self.coverage.used.insert(place);
        Some(line.text).filter(|text| !text.is_empty())
    }
}

fn example_value(json: &str) -> Value {
    serde_json::from_str(json).expect("the tables are embedded, and a test reads their examples")
}

/// The text that the code states. That of a schema that may be null stands in one of its choices.
fn stated(schema: &Value) -> String {
    let choices = ["oneOf", "anyOf"].into_iter().flat_map(|how| schema[how].as_array().into_iter().flatten());
    let mut texts = [schema].into_iter().chain(choices).filter_map(|it| it["description"].as_str());
    texts.next().unwrap_or_default().to_owned()
}

/// What tells a choice from the others: the field with only one value.
pub(super) fn tag(choice: &Value) -> Option<String> {
    let fields = choice["properties"].as_object()?.values();
    let only = fields.filter_map(|field| field["enum"].as_array()).find(|values| values.len() == 1)?;
    only[0].as_str().map(str::to_owned)
}

/// Takes all texts from a schema but those of its fields.
fn without_texts(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        object.remove("description");
    }
    for how in ["oneOf", "anyOf"] {
        items_mut(schema, how).for_each(without_texts);
    }
    for one in ["items", "additionalProperties", "schema"] {
        schema.get_mut(one).into_iter().for_each(without_texts);
    }
}

/// A success of which the code says nothing has a text too.
fn describe_success(status: &str, answer: &mut Value) {
    if answer["description"].as_str().is_none_or(str::is_empty) {
        answer["description"] = if status == "202" { "已接受，在后台处理" } else { "成功" }.into();
    }
}

/// Tells whether a text is Chinese: outside of code marks it may name a field or a format, but not speak English.
fn is_chinese(text: &str) -> bool {
    let is_word = |it: &str| it.trim_matches([',', '.', ';', ':']).chars().all(|it| it.is_ascii_alphabetic());
    let speaks_english = |part: &str| {
        let words: Vec<bool> = part.split_whitespace().map(is_word).collect();
        words.windows(2).any(|two| two == [true, true])
    };
    let has_chinese = text.chars().any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it));
    has_chinese && !text.split('`').step_by(2).any(speaks_english)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::api::description::complete;
    use crate::http::api::routes_and_description;

    /// Texts of a description with the places where they stand.
    fn texts(place: &str, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    // Fields may have any name, and examples any content.
                    let is_field = place.ends_with("/properties");
                    let place = format!("{place}/{key}");
                    match value {
                        Value::String(text) if key == "description" || key == "summary" => found.push((place, text.clone())),
                        _ if !is_field && matches!(key.as_str(), "example" | "examples" | "default") => {}
                        _ => texts(&place, value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().enumerate().for_each(|(at, it)| texts(&format!("{place}/{at}"), it, found)),
            _ => {}
        }
    }

    #[test]
    fn every_place_of_the_description_has_chinese_words_and_every_line_has_a_place() {
        let mut description = serde_json::to_value(routes_and_description().1).unwrap();
        let coverage = Words::embedded().write_into(&mut description);
        assert_eq!(coverage.missing, [], "add lines to the tables in src/http/api/words");
        assert_eq!(coverage.unused, [] as [&str; 0], "these lines describe nothing");
    }

    #[test]
    fn the_description_speaks_one_language() {
        let mut all = Vec::new();
        texts("", &complete(routes_and_description().1), &mut all);
        assert!(all.len() > 500, "{}", all.len());
        let foreign: Vec<_> = all.into_iter().filter(|(_, text)| !is_chinese(text)).collect();
        assert_eq!(foreign, []);
        assert!(is_chinese("JSON 格式，见 `GET /plans`") && !is_chinese("Stated purpose (业务范围)") && !is_chinese("The day."));
    }

    #[test]
    fn no_place_has_two_lines_and_every_shape_belongs_to_one_tag() {
        let lines = TABLES.iter().flat_map(|table| table.lines.lines()).count();
        assert_eq!(Words::embedded().0.len(), lines);
        let description = serde_json::to_value(routes_and_description().1).unwrap();
        let shapes = Words::tags().flat_map(|(.., shapes)| shapes).count();
        assert_eq!(Some(shapes), description["components"]["schemas"].as_object().map(Map::len));
    }
}
