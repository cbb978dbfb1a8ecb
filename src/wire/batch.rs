//! The answer to a list of needs, one line a need.

use serde::Serialize;

use super::Feature;
use super::convert::each;
use crate::app;

/// One line of a bulk answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BatchLine {
    /// Id of the need, or its row if it has no readable id.
    pub need: String,
    /// Its title, or the start of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Best first; empty with an error.
    pub suggestions: Vec<BatchSuggestion>,
    /// Why the need could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One suggestion of a bulk answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BatchSuggestion {
    /// Id of the organization.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The score, part by part, without evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<BatchPart>>,
}

/// One part in a bulk answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BatchPart {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Its value; null if it is not known or not asked.
    pub value: Option<f64>,
    /// Log-odds per unit.
    pub weight: f64,
    /// Its share of the score.
    pub points: i64,
}

impl From<app::BatchLine> for BatchLine {
    fn from(it: app::BatchLine) -> Self {
        let app::BatchLine { need, title, region: _, amount: _, suggestions, error } = it;
        Self { need, title, suggestions: each(suggestions), error }
    }
}

impl From<app::BatchSuggestion> for BatchSuggestion {
    fn from(it: app::BatchSuggestion) -> Self {
        let app::BatchSuggestion { organization, name, score, fit, parts, reasons: _ } = it;
        Self { organization: organization.into(), name, score, fit, parts: parts.map(each) }
    }
}

impl From<app::BatchPart> for BatchPart {
    fn from(it: app::BatchPart) -> Self {
        let app::BatchPart { feature, label, value, weight, points } = it;
        Self { feature: feature.into(), label, value, weight, points }
    }
}
