//! Who would take on the needs of a list? Suggestions for stored needs, many at once.

use rayon::prelude::*;

use super::lists::{ListKind, ListQuery};
use super::state::App;
use super::suggest::{BatchLine, stored_line};
use crate::domain::Principal;
use crate::error::AppError;
use crate::jobs::Cancellation;
use crate::request::Ask;
use crate::score::{Question, Scorer, ScoringContext};
use crate::understand::topic;

/// Suggestions for the needs of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSuggestions {
    /// Number of needs that the list holds.
    pub total: usize,
    /// The first of them with their suggestions, at most [`MAX_SUGGESTED`].
    pub lines: Vec<BatchLine>,
}

/// Most needs of a list that suggestions are made for at once.
pub const MAX_SUGGESTED: usize = 500;
/// Organizations that are suggested for each need.
const TOP: usize = 5;
/// Number of needs that are ranked together.
const BATCH: usize = 32;

impl App {
    /// Suggests organizations for the first needs of a list, in the order of the list, with reasons.
    ///
    /// # Errors
    /// An invalid query; a text index that cannot be read; or it was cancelled.
    pub fn suggest_for_list(
        &self,
        _who: Principal,
        query: &ListQuery,
        cancellation: &Cancellation,
    ) -> Result<StoredSuggestions, AppError> {
        let catalog = self.catalog();
        let needs = self.positions(&catalog, ListKind::Needs, query, MAX_SUGGESTED, cancellation)?;
        let as_of = self.today();
        let view = catalog.as_of(as_of);
        cancellation.check()?;
        let ask = Ask::default();
        let weights = self.weights_for(&ask);
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &weights };
        let mut lines = Vec::with_capacity(needs.items.len());
        for batch in needs.items.chunks(BATCH) {
            cancellation.check()?;
            let needs: Vec<_> = batch.iter().map(|&at| catalog.need_record(at as usize)).collect();
            let scorer = |need: &std::sync::Arc<crate::domain::Need>| {
                let question = Question::of_need(&catalog, need, topic(&catalog.reference, &need.record.normalized));
                Scorer::new(context, question)
            };
            let scorers: Result<Vec<Scorer<'_>>, _> = needs.par_iter().map(scorer).collect();
            let scorers = scorers?;
            cancellation.check()?;
            let ranked: Vec<_> = needs.iter().zip(&scorers).zip(Scorer::rank_all(&scorers, TOP)).collect();
            let lines_of =
                ranked.into_par_iter().map(|((need, scorer), ranked)| stored_line(&catalog, need, scorer, ranked, &ask, as_of));
            lines.extend(lines_of.collect::<Vec<_>>());
        }
        self.sound()?;
        Ok(StoredSuggestions { total: needs.total, lines })
    }
}
