//! What is asked of a plan, and how far it is. The plan itself is a document of `plan`: saved, handed in again and shown in one
//! format.

use serde::{Deserialize, Serialize};

use super::AmountInput;
use super::convert::shown_enum;
use crate::domain::NeedId;
use crate::{app, plan, request};

/// The conditions of a plan. Everything may be left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlanAsk {
    /// Use only what was known on this day.
    pub as_of: Option<String>,
    /// Smallest share that an organization is asked for where it states none itself; 10,000 yuan by default.
    pub min_ticket: Option<AmountInput>,
    /// Largest share of one organization in one need.
    pub max_ticket: Option<AmountInput>,
    /// The most partners of one need.
    pub max_partners: Option<u32>,
    /// The most needs of one organization where it states none itself.
    pub max_projects: Option<u32>,
    /// Organizations that are looked at for each need; 100 by default.
    pub candidates: Option<usize>,
    /// The least fit (0 to 100) of a partner; 5 by default.
    pub min_fit: Option<u8>,
    /// Budget of an organization of whose money nothing is known, in yuan or as text; nothing by default.
    pub unknown_budget: Option<AmountInput>,
    /// How unmet needs are weighed.
    pub fairness: Fairness,
    /// Weighs places as well as needs.
    pub region_fairness: bool,
    /// Spreads the load over more organizations.
    pub spread: bool,
    /// Gives organizations with little history, and small ones at home in a prefecture of the needs, an advance.
    pub newcomers: bool,
    /// Needs that are met in full or not at all.
    pub whole: Vec<String>,
    /// All needs are met in full or not at all.
    pub all_whole: bool,
    /// Decisions on pairs.
    pub pairs: Vec<PairAsk>,
    /// Reserves for places or sectors.
    pub reserves: Vec<ReserveAsk>,
    /// Earmarked money.
    pub earmarks: Vec<EarmarkAsk>,
    /// The most pairs that may differ from the plan that is kept.
    pub max_changes: Option<usize>,
    /// Seconds after which the best plan so far is taken.
    pub time_limit: Option<f64>,
}

/// How unmet needs are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fairness {
    /// The emptier a need, the more its next yuan is worth: none stays below a quarter while money is left.
    #[default]
    Quarters,
    /// The least served need first, exactly; then the next ones.
    Leximin,
    /// Every yuan is worth the same.
    Off,
}

/// A need and an organization that the coordinator decides on beforehand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairAsk {
    /// Id of the need.
    pub need: String,
    /// Id, name or alias of the organization.
    pub organization: String,
    /// What is said of them.
    pub rule: PairRule,
    /// How much, in yuan or as text.
    #[serde(default)]
    pub amount: Option<AmountInput>,
}

/// What is said of one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairRule {
    /// Not together.
    Forbid,
    /// Together, with at least the amount (or the smallest share).
    Force,
    /// Together, with exactly the amount.
    Lock,
}

/// Money that must go to the needs of one place or sector, as far as there is any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReserveAsk {
    /// A place or a sector, by name or code. All reserves of a plan are of one kind.
    #[serde(rename = "for")]
    pub target: String,
    /// How much, in yuan or as text.
    pub amount: AmountInput,
}

/// Money of an organization that only needs of some sectors may draw on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarmarkAsk {
    /// Id, name or alias of the organization.
    pub organization: String,
    /// Name or code of the sector.
    pub sector: String,
    /// How much of its budget, in yuan or as text.
    pub amount: AmountInput,
}

/// A plan that was started.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlanJob {
    /// Its id; whoever knows it sees the plan.
    pub id: String,
    /// How far it is.
    pub status: PlanStatus,
    /// What is being done, or was done last; absent while it waits for its turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<PlanProgress>,
    /// The plan, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<plan::Plan>,
    /// Why it failed, in words for the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The field of the order that is wrong, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// How far a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlanProgress {
    /// What is being done.
    pub stage: PlanStage,
    /// Steps of this stage that are done.
    pub done: usize,
    /// All steps of this stage; 0 where that is not known.
    pub total: usize,
    /// How far the best plan may be from the optimum, as a share; once there is a plan.
    pub gap: Option<f64>,
}

shown_enum! {
    /// How far a plan in the background is.
    PlanStatus from app::PlanStatus {
        /// Being made, or waiting for the one before it.
        Running,
        /// There is a plan.
        Done,
        /// There is none; the error says why.
        Failed,
    }
}

shown_enum! {
    /// What a plan is being made of just now.
    PlanStage from plan::PlanStage {
        /// Needs are read and every organization scored for each.
        Scoring,
        /// Amounts are searched for.
        Solving,
        /// Reasons are looked up and relaxations tried.
        Explaining,
    }
}

impl From<PlanAsk> for plan::PlanAsk {
    fn from(it: PlanAsk) -> Self {
        let sum = |sum: Option<AmountInput>| sum.map(request::AmountInput::from);
        let PlanAsk {
            as_of,
            min_ticket,
            max_ticket,
            max_partners,
            max_projects,
            candidates,
            min_fit,
            unknown_budget,
            fairness,
            region_fairness,
            spread,
            newcomers,
            whole,
            all_whole,
            pairs,
            reserves,
            earmarks,
            max_changes,
            time_limit,
        } = it;
        Self {
            as_of,
            min_ticket: sum(min_ticket),
            max_ticket: sum(max_ticket),
            max_partners,
            max_projects,
            candidates,
            min_fit,
            unknown_budget: sum(unknown_budget),
            fairness: fairness.into(),
            region_fairness,
            spread,
            newcomers,
            whole: whole.into_iter().map(NeedId::new).collect(),
            all_whole,
            pairs: pairs.into_iter().map(plan::PairAsk::from).collect(),
            reserves: reserves.into_iter().map(plan::ReserveAsk::from).collect(),
            earmarks: earmarks.into_iter().map(plan::EarmarkAsk::from).collect(),
            max_changes,
            time_limit,
        }
    }
}

impl From<Fairness> for plan::Fairness {
    fn from(it: Fairness) -> Self {
        match it {
            Fairness::Quarters => Self::Quarters,
            Fairness::Leximin => Self::Leximin,
            Fairness::Off => Self::Off,
        }
    }
}

impl From<PairAsk> for plan::PairAsk {
    fn from(it: PairAsk) -> Self {
        let PairAsk { need, organization, rule, amount } = it;
        Self { need: NeedId::new(need), organization, rule: rule.into(), amount: amount.map(request::AmountInput::from) }
    }
}

impl From<PairRule> for plan::PairRule {
    fn from(it: PairRule) -> Self {
        match it {
            PairRule::Forbid => Self::Forbid,
            PairRule::Force => Self::Force,
            PairRule::Lock => Self::Lock,
        }
    }
}

impl From<ReserveAsk> for plan::ReserveAsk {
    fn from(it: ReserveAsk) -> Self {
        let ReserveAsk { target, amount } = it;
        Self { target, amount: amount.into() }
    }
}

impl From<EarmarkAsk> for plan::EarmarkAsk {
    fn from(it: EarmarkAsk) -> Self {
        let EarmarkAsk { organization, sector, amount } = it;
        Self { organization, sector, amount: amount.into() }
    }
}

impl From<app::PlanJob> for PlanJob {
    fn from(it: app::PlanJob) -> Self {
        let app::PlanJob { id, status, progress, plan, error, field } = it;
        Self { id, status: status.into(), progress: progress.map(PlanProgress::from), plan, error, field }
    }
}

impl From<plan::PlanProgress> for PlanProgress {
    fn from(it: plan::PlanProgress) -> Self {
        let plan::PlanProgress { stage, done, total, gap } = it;
        Self { stage: stage.into(), done, total, gap }
    }
}
