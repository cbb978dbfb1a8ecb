//! Why a need is not met in full, and which single changes would close its gap.

use std::collections::HashSet;

use super::decode::Decoder;
use super::draft::{Adjustment, Relaxation, Unmet};
use super::encode::Encoded;
use super::money::wan;
use super::rules::Rules;
use crate::domain::OrganizationId;
use crate::error::AppError;
use crate::score::{Limit, Scorer};
use crate::solver::relax::{Change, SingleNeedProblem};
use crate::solver::stop::Stop;

/// Maximum number of changes named for each need.
const NAMED: usize = 3;
/// Maximum number of excluded organizations that are tried for each rule.
const TRIED: usize = 3;
/// How many of the first-ranked organizations are searched for ones that the minimum fit excludes.
const LOOKED_AT: usize = 300;

/// An organization outside the candidates that could give money if a rule were relaxed.
struct Outsider {
    at: usize,
    /// Its smallest and its largest possible share, in units of money.
    min: i64,
    units: i64,
    why: &'static str,
}

/// How a plan came about, as far as the reasons depend on it.
#[derive(Clone, Copy)]
pub(super) struct Trial<'a> {
    /// Whether single changes are tried.
    pub(super) changes: bool,
    /// Whether the search was stopped.
    pub(super) hurried: bool,
    /// The plan without a limit on changes to an earlier plan, if that limit is reached.
    pub(super) unlimited: Option<Unlimited<'a>>,
    /// Ends the trials.
    pub(super) stop: Stop<'a>,
}

/// The best plan without a limit on changes to an earlier one.
#[derive(Clone, Copy)]
pub(super) struct Unlimited<'a> {
    /// Its amounts in the order of the candidates.
    pub(super) amounts: &'a [i64],
    /// In how many pairs it departs from what can stay of the earlier plan.
    pub(super) changes: usize,
}

impl Decoder<'_> {
    /// Why a need is not met in full; `None` if it is.
    pub(super) fn unmet(&self, rules: &Rules, need: usize, trial: Trial<'_>) -> Result<Option<Unmet>, AppError> {
        let (gap, given) = (self.encoded.problem.needs[need].gap, self.given(need));
        if given == gap {
            return Ok(None);
        }
        let single = SingleNeedProblem::new(&self.encoded.problem, &self.solution.amounts, need as u32, Stop::default());
        let scorer = Scorer::new(self.context, self.wanted[need].question.clone())?;
        let reason = self.reason(rules, need, &single, &scorer, trial);
        let mut relaxations = Vec::new();
        if trial.changes {
            let outsiders = self.outsiders(rules, need, &scorer);
            let pair = |(key, it): (usize, &Outsider)| Change::Pair { key, min: it.min, budget: it.units };
            let pairs: Vec<Change> = outsiders.iter().enumerate().map(pair).collect();
            let changes = single.relaxations(&pairs, NAMED, trial.stop);
            relaxations.extend(trial.unlimited.and_then(|unlimited| self.more_changes(need, unlimited)));
            relaxations.extend(changes.iter().map(|change| self.relaxation(rules, need, change, &outsiders)));
        }
        Ok(Some(Unmet { yuan: self.yuan(gap - given), reason, relaxations }))
    }

    fn reason(
        &self,
        rules: &Rules,
        need: usize,
        single: &SingleNeedProblem<'_>,
        scorer: &Scorer<'_>,
        trial: Trial<'_>,
    ) -> String {
        let problem = &self.encoded.problem;
        let (wanted, gap) = (&problem.needs[need], problem.needs[need].gap);
        let own = &self.candidates[need];
        if own.is_empty() {
            let mut why: Vec<String> =
                scorer.left_out().iter().map(|(limit, who)| format!("{}（{}家）", limit.label(), who.len())).collect();
            why.push("其余组织匹配度过低、资金情况不明或不足".to_owned());
            return format!("没有可列入的组织：{}", why.join("；"));
        }
        let mut most: Vec<i64> = own.iter().map(|&n| problem.candidates[n].max).collect();
        most.sort_unstable_by(|a, b| b.cmp(a));
        if most.iter().sum::<i64>() < gap {
            let all = wan(self.yuan(most.iter().sum()));
            let ticket = rules.max_ticket_yuan.map(|yuan| yuan / self.encoded.unit_yuan);
            if let Some(ticket) = ticket.filter(|ticket| most.contains(ticket)) {
                let ticket = wan(self.yuan(ticket));
                return format!("单家最高金额为{ticket}，{}家候选组织合计只能承担{all}，不足{}", own.len(), wan(self.yuan(gap)));
            }
            return format!("{}家候选组织即使把资金全部用于本需求也只有{all}，不足{}", own.len(), wan(self.yuan(gap)));
        }
        if let Some(limit) = wanted.max_partners.filter(|&limit| most.iter().take(limit as usize).sum::<i64>() < gap) {
            return format!("合作组织最多{limit}家，候选组织中最有能力的{limit}家合计也不足{}", wan(self.yuan(gap)));
        }
        let open = gap - single.reach();
        if open <= 0 {
            return match trial {
                Trial { hurried: true, .. } => "求解提前结束，尚未提出建议",
                Trial { unlimited: Some(_), .. } => "候选组织余下的资金够用，但对原方案的改动已达上限",
                _ => "候选组织余下的资金够用，但求解没有找到更好的方案",
            }
            .to_owned();
        }
        if let Some(limit) = wanted.max_partners {
            let more = single.reach_with_any_number_of_partners(trial.stop) - single.reach();
            if more > 0 {
                let (open, more) = (wan(self.yuan(open)), wan(self.yuan(more)));
                return format!("合作组织最多{limit}家，尚缺{open}；如不限家数，候选组织余下的资金还可承担{more}");
            }
        }
        let blocked = own.iter().find(|&&n| {
            let c = &problem.candidates[n];
            self.solution.amounts[n] == 0 && self.free[c.organization as usize] >= open && c.min > open
        });
        if let Some(&n) = blocked {
            let name = self.context.catalog.organization_facts(self.organization(n)).name();
            let least = wan(self.yuan(problem.candidates[n].min));
            return format!("尚缺{}，低于“{name}”等的最低金额（{least}）", wan(self.yuan(open)));
        }
        let whole = if wanted.whole { "本需求须全额满足；" } else { "" };
        let full = own.iter().find(|&&n| {
            let organization = problem.candidates[n].organization;
            self.free[organization as usize] >= open && self.has_no_slot(organization)
        });
        if let Some(&n) = full {
            let name = self.context.catalog.organization_facts(self.organization(n)).name();
            return format!("{whole}“{name}”等有资金的候选组织承担的需求数已达上限");
        }
        let holders = self.holders(need);
        let elsewhere = if holders.is_empty() { String::new() } else { format!("，已建议用于{holders}") };
        let more = single.reach() - self.given(need);
        let rest = if more > 0 { format!("，余下的只有{}", wan(self.yuan(more))) } else { String::new() };
        format!("{whole}候选组织的资金优先用于匹配度更高或更急的需求{elsewhere}{rest}")
    }

    fn has_no_slot(&self, organization: u32) -> bool {
        let taken = self.encoded.problem.candidates.iter().zip(&self.solution.amounts);
        let taken = taken.filter(|(c, amount)| c.organization == organization && **amount > 0).count();
        self.encoded.problem.organizations[organization as usize].max_projects.is_some_and(|most| taken >= most as usize)
    }

    /// The needs that receive money from this need's best candidates, at most three.
    fn holders(&self, need: usize) -> String {
        let problem = &self.encoded.problem;
        let best: Vec<u32> = self.candidates[need].iter().take(3).map(|&n| problem.candidates[n].organization).collect();
        let mut holders: Vec<(i64, u32)> = problem
            .candidates
            .iter()
            .zip(&self.solution.amounts)
            .filter(|(c, amount)| **amount > 0 && c.need as usize != need && best.contains(&c.organization))
            .map(|(c, &amount)| (-amount, c.need))
            .collect();
        holders.sort_unstable();
        let mut named = HashSet::new();
        holders.retain(|it| named.insert(it.1));
        holders.iter().take(3).map(|it| self.wanted[it.1 as usize].quoted()).collect::<Vec<_>>().join("、")
    }

    /// Organizations with money that a rule excludes from this need, best first.
    fn outsiders(&self, rules: &Rules, need: usize, scorer: &Scorer<'_>) -> Vec<Outsider> {
        let mut outsiders = Vec::new();
        for (limit, organizations) in scorer.left_out() {
            let why = match limit {
                Limit::ExcludedRegion => "地区限制",
                Limit::ExcludedSector => "领域限制",
                _ => continue,
            };
            let mut scored: Vec<(i64, usize)> = organizations.into_iter().map(|at| (-scorer.score(at), at)).collect();
            scored.sort_unstable();
            let able = scored.into_iter().filter_map(|(_, at)| self.outsider(rules, need, at, why));
            outsiders.extend(able.take(TRIED));
        }
        let least = rules.min_fit;
        let unfit = scorer.rank(LOOKED_AT).into_iter().filter(|it| self.context.weights.fit().fit(it.score) < least);
        outsiders.extend(unfit.filter_map(|it| self.outsider(rules, need, it.organization, "匹配度下限")).take(TRIED));
        outsiders
    }

    /// What an organization could give to a need of which it is no candidate; `None` if something else excludes it too.
    fn outsider(&self, rules: &Rules, need: usize, at: usize, why: &'static str) -> Option<Outsider> {
        let (catalog, view, wanted) = (self.context.catalog, self.context.view, &self.wanted[need]);
        let record = catalog.organization_facts(at);
        let is_barred = rules.excludes(at)
            || rules.pair(&wanted.id, at).is_some()
            || wanted.settled.iter().any(|it| it.as_str() == record.id());
        if is_barred || self.encoded.at.contains_key(&(need, at)) {
            return None;
        }
        let known = self.encoded.organizations.binary_search(&at).ok();
        if known.is_some_and(|n| self.has_no_slot(n as u32)) {
            return None;
        }
        let unit = self.encoded.unit_yuan;
        let free = known.map_or_else(|| (rules.capacity(catalog, view, at).yuan - rules.earmarked(at)) / unit, |n| self.free[n]);
        let units = free.min(rules.max_ticket_yuan.map_or(i64::MAX, |most| most / unit));
        let gap = self.encoded.problem.needs[need].gap;
        let own = record.min_ticket().map(|it| it.fen() / 100);
        let min = own.map_or_else(|| (rules.min_ticket_yuan / unit).min(gap), |own| (own + unit - 1) / unit);
        (units >= min.max(1)).then_some(Outsider { at, min, units, why })
    }

    /// The limit on changes is a condition too: the plan without it was made, and shows whether it would help.
    fn more_changes(&self, need: usize, unlimited: Unlimited<'_>) -> Option<Relaxation> {
        let given: i64 = self.candidates[need].iter().map(|&n| unlimited.amounts[n]).sum();
        let most = u32::try_from(unlimited.changes).ok()?;
        (given == self.encoded.problem.needs[need].gap).then(|| Relaxation {
            text: format!("把对原方案择优改动的上限放宽到{most}个组合"),
            yuan: 0.0,
            adjustment: Some(Adjustment::Changes { most }),
        })
    }

    fn relaxation(&self, rules: &Rules, need: usize, change: &Change, outsiders: &[Outsider]) -> Relaxation {
        let problem = &self.encoded.problem;
        let name = |at: usize| self.context.catalog.organization_facts(at).name();
        let of = |organization: u32| name(self.encoded.organizations[organization as usize]);
        let text = match *change {
            Change::Budget { organization, more } => {
                format!("把“{}”的资金上限提高{}", of(organization), wan(self.yuan(more)))
            }
            Change::Projects { organization, more } => format!("把“{}”承担的需求数上限放宽{more}项", of(organization)),
            Change::Partners { more } => {
                let now = problem.needs[need].max_partners.unwrap_or_default();
                format!("把本需求的合作组织上限从{now}家放宽到{}家", now + more)
            }
            Change::Min { candidate, min } => {
                format!("把“{}”的最低金额降到{}", name(self.organization(candidate)), wan(self.yuan(min)))
            }
            Change::Max { candidate, max } => {
                format!("把“{}”对本需求的最高金额放宽到{}", name(self.organization(candidate)), wan(self.yuan(max)))
            }
            Change::Pair { key, .. } => {
                let Outsider { at, why, .. } = outsiders[key];
                format!("放宽{why}，邀请“{}”参与", name(at))
            }
        };
        let adjustment = Some(self.adjustment(rules, need, change, outsiders));
        Relaxation { text, yuan: self.yuan(change.money()), adjustment }
    }

    /// The change of the conditions that tries a change of the problem.
    fn adjustment(&self, rules: &Rules, need: usize, change: &Change, outsiders: &[Outsider]) -> Adjustment {
        let Encoded { problem, organizations, unit_yuan, .. } = self.encoded;
        let (catalog, view) = (self.context.catalog, self.context.view);
        let id = |at: usize| OrganizationId::new(catalog.organization_facts(at).id());
        match *change {
            Change::Budget { organization, more } => {
                let at = organizations[organization as usize];
                let yuan = (rules.capacity(catalog, view, at).yuan + more * unit_yuan) as f64;
                Adjustment::Budget { organization: id(at), yuan }
            }
            Change::Projects { organization, more } => {
                let now = problem.organizations[organization as usize].max_projects.unwrap_or_default();
                Adjustment::Projects { organization: id(organizations[organization as usize]), most: now + more }
            }
            Change::Partners { more } => {
                Adjustment::Partners { most: problem.needs[need].max_partners.unwrap_or_default() + more }
            }
            Change::Min { candidate, min: units } | Change::Max { candidate, max: units } => {
                Adjustment::Share { organization: id(self.organization(candidate)), yuan: self.yuan(units) }
            }
            Change::Pair { key, .. } => Adjustment::Invite { organization: id(outsiders[key].at) },
        }
    }
}
