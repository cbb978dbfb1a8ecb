//! Parts and evidence as people read them: Chinese sentences, and the past projects by name.

use jiff::civil::Date;
use qianshou_index::analyze::Highlighter;
use serde::Serialize;

use crate::catalog::Catalog;
use crate::domain::{Money, OrganizationId, Project, ProjectId, Span};
use crate::score::{Evidence, Feature, Part, Scorer, Value, Weights};

/// A past project that a part rests on.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EvidenceProject {
    /// Its id.
    pub project: ProjectId,
    /// Its title.
    pub title: String,
    /// Words of the title that the need shares, as ranges of characters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<Span>,
    /// Year in which it started.
    pub year: Option<i16>,
    /// When it ran, as far as was known on the day.
    pub period: Option<String>,
    /// Where.
    pub region: Option<String>,
    /// For how much in all, if that was known on the day.
    pub amount_yuan: Option<f64>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PartView {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Its value; null where it is not known or not asked.
    pub value: Option<f64>,
    /// Log-odds a unit.
    pub weight: f64,
    /// Its share of the score, 100 points a unit of log-odds.
    pub points: i64,
    /// The reason in a sentence.
    pub reason: String,
    /// The past projects it rests on.
    pub evidence: Vec<EvidenceProject>,
}

fn evidence_project(project: &Project, as_of: Date, words: &Highlighter) -> EvidenceProject {
    let known = super::public_project(project, as_of);
    let regions: Vec<&str> = project.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
    let is_running = project.period.is_some_and(|period| period.totals_from() > as_of);
    EvidenceProject {
        project: project.id.clone(),
        title: project.title.clone(),
        highlights: words.ranges(&project.title).into_iter().map(|range| Span::of(&project.title, &range)).collect(),
        year: project.period.map(|period| period.start.earliest().year()),
        period: known
            .period
            .map(|period| if is_running { format!("{}年起", period.years()) } else { format!("{}年", period.years()) }),
        region: (!regions.is_empty()).then(|| regions.join("、")),
        amount_yuan: known.amount.and_then(|amount| amount.point()).map(Money::yuan),
    }
}

/// Four digits are enough to read; the points come from the exact value.
pub(super) fn shown_value(value: Value) -> Option<f64> {
    match value {
        Value::Known(value) => Some((value * 1e4).round() / 1e4 + 0.0),
        Value::Unknown | Value::NotAsked => None,
    }
}

pub(super) fn part_view(
    catalog: &Catalog,
    scorer: &Scorer<'_>,
    weights: &Weights,
    part: &Part,
    organization: usize,
    as_of: Date,
    words: &Highlighter,
) -> PartView {
    let evidence = scorer.evidence(part.feature, organization);
    let reason = reason(catalog, scorer, part, &evidence, organization);
    let projects = match &evidence {
        Evidence::Projects(projects) => projects.as_slice(),
        _ => &[],
    };
    PartView {
        feature: part.feature,
        label: part.feature.label(),
        value: shown_value(part.value),
        weight: weights.of(part.feature).per_unit,
        points: part.points,
        reason,
        evidence: projects.iter().map(|&at| evidence_project(&catalog.projects[at], as_of, words)).collect(),
    }
}

/// A lift beyond this is shown as “many times”.
const MAX_TIMES: f64 = 50.0;

fn reason(catalog: &Catalog, scorer: &Scorer<'_>, part: &Part, evidence: &Evidence, organization: usize) -> String {
    let question = scorer.question();
    match (part.feature, part.value, evidence) {
        (_, Value::NotAsked, _) => match part.feature {
            Feature::TextVotes => "需求没有可供比对的文字",
            Feature::SectorHistory => "需求未说明领域",
            Feature::RegionHistory | Feature::Counterpart => "需求未说明地区",
            Feature::Capacity => "需求未说明金额",
        }
        .to_owned(),
        (Feature::TextVotes, _, Evidence::Projects(projects)) if !projects.is_empty() => {
            let titles = titles(catalog, projects);
            if scorer.has_precedent(organization) {
                format!("做过相似的项目：{titles}")
            } else {
                format!("做过部分相似的项目：{titles}")
            }
        }
        (Feature::TextVotes, ..) => "没有相似的往期项目".to_owned(),
        (Feature::SectorHistory, Value::Known(lift), evidence) => {
            let names: Vec<&str> = question
                .sectors
                .iter()
                .map(|&(n, _)| catalog.reference.taxonomy.name(catalog.reference.taxonomy.code(n)))
                .collect();
            let names = names.join("、");
            match evidence {
                Evidence::Projects(_) => format!("“{names}”领域的往期比重{}", times(lift)),
                _ if lift > 0.0 => format!("声明的领域或业务范围与“{names}”相符，尚无该领域的往期项目"),
                _ => format!("往期项目不在“{names}”领域"),
            }
        }
        (Feature::SectorHistory, ..) => "没有可以判断领域的记录".to_owned(),
        (Feature::RegionHistory, Value::Known(lift), Evidence::Projects(_)) => format!("在需求地区一带的往期比重{}", times(lift)),
        (Feature::RegionHistory, Value::Known(lift), _) if lift > 0.0 => {
            "声明的意向地区包括需求地区，当地尚无往期项目".to_owned()
        }
        (Feature::RegionHistory, Value::Known(_), _) => "往期项目不在需求所在的省份".to_owned(),
        (Feature::RegionHistory, ..) => "往期项目没有记录地区".to_owned(),
        (Feature::Counterpart, _, Evidence::Relation(relation)) => {
            let divisions = catalog.reference.divisions;
            let (donor, recipient) = (divisions.full_name(relation.donor), divisions.full_name(relation.recipient));
            match relation.ended_years {
                None => format!("{donor}对口{recipient}（{}）", relation.programme),
                Some(years) => format!("{donor}曾对口{recipient}（{}，已结束约{years:.0}年）", relation.programme),
            }
        }
        (Feature::Counterpart, Value::Known(_), _) => "登记地与需求地区没有对口关系".to_owned(),
        (Feature::Counterpart, ..) => "登记地未知".to_owned(),
        (Feature::Capacity, _, Evidence::Affordable(yuan)) => {
            let asked = question.amount.map_or_else(String::new, |asked| format!("，需求为{asked}"));
            format!("估计单个需求可出约{}{asked}", rough(*yuan))
        }
        (Feature::Capacity, ..) => "没有金额或预算记录".to_owned(),
    }
}

fn titles(catalog: &Catalog, projects: &[usize]) -> String {
    projects.iter().map(|&at| format!("《{}》", catalog.projects[at].title)).collect()
}

fn times(lift: f64) -> String {
    match lift.exp() {
        times if times > MAX_TIMES => format!("是全体平均的{MAX_TIMES:.0}倍以上"),
        times if times >= 1.05 => format!("是全体平均的{times:.1}倍"),
        times if times > 0.95 => "与全体平均相当".to_owned(),
        _ => "低于全体平均".to_owned(),
    }
}

/// Two leading digits: an estimate should not look exact.
fn rough(yuan: f64) -> String {
    let scale = 10_f64.powf((yuan.max(1.0).log10().floor() - 1.0).max(0.0));
    Money::from_yuan((yuan / scale).round() * scale).map_or_else(|| "0元".to_owned(), |money| money.to_string())
}

/// Name of an organization for messages.
pub(super) fn name<'a>(catalog: &'a Catalog, id: &'a OrganizationId) -> &'a str {
    catalog.organization(id).map_or(id.as_str(), |at| &catalog.organizations[at].name)
}
