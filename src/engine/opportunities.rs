//! Which open needs suit an organization? The same score, read the other way round.

use std::collections::HashSet;

use rayon::prelude::*;
use serde::Serialize;

use super::ask::{self, AskError};
use super::suggest::fit;
use super::view::{PartView, part_view};
use super::{Engine, EngineError};
use crate::catalog::{Catalog, View};
use crate::domain::{ClaimState, Money, Need, NeedId, NeedStatus, OrganizationId};
use crate::score::{Limit, Question, Scorer, Stage};
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
    /// Open needs that a limit keeps from it (excluded sector, no budget, …), or that it has claimed, by reason.
    pub left_out: std::collections::BTreeMap<&'static str, usize>,
}

/// Why an open need is not listed although no limit speaks against it.
const CLAIMED: &str = "已申请或认领";

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
        let view = catalog.as_of(as_of);
        let at = match find(&catalog, &view, organization) {
            Ok(at) => at,
            Err(error) => return Ok(Err(error)),
        };
        let claimed = claimed_by(&catalog, &catalog.organizations[at].id, as_of);
        let stage = Stage { catalog: &catalog, view: &view, weights: &self.weights };
        let scored: Result<Vec<_>, EngineError> = catalog
            .needs
            .par_iter()
            .filter(|need| is_open(need, as_of))
            .map(|need| {
                let scorer = Scorer::new(stage, question(&catalog, need))?;
                let barrier = if claimed.contains(&need.id) { Some(CLAIMED) } else { scorer.limit(at).map(Limit::label) };
                Ok((need, barrier, scorer.score(at)))
            })
            .collect();
        let mut left_out = std::collections::BTreeMap::new();
        let mut open = Vec::new();
        for (need, barrier, score) in scored? {
            match barrier {
                Some(barrier) => *left_out.entry(barrier).or_default() += 1,
                None => open.push((need, score)),
            }
        }
        open.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
        open.truncate(top);
        let opportunity = |(n, (need, score)): (usize, (&Need, i64))| -> Result<Opportunity, EngineError> {
            // Asked again: to keep what the texts of every open need gave would take more than to search for the first few.
            let parts = |question| -> Result<Vec<PartView>, EngineError> {
                let scorer = Scorer::new(stage, question)?;
                let words = catalog.text.highlighter(&scorer.question().topic);
                let parts = scorer.parts(at);
                Ok(parts.iter().map(|part| part_view(&catalog, &scorer, part, at, as_of, &words)).collect())
            };
            let question = question(&catalog, need);
            Ok(Opportunity {
                rank: n + 1,
                need: need.id.clone(),
                title: title(need),
                region: region(need),
                amount_yuan: question.amount.map(Money::yuan),
                score,
                fit: fit(score),
                parts: if explain { Some(parts(question)?) } else { None },
            })
        };
        let opportunities: Result<Vec<_>, EngineError> = open.into_iter().enumerate().map(opportunity).collect();
        let record = &catalog.organizations[at];
        Ok(Ok(Opportunities {
            as_of,
            snapshot: catalog.through.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organization: record.id.clone(),
            name: record.name.clone(),
            opportunities: opportunities?,
            left_out,
        }))
    }
}

fn question(catalog: &Catalog, need: &Need) -> Question {
    Question::new(catalog, &need.record, topic(&catalog.reference, &need.record.normalized))
}

/// The needs that an organization has applied for or claimed by a day.
fn claimed_by<'a>(catalog: &'a Catalog, organization: &OrganizationId, as_of: jiff::civil::Date) -> HashSet<&'a NeedId> {
    let is_standing = |state| !matches!(state, ClaimState::Declined | ClaimState::Cancelled);
    let claims = catalog.claims.iter().filter(|claim| claim.organization == *organization && is_standing(claim.state));
    claims.filter(|claim| claim.at.is_none_or(|at| at <= as_of)).map(|claim| &claim.need).collect()
}

/// The organization with this id, or the only one with this name, or else with this alias, of which something is known on the
/// day.
pub(super) fn find(catalog: &Catalog, view: &View, text: &str) -> Result<usize, AskError> {
    let text = text.trim();
    let all = || catalog.organizations.iter().enumerate();
    let mut found: Vec<usize> = catalog.organization(&OrganizationId::new(text)).into_iter().collect();
    if found.is_empty() {
        found = all().filter(|(_, it)| it.name == text).map(|(at, _)| at).collect();
    }
    if found.is_empty() {
        found = all().filter(|(_, it)| it.aliases.iter().any(|alias| alias == text)).map(|(at, _)| at).collect();
    }
    let message = match found[..] {
        [at] if view.is_known(at) => return Ok(at),
        [_] => format!("“{text}”在{}还没有任何记录", view.as_of),
        [] => format!("没有“{text}”这个组织；请用名录中的编号、全称或唯一的简称"),
        _ => {
            let ids: Vec<&str> = found.iter().take(10).map(|&at| catalog.organizations[at].id.as_str()).collect();
            format!("叫“{text}”的组织有 {} 个，请用编号：{}", found.len(), ids.join("、"))
        }
    };
    Err(AskError::missing("organization", message))
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
