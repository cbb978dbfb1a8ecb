//! The value of a cell, whatever format it came in.

use serde_json::Value;

use crate::excerpt::{is_blank as is_blank_text, is_blank_char};

/// True for an empty value.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => is_blank_text(text),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// True for what people write when there is nothing to fill in.
pub(super) fn is_placeholder(value: &Value) -> bool {
    ["/", "\\", "无", "—", "——", "-", "--", "待定", "暂无", "不详"].contains(&shown(value).as_str())
}

/// A value as a person would write it in a cell.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim_matches(is_blank_char).to_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("、"),
        // A program with only one kind of number writes 3 as 3.0.
        Value::Number(number) => match number.as_f64() {
            Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
