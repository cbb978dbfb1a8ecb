//! What is visible on a day, and the statistics of that day.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use tantivy::{DocId, SegmentReader};

use super::clause::Wanted;
use super::segment::{Segment, Totals, add};

/// How many documents and tokens are visible on each day.
pub(super) struct Timeline {
    /// Days in ascending order, each with the totals up to and including it.
    totals: Vec<(i64, Totals)>,
}

impl Timeline {
    pub(super) fn new(readers: &[SegmentReader], segments: &[Arc<Segment>]) -> Self {
        let mut days = BTreeMap::<i64, Totals>::new();
        for (reader, segment) in readers.iter().zip(segments) {
            segment.days.iter().for_each(|&(day, totals)| add(days.entry(day).or_default(), totals));
            let deleted = (0..reader.max_doc()).filter(|&doc| reader.is_deleted(doc));
            for doc in deleted.take(reader.num_deleted_docs() as usize) {
                let of_day = days.entry(segment.day(doc)).or_default();
                of_day.iter_mut().zip(segment.totals(doc)).for_each(|(sum, less)| *sum -= less);
            }
        }
        let mut sum = Totals::default();
        let totals = days.into_iter().map(|(day, totals)| {
            add(&mut sum, totals);
            (day, sum)
        });
        Self { totals: totals.collect() }
    }

    /// Number of days up to and including `as_of`; equal numbers mean that the same documents are visible.
    fn days_until(&self, as_of: i64) -> usize {
        self.totals.partition_point(|&(day, _)| day <= as_of)
    }

    pub(super) fn at(&self, as_of: i64) -> Totals {
        self.days_until(as_of).checked_sub(1).map_or(Totals::default(), |last| self.totals[last].1)
    }
}

/// The visible documents of one segment, one bit each.
pub(super) struct Shown(Vec<u64>);

impl Shown {
    fn new(reader: &SegmentReader, segment: &Segment, as_of: i64) -> Self {
        let mut bits = vec![0_u64; (reader.max_doc() as usize).div_ceil(64)];
        bits.par_iter_mut().with_min_len(1024).enumerate().for_each(|(n, word)| {
            let first = n as DocId * 64;
            let shows = |doc: &DocId| !reader.is_deleted(*doc) && segment.day(*doc) <= as_of;
            *word = (first..reader.max_doc().min(first + 64)).filter(shows).fold(0, |bits, doc| bits | 1 << (doc - first));
        });
        Self(bits)
    }

    pub(super) fn contains(&self, doc: DocId) -> bool {
        self.0[doc as usize / 64] >> (doc % 64) & 1 == 1
    }
}

/// What is visible on one day.
pub(super) struct Day {
    /// Visible documents and their tokens.
    pub(super) totals: Totals,
    /// Per segment; `None` if all its documents are visible.
    pub(super) shown: Vec<Option<Shown>>,
    /// Document frequencies that had to be counted.
    counted: Mutex<HashMap<Wanted, u64>>,
}

/// Most counted document frequencies that a day keeps; when full, it starts again from none.
const MAX_COUNTED: usize = 100_000;

impl Day {
    /// The document frequency of `wanted`, from an earlier count or else from `count`.
    pub(super) fn frequency<E>(&self, wanted: &Wanted, count: impl FnOnce() -> Result<u64, E>) -> Result<u64, E> {
        let counted = || self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = counted().get(wanted) {
            return Ok(known);
        }
        let frequency = count()?;
        let mut counted = counted();
        if counted.len() >= MAX_COUNTED {
            counted.clear();
        }
        counted.insert(wanted.clone(), frequency);
        Ok(frequency)
    }
}

/// The most recently used days.
#[derive(Default)]
pub(super) struct Days(Mutex<Vec<(usize, Arc<Day>)>>);

/// Most days that are kept; each takes one bit per document and the counted frequencies.
const MAX_DAYS: usize = 8;

impl Days {
    pub(super) fn get(&self, timeline: &Timeline, readers: &[SegmentReader], segments: &[Arc<Segment>], as_of: i64) -> Arc<Day> {
        let number = timeline.days_until(as_of);
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |days: &mut Vec<(usize, Arc<Day>)>| {
            let at = days.iter().position(|&(it, _)| it == number)?;
            days[at..].rotate_left(1);
            days.last().map(|(_, day)| Arc::clone(day))
        };
        if let Some(day) = find(&mut kept()) {
            return day;
        }
        // Built without holding the lock, so two threads may build the same day.
        let shown = readers.iter().zip(segments).map(|(reader, segment)| {
            let all = segment.last_day() <= as_of && !reader.has_deletes();
            (!all).then(|| Shown::new(reader, segment, as_of))
        });
        let day = Arc::new(Day { totals: timeline.at(as_of), shown: shown.collect(), counted: Mutex::default() });
        let mut days = kept();
        if let Some(day) = find(&mut days) {
            return day;
        }
        if days.len() >= MAX_DAYS {
            days.remove(0);
        }
        days.push((number, Arc::clone(&day)));
        day
    }
}
