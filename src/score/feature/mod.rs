//! The features, one file each: formula, unit, source. Each is a pure function of view, question and organization.

mod capacity;
mod counterpart;
mod region_history;
mod sector_history;
mod text_votes;

use serde::Serialize;

use super::{Question, Votes};
use crate::catalog::{Catalog, View};

pub(super) use capacity::affordable;
pub(super) use counterpart::relation;

/// What a feature says of one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A finite number.
    Known(f64),
    /// The organization's record says nothing: missing, not zero.
    Unknown,
    /// The need says nothing that it could be compared with.
    NotAsked,
}

/// The features in the order of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Votes of similar past projects.
    TextVotes,
    /// How much of its work lies in the need's sectors.
    SectorHistory,
    /// How much of its work lies in the need's places.
    RegionHistory,
    /// Whether its home helps the place by an official relation.
    Counterpart,
    /// Whether it can carry a sum of this size.
    Capacity,
}

impl Feature {
    /// All features.
    pub const ALL: [Self; 5] = [Self::TextVotes, Self::SectorHistory, Self::RegionHistory, Self::Counterpart, Self::Capacity];

    /// Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TextVotes => "相似项目",
            Self::SectorHistory => "领域经历",
            Self::RegionHistory => "地区经历",
            Self::Counterpart => "对口关系",
            Self::Capacity => "资金能力",
        }
    }

    /// Name in answers and model files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TextVotes => "text_votes",
            Self::SectorHistory => "sector_history",
            Self::RegionHistory => "region_history",
            Self::Counterpart => "counterpart",
            Self::Capacity => "capacity",
        }
    }

    /// What it says of an organization; always a finite number where it is known.
    #[must_use]
    pub fn value(self, catalog: &Catalog, view: &View, question: &Question, votes: &Votes, organization: usize) -> Value {
        match self {
            Self::TextVotes => text_votes::value(question, votes, organization),
            Self::SectorHistory => sector_history::value(catalog, view, question, organization),
            Self::RegionHistory => region_history::value(catalog, view, question, organization),
            Self::Counterpart => counterpart::value(catalog, view, question, organization),
            Self::Capacity => capacity::value(catalog, view, question, organization),
        }
    }
}
