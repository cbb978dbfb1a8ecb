//! The records of a JSON document: an array of objects, an object with such an array inside, or one object. Only where each
//! record begins and ends is found here; whether it is valid is said when it is read.

use std::ops::Range;

use super::headings;
use crate::domain::EntityKind;

/// How deep inside objects an array of records is looked for.
const MAX_DEPTH: usize = 4;

/// Number (from 1) and place of each record of a document; `None` if the text is none.
pub(super) fn records(text: &str, kind: Option<EntityKind>) -> Option<Vec<(u64, Range<usize>)>> {
    let start = skip(text, 0);
    let found = match text.as_bytes().get(start)? {
        b'[' => Some(elements(text, start)),
        b'{' => {
            let end = end_of(text, start).unwrap_or(text.len());
            // Something behind the first object: JSON lines.
            if skip(text, end) < text.len() {
                return None;
            }
            let record = start..end;
            let inside = array_in(text, start, MAX_DEPTH).filter(|_| !is_record(text, start, kind));
            Some(inside.unwrap_or_else(|| vec![record]))
        }
        _ => None,
    };
    found.map(|places| (1..).zip(places).collect())
}

/// True if the members of an object make a record.
fn is_record(text: &str, start: usize, kind: Option<EntityKind>) -> bool {
    let keys: Vec<String> = members(text, start).map(|(key, _)| text[key].to_owned()).collect();
    headings::guess(&keys).is_some_and(|guess| kind.is_none_or(|kind| kind == guess))
}

/// The elements of the longest array of objects inside an object.
fn array_in(text: &str, start: usize, depth: usize) -> Option<Vec<Range<usize>>> {
    let inside = members(text, start).filter_map(|(_, value)| match text.as_bytes()[value.start] {
        b'[' => Some(elements(text, value.start)).filter(|found| found.iter().any(|it| text[it.clone()].starts_with('{'))),
        b'{' if depth > 0 => array_in(text, value.start, depth - 1),
        _ => None,
    });
    // Of equally long ones, the first.
    inside.fold(None, |best: Option<Vec<_>>, found| match best {
        Some(best) if best.len() >= found.len() => Some(best),
        _ => Some(found),
    })
}

/// The places of the elements of an array. What cannot be parted is one element.
fn elements(text: &str, start: usize) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), skip(text, start + 1));
    while at < text.len() && text.as_bytes()[at] != b']' {
        let Some(end) = end_of(text, at).filter(|end| *end > at) else {
            found.push(at..text.len());
            break;
        };
        found.push(at..end);
        at = skip(text, end);
        if text.as_bytes().get(at) == Some(&b',') {
            at = skip(text, at + 1);
        }
    }
    found
}

/// The places of the keys (without quotes) and values of an object.
fn members(text: &str, start: usize) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let mut at = skip(text, start + 1);
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let key = Some(at).filter(|at| bytes.get(*at) == Some(&b'"')).and_then(|at| Some(at + 1..end_of(text, at)? - 1))?;
        let colon = skip(text, key.end + 1);
        let value = Some(skip(text, colon + 1)).filter(|at| bytes.get(colon) == Some(&b':') && *at < bytes.len())?;
        let end = end_of(text, value)?;
        at = skip(text, end);
        if bytes.get(at) == Some(&b',') {
            at = skip(text, at + 1);
        }
        Some((key, value..end))
    })
}

/// The end of the value that begins at `start`; `None` if it has none.
fn end_of(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at, mut in_string) = (0_usize, start, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => {
                in_string = !in_string;
                if !in_string && depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(if depth == 0 { at } else { at + 1 }),
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn skip(text: &str, at: usize) -> usize {
    let blank = text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    (at + blank).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::records;

    fn read(text: &str) -> Option<Vec<&str>> {
        Some(records(text, None)?.into_iter().map(|(_, place)| &text[place]).collect())
    }

    #[test]
    fn records_are_found_in_arrays_and_in_objects_around_them() {
        assert_eq!(read(r#" [{"a": "]},"}, {"b": [1, 2]} ]"#).unwrap(), [r#"{"a": "]},"}"#, r#"{"b": [1, 2]}"#]);
        let wrapped = r#"{"code": 0, "data": {"total": 2, "list": [{"title": "甲"}, {"title": "乙\""}]}, "tags": ["x"]}"#;
        assert_eq!(read(wrapped).unwrap(), [r#"{"title": "甲"}"#, r#"{"title": "乙\""}"#]);
        let one = r#"{"title": "甲", "participants": [{"name": "乙"}]}"#;
        assert_eq!(read(one).unwrap(), [one]);
        assert_eq!(read("{\"title\": 1}\n{\"title\": 2}"), None);
        assert_eq!(read("[1, 2,\n{\"a\": 1}]").unwrap(), ["1", "2", "{\"a\": 1}"]);
        assert_eq!(read("[{\"a\": 1}, {\"b\": ").unwrap(), ["{\"a\": 1}", "{\"b\": "]);
        assert_eq!((read("[]").unwrap().len(), read("甲"), read("")), (0, None, None));
    }
}
