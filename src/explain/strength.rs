//! How much the record says.

use serde::Serialize;

/// How much the record says about an organization and this need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceStrength {
    /// Past projects speak for or against it.
    Solid,
    /// Next to nothing is known: the rank is a guess from general facts.
    Thin,
}
