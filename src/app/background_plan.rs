//! Plans in the background: starting, watching and stopping them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinHandle;

use super::plan_jobs::{Failure, PlanJob};
use super::state::App;
use crate::domain::Principal;
use crate::error::{AppError, Class};
use crate::plan::{Plan, PlanAsk, PlanControl, PlanNeeds};

/// What to plan, and how.
#[derive(Debug)]
pub struct PlanOrder {
    /// The conditions.
    pub ask: PlanAsk,
    /// The needs.
    pub needs: PlanNeeds,
    /// An earlier plan to start from.
    pub keep: Option<Plan>,
}

impl App {
    /// Starts a plan and returns its job at once. The handle ends when the plan does.
    pub fn start_plan(self: &Arc<Self>, who: Principal, order: PlanOrder) -> (PlanJob, JoinHandle<()>) {
        self.start_planning(move |app, control| app.plan(who, &order.ask, &order.needs, order.keep.as_ref(), control))
    }

    pub(super) fn start_planning<W>(self: &Arc<Self>, work: W) -> (PlanJob, JoinHandle<()>)
    where
        W: FnOnce(&Self, &PlanControl<'_>) -> Result<Plan, AppError> + Send + 'static,
    {
        let (job, stop) = self.plans.start();
        let (app, id) = (Arc::clone(self), job.id.clone());
        // What the job logs carries the id of the request that started it.
        let span = tracing::Span::current();
        let task = tokio::spawn(async move {
            // Plans run one after the other, off the threads that answer requests and outside the pool for rankings, where a
            // plan would occupy a worker for minutes. A panic in here must end the job, not leave it running for ever.
            let _turn = app.plans.turn.lock().await;
            let (inner, own) = (Arc::clone(&app), id.clone());
            let ended = tokio::task::spawn_blocking(move || span.in_scope(|| inner.run_plan(&own, &stop, work))).await;
            app.plans.end(&id, ended.unwrap_or_else(|_| Err(("规划中断；请重试".to_owned(), None))));
        });
        (job, task)
    }

    fn run_plan<W>(&self, id: &str, stop: &AtomicBool, work: W) -> Result<Plan, Failure>
    where
        W: FnOnce(&Self, &PlanControl<'_>) -> Result<Plan, AppError>,
    {
        if stop.load(Ordering::Relaxed) {
            return Err(("规划在开始前已取消".to_owned(), None));
        }
        let progress = |progress| _ = self.plans.find(id, |kept| kept.job.progress = Some(progress));
        work(self, &PlanControl { stop, progress: &progress }).map_err(|error| shown(&error))
    }

    /// A plan job, if it is still in the registry.
    #[must_use]
    pub fn plan_job(&self, _who: Principal, id: &str) -> Option<PlanJob> {
        let (job, plan) = self.plans.find(id, |kept| (kept.job.clone(), kept.plan.clone()))?;
        Some(PlanJob { plan: plan.map(Arc::unwrap_or_clone), ..job })
    }

    /// Asks a plan to stop. It soon ends with the best plan found so far and says so, or without a plan if it has not begun. A
    /// plan that has ended stays as it is.
    #[must_use]
    pub fn cancel_plan(&self, who: Principal, id: &str) -> Option<PlanJob> {
        self.plans.find(id, |kept| kept.stop.store(true, Ordering::Relaxed))?;
        self.plan_job(who, id)
    }
}

/// The user can correct faults of the order. All others are internal and stay in the log.
fn shown(error: &AppError) -> Failure {
    if matches!(error.class(), Class::Invalid | Class::NotFound) {
        return (error.message.clone(), error.field.map(str::to_owned));
    }
    tracing::error!("{error}");
    ("服务出错，没有得出方案；请稍后重试".to_owned(), None)
}
