//! Bulk matching: a list of needs, everybody's capacity, and a plan with reasons.

mod ask;
mod candidates;
mod decode;
mod draft;
mod encode;
mod invite;
mod jobs;
#[cfg(test)]
mod jobs_tests;
mod make;
mod money;
mod needs;
mod outside;
mod read;
mod rules;
#[cfg(test)]
mod sample;
mod search;
mod tables;
mod unmet;
mod workbook;
#[cfg(test)]
mod workbook_tests;

pub use ask::{EarmarkAsk, Fairness, PairAsk, PairRule, PlanAsk, PlanControl, PlanNeeds, PlanProgress, PlanStage, ReserveAsk};
pub use draft::{
    Alternate, Changes, Coverage, DRAFT, FrontierPoint, Partner, Plan, PlanSetting, PlanSummary, PlannedNeed,
    PlannedOrganization, PriceOfFairness, Relaxation, Unmet, UnplannedNeed,
};
pub use invite::{Invitation, InvitedNeed, invitation_markdown, invitation_text, invitation_workbook, invitations};
pub(super) use jobs::Jobs;
pub use jobs::{PlanJob, PlanOrder, PlanStatus};
pub use outside::{Outside, OutsideError, solve_outside};
pub use read::PlanFileError;
pub use workbook::plan_workbook;
