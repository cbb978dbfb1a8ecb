//! What is fixed about a feature, whatever the need and the organization.

use std::ops::RangeInclusive;

use super::value::Value;

/// What a feature is about. A short list of reasons takes at most one of each theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// What the organization has done that is like the need.
    Likeness,
    /// What the organization says about itself.
    Words,
    /// Fields of work, groups and modes.
    Sector,
    /// Places.
    Place,
    /// Money, and room for more projects.
    Size,
    /// What is known of the organization whatever the need.
    Standing,
}

/// Which way the points of a feature may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// More of it can only speak for an organization: its weight is never negative.
    Merit,
    /// It may speak for or against an organization, depending on the weight.
    Either,
    /// It may speak against an organization by a rule: its weight is not learned.
    Policy,
}

/// What determines a value. The part of an upper bound that several organizations share is computed once for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DependsOn {
    /// The organization's row alone, whatever the need.
    Row,
    /// The number of its home and the need.
    Home,
    /// The number of the purpose that its name states and the need.
    Purpose,
    /// Anything else. For an organization that no list of the need names, a known value is at most 0.
    Need,
}

/// The evidence that is shown under a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EvidenceKind {
    /// Nothing.
    Nothing,
    /// The past project most like the need.
    Precedent,
    /// The projects with the most weighty votes.
    Voters,
    /// The projects with the most weighty votes where sectors are close.
    SectorVoters,
    /// The latest projects in the need's sectors, or in others of the same parents.
    InSectors,
    /// The latest projects in the need's own sectors, or in others below them.
    InOwnSectors,
    /// The latest projects in the smallest division around the need that has any.
    Nearby,
    /// The latest projects for the need's groups.
    ForGroups,
    /// The latest projects by the need's modes.
    ByModes,
    /// The latest dated projects under the organization's own name.
    Dated,
    /// A counterpart relation.
    Relation,
    /// Its home.
    Home,
    /// The yuan that the organization could bring.
    Affordable,
    /// Its partners among the participants of similar projects.
    Partners,
}

/// The fixed facts about one feature. Its formula, unit and source are described at its type.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Name in answers and model files.
    pub(crate) code: &'static str,
    /// Chinese name.
    pub(crate) label: &'static str,
    /// What it is about.
    pub(crate) theme: Theme,
    /// Which way its points may go.
    pub(crate) sign: Sign,
    /// The least and the greatest value, in its unit; infinite where no bound is stated.
    pub(crate) bounds: RangeInclusive<f64>,
    /// What determines its value.
    pub(crate) depends_on: DependsOn,
    /// What is shown under it.
    pub(crate) evidence: EvidenceKind,
    /// The sentence for a need that does not ask for it.
    pub(crate) not_asked: &'static str,
    /// The sentence where nothing is known.
    pub(crate) unknown: &'static str,
}

impl Definition {
    /// True if a value is within the bounds, up to the rounding of single precision.
    pub(crate) fn allows(&self, value: Value) -> bool {
        const TOLERANCE: f64 = 1e-6;
        match value {
            Value::Known(value) => {
                value.is_finite() && value >= self.bounds.start() - TOLERANCE && value <= self.bounds.end() + TOLERANCE
            }
            Value::Unknown | Value::NotAsked => true,
        }
    }
}

/// Bounds of a feature that is never negative.
pub(super) const NOT_NEGATIVE: RangeInclusive<f64> = 0.0..=f64::INFINITY;
/// Bounds of a share, or of yes and no.
pub(super) const SHARE: RangeInclusive<f64> = 0.0..=1.0;
/// Bounds of the logarithm of a ratio.
pub(super) const UNBOUNDED: RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;

/// The sentence for a need without text.
pub(super) const NO_TEXT: &str = "需求没有可供比对的文字";
/// The sentence for a need without sectors.
pub(super) const NO_SECTOR: &str = "需求未说明领域";
/// The sentence for a need without places.
pub(super) const NO_PLACE: &str = "需求未说明地区";
/// Stands in where no sentence is needed, because the feature applies to every need.
pub(super) const NOT_APPLICABLE: &str = "不适用";
/// The sentence where a record says nothing in general.
pub(super) const NO_RECORD: &str = "没有记录";
