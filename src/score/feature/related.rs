//! Work in related sectors: ln(1 + Σ lift(s') · mass(s'|o)) over the sectors s' that are most often found under one roof with
//! the need's, beyond what their sizes explain ([`Background::related`](crate::catalog::Background::related)).
//!
//! Not normalised by the size of the history, so that more work never counts against its owner.

use crate::catalog::{Catalog, Flags, Past, Row};
use crate::score::lists::{Lists, Slot};
use crate::score::{Question, Value};

/// Related sectors that are looked at for each of the need's.
const RELATED: usize = 4;

/// The related sectors of one need, with their weights.
pub(in crate::score) struct Related(Vec<(Slot, f64)>);

impl Related {
    /// None if the need names no sector.
    pub(in crate::score) fn new<'a>(
        catalog: &'a Catalog,
        past: &'a Past,
        question: &Question,
        lists: &mut Lists<'a>,
    ) -> Option<Self> {
        let taxonomy = &catalog.reference.taxonomy;
        let mut related: Vec<(u16, f64)> = Vec::new();
        for &(sector, weight) in &question.sectors {
            for (other, lift) in past.background.related(taxonomy.parent(sector), RELATED) {
                related.push((other, weight * lift));
            }
        }
        related.sort_by_key(|entry| entry.0);
        let slots = related.into_iter().map(|(other, weight)| (lists.add(past.sectors.list(other)), weight));
        let slots: Vec<_> = slots.collect();
        (!question.sectors.is_empty()).then_some(Self(slots))
    }

    pub(in crate::score) fn value(&self, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::SECTORED) {
            return Value::Unknown;
        }
        let mass: f64 = self.0.iter().map(|&(slot, weight)| weight * f64::from(facts[slot])).sum();
        Value::Known(if mass == 0.0 { 0.0 } else { mass.ln_1p() })
    }
}
