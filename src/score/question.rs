//! What a need asks, in the numbers of the catalog.

use crate::catalog::Records;
use crate::domain::{Amount, Money, Record, RegionCode, TagCode};

/// A need, reduced to what is scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Sectors by number, with weights that sum to 1; empty if the need names none.
    pub sectors: Vec<(usize, f64)>,
    /// Places; empty if the need names none for certain.
    pub regions: Vec<RegionCode>,
    /// What is asked for.
    pub amount: Option<Money>,
    /// Whom it is for, by number of the group.
    pub groups: Vec<usize>,
    /// Means that are asked for.
    pub modes: Vec<TagCode>,
    /// Text to find similar projects by.
    pub topic: String,
}

impl Question {
    /// The question that `record` asks.
    #[must_use]
    pub fn new(records: &Records, record: &Record, topic: String) -> Self {
        let taxonomy = &records.reference.taxonomy;
        Self {
            sectors: record.sectors.iter().filter_map(|share| Some((taxonomy.sector(&share.code)?, share.weight))).collect(),
            regions: record.certain_regions().map(|region| region.code).collect(),
            amount: record.amount.as_ref().and_then(Amount::point).filter(|&amount| amount > Money::ZERO),
            groups: record.groups.iter().filter_map(|code| taxonomy.group(code)).collect(),
            modes: record.modes.clone(),
            topic,
        }
    }
}
