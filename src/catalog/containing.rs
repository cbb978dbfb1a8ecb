//! Which records have a word in their texts: their bodies are searched as they are stored, without being parsed.

use std::ops::Range;

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::base::Base;
use super::columns::Bodies;
use super::json_fields::JsonFields;
use super::records::Records;

/// A kind of records with texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bodied {
    /// Organizations.
    Organizations,
    /// Past projects.
    Projects,
    /// Needs.
    Needs,
}

impl Bodied {
    /// The fields of the JSON in which words are looked for. Names and texts come before all else in it.
    const fn texts(self) -> &'static [&'static str] {
        match self {
            Self::Organizations => &["name", "aliases", "scope"],
            Self::Projects => &["title", "description"],
            Self::Needs => &["title", "normalized"],
        }
    }
}

/// Records that are searched at once.
const AT_ONCE: usize = 2048;

/// A word, as it is and as it stands inside a JSON string.
struct Wanted<'a> {
    word: &'a str,
    quoted: Finder<'static>,
}

impl<'a> Wanted<'a> {
    fn new(word: &'a str) -> Self {
        let quoted = serde_json::Value::from(word).to_string();
        Self { word, quoted: Finder::new(&quoted.as_bytes()[1..quoted.len() - 1]).into_owned() }
    }

    /// True if the record with this JSON has the word in one of the `texts`, or is called by it.
    fn is_in(&self, body: &[u8], texts: &[&str]) -> bool {
        let holds = |(key, value): (&[u8], &[u8])| {
            let is_text = texts.iter().any(|text| text.as_bytes() == key);
            match (is_text, key == b"id") {
                (true, _) if value.contains(&b'\\') => {
                    // A mark of the quoting is no part of the text.
                    let text: serde_json::Value = serde_json::from_slice(value).unwrap_or_default();
                    strings(&text).any(|text| text.contains(self.word))
                }
                (true, _) => self.quoted.find(value).is_some(),
                (false, true) => value.get(1..value.len().saturating_sub(1)) == Some(self.quoted.needle()),
                (false, false) => false,
            }
        };
        JsonFields::of(body).any(holds)
    }
}

/// A text, or the texts of a list.
fn strings(value: &serde_json::Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    value.as_str().into_iter().chain(list.iter().filter_map(serde_json::Value::as_str))
}

impl Records {
    /// For each word, the positions of the records that have it in a name, title or text or whose id it is; ascending.
    #[must_use]
    pub fn containing(&self, kind: Bodied, words: &[&str]) -> Vec<Vec<u32>> {
        let wanted: Vec<Wanted<'_>> = words.iter().map(|word| Wanted::new(word)).collect();
        let (tables, overlay) = (&self.base.tables, &self.overlay);
        let (bodies, changed): (&Bodies, Vec<(u32, Vec<u8>)>) = match kind {
            Bodied::Organizations => (&tables.organization_bodies, written(&overlay.organizations.changed, |it| &*it.record)),
            Bodied::Projects => (&tables.project_bodies, written(&overlay.projects.changed, |it| &*it.record)),
            Bodied::Needs => (&tables.need_bodies, written(&overlay.needs.changed, |it| &*it.record)),
        };
        let starts: Vec<usize> = (0..bodies.len()).step_by(AT_ONCE).collect();
        let part = |&start: &usize| {
            let mut found = vec![Vec::new(); words.len()];
            let records = start..bodies.len().min(start + AT_ONCE);
            self.base.containing(bodies, records, kind.texts(), &wanted, &mut found);
            found
        };
        let parts: Vec<Vec<Vec<u32>>> = starts.par_iter().map(part).collect();
        let mut all: Vec<Vec<u32>> = vec![Vec::new(); words.len()];
        for part in parts {
            all.iter_mut().zip(part).for_each(|(all, part)| all.extend(part));
        }
        if changed.is_empty() {
            return all;
        }
        for (found, wanted) in all.iter_mut().zip(&wanted) {
            found.retain(|at| changed.binary_search_by_key(at, |it| it.0).is_err());
            let now = changed.iter().filter(|(_, body)| wanted.is_in(body, kind.texts())).map(|it| it.0);
            found.extend(now);
            found.sort_unstable();
        }
        all
    }
}

/// The JSON of what was written since the base, ascending by position.
fn written<'a, C: 'a, R: serde::Serialize + 'a>(
    changed: impl IntoIterator<Item = (&'a u32, &'a std::sync::Arc<C>)>,
    record: impl Fn(&'a C) -> &'a R,
) -> Vec<(u32, Vec<u8>)> {
    let body = |(&at, it): (&u32, &'a std::sync::Arc<C>)| (at, serde_json::to_vec(record(it)).unwrap_or_default());
    let mut all: Vec<(u32, Vec<u8>)> = changed.into_iter().map(body).collect();
    all.sort_unstable_by_key(|it| it.0);
    all
}

impl Base {
    /// Adds the records of a range that have the words. Bodies that follow one another in a file are read and searched together.
    fn containing(&self, bodies: &Bodies, records: Range<usize>, texts: &[&str], wanted: &[Wanted<'_>], found: &mut [Vec<u32>]) {
        let mut at = records.start;
        while at < records.end {
            let first = bodies.place(at);
            let (mut end, mut length) = (at, 0);
            while end < records.end && bodies.place(end).follows(first, length) {
                length += u64::from(bodies.place(end).length);
                end += 1;
            }
            match first.read_run(self.body_files(), length as usize) {
                Ok(bytes) => {
                    for (wanted, found) in wanted.iter().zip(found.iter_mut()) {
                        in_run(bodies, at..end, &bytes, texts, wanted, found);
                    }
                }
                Err(error) => self.is_damaged(at, &error),
            }
            at = end;
        }
    }
}

/// Adds the records of a run, whose bodies are `bytes`, that have the word.
fn in_run(bodies: &Bodies, records: Range<usize>, bytes: &[u8], texts: &[&str], wanted: &Wanted<'_>, found: &mut Vec<u32>) {
    let (mut record, mut start, mut from) = (records.start, 0, 0);
    while let Some(hit) = wanted.quoted.find(&bytes[from..]) {
        let hit = from + hit;
        let mut end = start + bodies.place(record).length as usize;
        while hit >= end && record + 1 < records.end {
            record += 1;
            start = end;
            end += bodies.place(record).length as usize;
        }
        if wanted.is_in(&bytes[start..end], texts) {
            found.push(record as u32);
        }
        // One hit a record is enough.
        from = end;
    }
}
