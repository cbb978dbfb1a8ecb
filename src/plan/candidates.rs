//! The organizations that a plan considers: first the best of each need, then those that could improve the plan by the prices
//! of the solved flow, until there are none (column generation).

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::encode::{Encoded, Encoder};
use super::objective::{CERTAIN, NEWCOMER, weight};
use super::{Fairness, Plan, PlanControl, PlanProgress, PlanStage, PlannedNeed};
use crate::domain::NeedId;
use crate::error::AppError;
use crate::score::{Ranked, Scorer, ScoringContext};
use crate::solver::flow::Optimum;

/// Number of needs ranked together.
const BATCH: usize = 64;
/// Number of organizations that each need begins with.
const FIRST: usize = 100;
/// Maximum number of organizations added to a need in the first round; it quadruples in each further round.
const MORE: usize = 200;
/// Maximum number of pairs: what fits into some hundred megabytes.
const MAX_PAIRS: usize = 4_000_000;

/// The result of extending the candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    /// No other organization could improve the plan.
    Complete,
    /// Some were added.
    Grown,
    /// Others could, but the maximum number of pairs is reached.
    Full,
}

/// The organizations of each need.
pub(super) struct Candidates {
    pub(super) ranked: Vec<Vec<Ranked>>,
    /// Upper bound on the scores of all other organizations, by need; `None` if no other one is fit.
    bounds: Vec<Option<i64>>,
}

impl Candidates {
    /// The best organizations of each need with at least the minimum fit, and those named by rules or an earlier plan.
    pub(super) fn first(
        context: ScoringContext<'_>,
        encoder: &Encoder<'_>,
        before: Option<&Plan>,
        control: &PlanControl<'_>,
    ) -> Result<Self, AppError> {
        let Encoder { wanted, catalog, ask, rules, .. } = *encoder;
        let few = if ask.fairness == Fairness::Leximin { MAX_PAIRS / wanted.len().max(1) } else { FIRST };
        let top = ask.candidates.unwrap_or(few).min(catalog.organization_count()).max(1);
        let planned: HashMap<&NeedId, &PlannedNeed> =
            before.into_iter().flat_map(|plan| &plan.needs).map(|need| (&need.need, need)).collect();
        let (mut all, mut bounds) = (Vec::with_capacity(wanted.len()), Vec::with_capacity(wanted.len()));
        for batch in wanted.chunks(BATCH) {
            let scorers: Result<Vec<Scorer<'_>>, _> =
                batch.par_iter().map(|need| Scorer::new(context, need.question.clone())).collect();
            let scorers = scorers?;
            for ((scorer, mut ranked), need) in scorers.iter().zip(Scorer::rank_all(&scorers, top)).zip(batch) {
                ranked.retain(|it| encoder.fit.fit(it.score) >= rules.min_fit);
                bounds.push(ranked.get(top - 1).map(|last| last.score));
                ranked.retain(|it| !rules.excludes(it.organization));
                let mut named: Vec<usize> =
                    rules.wanted_pairs().filter(|(id, _)| **id == need.id).map(|(_, pair)| pair.organization).collect();
                named.sort_unstable();
                if let Some((at, limit)) = named.iter().find_map(|&at| Some((at, rules.limit(&need.id, scorer, at)?))) {
                    let name = catalog.organization_facts(at).name();
                    let message = format!("不能把“{name}”指定给需求“{}”：{}", need.title, limit.label());
                    return Err(AppError::invalid("pairs", message));
                }
                let partners = planned.get(&need.id).into_iter().flat_map(|need| &need.partners);
                let partners = partners.filter_map(|it| catalog.organization(&it.organization));
                let is_free = |at: &usize| !rules.excludes(*at) && rules.limit(&need.id, scorer, *at).is_none();
                let partners = partners.filter(is_free);
                let invited: Vec<usize> = rules.invited(&need.id).into_iter().filter(is_free).collect();
                let raised = rules.raised().filter(is_free);
                let raised = raised.filter(|&at| encoder.fit.fit(scorer.score(at)) >= rules.min_fit);
                for organization in named.into_iter().chain(partners).chain(invited).chain(raised) {
                    if !ranked.iter().any(|it| it.organization == organization) {
                        ranked.push(scorer.ranked(organization, scorer.score(organization)));
                    }
                }
                all.push(ranked);
            }
            (control.progress)(PlanProgress { stage: PlanStage::Scoring, done: all.len(), total: wanted.len(), gap: None });
        }
        Ok(Self { ranked: all, bounds })
    }

    /// Adds organizations that are worth more than the prices of their need and of their own money, those with the largest gain
    /// first.
    pub(super) fn extend(
        &mut self,
        context: ScoringContext<'_>,
        encoder: &Encoder<'_>,
        encoded: &Encoded,
        optimum: &Optimum,
        round: u32,
    ) -> Result<Growth, AppError> {
        let pairs: usize = self.ranked.iter().map(Vec::len).sum();
        let most = (MORE << (2 * round)).min(MAX_PAIRS.saturating_sub(pairs) / self.ranked.len().max(1));
        let prices = Prices::new(encoder, encoded, optimum);
        let needs = (0..self.ranked.len()).into_par_iter();
        let further: Result<Vec<Vec<Ranked>>, AppError> =
            needs.map(|need| self.further(context, encoder, &prices, need)).collect();
        let further = further?;
        if further.iter().all(Vec::is_empty) {
            return Ok(Growth::Complete);
        }
        for (ranked, further) in self.ranked.iter_mut().zip(further) {
            ranked.extend(further.into_iter().take(most));
        }
        Ok(if most > 0 { Growth::Grown } else { Growth::Full })
    }

    /// The organizations that could improve the plan for one need, largest gain first.
    fn further(
        &self,
        context: ScoringContext<'_>,
        encoder: &Encoder<'_>,
        prices: &Prices<'_>,
        need: usize,
    ) -> Result<Vec<Ranked>, AppError> {
        // What one more unit of the need is worth, less the bonus for newcomers.
        let price = prices.optimum.needs[need] + if encoder.ask.newcomers { NEWCOMER } else { 0 };
        if self.bounds[need].is_none_or(|bound| weight(encoder.fit, bound) <= price) {
            return Ok(Vec::new());
        }
        let known: HashSet<usize> = self.ranked[need].iter().map(|it| it.organization).collect();
        let scorer = Scorer::new(context, encoder.wanted[need].question.clone())?;
        let fit = encoder.fit;
        let lowest = fit.score_above((f64::from(encoder.rules.min_fit) - 0.5) / 100.0);
        let least = fit.score_above(price as f64 / CERTAIN).max(lowest);
        let gain = |it: &Ranked| weight(fit, it.score) - price - prices.of_money[it.organization];
        let is_new = |it: &Ranked| prices.of_money[it.organization] < i64::MAX && !known.contains(&it.organization);
        let mut further = scorer.at_least(least, |it| is_new(it) && fit.fit(it.score) >= encoder.rules.min_fit && gain(it) > 0);
        further.sort_by_cached_key(|it| (Reverse(gain(it)), it.organization));
        Ok(further)
    }
}

/// The prices in a solved flow.
struct Prices<'a> {
    optimum: &'a Optimum,
    /// Price of a unit of money, by position in the catalog; the largest number for organizations without money.
    of_money: Vec<i64>,
}

impl<'a> Prices<'a> {
    fn new(encoder: &Encoder<'_>, encoded: &Encoded, optimum: &'a Optimum) -> Self {
        let has_money = |at| !encoder.rules.excludes(at) && encoder.rules.capacity(encoder.catalog, encoder.view, at).yuan > 0;
        let organizations = 0..encoder.catalog.organization_count();
        // An organization that is no candidate anywhere has all of its money left.
        let mut of_money: Vec<i64> = organizations.map(|at| if has_money(at) { 0 } else { i64::MAX }).collect();
        for (&at, &price) in encoded.organizations.iter().zip(&optimum.organizations) {
            of_money[at] = of_money[at].max(price);
        }
        // Money of a fund has its own price, which is ignored: adding such a pair in vain does no harm.
        for fund in &encoded.problem.funds {
            of_money[encoded.organizations[fund.organization as usize]] = 0;
        }
        Self { optimum, of_money }
    }
}
