//! Bulk matching: a list of needs, everybody's capacity, and a plan with reasons.

mod ask;
mod draft;
mod invite;
mod outside;
mod read;
#[cfg(test)]
mod sample;
mod tables;
mod workbook;
#[cfg(test)]
mod workbook_tests;

pub use ask::{EarmarkAsk, Fairness, PairAsk, PairRule, PlanAsk, PlanControl, PlanNeeds, PlanProgress, PlanStage, ReserveAsk};
pub use draft::{
    Alternate, Changes, Coverage, DRAFT, FrontierPoint, Partner, Plan, PlanSetting, PlanSummary, PlannedNeed,
    PlannedOrganization, PriceOfFairness, Relaxation, Unmet, UnplannedNeed,
};

pub use invite::{Invitation, InvitedNeed, invitation_markdown, invitation_text, invitation_workbook, invitations};
pub use outside::{Outside, OutsideError, solve_outside};
pub use read::PlanFileError;
pub use workbook::plan_workbook;

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
