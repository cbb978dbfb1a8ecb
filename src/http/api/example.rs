//! An example request for each route, put together from the examples of its parameters and fields.

use serde_json::Value;

use super::document::{entries, items, text};
use super::words::Words;

/// A line of `curl` for a route. The reader puts the address of the service in.
pub(super) fn example(all: &Value, words: &Words, path: &str, method: &str, operation: &Value) -> String {
    let mut address = path.to_owned();
    let mut options = Vec::new();
    for parameter in items(&operation["parameters"]) {
        let name = text(&parameter["name"]);
        let Some(value) = words.parameter_example(path, &name).map(plain) else { continue };
        if parameter["in"] == "path" {
            address = address.replace(&format!("{{{name}}}"), &value);
        } else {
            options.push(format!("--data-urlencode {}", quoted(&format!("{name}={value}"))));
        }
    }
    let how = match method {
        "delete" => "-X DELETE ",
        "get" if !options.is_empty() => "-G ",
        _ => "",
    };
    let body = &operation["requestBody"]["content"];
    if body["application/json"].is_object() {
        options.push("-H 'content-type: application/json'".to_owned());
        options.push(format!("-d {}", quoted(&json_body(all, words, path, &body["application/json"]["schema"]))));
    } else {
        let parts = fields(all, words, &body["multipart/form-data"]["schema"]);
        options.extend(parts.map(|(name, example)| format!("-F {}", quoted(&format!("{name}={}", plain(example))))));
    }
    if let Some(file) = address.rsplit('/').next().filter(|name| name.ends_with(".xlsx")) {
        options.push(format!("-o {file}"));
    }
    let command = format!("curl {how}服务地址{address}");
    [command].into_iter().chain(options).collect::<Vec<_>>().join(" \\\n  ")
}

/// The body of a request: that of the route, or an object with the examples of its fields.
fn json_body(all: &Value, words: &Words, path: &str, schema: &Value) -> String {
    if let Some(body) = words.example(path) {
        return body.to_owned();
    }
    let fields: Vec<String> = fields(all, words, schema).map(|(name, example)| format!("\"{name}\": {example}")).collect();
    format!("{{{}}}", fields.join(", "))
}

/// The fields of a shape that have an example, in the order of the words.
fn fields<'a>(all: &'a Value, words: &Words, schema: &Value) -> impl Iterator<Item = (&'a str, &'static str)> {
    let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    let shape = &all["components"]["schemas"][name];
    let place = |field: &str| format!("{name}.{field}");
    let mut found: Vec<(usize, &str, &str)> = entries(&shape["properties"])
        .filter_map(|(field, _)| Some((words.number(&place(field)), field.as_str(), words.example(&place(field))?)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, field, example)| (field, example))
}

/// An example as it stands in an address or a form: a text without its quotes.
fn plain(example: &str) -> String {
    serde_json::from_str::<String>(example).unwrap_or_else(|_| example.to_owned())
}

fn quoted(argument: &str) -> String {
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::api::description::complete;
    use crate::http::api::routes_and_description;

    #[test]
    fn examples_are_commands_of_curl_in_the_order_of_the_fields() {
        let (all, words) = (complete(routes_and_description().1), Words::embedded());
        let of = |method: &str, path: &str| example(&all, &words, path, method, &all["paths"][path][method]);
        assert_eq!(of("get", "/api/v1/needs"), "curl -G 服务地址/api/v1/needs \\\n  --data-urlencode 'q=饮水'");
        assert_eq!(of("get", "/api/v1/templates/{file}"), "curl 服务地址/api/v1/templates/needs.xlsx \\\n  -o needs.xlsx");
        assert!(of("delete", "/api/v1/plans/{id}").starts_with("curl -X DELETE 服务地址/api/v1/plans/"));
        assert!(of("post", "/api/v1/suggestions").contains("  -d '{\"text\": \"迪庆德钦县乡村医生"));
        assert!(of("post", "/api/v1/imports").ends_with("-F 'file=@需求清单.xlsx' \\\n  -F 'partial=true'"));
        for (path, methods) in entries(&all["paths"]) {
            for (method, operation) in entries(methods) {
                assert!(!example(&all, &words, path, method, operation).contains('{') || method == "post", "{method} {path}");
            }
        }
    }
}
