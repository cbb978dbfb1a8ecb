//! Why an organization is not among the first.

use jiff::civil::Date;
use serde::Serialize;

use super::convert::{each, shown_enum};
use super::{Feature, PartView};
use crate::app;

/// Why an organization has the rank it has.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WhyNot {
    /// The answer uses only what was known on this day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// Its id.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// How many organizations count as the first; fewer than asked for if there are no more.
    pub top: usize,
    /// Its rank among all; none if a limit excludes it.
    pub rank: Option<usize>,
    /// Its score.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The limits that exclude it.
    pub limits: Vec<&'static str>,
    /// The answer in a sentence.
    pub summary: String,
    /// Its parts.
    pub parts: Vec<PartView>,
    /// The last organization among the first, if it is another one.
    pub last: Option<String>,
    /// The parts in which that organization is ahead or behind, largest difference first.
    pub differences: Vec<Difference>,
    /// For each kind, the smallest single change that brings it among the first; empty if it is there already.
    pub changes: Vec<Change>,
}

/// A part compared with that of the last organization among the first.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Difference {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Points of the organization.
    pub points: i64,
    /// Points of the last organization among the first.
    pub theirs: i64,
}

/// A single change that brings the organization among the first, verified by ranking again.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Change {
    /// What is changed.
    pub of: ChangeOf,
    /// The change in a sentence.
    pub text: String,
    /// The rank it then has.
    pub rank: usize,
    /// The score it then has.
    pub score: i64,
}

shown_enum! {
    /// What is changed.
    ChangeOf from app::ChangeOf {
        /// The sum that the need asks for.
        Amount,
        /// The need's place.
        Region,
        /// The need's sector.
        Sector,
        /// The need's mode.
        Mode,
        /// A limit of the organization: budget, calendar, exclusion.
        Limit,
        /// The organization's record.
        Record,
    }
}

impl From<app::WhyNot> for WhyNot {
    fn from(it: app::WhyNot) -> Self {
        let app::WhyNot {
            as_of,
            snapshot,
            lexicon,
            organization,
            name,
            top,
            rank,
            score,
            fit,
            limits,
            summary,
            parts,
            last,
            differences,
            changes,
        } = it;
        Self {
            as_of,
            snapshot,
            lexicon,
            organization: organization.into(),
            name,
            top,
            rank,
            score,
            fit,
            limits,
            summary,
            parts: each(parts),
            last,
            differences: each(differences),
            changes: each(changes),
        }
    }
}

impl From<app::Difference> for Difference {
    fn from(it: app::Difference) -> Self {
        let app::Difference { feature, label, points, theirs } = it;
        Self { feature: feature.into(), label, points, theirs }
    }
}

impl From<app::Change> for Change {
    fn from(it: app::Change) -> Self {
        let app::Change { of, text, rank, score } = it;
        Self { of: of.into(), text, rank, score }
    }
}
