//! Parts and evidence as people read them: Chinese sentences, and the past projects by name.

use jiff::civil::Date;
use qianshou_index::analyze::Highlighter;

use super::facts::Source;
use crate::catalog::Catalog;
use crate::domain::{Money, Project, ProjectId, Span};
use crate::score::{Evidence, Feature, Part, Scorer, Value};

/// Most projects shown under one part.
const SHOWN: usize = 3;

/// A past project that a part rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceProject {
    /// Its id.
    pub project: ProjectId,
    /// Its title.
    pub title: String,
    /// Words of the title that also occur in the need, as ranges of characters.
    pub highlights: Vec<Span>,
    /// Year in which it started.
    pub year: Option<i16>,
    /// When it ran, as far as this was known on the day.
    pub period: Option<String>,
    /// Where.
    pub region: Option<String>,
    /// Total amount, if it was known on the day.
    pub amount_yuan: Option<f64>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct PartView {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Its value; null where it is not known or not asked.
    pub value: Option<f64>,
    /// Log-odds of one unit of the value.
    pub weight: f64,
    /// Its share of the score, 100 points a unit of log-odds.
    pub points: i64,
    /// The reason in a sentence.
    pub reason: String,
    /// The past projects that it rests on.
    pub evidence: Vec<EvidenceProject>,
    /// How many more it rests on.
    pub more: usize,
}

fn evidence_project(project: &Project, as_of: Date, words: &Highlighter) -> EvidenceProject {
    let known = project.as_known_on(as_of);
    let regions: Vec<&str> = project.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
    let is_running = project.period.is_some_and(|period| period.totals_from() > as_of);
    EvidenceProject {
        project: project.id.clone(),
        title: project.title.clone(),
        highlights: words.ranges(&project.title).into_iter().map(|range| Span::from_bytes(&project.title, &range)).collect(),
        year: project.period.map(|period| period.start.earliest().year()),
        period: known
            .period
            .map(|period| if is_running { format!("{}年起", period.years()) } else { format!("{}年", period.years()) }),
        region: (!regions.is_empty()).then(|| regions.join("、")),
        amount_yuan: known.amount.and_then(|amount| amount.point()).map(Money::yuan),
    }
}

/// Rounds to four digits for readers; the points come from the exact value.
pub(crate) fn shown_value(value: Value) -> Option<f64> {
    match value {
        Value::Known(value) => Some((value * 1e4).round() / 1e4 + 0.0),
        Value::Unknown | Value::NotAsked => None,
    }
}

pub(crate) fn part_view(
    catalog: &Catalog,
    scorer: &Scorer<'_>,
    part: &Part,
    organization: usize,
    as_of: Date,
    words: &Highlighter,
) -> PartView {
    let evidence = scorer.evidence(part.feature, organization);
    let reason = part.feature.sentence(part.value, &Source { catalog, scorer, evidence: &evidence, organization, words });
    let projects: &[usize] = match &evidence {
        Evidence::Projects(projects) => projects,
        _ => &[],
    };
    let shown = match part.feature {
        // One dated project shows how recent its work is.
        Feature::Recency => projects.len().min(1),
        _ => projects.len().min(SHOWN),
    };
    PartView {
        feature: part.feature,
        label: part.feature.label(),
        value: shown_value(part.value),
        weight: scorer.weights().weight(part.feature).per_unit,
        points: part.points,
        reason,
        evidence: projects[..shown].iter().map(|&at| evidence_project(&catalog.project_record(at), as_of, words)).collect(),
        more: if part.feature == Feature::Recency { 0 } else { projects.len() - shown },
    }
}
