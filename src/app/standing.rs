//! What a card says of an organization besides its score: its register, what it can still give, what it has promised.

use super::state::App;
use crate::domain::{Money, OrganizationId, OrganizationKind, Principal};
use crate::plan::Means;

/// How an organization stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationStanding {
    /// Its legal kind.
    pub kind: OrganizationKind,
    /// Level of its register: national, provincial, city or county.
    pub level: Option<String>,
    /// Where it is at home.
    pub home: Option<String>,
    /// What it can give this year.
    pub means: Means,
    /// Needs that it has applied for or taken on this year.
    pub commitments: u32,
    /// What these take.
    pub committed: Money,
}

impl App {
    /// How an organization stands today, or on a day in the past.
    #[must_use]
    pub fn standing(&self, _who: Principal, id: &OrganizationId, as_of: jiff::civil::Date) -> Option<OrganizationStanding> {
        let catalog = self.catalog();
        let at = catalog.organization(id)?;
        let view = catalog.as_of(as_of);
        let record = catalog.organization_record(at);
        let taken = view.claimed.taken_from(at);
        Some(OrganizationStanding {
            kind: record.kind,
            level: record.level.clone(),
            home: catalog.home_region(at).map(|home| catalog.reference.divisions.full_name(home)),
            means: Means::of(&catalog, &view, at),
            commitments: taken.needs,
            committed: Money::from_fen(taken.fen).unwrap_or(Money::MAX),
        })
    }
}
