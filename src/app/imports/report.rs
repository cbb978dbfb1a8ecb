//! The outcome of an import. Its lists are of any length: what is too long for memory is in temporary files.

use serde::{Deserialize, Serialize};

use super::preview::Preview;
use crate::domain::{Entity, EntityKind, NeedId};
use crate::error::{AppError, Code};
use crate::ingest::{Issue, TableColumns};
use crate::io_error::describe_io_error;
use crate::spool::{List, ListFull, Spool};

/// An accepted row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// The record as it is stored; without its contact if it comes back from a temporary file.
    #[serde(with = "record")]
    pub record: Entity,
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The file.
    pub file: String,
    /// The kind of its records.
    pub kind: EntityKind,
    /// Rows that could be read.
    pub accepted: usize,
    /// Rows that could not.
    pub rejected: usize,
    /// True if its rows are in the ledger now.
    pub stored: bool,
    /// New records.
    pub created: usize,
    /// Changed records.
    pub updated: usize,
    /// Unchanged records.
    pub unchanged: usize,
    /// What the columns of its tables were read as.
    #[serde(default)]
    pub tables: Vec<TableColumns>,
    /// Names of the lists that its accepted needs are on: the first ones, sorted.
    #[serde(default)]
    pub lists: Vec<String>,
    /// The beginning of what was accepted.
    #[serde(default)]
    pub preview: Preview,
}

/// A row that may be a stored need, for a person to decide on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsureRow {
    /// The sheet; null for text files.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// The needs that it may be.
    pub candidates: Vec<Candidate>,
}

/// A stored need that a row may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its id.
    pub need: NeedId,
    /// Its title, and what tells it from others.
    pub text: String,
}

/// The outcome of an import.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Accepted rows; only for a dry run.
    pub accepted: Option<List<Accepted>>,
    /// Rows that could not be read.
    pub rejected: List<Issue>,
    /// Oddities of accepted rows.
    pub warnings: List<Issue>,
    /// Table rows that are not records: sums, signatures, notes.
    pub skipped: List<Issue>,
    /// Rejected rows that may be stored needs.
    pub unsure: List<UnsureRow>,
    /// The outcome, file by file.
    pub files: Vec<FileReport>,
}

impl ImportReport {
    /// An empty report, whose temporary files are made in `spool`.
    pub(in crate::app) fn new(spool: &Spool) -> Self {
        let list = || List::new(spool.clone());
        let unsure = List::new(spool.clone());
        Self { accepted: None, rejected: list(), warnings: list(), skipped: list(), unsure, files: Vec::new() }
    }

    /// True if something needs a person's attention: rejected rows.
    #[must_use]
    pub const fn needs_attention(&self) -> bool {
        !self.rejected.is_empty()
    }

    /// True if there are problems to be marked in the list.
    #[must_use]
    pub const fn has_issues(&self) -> bool {
        !self.rejected.is_empty() || !self.warnings.is_empty()
    }
}

/// A problem that cannot be put into the report, or a record that cannot be kept for the ledger.
#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
pub(in crate::app) fn unlisted(error: std::io::Error) -> AppError {
    if error.get_ref().is_some_and(|inner| inner.is::<ListFull>()) {
        let message = "问题太多，无法逐条列出；请先用其中几行试导入，对照模板改正列名，或拆分成几个文件后重试";
        return AppError::new(Code::UnreadableFile, message);
    }
    AppError::new(Code::Spool, format!("无法写临时文件：{}；没有写入", describe_io_error(&error)))
}

/// A record with its kind.
mod record {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    use crate::domain::{Entity, EntityKind};

    pub(in crate::app) fn serialize<S: Serializer>(record: &Entity, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = record.kind();
        match record {
            Entity::Organization(it) => (kind, it).serialize(serializer),
            Entity::Project(it) => (kind, it).serialize(serializer),
            Entity::Need(it) => (kind, it).serialize(serializer),
            Entity::Claim(it) => (kind, it).serialize(serializer),
        }
    }

    pub(in crate::app) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Entity, D::Error> {
        let (kind, value) = <(EntityKind, Value)>::deserialize(deserializer)?;
        let read = match kind {
            EntityKind::Organizations => serde_json::from_value(value).map(Entity::Organization),
            EntityKind::Projects => serde_json::from_value(value).map(Entity::Project),
            EntityKind::Needs => serde_json::from_value(value).map(Entity::Need),
            EntityKind::Claims => serde_json::from_value(value).map(Entity::Claim),
        };
        read.map_err(D::Error::custom)
    }
}
