//! Tables whose headings stand below each other: a table on its side, or a form.

use super::headings;
use super::sheet::{Sheet, SheetRow, Value, letter};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;

/// The column in which most headings stand below each other, if they do: a form, or a table on its side. No row has two of them.
pub(super) fn sideways(sheet: &Sheet, kind: Option<EntityKind>) -> Option<(String, String)> {
    const SAMPLE: usize = 30;
    const LEAST: usize = 3;
    let kind = kind.unwrap_or(EntityKind::Needs);
    let is_field = |value: &Value| match value {
        Value::Text(text) if headings::is_listed(kind, text) => headings::field_named(kind, text),
        _ => None,
    };
    let rows = || sheet.rows.iter().take(SAMPLE);
    let labels = |row: &SheetRow| row.cells.iter().filter(|(_, value)| is_field(value).is_some()).count();
    let first = rows().find_map(|row| row.cells.iter().find(|(_, value)| is_field(value).is_some()).map(|&(at, _)| at))?;
    let column = || rows().filter_map(|row| Some((row, row.get(first)?)));
    let mut fields: Vec<&str> = column().filter_map(|(_, value)| is_field(value)).collect();
    let headings = column().filter(|(_, value)| is_field(value).is_some()).map(|(_, value)| value.shown());
    let headings = excerpts(headings);
    fields.sort_unstable();
    fields.dedup();
    let has_name = headings::required(kind).iter().any(|group| fields.iter().any(|field| group.contains(field)));
    let is_form = rows().filter(|row| row.cells.len() > 1).all(|row| labels(row) * 2 <= row.cells.len());
    (fields.len() >= LEAST && has_name && is_form).then(|| (letter(first), headings))
}

/// Texts in one line, each and all of them shortened.
pub(super) fn excerpts(texts: impl Iterator<Item = String>) -> String {
    const MOST: usize = 50;
    let mut shown: Vec<String> = texts.take(MOST + 1).map(|text| excerpt(&text)).collect();
    if shown.len() > MOST {
        shown[MOST] = "……".to_owned();
    }
    shown.join("、")
}
