//! Bulk matching: from a list of needs and the capacities of all organizations to a plan with reasons.
//!
//! Names and sums become a numeric problem (`needs`, `rules`, `candidates`, `encode`, `objective`), `solver` solves it, and the
//! result is turned back into names (`decode`, `unmet`). A plan is not stored.

mod ask;
mod candidates;
mod decode;
mod draft;
mod encode;
mod keep;
mod make;
mod money;
mod needs;
mod objective;
mod outside;
mod read;
mod rules;
mod search;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod unmet;

pub use ask::{
    BudgetAsk, EarmarkAsk, Fairness, GapAsk, PairAsk, PairRule, PartnerLimitAsk, PlanAsk, PlanControl, PlanNeeds, PlanProgress,
    PlanStage, ProjectLimitAsk, ReserveAsk,
};
pub use draft::{
    Alternate, ChangedPair, Changes, Coverage, DRAFT, FrontierPoint, NeedFacts, Partner, Plan, PlanSummary, PlannedNeed,
    PlannedOrganization, PriceOfFairness, Relaxation, Unmet, UnplannedNeed,
};
pub use make::plan;
pub use money::capacity_of;
pub use outside::{Outside, OutsideError, solve_outside};
pub use read::PlanFileError;
pub use settings::{PlanEnding, PlanSetting, SettingName, SettingValue};
