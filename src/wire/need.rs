//! A need, without its contact.

use jiff::civil::Date;
use serde::Serialize;

use super::Record;
use super::convert::{each, shown_enum};
use crate::app;
use crate::domain::{self, Money};

/// A need.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Need {
    /// Its id.
    pub id: String,
    /// The need as understood.
    #[serde(flatten)]
    pub record: Record,
    /// Money already secured, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secured_fen: Option<i64>,
    /// Township, village or street, as written; places below the county have no codes here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Office that submitted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
    /// Day on which it was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// List that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Whether public budgets cover it (财政资金已覆盖); such needs are not for social organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fiscal_covered: Option<bool>,
    /// Its state.
    pub status: NeedStatus,
    /// Where the record came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

shown_enum! {
    /// State of a need.
    NeedStatus from domain::NeedStatus {
        /// Looking for partners.
        Open,
        /// Taken on in full.
        Claimed,
        /// Carried out.
        Done,
        /// Taken back.
        Withdrawn,
    }
}

/// A need with those that are similar to it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NeedView {
    /// The need.
    #[serde(flatten)]
    pub need: Need,
    /// Needs that are the same or nearly the same, and were perhaps submitted twice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<SimilarNeed>,
}

/// A need that is similar to another one.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SimilarNeed {
    /// Its id.
    pub need: String,
    /// Its title.
    pub title: Option<String>,
    /// Share of common character trigrams, 0 to 1.
    pub likeness: f64,
    /// True if text, places and sum are the same.
    pub is_same: bool,
}

impl From<domain::Need> for Need {
    fn from(it: domain::Need) -> Self {
        let domain::Need { id, record, secured, place, submitted_by, date, list, fiscal_covered, status, source, contact: _ } =
            it;
        Self {
            id: id.into(),
            record: record.into(),
            secured_fen: secured.map(Money::fen),
            place,
            submitted_by,
            date,
            list,
            fiscal_covered,
            status: status.into(),
            source,
        }
    }
}

impl From<app::NeedDetails> for NeedView {
    fn from(it: app::NeedDetails) -> Self {
        let app::NeedDetails { need, similar } = it;
        Self { need: need.into(), similar: each(similar) }
    }
}

impl From<app::SimilarNeed> for SimilarNeed {
    fn from(it: app::SimilarNeed) -> Self {
        let app::SimilarNeed { need, title, likeness, is_same } = it;
        Self { need: need.into(), title, likeness, is_same }
    }
}
