//! Bulk matching: from a list of needs and the capacities of all organizations to a plan with reasons.
//!
//! Names and sums become a numeric problem (`needs`, `rules`, `candidates`, `encode`, `objective`), `solver` solves it, and the
//! result is turned back into names (`decode`, `unmet`). `adjustment` changes conditions by what a plan proposes, `difference`
//! compares two plans. Nothing is stored here.

mod adjustment;
mod ask;
mod candidates;
mod decode;
mod difference;
mod draft;
mod encode;
mod keep;
mod listed;
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
    BudgetAsk, EarmarkAsk, Fairness, GapAsk, PairAsk, PairRule, PartnerLimitAsk, PlanAsk, PlanControl, PlanProgress, PlanStage,
    ProjectLimitAsk, ReserveAsk,
};
pub use difference::{NeedDifference, OrganizationDifference, PairDifference, PlanDifference, Shares, shares};
pub use draft::{
    Adjustment, Alternate, ChangedPair, Changes, Coverage, DRAFT, FrontierPoint, NO_SUM, NeedFacts, Partner, Plan, PlanSummary,
    PlannedNeed, PlannedOrganization, PriceOfFairness, Relaxation, Unmet, UnplannedNeed,
};
pub use listed::{PlanNeeds, ReadNeeds};
pub use make::plan;
pub use money::{Means, check_sum};
pub use outside::{Outside, OutsideError, solve_outside};
pub use read::PlanFileError;
pub use settings::{PlanEnding, PlanSetting, SettingName, SettingValue};
