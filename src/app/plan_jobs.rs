//! The plans of this process: how far each is, and the plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::jobs::{Job, JobId, JobRegistry};
use crate::plan::{Plan, PlanProgress};

/// How far a plan in the background is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStatus {
    /// Being made, or waiting for the one before it.
    Running,
    /// There is a plan.
    Done,
    /// There is none; the error says why.
    Failed,
}

/// A plan that was started.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanJob {
    /// Its id; whoever knows it sees the plan.
    pub id: String,
    /// How far it is.
    pub status: PlanStatus,
    /// What is being done, or was done last; absent while it waits for its turn.
    pub progress: Option<PlanProgress>,
    /// The plan, once it is done.
    pub plan: Option<Plan>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
    /// The field of the order that is wrong, if one is.
    pub field: Option<String>,
}

/// A plan that was started; the draft itself, which may be large, stands beside the rest.
pub(super) struct PlanEntry {
    pub(super) job: PlanJob,
    pub(super) plan: Option<Arc<Plan>>,
    pub(super) stop: Arc<AtomicBool>,
}

impl Job for PlanEntry {
    /// Plans of a whole province take some ten megabytes each.
    const KEPT: usize = 10;

    fn id(&self) -> &str {
        &self.job.id
    }

    fn is_running(&self) -> bool {
        self.job.status == PlanStatus::Running
    }
}

/// The plans of this process.
pub(super) type Jobs = JobRegistry<PlanEntry>;

/// Why there is no plan: in words for the user, and in which field.
pub(super) type Failure = (String, Option<String>);

impl Jobs {
    pub(super) fn start(&self) -> (PlanJob, Arc<AtomicBool>) {
        let (id, status, stop) = (JobId::random().to_string(), PlanStatus::Running, Arc::new(AtomicBool::new(false)));
        let job = PlanJob { id, status, progress: None, plan: None, error: None, field: None };
        self.push(PlanEntry { job: job.clone(), plan: None, stop: Arc::clone(&stop) });
        (job, stop)
    }

    pub(super) fn end(&self, id: &str, ended: Result<Plan, Failure>) {
        self.find(id, |kept| match ended {
            Ok(plan) => {
                kept.job.status = PlanStatus::Done;
                kept.plan = Some(Arc::new(plan));
            }
            Err((error, field)) => {
                kept.job.status = PlanStatus::Failed;
                (kept.job.error, kept.job.field) = (Some(error), field);
            }
        });
    }

    /// Asks all to stop.
    pub(super) fn stop(&self) {
        self.each(|kept| kept.stop.store(true, Ordering::Relaxed));
    }
}
