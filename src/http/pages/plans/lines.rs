//! The conditions of a plan one by one, each in words and with a key by which it is taken back.

use serde::{Deserialize, Serialize};

use super::names::Names;
use super::words::amount;
use crate::plan::{Fairness, PairRule, PlanAsk};

/// What a condition is about: its kind, and the ids of what it concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key(Kind, #[serde(default)] String, #[serde(default)] String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Pair,
    Exclude,
    Budget,
    Projects,
    Gap,
    Partners,
    Whole,
    Reserve,
    Earmark,
    AsOf,
    MinTicket,
    MaxTicket,
    MaxPartners,
    MaxProjects,
    Candidates,
    MinFit,
    UnknownBudget,
    Fairness,
    RegionFairness,
    Spread,
    Newcomers,
    AllWhole,
    TimeLimit,
}

impl Key {
    fn one(kind: Kind, id: &str) -> Self {
        Self(kind, id.to_owned(), String::new())
    }

    /// As a form sends it.
    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what a form sent.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) key: Key,
    pub(super) text: String,
}

/// All conditions that differ from the defaults.
pub(super) fn lines(ask: &PlanAsk, names: &Names) -> Vec<Line> {
    let mut lines = decisions(ask, names);
    lines.extend(terms(ask));
    lines
}

/// Conditions on single needs and organizations.
fn decisions(ask: &PlanAsk, names: &Names) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |key: Key, text: String| lines.push(Line { key, text });
    for it in &ask.pairs {
        let (need, organization) = (names.need(it.need.as_str()), names.organization(&it.organization));
        let sum = it.amount.as_ref().map(amount).unwrap_or_default();
        let text = match it.rule {
            PairRule::Lock => format!("锁定：“{need}”由“{organization}”承担{sum}"),
            PairRule::Force if sum.is_empty() => format!("指定：“{need}”须有“{organization}”参与"),
            PairRule::Force => format!("指定：“{need}”由“{organization}”承担不少于{sum}"),
            PairRule::Forbid => format!("不建议：“{need}”与“{organization}”"),
            PairRule::Invite => format!("放宽限制：“{need}”可以邀请“{organization}”"),
        };
        add(Key(Kind::Pair, it.need.to_string(), it.organization.clone()), text);
    }
    for id in &ask.exclude {
        add(Key::one(Kind::Exclude, id), format!("不考虑：“{}”不列入本方案", names.organization(id)));
    }
    for it in &ask.budgets {
        let text = format!("可用资金：“{}”按{}计", names.organization(&it.organization), amount(&it.amount));
        add(Key::one(Kind::Budget, &it.organization), text);
    }
    for it in &ask.project_limits {
        let text = format!("需求数：“{}”最多承担{}项", names.organization(&it.organization), it.most);
        add(Key::one(Kind::Projects, &it.organization), text);
    }
    for it in &ask.gaps {
        let text = format!("所需金额：“{}”按{}计", names.need(it.need.as_str()), amount(&it.amount));
        add(Key::one(Kind::Gap, it.need.as_str()), text);
    }
    for it in &ask.partner_limits {
        let text = format!("合作组织：“{}”最多{}家", names.need(it.need.as_str()), it.most);
        add(Key::one(Kind::Partners, it.need.as_str()), text);
    }
    for id in &ask.whole {
        let text = format!("全额满足：“{}”要么全额满足，要么不做", names.need(id.as_str()));
        add(Key::one(Kind::Whole, id.as_str()), text);
    }
    for it in &ask.reserves {
        add(Key::one(Kind::Reserve, &it.target), format!("预留资金：“{}”{}", it.target, amount(&it.amount)));
    }
    for it in &ask.earmarks {
        let (name, sum) = (names.organization(&it.organization), amount(&it.amount));
        let text = format!("专项资金：“{name}”的{sum}只用于“{}”", it.sector);
        add(Key(Kind::Earmark, it.organization.clone(), it.sector.clone()), text);
    }
    lines
}

/// Conditions on the whole plan.
fn terms(ask: &PlanAsk) -> Vec<Line> {
    let sums = [
        (Kind::MinTicket, "单家最低金额（组织自己没有说明时）", &ask.min_ticket),
        (Kind::MaxTicket, "单家最高金额", &ask.max_ticket),
        (Kind::UnknownBudget, "资金情况不明的组织，可用资金按此计", &ask.unknown_budget),
    ];
    let sums = sums.into_iter().filter_map(|(kind, name, sum)| Some((kind, format!("{name}：{}", amount(sum.as_ref()?)))));
    let numbers = [
        (Kind::MaxPartners, "每项需求最多几家合作组织", ask.max_partners.map(|it| it.to_string())),
        (Kind::MaxProjects, "每家组织最多承担几项需求（自己没有说明时）", ask.max_projects.map(|it| it.to_string())),
        (Kind::Candidates, "每项需求先比较多少家组织", ask.candidates.map(|it| it.to_string())),
        (Kind::MinFit, "最低匹配度", ask.min_fit.map(|it| it.to_string())),
        (Kind::AsOf, "只用这一天已知的记录", ask.as_of.clone()),
        (Kind::TimeLimit, "最长用时（秒）", ask.time_limit.map(|it| it.to_string())),
    ];
    let numbers = numbers.into_iter().filter_map(|(kind, name, value)| Some((kind, format!("{name}：{}", value?))));
    let switches = [
        (Kind::Fairness, "公平：逐级抬高满足得最少的需求", ask.fairness == Fairness::Leximin),
        (Kind::Fairness, "公平：不计，每一元同等看待", ask.fairness == Fairness::Off),
        (Kind::RegionFairness, "兼顾各地区之间的公平", ask.region_fairness),
        (Kind::Spread, "让更多组织分担", ask.spread),
        (Kind::Newcomers, "适当照顾记录少的组织和当地的组织", ask.newcomers),
        (Kind::AllWhole, "所有需求都要么全额满足，要么不做", ask.all_whole),
    ];
    let switches = switches.into_iter().filter(|it| it.2).map(|(kind, text, _)| (kind, text.to_owned()));
    sums.chain(numbers).chain(switches).map(|(kind, text)| Line { key: Key::one(kind, ""), text }).collect()
}

/// Makes one condition what it is in `from`; in the defaults it is not there.
pub(super) fn restore(ask: &mut PlanAsk, key: &Key, from: &PlanAsk) {
    let Key(kind, first, second) = key;
    match kind {
        Kind::Pair => replace(&mut ask.pairs, &from.pairs, |it| it.need.as_str() == first && it.organization == *second),
        Kind::Exclude => replace(&mut ask.exclude, &from.exclude, |it| it == first),
        Kind::Budget => replace(&mut ask.budgets, &from.budgets, |it| it.organization == *first),
        Kind::Projects => replace(&mut ask.project_limits, &from.project_limits, |it| it.organization == *first),
        Kind::Gap => replace(&mut ask.gaps, &from.gaps, |it| it.need.as_str() == first),
        Kind::Partners => replace(&mut ask.partner_limits, &from.partner_limits, |it| it.need.as_str() == first),
        Kind::Whole => replace(&mut ask.whole, &from.whole, |it| it.as_str() == first),
        Kind::Reserve => replace(&mut ask.reserves, &from.reserves, |it| it.target == *first),
        Kind::Earmark => replace(&mut ask.earmarks, &from.earmarks, |it| it.organization == *first && it.sector == *second),
        Kind::AsOf => ask.as_of.clone_from(&from.as_of),
        Kind::MinTicket => ask.min_ticket.clone_from(&from.min_ticket),
        Kind::MaxTicket => ask.max_ticket.clone_from(&from.max_ticket),
        Kind::MaxPartners => ask.max_partners = from.max_partners,
        Kind::MaxProjects => ask.max_projects = from.max_projects,
        Kind::Candidates => ask.candidates = from.candidates,
        Kind::MinFit => ask.min_fit = from.min_fit,
        Kind::UnknownBudget => ask.unknown_budget.clone_from(&from.unknown_budget),
        Kind::Fairness => ask.fairness = from.fairness,
        Kind::RegionFairness => ask.region_fairness = from.region_fairness,
        Kind::Spread => ask.spread = from.spread,
        Kind::Newcomers => ask.newcomers = from.newcomers,
        Kind::AllWhole => ask.all_whole = from.all_whole,
        Kind::TimeLimit => ask.time_limit = from.time_limit,
    }
}

/// Conditions of one kind keep their places, so that what is taken back leaves no trace.
fn replace<T: Clone>(own: &mut Vec<T>, from: &[T], is_meant: impl Fn(&T) -> bool) {
    own.retain(|it| !is_meant(it));
    for (at, it) in from.iter().enumerate().filter(|(_, it)| is_meant(it)) {
        own.insert(at.min(own.len()), it.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{NeedId, OrganizationId};
    use crate::plan::{EarmarkAsk, ReserveAsk};
    use crate::request::AmountInput;

    fn every_condition() -> PlanAsk {
        let (need, organization) = (NeedId::new("n1"), OrganizationId::new("o1"));
        let yuan = || AmountInput::Yuan(120_000.0);
        let mut ask = PlanAsk {
            as_of: Some("2026-11-01".to_owned()),
            min_ticket: Some(yuan()),
            max_ticket: Some(yuan()),
            max_partners: Some(3),
            max_projects: Some(2),
            candidates: Some(50),
            min_fit: Some(20),
            unknown_budget: Some(yuan()),
            fairness: Fairness::Off,
            region_fairness: true,
            spread: true,
            newcomers: true,
            all_whole: false,
            time_limit: Some(30.0),
            reserves: vec![ReserveAsk { target: "迪庆".to_owned(), amount: yuan() }],
            earmarks: vec![EarmarkAsk { organization: "o1".to_owned(), sector: "助医".to_owned(), amount: yuan() }],
            ..PlanAsk::default()
        };
        ask.set_pair(&need, &organization, Some((PairRule::Lock, Some(yuan()))));
        ask.set_pair(&NeedId::new("n2"), &organization, Some((PairRule::Forbid, None)));
        ask.set_excluded(&OrganizationId::new("o2"), true);
        ask.set_budget(&organization, Some(yuan()));
        ask.set_project_limit(&organization, Some(2));
        ask.set_gap(&need, Some(yuan()));
        ask.set_partner_limit(&need, Some(2));
        ask.set_whole(&need, true);
        ask
    }

    #[test]
    fn every_condition_is_a_line_that_can_be_taken_back() {
        let (full, names) = (every_condition(), Names::default());
        let all = lines(&full, &names);
        let mut ask = full.clone();
        for line in &all {
            let key = Key::read(&line.key.written()).unwrap();
            assert_eq!(key, line.key);
            let before = lines(&ask, &names).len();
            restore(&mut ask, &key, &PlanAsk::default());
            assert_eq!(lines(&ask, &names).len(), before - 1, "{}", line.text);
        }
        assert_eq!(ask, PlanAsk::default());
        for line in all.iter().rev() {
            restore(&mut ask, &line.key, &full);
        }
        assert_eq!(lines(&ask, &names).len(), all.len());
        assert!(Key::read("[\"nothing\"]").is_none() && Key::read("").is_none());
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let full = every_condition();
        let mut ask = full.clone();
        for line in lines(&full, &Names::default()) {
            restore(&mut ask, &line.key, &PlanAsk::default());
            restore(&mut ask, &line.key, &full);
            assert_eq!(ask, full, "{}", line.text);
        }
    }
}
