//! Scores one need against every organization. Ranking and explaining call the same function.

use std::collections::BTreeMap;
use std::sync::Arc;

use qianshou_index::IndexError;
use rayon::prelude::*;

use super::feature::{Asked, Feature, Inputs, Value};
use super::lists::{Block, Lists};
use super::own_words::OwnWords;
use super::small_day::both;
use super::top::{Ranked, Top};
use super::upper_bound::UpperBound;
use super::{Limit, Question, Votes, Weights};
use crate::catalog::{CHUNK, Catalog, Flags, List, Row, View, WhatIf};

/// One feature's share of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The feature.
    pub feature: Feature,
    /// Its value.
    pub value: Value,
    /// Its share of the score, 100 points a unit of log-odds.
    pub points: i64,
}

/// All parts, in the order of [`Feature::ALL`].
pub type Parts = [Part; Feature::ALL.len()];

/// Chunks of organizations, and needs, that one task scores.
const TASK_CHUNKS: usize = 16;
const TASK_NEEDS: usize = 8;
/// Organizations that are scored first, so that the lowest score among the best rules out most of the others.
const TRIED: usize = 200;

/// What organizations are scored with on one day: the catalog, what was known, and the weights. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ScoringContext<'a> {
    /// All records.
    pub catalog: &'a Catalog,
    /// What was known on the day.
    pub view: &'a Arc<View>,
    /// What each feature is worth.
    pub weights: &'a Weights,
}

/// What the text search finds for one need: past projects that vote, and organizations whose own words resemble it.
pub struct Texts {
    /// The votes.
    pub votes: Votes,
    pub(super) own: OwnWords,
}

impl Texts {
    /// Searches past projects and the organizations' own words.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn search(context: ScoringContext<'_>, question: &Question) -> Result<Self, IndexError> {
        let ScoringContext { catalog, view, .. } = context;
        let (votes, own) = both(
            view,
            || Votes::collect(catalog, view, &question.topic, &question.sectors),
            || OwnWords::search(catalog, view, &question.topic),
        );
        Ok(Self { votes: votes?, own: own? })
    }

    /// What the same search finds for a need of other sectors with the same topic.
    #[must_use]
    pub(super) fn for_sectors(&self, context: ScoringContext<'_>, sectors: &[(usize, f64)]) -> Self {
        let votes = self.votes.for_sectors(context.catalog, context.view, sectors);
        Self { votes, own: self.own.clone() }
    }
}

/// Buffers for scoring a chunk of organizations, reused for the next chunk.
#[derive(Default)]
struct Work {
    block: Block,
    bounds: Vec<i32>,
    places: Vec<u16>,
}

/// Scores organizations for one need on one day.
pub struct Scorer<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) view: &'a View,
    pub(super) question: Question,
    pub(super) texts: Arc<Texts>,
    weights: &'a Weights,
    lists: Lists<'a>,
    asked: Asked,
    what_if: Option<&'a WhatIf>,
    upper_bound: UpperBound,
}

impl<'a> Scorer<'a> {
    /// Prepares the need and collects the votes on it.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn new(context: ScoringContext<'a>, question: Question) -> Result<Self, IndexError> {
        let texts = Arc::new(Texts::search(context, &question)?);
        Ok(Self::with_texts(context, question, texts))
    }

    /// The same, from texts that have been searched already. Questions with the same topic share them.
    #[must_use]
    pub fn with_texts(context: ScoringContext<'a>, question: Question, texts: Arc<Texts>) -> Self {
        Self::with_what_if(context, question, texts, None)
    }

    /// The same with a what-if history of one organization.
    #[must_use]
    pub fn with_what_if(context: ScoringContext<'a>, question: Question, texts: Arc<Texts>, what_if: Option<&'a WhatIf>) -> Self {
        let ScoringContext { catalog, view, weights } = context;
        let mut lists = Lists::new(what_if);
        let inputs = Inputs { catalog, view, question: &question, votes: &texts.votes, own_words: &texts.own, one: None };
        let asked = Asked::new(&inputs, &mut lists);
        let upper_bound = UpperBound::new(&asked, weights, catalog, view, &lists);
        Self { catalog, view, question, texts, weights, lists, asked, what_if, upper_bound }
    }

    /// Makes what all questions of a day need, so that the first one need not wait for it.
    pub fn prepare(context: ScoringContext<'a>) {
        let ScoringContext { catalog, view, weights } = context;
        let nothing = Question::default();
        let (votes, own_words) = (Votes::default(), OwnWords::default());
        let mut lists = Lists::new(None);
        let inputs = Inputs { catalog, view, question: &nothing, votes: &votes, own_words: &own_words, one: None };
        let asked = Asked::new(&inputs, &mut lists);
        drop(UpperBound::new(&asked, weights, catalog, view, &lists));
    }

    /// The question.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// The votes on the need.
    #[must_use]
    pub fn votes(&self) -> &Votes {
        &self.texts.votes
    }

    /// What the text search found for the need.
    #[must_use]
    pub const fn texts(&self) -> &Arc<Texts> {
        &self.texts
    }

    pub(crate) fn row(&self, organization: usize) -> &Row {
        let what_if = self.what_if.filter(|it| it.organization == organization);
        what_if.map_or(&self.view.rows[organization], |it| &it.row)
    }

    /// The lists that the need asks for, including those from its texts.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.iter()
    }

    /// The values of the features for one organization, in the order of [`Feature::ALL`].
    #[must_use]
    pub fn values(&self, organization: usize) -> [Value; Feature::ALL.len()] {
        let (row, facts) = (self.row(organization), self.lists.facts_for(organization));
        Feature::ALL.map(|feature| self.asked.value(feature, row, &facts))
    }

    /// The parts of one organization's score.
    #[must_use]
    pub fn parts(&self, organization: usize) -> Parts {
        let values = self.values(organization);
        Feature::ALL.map(|feature| {
            let value = values[feature as usize];
            debug_assert!(feature.definition().allows(value), "{feature:?} is out of its bounds: {value:?}");
            Part { feature, value, points: self.weights.points(feature, value) }
        })
    }

    /// The score: the sum of the parts.
    #[must_use]
    pub fn score(&self, organization: usize) -> i64 {
        self.sum(self.row(organization), &self.lists.facts_for(organization))
    }

    #[inline]
    fn sum(&self, row: &Row, facts: &[f32]) -> i64 {
        let weights = self.weights;
        // A feature without weight is skipped; this can concern half of the features of a set of weights.
        let is_on = |feature| !weights.is_off(feature);
        self.asked.sum(row, facts, is_on, |feature, value| weights.points(feature, value))
    }

    /// An organization with its score and its place among those of equal score.
    #[must_use]
    pub fn ranked(&self, organization: usize, score: i64) -> Ranked {
        Ranked { organization, score, id_order: self.catalog.id_order(organization) }
    }

    /// A score that at least `top` organizations reach: the `top`th best among the organizations with the greatest sums of
    /// votes.
    fn least(&self, top: usize) -> i64 {
        // A single chunk is scored as fast.
        if self.view.rows.len() <= CHUNK {
            return i64::MIN;
        }
        let tried = top.saturating_mul(2).max(TRIED);
        let mut scores: Vec<i64> = self
            .texts
            .votes
            .most_voted(tried)
            .into_iter()
            .filter(|&at| self.is_eligible(at, &self.view.rows[at]))
            .map(|at| self.sum(&self.view.rows[at], &self.lists.facts_for(at)))
            .collect();
        if top == 0 || scores.len() < top {
            return i64::MIN;
        }
        let (_, &mut least, _) = scores.select_nth_unstable_by(top - 1, |a, b| b.cmp(a));
        least
    }

    /// The weights that it scores with.
    #[must_use]
    pub const fn weights(&self) -> &Weights {
        self.weights
    }

    /// The organizations that are known on the day and within limits, ascending.
    pub fn eligible(&self) -> impl Iterator<Item = usize> {
        let rows = self.view.rows.iter().enumerate();
        rows.filter(|&(organization, row)| self.is_eligible(organization, row)).map(|(organization, _)| organization)
    }

    #[inline]
    fn is_eligible(&self, organization: usize, row: &Row) -> bool {
        row.flags.any(Flags::KNOWN) && Limit::first(self.catalog, row, &self.question, organization).is_none()
    }

    /// Calls `visit` with the feature values of each eligible organization, ascending.
    pub fn each(&self, mut visit: impl FnMut(usize, &[Value; Feature::ALL.len()])) {
        let mut block = Block::default();
        for (chunk, rows) in self.view.rows.chunks().iter().enumerate() {
            let start = chunk * CHUNK;
            let is_eligible = |&n: &u16| self.is_eligible(start + usize::from(n), &rows[usize::from(n)]);
            let places: Vec<u16> = (0..rows.len() as u16).filter(is_eligible).collect();
            block.advance_to(&self.lists, start);
            block.gather(&self.lists, &places);
            for (row, n) in places.into_iter().map(usize::from).enumerate() {
                visit(start + n, &Feature::ALL.map(|feature| self.asked.value(feature, &rows[n], block.row(row))));
            }
        }
    }

    /// Share of this year's budget that is left to an organization; none without a stated budget.
    #[must_use]
    pub fn budget_left(&self, organization: usize) -> Option<f64> {
        let budget = self.catalog.organization_facts(organization).budget()?.fen();
        let left = budget - self.view.claimed.taken_from(organization).fen;
        (budget > 0).then(|| (left as f64 / budget as f64).clamp(0.0, 1.0))
    }

    /// Visible past projects of an organization.
    #[must_use]
    pub fn history_of(&self, organization: usize) -> u32 {
        self.view.rows[organization].projects
    }

    /// The first limit that keeps an organization out, if there is one.
    #[must_use]
    pub fn limit(&self, organization: usize) -> Option<Limit> {
        Limit::first(self.catalog, self.row(organization), &self.question, organization)
    }

    /// Every limit that keeps an organization out.
    #[must_use]
    pub fn limits(&self, organization: usize) -> Vec<Limit> {
        Limit::every(self.catalog, self.row(organization), &self.question, organization).collect()
    }

    /// The best `top` organizations within limits: higher score first, then smaller id. The result is the same on any number of
    /// threads.
    #[must_use]
    pub fn rank(&self, top: usize) -> Vec<Ranked> {
        Self::rank_all(std::slice::from_ref(self), top).swap_remove(0)
    }

    /// The same for many needs. A block of organizations is scored for several needs while it is in the cache.
    #[must_use]
    pub fn rank_all(scorers: &[Self], top: usize) -> Vec<Vec<Ranked>> {
        let chunks = scorers.first().map_or(0, |scorer| scorer.view.rows.chunks().len());
        let of_needs = |needs: &[Self]| -> Vec<Top> {
            let leasts: Vec<i64> = needs.iter().map(|scorer| scorer.least(top)).collect();
            let mut tops: Vec<Top> = needs.iter().map(|_| Top::new(top, i64::MIN)).collect();
            let tasks: Vec<usize> = (0..chunks).step_by(TASK_CHUNKS).collect();
            let partial: Vec<Vec<Top>> = tasks
                .into_par_iter()
                .map(|first| score_chunks(needs, &leasts, first..(first + TASK_CHUNKS).min(chunks), top))
                .collect();
            for partial in partial {
                tops.iter_mut().zip(partial).for_each(|(all, part)| all.merge(part));
            }
            tops
        };
        let tops: Vec<Vec<Top>> = scorers.par_chunks(TASK_NEEDS).map(of_needs).collect();
        tops.into_iter().flatten().map(Top::finish).collect()
    }

    /// Scores the organizations of one chunk whose upper bound reaches a least score. That score is `least` at first, then what
    /// `take` last returned.
    fn score_chunk(&self, chunk: usize, work: &mut Work, mut least: i64, mut take: impl FnMut(Ranked) -> i64) {
        let (start, rows) = (chunk * CHUNK, &self.view.rows.chunks()[chunk]);
        let Work { block, bounds, places } = work;
        block.advance_to(&self.lists, start);
        self.upper_bound.write(self.catalog, start, bounds);
        for (slot, entries) in block.parts(&self.lists) {
            self.upper_bound.add(slot, start, entries, bounds);
        }
        places.clear();
        places.extend((0..).zip(&*bounds).filter(|(_, upper_bound)| i64::from(**upper_bound) >= least).map(|(n, _)| n));
        block.gather(&self.lists, places);
        for (row, n) in places.iter().map(|&n| usize::from(n)).enumerate() {
            if i64::from(bounds[n]) >= least && self.is_eligible(start + n, &rows[n]) {
                least = take(self.ranked(start + n, self.sum(&rows[n], block.row(row))));
            }
        }
    }

    /// All organizations within limits with a score of at least `least` that `keep` accepts, by position.
    #[must_use]
    pub fn at_least(&self, least: i64, keep: impl Fn(&Ranked) -> bool + Sync) -> Vec<Ranked> {
        let of_chunk = |chunk| {
            let mut kept = Vec::new();
            self.score_chunk(chunk, &mut Work::default(), least, |it| {
                if it.score >= least && keep(&it) {
                    kept.push(it);
                }
                least
            });
            kept
        };
        let chunks: Vec<Vec<Ranked>> = (0..self.view.rows.chunks().len()).into_par_iter().map(of_chunk).collect();
        chunks.into_iter().flatten().collect()
    }

    /// Rank of an organization among all within limits, from 1. If a limit keeps it out, the rank that it would have without.
    #[must_use]
    pub fn rank_of(&self, organization: usize) -> usize {
        let own = self.ranked(organization, self.score(organization));
        let better = (0..self.view.rows.chunks().len()).into_par_iter().map(|chunk| {
            let mut better = 0;
            let mut work = Work::default();
            let is_better = |it: &Ranked| it.organization != organization && Ranked::order(it, &own).is_lt();
            self.score_chunk(chunk, &mut work, own.score, |it| {
                better += usize::from(is_better(&it));
                own.score
            });
            better
        });
        1 + better.sum::<usize>()
    }

    /// Organizations that limits keep out, by limit, in the order of ids.
    #[must_use]
    pub fn left_out(&self) -> BTreeMap<Limit, Vec<usize>> {
        let of_chunk = |(chunk, rows): (usize, &Arc<[Row]>)| -> Vec<(Limit, usize)> {
            let known = (chunk * CHUNK..).zip(rows.iter()).filter(|(_, row)| row.flags.any(Flags::KNOWN));
            let limit = |(at, row)| Some((Limit::first(self.catalog, row, &self.question, at)?, at));
            known.filter_map(limit).collect()
        };
        let chunks: Vec<_> = self.view.rows.chunks().par_iter().enumerate().map(of_chunk).collect();
        let mut left_out: BTreeMap<Limit, Vec<usize>> = BTreeMap::new();
        for (limit, organization) in chunks.into_iter().flatten() {
            left_out.entry(limit).or_default().push(organization);
        }
        left_out.values_mut().for_each(|them| them.sort_by_cached_key(|&at| self.catalog.id_order(at)));
        left_out
    }
}

/// The best of some chunks, for each need.
fn score_chunks(scorers: &[Scorer<'_>], leasts: &[i64], chunks: std::ops::Range<usize>, top: usize) -> Vec<Top> {
    let mut work: Vec<(&Scorer<'_>, Work, Top)> =
        scorers.iter().zip(leasts).map(|(scorer, &least)| (scorer, Work::default(), Top::new(top, least))).collect();
    for chunk in chunks {
        for (scorer, work, top) in &mut work {
            scorer.score_chunk(chunk, work, top.least(), |ranked| top.offer(ranked));
        }
    }
    work.into_iter().map(|(_, _, top)| top).collect()
}
