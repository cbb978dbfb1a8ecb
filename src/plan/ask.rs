//! The request for a plan.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::domain::NeedId;
use crate::error::AppError;
use crate::ingest::InputFile;
use crate::request::{AmountInput, check_name};

/// Most conditions of one kind: organizations and needs are looked up for each.
const MAX_CONDITIONS: usize = 1000;

/// The needs of a plan.
#[derive(Debug)]
pub enum PlanNeeds {
    /// All open needs of the data directory.
    Open,
    /// Some needs of the data directory.
    Stored(Vec<NeedId>),
    /// The needs of a file; nothing is stored.
    File(InputFile),
}

/// How unmet needs are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairRule {
    /// The pair is not in the plan.
    Forbid,
    /// The pair is in the plan with at least the amount (or the smallest share).
    Force,
    /// The pair is in the plan with exactly the amount.
    Lock,
}

/// A need and an organization on which the coordinator decides beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct PairAsk {
    /// Id of the need.
    pub need: NeedId,
    /// Id, name or alias of the organization.
    pub organization: String,
    /// The decision.
    pub rule: PairRule,
    /// How much, in yuan or as text.
    pub amount: Option<AmountInput>,
}

/// Money that must go to the needs of one place or sector, as far as there is any.
#[derive(Debug, Clone, PartialEq)]
pub struct ReserveAsk {
    /// A place or a sector, by name or code. All reserves of a plan are of one kind.
    pub target: String,
    /// How much, in yuan or as text.
    pub amount: AmountInput,
}

/// Money of an organization that only needs of one sector may draw on.
#[derive(Debug, Clone, PartialEq)]
pub struct EarmarkAsk {
    /// Id, name or alias of the organization.
    pub organization: String,
    /// Name or code of the sector.
    pub sector: String,
    /// How much of its budget, in yuan or as text.
    pub amount: AmountInput,
}

/// The conditions of a plan. Everything may be left out.
#[derive(Debug, Clone, PartialEq, Default)]
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
    /// Maximum number of pairs that may differ from the earlier plan.
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
        ];
        if let Some((field, count)) = lists.into_iter().find(|(_, count)| *count > MAX_CONDITIONS) {
            return Err(AppError::invalid(field, format!("条件过多：{count}项，最多{MAX_CONDITIONS}项")));
        }
        let whole = self.whole.iter().map(|id| ("whole", id.as_str()));
        let pairs = self.pairs.iter().flat_map(|it| [("pairs", it.need.as_str()), ("pairs", it.organization.as_str())]);
        let reserves = self.reserves.iter().map(|it| ("reserves", it.target.as_str()));
        let earmarks =
            self.earmarks.iter().flat_map(|it| [("earmarks", it.organization.as_str()), ("earmarks", it.sector.as_str())]);
        whole.chain(pairs).chain(reserves).chain(earmarks).try_for_each(|(field, name)| check_name(field, name))
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
