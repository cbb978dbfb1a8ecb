//! Which documents contain the rarest words of a text, for callers that sum over units other than documents.

use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Term};

use super::clause::{MAX_TERMS, Wanted};
use super::{TextSearcher, day::Day};
use crate::analyze::{RECALL, terms};
use crate::error::IndexError;

/// One word of a text and the documents that contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// How often the word occurs in the text.
    pub count: u32,
    /// Positions in [`TextSearcher::keys`] of the visible documents that contain the word, ascending, each with how often.
    pub documents: Vec<(u32, u32)>,
}

impl TextSearcher {
    /// The words of `text` that occur in documents visible on `as_of`, rarest first, as long as their document frequencies add
    /// up to no more than `limit`. The rarest word is always included.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn occurrences(&self, text: &str, as_of: i64, limit: usize) -> Result<Vec<Occurrences>, IndexError> {
        let day = self.day(as_of);
        self.rarest(text, &day, limit as u64).map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })
    }

    fn rarest(&self, text: &str, day: &Day, mut left: u64) -> tantivy::Result<Vec<Occurrences>> {
        if day.totals[0] == 0 {
            return Ok(Vec::new());
        }
        let counts = terms(&self.analyzers, RECALL, text);
        let wanted =
            |(text, count): &(String, u32)| (Wanted::Word(Term::from_field_text(self.fields.recall, text)), *count as f32);
        let mut clauses = self.clauses(counts.iter().map(wanted).collect(), day)?;
        clauses.sort_by(|a, b| (a.frequency, &a.wanted).cmp(&(b.frequency, &b.wanted)));
        clauses.truncate(MAX_TERMS);
        let mut words = Vec::new();
        for clause in clauses {
            if !words.is_empty() && clause.frequency > left {
                break;
            }
            left = left.saturating_sub(clause.frequency);
            let Wanted::Word(term) = &clause.wanted else { continue };
            let count = counts.iter().find(|(text, _)| term.value().as_str() == Some(text)).map_or(1, |&(_, count)| count);
            words.push(Occurrences { count, documents: self.documents(term, day)? });
        }
        Ok(words)
    }

    fn documents(&self, term: &Term, day: &Day) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut documents = Vec::new();
        for scan in self.scans(day) {
            let index = scan.reader.inverted_index(term.field())?;
            let Some(mut postings) = index.read_block_postings(term, IndexRecordOption::WithFreqs)? else { continue };
            let first = self.first_positions[scan.number];
            while !postings.docs().is_empty() {
                for (&doc, &times) in postings.docs().iter().zip(postings.freqs()) {
                    if scan.shown.is_none_or(|shown| shown.contains(doc)) {
                        documents.push((first + doc, times));
                    }
                }
                postings.advance();
            }
        }
        Ok(documents)
    }

    /// The number of words of the document at each position, as the index stores it: exact up
    /// to 40; 0 for deleted or replaced documents.
    #[must_use]
    pub fn lengths(&self) -> Vec<u32> {
        let readers = self.searcher.segment_readers().iter().zip(&self.segments);
        let of = |(reader, segment): (&tantivy::SegmentReader, &std::sync::Arc<super::Segment>)| -> Vec<u32> {
            let length = |doc: DocId| if reader.is_deleted(doc) { 0 } else { segment.totals(doc)[1] as u32 };
            (0..reader.max_doc()).map(length).collect()
        };
        readers.flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::analyze::Segmenter;
    use crate::schema::Document;
    use crate::writer::TextIndex;

    #[test]
    fn the_rarest_words_come_first_and_later_documents_do_not_show() {
        let document = |key, visible_from, text: &str| Document { key, visible_from, text: text.to_owned() };
        let documents =
            [document(7, 0, "学校 净水 学校"), document(8, 0, "学校 培训"), document(9, 5, "净水"), document(6, 0, "学校")];
        let segmenter: Arc<Segmenter> = Segmenter::embedded();
        let searcher = TextIndex::in_memory(&documents, &segmenter).unwrap();
        let keys = searcher.keys();
        let read = |as_of, limit| -> Vec<Vec<(u64, u32)>> {
            let words = searcher.occurrences("学校净水", as_of, limit).unwrap();
            let by_key = |word: super::Occurrences| -> Vec<(u64, u32)> {
                let mut found: Vec<_> =
                    word.documents.into_iter().map(|(position, times)| (keys[position as usize], times)).collect();
                found.sort_unstable();
                found
            };
            words.into_iter().map(by_key).collect()
        };
        assert_eq!(read(0, 100), [vec![(7, 1)], vec![(6, 1), (7, 2), (8, 1)]]);
        assert_eq!(read(5, 2), [vec![(7, 1), (9, 1)]]);
        assert_eq!(searcher.lengths().len(), keys.len());
    }
}
