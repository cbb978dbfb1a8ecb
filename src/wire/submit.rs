//! One record that is handed in by itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Issue;
use super::convert::each;
use super::need::SimilarNeed;
use crate::app;

/// A record with the fields of a line of a JSONL list: `id`, `title`, `description`, `region`, `amount_yuan`, … for a need.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object, example = json!({"id": "n-2026-001", "title": "学校净水", "description": "果洛州23所学校饮水不安全，需安装净水设备157台，约629万元"}))]
pub struct RecordInput(pub Map<String, Value>);

/// What became of a record that was handed in.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Submitted {
    /// `created`, `updated` or `unchanged`.
    pub outcome: SubmittedOutcome,
    /// Its id.
    pub id: String,
    /// Name of the snapshot that has it: from now on it is part of all answers.
    pub snapshot: String,
    /// What is odd about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Issue>,
    /// For a need: others that are the same or nearly so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<SimilarNeed>,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmittedOutcome {
    /// It is new.
    Created,
    /// It was known and has changed.
    Updated,
    /// It was known and is the same.
    Unchanged,
}

impl From<app::Submitted> for Submitted {
    fn from(it: app::Submitted) -> Self {
        let app::Submitted { outcome, id, snapshot, warnings, similar } = it;
        let outcome = match outcome {
            app::Outcome::Created => SubmittedOutcome::Created,
            app::Outcome::Updated => SubmittedOutcome::Updated,
            app::Outcome::Unchanged => SubmittedOutcome::Unchanged,
        };
        Self { outcome, id, snapshot, warnings: each(warnings), similar: each(similar) }
    }
}
