//! The features of the ranking. Each family has a file of its own, with the formula, unit, source, sign, bounds, theme and
//! sentence of each of its features. [`list`] names them all; [`formula`] says what a family provides.

mod declines;
mod definition;
mod formula;
mod list;
mod named;
mod partners;
mod place;
mod purpose;
mod region;
mod scope;
mod sector;
mod size;
mod standing;
mod tags;
#[cfg(test)]
mod tests;
mod value;
mod votes;
mod wording;

pub use definition::Theme;
pub(super) use definition::{DependsOn, EvidenceKind};
pub(crate) use formula::Gather;
pub(super) use formula::{Inputs, One};
pub(super) use list::Asked;
pub use list::{Feature, feature_label};

pub(crate) use named::{GeneralFacts, NameFacts};
pub(crate) use partners::PartnerFacts;
pub(super) use partners::links;
pub(crate) use place::{HomeFacts, RelationFacts};
pub(super) use place::{home_votes, most_home_votes, relation};
pub(crate) use region::RegionFacts;
pub(crate) use scope::WordFacts;
pub(crate) use sector::SectorFacts;
pub(crate) use size::SizeFacts;
pub(crate) use standing::StandingFacts;
pub(crate) use tags::TagFacts;
pub use value::Value;
pub(crate) use votes::VoteFacts;
