//! Plans in the background: starting, watching and stopping them.

use std::io::{BufWriter, Write as _};
use std::sync::Arc;

use super::background::{Ended, Live};
use super::plan_jobs::{PlanJob, PlanOutcome};
use super::state::App;
use crate::domain::Principal;
use crate::error::{AppError, Class, Code};
use crate::export::plan_workbook;
use crate::plan::{Plan, PlanAsk, PlanControl, PlanNeeds};
use crate::store::{JobDocument, JobEnd, JobKind, JobState};

/// Names of the plan and of its workbook among the documents of a job.
const PLAN: &str = "plan.json";
const WORKBOOK: &str = "plan.xlsx";

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
    /// Accepts a plan for `owner`, the address of a client, and returns its job at once. `order` makes the order when the
    /// plan's turn comes: waiting orders are not held in memory.
    ///
    /// # Errors
    /// Too many plans wait already, of this owner or in all; or the job store cannot be written.
    pub async fn start_plan(
        self: &Arc<Self>,
        who: Principal,
        owner: &str,
        label: &str,
        order: impl FnOnce() -> Result<PlanOrder, AppError> + Send + 'static,
    ) -> Result<PlanJob, AppError> {
        let work = move |app: &Self, control: &PlanControl<'_>| {
            let order = order()?;
            app.plan(who, &order.ask, &order.needs, order.keep.as_ref(), control)
        };
        self.start_planning(owner, label, work).await
    }

    pub(super) async fn start_planning<W>(self: &Arc<Self>, owner: &str, label: &str, work: W) -> Result<PlanJob, AppError>
    where
        W: FnOnce(&Self, &PlanControl<'_>) -> Result<Plan, AppError> + Send + 'static,
    {
        let interrupted = Ended::new(JobEnd::Failed, &PlanOutcome::failed("规划中断；请重试"));
        let app = Arc::clone(self);
        let run = move |live: &Live| app.run_plan(live, work);
        let job = self.background.accept(JobKind::Plan, owner, label, interrupted, run).await?;
        Ok(PlanJob::new(job, None))
    }

    fn run_plan<W>(&self, live: &Live, work: W) -> Ended
    where
        W: FnOnce(&Self, &PlanControl<'_>) -> Result<Plan, AppError>,
    {
        let progress = |progress| *live.progress() = Some(progress);
        let plan = work(self, &PlanControl { stop: &live.stop, progress: &progress });
        match plan.and_then(|plan| self.keep_plan(&live.id, &plan)) {
            Ok(()) => Ended::new(JobEnd::Done, &PlanOutcome::default()),
            Err(error) => Ended::new(JobEnd::Failed, &shown(&error)),
        }
    }

    fn keep_plan(&self, id: &str, plan: &Plan) -> Result<(), AppError> {
        self.background.keep_document(id, PLAN, |out| {
            let mut out = BufWriter::new(out);
            let written = serde_json::to_writer(&mut out, plan).map_err(std::io::Error::from).and_then(|()| out.flush());
            written.map_err(|error| AppError::caused(Code::JobStore, error))
        })?;
        self.background.keep_document(id, WORKBOOK, |out| {
            let written = out.write_all(&plan_workbook(plan)?);
            written.map_err(|error| AppError::caused(Code::JobStore, error))
        })
    }

    /// A plan job, if it is still kept.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn plan_job(&self, _who: Principal, id: &str) -> Result<Option<PlanJob>, AppError> {
        let job = self.background.find_job(JobKind::Plan, id).await?;
        Ok(job.map(|job| self.with_progress(job)))
    }

    fn with_progress(&self, job: crate::store::Job) -> PlanJob {
        let progress = self.background.live_job(&job.id).and_then(|live| *live.progress());
        PlanJob::new(job, progress)
    }

    /// The plan of a job as JSON, if there is one.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn plan_document(&self, _who: Principal, id: &str) -> Result<Option<JobDocument>, AppError> {
        self.plan_part(id, PLAN).await
    }

    /// The workbook of a plan, if there is one.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn plan_workbook(&self, _who: Principal, id: &str) -> Result<Option<JobDocument>, AppError> {
        self.plan_part(id, WORKBOOK).await
    }

    async fn plan_part(&self, id: &str, name: &str) -> Result<Option<JobDocument>, AppError> {
        // What an interrupted job has kept may be a part, or nothing, depending on when it was interrupted.
        let has_ended = |state: JobState| state.is_ended() && state != JobState::Interrupted;
        if self.background.find_job(JobKind::Plan, id).await?.is_none_or(|job| !has_ended(job.state)) {
            return Ok(None);
        }
        self.background.kept_document(id, name).await
    }

    /// Asks a plan to stop. It soon ends with the best plan found so far and says so, or without a plan if it has not begun. A
    /// plan that has ended stays as it is.
    ///
    /// # Errors
    /// The job store cannot be written.
    pub async fn cancel_plan(&self, _who: Principal, id: &str) -> Result<Option<PlanJob>, AppError> {
        let job = self.background.cancel_job(JobKind::Plan, id).await?;
        Ok(job.map(|job| self.with_progress(job)))
    }
}

/// The user can correct faults of the order. All others are internal and stay in the log.
fn shown(error: &AppError) -> PlanOutcome {
    if matches!(error.class(), Class::Invalid | Class::NotFound) {
        return PlanOutcome { error: Some(error.message.clone()), field: error.field.map(str::to_owned) };
    }
    tracing::error!("{error}");
    PlanOutcome::failed("服务出错，没有得出方案；请稍后重试")
}
