//! Plans in the background: starting, watching and stopping them.

use std::io::Write as _;
use std::sync::Arc;

use super::jobs::{PlanFigures, PlanJob, PlanOutcome};
use crate::app::background::{Ended, Live};
use crate::app::state::App;
use crate::domain::Principal;
use crate::error::{AppError, Class, Code};
use crate::export::plan_workbook;
use crate::plan::{Plan, PlanAsk, PlanControl, PlanNeeds, ReadNeeds};
use crate::request;
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
    /// The job of a kept plan to start from, instead.
    pub before: Option<String>,
    /// The needs in words.
    pub about: String,
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
        let work = move |app: &Self, live: &Live, control: &PlanControl<'_>, about: &mut String| {
            let order = order()?;
            about.clone_from(&order.about);
            app.carry_out(who, &live.id, order, control)
        };
        self.start_working(owner, label, work).await
    }

    /// The same for any work that ends with a plan.
    #[cfg(test)]
    pub(in crate::app) async fn start_planning<W>(
        self: &Arc<Self>,
        owner: &str,
        label: &str,
        work: W,
    ) -> Result<PlanJob, AppError>
    where
        W: FnOnce(&Self, &PlanControl<'_>) -> Result<Plan, AppError> + Send + 'static,
    {
        self.start_working(owner, label, |app, _, control, _| work(app, control)).await
    }

    async fn start_working<W>(self: &Arc<Self>, owner: &str, label: &str, work: W) -> Result<PlanJob, AppError>
    where
        W: FnOnce(&Self, &Live, &PlanControl<'_>, &mut String) -> Result<Plan, AppError> + Send + 'static,
    {
        let interrupted = Ended::new(JobEnd::Failed, &PlanOutcome::failed("规划中断；请重试"));
        let app = Arc::clone(self);
        let run = move |live: &Live| app.run_plan(live, work);
        let job = self.background.accept(JobKind::Plan, owner, label, interrupted, run).await?;
        Ok(PlanJob::new(job, None))
    }

    fn run_plan<W>(&self, live: &Live, work: W) -> Ended
    where
        W: FnOnce(&Self, &Live, &PlanControl<'_>, &mut String) -> Result<Plan, AppError>,
    {
        let progress = |progress| *live.progress() = Some(progress);
        let mut about = String::new();
        let plan = work(self, live, &PlanControl { stop: &live.stop, progress: &progress }, &mut about);
        match plan.and_then(|plan| self.keep_plan(&live.id, &plan).map(|()| PlanFigures::of(&plan))) {
            Ok(figures) => Ended::new(JobEnd::Kept, &PlanOutcome { about, figures: Some(figures), ..PlanOutcome::default() }),
            Err(error) => Ended::new(JobEnd::Failed, &PlanOutcome { about, ..shown(&error) }),
        }
    }

    /// Carries out an order and keeps what the plan was made from.
    fn carry_out(&self, who: Principal, id: &str, order: PlanOrder, control: &PlanControl<'_>) -> Result<Plan, AppError> {
        let PlanOrder { ask, needs, keep, before, about } = order;
        let needs = match needs {
            PlanNeeds::File(file) => {
                let as_of = request::as_of(ask.as_of.as_deref(), self.today())?;
                PlanNeeds::Read(Box::new(ReadNeeds::of_file(&self.catalog(), as_of, &file)))
            }
            other => other,
        };
        self.keep_basis(id, &ask, &needs, &about, before.as_deref())?;
        let keep = before.as_deref().map(|before| self.earlier_plan(who, before)).transpose()?.or(keep);
        let plan = self.plan(who, &ask, &needs, keep.as_ref(), control)?;
        if let Some(keep) = &keep {
            self.keep_difference(id, keep, &plan)?;
        }
        if let Some(before) = &before {
            self.conditions_used(before, &ask)?;
        }
        Ok(plan)
    }

    fn keep_plan(&self, id: &str, plan: &Plan) -> Result<(), AppError> {
        self.keep_json(id, PLAN, plan)?;
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

    pub(in crate::app) fn with_progress(&self, job: crate::store::Job) -> PlanJob {
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
        let field = error.field.map(str::to_owned);
        return PlanOutcome { error: Some(error.message.clone()), field, ..PlanOutcome::default() };
    }
    tracing::error!("{error}");
    PlanOutcome::failed("服务出错，没有得出方案；请稍后重试")
}
