//! Arguments of `qianshou plan` as typed, and what they ask.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::args::TEMPLATE;
use crate::domain::NeedId;
use crate::plan::{EarmarkAsk, Fairness, PairAsk, PairRule, PlanAsk, ReserveAsk};
use crate::request::AmountInput;

/// Headings of the help.
const NEEDS: &str = "为哪些需求";
const RULES: &str = "方案的条件";
const DECISIONS: &str = "事先的决定";
const NUMBERS: &str = "求解纯数字的问题";

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE,
    next_help_heading = "选项",
    override_usage = "qianshou plan [选项] <--needs <文件>|--open|--need <编号>...>\n      qianshou plan --problem <文件> [--continuous] [--time-limit <秒>] [--out <文件>]",
    after_help = "示例：\n  qianshou plan --open --out 方案.xlsx --out 方案.json\n  qianshou plan --needs 需求.xlsx --unknown-budget 20万 --max-partners 3\n  qianshou plan --open --lock 需求1：示例基金会：30万 --forbid 需求2：示例基金会\n  qianshou plan --open --keep 方案.json --max-changes 5 --out 新方案.xlsx\n  qianshou plan --problem 问题.json --out 结果.json\n\n方案是推荐草案，不构成认领。有未满足或未能纳入方案的需求时，退出码为1。按一次 Ctrl-C 取目前最好的方案，再按一次退出。"
)]
pub(super) struct PlanArguments {
    #[arg(long, help_heading = NEEDS, value_name = "文件", conflicts_with_all = ["open", "need"], help = "为文件中的需求编制方案（不写入数据目录）")]
    pub(super) needs: Option<PathBuf>,
    #[arg(long, help_heading = NEEDS, conflicts_with = "need", help = "为数据目录中全部待认领的需求编制方案")]
    pub(super) open: bool,
    #[arg(long, help_heading = NEEDS, value_name = "编号", num_args = 1.., help = "为数据目录中的这些需求编制方案")]
    pub(super) need: Vec<String>,
    #[arg(
        long,
        help_heading = NUMBERS,
        value_name = "文件",
        conflicts_with_all = OF_DATA,
        help = "求解一个纯数字的问题（JSON），不用数据目录"
    )]
    pub(super) problem: Option<PathBuf>,
    #[arg(long, help_heading = NUMBERS, requires = "problem", conflicts_with_all = OF_DATA, help = "不计最低金额、项目数上限和全额条件")]
    pub(super) continuous: bool,
    #[arg(long, value_name = "文件", help = "结果文件：.xlsx 或 .json，可写多个；默认只在屏幕上显示")]
    pub(super) out: Vec<PathBuf>,
    #[arg(long, value_name = "秒", allow_hyphen_values = true, value_parser = seconds, help = "到时取目前最好的方案")]
    pub(super) time_limit: Option<Duration>,
    #[arg(long, conflicts_with = "problem", help = "以 JSON 输出")]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) conditions: Conditions,
}

/// What a problem of plain numbers has no use for.
const OF_DATA: [&str; 25] = [
    "needs",
    "open",
    "need",
    "as_of",
    "model",
    "min_ticket",
    "max_ticket",
    "max_partners",
    "max_projects",
    "candidates",
    "min_fit",
    "unknown_budget",
    "fairness",
    "region_fairness",
    "spread",
    "newcomers",
    "whole",
    "all_whole",
    "forbid",
    "force",
    "lock",
    "reserve",
    "earmark",
    "keep",
    "max_changes",
];

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
    #[arg(long, help_heading = DECISIONS, value_name = "编号", num_args = 1.., conflicts_with = "all_whole", help = "这些需求要么全额满足，要么不做")]
    whole: Vec<String>,
    #[arg(long, help_heading = DECISIONS, help = "所有需求都要么全额满足，要么不做")]
    all_whole: bool,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：组织", num_args = 1.., value_parser = forbidden, help = "不安排这个组合；组织写编号、全称或简称")]
    forbid: Vec<PairAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：组织[：金额]", num_args = 1.., value_parser = forced, help = "一定安排这个组合，不少于所写的金额")]
    force: Vec<PairAsk>,
    #[arg(long, help_heading = DECISIONS, value_name = "需求：组织：金额", num_args = 1.., value_parser = locked, help = "按所写的金额安排这个组合")]
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
    #[arg(long, help_heading = DECISIONS, value_name = "文件", requires = "max_changes", help = "从原方案（.json）出发，尽量不改动")]
    pub(super) keep: Option<PathBuf>,
    #[arg(long, help_heading = DECISIONS, value_name = "数量", requires = "keep", value_parser = whole_number, help = "最多改动原方案的几个组合")]
    max_changes: Option<usize>,
}

impl Conditions {
    /// The question to the app.
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
            max_changes: self.max_changes,
            time_limit: time_limit.map(|limit| limit.as_secs_f64()),
        }
    }
}

/// Splits at the last `count` − 1 colons, half-width or full-width: what stands before may hold colons itself.
fn parts(text: &str, count: usize) -> Option<Vec<&str>> {
    let mut parts: Vec<&str> = text.rsplitn(count, [':', '：']).map(str::trim).collect();
    parts.reverse();
    (parts.len() == count && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

fn pair(need: &str, organization: &str, rule: PairRule, amount: Option<&str>) -> PairAsk {
    let amount = amount.map(|text| AmountInput::Text(text.to_owned()));
    PairAsk { need: NeedId::new(need), organization: organization.to_owned(), rule, amount }
}

fn forbidden(text: &str) -> Result<PairAsk, String> {
    match parts(text, 2).as_deref() {
        Some([need, organization]) => Ok(pair(need, organization, PairRule::Forbid, None)),
        _ => Err("应写成 需求编号：组织".to_owned()),
    }
}

fn forced(text: &str) -> Result<PairAsk, String> {
    let is_amount = |text: &str| {
        text.starts_with(|c: char| c.is_numeric() || "约近-半两一二三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟".contains(c))
    };
    match (parts(text, 3).as_deref(), parts(text, 2).as_deref()) {
        (Some([need, organization, amount]), _) if is_amount(amount) => {
            Ok(pair(need, organization, PairRule::Force, Some(amount)))
        }
        (_, Some([need, organization])) => Ok(pair(need, organization, PairRule::Force, None)),
        _ => Err("应写成 需求编号：组织 或 需求编号：组织：金额".to_owned()),
    }
}

fn locked(text: &str) -> Result<PairAsk, String> {
    match parts(text, 3).as_deref() {
        Some([need, organization, amount]) => Ok(pair(need, organization, PairRule::Lock, Some(amount))),
        _ => Err("应写成 需求编号：组织：金额，如 需求1：示例基金会：30万".to_owned()),
    }
}

fn reserve(text: &str) -> Result<ReserveAsk, String> {
    match parts(text, 2).as_deref() {
        Some([target, amount]) => {
            Ok(ReserveAsk { target: (*target).to_owned(), amount: AmountInput::Text((*amount).to_owned()) })
        }
        _ => Err("应写成 地区或领域：金额，如 迪庆：100万".to_owned()),
    }
}

fn earmark(text: &str) -> Result<EarmarkAsk, String> {
    match parts(text, 3).as_deref() {
        Some([organization, sector, amount]) => Ok(EarmarkAsk {
            organization: (*organization).to_owned(),
            sector: (*sector).to_owned(),
            amount: AmountInput::Text((*amount).to_owned()),
        }),
        _ => Err("应写成 组织：领域：金额，如 示例基金会：助医与健康：50万".to_owned()),
    }
}

fn at_least_one<T: std::str::FromStr + PartialOrd + From<u8>>(text: &str) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| *number >= T::from(1));
    number.ok_or_else(|| "应为不小于1的整数".to_owned())
}

fn whole_number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "应为不小于0的整数".to_owned())
}

fn fit(text: &str) -> Result<u8, String> {
    text.parse().ok().filter(|fit| *fit <= 100).ok_or_else(|| "应为0到100的整数".to_owned())
}

fn fairness(text: &str) -> Result<Fairness, String> {
    match text {
        "quarters" => Ok(Fairness::Quarters),
        "leximin" => Ok(Fairness::Leximin),
        "off" => Ok(Fairness::Off),
        _ => Err("应为 quarters、leximin 或 off".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    seconds.and_then(|it| Duration::try_from_secs_f64(it).ok()).ok_or_else(|| "应为大于0的秒数".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_with_either_colon() {
        let text = |text: &str| Some(AmountInput::Text(text.to_owned()));
        assert_eq!(forbidden("n1:甲社"), Ok(pair("n1", "甲社", PairRule::Forbid, None)));
        assert_eq!(forced("n1：甲社"), Ok(pair("n1", "甲社", PairRule::Force, None)));
        assert_eq!(forced("n1:甲社：约30万").unwrap().amount, text("约30万"));
        assert_eq!(forced("a:1:甲社"), Ok(pair("a:1", "甲社", PairRule::Force, None)));
        assert_eq!(locked("a:1:甲社:30万"), Ok(pair("a:1", "甲社", PairRule::Lock, Some("30万"))));
        assert_eq!(reserve("迪庆：100万").unwrap().target, "迪庆");
        assert_eq!(earmark("甲社：MED：5万").unwrap().sector, "MED");
        for refused in ["", "n1", "n1：", "：甲社"] {
            assert!(forbidden(refused).is_err() && forced(refused).is_err() && reserve(refused).is_err(), "{refused}");
        }
        assert!(locked("n1：甲社").is_err() && earmark("甲社：5万").is_err());
        assert!(seconds("0").is_err() && seconds("nan").is_err() && seconds("1e300").is_err() && seconds("0.5").is_ok());
        assert!(fit("101").is_err() && at_least_one::<u32>("0").is_err() && at_least_one::<u32>("3") == Ok(3));
    }
}
