//! Plans in the background: status, progress and figures. The plan itself, which may be large, is a document of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, PlanAsk, PlanProgress};
use crate::store::{Job, JobState};

/// A plan job.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanJob {
    /// Its id, which gives access to the plan.
    pub id: String,
    /// What people call it; empty if nobody has named it.
    pub name: String,
    /// Where it stands.
    pub state: JobState,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it is forgotten; absent if it is kept until somebody deletes it.
    pub expires_at: Option<Timestamp>,
    /// Its current or last stage; absent while it waits for its turn.
    pub progress: Option<PlanProgress>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
    /// The invalid field of the order, if any.
    pub field: Option<String>,
    /// Its needs in words; empty until they are known.
    pub about: String,
    /// The plan in a few figures, once there is one.
    pub figures: Option<PlanFigures>,
    /// The conditions that somebody has noted for the next plan, if they differ from those of this one.
    pub draft: Option<PlanAsk>,
}

/// What a list of plans says of one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlanFigures {
    /// Needs that were planned.
    pub needs: usize,
    /// Of these, met in full.
    pub full: usize,
    /// Of these, met in part.
    pub partial: usize,
    /// Of these, without any partner.
    pub none: usize,
    /// Organizations with a share.
    pub organizations: usize,
    /// What is asked for, in yuan.
    pub asked_yuan: f64,
    /// What is proposed, in yuan.
    pub proposed_yuan: f64,
}

impl PlanFigures {
    pub(in crate::app) const fn of(plan: &Plan) -> Self {
        let it = &plan.summary;
        Self {
            needs: it.needs,
            full: it.full,
            partial: it.partial,
            none: it.none,
            organizations: it.organizations,
            asked_yuan: it.asked_yuan,
            proposed_yuan: it.proposed_yuan,
        }
    }
}

/// What the job store keeps of a plan job that has ended, besides the plan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::app) struct PlanOutcome {
    pub(in crate::app) error: Option<String>,
    pub(in crate::app) field: Option<String>,
    #[serde(default)]
    pub(in crate::app) about: String,
    #[serde(default)]
    pub(in crate::app) figures: Option<PlanFigures>,
}

impl PlanOutcome {
    pub(in crate::app) fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }
}

impl PlanJob {
    /// The job as the store has it, with the progress that it makes now.
    pub(in crate::app) fn new(job: Job, progress: Option<PlanProgress>) -> Self {
        let outcome = job.outcome.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let PlanOutcome { error, field, about, figures } = outcome.unwrap_or_else(|| PlanOutcome {
            error: match job.state {
                JobState::Cancelled => Some("规划在开始前已取消".to_owned()),
                JobState::Interrupted => Some("服务在规划时停止了；请重新规划".to_owned()),
                _ => None,
            },
            ..PlanOutcome::default()
        });
        let progress = progress.or_else(|| serde_json::from_str(job.progress.as_deref()?).ok());
        let draft = job.draft.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let expires_at = (!job.is_kept).then_some(job.expires_at);
        let Job { id, label: name, state, created_at, .. } = job;
        Self { id, name, state, created_at, expires_at, progress, error, field, about, figures, draft }
    }
}
