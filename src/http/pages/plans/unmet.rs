//! What a plan leaves open, why, and which single changes would close it.

use super::by_need::Need;
use super::names::titled;
use super::tab::{Pager, Shown};
use super::words::wan;
use crate::app::App;
use crate::domain::{NeedId, Principal};
use crate::excerpt::excerpt_of;
use crate::http::segment::segment;

/// Needs on a page, and longest reason that is shown, in characters.
const SHOWN: usize = 25;
const MAX_REASON: usize = 300;

pub(super) struct Unmet {
    pub(super) needs: Vec<Open>,
    pub(super) unplanned: Vec<Unplanned>,
    pub(super) more_unplanned: usize,
    pub(super) pager: Pager,
    pub(super) total: String,
    pub(super) count: usize,
}

pub(super) struct Open {
    pub(super) need: Need,
    pub(super) open: String,
    pub(super) reason: String,
    pub(super) relaxations: Vec<Relaxation>,
}

pub(super) struct Relaxation {
    /// Its index among those of the need.
    pub(super) at: usize,
    pub(super) text: String,
    pub(super) can_be_tried: bool,
}

pub(super) struct Unplanned {
    pub(super) name: String,
    /// Its page, if it is stored.
    pub(super) href: Option<String>,
    pub(super) reason: String,
}

impl Unmet {
    pub(super) fn new(app: &App, who: Principal, shown: &Shown<'_>) -> Self {
        let (plan, at) = (shown.plan, shown.at);
        let (page, before) = at.page(SHOWN);
        let open: Vec<_> = plan.needs.iter().enumerate().filter_map(|(n, need)| Some((n, need, need.unmet.as_ref()?))).collect();
        let needs = open.iter().skip(before).take(SHOWN).map(|&(n, need, unmet)| Open {
            need: Need::new(app, who, shown, n, need),
            open: wan(unmet.yuan),
            reason: excerpt_of(&unmet.reason, MAX_REASON),
            relaxations: unmet
                .relaxations
                .iter()
                .enumerate()
                .map(|(at, it)| Relaxation { at, text: it.text.clone(), can_be_tried: it.adjustment.is_some() })
                .collect(),
        });
        let unplanned = plan.unplanned.iter().map(|it| Unplanned {
            name: it.title.as_ref().map_or_else(|| it.need.clone(), |title| titled(title, it.region.as_deref())),
            href: app.need(who, &NeedId::new(&it.need)).is_ok().then(|| format!("/needs/{}", segment(&it.need))),
            reason: excerpt_of(&it.reason, MAX_REASON),
        });
        Self {
            needs: needs.collect(),
            unplanned: if page == 1 { unplanned.take(4 * SHOWN).collect() } else { Vec::new() },
            more_unplanned: plan.unplanned.len().saturating_sub(4 * SHOWN),
            pager: Pager::new(shown.id, at, SHOWN, open.len()),
            total: wan(open.iter().map(|it| it.2.yuan).sum()),
            count: open.len(),
        }
    }
}
