//! Strict JSON: a body is checked against the description of its type before it is read. The description thus says what is
//! true, and every text, list and number that comes in has the limit that it states.
//!
//! `serde` alone would take a list for an object, ignore what follows the first value, and let the last of two equal keys win.

mod allowed;
mod check;
mod numbers;

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use utoipa::ToSchema;

pub(super) use self::allowed::Allowed;
use self::check::{Fault, check};
use super::problem::{Kind, Problem};
use crate::excerpt::excerpt;

/// Reads a value from JSON text.
pub(super) fn from_json<T: DeserializeOwned + ToSchema + 'static>(body: &[u8]) -> Result<T, Problem> {
    if numbers::has_endless(body) {
        let detail = format!("请求内容中有超过{}位的数字；金额等请写成合理的数", numbers::MOST_DIGITS);
        return Err(Problem::new(Kind::Malformed, detail).titled("不是合法的 JSON"));
    }
    check(body, &allowed::<T>()).map_err(|fault| fault_problem(&fault))?;
    let reader = &mut serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(reader).map_err(|error| json_problem(&error))
}

/// Reads a value from parsed JSON.
pub(super) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| json_problem(&error))
}

/// What the description of `T` allows, compiled once.
fn allowed<T: ToSchema + 'static>() -> Arc<Allowed> {
    static COMPILED: LazyLock<Mutex<HashMap<TypeId, Arc<Allowed>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(compiled.entry(TypeId::of::<T>()).or_insert_with(|| {
        let mut components = Vec::new();
        T::schemas(&mut components);
        Arc::new(Allowed::compile(&T::schema(), &components))
    }))
}

fn fault_problem(fault: &Fault) -> Problem {
    match fault {
        Fault::Syntax { place } => syntax_problem(place),
        Fault::Field { path, place, .. } if path.is_empty() => {
            Problem::new(Kind::Invalid, format!("JSON 应是一个对象{place}；可用字段见 /api/docs/"))
        }
        Fault::Field { path, words, place } => {
            let path = excerpt(path);
            Problem::new(Kind::Invalid, format!("字段“{path}”{words}{place}；可用字段见 /api/docs/")).at_field(path)
        }
    }
}

/// Why a value that its description allows cannot be read after all.
fn json_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let place = place(error.inner());
    if error.inner().classify() != serde_json::error::Category::Data {
        return syntax_problem(&place);
    }
    let path = excerpt(&error.path().to_string());
    let detail = format!("字段“{path}”不认识或类型不对{place}；可用字段见 /api/docs/");
    Problem::new(Kind::Invalid, detail).at_field(path)
}

fn syntax_problem(place: &str) -> Problem {
    let detail = format!("请求内容不是合法的 JSON{place}；请检查引号、逗号和括号，且只写一个对象");
    Problem::new(Kind::Malformed, detail).titled("不是合法的 JSON")
}

/// Where an error is; parsed JSON has no line numbers.
fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    if line == 0 { String::new() } else { format!("（第{line}行第{column}列附近）") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Ask, LexiconInput, PlanAsk};

    /// The field that is refused, and the message.
    fn refused<T: DeserializeOwned + ToSchema + std::fmt::Debug + 'static>(body: &str) -> (String, String) {
        let problem = from_json::<T>(body.as_bytes()).expect_err(body);
        (problem.field.unwrap_or_default(), problem.detail)
    }

    #[test]
    fn what_is_one_object_with_known_fields_is_read() {
        let ask: Ask = from_json("{\"text\": \"净水\", \"amount\": 0.3, \"top\": 3, \"region\": null}\n ".as_bytes()).unwrap();
        assert_eq!((ask.text.as_deref(), ask.top), (Some("净水"), Some(3)));
        let ask: PlanAsk =
            from_json(br#"{"fairness": "off", "pairs": [{"need": "n", "organization": "o", "rule": "lock"}]}"#).unwrap();
        assert_eq!(ask.pairs.len(), 1);
    }

    #[test]
    fn what_serde_would_let_pass_is_refused() {
        for (body, field) in [
            ("{\"text\": \"净水\"} {}", ""),
            ("{\"text\": \"净水\"}x", ""),
            ("[null, null]", ""),
            ("[]", ""),
            ("null", ""),
            ("{\"text\": \"净水\", \"text\": \"修路\"}", "text"),
            ("{\"text\": \"净水\", \"te\\u0078t\": \"修路\"}", "text"),
            ("{\"text\": \"净水\", \"limit\": 3}", "limit"),
            ("{\"text\": 7}", "text"),
            ("{\"text\": [\"净水\"]}", "text"),
            ("{\"top\": 1.5}", "top"),
            ("{\"top\": -1}", "top"),
            ("{\"top\": 0}", "top"),
            ("{\"explain\": \"true\"}", "explain"),
        ] {
            assert_eq!(refused::<Ask>(body).0, field, "{body}");
        }
        let pair = "{\"pairs\": [[\"n\", \"o\", \"lock\", null]]}";
        assert_eq!(refused::<PlanAsk>(pair).0, "pairs[0]", "a list is no object, at any depth");
        assert_eq!(refused::<PlanAsk>("{\"reserves\": [{\"for\": \"云南\"}]}").0, "reserves[0].amount");
        assert_eq!(refused::<PlanAsk>("{\"pairs\": [{\"need\": \"n\", \"need\": \"m\"}]}").0, "pairs[0].need");
        assert_eq!(refused::<PlanAsk>("{\"fairness\": \"much\"}").0, "fairness");
    }

    #[test]
    fn sums_are_not_negative_and_have_no_parts_of_a_fen() {
        for amount in ["-1", "-0", "-0.0", "0.001", "0.30000000000000004", "1e13", "1e300", "true", "{}", "[1]"] {
            let (field, detail) = refused::<Ask>(&format!("{{\"text\": \"净水\", \"amount\": {amount}}}"));
            assert_eq!(field, "amount", "{amount}: {detail}");
        }
        assert!(refused::<Ask>("{\"amount\": 0.001}").1.contains("最多2位小数"));
        for amount in ["NaN", "Infinity", "1e400", "01", "+1", "1."] {
            assert_eq!(refused::<Ask>(&format!("{{\"text\": \"净水\", \"amount\": {amount}}}")).0, "", "{amount}");
        }
        for amount in ["0", "0.01", "0.07", "1234567.89", "3e5", "1e12", "999999999999.99", "\"30万\"", "null"] {
            assert!(from_json::<Ask>(format!("{{\"amount\": {amount}}}").as_bytes()).is_ok(), "{amount}");
        }
    }

    #[test]
    fn long_texts_lists_and_numbers_are_refused_with_the_limit() {
        let (field, detail) = refused::<Ask>(&format!("{{\"region\": \"{}\"}}", "县".repeat(1 << 20)));
        assert_eq!(field, "region");
        assert!(detail.contains("最多64字") && detail.len() < 300, "{detail}");
        let (field, detail) = refused::<LexiconInput>(&format!("{{\"words\": [\"净水\", \"{}\"]}}", "水".repeat(65)));
        assert!(field == "words[1]" && detail.contains("最多64字"), "{detail}");
        let many = format!("{{\"words\": [{}\"水\"]}}", "\"水\",".repeat(20_000));
        assert!(refused::<LexiconInput>(&many).1.contains("最多20000项"));
        for long in ["9".repeat(300_000), format!("0.{}", "9".repeat(300_000)), format!("1e{}", "9".repeat(300_000))] {
            assert!(refused::<Ask>(&format!("{{\"amount\": {long}}}")).1.contains("位的数字"));
        }
        let (field, detail) = refused::<Ask>(&format!("{{\"{}\": 1}}", "x".repeat(1 << 20)));
        assert!(field.chars().count() < 70 && detail.len() < 300, "{detail}");
        assert_eq!(refused::<Ask>(&"[".repeat(1 << 20)).0, "");
        assert_eq!(refused::<Ask>(&format!("{{\"text\": {}", "[".repeat(1 << 20))).0, "text");
    }

    /// Every text that a body may hold has a limit, and so has every list.
    #[test]
    fn no_field_is_without_a_limit() {
        for allowed in [allowed::<Ask>(), allowed::<crate::wire::WhyNotAsk>(), allowed::<LexiconInput>(), allowed::<PlanAsk>()] {
            assert_eq!(allowed.unlimited(""), [] as [String; 0]);
        }
    }
}
