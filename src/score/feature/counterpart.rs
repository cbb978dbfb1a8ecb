//! Counterpart relation between the organization's home and the need's places, on the day of the question.
//!
//! 1 for a helped county, 0.7 for a prefecture, 0.5 for a province, halved every three years after the end; 0 for none.
//! The strongest of the need's places. Unknown where the home is not known.

use super::{Question, Value};
use crate::catalog::{Catalog, View};
use crate::reference::Relation;

pub(super) fn value(catalog: &Catalog, view: &View, question: &Question, organization: usize) -> Value {
    if question.regions.is_empty() {
        return Value::NotAsked;
    }
    if catalog.organizations[organization].home_region.is_none() {
        return Value::Unknown;
    }
    Value::Known(relation(catalog, view, question, organization).map_or(0.0, |relation| relation.strength))
}

/// The relation that the value rests on.
pub(in crate::score) fn relation(catalog: &Catalog, view: &View, question: &Question, organization: usize) -> Option<Relation> {
    let home = catalog.organizations[organization].home_region.as_ref()?.code;
    let counterparts = catalog.reference.counterparts;
    let of = |&place| counterparts.relation(catalog.reference.divisions, home, place, view.as_of);
    question.regions.iter().filter_map(of).max_by(|a, b| a.strength.total_cmp(&b.strength))
}
