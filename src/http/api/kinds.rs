//! Kinds of values, their limits and media in Chinese words.

use serde_json::Value;

use super::document::items;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Words(String),
    Code(String),
    /// The name of a shape, which leads there.
    Shape(String),
}

/// A text whose code stands between backticks, in pieces.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts.map(|(at, part)| if at % 2 == 0 { Piece::Words(part.to_owned()) } else { Piece::Code(part.to_owned()) }).collect()
}

/// What a value may be.
pub(super) fn kind(schema: &Value) -> Vec<Piece> {
    if let Some(name) = schema["$ref"].as_str() {
        return vec![Piece::Shape(name.rsplit('/').next().unwrap_or_default().to_owned())];
    }
    let choices: Vec<Vec<Piece>> = ["oneOf", "anyOf"]
        .into_iter()
        .flat_map(|how| items(&schema[how]))
        .filter(|choice| choice["type"] != "null")
        .map(kind)
        .collect();
    if !choices.is_empty() {
        return choices.join(&Piece::Words("或".to_owned()));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        several => items(several).filter_map(Value::as_str).filter(|it| *it != "null").collect(),
    };
    types.iter().map(|it| kind_of(it, schema)).collect::<Vec<_>>().join(&Piece::Words("或".to_owned()))
}

fn kind_of(name: &str, schema: &Value) -> Vec<Piece> {
    let words = |text: &str| vec![Piece::Words(text.to_owned())];
    match (name, schema["format"].as_str()) {
        ("string", Some("date")) => words("日期"),
        ("string", Some("binary")) => words("文件"),
        ("string", _) => words("文字"),
        ("integer", _) => words("整数"),
        ("number", _) => words("数"),
        ("boolean", _) => vec![Piece::Code("true".to_owned()), Piece::Words("或".to_owned()), Piece::Code("false".to_owned())],
        ("array", _) => [kind(&schema["items"]), words("的列表")].concat(),
        ("object", _) if schema["additionalProperties"].is_object() => {
            [words("名称和"), kind(&schema["additionalProperties"])].concat()
        }
        _ => words("对象"),
    }
}

/// The limits of a value in words, and what holds if it is left out; empty if it has neither.
pub(super) fn bounds(schema: &Value) -> String {
    let mut all = Vec::new();
    match (&schema["minimum"], &schema["maximum"]) {
        (least, Value::Number(most)) => {
            all.push(format!("{}至{most}", least.as_number().map_or_else(String::new, ToString::to_string)));
        }
        // Every count is at least zero.
        (Value::Number(least), _) if least.as_u64() != Some(0) => all.push(format!("至少{least}")),
        _ => {}
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        all.push(format!("最长{most}字"));
    }
    match (schema["minItems"].as_u64(), schema["maxItems"].as_u64()) {
        (least, Some(most)) if least == Some(most) => all.push(format!("共{most}项")),
        (_, Some(most)) => all.push(format!("最多{most}项")),
        _ => {}
    }
    if let Value::String(default) = &schema["default"] {
        all.push(format!("默认为 {default}"));
    }
    all.join("，")
}

/// A media type in words.
pub(super) fn medium(name: &str) -> String {
    match name {
        "application/json" | "application/problem+json" => "JSON",
        "multipart/form-data" => "表单",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "工作簿（.xlsx）",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(pieces: &[Piece]) -> String {
        let written = |it: &Piece| match it {
            Piece::Words(text) | Piece::Code(text) | Piece::Shape(text) => text.clone(),
        };
        pieces.iter().map(written).collect()
    }

    #[test]
    fn kinds_and_limits_are_chinese_words() {
        for (schema, kind_words, bound_words) in [
            (json!({"type": ["string", "null"], "maxLength": 64}), "文字", "最长64字"),
            (json!({"type": "array", "items": {"$ref": "#/components/schemas/Word"}, "maxItems": 3}), "Word的列表", "最多3项"),
            (json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Span"}]}), "Span", ""),
            (json!({"type": "integer", "minimum": 1, "maximum": 1000}), "整数", "1至1000"),
            (json!({"type": "integer", "minimum": 0}), "整数", ""),
            (json!({"type": "object", "additionalProperties": {"type": "integer"}}), "名称和整数", ""),
            (json!({"oneOf": [{"type": "number"}, {"type": "string"}]}), "数或文字", ""),
        ] {
            assert_eq!((written(&kind(&schema)).as_str(), bounds(&schema).as_str()), (kind_words, bound_words), "{schema}");
        }
        let expected = [Piece::Words("见 ".to_owned()), Piece::Code("error".to_owned()), Piece::Words("。".to_owned())];
        assert_eq!(pieces("见 `error`。"), expected);
    }
}
