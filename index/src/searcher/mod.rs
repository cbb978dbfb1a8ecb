//! Which documents resemble a text: BM25 over every visible document, exhaustively.
//!
//! Tantivy's `TopDocs` is not used: documents later than the day of the query must not show, neither as hits nor through
//! document frequencies or average lengths. So the statistics are counted over the visible documents only. Each document sums
//! its terms in query order, whatever the segments, so the same data gives the same bits. For queries of many terms this is
//! also faster than skipping, which there costs more than it saves.
//!
//! `segment` holds what is read once per segment, `day` what is visible on a day, `clause` the parts of a query and which words
//! are left out of it, `ranking` the sums and the best of them.

mod clause;
mod day;
mod occurrences;
mod ranking;
mod segment;
mod selected;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rayon::prelude::*;
use tantivy::query::{EnableScoring, PhraseQuery, Query};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{DocId, DocSet, Searcher, TERMINATED, Term};

use crate::analyze::{Highlighter, PHRASES, RECALL, Segmenter, each_token, terms};
use crate::error::IndexError;
use crate::schema::Fields;
use clause::{Clause, Holders, MAX_TERMS, Wanted, idf, keep, length_norms};
use day::{Day, Days, Timeline};
pub use occurrences::Occurrences;
use ranking::{Candidate, SegmentScan, best};
use segment::Segment;
pub(crate) use segment::SegmentCache;
pub use selected::{Queries, Scores, Selected, Vocabulary};

/// Weight of a synonym relative to the word that was asked for.
const SYNONYM: f32 = 0.5;
/// From this many documents on, the terms of a query are looked up in parallel.
const PARALLEL: u64 = 100_000;

/// One document that shares words with the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The document's key.
    pub key: u64,
    /// BM25 score, positive.
    pub score: f32,
}

/// The matches of one text, best first; equal scores in the order of keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matches {
    /// The best matches.
    pub hits: Vec<Hit>,
    /// The score of a document of average length that contains every scored word once: the scale of `hits`.
    pub full: f32,
    /// What the words of the text that occur in no visible document would add to `full`.
    pub unknown: f32,
}

/// The index as it was when the searcher was created.
pub struct TextSearcher {
    searcher: Searcher,
    fields: Fields,
    analyzers: TokenizerManager,
    segmenter: Arc<Segmenter>,
    segments: Vec<Arc<Segment>>,
    timeline: Timeline,
    days: Days,
}

impl TextSearcher {
    pub(crate) fn new(
        searcher: Searcher,
        cache: &SegmentCache,
        fields: Fields,
        analyzers: TokenizerManager,
        segmenter: Arc<Segmenter>,
    ) -> tantivy::Result<Self> {
        let segments = cache.segments(&searcher, fields)?;
        let readers = searcher.segment_readers();
        let timeline = Timeline::new(readers, &segments);
        Ok(Self { searcher, fields, analyzers, segmenter, segments, timeline, days: Days::default() })
    }

    /// Number of documents visible on the day `as_of` (days since 1970-01-01).
    #[must_use]
    pub fn visible_documents(&self, as_of: i64) -> u64 {
        self.timeline.at(as_of)[0]
    }

    /// The `limit` documents visible on `as_of` that score highest for `text`, and all that tie with the last of them.
    ///
    /// In a long text, only the 48 terms with the highest tf·idf are scored. A word that occurs in more than a quarter of the
    /// visible documents, and in more than 100,000, is not scored if at least four rarer words of the text occur.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn matches(&self, text: &str, as_of: i64, limit: usize) -> Result<Matches, IndexError> {
        self.search(text, as_of, limit).map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })
    }

    fn search(&self, text: &str, as_of: i64, limit: usize) -> tantivy::Result<Matches> {
        let day = self.day(as_of);
        let [documents, tokens] = day.totals;
        if documents == 0 || limit == 0 {
            return Ok(Matches::default());
        }
        let (mut query, unknown) = self.words(text, &day)?;
        let full = query.iter().map(|clause| clause.weight).sum();
        query.extend(self.synonyms(text, &query, &day)?);
        let found = best(&self.scans(&day), self.fields, &query, &length_norms(tokens, documents), limit)?;
        let mut hits: Vec<Hit> = found.into_iter().map(|it| self.hit(it)).collect();
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key)));
        Ok(Matches { hits, full, unknown })
    }

    fn day(&self, as_of: i64) -> Arc<Day> {
        self.days.get(&self.timeline, self.searcher.segment_readers(), &self.segments, as_of)
    }

    fn scans<'a>(&'a self, day: &'a Day) -> Vec<SegmentScan<'a>> {
        let readers = self.searcher.segment_readers().iter();
        let segments = readers.zip(&self.segments).zip(&day.shown).enumerate();
        segments
            .map(|(number, ((reader, segment), shown))| SegmentScan { reader, segment, shown: shown.as_ref(), number })
            .collect()
    }

    fn hit(&self, found: Candidate) -> Hit {
        Hit { key: self.segments[found.segment].keys[found.doc as usize], score: found.score }
    }

    /// The words of `text` that occur in visible documents and are scored, and the total weight of those that do not occur.
    fn words(&self, text: &str, day: &Day) -> tantivy::Result<(Vec<Clause>, f32)> {
        let words = terms(&self.analyzers, RECALL, text);
        let wanted = words.iter().map(|(text, count)| (self.word(text), *count as f32));
        let known = self.clauses(wanted.collect(), day)?;
        let is_known = |text: &str| {
            known.iter().any(|clause| matches!(&clause.wanted, Wanted::Word(it) if it.value().as_str() == Some(text)))
        };
        let unknown =
            words.iter().filter(|(text, _)| !is_known(text)).map(|&(_, count)| count as f32 * idf(0, day.totals[0])).sum();
        Ok((keep(known, day.totals[0]), unknown))
    }

    /// The synonyms of the words in `text` that occur in visible documents and are not in the query already.
    fn synonyms(&self, text: &str, asked: &[Clause], day: &Day) -> tantivy::Result<Vec<Clause>> {
        let synonyms = self.segmenter.synonyms(text).into_iter().take(MAX_TERMS).filter_map(|synonym| self.wanted(synonym));
        let new = synonyms.filter(|wanted| asked.iter().all(|clause| clause.wanted != *wanted));
        self.clauses(new.map(|wanted| (wanted, SYNONYM)).collect(), day)
    }

    fn word(&self, text: &str) -> Wanted {
        Wanted::Word(Term::from_field_text(self.fields.recall, text))
    }

    /// Looks up each wanted item, with its share of the idf, and leaves out items that occur in no visible document.
    fn clauses(&self, wanted: Vec<(Wanted, f32)>, day: &Day) -> tantivy::Result<Vec<Clause>> {
        let look_up = |(wanted, share)| self.clause(wanted, share, day);
        let clauses: Vec<Clause> = if day.totals[0] >= PARALLEL {
            wanted.into_par_iter().map(look_up).collect::<tantivy::Result<_>>()?
        } else {
            wanted.into_iter().map(look_up).collect::<tantivy::Result<_>>()?
        };
        Ok(clauses.into_iter().filter(|clause| clause.frequency > 0).collect())
    }

    fn clause(&self, wanted: Wanted, share: f32, day: &Day) -> tantivy::Result<Clause> {
        let scans = self.scans(day);
        let holders: Vec<_> = scans.iter().map(|scan| self.holders(scan, &wanted)).collect::<tantivy::Result<_>>()?;
        let count = || -> tantivy::Result<u64> {
            let pairs = scans.iter().zip(&holders).filter_map(|(scan, holders)| Some((scan, holders.as_ref()?)));
            pairs.map(|(scan, holders)| self.count(scan, &wanted, holders)).sum()
        };
        let is_known = |(scan, holders): (&SegmentScan<'_>, &Option<Holders>)| {
            scan.shown.is_none() || !matches!(holders, Some(Holders::Postings(_)))
        };
        let frequency = if scans.iter().zip(&holders).all(is_known) { count()? } else { day.frequency(&wanted, count)? };
        let weight = share * idf(frequency, day.totals[0]);
        Ok(Clause { wanted, frequency, weight, holders })
    }

    fn holders(&self, scan: &SegmentScan<'_>, wanted: &Wanted) -> tantivy::Result<Option<Holders>> {
        match wanted {
            Wanted::Word(term) => Ok(scan.reader.inverted_index(term.field())?.get_term_info(term)?.map(Holders::Postings)),
            Wanted::Phrase(_) => {
                let mut documents = Vec::new();
                self.for_each_visible(scan, wanted, |doc| documents.push(doc))?;
                Ok((!documents.is_empty()).then_some(Holders::Documents(documents)))
            }
        }
    }

    /// Number of visible documents among the `holders` of `wanted`.
    fn count(&self, scan: &SegmentScan<'_>, wanted: &Wanted, holders: &Holders) -> tantivy::Result<u64> {
        match holders {
            Holders::Documents(documents) => Ok(documents.len() as u64),
            Holders::Postings(info) if scan.shown.is_none() => Ok(u64::from(info.doc_freq)),
            Holders::Postings(_) => {
                let mut count = 0;
                self.for_each_visible(scan, wanted, |_| count += 1)?;
                Ok(count)
            }
        }
    }

    /// A single word if the dictionary cut leaves `text` whole, else its words as a phrase; `None` for punctuation.
    fn wanted(&self, text: &str) -> Option<Wanted> {
        let mut words = Vec::new();
        each_token(&self.analyzers, PHRASES, text, |token| words.push(token.text.clone()));
        match words.as_slice() {
            [] => None,
            [word] => Some(Wanted::Word(Term::from_field_text(self.fields.recall, word))),
            words => Some(Wanted::Phrase(words.iter().map(|word| Term::from_field_text(self.fields.phrases, word)).collect())),
        }
    }

    /// Whatever makes a document match `text`. A single word is also looked up in the phrase field, where unknown words are
    /// indexed character by character.
    fn all_wanted(&self, text: &str) -> Vec<Wanted> {
        let phrase =
            |term: &Term| Wanted::Word(Term::from_field_text(self.fields.phrases, term.value().as_str().unwrap_or_default()));
        match self.wanted(text) {
            Some(Wanted::Word(term)) => vec![phrase(&term), Wanted::Word(term)],
            wanted => wanted.into_iter().collect(),
        }
    }

    /// Keys of the documents visible on `as_of` that contain `phrase` or a synonym of the whole phrase, ascending.
    ///
    /// A single word is also found inside longer words (饮水 in 安全饮水).
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn find(&self, phrase: &str, as_of: i64) -> Result<Vec<u64>, IndexError> {
        self.find_all(phrase, as_of).map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })
    }

    fn find_all(&self, phrase: &str, as_of: i64) -> tantivy::Result<Vec<u64>> {
        let synonyms = self.segmenter.synonyms_of_whole(phrase);
        let day = self.day(as_of);
        let scans = self.scans(&day);
        let mut found = Vec::new();
        for wanted in std::iter::once(phrase).chain(synonyms).flat_map(|text| self.all_wanted(text)) {
            for scan in &scans {
                self.for_each_visible(scan, &wanted, |doc| found.push(scan.segment.keys[doc as usize]))?;
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The version of the word lists that the answers of this searcher depend on.
    #[must_use]
    pub fn lexicon_version(&self) -> &str {
        self.segmenter.version()
    }

    /// The segmenter that texts are cut with.
    #[must_use]
    pub const fn segmenter(&self) -> &Arc<Segmenter> {
        &self.segmenter
    }

    /// A highlighter that marks the words of `query` and their synonyms in texts.
    #[must_use]
    pub fn highlighter(&self, query: &str) -> Highlighter {
        Highlighter::new(&self.segmenter, &self.analyzers, query)
    }

    /// Calls `visit` with each visible document of the segment that contains `wanted`.
    fn for_each_visible(&self, scan: &SegmentScan<'_>, wanted: &Wanted, mut visit: impl FnMut(DocId)) -> tantivy::Result<()> {
        let mut visit = |doc| {
            if scan.shown.is_none_or(|shown| shown.contains(doc)) {
                visit(doc);
            }
        };
        match wanted {
            Wanted::Word(term) => {
                let index = scan.reader.inverted_index(term.field())?;
                let Some(mut postings) = index.read_block_postings(term, IndexRecordOption::Basic)? else { return Ok(()) };
                while !postings.docs().is_empty() {
                    postings.docs().iter().copied().for_each(&mut visit);
                    postings.advance();
                }
            }
            Wanted::Phrase(words) => {
                let weight = PhraseQuery::new(words.clone()).weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
                let mut documents = weight.scorer(scan.reader, 1.0)?;
                let mut doc = documents.doc();
                while doc != TERMINATED {
                    visit(doc);
                    doc = documents.advance();
                }
            }
        }
        Ok(())
    }
}
