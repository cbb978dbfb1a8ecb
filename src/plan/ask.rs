//! The request for a plan.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::domain::NeedId;
use crate::error::AppError;
use crate::request::{AmountInput, check_name};

/// Most conditions of one kind: organizations and needs are looked up for each.
const MAX_CONDITIONS: usize = 1000;

/// How unmet needs are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// A decision on one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// A need and an organization on which the coordinator decides beforehand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairAsk {
    /// Id or title of the need.
    pub need: NeedId,
    /// Id, name or alias of the organization.
    pub organization: String,
    /// The decision.
    pub rule: PairRule,
    /// How much, in yuan or as text.
    pub amount: Option<AmountInput>,
}

/// Money that must go to the needs of one place or sector, as far as there is any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReserveAsk {
    /// A place or a sector, by name or code. All reserves of a plan are of one kind.
    pub target: String,
    /// How much, in yuan or as text.
    pub amount: AmountInput,
}

/// Money of an organization that only needs of one sector may draw on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarmarkAsk {
    /// Id, name or alias of the organization.
    pub organization: String,
    /// Name or code of the sector.
    pub sector: String,
    /// How much of its budget, in yuan or as text.
    pub amount: AmountInput,
}

/// What an organization can give in this plan, whatever is known of its money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetAsk {
    /// Id, name or alias of the organization.
    pub organization: String,
    /// How much, in yuan or as text.
    pub amount: AmountInput,
}

/// How many needs an organization takes part in at most in this plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectLimitAsk {
    /// Id, name or alias of the organization.
    pub organization: String,
    /// At most so many.
    pub most: u32,
}

/// What a need asks for in this plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapAsk {
    /// Id or title of the need.
    pub need: NeedId,
    /// How much, in yuan or as text; what is claimed already is taken off.
    pub amount: AmountInput,
}

/// How many partners a need has at most in this plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerLimitAsk {
    /// Id or title of the need.
    pub need: NeedId,
    /// At most so many.
    pub most: u32,
}

/// The conditions of a plan. Everything may be left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanAsk {
    /// Use only what was known on this day.
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
    pub whole: Vec<NeedId>,
    /// All needs are met in full or not at all.
    pub all_whole: bool,
    /// Decisions on pairs.
    pub pairs: Vec<PairAsk>,
    /// Reserves for places or sectors.
    pub reserves: Vec<ReserveAsk>,
    /// Earmarked money.
    pub earmarks: Vec<EarmarkAsk>,
    /// Organizations that take no part, by id, name or alias.
    pub exclude: Vec<String>,
    /// What organizations can give, where the plan sets it.
    pub budgets: Vec<BudgetAsk>,
    /// How many needs organizations take part in, where the plan sets it.
    pub project_limits: Vec<ProjectLimitAsk>,
    /// What needs ask for, where the plan sets it.
    pub gaps: Vec<GapAsk>,
    /// How many partners needs have, where the plan sets it.
    pub partner_limits: Vec<PartnerLimitAsk>,
    /// Maximum number of pairs of the earlier plan that may be changed by choice.
    pub max_changes: Option<usize>,
    /// Seconds after which the best plan so far is returned.
    pub time_limit: Option<f64>,
}

impl PlanAsk {
    /// Checks the conditions; `keeps` is true if an earlier plan is given.
    ///
    /// # Errors
    /// The first invalid condition.
    pub fn check(&self, keeps: bool) -> Result<(), AppError> {
        let refuse = |field, message: &str| Err(AppError::invalid(field, message.to_owned()));
        self.check_names()?;
        if self.max_partners == Some(0) {
            return refuse("max_partners", "应为不小于1的整数");
        }
        if self.max_projects == Some(0) {
            return refuse("max_projects", "应为不小于1的整数");
        }
        if self.partner_limits.iter().any(|it| it.most == 0) {
            return refuse("partner_limits", "应为不小于1的整数");
        }
        if self.candidates == Some(0) {
            return refuse("candidates", "应为不小于1的整数");
        }
        if self.min_fit.is_some_and(|fit| fit > 100) {
            return refuse("min_fit", "应为0到100的整数");
        }
        if self.time_limit.is_some_and(|seconds| !seconds.is_finite() || seconds <= 0.0) {
            return refuse("time_limit", "应为大于0的秒数");
        }
        if self.all_whole && !self.whole.is_empty() {
            return refuse("whole", "已要求所有需求全额满足，不能再列出其中几项");
        }
        match (keeps, self.max_changes) {
            (true, None) => refuse("max_changes", "沿用原方案时，请写明最多改动几个组合"),
            (false, Some(_)) => refuse("max_changes", "没有原方案，不能限制改动的组合数"),
            _ => Ok(()),
        }
    }
}

impl PlanAsk {
    /// Checks the number of conditions, and the names and ids in them.
    fn check_names(&self) -> Result<(), AppError> {
        let lists = [
            ("whole", self.whole.len()),
            ("pairs", self.pairs.len()),
            ("reserves", self.reserves.len()),
            ("earmarks", self.earmarks.len()),
            ("exclude", self.exclude.len()),
            ("budgets", self.budgets.len()),
            ("project_limits", self.project_limits.len()),
            ("gaps", self.gaps.len()),
            ("partner_limits", self.partner_limits.len()),
        ];
        if let Some((field, count)) = lists.into_iter().find(|(_, count)| *count > MAX_CONDITIONS) {
            return Err(AppError::invalid(field, format!("条件过多：{count}项，最多{MAX_CONDITIONS}项")));
        }
        self.names().try_for_each(|(field, name)| check_name(field, name))
    }

    /// All names and ids in the conditions, with their field.
    fn names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let needs = self.needs_named().map(|(field, id)| (field, id.as_str()));
        let pairs = self.pairs.iter().map(|it| ("pairs", it.organization.as_str()));
        let reserves = self.reserves.iter().map(|it| ("reserves", it.target.as_str()));
        let earmarks =
            self.earmarks.iter().flat_map(|it| [("earmarks", it.organization.as_str()), ("earmarks", it.sector.as_str())]);
        let excluded = self.exclude.iter().map(|it| ("exclude", it.as_str()));
        let budgets = self.budgets.iter().map(|it| ("budgets", it.organization.as_str()));
        let projects = self.project_limits.iter().map(|it| ("project_limits", it.organization.as_str()));
        needs.chain(pairs).chain(reserves).chain(earmarks).chain(excluded).chain(budgets).chain(projects)
    }

    /// The needs that conditions name, by id or title, with the field.
    pub(super) fn needs_named(&self) -> impl Iterator<Item = (&'static str, &NeedId)> {
        let whole = self.whole.iter().map(|id| ("whole", id));
        let pairs = self.pairs.iter().map(|it| ("pairs", &it.need));
        let gaps = self.gaps.iter().map(|it| ("gaps", &it.need));
        let partners = self.partner_limits.iter().map(|it| ("partner_limits", &it.need));
        whole.chain(pairs).chain(gaps).chain(partners)
    }

    /// The same conditions with the id of each need that they name.
    ///
    /// # Errors
    /// Those of `find`, which is given the field and what was typed.
    pub(super) fn with_ids(&self, find: impl Fn(&'static str, &NeedId) -> Result<NeedId, AppError>) -> Result<Self, AppError> {
        let mut ask = self.clone();
        let whole = ask.whole.iter_mut().map(|id| ("whole", id));
        let pairs = ask.pairs.iter_mut().map(|it| ("pairs", &mut it.need));
        let gaps = ask.gaps.iter_mut().map(|it| ("gaps", &mut it.need));
        let partners = ask.partner_limits.iter_mut().map(|it| ("partner_limits", &mut it.need));
        for (field, id) in whole.chain(pairs).chain(gaps).chain(partners) {
            *id = find(field, id)?;
        }
        Ok(ask)
    }
}

/// The current stage of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStage {
    /// Needs are read and every organization scored for each.
    Scoring,
    /// The solver searches for amounts.
    Solving,
    /// Reasons are looked up and relaxations tried.
    Explaining,
}

/// The progress of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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

/// How a plan reports its progress and is stopped.
pub struct PlanControl<'a> {
    /// Set this to stop with the best plan so far.
    pub stop: &'a AtomicBool,
    /// Called with the progress from time to time.
    pub progress: &'a (dyn Fn(PlanProgress) + Sync),
}
