//! The open needs of the snapshot and day last asked for, prepared once for all organizations.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::catalog::{Catalog, View};
use crate::domain::Need;
use crate::error::AppError;
use crate::score::{OpenNeeds, Question};
use crate::store::LedgerVersion;
use crate::understand::topic;

/// All needs that are open on a day.
pub(super) struct Open {
    snapshot: LedgerVersion,
    as_of: Date,
    /// Their positions in the snapshot, in the order of their ids.
    pub(super) positions: Vec<usize>,
    /// What they ask, in the same order.
    pub(super) needs: OpenNeeds,
    /// Their topics by their texts. Reading a topic takes longer than all the rest.
    topics: HashMap<String, String>,
}

/// Those last asked for.
#[derive(Default)]
pub(super) struct LastOpen(Mutex<Option<Arc<Open>>>);

impl LastOpen {
    /// The open needs of a snapshot and day. Whoever asks while they are being prepared waits for them.
    pub(super) fn get(&self, catalog: &Catalog, view: &View) -> Result<Arc<Open>, AppError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last.as_ref().filter(|it| (it.snapshot, it.as_of) == (catalog.version, view.as_of)) {
            return Ok(Arc::clone(known));
        }
        let open = Arc::new(Open::new(catalog, view, last.as_deref())?);
        *last = Some(Arc::clone(&open));
        Ok(open)
    }
}

impl Open {
    fn new(catalog: &Catalog, view: &View, earlier: Option<&Self>) -> Result<Self, AppError> {
        let mut positions: Vec<usize> = catalog.open_needs(view.as_of).collect();
        positions.sort_by(|&a, &b| catalog.need_facts(a).id().cmp(catalog.need_facts(b).id()));
        let ask = |&at: &usize| {
            let need = catalog.need_record(at);
            (question(catalog, &need, earlier), need.record.normalized.clone())
        };
        let (questions, texts): (Vec<Question>, Vec<String>) = positions.par_iter().map(ask).unzip();
        let topics = texts.into_iter().zip(questions.iter().map(|question| question.topic.clone())).collect();
        let needs = OpenNeeds::new(catalog, view, questions, earlier.map(|earlier| &earlier.needs))?;
        Ok(Self { snapshot: catalog.version, as_of: view.as_of, positions, needs, topics })
    }
}

fn question(catalog: &Catalog, need: &Need, earlier: Option<&Open>) -> Question {
    let text = &need.record.normalized;
    let known = earlier.and_then(|earlier| earlier.topics.get(text).cloned());
    Question::of_need(catalog, need, known.unwrap_or_else(|| topic(&catalog.reference, text)))
}
