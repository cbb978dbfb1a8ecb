//! Declined needs of the same top-level sectors: 1 each, halved every year, at most 2 together
//! ([`Claimed::declines`](crate::catalog::Claimed)). Declining costs an organization nothing lasting.

use crate::catalog::Claimed;
use crate::reference::Taxonomy;
use crate::score::lists::{Lists, Slot};
use crate::score::{Question, Value};

/// The declines that concern one need.
pub(in crate::score) struct Declines(Vec<Slot>);

impl Declines {
    /// None if the need names no sector.
    pub(in crate::score) fn new<'a>(
        taxonomy: &Taxonomy,
        claimed: &'a Claimed,
        question: &Question,
        lists: &mut Lists<'a>,
    ) -> Option<Self> {
        let mut parents: Vec<usize> = question.sectors.iter().map(|&(sector, _)| taxonomy.parent(sector)).collect();
        parents.sort_unstable();
        parents.dedup();
        let slots = parents.iter().filter_map(|&parent| lists.add_if_any(claimed.declines.list(parent as u16))).collect();
        (!parents.is_empty()).then_some(Self(slots))
    }

    pub(in crate::score) fn value(&self, facts: &[f32]) -> Value {
        Value::Known(self.0.iter().map(|&slot| f64::from(facts[slot])).fold(0.0, f64::max))
    }
}
