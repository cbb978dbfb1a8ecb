//! The open needs that suit an organization.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::PartView;
use super::convert::each;
use crate::app;

/// The open needs for one organization.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Opportunities {
    /// The answer uses only what was known on this day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// Id of the organization.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// Best first.
    pub opportunities: Vec<Opportunity>,
    /// Number of open needs that are left out because of a limit (excluded sector, no budget, …) or because it has claimed
    /// them, by reason.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// An open need and how well it suits the organization.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Opportunity {
    /// Rank, from 1.
    pub rank: usize,
    /// Id of the need.
    pub need: String,
    /// Its title, or the start of its text.
    pub title: String,
    /// Names of its places.
    pub region: Option<String>,
    /// What is asked for, in yuan.
    pub amount_yuan: Option<f64>,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The score, part by part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<PartView>>,
}

impl From<app::Opportunities> for Opportunities {
    fn from(it: app::Opportunities) -> Self {
        let app::Opportunities { as_of, snapshot, lexicon, organization, name, opportunities, left_out } = it;
        let (organization, opportunities) = (organization.into(), each(opportunities));
        Self { as_of, snapshot, lexicon, organization, name, opportunities, left_out }
    }
}

impl From<app::Opportunity> for Opportunity {
    fn from(it: app::Opportunity) -> Self {
        let app::Opportunity { rank, need, title, region, amount_yuan, score, fit, parts } = it;
        Self { rank, need: need.into(), title, region, amount_yuan, score, fit, parts: parts.map(each) }
    }
}
