//! Bulk matching: a list of needs, everybody's capacity, and a plan with reasons.

mod ask;

mod draft;
mod jobs;
#[cfg(test)]
mod jobs_tests;

pub use ask::{EarmarkAsk, Fairness, PairAsk, PairRule, PlanAsk, PlanControl, PlanNeeds, PlanProgress, PlanStage, ReserveAsk};
pub use draft::{
    Alternate, Changes, Coverage, DRAFT, FrontierPoint, Partner, Plan, PlanSetting, PlanSummary, PlannedNeed,
    PlannedOrganization, PriceOfFairness, Relaxation, Unmet, UnplannedNeed,
};

pub(super) use jobs::Jobs;
pub use jobs::{PlanJob, PlanOrder, PlanStatus};

use super::{AskError, Engine, EngineError};

impl Engine {
    /// Plans partners for many needs at once. With `keep`, starts from an earlier plan.
    ///
    /// # Errors
    /// The outer error is the engine's, the inner one the asker's: conditions that contradict each other, by name.
    pub fn plan(
        &self,
        ask: &PlanAsk,
        needs: &PlanNeeds,
        keep: Option<&Plan>,
        control: &PlanControl<'_>,
    ) -> Result<Result<Plan, AskError>, EngineError> {
        let _ = (ask, needs, keep, control);
        Ok(Err(AskError::new("needs", "")))
    }
}
