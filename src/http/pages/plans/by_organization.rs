//! A plan by organization: what each is asked for, what it can give, and the limits that can be set.

use super::tab::{Pager, Shown};
use super::words::{amount, share, wan};
use crate::http::segment::segment;
use crate::plan::PlannedOrganization;

/// Organizations on a page.
const SHOWN: usize = 25;
/// Needs that are named of an organization, and further ones that are folded.
const NEEDS: usize = 5;
const FOLDED: usize = 100;

pub(super) struct ByOrganization {
    pub(super) organizations: Vec<Row>,
    pub(super) pager: Pager,
    pub(super) total: String,
    pub(super) count: usize,
}

pub(super) struct Row {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) name: String,
    pub(super) capacity: String,
    pub(super) source: String,
    pub(super) load: String,
    pub(super) share: String,
    pub(super) projects: String,
    /// Titles of needs with sums.
    pub(super) needs: Vec<(String, String)>,
    /// Further ones, which are folded.
    pub(super) folded: Vec<(String, String)>,
    pub(super) more: usize,
    /// What the next plan's conditions say of its money and its number of needs.
    pub(super) budget: String,
    pub(super) most: String,
    pub(super) is_excluded: bool,
}

impl ByOrganization {
    pub(super) fn new(shown: &Shown<'_>) -> Self {
        let (plan, at) = (shown.plan, shown.at);
        let (_, before) = at.page(SHOWN);
        Self {
            organizations: plan.organizations.iter().skip(before).take(SHOWN).map(|it| row(shown, it)).collect(),
            pager: Pager::new(shown.id, at, SHOWN, plan.organizations.len()),
            total: wan(plan.summary.proposed_yuan),
            count: plan.organizations.len(),
        }
    }
}

fn row(shown: &Shown<'_>, it: &PlannedOrganization) -> Row {
    let id = it.organization.as_str();
    let all = shown.plan.needs.iter().flat_map(|need| need.partners.iter().map(move |it| (need, it)));
    let own = all.filter(|(_, partner)| partner.organization == it.organization);
    let own: Vec<(String, String)> =
        own.map(|(need, partner)| (shown.names.need(need.need.as_str()).to_owned(), wan(partner.amount_yuan))).collect();
    let most = it.max_projects.map_or_else(|| "不限".to_owned(), |most| format!("最多{most}项"));
    let (budgets, limits) = (&shown.next.budgets, &shown.next.project_limits);
    Row {
        id: id.to_owned(),
        href: format!("/organizations/{}", segment(id)),
        name: it.name.clone(),
        capacity: wan(it.capacity_yuan),
        source: it.capacity_source.clone(),
        load: wan(it.load_yuan),
        share: share(it.load_yuan, it.capacity_yuan),
        projects: format!("{}项（{most}）", it.projects),
        more: own.len().saturating_sub(NEEDS + FOLDED),
        folded: own.iter().skip(NEEDS).take(FOLDED).cloned().collect(),
        needs: own.into_iter().take(NEEDS).collect(),
        budget: budgets.iter().find(|it| it.organization == id).map(|it| amount(&it.amount)).unwrap_or_default(),
        most: limits.iter().find(|it| it.organization == id).map(|it| it.most.to_string()).unwrap_or_default(),
        is_excluded: shown.next.exclude.iter().any(|it| it == id),
    }
}
