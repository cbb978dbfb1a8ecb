//! Which open needs suit an organization? The same score, read the other way round.

use rayon::prelude::*;
use serde::Serialize;

use super::ask::{self, AskError};
use super::suggest::fit;
use super::view::{PartView, part_view};
use super::{Engine, EngineError};
use crate::domain::{Money, Need, NeedId, NeedStatus, OrganizationId};
use crate::score::{Question, Scorer, Stage};
use crate::understand::topic;

/// An open need and how well it suits the organization.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Opportunity {
    /// Place, from 1.
    pub rank: usize,
    /// Id of the need.
    pub need: NeedId,
    /// Its title, or the start of its text.
    pub title: String,
    /// Where.
    pub region: Option<String>,
    /// What is asked for, in yuan.
    pub amount_yuan: Option<f64>,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The score, part by part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<PartView>>,
}

/// The open needs for one organization.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Opportunities {
    /// What was known on this day.
    #[schema(value_type = String, format = Date)]
    pub as_of: jiff::civil::Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// Id of the organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Best first.
    pub opportunities: Vec<Opportunity>,
    /// Open needs that a limit keeps from it (excluded sector, no budget, …), by reason.
    pub left_out: std::collections::BTreeMap<&'static str, usize>,
}

/// Characters of a text that stand for a missing title.
const TITLE_CHARS: usize = 24;

impl Engine {
    /// Ranks the open needs for the organization with this id, name or alias.
    ///
    /// # Errors
    /// The outer error is the engine's, the inner one the asker's.
    pub fn opportunities(
        &self,
        organization: &str,
        as_of: Option<&str>,
        top: Option<usize>,
        explain: bool,
    ) -> Result<Result<Opportunities, AskError>, EngineError> {
        let catalog = self.catalog();
        let today = self.today();
        let (as_of, top) = match ask::as_of(as_of, today).and_then(|day| Ok((day, ask::top(top)?))) {
            Ok(meant) => meant,
            Err(error) => return Ok(Err(error)),
        };
        let Some(at) = find(&catalog, organization) else {
            let message = format!("没有“{organization}”这个组织；请用名录中的编号、全称或唯一的简称");
            return Ok(Err(AskError::missing("organization", message)));
        };
        let view = catalog.as_of(as_of);
        let stage = Stage { catalog: &catalog, view: &view, weights: &self.weights };
        let scored: Result<Vec<_>, EngineError> = catalog
            .needs
            .par_iter()
            .filter(|need| is_open(need, as_of))
            .map(|need| {
                let question = Question::new(&catalog, &need.record, topic(&catalog.reference, &need.record.normalized));
                let scorer = Scorer::new(stage, question)?;
                Ok((need, scorer.limit(at), scorer.score(at), scorer))
            })
            .collect();
        let mut left_out = std::collections::BTreeMap::new();
        let mut open = Vec::new();
        for (need, limit, score, scorer) in scored? {
            match limit {
                Some(limit) => *left_out.entry(limit.label()).or_default() += 1,
                None => open.push((need, score, scorer)),
            }
        }
        open.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
        open.truncate(top);
        let opportunities = open.into_iter().enumerate().map(|(n, (need, score, scorer))| Opportunity {
            rank: n + 1,
            need: need.id.clone(),
            title: title(need),
            region: region(need),
            amount_yuan: scorer.question().amount.map(Money::yuan),
            score,
            fit: fit(score),
            parts: explain.then(|| {
                let words = catalog.text.highlighter(&scorer.question().topic);
                let parts = scorer.parts(at);
                parts.iter().map(|part| part_view(&catalog, &scorer, part, at, as_of, &words)).collect()
            }),
        });
        let record = &catalog.organizations[at];
        Ok(Ok(Opportunities {
            as_of,
            snapshot: catalog.through.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organization: record.id.clone(),
            name: record.name.clone(),
            opportunities: opportunities.collect(),
            left_out,
        }))
    }
}

/// The organization with this id or name, or the only one with this alias.
pub(super) fn find(catalog: &crate::catalog::Catalog, text: &str) -> Option<usize> {
    let text = text.trim();
    if let Some(at) = catalog.organization(&OrganizationId::new(text)) {
        return Some(at);
    }
    let all = || catalog.organizations.iter().enumerate();
    if let Some((at, _)) = all().find(|(_, it)| it.name == text) {
        return Some(at);
    }
    let mut by_alias = all().filter(|(_, it)| it.aliases.iter().any(|alias| alias == text));
    let first = by_alias.next()?;
    by_alias.next().is_none().then_some(first.0)
}

/// True for a need that looks for partners on the day and that public budgets do not cover.
pub(super) fn is_open(need: &Need, as_of: jiff::civil::Date) -> bool {
    need.status == NeedStatus::Open && need.date.is_none_or(|date| date <= as_of) && need.fiscal_covered != Some(true)
}

pub(super) fn title(need: &Need) -> String {
    need.record.title.clone().unwrap_or_else(|| need.record.normalized.chars().take(TITLE_CHARS).collect())
}

pub(super) fn region(need: &Need) -> Option<String> {
    let names: Vec<&str> = need.record.certain_regions().map(|region| region.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join("、"))
}
