//! Which open needs suit an organization? The same score, read the other way round.

use std::collections::HashSet;

use rayon::prelude::*;

use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{Money, Need, NeedId, OrganizationId, Principal};
use crate::error::AppError;
use crate::explain::{PartView, fit, part_view};
use crate::request::{self, find_organization};
use crate::score::{Limit, Question, Scorer, ScoringContext};
use crate::understand::topic;

/// An open need and how well it suits the organization.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunity {
    /// Rank, from 1.
    pub rank: usize,
    /// Id of the need.
    pub need: NeedId,
    /// Its title, or the start of its text.
    pub title: String,
    /// Names of its places.
    pub region: Option<String>,
    /// What is asked for, in yuan.
    pub amount_yuan: Option<f64>,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The score, part by part.
    pub parts: Option<Vec<PartView>>,
}

/// The open needs for one organization.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunities {
    /// The answer uses only what was known on this day.
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
    /// Number of open needs that are left out because of a limit (excluded sector, no budget, …) or because it has claimed
    /// them, by reason.
    pub left_out: std::collections::BTreeMap<&'static str, usize>,
}

/// The reason for leaving out an open need that no limit excludes.
const CLAIMED: &str = "已申请或认领";

impl App {
    /// Ranks the open needs for the organization with this id, name or alias.
    ///
    /// # Errors
    /// An invalid organization, day or number; or a text index that cannot be read.
    pub fn opportunities(
        &self,
        _who: Principal,
        organization: &str,
        as_of: Option<&str>,
        top: Option<usize>,
        explain: bool,
    ) -> Result<Opportunities, AppError> {
        let catalog = self.catalog();
        let today = self.today();
        let (as_of, top) = request::as_of(as_of, today).and_then(|day| Ok((day, request::top(top)?)))?;
        let view = catalog.as_of(as_of);
        let at = find_organization(&catalog, &view, organization)?;
        let claimed = claimed_by(&catalog, &catalog.organizations[at].id, as_of);
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &self.model.weights };
        let scored: Result<Vec<_>, AppError> = catalog
            .needs
            .par_iter()
            .filter(|need| need.is_open_on(as_of))
            .map(|need| {
                let scorer = Scorer::new(context, question(&catalog, need))?;
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
        let opportunity = |(n, (need, score)): (usize, (&Need, i64))| -> Result<Opportunity, AppError> {
            // The texts of the first few needs are searched again: keeping the results for every open need would cost more.
            let parts = |question| -> Result<Vec<PartView>, AppError> {
                let scorer = Scorer::new(context, question)?;
                let words = catalog.text.highlighter(&scorer.question().topic);
                let parts = scorer.parts(at);
                Ok(parts.iter().map(|part| part_view(&catalog, &scorer, part, at, as_of, &words)).collect())
            };
            let question = question(&catalog, need);
            Ok(Opportunity {
                rank: n + 1,
                need: need.id.clone(),
                title: need.title_or_start(),
                region: need.place_names(),
                amount_yuan: question.amount.map(Money::yuan),
                score,
                fit: fit(score),
                parts: if explain { Some(parts(question)?) } else { None },
            })
        };
        let opportunities: Result<Vec<_>, AppError> = open.into_iter().enumerate().map(opportunity).collect();
        let record = &catalog.organizations[at];
        Ok(Opportunities {
            as_of,
            snapshot: catalog.version.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organization: record.id.clone(),
            name: record.name.clone(),
            opportunities: opportunities?,
            left_out,
        })
    }
}

fn question(catalog: &Catalog, need: &Need) -> Question {
    Question::new(catalog, &need.record, topic(&catalog.reference, &need.record.normalized))
}

/// The needs that an organization has applied for or claimed by a day.
fn claimed_by<'a>(catalog: &'a Catalog, organization: &OrganizationId, as_of: jiff::civil::Date) -> HashSet<&'a NeedId> {
    let claims = catalog.claims.iter();
    let claims = claims.filter(|claim| claim.organization == *organization && claim.state.effect().takes_money());
    claims.filter(|claim| claim.at.is_none_or(|at| at <= as_of)).map(|claim| &claim.need).collect()
}
