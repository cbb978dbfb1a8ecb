//! What a need asks, in the numbers of the catalog.

use crate::catalog::Catalog;
use crate::domain::{Money, Record, RegionCode, TagCode};

/// A need, reduced to what is scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Sectors by number, with weights that sum to 1; empty if the need names none.
    pub sectors: Vec<(usize, f64)>,
    /// Places; empty if the need names none for certain.
    pub regions: Vec<RegionCode>,
    /// What is asked for.
    pub amount: Option<Money>,
    /// Means that are asked for.
    pub modes: Vec<TagCode>,
    /// Text to find similar projects by.
    pub topic: String,
}

impl Question {
    /// The question that `record` asks.
    #[must_use]
    pub fn new(catalog: &Catalog, record: &Record, topic: String) -> Self {
        let taxonomy = &catalog.reference.taxonomy;
        Self {
            sectors: record.sectors.iter().filter_map(|share| Some((taxonomy.sector(&share.code)?, share.weight))).collect(),
            regions: record.certain_regions().map(|region| region.code).collect(),
            amount: record.amount.as_ref().and_then(crate::domain::Amount::point).filter(|&amount| amount > Money::ZERO),
            modes: record.modes.clone(),
            topic,
        }
    }
}
