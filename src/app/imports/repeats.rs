//! Rows of an import that repeat others: by their id, or by what they say. Each is named by its row and its title.

use std::collections::{HashMap, HashSet};

use crate::catalog::Likeness;
use crate::domain::{Entity, EntityKind, Need, NeedId};
use crate::excerpt::excerpt;
use crate::ingest::{Issue, Outcome};

/// The ids of a file: the row in which each first stands, its title, and how often it was seen.
#[derive(Default)]
pub(in crate::app) struct Repeats {
    rows: HashMap<(EntityKind, String), First>,
}

struct First {
    row: u64,
    title: Box<str>,
    times: usize,
    /// Where the last record with this id is among those of the file.
    at: Place,
}

/// Where a record of a file is: the part of the file that brought it, and its position among the records of the part.
pub(in crate::app) type Place = (usize, usize);

impl Repeats {
    /// The place of the record that a row continues: an earlier row of the file states the same id.
    pub(in crate::app) fn earlier(&self, outcome: &Outcome) -> Option<Place> {
        let entity = outcome.entity.as_ref().filter(|_| !outcome.id_is_made)?;
        self.rows.get(&(entity.kind(), entity.id().to_owned())).map(|first| first.at)
    }

    /// Warns if an id occurs twice in a file: what the later row states counts. Rows without an id of their own are different
    /// records even if they are identical: the second gets another number. A new need never gets the id of a stored one. The
    /// record will be at `at`; `needs` are the stored ones.
    pub(in crate::app) fn note(&mut self, outcome: &mut Outcome, at: Place, file: &str, needs: &HashSet<NeedId>) {
        let Some(entity) = &mut outcome.entity else { return };
        let (kind, id) = (entity.kind(), entity.id().to_owned());
        let is_stored = |id: &str| kind == EntityKind::Needs && needs.contains(&NeedId::new(id));
        let first = self.rows.get_mut(&(kind, id.clone()));
        if outcome.id_is_made && (first.is_some() || is_stored(&id)) {
            let mut times = first.map_or(2, |first| {
                first.times += 1;
                first.times
            });
            let free = loop {
                let free = format!("{id}-{times}");
                if !self.rows.contains_key(&(kind, free.clone())) && !is_stored(&free) {
                    break free;
                }
                times += 1;
            };
            entity.set_id(free.clone());
            self.rows.insert((kind, free), First { row: outcome.row, title: title(entity).into(), times: 1, at });
            return;
        }
        let Some(first) = first else {
            self.rows.insert((kind, id), First { row: outcome.row, title: title(entity).into(), times: 1, at });
            return;
        };
        (first.times, first.at) = (first.times + 1, at);
        let reason = format!("与第{}行“{}”是同一项，两行已合并；不同之处以后一行为准", first.row, first.title);
        let issue = row_issue(file, outcome, "id", Some(excerpt(&id)), reason);
        outcome.warnings.push(issue);
    }
}

/// What a record is called in a message.
fn title(entity: &Entity) -> String {
    match entity {
        Entity::Organization(it) => excerpt(&it.name),
        Entity::Project(it) => excerpt(&it.title),
        Entity::Need(it) => excerpt(&it.title_or_start()),
        Entity::Claim(it) => excerpt(&format!("{} {}", it.need, it.organization)),
    }
}

/// The needs that a new one may repeat, those of this import with the row on which they stand.
#[derive(Default)]
pub(in crate::app) struct Alike {
    known: Likeness,
    rows: HashMap<NeedId, (usize, u64)>,
    files: Vec<String>,
}

impl Alike {
    pub(in crate::app) fn add(&mut self, need: &Need) {
        self.known.add(need);
    }

    /// The rows after this are of the file.
    pub(in crate::app) fn begin_file(&mut self, file: &str) {
        self.files.push(file.to_owned());
    }

    /// A warning if a need is the same or nearly the same as a known one; both are stored.
    pub(in crate::app) fn note(&mut self, outcome: &Outcome, need: &Need, file: &str) -> Option<Issue> {
        let issue = self.known.similar_to(need).first().map(|like| {
            let title = excerpt(like.title.as_deref().unwrap_or_default());
            let other = match self.rows.get(&like.need) {
                Some((n, row)) if n + 1 == self.files.len() => format!("第{row}行需求“{title}”"),
                Some((n, row)) => format!("{}第{row}行需求“{title}”", excerpt(&self.files[*n])),
                None => format!("已有需求“{title}”（编号{}）", excerpt(like.need.as_str())),
            };
            let how = if like.is_same { "内容相同" } else { "内容几乎相同" };
            let agreeing = match (like.has_places, like.has_sums) {
                (true, true) => "（地区、金额也相符）",
                (true, false) => "（地区也相符，金额没有都写明）",
                (false, true) => "（金额也相符，地区没有都写明）",
                (false, false) => "（地区、金额没有都写明）",
            };
            let reason = format!("与{other}{how}{agreeing}，可能重复；两项都已保留，请核对");
            row_issue(file, outcome, "", None, reason)
        });
        self.known.add(need);
        if let Some(n) = self.files.len().checked_sub(1) {
            self.rows.insert(need.id.clone(), (n, outcome.row));
        }
        issue
    }
}

/// An issue of a row as a whole, or of a field of it.
pub(in crate::app) fn row_issue(file: &str, outcome: &Outcome, field: &str, value: Option<String>, reason: String) -> Issue {
    let field = (!field.is_empty()).then(|| field.to_owned());
    Issue { file: file.to_owned(), sheet: outcome.sheet.clone(), row: outcome.row, column: None, field, value, reason }
}
