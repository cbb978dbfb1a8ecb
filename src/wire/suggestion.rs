//! The answer to a question: ranked organizations, and why.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

use super::convert::{each, shown_enum};
use super::{NeedPart, Record, Span};
use crate::{app, explain, score};

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Answer {
    /// The answer uses only what was known on this day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Name of the snapshot: the number of the last ledger change in it.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// The need as understood.
    pub understood: Record,
    /// The needs of the text, if it states several; the answer is for all of them together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub several: Vec<NeedPart>,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// Organizations left out, by reason.
    pub left_out: BTreeMap<&'static str, LeftOut>,
    /// What a high fit means, in Chinese; null if the weights in use do not say.
    pub fit_note: Option<String>,
}

/// An organization that would likely take the need on.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// Rank, from 1.
    pub rank: usize,
    /// Its id.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100, in the same order.
    pub fit: u8,
    /// Which side it stands on; null if its home is unknown or elsewhere.
    pub side: Option<Side>,
    /// How much the record says about this need.
    pub evidence: EvidenceStrength,
    /// The score, part by part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<PartView>>,
    /// What to check before asking it.
    pub warnings: Vec<String>,
}

shown_enum! {
    /// Which side an organization stands on.
    Side from explain::Side {
        /// 援助方: at home where a counterpart relation to the need's places runs.
        Helping,
        /// 当地: at home in the province of one of the need's places.
        Local,
        /// 全国: of the whole country.
        National,
    }
}

shown_enum! {
    /// How much the record says about an organization and this need.
    EvidenceStrength from explain::EvidenceStrength {
        /// Past projects speak for or against it.
        Solid,
        /// Next to nothing is known: the rank is a guess from general facts.
        Thin,
    }
}

/// Organizations left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeftOut {
    /// The reason.
    pub label: &'static str,
    /// Number of organizations.
    pub count: usize,
    /// The organizations, at most 20; only with `explain`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<LeftOutOrganization>,
}

/// An organization that limits exclude.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeftOutOrganization {
    /// Its id.
    pub organization: String,
    /// Its name.
    pub name: String,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PartView {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Its value; null if it is not known or not asked.
    pub value: Option<f64>,
    /// Log-odds per unit.
    pub weight: f64,
    /// Its share of the score, 100 points per unit of log-odds.
    pub points: i64,
    /// The reason in a sentence.
    pub reason: String,
    /// The past projects it rests on.
    pub evidence: Vec<EvidenceProject>,
}

/// A past project that a part rests on.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EvidenceProject {
    /// Its id.
    pub project: String,
    /// Its title.
    pub title: String,
    /// Words of the title that the need shares, as ranges of characters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<Span>,
    /// Year in which it started.
    pub year: Option<i16>,
    /// When it ran, as far as was known on the day.
    pub period: Option<String>,
    /// Names of its places.
    pub region: Option<String>,
    /// Its total sum, if it was known on the day.
    pub amount_yuan: Option<f64>,
}

/// The name of a feature. The description lists all of them, so that a new feature is named nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Feature(&'static str);

impl utoipa::PartialSchema for Feature {
    fn schema() -> RefOr<Schema> {
        let names = score::Feature::ALL.map(score::Feature::name);
        let labels = score::Feature::ALL.map(|it| (it.name().to_owned(), it.label().into()));
        // Viewers of descriptions know this name for the meanings of values.
        let meanings = ExtensionsBuilder::new().add("x-enumDescriptions", serde_json::Map::from_iter(labels)).build();
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).extensions(Some(meanings));
        schema.description(Some("The features in the order of the parts.")).into()
    }
}

impl utoipa::ToSchema for Feature {}

impl From<app::Answer> for Answer {
    fn from(it: app::Answer) -> Self {
        let app::Answer { as_of, snapshot, lexicon, understood, several, suggestions, left_out, fit_note } = it;
        let left_out = left_out.into_iter().map(|(name, it)| (name, it.into())).collect();
        let (understood, several, suggestions) = (understood.into(), each(several), each(suggestions));
        Self { as_of, snapshot, lexicon, understood, several, suggestions, left_out, fit_note }
    }
}

impl From<app::Suggestion> for Suggestion {
    fn from(it: app::Suggestion) -> Self {
        let app::Suggestion { rank, organization, name, score, fit, side, evidence, parts, warnings } = it;
        let (organization, evidence, parts) = (organization.into(), evidence.into(), parts.map(each));
        Self { rank, organization, name, score, fit, side: side.map(Side::from), evidence, parts, warnings }
    }
}

impl From<app::LeftOut> for LeftOut {
    fn from(it: app::LeftOut) -> Self {
        let app::LeftOut { label, count, organizations } = it;
        Self { label, count, organizations: each(organizations) }
    }
}

impl From<app::LeftOutOrganization> for LeftOutOrganization {
    fn from(it: app::LeftOutOrganization) -> Self {
        let app::LeftOutOrganization { organization, name } = it;
        Self { organization: organization.into(), name }
    }
}

impl From<explain::PartView> for PartView {
    fn from(it: explain::PartView) -> Self {
        let explain::PartView { feature, label, value, weight, points, reason, evidence, more: _ } = it;
        Self { feature: feature.into(), label, value, weight, points, reason, evidence: each(evidence) }
    }
}

impl From<explain::EvidenceProject> for EvidenceProject {
    fn from(it: explain::EvidenceProject) -> Self {
        let explain::EvidenceProject { project, title, highlights, year, period, region, amount_yuan } = it;
        Self { project: project.into(), title, highlights: each(highlights), year, period, region, amount_yuan }
    }
}

impl From<score::Feature> for Feature {
    fn from(it: score::Feature) -> Self {
        Self(it.name())
    }
}
