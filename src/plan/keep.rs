//! An earlier plan: what of it can stay, and what has changed, with the reason.

use std::collections::HashMap;

use super::draft::{ChangedPair, Changes, FrontierPoint};
use super::encode::{Encoded, Encoder};
use super::money::wan;
use super::{PairRule, Partner, Plan, PlannedNeed};
use crate::domain::{NeedId, NeedStatus, OrganizationId};
use crate::error::AppError;
use crate::score::{Scorer, ScoringContext};
use crate::solver::checker::check;
use crate::solver::integer::{Options, Solution};
use crate::solver::keep::{self, NearbyPlan};
use crate::solver::stop::Stop;

/// The plan near an earlier one.
pub(super) struct Kept {
    pub(super) near: NearbyPlan,
    /// The best plan without regard to the earlier one, by candidate.
    pub(super) best: Vec<i64>,
    /// The earlier plan, by candidate.
    before: Vec<i64>,
    /// Pairs of the earlier plan that are no candidates any more.
    gone: Vec<Gone>,
}

/// Most organizations that are named as having left a need.
const LOST: usize = 3;

/// A pair that no plan can keep.
struct Gone {
    pair: ChangedPair,
    /// Whether it counts as a change: not if its need is no longer asked for, or if it is settled by now.
    counts: bool,
}

impl Kept {
    /// The best plan near `before`. `best` is the plan without regard to it.
    pub(super) fn of(
        context: ScoringContext<'_>,
        encoder: &Encoder<'_>,
        encoded: &Encoded,
        before: &Plan,
        best: &Solution,
        stop: Stop<'_>,
    ) -> Result<Self, AppError> {
        let Encoder { catalog, wanted, ask, .. } = *encoder;
        let places: HashMap<&NeedId, usize> = wanted.iter().enumerate().map(|(at, need)| (&need.id, at)).collect();
        let mut amounts = vec![0; encoded.problem.candidates.len()];
        let mut gone = Vec::new();
        for planned in &before.needs {
            for partner in &planned.partners {
                let need = places.get(&planned.need).copied();
                let organization = catalog.organization(&partner.organization);
                let candidate = need.zip(organization).and_then(|pair| encoded.at.get(&pair));
                if let Some(&candidate) = candidate {
                    amounts[candidate] = (partner.amount_yuan / encoded.unit_yuan as f64).round() as i64;
                    continue;
                }
                let is_settled = need.is_some_and(|need| wanted[need].settled.contains(&partner.organization));
                let reason = why_gone(context, encoder, need, organization, planned, partner)?;
                gone.push(Gone { pair: changed(planned, partner, reason), counts: need.is_some() && !is_settled });
            }
        }
        let limit = ask.max_changes.unwrap_or(usize::MAX);
        let near = keep::keep(&encoded.problem, &amounts, best, limit, &Options::default(), stop);
        debug_assert!(check(&encoded.problem, &near.amounts).violations.is_empty());
        Ok(Self { near, best: best.amounts.clone(), before: amounts, gone })
    }

    /// In how many pairs the best plan departs from what can stay of the earlier one.
    pub(super) fn changes_of_best(&self) -> usize {
        self.best.iter().zip(&self.near.nearest).filter(|(best, nearest)| best != nearest).count()
    }

    /// What has changed, in the order of the needs.
    pub(super) fn changes(&self, encoder: &Encoder<'_>, encoded: &Encoded) -> Changes {
        let near = &self.near;
        let lost = self.gone.iter().filter(|it| it.counts).count();
        let pairs = (0..near.amounts.len()).filter(|&c| near.amounts[c] != self.before[c]);
        let mut pairs: Vec<ChangedPair> = pairs.map(|c| self.changed(encoder, encoded, c)).collect();
        let count = pairs.len() + lost;
        pairs.extend(self.gone.iter().map(|it| it.pair.clone()));
        let order: HashMap<&NeedId, usize> = encoder.wanted.iter().enumerate().map(|(at, need)| (&need.id, at)).collect();
        pairs.sort_by_key(|it| order.get(&it.need).copied().unwrap_or(usize::MAX));
        let frontier = near.frontier.iter().map(|&(changes, value)| FrontierPoint { changes, value: encoded.worth_yuan(value) });
        Changes {
            count,
            limit: encoder.ask.max_changes.unwrap_or(near.chosen),
            forced: near.forced + lost,
            chosen: near.chosen,
            frontier: frontier.collect(),
            pairs,
        }
    }

    fn changed(&self, encoder: &Encoder<'_>, encoded: &Encoded, candidate: usize) -> ChangedPair {
        let c = &encoded.problem.candidates[candidate];
        let (wanted, at) = (&encoder.wanted[c.need as usize], encoded.organizations[c.organization as usize]);
        let record = encoder.catalog.organization_facts(at);
        let yuan = |units: i64| units as f64 * encoded.unit_yuan as f64;
        let chosen = self.near.amounts[candidate] != self.near.nearest[candidate];
        ChangedPair {
            need: wanted.id.clone(),
            title: wanted.title.clone(),
            organization: OrganizationId::new(record.id()),
            name: record.name().to_owned(),
            before_yuan: yuan(self.before[candidate]),
            now_yuan: yuan(self.near.amounts[candidate]),
            chosen,
            reason: if chosen { self.why_chosen(encoder, encoded, candidate) } else { self.why(encoder, encoded, candidate) },
        }
    }

    /// Why a pair was changed by choice: for what its need has lost, by a condition that was widened, or for a better plan.
    fn why_chosen(&self, encoder: &Encoder<'_>, encoded: &Encoded, candidate: usize) -> String {
        let Encoder { catalog, wanted, rules, ask, .. } = *encoder;
        let candidates = &encoded.problem.candidates;
        let c = &candidates[candidate];
        let wanted = &wanted[c.need as usize];
        let at = encoded.organizations[c.organization as usize];
        if self.near.amounts[candidate] <= self.near.nearest[candidate] {
            return "为使方案更好而改动".to_owned();
        }
        if rules.pair(&wanted.id, at).is_some_and(|pair| pair.rule == PairRule::Invite) {
            return "因放宽限制，可以邀请该组织".to_owned();
        }
        let gone = self.gone.iter().filter(|it| it.pair.need == wanted.id).map(|it| it.pair.name.as_str());
        let of_need = (0..candidates.len()).filter(|&n| candidates[n].need == c.need);
        let lost = of_need.filter(|&n| n != candidate && self.near.nearest[n] < self.before[n]);
        let names = lost.map(|n| catalog.organization_facts(encoded.organizations[candidates[n].organization as usize]).name());
        let lost: Vec<String> = gone.chain(names).take(LOST).map(|name| format!("“{name}”")).collect();
        if !lost.is_empty() {
            return format!("接替{}不再承担的部分", lost.join("、"));
        }
        let id = catalog.organization_facts(at).id();
        if ask.budgets.iter().any(|it| it.organization == id) {
            let money = encoded.problem.organizations[c.organization as usize].budget as f64 * encoded.unit_yuan as f64;
            return format!("因该组织的可用资金设定为{}", wan(money));
        }
        if ask.project_limits.iter().any(|it| it.organization == id) {
            return "因设定了该组织承担的需求数上限".to_owned();
        }
        if ask.partner_limits.iter().any(|it| it.need == wanted.id) {
            return "因设定了本需求的合作组织数上限".to_owned();
        }
        "为使方案更好而改动".to_owned()
    }

    /// Why a pair could not stay as it was.
    fn why(&self, encoder: &Encoder<'_>, encoded: &Encoded, candidate: usize) -> String {
        let (problem, before) = (&encoded.problem, self.before[candidate]);
        let c = &problem.candidates[candidate];
        let (need, organization) = (&problem.needs[c.need as usize], &problem.organizations[c.organization as usize]);
        let at = encoded.organizations[c.organization as usize];
        let unit = encoded.unit_yuan as f64;
        match encoder.rules.pair(&encoder.wanted[c.need as usize].id, at).map(|pair| pair.rule) {
            Some(PairRule::Lock) => return "按锁定的金额".to_owned(),
            Some(PairRule::Force | PairRule::Forbid) => return "按指定的金额".to_owned(),
            Some(PairRule::Invite) | None => {}
        }
        let money = organization.budget + c.fund.map_or(0, |fund| problem.funds[fund as usize].budget);
        // What is locked or forced comes first.
        let wish = |n: usize| if problem.candidates[n].floor > 0 { problem.candidates[n].floor } else { self.before[n] };
        let sum = |of: &dyn Fn(usize) -> bool| (0..self.before.len()).filter(|&n| of(n)).map(wish).sum::<i64>();
        let of_need = |n: usize| problem.candidates[n].need == c.need;
        let of_organization = |n: usize| problem.candidates[n].organization == c.organization;
        let partners = (0..self.before.len()).filter(|&n| of_need(n) && self.before[n] > 0).count();
        let projects = (0..self.before.len()).filter(|&n| of_organization(n) && self.before[n] > 0).count();
        if before == 0 {
            "补足须全额满足的需求".to_owned()
        } else if before > need.gap || sum(&of_need) > need.gap {
            format!("需求的缺口现为{}", wan(need.gap as f64 * unit))
        } else if before > money || sum(&of_organization) > money {
            format!("该组织可用的资金现为{}", wan(money as f64 * unit))
        } else if need.max_partners.is_some_and(|most| partners > most as usize) {
            format!("每项需求的合作组织现最多{}家", need.max_partners.unwrap_or_default())
        } else if organization.max_projects.is_some_and(|most| projects > most as usize) {
            format!("该组织承担的需求现最多{}项", organization.max_projects.unwrap_or_default())
        } else if before < c.min {
            format!("最低金额现为{}", wan(c.min as f64 * unit))
        } else if before > c.max {
            format!("单家最高金额现为{}", wan(c.max as f64 * unit))
        } else {
            "与方案的其他条件不能同时满足".to_owned()
        }
    }
}

fn changed(planned: &PlannedNeed, partner: &Partner, reason: String) -> ChangedPair {
    ChangedPair {
        need: planned.need.clone(),
        title: planned.title.clone(),
        organization: partner.organization.clone(),
        name: partner.name.clone(),
        before_yuan: partner.amount_yuan,
        now_yuan: 0.0,
        chosen: false,
        reason,
    }
}

/// Why a pair of the earlier plan is no candidate any more.
fn why_gone(
    context: ScoringContext<'_>,
    encoder: &Encoder<'_>,
    need: Option<usize>,
    organization: Option<usize>,
    planned: &PlannedNeed,
    partner: &Partner,
) -> Result<String, AppError> {
    let Encoder { catalog, rules, wanted, .. } = *encoder;
    let Some(need) = need else {
        let status = catalog.need_even_if_deleted(&planned.need).map(|need| need.status);
        return Ok(match status.filter(|status| *status != NeedStatus::Open) {
            Some(status) => format!("需求{}", status.label()),
            None => "需求不在本次清单中，或不能编制方案".to_owned(),
        });
    };
    let Some(at) = organization else { return Ok("名录中已没有该组织".to_owned()) };
    let wanted = &wanted[need];
    if wanted.settled.contains(&partner.organization) {
        return Ok("该组织已认领或谢绝这项需求".to_owned());
    }
    if rules.excludes(at) {
        return Ok("该组织不列入本方案".to_owned());
    }
    if rules.pair(&wanted.id, at).is_some_and(|pair| pair.rule == PairRule::Forbid) {
        return Ok("不建议这个组合".to_owned());
    }
    let scorer = Scorer::new(context, wanted.question.clone())?;
    let limit = rules.limit(&wanted.id, &scorer, at).map(|limit| limit.label().to_owned());
    Ok(limit.unwrap_or_else(|| "该组织现在没有可用的资金，或低于最低金额".to_owned()))
}
