//! JSON: one object a line, or a document with an array of objects. The text is kept and each line is parsed when it is read: parsed objects take many times the
//! memory of their text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};
use serde_json::Value as Json;

use super::cell_edits::{CellEdit, CellEdits};
use super::headings::{self, Heading};
use super::json;
use super::limits::{Budget, Excess, MAX_PIECE, MAX_UNKNOWN};
use super::mapping;
use super::read_as::ReadAs;
use super::row::{Broken, Cell, Cells, Unknown};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// How much of a broken line is shown at most, in characters.
const MAX_SHOWN: usize = 1_000;

/// A key of the objects, and what it means.
#[derive(Debug, Clone)]
struct Key {
    heading: Heading,
    key: Arc<str>,
    /// The field that it means; empty for none.
    field: Arc<str>,
}

impl Key {
    fn new(kind: EntityKind, key: &str) -> Self {
        let heading = headings::field(kind, key);
        let field = if let Heading::Field { name, .. } = &heading { name.as_str().into() } else { "".into() };
        Self { heading, key: excerpt(key).into(), field }
    }

    /// A key that a mapping gives a field to; an empty one stands for none.
    fn of_field(key: &str, field: &str) -> Self {
        let heading = match field {
            "" => Heading::Ignored,
            field => Heading::Field { name: field.to_owned(), yuan: headings::unit(key) },
        };
        Self { heading, key: excerpt(key).into(), field: field.into() }
    }
}

/// Number and place of a line.
type Line = (u64, Range<usize>);

/// The lines of a file that are not blank.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    text: String,
    at: Vec<Line>,
    kind: EntityKind,
    keys: HashMap<String, Key>,
    /// What a person changed, by line.
    edits: HashMap<u64, Vec<CellEdit>>,
}

impl Lines {
    /// Finds the lines and the keys of their objects. Returns the keys that mean nothing; `None` if it is not clear what kind
    /// of records the objects are. `kind` is what the user stated; what the file's name suggests (`named`) counts if the first
    /// object has the keys for it.
    ///
    /// # Errors
    /// Too many lines.
    pub(super) fn new(
        text: String,
        named: Option<EntityKind>,
        reading: &ReadAs,
        is_document: bool,
        budget: &mut Budget,
    ) -> Result<Option<(Self, Vec<Unknown>)>, Excess> {
        let kind = reading.kind;
        let document = if is_document { json::records(&text, kind.or(named)) } else { None };
        let at = document.unwrap_or_else(|| lines(&text));
        at.iter().try_for_each(|_| budget.row())?;
        let Some((first, found)) = found_keys(&text, &at) else {
            // Every line is broken; each is rejected with its reason if the kind is known.
            let (keys, edits) = (HashMap::new(), HashMap::new());
            let lines = kind.or(named).map(|kind| Self { text: String::new(), at: Vec::new(), kind, keys, edits });
            return Ok(lines.map(|lines| (Self { text, at, ..lines }, Vec::new())));
        };
        let by_name = || named.filter(|&kind| headings::has_required(kind, &first));
        let Some(kind) = kind.or_else(by_name).or_else(|| headings::guess(&first)).or(named) else { return Ok(None) };
        let remembered = reading.remembered.get(&mapping::key(first.iter().map(String::as_str)));
        let mapped = |key: &str| reading.mapping.get(key).or_else(|| remembered?.get(key));
        let (mut known, mut unknown) = (HashMap::new(), Vec::new());
        for (text, number) in found {
            let key = mapped(&text).map_or_else(|| Key::new(kind, &text), |field| Key::of_field(&text, field));
            if matches!(key.heading, Heading::Unknown | Heading::Personal) {
                let shown = excerpt(&text);
                let is_personal = key.heading == Heading::Personal;
                unknown.push(Unknown {
                    row: number,
                    column: shown.clone(),
                    heading: shown,
                    is_personal,
                    is_hidden: false,
                    offered: None,
                });
            }
            known.insert(text, key);
        }
        let mut edits: HashMap<u64, Vec<CellEdit>> = HashMap::new();
        for edit in reading.edits.cells().iter().filter(|edit| edit.sheet.is_none()) {
            budget.text(edit.text.len())?;
            edits.entry(edit.row).or_default().push(edit.clone());
        }
        Ok(Some((Self { text, at, kind, keys: known, edits }, unknown)))
    }

    pub(super) const fn kind(&self) -> EntityKind {
        self.kind
    }

    pub(crate) const fn len(&self) -> usize {
        self.at.len()
    }

    /// Number of the `k`th line in the file, from 1.
    pub(crate) fn number(&self, k: usize) -> u64 {
        self.at[k].0
    }

    /// The object of the `k`th line, or the line and what is wrong with it.
    pub(crate) fn object(&self, k: usize) -> Result<serde_json::Map<String, Json>, (&str, String)> {
        let line = &self.text[self.at[k].1.clone()];
        if line.len() > MAX_PIECE {
            return Err((line, format!("这一行超过{} MB；一行只写一条记录", MAX_PIECE >> 20)));
        }
        match serde_json::from_str(line) {
            Ok(Json::Object(mut object)) => {
                self.edits.get(&self.number(k)).into_iter().flatten().for_each(|edit| change(&mut object, edit));
                Ok(object)
            }
            Ok(_) => Err((line, "这一行不是 JSON 对象（应以 { 开头）".to_owned())),
            Err(error) => Err((line, format!("这一行不是合法的 JSON（第{}列附近）", error.column()))),
        }
    }

    /// The changes of lines that the file does not have.
    pub(super) fn unplaced<'a>(&self, edits: &'a CellEdits) -> impl Iterator<Item = &'a CellEdit> {
        let has_line =
            |edit: &&CellEdit| edit.sheet.is_none() && self.at.binary_search_by_key(&edit.row, |(number, _)| *number).is_ok();
        edits.cells().iter().filter(move |edit| !has_line(edit))
    }

    /// The cells of the `k`th line.
    pub(super) fn cells(&self, k: usize) -> Result<Cells, Broken> {
        // Personal numbers in it are masked later, so it is not cut to its final length.
        let start = |line: &str| line.chars().take(MAX_SHOWN).collect();
        let object = self.object(k).map_err(|(line, reason)| Broken { reason, text: Some(start(line)) })?;
        let cell = |(text, value): (String, Json)| {
            let key = self.keys.get(&text).map_or_else(|| Cow::Owned(Key::new(self.kind, &text)), Cow::Borrowed);
            let yuan = match key.heading {
                Heading::Field { yuan, .. } => yuan.unwrap_or(1.0),
                Heading::Personal => return None,
                Heading::Ignored | Heading::Unknown => 1.0,
            };
            let (column, heading, field) = (Arc::clone(&key.key), Arc::clone(&key.key), Arc::clone(&key.field));
            Some(Cell { column, heading, field, yuan, value })
        };
        Ok(object.into_iter().filter_map(cell).collect())
    }
}

/// Puts a text in the place of a value. Keys are compared as issues show them.
fn change(object: &mut serde_json::Map<String, Json>, edit: &CellEdit) {
    let key = object.keys().find(|key| *masked(&excerpt(key)) == *edit.column).cloned();
    match (key, edit.text.trim().is_empty()) {
        (Some(key), true) => drop(object.remove(&key)),
        (None, true) => {}
        (key, false) => drop(object.insert(key.unwrap_or_else(|| edit.column.clone()), Json::String(edit.text.clone()))),
    }
}

/// Number and place of each line that is not blank.
fn lines(text: &str) -> Vec<Line> {
    let mut start = 0;
    let mut at = Vec::new();
    for (n, line) in text.split_inclusive('\n').enumerate() {
        if !line.trim().is_empty() {
            at.push((n as u64 + 1, start..start + line.trim_end_matches(['\n', '\r']).len()));
        }
        start += line.len();
    }
    at
}

/// A key and the number of the line in which it first stands.
type NumberedKey = (String, u64);

/// The keys of the first object, and all keys with the number of the line in which each first stands, in the order of the text,
/// as many as may be named. `None` if no line is an object.
fn found_keys(text: &str, at: &[Line]) -> Option<(Vec<String>, Vec<NumberedKey>)> {
    const LINES: usize = 4_096;
    let first = at.iter().find_map(|(_, place)| {
        let mut keys = Vec::new();
        each_key(&text[place.clone()], &mut |key| keys.push(key.into_owned())).then_some(keys)
    })?;
    let of_part = |part: &[Line]| {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut of_line = Vec::new();
        for (number, place) in part {
            of_line.clear();
            if each_key(&text[place.clone()], &mut |key| of_line.push(key)) {
                for key in of_line.drain(..) {
                    if found.len() < MAX_UNKNOWN && !seen.contains(&key) {
                        found.push((key.clone(), *number));
                        seen.insert(key);
                    }
                }
            }
        }
        found
    };
    let parts: Vec<Vec<(Cow<'_, str>, u64)>> = at.par_chunks(LINES).map(of_part).collect();
    let mut seen = HashSet::new();
    let all = parts.into_iter().flatten().filter(|(key, _)| seen.insert(key.clone()));
    Some((first, all.take(MAX_UNKNOWN).map(|(key, number)| (key.into_owned(), number)).collect()))
}

/// Hands out the keys of a JSON object; its values are passed over. False if the line is none, whatever was handed out.
fn each_key<'a>(line: &'a str, take: &mut dyn FnMut(Cow<'a, str>)) -> bool {
    if line.len() > MAX_PIECE {
        return false;
    }
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.deserialize_map(Keys(take)).is_ok() && reader.end().is_ok()
}

/// Takes the keys of an object.
struct Keys<'k, 'a>(&'k mut dyn FnMut(Cow<'a, str>));

impl<'a> Visitor<'a> for Keys<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((Text(key), IgnoredAny)) = map.next_entry()? {
            (self.0)(key);
        }
        Ok(())
    }
}

/// A text, borrowed from the line unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'a> Deserialize<'a> for Text<'a> {
    fn deserialize<D: serde::Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'a> Visitor<'a> for Any {
            type Value = Text<'a>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Any)
    }
}
