//! What is read once per segment and kept as long as the segment lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::schema::{Fields, KEY, VISIBLE_FROM};

/// Documents whose sums are kept together: 64 KB, which stays close to a core. Smaller in tests, so that a few
/// documents fill several windows and ranges.
pub(super) const WINDOW: usize = if cfg!(test) { 64 } else { 1 << 14 };

/// Number of documents, and number of tokens in them.
pub(super) type Totals = [u64; 2];

/// The part of a segment that does not change; deletions are not in it.
pub(super) struct Segment {
    /// The key of each document.
    pub(super) keys: Box<[u64]>,
    visible_from: Column<i64>,
    /// Tantivy's one-byte code of each document's length, padded to whole windows.
    lengths: Vec<u8>,
    /// Days in ascending order, each with the totals of what becomes visible on it, deleted documents included.
    pub(super) days: Vec<(i64, Totals)>,
}

impl Segment {
    fn read(reader: &SegmentReader, fields: Fields) -> tantivy::Result<Self> {
        let keys = reader.fast_fields().u64(KEY)?;
        let keys = (0..reader.max_doc()).map(|doc| keys.first(doc).unwrap_or(u64::MAX)).collect();
        let visible_from = reader.fast_fields().i64(VISIBLE_FROM)?;
        let norms = reader.get_fieldnorms_reader(fields.recall)?;
        let mut lengths: Vec<u8> = (0..reader.max_doc()).map(|doc| norms.fieldnorm_id(doc)).collect();
        lengths.resize(lengths.len().next_multiple_of(WINDOW), 0);
        let mut segment = Self { keys, visible_from, lengths, days: Vec::new() };
        let mut days = HashMap::<i64, Totals>::new();
        for doc in 0..reader.max_doc() {
            add(days.entry(segment.day(doc)).or_default(), segment.totals(doc));
        }
        segment.days = days.into_iter().collect();
        segment.days.sort_unstable();
        Ok(segment)
    }

    /// The day from which a document is visible.
    pub(super) fn day(&self, doc: DocId) -> i64 {
        self.visible_from.first(doc).unwrap_or(i64::MAX)
    }

    /// The totals of a single document.
    pub(super) fn totals(&self, doc: DocId) -> Totals {
        [1, u64::from(FieldNormReader::id_to_fieldnorm(self.lengths[doc as usize]))]
    }

    /// The code of one document's length.
    pub(super) fn length(&self, doc: DocId) -> u8 {
        self.lengths[doc as usize]
    }

    /// The length codes of the window that starts at `base`, a multiple of [`WINDOW`].
    pub(super) fn lengths(&self, base: DocId) -> &[u8; WINDOW] {
        let window = self.lengths[base as usize..].first_chunk();
        window.expect("lengths are filled up to whole windows")
    }

    /// The last day on which something becomes visible.
    pub(super) fn last_day(&self) -> i64 {
        self.days.last().map_or(i64::MIN, |&(day, _)| day)
    }
}

pub(super) fn add(sum: &mut Totals, more: Totals) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// The segments that the last searcher used, so that after a commit only new ones are read.
#[derive(Default)]
pub(crate) struct SegmentCache(Mutex<HashMap<SegmentId, Arc<Segment>>>);

impl SegmentCache {
    /// One entry for each segment of `searcher`, in its order; cached segments that it does not use are dropped.
    pub(super) fn segments(&self, searcher: &Searcher, fields: Fields) -> tantivy::Result<Vec<Arc<Segment>>> {
        let readers = searcher.segment_readers();
        // Cloned instead of held locked: a thread that waits inside a parallel loop may be given work that needs the same lock.
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let segments: Vec<Arc<Segment>> = readers
            .par_iter()
            .map(|reader| match known.get(&reader.segment_id()) {
                Some(segment) => Ok(Arc::clone(segment)),
                None => Segment::read(reader, fields).map(Arc::new),
            })
            .collect::<tantivy::Result<_>>()?;
        let ids = readers.iter().map(SegmentReader::segment_id);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ids.zip(segments.iter().cloned()).collect();
        Ok(segments)
    }
}
