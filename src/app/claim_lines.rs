//! Claims as pages show them: who, how much, in which state.

use jiff::civil::Date;

use super::lists::name;
use crate::catalog::Catalog;
use crate::domain::{Claim, ClaimEffect, ClaimState, Money, NeedId, OrganizationId, Role};

/// A claim with the names of those concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimLine {
    /// The need.
    pub need: NeedId,
    /// Title of the need, or the start of its text; none if the need is not known or was deleted.
    pub title: Option<String>,
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its share, if known.
    pub amount: Option<Money>,
    /// Its role.
    pub role: Role,
    /// The state.
    pub state: ClaimState,
    /// Day of the claim.
    pub at: Option<Date>,
    /// Note.
    pub reason: Option<String>,
}

impl ClaimLine {
    fn of(catalog: &Catalog, claim: &Claim) -> Self {
        Self {
            need: claim.need.clone(),
            title: catalog.need(&claim.need).map(|need| need.title_or_start()),
            organization: claim.organization.clone(),
            name: name(catalog, &claim.organization),
            amount: claim.amount,
            role: claim.role,
            state: claim.state,
            at: claim.at,
            reason: claim.reason.clone(),
        }
    }
}

/// The claims that pass, those that take money first, then the latest first.
pub(super) fn claim_lines(catalog: &Catalog, passes: impl Fn(&Claim) -> bool) -> Vec<ClaimLine> {
    let mut claims: Vec<ClaimLine> =
        catalog.claims.iter().filter(|claim| passes(claim)).map(|claim| ClaimLine::of(catalog, claim)).collect();
    claims.sort_by_key(|claim| (claim.state.effect() == ClaimEffect::Frees, std::cmp::Reverse(claim.at)));
    claims
}

/// The sum of the claims that reserve or bind money.
pub(super) fn taken(claims: &[ClaimLine]) -> Money {
    let taking = claims.iter().filter(|claim| claim.state.effect().takes_money());
    taking.filter_map(|claim| claim.amount).fold(Money::ZERO, Money::plus)
}
