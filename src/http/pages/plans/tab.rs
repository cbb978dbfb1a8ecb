//! Where one is in a plan: tab and page, and what every tab is made from.

use serde::Deserialize;

use super::names::Names;
use crate::http::pages::html::address;
use crate::plan::{Plan, PlanAsk};

/// Tab and page of a plan.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Where {
    /// Name of the tab.
    #[param(max_length = 20)]
    pub(super) view: Option<String>,
    /// Page of the tab, from 1.
    pub(super) page: Option<usize>,
    /// The earlier plan with which it is compared.
    #[param(max_length = 100)]
    pub(super) with: Option<String>,
}

impl Where {
    /// The address of a tab.
    pub(super) fn address(&self, id: &str) -> String {
        let page = self.page.filter(|page| *page > 1).map(|page| page.to_string()).unwrap_or_default();
        address(
            &format!("/plans/{id}"),
            &[
                ("view", self.view.as_deref().unwrap_or_default()),
                ("page", &page),
                ("with", self.with.as_deref().unwrap_or_default()),
            ],
        )
    }

    /// The page and the number of entries before it.
    pub(super) fn page(&self, per_page: usize) -> (usize, usize) {
        let page = self.page.unwrap_or(1).max(1);
        (page, (page - 1).saturating_mul(per_page))
    }
}

/// Links to the pages before and behind.
pub(super) struct Pager {
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// Which entries of how many are shown; empty if all are.
    pub(super) words: String,
}

impl Pager {
    pub(super) fn new(id: &str, at: &Where, per_page: usize, total: usize) -> Self {
        let (page, before) = at.page(per_page);
        let to = |page| Where { page: Some(page), ..at.clone() }.address(id);
        let end = before.saturating_add(per_page).min(total);
        let words =
            if total > per_page { format!("第{}到{end}项，共{total}项", (before + 1).min(total)) } else { String::new() };
        Self { previous: (page > 1).then(|| to(page - 1)), next: (end < total).then(|| to(page + 1)), words }
    }
}

/// What every tab is made from.
pub(super) struct Shown<'a> {
    pub(super) id: &'a str,
    pub(super) plan: &'a Plan,
    /// The conditions that the next plan would have.
    pub(super) next: &'a PlanAsk,
    pub(super) names: &'a Names,
    pub(super) at: &'a Where,
}
