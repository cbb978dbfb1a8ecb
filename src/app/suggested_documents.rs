//! Suggestions for many needs as documents take them.

use super::suggest::{BatchLine, BatchSuggestion};
use crate::export::{SuggestedNeed, SuggestedOrganization};

impl From<&BatchSuggestion> for SuggestedOrganization {
    fn from(it: &BatchSuggestion) -> Self {
        Self {
            organization: it.organization.to_string(),
            name: it.name.clone(),
            fit: it.fit,
            score: it.score,
            reasons: it.reasons.clone(),
        }
    }
}

impl From<&BatchLine> for SuggestedNeed {
    fn from(it: &BatchLine) -> Self {
        Self {
            need: it.need.clone(),
            title: it.title.clone(),
            region: it.region.clone(),
            amount: it.amount,
            organizations: it.suggestions.iter().map(SuggestedOrganization::from).collect(),
            error: it.error.clone(),
        }
    }
}
