//! What a need asks for, in the numbers of the catalog.

use std::borrow::Cow;

use crate::catalog::Records;
use crate::domain::{Amount, Money, Need, Record, RegionCode, TagCode, unmarked};

/// A need, reduced to what is scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Sectors by number, with weights that sum to 1; empty if the need names none.
    pub sectors: Vec<(usize, f64)>,
    /// Places; empty if the need names no place with certainty.
    pub regions: Vec<RegionCode>,
    /// The sum that is asked for.
    pub amount: Option<Money>,
    /// The beneficiaries, by number of the group.
    pub groups: Vec<usize>,
    /// Means that are asked for.
    pub modes: Vec<TagCode>,
    /// Where organizations must be at home to be ranked; empty for everywhere.
    pub homes: Vec<RegionCode>,
    /// With `homes`, whether organizations of the whole country are ranked too.
    pub with_national: bool,
    /// The text by which similar projects are found, without the mark of invented records.
    pub topic: String,
    /// The organizations, by position, that ask for it themselves: none of them is suggested.
    pub applicants: Vec<usize>,
}

impl Question {
    /// The question that `record` asks.
    #[must_use]
    pub fn new(records: &Records, record: &Record, topic: String) -> Self {
        let taxonomy = &records.reference.taxonomy;
        let bare = match unmarked(&topic) {
            Cow::Borrowed(same) if same.len() == topic.len() => None,
            bare => Some(bare.into_owned()),
        };
        Self {
            sectors: record.sectors.iter().filter_map(|share| Some((taxonomy.sector(&share.code)?, share.weight))).collect(),
            regions: record.certain_regions().map(|region| region.code).collect(),
            amount: record.amount.as_ref().and_then(Amount::point).filter(|&amount| amount > Money::ZERO),
            groups: record.groups.iter().filter_map(|code| taxonomy.group(code)).collect(),
            modes: record.modes.clone(),
            topic: bare.unwrap_or(topic),
            ..Self::default()
        }
    }

    /// The question that a need asks. Who submitted it is not suggested for it.
    #[must_use]
    pub fn of_need(records: &Records, need: &Need, topic: String) -> Self {
        Self::new(records, &need.record, topic).asked_by(records, need.submitted_by.as_deref())
    }

    /// The same question, asked by this applicant: an id, name or alias of an organization, or several.
    #[must_use]
    pub fn asked_by(self, records: &Records, applicant: Option<&str>) -> Self {
        Self { applicants: applicant.map(|text| records.applicants(text)).unwrap_or_default(), ..self }
    }
}
