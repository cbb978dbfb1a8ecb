//! The lists that organizations stand in by what their records and names state, whatever the day.

use super::base::Tables;
use super::facts::OrganizationFacts;
use super::inverted::Inverted;
use super::region_step::RegionStep;
use crate::domain::RegionCode;
use crate::reference::Divisions;

/// Organizations by what they state.
#[derive(Clone, Default)]
pub struct StatedLists {
    /// Shares of the top-level sectors that organizations declare, wish for, or mention in their name and scope.
    pub declared: Inverted<u16>,
    /// Shares of the places that organizations wish for, and of the places around them.
    pub wished: Inverted<RegionStep>,
    /// The same for the wished-for places alone.
    pub wished_exactly: Inverted<RegionStep>,
    /// Organizations by the places in their names.
    pub named_after: Inverted<RegionCode>,
}

impl StatedLists {
    pub(super) fn new(tables: &Tables, divisions: &Divisions) -> Self {
        let organizations = &tables.organizations;
        let all = || (0..organizations.len()).map(|at| (at, organizations.get(at))).filter(|(_, it)| !it.is_replaced());
        let ((declared, named_after), (wished, wished_exactly)) = rayon::join(
            || {
                rayon::join(
                    || Inverted::of(all().map(|(at, it)| (at, it.declared_shares()))),
                    || Inverted::of(all().map(|(at, it)| (at, it.named_places()))),
                )
            },
            || {
                rayon::join(
                    || Inverted::of(all().map(|(at, it)| (at, it.wishes_around(divisions)))),
                    || Inverted::of(all().map(|(at, it)| (at, it.exact_wishes()))),
                )
            },
        );
        Self { declared, wished, wished_exactly, named_after }
    }

    /// Puts an organization where its facts say now.
    pub(super) fn replace(
        &mut self,
        at: usize,
        old: Option<&OrganizationFacts<'_>>,
        new: &OrganizationFacts<'_>,
        divisions: &Divisions,
    ) {
        let rows = |it: Option<&OrganizationFacts<'_>>| {
            let it = it.filter(|it| !it.is_replaced());
            let rows = it.map(|it| (it.declared_shares(), it.named_places(), it.wishes_around(divisions), it.exact_wishes()));
            rows.unwrap_or_default()
        };
        let (old, new) = (rows(old), rows(Some(new)));
        self.declared.replace(at, &old.0, new.0);
        self.named_after.replace(at, &old.1, new.1);
        self.wished.replace(at, &old.2, new.2);
        self.wished_exactly.replace(at, &old.3, new.3);
    }
}
