//! The scores of a few chosen documents for many texts. Each word is looked up once, however many texts contain it.

use std::collections::HashMap;

use rayon::prelude::*;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

use super::clause::{Clause, Gains, Holders, MAX_TERMS, Wanted, idf, keep_by, length_norms};
use super::{SYNONYM, TextSearcher};
use crate::analyze::{RECALL, terms};
use crate::error::IndexError;

/// Texts as the words that are searched for. All searchers with the same word lists understand them.
#[derive(Debug, Clone, Default)]
pub struct Queries {
    numbers: HashMap<Wanted, u32>,
    /// By number.
    wanted: Vec<Wanted>,
    by_text: HashMap<String, usize>,
    queries: Vec<Query>,
}

/// The numbers of a text's words, each with its count, and of their synonyms.
#[derive(Debug, Clone, Default)]
struct Query {
    words: Box<[(u32, u32)]>,
    synonyms: Box<[u32]>,
}

impl Queries {
    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queries.len()
    }

    /// True without texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }

    fn number(&mut self, wanted: Wanted) -> u32 {
        let next = self.wanted.len() as u32;
        *self.numbers.entry(wanted).or_insert_with_key(|wanted| {
            self.wanted.push(wanted.clone());
            next
        })
    }
}

/// The words of some texts as the documents of one day contain them.
pub struct Vocabulary {
    as_of: i64,
    documents: u64,
    tokens: u64,
    /// By number of the word, each as if it occurred once in a text.
    words: Vec<Clause>,
}

/// What chosen documents contain of a vocabulary.
pub struct Selected<'a> {
    queries: &'a Queries,
    vocabulary: &'a Vocabulary,
    norms: [f32; 256],
    /// The codes of the documents' lengths.
    lengths: Vec<u8>,
    /// By number of the word, the chosen documents that contain it, each with how often.
    holdings: Vec<Vec<(u32, u32)>>,
}

/// A visible document among the chosen ones, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Chosen {
    segment: usize,
    doc: DocId,
    n: u32,
}

/// A text cut: its words with their counts, and the words of its synonyms.
type CutText = (Vec<(Wanted, u32)>, Vec<Wanted>);

impl TextSearcher {
    /// The numbers of some texts; those that are not known yet are added.
    #[must_use]
    pub fn add_queries(&self, queries: &mut Queries, texts: &[&str]) -> Vec<usize> {
        let cut = |&text: &&str| {
            let synonyms = self.segmenter.synonyms(text).into_iter().take(MAX_TERMS);
            let words: Vec<(Wanted, u32)> =
                terms(&self.analyzers, RECALL, text).into_iter().map(|(word, count)| (self.word(&word), count)).collect();
            (words, synonyms.filter_map(|synonym| self.wanted(synonym)).collect::<Vec<_>>())
        };
        let cut: Vec<_> = texts.par_iter().map(|text| (!queries.by_text.contains_key(*text)).then(|| cut(text))).collect();
        let add = |(text, cut): (&&str, Option<CutText>)| {
            if let Some(&known) = queries.by_text.get(*text) {
                return known;
            }
            let (words, synonyms) = cut.unwrap_or_default();
            let words = words.into_iter().map(|(word, count)| (queries.number(word), count)).collect();
            let synonyms = synonyms.into_iter().map(|synonym| queries.number(synonym)).collect();
            queries.queries.push(Query { words, synonyms });
            queries.by_text.insert((*text).to_owned(), queries.queries.len() - 1);
            queries.queries.len() - 1
        };
        texts.iter().zip(cut).map(add).collect()
    }

    /// Looks up the words of all texts.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn vocabulary(&self, queries: &Queries, as_of: i64) -> Result<Vocabulary, IndexError> {
        let day = self.day(as_of);
        let [documents, tokens] = day.totals;
        let clause = |wanted: &Wanted| self.clause(wanted.clone(), 1.0, &day);
        let words: tantivy::Result<_> = queries.wanted.par_iter().with_min_len(32).map(clause).collect();
        let words = words.map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })?;
        Ok(Vocabulary { as_of, documents, tokens, words })
    }

    /// Looks into the documents with these keys for the words of a vocabulary, which must have been made by this searcher.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn select<'a>(&self, queries: &'a Queries, vocabulary: &'a Vocabulary, keys: &[u64]) -> Result<Selected<'a>, IndexError> {
        self.look_into(queries, vocabulary, keys).map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })
    }

    fn look_into<'a>(&self, queries: &'a Queries, vocabulary: &'a Vocabulary, keys: &[u64]) -> tantivy::Result<Selected<'a>> {
        let day = self.day(vocabulary.as_of);
        let mut lengths = vec![0; keys.len()];
        let mut chosen: Vec<Chosen> = Vec::new();
        for (scan, segment) in self.scans(&day).into_iter().zip(&self.segments) {
            let index = scan.reader.inverted_index(self.fields.key)?;
            for (n, &key) in keys.iter().enumerate() {
                let term = Term::from_field_u64(self.fields.key, key);
                let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
                while postings.doc() != TERMINATED {
                    let doc = postings.doc();
                    if !scan.reader.is_deleted(doc) && segment.day(doc) <= vocabulary.as_of {
                        lengths[n] = segment.length(doc);
                        chosen.push(Chosen { segment: scan.number, doc, n: n as u32 });
                    }
                    postings.advance();
                }
            }
        }
        chosen.sort_unstable();
        let by_segment: Vec<&[Chosen]> = chosen.chunk_by(|a, b| a.segment == b.segment).collect();
        let holding = |clause: &Clause| self.holding(clause, &by_segment);
        let holdings: tantivy::Result<_> = vocabulary.words.par_iter().with_min_len(32).map(holding).collect();
        let holdings = holdings?;
        let norms = length_norms(vocabulary.tokens, vocabulary.documents.max(1));
        Ok(Selected { queries, vocabulary, norms, lengths, holdings })
    }

    /// The chosen documents that contain one word.
    fn holding(&self, clause: &Clause, by_segment: &[&[Chosen]]) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut found = Vec::new();
        for chosen in by_segment {
            let segment = chosen[0].segment;
            match &clause.holders[segment] {
                None => {}
                Some(Holders::Documents(documents)) => {
                    found.extend(chosen.iter().filter(|it| documents.binary_search(&it.doc).is_ok()).map(|it| (it.n, 1)));
                }
                Some(Holders::Postings(info)) => {
                    let index = self.searcher.segment_reader(segment as u32).inverted_index(self.fields.recall)?;
                    let mut postings = index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
                    for &Chosen { doc, n, .. } in *chosen {
                        let at = postings.seek(doc);
                        if postings.docs().get(at) == Some(&doc) {
                            found.push((n, postings.freqs()[at]));
                        }
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The score of each chosen document for one text, as [`TextSearcher::matches`] gives it. All is 0 if none shares a word with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// Number of the document among the chosen ones, and its score. Documents that share no word with the text are missing.
    pub scores: Vec<(u32, f32)>,
    /// As in [`Matches`](super::Matches).
    pub full: f32,
    /// As in [`Matches`](super::Matches).
    pub unknown: f32,
    /// True if a chosen document contains a word of the text, even one that is not scored.
    pub any: bool,
}

impl Selected<'_> {
    /// The scores for the text of this number. `sums` is room for one number per chosen document, all 0 before and after.
    #[must_use]
    pub fn scores(&self, query: usize, sums: &mut Vec<f32>) -> Scores {
        let Query { words, synonyms } = &self.queries.queries[query];
        let (all, documents) = (&self.vocabulary.words, self.vocabulary.documents);
        if documents == 0 {
            return Scores::default();
        }
        let is_known = |number: u32| all[number as usize].frequency > 0;
        let holds = |number: u32| !self.holdings[number as usize].is_empty();
        let any = words.iter().any(|&(number, _)| holds(number));
        if !any && !synonyms.iter().any(|&number| holds(number)) {
            return Scores::default();
        }
        let unknown = words.iter().filter(|(number, _)| !is_known(*number));
        let unknown = unknown.map(|&(_, count)| count as f32 * idf(0, documents)).sum();
        let clause = |number: u32, share: f32| {
            let word = &all[number as usize];
            (number, share * word.weight, word)
        };
        let known = words.iter().filter(|(number, _)| is_known(*number));
        let mut clauses: Vec<(u32, f32, &Clause)> = known.map(|&(number, count)| clause(number, count as f32)).collect();
        keep_by(&mut clauses, documents, |(_, weight, word)| (word.frequency, *weight, &word.wanted));
        let full = clauses.iter().map(|clause| clause.1).sum();
        let is_new = |synonym: &&u32| is_known(**synonym) && clauses.iter().all(|(word, ..)| word != *synonym);
        let new: Vec<u32> = synonyms.iter().filter(is_new).copied().collect();
        clauses.extend(new.into_iter().map(|synonym| clause(synonym, SYNONYM)));
        sums.resize(self.lengths.len(), 0.0);
        let mut touched: Vec<u32> = Vec::new();
        for (number, weight, _) in clauses {
            for &(n, times) in &self.holdings[number as usize] {
                let sum = &mut sums[n as usize];
                if *sum == 0.0 {
                    touched.push(n);
                }
                *sum += Gains::once(weight, times, self.norms[usize::from(self.lengths[n as usize])]);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let scores = touched.into_iter().map(|n| (n, std::mem::take(&mut sums[n as usize]))).collect();
        Scores { scores, full, unknown, any }
    }
}
