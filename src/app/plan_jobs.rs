//! Plans in the background: status and progress. The plan itself, which may be large, is a document of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::plan::PlanProgress;
use crate::store::{Job, JobState};

/// A plan job.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanJob {
    /// Its id, which gives access to the plan.
    pub id: String,
    /// Where it stands.
    pub state: JobState,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// Its current or last stage; absent while it waits for its turn.
    pub progress: Option<PlanProgress>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
    /// The invalid field of the order, if any.
    pub field: Option<String>,
}

/// What the job store keeps of a plan job that has ended, besides the plan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct PlanOutcome {
    pub(super) error: Option<String>,
    pub(super) field: Option<String>,
}

impl PlanOutcome {
    pub(super) fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), field: None }
    }
}

impl PlanJob {
    /// The job as the store has it, with the progress that it makes now.
    pub(super) fn new(job: Job, progress: Option<PlanProgress>) -> Self {
        let outcome = job.outcome.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let PlanOutcome { error, field } = outcome.unwrap_or_else(|| PlanOutcome {
            error: match job.state {
                JobState::Cancelled => Some("规划在开始前已取消".to_owned()),
                JobState::Interrupted => Some("服务在规划时停止了；请重新规划".to_owned()),
                _ => None,
            },
            field: None,
        });
        let progress = progress.or_else(|| serde_json::from_str(job.progress.as_deref()?).ok());
        Self { id: job.id, state: job.state, expires_at: job.expires_at, progress, error, field }
    }
}
