//! One record that is handed in by itself: read as a row of a list is, stored, and part of all answers at once.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::imports::known::KnownRecords;
use super::lists::{SimilarNeed, similar_needs};
use super::state::App;
use crate::catalog::{Catalog, day_number, position_of};
use crate::domain::{Entity, EntityKind, NeedId, OrganizationId, Principal};
use crate::error::AppError;
use crate::ingest::{self, InputFile, Issue, Names, ReadingContext};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was known and has changed.
    Updated,
    /// It was known and is the same.
    Unchanged,
}

/// A record that was handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// What became of it.
    pub outcome: Outcome,
    /// Its id.
    pub id: String,
    /// Name of the snapshot that has it.
    pub snapshot: String,
    /// What is odd about it.
    pub warnings: Vec<Issue>,
    /// For a need: others that are the same or nearly so.
    pub similar: Vec<SimilarNeed>,
}

/// What such a record is called in place of a file.
const SOURCE: &str = "接口提交.jsonl";
/// Most organizations with similar names that a name is compared with.
const MOST_NEAR: usize = 20;

impl App {
    /// Stores one record, with the fields of a line of a JSONL list. One with a known id changes that record; what it does not state
    /// stays.
    ///
    /// # Errors
    /// A field that cannot be read, or the ledger cannot be written.
    pub async fn submit(&self, _who: Principal, kind: EntityKind, record: Map<String, Value>) -> Result<Submitted, AppError> {
        let catalog = self.catalog();
        let (known, today) = (Arc::clone(&catalog), self.today());
        let read = tokio::task::spawn_blocking(move || read(&known, kind, &record, today)).await;
        let (entities, warnings) = read.map_err(|error| crate::jobs::Interrupted::new(&error))??;
        let (id, need) = match entities.last() {
            Some(Entity::Need(need)) => (need.id.to_string(), Some(need.clone())),
            Some(entity) => (entity.id().to_owned(), None),
            None => return Err(AppError::invalid("record", "没有可以存储的记录")),
        };
        let written = self.store.write(&entities, &self.clock.now(), SOURCE).await?;
        self.refresh().await?;
        let outcome = match (written.created, written.updated) {
            (0, 0) => Outcome::Unchanged,
            (created, _) if created > 0 && !is_known(&catalog, kind, &id) => Outcome::Created,
            _ => Outcome::Updated,
        };
        let now = self.catalog();
        let similar = need.map(|need| similar_needs(&now, &need)).unwrap_or_default();
        Ok(Submitted { outcome, id, snapshot: now.version.to_string(), warnings, similar })
    }
}

fn is_known(catalog: &Catalog, kind: EntityKind, id: &str) -> bool {
    match kind {
        EntityKind::Organizations => catalog.organization(&OrganizationId::new(id)).is_some(),
        EntityKind::Projects => catalog.project(&crate::domain::ProjectId::new(id)).is_some(),
        EntityKind::Needs => catalog.need_position(&NeedId::new(id)).is_some(),
        EntityKind::Claims => catalog.claims.iter().any(|claim| claim.id.as_str() == id),
    }
}

/// The record with the stubs that it needs, stubs first, and what is odd about it.
fn read(
    catalog: &Arc<Catalog>,
    kind: EntityKind,
    record: &Map<String, Value>,
    today: jiff::civil::Date,
) -> Result<(Vec<Entity>, Vec<Issue>), AppError> {
    let line = Value::from(record.clone()).to_string();
    let file = InputFile::from_bytes(Path::new(SOURCE), line.as_bytes(), Some(kind))?;
    // A need names no organization that is looked up.
    let names = if kind == EntityKind::Needs { Names::default() } else { names_in(catalog, record, today) };
    let (needs, known) = (HashSet::new(), KnownRecords::of(Arc::clone(catalog)));
    let setting = ReadingContext { stored: &known, ..ReadingContext::new(&catalog.reference, &names, &needs, today) };
    let mut outcomes: Vec<_> = (0..file.table_count()).flat_map(|n| ingest::read(&file, n, &setting)).collect();
    let outcome = outcomes.pop().filter(|_| outcomes.is_empty());
    let outcome = outcome.ok_or_else(|| AppError::invalid("record", "应是一条记录，字段与 JSONL 名单的一行相同"))?;
    let Some(entity) = outcome.entity else {
        let reason = |it: &Issue| it.field.as_ref().map_or_else(|| it.reason.clone(), |field| format!("{field}：{}", it.reason));
        let reasons: Vec<String> = outcome.rejected.iter().map(reason).collect();
        return Err(AppError::invalid("record", reasons.join("；")));
    };
    let stubs = outcome.stubs.into_iter().map(|it| Entity::Organization(Box::new(it)));
    Ok((stubs.chain([entity]).collect(), outcome.warnings))
}

/// The organizations that the texts of a record may mean, or may be slips for.
fn names_in(catalog: &Catalog, record: &Map<String, Value>, today: jiff::civil::Date) -> Names {
    let mut texts: Vec<&str> = Vec::new();
    record.values().for_each(|value| collect(value, &mut texts));
    let mut found: Vec<usize> = Vec::new();
    for text in texts {
        found.extend(catalog.organization(&OrganizationId::new(text)));
        let bearers = catalog.bearing(text);
        if bearers.is_empty() {
            let near = catalog.names.matches(text, day_number(today), MOST_NEAR).map(|it| it.hits).unwrap_or_default();
            found.extend(near.into_iter().take(MOST_NEAR).map(|hit| position_of(hit.key)));
        }
        found.extend(bearers);
    }
    found.sort_unstable();
    found.dedup();
    let mut names = Names::default();
    for facts in found.into_iter().map(|at| catalog.organization_facts(at)) {
        names.add_named(&OrganizationId::new(facts.id()), facts.names(), facts.is_stub());
    }
    names
}

/// The texts inside a value that are as short as names.
fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.chars().count() <= crate::request::MAX_NAME_CHARS => {
            texts.push(text);
            texts.extend(text.split(['、', ';', '；']).map(str::trim).filter(|part| part.len() < text.len()));
        }
        Value::Array(values) => values.iter().for_each(|it| collect(it, texts)),
        Value::Object(fields) => fields.values().for_each(|it| collect(it, texts)),
        _ => {}
    }
}
