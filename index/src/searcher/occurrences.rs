//! Which documents contain the rarest words of a text, for callers that sum over units other than documents.

use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED, Term};

use super::clause::{MAX_TERMS, Wanted};
use super::{TextSearcher, day::Day};
use crate::analyze::{RECALL, terms};
use crate::error::IndexError;

/// One word of a text and the documents that contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// How often the word occurs in the text.
    pub count: u32,
    /// Keys of the visible documents that contain the word, each with how often; in no particular order.
    pub documents: Vec<(u64, u32)>,
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

    fn documents(&self, term: &Term, day: &Day) -> tantivy::Result<Vec<(u64, u32)>> {
        let mut documents = Vec::new();
        for scan in self.scans(day) {
            let index = scan.reader.inverted_index(term.field())?;
            let Some(mut postings) = index.read_block_postings(term, IndexRecordOption::WithFreqs)? else { continue };
            while !postings.docs().is_empty() {
                for (&doc, &times) in postings.docs().iter().zip(postings.freqs()) {
                    if scan.shown.is_none_or(|shown| shown.contains(doc)) {
                        documents.push((scan.segment.keys[doc as usize], times));
                    }
                }
                postings.advance();
            }
        }
        Ok(documents)
    }

    /// The key of each document with the number of its words, as the index stores it: exact up to 40. Deleted and replaced
    /// documents are left out.
    pub fn lengths(&self) -> impl Iterator<Item = (u64, u32)> {
        self.searcher.segment_readers().iter().zip(&self.segments).flat_map(|(reader, segment)| {
            let kept = (0..reader.max_doc()).filter(|&doc| !reader.is_deleted(doc));
            kept.map(|doc| (segment.keys[doc as usize], segment.totals(doc)[1] as u32))
        })
    }

    /// The number of words of the document with this key, as in [`Self::lengths`]; 0 if there is none.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn length(&self, key: u64) -> Result<u32, IndexError> {
        self.length_of(key).map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })
    }

    fn length_of(&self, key: u64) -> tantivy::Result<u32> {
        let term = Term::from_field_u64(self.fields.key, key);
        for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
            let index = reader.inverted_index(self.fields.key)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    return Ok(segment.totals(postings.doc())[1] as u32);
                }
                postings.advance();
            }
        }
        Ok(0)
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
        let read = |as_of, limit| -> Vec<Vec<(u64, u32)>> {
            let words = searcher.occurrences("学校净水", as_of, limit).unwrap();
            let by_key = |word: super::Occurrences| -> Vec<(u64, u32)> {
                let mut found = word.documents;
                found.sort_unstable();
                found
            };
            words.into_iter().map(by_key).collect()
        };
        assert_eq!(read(0, 100), [vec![(7, 1)], vec![(6, 1), (7, 2), (8, 1)]]);
        assert_eq!(read(5, 2), [vec![(7, 1), (9, 1)]]);
        let mut lengths: Vec<(u64, u32)> = searcher.lengths().collect();
        lengths.sort_unstable();
        assert_eq!(lengths.len(), 4);
        assert!(lengths.iter().all(|&(key, length)| searcher.length(key).unwrap() == length));
        assert_eq!(searcher.length(5).unwrap(), 0, "there is no such document");
    }
}
