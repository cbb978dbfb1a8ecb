//! The request for a plan, and its progress. The plan itself is a document of `plan`: it is saved, uploaded again and shown in
//! one format.

use serde::{Deserialize, Serialize};
use utoipa::openapi::Array;
use utoipa::openapi::schema::Type;

use super::convert::{shown_enum, texts};
use super::{AmountInput, JobState, JobStatus};
use crate::domain::NeedId;
use crate::{app, plan, request};

/// The conditions of a plan. Everything may be left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlanAsk {
    /// Use only what was known on this day.
    #[schema(max_length = 64)]
    pub as_of: Option<String>,
    /// Smallest share of an organization that states none itself; 10,000 yuan by default.
    pub min_ticket: Option<AmountInput>,
    /// Largest share of one organization in one need.
    pub max_ticket: Option<AmountInput>,
    /// Maximum number of partners of one need.
    pub max_partners: Option<u32>,
    /// Maximum number of needs of an organization that states none itself.
    pub max_projects: Option<u32>,
    /// Number of organizations considered for each need; 100 by default.
    pub candidates: Option<usize>,
    /// Minimum fit (0 to 100) of a partner; 5 by default.
    pub min_fit: Option<u8>,
    /// Budget of organizations without financial data, in yuan or as text; nothing by default.
    pub unknown_budget: Option<AmountInput>,
    /// How unmet needs are weighed.
    pub fairness: Fairness,
    /// Applies fairness to places as well as to needs.
    pub region_fairness: bool,
    /// Spreads the load over more organizations.
    pub spread: bool,
    /// Gives a bonus to organizations with little history, and to small ones whose home is in a prefecture of the needs.
    pub newcomers: bool,
    /// Needs that are met in full or not at all.
    #[schema(schema_with = whole)]
    pub whole: Vec<String>,
    /// All needs are met in full or not at all.
    pub all_whole: bool,
    /// Decisions on pairs.
    #[schema(max_items = 10_000)]
    pub pairs: Vec<PairAsk>,
    /// Reserves for places or sectors.
    #[schema(max_items = 1000)]
    pub reserves: Vec<ReserveAsk>,
    /// Earmarked money.
    #[schema(max_items = 1000)]
    pub earmarks: Vec<EarmarkAsk>,
    /// Organizations that take no part, by id, name or alias.
    #[schema(schema_with = exclude)]
    pub exclude: Vec<String>,
    /// What organizations can give, where the plan sets it.
    #[schema(max_items = 1000)]
    pub budgets: Vec<BudgetAsk>,
    /// How many needs organizations take part in, where the plan sets it.
    #[schema(max_items = 1000)]
    pub project_limits: Vec<ProjectLimitAsk>,
    /// What needs ask for, where the plan sets it.
    #[schema(max_items = 1000)]
    pub gaps: Vec<GapAsk>,
    /// How many partners needs have, where the plan sets it.
    #[schema(max_items = 1000)]
    pub partner_limits: Vec<PartnerLimitAsk>,
    /// Maximum number of pairs of the earlier plan that may be changed by choice.
    pub max_changes: Option<usize>,
    /// Seconds after which the best plan so far is returned.
    pub time_limit: Option<f64>,
}

fn whole() -> Array {
    texts(10_000, 256).schema_type(Type::Array).description(Some("Needs that are met in full or not at all.")).build()
}

fn exclude() -> Array {
    let text = "Organizations that take no part, by id, name or alias.";
    texts(1000, 256).schema_type(Type::Array).description(Some(text)).build()
}

/// What an organization can give in this plan, whatever is known of its money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetAsk {
    /// Id, name or alias of the organization.
    #[schema(max_length = 256)]
    pub organization: String,
    /// How much, in yuan or as text.
    pub amount: AmountInput,
}

/// How many needs an organization takes part in at most in this plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectLimitAsk {
    /// Id, name or alias of the organization.
    #[schema(max_length = 256)]
    pub organization: String,
    /// At most so many.
    pub most: u32,
}

/// What a need asks for in this plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GapAsk {
    /// Id or title of the need.
    #[schema(max_length = 256)]
    pub need: String,
    /// How much, in yuan or as text; what is claimed already is taken off.
    pub amount: AmountInput,
}

/// How many partners a need has at most in this plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerLimitAsk {
    /// Id or title of the need.
    #[schema(max_length = 256)]
    pub need: String,
    /// At most so many.
    pub most: u32,
}

/// How unmet needs are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fairness {
    /// The less a need has, the more its next yuan is worth: no need stays below a quarter while eligible money remains.
    #[default]
    Quarters,
    /// Leximin: exactly the most for the least served need, then for the next ones.
    Leximin,
    /// Every yuan is worth the same.
    Off,
}

/// A need and an organization on which the coordinator decides beforehand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairAsk {
    /// Id or title of the need.
    #[schema(max_length = 256)]
    pub need: String,
    /// Id, name or alias of the organization.
    #[schema(max_length = 256)]
    pub organization: String,
    /// The decision.
    pub rule: PairRule,
    /// How much, in yuan or as text.
    #[serde(default)]
    pub amount: Option<AmountInput>,
}

/// A decision on one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairRule {
    /// The pair is not in the plan.
    Forbid,
    /// The pair is in the plan with at least the amount (or the smallest share).
    Force,
    /// The pair is in the plan with exactly the amount.
    Lock,
    /// The pair may be in the plan although the organization excludes the place or the sector of the need, or fits it too little.
    Invite,
}

/// Money that must go to the needs of one place or sector, as far as there is any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReserveAsk {
    /// A place or a sector, by name or code. All reserves of a plan are of one kind.
    #[serde(rename = "for")]
    #[schema(max_length = 64)]
    pub target: String,
    /// How much, in yuan or as text.
    pub amount: AmountInput,
}

/// Money of an organization that only needs of one sector may draw on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarmarkAsk {
    /// Id, name or alias of the organization.
    #[schema(max_length = 256)]
    pub organization: String,
    /// Name or code of the sector.
    #[schema(max_length = 64)]
    pub sector: String,
    /// How much of its budget, in yuan or as text.
    pub amount: AmountInput,
}

/// A plan job.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlanJob {
    /// Its id, which gives access to the plan.
    pub id: String,
    /// Its status.
    pub status: JobStatus,
    /// Its current or last stage; absent while it waits for its turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<PlanProgress>,
    /// The plan, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<plan::Plan>,
    /// Why it failed, in words for the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The invalid field of the order, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where exactly it stands.
    pub state: JobState,
    /// When it is forgotten; absent if it is kept until somebody deletes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// What people call it; absent if nobody has named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was ordered.
    pub created_at: String,
    /// The plan in a few figures, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<PlanFigures>,
}

/// A plan in a few figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlanFigures {
    /// Needs that were planned.
    pub needs: usize,
    /// Of these, met in full.
    pub full: usize,
    /// Of these, met in part.
    pub partial: usize,
    /// Of these, without any partner.
    pub none: usize,
    /// Organizations with a share.
    pub organizations: usize,
    /// What is asked for, in yuan.
    pub asked_yuan: f64,
    /// What is proposed, in yuan.
    pub proposed_yuan: f64,
}

/// The progress of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlanProgress {
    /// The current stage.
    pub stage: PlanStage,
    /// Steps of this stage that are done.
    pub done: usize,
    /// Steps of this stage in all; 0 if unknown.
    pub total: usize,
    /// How far the best plan may be from the optimum, as a share; absent until there is a plan.
    pub gap: Option<f64>,
}

shown_enum! {
    /// The current stage of a plan.
    PlanStage from plan::PlanStage {
        /// Needs are read and every organization scored for each.
        Scoring,
        /// The solver searches for amounts.
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
            exclude,
            budgets,
            project_limits,
            gaps,
            partner_limits,
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
            exclude,
            budgets: budgets.into_iter().map(plan::BudgetAsk::from).collect(),
            project_limits: project_limits.into_iter().map(plan::ProjectLimitAsk::from).collect(),
            gaps: gaps.into_iter().map(plan::GapAsk::from).collect(),
            partner_limits: partner_limits.into_iter().map(plan::PartnerLimitAsk::from).collect(),
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

impl From<BudgetAsk> for plan::BudgetAsk {
    fn from(it: BudgetAsk) -> Self {
        let BudgetAsk { organization, amount } = it;
        Self { organization, amount: amount.into() }
    }
}

impl From<ProjectLimitAsk> for plan::ProjectLimitAsk {
    fn from(it: ProjectLimitAsk) -> Self {
        let ProjectLimitAsk { organization, most } = it;
        Self { organization, most }
    }
}

impl From<GapAsk> for plan::GapAsk {
    fn from(it: GapAsk) -> Self {
        let GapAsk { need, amount } = it;
        Self { need: NeedId::new(need), amount: amount.into() }
    }
}

impl From<PartnerLimitAsk> for plan::PartnerLimitAsk {
    fn from(it: PartnerLimitAsk) -> Self {
        let PartnerLimitAsk { need, most } = it;
        Self { need: NeedId::new(need), most }
    }
}

impl From<PairRule> for plan::PairRule {
    fn from(it: PairRule) -> Self {
        match it {
            PairRule::Forbid => Self::Forbid,
            PairRule::Force => Self::Force,
            PairRule::Lock => Self::Lock,
            PairRule::Invite => Self::Invite,
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

/// The job without its plan, which is a document of its own.
impl From<app::PlanJob> for PlanJob {
    fn from(it: app::PlanJob) -> Self {
        let app::PlanJob { id, name, state, created_at, expires_at, progress, error, field, about: _, figures, draft: _ } = it;
        let (status, state) = (state.into(), state.into());
        let (expires_at, created_at) = (expires_at.map(|at| at.to_string()), created_at.to_string());
        let (name, progress) = (Some(name).filter(|name| !name.is_empty()), progress.map(PlanProgress::from));
        let figures = figures.map(PlanFigures::from);
        Self { id, status, progress, plan: None, error, field, state, expires_at, name, created_at, figures }
    }
}

impl From<app::PlanFigures> for PlanFigures {
    fn from(it: app::PlanFigures) -> Self {
        let app::PlanFigures { needs, full, partial, none, organizations, asked_yuan, proposed_yuan } = it;
        Self { needs, full, partial, none, organizations, asked_yuan, proposed_yuan }
    }
}

impl From<plan::PlanProgress> for PlanProgress {
    fn from(it: plan::PlanProgress) -> Self {
        let plan::PlanProgress { stage, done, total, gap } = it;
        Self { stage: stage.into(), done, total, gap }
    }
}
