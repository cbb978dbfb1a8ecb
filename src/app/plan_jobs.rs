//! The plan jobs of this process: status, progress and plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::jobs::{Job, JobId, JobRegistry};
use crate::plan::{Plan, PlanProgress};

/// The status of a plan job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStatus {
    /// Running, or waiting for an earlier one.
    Running,
    /// There is a plan.
    Done,
    /// There is no plan; the error says why.
    Failed,
}

/// A plan job.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanJob {
    /// Its id, which gives access to the plan.
    pub id: String,
    /// Its status.
    pub status: PlanStatus,
    /// Its current or last stage; absent while it waits for its turn.
    pub progress: Option<PlanProgress>,
    /// The plan, once it is done.
    pub plan: Option<Plan>,
    /// Why it failed, in words for the user.
    pub error: Option<String>,
    /// The invalid field of the order, if any.
    pub field: Option<String>,
}

/// A plan job as an entry of the registry. The plan itself, which may be large, is a field of its own.
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

/// The plan jobs of this process.
pub(super) type Jobs = JobRegistry<PlanEntry>;

/// Why there is no plan: a message for the user, and the invalid field.
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

    /// Asks all plans to stop.
    pub(super) fn stop(&self) {
        self.each(|kept| kept.stop.store(true, Ordering::Relaxed));
    }
}
