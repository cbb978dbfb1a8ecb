//! Claims as the pages of a need and of an organization show them.

use crate::app::ClaimLine;
use crate::domain::{ClaimEffect, Money, Role};
use crate::http::pages::html::{day, wan};
use crate::http::segment::segment;

/// The claims of a need or of an organization.
pub(super) struct Claims {
    /// True if they are of one need: the rows name organizations then, else needs.
    pub(super) of_need: bool,
    pub(super) lines: Vec<Line>,
    /// Sum of those that reserve or bind.
    pub(super) sum: String,
}

/// A claim.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) sum: String,
    pub(super) role: &'static str,
    pub(super) state: &'static str,
    /// `ok`, `wait` or `bad`.
    pub(super) shape: &'static str,
    pub(super) day: String,
    pub(super) reason: String,
}

impl Claims {
    pub(super) fn of(claims: &[ClaimLine], of_need: bool) -> Self {
        let taking = claims.iter().filter(|it| it.state.effect().takes_money());
        let sum = taking.filter_map(|it| it.amount).fold(Money::ZERO, Money::plus);
        Self { of_need, lines: claims.iter().map(|claim| line(claim, of_need)).collect(), sum: wan(sum) }
    }
}

fn line(claim: &ClaimLine, of_need: bool) -> Line {
    let (name, href) = if of_need {
        (claim.name.clone(), Some(format!("/organizations/{}", segment(claim.organization.as_str()))))
    } else {
        let href = format!("/needs/{}", segment(claim.need.as_str()));
        claim.title.clone().map_or_else(|| (format!("{}（记录已删除或不在库中）", claim.need), None), |title| (title, Some(href)))
    };
    Line {
        name,
        href,
        sum: claim.amount.map(wan).unwrap_or_default(),
        role: if claim.role == Role::Lead { "牵头" } else { "参与" },
        state: claim.state.label(),
        shape: match claim.state.effect() {
            ClaimEffect::Binds => "ok",
            ClaimEffect::Reserves => "wait",
            ClaimEffect::Frees => "bad",
        },
        day: claim.at.map(day).unwrap_or_default(),
        reason: claim.reason.clone().unwrap_or_default(),
    }
}
