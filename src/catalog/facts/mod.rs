//! Facts: what ranking reads of one record, in numbers. They do not depend on the day.

mod need;
mod organization;
mod project;

pub use need::NeedFacts;
pub(super) use need::{NeedTable, OwnedNeed};
pub use organization::OrganizationFacts;
pub(super) use organization::{NamedPlace, OrganizationRow, OrganizationTable, OwnedOrganization};
pub use project::ProjectFacts;
pub(super) use project::{OwnedProject, ProjectTable};

use crate::domain::{Money, RegionCode};

/// Stands for a sum that is not known.
const NO_SUM: i64 = i64::MIN;

fn to_fen(sum: Option<Money>) -> i64 {
    sum.map_or(NO_SUM, Money::fen)
}

fn sum(fen: i64) -> Option<Money> {
    Some(fen).filter(|&fen| fen != NO_SUM).and_then(Money::from_fen)
}

/// Places from the digits of their codes.
fn places<'a>(codes: &'a [u32]) -> impl Iterator<Item = RegionCode> + Clone + use<'a> {
    codes.iter().filter_map(|&digits| RegionCode::new(digits))
}
