//! How strong the evidence is.

/// How much the record says about an organization and this need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceStrength {
    /// Past projects speak for or against it.
    Solid,
    /// Next to nothing is known: the rank is a guess from general facts.
    Thin,
}
