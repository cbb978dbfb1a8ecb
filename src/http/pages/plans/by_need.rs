//! A plan by need: partners with sums and reasons, and what can be decided on each.

use super::tab::{Pager, Shown};
use super::words::{share, wan};
use crate::app::App;
use crate::domain::{NeedId, Principal};
use crate::http::segment::segment;
use crate::plan::{PairRule, Partner, PlannedNeed};

/// Needs on a page.
pub(super) const SHOWN: usize = 15;
/// Reasons that are shown of a partner.
const REASONS: usize = 2;

pub(super) struct ByNeed {
    pub(super) needs: Vec<Need>,
    pub(super) pager: Pager,
    /// Gap, sum and share of the whole plan.
    pub(super) total: (String, String, String),
}

pub(super) struct Need {
    /// Its index in the plan.
    pub(super) at: usize,
    pub(super) title: String,
    /// Its page, if it is stored.
    pub(super) href: Option<String>,
    pub(super) place: String,
    pub(super) gap: String,
    pub(super) proposed: String,
    pub(super) share: String,
    pub(super) state: (&'static str, &'static str),
    pub(super) partners: Vec<PartnerRow>,
    pub(super) alternates: Vec<String>,
}

pub(super) struct PartnerRow {
    /// Its index among the partners of the need.
    pub(super) at: usize,
    pub(super) id: String,
    pub(super) href: String,
    pub(super) name: String,
    pub(super) lead: bool,
    pub(super) amount: String,
    pub(super) share: String,
    pub(super) fit: u8,
    pub(super) reasons: Vec<String>,
    pub(super) warnings: Vec<String>,
    /// What is decided for the next plan; empty if nothing is.
    pub(super) decided: &'static str,
}

impl ByNeed {
    pub(super) fn new(app: &App, who: Principal, shown: &Shown<'_>) -> Self {
        let (plan, at) = (shown.plan, shown.at);
        let (_, before) = at.page(SHOWN);
        let it = &plan.summary;
        let needs = plan.needs.iter().enumerate().skip(before).take(SHOWN);
        Self {
            needs: needs.map(|(at, need)| Need::new(app, who, shown, at, need)).collect(),
            pager: Pager::new(shown.id, at, SHOWN, plan.needs.len()),
            total: (wan(it.asked_yuan), wan(it.proposed_yuan), share(it.proposed_yuan, it.asked_yuan)),
        }
    }
}

impl Need {
    pub(super) fn new(app: &App, who: Principal, shown: &Shown<'_>, at: usize, need: &PlannedNeed) -> Self {
        let place: Vec<&str> = need
            .region
            .as_deref()
            .into_iter()
            .chain(need.facts.place.as_deref())
            .chain(need.sectors.iter().map(String::as_str))
            .collect();
        let alternates = need.alternates.iter().map(|it| {
            let free = if it.free_yuan > 0.0 {
                format!("估计还可承担{}万元", wan(it.free_yuan))
            } else {
                "资金已用完".to_owned()
            };
            format!("{}（匹配度{}，{free}）", it.name, it.fit)
        });
        Self {
            at,
            title: need.title.clone(),
            href: app.need(who, &need.need).is_ok().then(|| format!("/needs/{}", segment(need.need.as_str()))),
            place: place.join("　"),
            gap: wan(need.gap_yuan),
            proposed: wan(need.proposed_yuan),
            share: share(need.proposed_yuan, need.gap_yuan),
            state: match (&need.unmet, need.partners.is_empty()) {
                (None, _) => ("ok", "全额满足"),
                (Some(_), false) => ("wait", "部分满足"),
                (Some(_), true) => ("bad", "没有合作组织"),
            },
            partners: need.partners.iter().enumerate().map(|(n, it)| partner(shown, need, n, it)).collect(),
            alternates: alternates.collect(),
        }
    }
}

fn partner(shown: &Shown<'_>, need: &PlannedNeed, at: usize, it: &Partner) -> PartnerRow {
    PartnerRow {
        at,
        id: it.organization.to_string(),
        href: format!("/organizations/{}", segment(it.organization.as_str())),
        name: it.name.clone(),
        lead: it.lead && need.partners.len() > 1,
        amount: wan(it.amount_yuan),
        share: share(it.amount_yuan, need.gap_yuan),
        fit: it.fit,
        reasons: it.reasons.iter().take(REASONS).cloned().collect(),
        warnings: it.warnings.clone(),
        decided: decided(shown, &need.need, it.organization.as_str()),
    }
}

/// What the next plan's conditions say of a pair.
fn decided(shown: &Shown<'_>, need: &NeedId, organization: &str) -> &'static str {
    if shown.next.exclude.iter().any(|it| it == organization) {
        return "该组织不列入";
    }
    let rule = shown.next.pairs.iter().find(|it| it.need == *need && it.organization == organization).map(|it| it.rule);
    match rule {
        Some(PairRule::Lock) => "已锁定",
        Some(PairRule::Force) => "已指定",
        Some(PairRule::Forbid) => "不建议",
        Some(PairRule::Invite) => "已放宽限制",
        None => "",
    }
}
