//! The conditions of a plan as typed, and the request that they make.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::{
    at_least_one, budget, earmark, fairness, fit, forbidden, forced, gap, locked, partner_limit, project_limit, reserve,
    whole_number,
};
use crate::domain::NeedId;
use crate::plan::{BudgetAsk, EarmarkAsk, Fairness, GapAsk, PairAsk, PartnerLimitAsk, PlanAsk, ProjectLimitAsk, ReserveAsk};
use crate::request::AmountInput;

/// Headings of the help.
const RULES: &str = "方案的条件";
const DECISIONS: &str = "事先的决定";

/// The conditions of a plan.
#[derive(Debug, Args)]
pub(super) struct Conditions {
    #[arg(long, help_heading = RULES, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]")]
    as_of: Option<String>,
    #[arg(long, help_heading = RULES, value_name = "文件", help = "用 learn 得到的权重")]
    pub(super) model: Option<PathBuf>,
    #[arg(long, help_heading = RULES, value_name = "金额", allow_hyphen_values = true, help = "组织自己没有说明时，每项的最低金额 [默认：1万元]")]
    min_ticket: Option<String>,
    #[arg(long, help_heading = RULES, value_name = "金额", allow_hyphen_values = true, help = "一家组织在一项需求中的最高金额")]
    max_ticket: Option<String>,
    #[arg(long, help_heading = RULES, value_name = "数量", value_parser = at_least_one::<u32>, help = "一项需求最多几家合作组织")]
    max_partners: Option<u32>,
    #[arg(long, help_heading = RULES, value_name = "数量", value_parser = at_least_one::<u32>, help = "组织自己没有说明时，最多承担几项需求")]
    max_projects: Option<u32>,
    #[arg(long, help_heading = RULES, value_name = "数量", value_parser = at_least_one::<usize>, help = "每项需求先看多少家组织，再按影子价格扩展 [默认：100]")]
    candidates: Option<usize>,
    #[arg(long, help_heading = RULES, value_name = "匹配度", value_parser = fit, help = "合作组织的最低匹配度（0到100）[默认：5]")]
    min_fit: Option<u8>,
    #[arg(long, help_heading = RULES, value_name = "金额", allow_hyphen_values = true, help = "资金情况不明的组织按多少计 [默认：不考虑这些组织]")]
    unknown_budget: Option<String>,
    #[arg(
        long,
        help_heading = RULES,
        value_name = "方式",
        value_parser = fairness,
        help = "需求之间的公平：quarters（满足得越少越优先）、leximin（先尽量抬高满足得最少的，再抬高其次的，至多三轮）或 off（不计）[默认：quarters]"
    )]
    fairness: Option<Fairness>,
    #[arg(long, help_heading = RULES, help = "同时兼顾各地区之间的公平")]
    region_fairness: bool,
    #[arg(long, help_heading = RULES, help = "让更多组织分担")]
    spread: bool,
    #[arg(long, help_heading = RULES, help = "适当照顾记录少的组织和当地的组织")]
    newcomers: bool,
    #[arg(long, help_heading = DECISIONS, value_name = "需求", num_args = 1.., conflicts_with = "all_whole", help = "这些需求（编号或名称）要么全额满足，要么不做")]
    whole: Vec<String>,
    #[arg(long, help_heading = DECISIONS, help = "所有需求都要么全额满足，要么不做")]
    all_whole: bool,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：组织", num_args = 1.., value_parser = forbidden, help = "不建议这个组合；需求写编号或名称，组织写编号、全称或简称")]
    forbid: Vec<PairAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：组织[：金额]", num_args = 1.., value_parser = forced, help = "一定建议这个组合，不少于所写的金额")]
    force: Vec<PairAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：组织：金额", num_args = 1.., value_parser = locked, help = "按所写的金额建议这个组合")]
    lock: Vec<PairAsk>,
    #[arg(
        long,
        help_heading = DECISIONS,
        value_name = "地区或领域：金额",
        num_args = 1..,
        value_parser = reserve,
        help = "为这个地区或领域的需求留出资金；地区和领域不能同时写"
    )]
    reserve: Vec<ReserveAsk>,
    #[arg(
        long,
        help_heading = DECISIONS,
        value_name = "组织：领域：金额",
        num_args = 1..,
        value_parser = earmark,
        help = "组织预算中只能用于这个领域的部分；写多个领域时请写多次"
    )]
    earmark: Vec<EarmarkAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "组织", num_args = 1.., help = "整个方案不列入这些组织")]
    exclude: Vec<String>,
    #[arg(long, help_heading = DECISIONS, value_name = "组织：金额", num_args = 1.., value_parser = budget, help = "在本方案中，这个组织可用的资金按所写的金额计")]
    budget: Vec<BudgetAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "组织：数量", num_args = 1.., value_parser = project_limit, help = "在本方案中，这个组织最多承担几项需求")]
    projects: Vec<ProjectLimitAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：金额", num_args = 1.., value_parser = gap, help = "在本方案中，这项需求所需的金额")]
    gap: Vec<GapAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：数量", num_args = 1.., value_parser = partner_limit, help = "在本方案中，这项需求最多几家合作组织")]
    partners: Vec<PartnerLimitAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "文件", requires = "max_changes", help = "从原方案（.json）出发，能保留的都保留")]
    pub(super) keep: Option<PathBuf>,
    #[arg(long, help_heading = DECISIONS, value_name = "数量", requires = "keep", value_parser = whole_number, help = "除已无法执行的以外，最多改动原方案的几个组合")]
    max_changes: Option<usize>,
}

impl Conditions {
    /// The request to the app.
    pub(super) fn ask(&self, time_limit: Option<Duration>) -> PlanAsk {
        let amount = |text: &Option<String>| text.clone().map(AmountInput::Text);
        PlanAsk {
            as_of: self.as_of.clone(),
            min_ticket: amount(&self.min_ticket),
            max_ticket: amount(&self.max_ticket),
            max_partners: self.max_partners,
            max_projects: self.max_projects,
            candidates: self.candidates,
            min_fit: self.min_fit,
            unknown_budget: amount(&self.unknown_budget),
            fairness: self.fairness.unwrap_or_default(),
            region_fairness: self.region_fairness,
            spread: self.spread,
            newcomers: self.newcomers,
            whole: self.whole.iter().map(NeedId::new).collect(),
            all_whole: self.all_whole,
            pairs: [&self.forbid, &self.force, &self.lock].into_iter().flatten().cloned().collect(),
            reserves: self.reserve.clone(),
            earmarks: self.earmark.clone(),
            exclude: self.exclude.clone(),
            budgets: self.budget.clone(),
            project_limits: self.projects.clone(),
            gaps: self.gap.clone(),
            partner_limits: self.partners.clone(),
            max_changes: self.max_changes,
            time_limit: time_limit.map(|limit| limit.as_secs_f64()),
        }
    }
}
