//! Which open needs suit an organization? The same score, read the other way round.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::rankings::{Key, Ranking};
use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{Money, Need, NeedId, OrganizationId, Principal};
use crate::error::AppError;
use crate::explain::{PartView, part_view};
use crate::jobs::{Cancellation, Cancelled};
use crate::request::{self, find_organization};
use crate::score::{Limit, OneOrganization, Question, Scorer, ScoringContext};
use crate::understand::topic;

/// A question about the open needs for one organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpportunityAsk {
    /// The organization: id, name or alias.
    pub organization: String,
    /// Answers from what was known on this day; today by default.
    pub as_of: Option<String>,
    /// How many needs, 1 to 1000; 10 by default.
    pub top: Option<usize>,
    /// Whether the answer gives parts and evidence.
    pub explain: bool,
}

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
    pub as_of: Date,
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
    pub left_out: BTreeMap<&'static str, usize>,
}

/// The reason for leaving out an open need that no limit excludes.
const CLAIMED: &str = "已申请或认领";
/// Longest list that is made and explained as short work.
const FEW: usize = 50;

impl App {
    /// Ranks the open needs for an organization.
    ///
    /// # Errors
    /// An invalid organization, day or number; a text index that cannot be read; or it was cancelled.
    pub fn opportunities(
        &self,
        _who: Principal,
        ask: &OpportunityAsk,
        cancellation: &Cancellation,
    ) -> Result<Opportunities, AppError> {
        let catalog = self.catalog();
        let key = self.resolve(&catalog, ask)?;
        let ranking = self.rank_needs(&catalog, key, cancellation)?;
        let explained = self.explained(&catalog, key, &ranking, ask.explain, cancellation)?;
        self.sound()?;
        Ok(explained)
    }

    /// The same for `client`. An order is computed once a snapshot, day, organization and length; whoever asks meanwhile waits for it.
    ///
    /// # Errors
    /// As [`App::opportunities`] and [`App::compute_long`].
    pub async fn opportunities_for(
        self: &Arc<Self>,
        client: IpAddr,
        _who: Principal,
        ask: OpportunityAsk,
    ) -> Result<Opportunities, AppError> {
        let catalog = self.catalog();
        let (snapshot, explain) = (Arc::clone(&catalog), ask.explain);
        let key = self.compute(client, move |app, _| app.resolve(&snapshot, &ask)).await?;
        let snapshot = Arc::clone(&catalog);
        let rank = || self.compute_long(client, move |app, cancellation| app.rank_needs(&snapshot, key, cancellation));
        let ranking = tokio::time::timeout(self.pool.time(), self.rankings.get(key, rank)).await;
        let ranking = ranking.map_err(|_| Cancelled::TimedOut)??;
        let explained =
            move |app: &Self, cancellation: &Cancellation| app.explained(&catalog, key, &ranking, explain, cancellation);
        if explain && key.top > FEW {
            return self.compute_long(client, explained).await;
        }
        self.compute(client, explained).await
    }

    fn resolve(&self, catalog: &Catalog, ask: &OpportunityAsk) -> Result<Key, AppError> {
        let (as_of, top) = (request::as_of(ask.as_of.as_deref(), self.today())?, request::top(ask.top)?);
        let organization = find_organization(catalog, &catalog.as_of(as_of), &ask.organization)?;
        Ok(Key { snapshot: catalog.version, as_of, organization, top })
    }

    fn rank_needs(&self, catalog: &Catalog, key: Key, cancellation: &Cancellation) -> Result<Ranking, AppError> {
        let Key { as_of, organization: at, top, .. } = key;
        cancellation.check()?;
        let view = catalog.as_of(as_of);
        let open = self.open_needs.get(catalog, &view)?;
        cancellation.check()?;
        let claimed = claimed_by(catalog, &OrganizationId::new(catalog.organization_facts(at).id()), as_of);
        let context = ScoringContext { catalog, view: &view, weights: &self.model.weights };
        let organization = OneOrganization::new(context, &open.needs, at)?;
        let barrier = |(need, &position): (usize, &usize)| {
            let is_claimed = claimed.contains(&NeedId::new(catalog.need_facts(position).id()));
            if is_claimed { Some(CLAIMED) } else { organization.limit(need).map(Limit::label) }
        };
        let barriers: Vec<Option<&'static str>> = open.positions.par_iter().enumerate().map(barrier).collect();
        let best = organization.best(top, |need| barriers[need].is_none(), || Ok::<_, AppError>(cancellation.check()?))?;
        let mut ranking = Ranking::default();
        ranking.needs.extend(best.into_iter().map(|it| (open.positions[it.need], it.score)));
        for barrier in barriers.into_iter().flatten() {
            *ranking.left_out.entry(barrier).or_default() += 1;
        }
        Ok(ranking)
    }

    fn explained(
        &self,
        catalog: &Catalog,
        key: Key,
        ranking: &Ranking,
        explain: bool,
        cancellation: &Cancellation,
    ) -> Result<Opportunities, AppError> {
        let Key { as_of, organization: at, .. } = key;
        let view = catalog.as_of(as_of);
        let context = ScoringContext { catalog, view: &view, weights: &self.model.weights };
        // The texts of the first few needs are searched again: keeping the results for every open need would cost more.
        let parts = |question| -> Result<Vec<PartView>, AppError> {
            let scorer = Scorer::new(context, question)?;
            let words = catalog.text.highlighter(&scorer.question().topic);
            let parts = scorer.parts(at);
            Ok(parts.iter().map(|part| part_view(catalog, &scorer, part, at, as_of, &words)).collect())
        };
        let opportunity = |(n, &(need, score)): (usize, &(usize, i64))| -> Result<Opportunity, AppError> {
            cancellation.check()?;
            let need = catalog.need_record(need);
            let question = question(catalog, &need);
            Ok(Opportunity {
                rank: n + 1,
                need: need.id.clone(),
                title: need.title_or_start(),
                region: need.place_names(),
                amount_yuan: question.amount.map(Money::yuan),
                score,
                fit: self.model.weights.fit().fit(score),
                parts: if explain { Some(parts(question)?) } else { None },
            })
        };
        let opportunities: Result<Vec<_>, AppError> = ranking.needs.par_iter().enumerate().map(opportunity).collect();
        let record = catalog.organization_facts(at);
        Ok(Opportunities {
            as_of,
            snapshot: catalog.version.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organization: OrganizationId::new(record.id()),
            name: record.name().to_owned(),
            opportunities: opportunities?,
            left_out: ranking.left_out.clone(),
        })
    }
}

fn question(catalog: &Catalog, need: &Need) -> Question {
    Question::of_need(catalog, need, topic(&catalog.reference, &need.record.normalized))
}

/// The needs that an organization has applied for or claimed by a day.
fn claimed_by<'a>(catalog: &'a Catalog, organization: &OrganizationId, as_of: Date) -> HashSet<&'a NeedId> {
    let claims = catalog.claims.iter();
    let claims = claims.filter(|claim| claim.organization == *organization && claim.state.effect().takes_money());
    claims.filter(|claim| claim.at.is_none_or(|at| at <= as_of)).map(|claim| &claim.need).collect()
}
