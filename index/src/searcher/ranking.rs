//! Scores all documents, window by window.
//!
//! The sums of a window of documents fit into the cache of one core. Each clause in turn adds its gains to its documents in the
//! window; then the window is read once and the best are taken out. So a document sums its clauses in query order wherever it
//! is stored, and no query needs memory for all documents. Ranges of windows are scored in parallel. Whatever a range leaves
//! out is worse than `limit` other documents, so leaving it out does not change the answer.

use std::ops::Range;

use rayon::prelude::*;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader};

use super::clause::{Clause, Gains, Holders};
use super::day::Shown;
use super::segment::{Segment, WINDOW};
use crate::schema::Fields;

/// Documents that one thread scores at a time: whole windows.
const RANGE: usize = if cfg!(test) { 2 * WINDOW } else { 1 << 19 };
/// Number of scores that are checked together before each is checked by itself.
const LANES: usize = 32;
/// Candidates are cut back to the best when their number has doubled, but not below this many.
const MIN_ROOM: usize = if cfg!(test) { 8 } else { 4096 };

/// One segment, ready to be scored.
pub(super) struct SegmentScan<'a> {
    pub(super) reader: &'a SegmentReader,
    pub(super) segment: &'a Segment,
    pub(super) shown: Option<&'a Shown>,
    /// Its number among the segments.
    pub(super) number: usize,
}

/// A document with a positive score.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) score: f32,
    /// Number of the segment.
    pub(super) segment: usize,
    pub(super) doc: DocId,
}

/// The `limit` best documents and all that tie with the last of them, in no particular order.
pub(super) fn best(
    scans: &[SegmentScan<'_>],
    fields: Fields,
    query: &[Clause],
    norms: &[f32; 256],
    limit: usize,
) -> tantivy::Result<Vec<Candidate>> {
    let gains: Vec<Gains<'_>> = query.iter().map(|clause| Gains::new(clause.weight, norms)).collect();
    let mut ranges = Vec::new();
    for scan in scans {
        let documents = scan.reader.max_doc();
        ranges.extend((0..documents).step_by(RANGE).map(|start| (scan, start..documents.min(start + RANGE as DocId))));
    }
    let score = |(scan, range): (&SegmentScan<'_>, Range<DocId>)| score_range(scan, fields, query, &gains, range, limit);
    let mut found: Vec<Candidate> = if ranges.len() > 1 {
        let found: Vec<_> = ranges.into_par_iter().map(score).collect::<tantivy::Result<_>>()?;
        found.concat()
    } else {
        ranges.into_iter().map(score).next().transpose()?.unwrap_or_default()
    };
    cut(&mut found, limit);
    Ok(found)
}

/// Keeps the best `limit` and all that tie with the last of them. Returns the score of
/// the last if there were more than `limit`.
fn cut(found: &mut Vec<Candidate>, limit: usize) -> Option<f32> {
    if found.len() <= limit {
        return None;
    }
    let (_, last, _) = found.select_nth_unstable_by(limit - 1, |a, b| b.score.total_cmp(&a.score));
    let least = last.score;
    found.retain(|it| it.score >= least);
    Some(least)
}

fn score_range(
    scan: &SegmentScan<'_>,
    fields: Fields,
    query: &[Clause],
    gains: &[Gains<'_>],
    range: Range<DocId>,
    limit: usize,
) -> tantivy::Result<Vec<Candidate>> {
    let index = scan.reader.inverted_index(fields.recall)?;
    let mut cursors = Vec::new();
    for (clause, gains) in query.iter().zip(gains) {
        if let Some(holders) = &clause.holders[scan.number] {
            cursors.push((Cursor::new(&index, holders, range.start)?, gains));
        }
    }
    let mut sums = [0.0_f32; WINDOW];
    let mut top = Top { limit, least: f32::from_bits(1), room: MIN_ROOM.max(limit.saturating_mul(2)), found: Vec::new() };
    for base in range.clone().step_by(WINDOW) {
        let end = range.end.min(base + WINDOW as DocId);
        let lengths = scan.segment.lengths(base);
        let mut touched = false;
        for (cursor, gains) in &mut cursors {
            touched |= cursor.add(end, lengths, gains, &mut sums);
        }
        if touched {
            let used = &mut sums[..((end - base) as usize).next_multiple_of(LANES)];
            top.take(scan, base, used);
            used.fill(0.0);
        }
    }
    Ok(top.found)
}

/// The documents of one clause from a given document on, in ascending order.
enum Cursor<'a> {
    Postings {
        postings: Box<BlockSegmentPostings>,
        /// Position in the current block.
        at: usize,
    },
    Documents(&'a [DocId]),
}

impl<'a> Cursor<'a> {
    fn new(index: &InvertedIndexReader, holders: &'a Holders, start: DocId) -> tantivy::Result<Self> {
        match holders {
            Holders::Postings(info) => {
                let mut postings = Box::new(index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?);
                let at = if start == 0 { 0 } else { postings.seek(start) };
                Ok(Self::Postings { postings, at })
            }
            Holders::Documents(documents) => {
                let before = documents.partition_point(|&doc| doc < start);
                Ok(Self::Documents(&documents[before..]))
            }
        }
    }

    /// Adds the gains of the documents before `end` to `sums` and moves past them. `end` is inside the window of `lengths` and
    /// `sums`, or is its end. False if there are no such documents.
    fn add(&mut self, end: DocId, lengths: &[u8; WINDOW], gains: &Gains<'_>, sums: &mut [f32; WINDOW]) -> bool {
        // Windows start at multiples of their size, so the remainder is the position in the window.
        let mut add = |doc: DocId, frequency| {
            let position = doc as usize % WINDOW;
            sums[position] += gains.at(frequency, lengths[position]);
        };
        let mut touched = false;
        match self {
            Self::Postings { postings, at } => loop {
                // After the last document the position may be past the block.
                let documents = postings.docs().get(*at..).unwrap_or_default();
                let Some(&last) = documents.last() else { return touched };
                let count = if last < end { documents.len() } else { documents.partition_point(|&doc| doc < end) };
                let frequencies = &postings.freqs()[*at..];
                documents[..count].iter().zip(frequencies).for_each(|(&doc, &frequency)| add(doc, frequency));
                touched |= count > 0;
                if count < documents.len() {
                    *at += count;
                    return touched;
                }
                postings.advance();
                *at = 0;
            },
            Self::Documents(documents) => {
                let (now, later) = documents.split_at(documents.partition_point(|&doc| doc < end));
                now.iter().for_each(|&doc| add(doc, 1));
                *documents = later;
                !now.is_empty()
            }
        }
    }
}

/// The best documents so far.
struct Top {
    limit: usize,
    /// No score below this one can be among the best; positive.
    least: f32,
    /// When this many candidates have been found, they are cut back.
    room: usize,
    found: Vec<Candidate>,
}

impl Top {
    /// Takes the documents that may be among the best from the window that starts at `base`; `sums` are whole lanes of it.
    fn take(&mut self, scan: &SegmentScan<'_>, base: DocId, sums: &[f32]) {
        let (all_lanes, _) = sums.as_chunks::<LANES>();
        for (n, lanes) in all_lanes.iter().enumerate() {
            // No branch per score, so that the compiler can compare many at once.
            if !lanes.iter().fold(false, |any, &sum| any | (sum >= self.least)) {
                continue;
            }
            let first = base + (n * LANES) as DocId;
            for (doc, &score) in (first..).zip(lanes) {
                if score >= self.least && scan.shown.is_none_or(|shown| shown.contains(doc)) {
                    self.found.push(Candidate { score, segment: scan.number, doc });
                }
            }
            if self.found.len() >= self.room {
                self.least = cut(&mut self.found, self.limit).unwrap_or(self.least);
                self.room = MIN_ROOM.max(self.found.len().saturating_mul(2));
            }
        }
    }
}
