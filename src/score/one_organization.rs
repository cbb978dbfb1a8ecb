//! One organization against many needs: the best of them, without searching the texts for all.
//!
//! What does not depend on other organizations is computed for every need, with the same formulas as for a single need. Its own
//! projects, name and scope are compared with all needs at once. Three things are left that only a search can tell: how well the
//! best profile matches, which of its projects are among the nearest, and where those come from. They are bounded at first, then
//! searched for one after the other, as long as the bound of a need reaches the best.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use qianshou_index::IndexError;
use qianshou_index::searcher::{Scores, Selected, TextSearcher};
use rayon::prelude::*;

use super::feature::{Asked, Feature, Inputs, One, Value, home_votes, links, most_home_votes};
use super::lists::Lists;
use super::own_words::{OwnWords, best_matches};
use super::{Limit, OpenNeeds, Question, ScoringContext, Votes, profile};
use crate::catalog::{find, key_of};

/// Needs that are looked at before the bounds are compared again.
const BATCH: usize = 16;

/// A need by its number, and the organization's score for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankedNeed {
    /// Number of the question.
    pub need: usize,
    /// Sum of the parts' points.
    pub score: i64,
}

/// One organization, ready to be scored for some needs.
pub struct OneOrganization<'a> {
    context: ScoringContext<'a>,
    needs: &'a OpenNeeds,
    one: One,
    /// Its projects in the order in which they were selected.
    projects: Vec<usize>,
    own_projects: Selected<'a>,
    own_name: Selected<'a>,
    own_scope: Selected<'a>,
    most_home_votes: f64,
    has_partners: bool,
    /// False if a merit costs points, so that more of it gives no upper bound.
    is_bounded: bool,
}

/// What a need's score is at most; with everything known, what it is. Ordered by that, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct AtMost {
    score: i64,
    need: Reverse<usize>,
}

impl<'a> OneOrganization<'a> {
    /// Compares the organization's own texts with those of all needs.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn new(context: ScoringContext<'a>, needs: &'a OpenNeeds, organization: usize) -> Result<Self, IndexError> {
        let ScoringContext { catalog, view, weights } = context;
        let one = One::new(catalog, view, organization);
        let projects: Vec<usize> = catalog.history(organization).iter().map(|participation| participation.to as usize).collect();
        let keys: Vec<u64> = projects.iter().map(|&project| key_of(project)).collect();
        let own = |searcher: &TextSearcher, vocabulary| searcher.select(&needs.queries, vocabulary, &[key_of(organization)]);
        Ok(Self {
            own_projects: catalog.text.select(&needs.queries, &needs.projects, &keys)?,
            own_name: own(&catalog.names, &needs.names)?,
            own_scope: own(&catalog.scopes, &needs.scopes)?,
            projects,
            most_home_votes: one.projects_of_province().map_or(0.0, most_home_votes),
            has_partners: !links(catalog, view, organization).is_empty(),
            is_bounded: Feature::ALL.into_iter().all(|feature| !feature.is_merit() || weights.weight(feature).per_unit >= 0.0),
            context,
            needs,
            one,
        })
    }

    /// The first limit that keeps the organization out of a need.
    #[must_use]
    pub fn limit(&self, need: usize) -> Option<Limit> {
        let (ScoringContext { catalog, view, .. }, organization) = (self.context, self.one.organization);
        Limit::first(catalog, &view.rows[organization], &self.needs.questions[need], organization)
    }

    /// The best `top` of the needs that `is_wanted`: higher score first, then smaller number. `check` is called now and then; its
    /// error ends the search.
    ///
    /// # Errors
    /// The text index cannot be read, or that of `check`.
    pub fn best<E: From<IndexError> + Send>(
        &self,
        top: usize,
        is_wanted: impl Fn(usize) -> bool + Sync,
        check: impl Fn() -> Result<(), E>,
    ) -> Result<Vec<RankedNeed>, E> {
        let wanted = (0..self.needs.questions.len()).into_par_iter().filter(|&need| is_wanted(need));
        let at_most = |sums: &mut Vec<f32>, need| AtMost { score: self.at_most(need, None, sums), need: Reverse(need) };
        let mut left = BinaryHeap::from(wanted.map_init(Vec::new, at_most).collect::<Vec<_>>());
        // Its share of the best profile for the needs for which that was searched.
        let mut shares: HashMap<usize, f32> = HashMap::new();
        // The worst of the best first.
        let mut best: BinaryHeap<Reverse<AtMost>> = BinaryHeap::new();
        loop {
            check()?;
            let is_among = |it: &AtMost| best.len() < top || best.peek().is_some_and(|worst| *it > worst.0);
            let mut batch = Vec::with_capacity(BATCH);
            while batch.len() < BATCH && left.peek().is_some_and(is_among) {
                batch.extend(left.pop().map(|it| (it.need.0, shares.get(&it.need.0).copied())));
            }
            if batch.is_empty() {
                break;
            }
            let known: Result<Vec<_>, IndexError> =
                batch.into_par_iter().map_init(Vec::new, |sums, (need, share)| self.know_more(need, share, sums)).collect();
            for (it, share) in known? {
                if let Some(share) = share {
                    shares.insert(it.need.0, share);
                    left.push(it);
                    continue;
                }
                best.push(Reverse(it));
                if best.len() > top {
                    best.pop();
                }
            }
        }
        let best = best.into_sorted_vec().into_iter();
        Ok(best.map(|Reverse(it)| RankedNeed { need: it.need.0, score: it.score }).collect())
    }

    /// Searches for the share of the best profile, or if that is known, for all the rest.
    fn know_more(&self, need: usize, share: Option<f32>, sums: &mut Vec<f32>) -> Result<(AtMost, Option<f32>), IndexError> {
        let ScoringContext { catalog, view, .. } = self.context;
        let (question, own) = (&self.needs.questions[need], self.own_likeness(need, sums));
        let is_own = |it: u32| it as usize == self.one.organization;
        let share = match share {
            Some(share) => share,
            None if !own.shares_words => 0.0,
            None => {
                let share = profile::share_of(catalog, view, &question.topic, self.one.organization)?;
                let score = self.at_most(need, Some(share), sums);
                return Ok((AtMost { score, need: Reverse(need) }, Some(share)));
            }
        };
        let votes = Votes::collect_for(catalog, view, &question.topic, &question.sectors, is_own)?;
        // It counts only among the best matches.
        let counted = |likeness: f32, searcher: &TextSearcher| -> Result<f32, IndexError> {
            let among = || best_matches(searcher, view, &question.topic);
            Ok(if likeness > 0.0 { find(&among()?, self.one.organization) as f32 } else { 0.0 })
        };
        let (name, scope) = (counted(own.name, &catalog.names)?, counted(own.scope, &catalog.scopes)?);
        let own_words = self.own_words(share, name, scope);
        self.needs.home_votes[need].get_or_init(|| home_votes(&self.inputs(question, &votes, &own_words)));
        let score = self.sum(question, &votes, &own_words, |_, value| value);
        Ok((AtMost { score, need: Reverse(need) }, None))
    }

    /// The most that the score can be; `share` is that of the best profile, if it is known.
    pub(super) fn at_most(&self, need: usize, share: Option<f32>, sums: &mut Vec<f32>) -> i64 {
        if !self.is_bounded {
            return i64::MAX;
        }
        let ScoringContext { catalog, view, .. } = self.context;
        let (question, own) = (&self.needs.questions[need], self.own_likeness(need, sums));
        let share = share.unwrap_or(if own.shares_words { 1.0 } else { 0.0 });
        let own_words = self.own_words(share, own.name, own.scope);
        let known = || self.needs.home_votes[need].get()?.get(&self.one.province()?).copied();
        let home_votes = known().unwrap_or(self.most_home_votes);
        let votes = Votes::at_most(catalog, view, &question.sectors, self.one.organization, own.projects);
        self.sum(question, &votes, &own_words, |feature, value| match (feature, value) {
            (Feature::HomeVotes, Value::Known(_)) => Value::Known(home_votes),
            (Feature::Partners, Value::NotAsked) if self.has_partners && !question.topic.is_empty() => {
                Value::Known(*Feature::Partners.definition().bounds.end())
            }
            _ => value,
        })
    }

    fn own_words(&self, profile: f32, name: f32, scope: f32) -> OwnWords {
        let own = |likeness: f32| Some((self.one.organization as u32, likeness)).filter(|_| likeness > 0.0).into_iter().collect();
        OwnWords { profiles: own(profile), names: own(name), scopes: own(scope) }
    }

    /// How its own texts resemble a need.
    fn own_likeness(&self, need: usize, sums: &mut Vec<f32>) -> OwnLikeness {
        let text = self.needs.texts[need];
        let Scores { scores, full, unknown, any } = self.own_projects.scores(text, sums);
        let full = f64::from(full + unknown).max(f64::MIN_POSITIVE);
        let projects = scores.into_iter().map(|(n, score)| (self.projects[n as usize], (f64::from(score) / full).min(1.0)));
        let projects = projects.collect();
        let mut of_one = |selected: &Selected<'_>| {
            sums.clear();
            let Scores { scores, full, .. } = selected.scores(text, sums);
            scores.first().map_or(0.0, |&(_, score)| (f64::from(score) / f64::from(full).max(f64::MIN_POSITIVE)).min(1.0) as f32)
        };
        let (name, scope) = (of_one(&self.own_name), of_one(&self.own_scope));
        sums.clear();
        OwnLikeness { projects, shares_words: any, name, scope }
    }

    fn inputs<'q>(&'q self, question: &'q Question, votes: &'q Votes, own_words: &'q OwnWords) -> Inputs<'a, 'q> {
        let ScoringContext { catalog, view, .. } = self.context;
        Inputs { catalog, view, question, votes, own_words, one: Some(&self.one) }
    }

    /// The sum of the points of all features; `change` replaces their values.
    fn sum(&self, question: &Question, votes: &Votes, own_words: &OwnWords, change: impl Fn(Feature, Value) -> Value) -> i64 {
        let weights = self.context.weights;
        let mut lists = Lists::for_one(self.one.organization);
        let asked = Asked::new(&self.inputs(question, votes, own_words), &mut lists);
        let is_on = |feature| !weights.is_off(feature);
        let points = |feature, value| weights.points(feature, change(feature, value));
        asked.sum(&self.one.row, &lists.into_facts(), is_on, points)
    }
}

/// How an organization's own texts resemble a need.
struct OwnLikeness {
    /// Projects by position that share words with it, with their likeness.
    projects: Vec<(usize, f64)>,
    /// True if its projects have any word of the need.
    shares_words: bool,
    name: f32,
    scope: f32,
}
