//! Many needs, prepared together, so that one organization can be scored for each of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use qianshou_index::IndexError;
use qianshou_index::searcher::{Queries, TextSearcher, Vocabulary};

use super::Question;
use crate::catalog::{Catalog, View, day_number};
use crate::domain::RegionCode;

/// Some needs on one day, with the words of their texts.
pub struct OpenNeeds {
    /// What they ask. Equal scores are in this order.
    pub questions: Vec<Question>,
    pub(super) queries: Queries,
    /// By question, the number of its text.
    pub(super) texts: Vec<usize>,
    pub(super) projects: Vocabulary,
    pub(super) names: Vocabulary,
    pub(super) scopes: Vocabulary,
    /// By question, how many votes each province's organizations have, once its text has been searched for one of them.
    pub(super) home_votes: Vec<OnceLock<BTreeMap<RegionCode, f64>>>,
}

impl OpenNeeds {
    /// Looks up the words of the questions. Texts that `earlier` needs had are not cut into words again.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn new(catalog: &Catalog, view: &View, questions: Vec<Question>, earlier: Option<&Self>) -> Result<Self, IndexError> {
        // Texts that are no longer asked for are dropped now and then.
        let earlier = earlier.filter(|earlier| earlier.queries.len() <= 2 * questions.len());
        let mut queries = earlier.map_or_else(Queries::default, |earlier| earlier.queries.clone());
        let topics: Vec<&str> = questions.iter().map(|question| question.topic.as_str()).collect();
        let texts = catalog.text.add_queries(&mut queries, &topics);
        let vocabulary = |searcher: &TextSearcher| searcher.vocabulary(&queries, day_number(view.as_of));
        let (projects, names, scopes) = (vocabulary(&catalog.text)?, vocabulary(&catalog.names)?, vocabulary(&catalog.scopes)?);
        let home_votes = questions.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { texts, projects, names, scopes, queries, questions, home_votes })
    }
}
