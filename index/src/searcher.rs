//! Which past projects resemble a text: BM25 over every visible document, exhaustively, term at a time.
//!
//! Not `TopDocs`: the votes for organizations need all matches, and what is later than the day of the question must not
//! show, neither as a hit nor through document frequencies or average lengths. So the statistics are counted over the
//! visible documents only. Each document sums its terms in query order, whatever the segments: the same data gives the
//! same bits.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EnableScoring, PhraseQuery, Query};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term, postings::Postings};

use crate::analyze::{Highlighter, PHRASES, RECALL, Segmenter, each_token, terms};
use crate::error::IndexError;
use crate::schema::{Fields, KEY, VISIBLE_FROM};

/// BM25's term saturation and length normalisation (Robertson et al., TREC-3; the constants Lucene and Tantivy use).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Weight of a synonym beside the word that was asked for.
const SYNONYM: f32 = 0.5;
/// Longest query, in terms; the ones with the highest tf·idf stay.
const MAX_TERMS: usize = 48;

/// One past project that shares words with the text.
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
    /// The score of a document of average length that holds every term of the query once: the scale of `hits`.
    pub full: f32,
}

/// The index as it was when the searcher was made.
pub struct TextSearcher {
    searcher: Searcher,
    fields: Fields,
    analyzers: TokenizerManager,
    segmenter: Arc<Segmenter>,
    segments: Vec<Segment>,
    timeline: Timeline,
}

struct Segment {
    keys: Column<u64>,
    visible_from: Column<i64>,
    /// Latest day in this segment; with `as_of` at or after it, nothing needs to be filtered.
    last_day: i64,
}

/// How many documents and tokens are visible on each day.
#[derive(Default)]
struct Timeline {
    /// Ascending days with the totals up to and including them: documents, tokens.
    totals: Vec<(i64, [u64; 2])>,
}

impl Timeline {
    fn at(&self, as_of: i64) -> [u64; 2] {
        let after = self.totals.partition_point(|&(day, _)| day <= as_of);
        after.checked_sub(1).map_or([0; 2], |last| self.totals[last].1)
    }
}

/// What a document may hold, and what that is worth.
struct Clause {
    wanted: Wanted,
    /// Idf × count in the query, less for a synonym.
    weight: f32,
}

/// A word of the recall field, or words one behind the other in the phrase field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Word(Term),
    Phrase(Vec<Term>),
}

impl TextSearcher {
    pub(crate) fn new(
        searcher: Searcher,
        fields: Fields,
        analyzers: TokenizerManager,
        segmenter: Arc<Segmenter>,
    ) -> tantivy::Result<Self> {
        let mut segments = Vec::new();
        let mut days = std::collections::BTreeMap::<i64, [u64; 2]>::new();
        for reader in searcher.segment_readers() {
            let keys = reader.fast_fields().u64(KEY)?;
            let visible_from = reader.fast_fields().i64(VISIBLE_FROM)?;
            let lengths = reader.get_fieldnorms_reader(fields.recall)?;
            let mut last_day = i64::MIN;
            for doc in reader.doc_ids_alive() {
                let day = visible_from.first(doc).unwrap_or(i64::MAX);
                last_day = last_day.max(day);
                let totals = days.entry(day).or_default();
                totals[0] += 1;
                totals[1] += u64::from(lengths.fieldnorm(doc));
            }
            segments.push(Segment { keys, visible_from, last_day });
        }
        let totals = days
            .into_iter()
            .scan([0; 2], |sum: &mut [u64; 2], (day, totals)| {
                sum.iter_mut().zip(totals).for_each(|(sum, more)| *sum += more);
                Some((day, *sum))
            })
            .collect();
        Ok(Self { searcher, fields, analyzers, segmenter, segments, timeline: Timeline { totals } })
    }

    /// Number of past projects visible on the day `as_of` (days since 1970-01-01).
    #[must_use]
    pub fn visible_documents(&self, as_of: i64) -> u64 {
        self.timeline.at(as_of)[0]
    }

    /// The `limit` past projects visible on `as_of` that share most with `text`, and all that equal the last of them.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn matches(&self, text: &str, as_of: i64, limit: usize) -> Result<Matches, IndexError> {
        self.search(text, as_of, limit).map_err(|source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source })
    }

    fn search(&self, text: &str, as_of: i64, limit: usize) -> tantivy::Result<Matches> {
        let [documents, tokens] = self.timeline.at(as_of);
        if documents == 0 || limit == 0 {
            return Ok(Matches::default());
        }
        let mut query = self.words(text, as_of, documents)?;
        let full = query.iter().map(|clause| clause.weight).sum();
        query.extend(self.synonyms(text, &query, as_of, documents)?);
        let norms = length_norms(tokens, documents);
        let mut hits = Vec::new();
        for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
            let mut scores = vec![0.0_f32; reader.max_doc() as usize];
            let lengths = reader.get_fieldnorms_reader(self.fields.recall)?;
            for clause in &query {
                self.for_each_visible(reader, segment, &clause.wanted, as_of, |doc, frequency| {
                    let tf = frequency as f32;
                    let norm = norms[usize::from(lengths.fieldnorm_id(doc))];
                    scores[doc as usize] += clause.weight * tf * (K1 + 1.0) / (tf + norm);
                })?;
            }
            let matched = scores.iter().enumerate().filter(|&(_, &score)| score > 0.0);
            hits.extend(matched.filter_map(|(doc, &score)| Some(Hit { key: segment.keys.first(doc as DocId)?, score })));
        }
        Ok(Matches { hits: best(hits, limit), full })
    }

    /// The words of `text` that occur in visible documents, with weights; at most [`MAX_TERMS`].
    fn words(&self, text: &str, as_of: i64, documents: u64) -> tantivy::Result<Vec<Clause>> {
        let mut query = Vec::new();
        for (text, count) in terms(&self.analyzers, RECALL, text) {
            let wanted = Wanted::Word(Term::from_field_text(self.fields.recall, &text));
            let frequency = self.document_frequency(&wanted, as_of)?;
            if frequency > 0 {
                query.push(Clause { wanted, weight: idf(frequency, documents) * count as f32 });
            }
        }
        query.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.wanted.cmp(&b.wanted)));
        query.truncate(MAX_TERMS);
        Ok(query)
    }

    /// The words of `text` that occur in visible documents, rarest first: document frequency, count in the text, term.
    pub(crate) fn rarest(&self, text: &str, as_of: i64) -> tantivy::Result<Vec<(u64, u32, Term)>> {
        let mut words = Vec::new();
        for (text, count) in terms(&self.analyzers, RECALL, text) {
            let term = Term::from_field_text(self.fields.recall, &text);
            let frequency = self.document_frequency(&Wanted::Word(term.clone()), as_of)?;
            if frequency > 0 {
                words.push((frequency, count as u32, term));
            }
        }
        words.sort_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
        words.truncate(MAX_TERMS);
        Ok(words)
    }

    /// Calls `visit` with the key of each visible document that holds `term`, and how often.
    pub(crate) fn each_document(&self, term: &Term, as_of: i64, mut visit: impl FnMut(u64, u32)) -> tantivy::Result<()> {
        for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
            self.for_each_visible(reader, segment, &Wanted::Word(term.clone()), as_of, |doc, times| {
                if let Some(key) = segment.keys.first(doc) {
                    visit(key, times);
                }
            })?;
        }
        Ok(())
    }

    /// Keys and lengths of the documents, segment by segment.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = (&Column<u64>, FieldNormReader)> {
        let readers = self.searcher.segment_readers().iter().zip(&self.segments);
        readers.filter_map(|(reader, segment)| Some((&segment.keys, reader.get_fieldnorms_reader(self.fields.recall).ok()?)))
    }

    /// The synonyms of words of `text` that occur in visible documents and are not asked for anyway.
    fn synonyms(&self, text: &str, asked: &[Clause], as_of: i64, documents: u64) -> tantivy::Result<Vec<Clause>> {
        let mut query = Vec::new();
        for synonym in self.segmenter.synonyms(text).into_iter().take(MAX_TERMS) {
            let Some(wanted) = self.wanted(synonym) else { continue };
            let frequency = self.document_frequency(&wanted, as_of)?;
            if frequency > 0 && asked.iter().all(|clause| clause.wanted != wanted) {
                query.push(Clause { wanted, weight: SYNONYM * idf(frequency, documents) });
            }
        }
        Ok(query)
    }

    /// A word if the dictionary knows `text` as one, else its words as a phrase; nothing for punctuation.
    fn wanted(&self, text: &str) -> Option<Wanted> {
        let mut words = Vec::new();
        each_token(&self.analyzers, PHRASES, text, |token| words.push(token.text.clone()));
        match words.as_slice() {
            [] => None,
            [word] => Some(Wanted::Word(Term::from_field_text(self.fields.recall, word))),
            words => Some(Wanted::Phrase(words.iter().map(|word| Term::from_field_text(self.fields.phrases, word)).collect())),
        }
    }

    /// What a project may hold to be found by `text`: a single word also by itself in the phrase field, where the
    /// characters of unknown words stand alone.
    fn all_wanted(&self, text: &str) -> Vec<Wanted> {
        let phrase =
            |term: &Term| Wanted::Word(Term::from_field_text(self.fields.phrases, term.value().as_str().unwrap_or_default()));
        match self.wanted(text) {
            Some(Wanted::Word(term)) => vec![phrase(&term), Wanted::Word(term)],
            wanted => wanted.into_iter().collect(),
        }
    }

    /// Keys of the projects visible on `as_of` that hold `phrase`, or a synonym of the whole of it, ascending.
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
        let mut keys = Vec::new();
        for wanted in std::iter::once(phrase).chain(synonyms).flat_map(|text| self.all_wanted(text)) {
            for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
                self.for_each_visible(reader, segment, &wanted, as_of, |doc, _| keys.extend(segment.keys.first(doc)))?;
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// Which lists the answers of this searcher rest on.
    #[must_use]
    pub fn lexicon_version(&self) -> &str {
        self.segmenter.version()
    }

    /// The word lists that texts are cut with.
    #[must_use]
    pub const fn segmenter(&self) -> &Arc<Segmenter> {
        &self.segmenter
    }

    /// Marks the words of `query` and their synonyms in texts.
    #[must_use]
    pub fn highlighter(&self, query: &str) -> Highlighter {
        Highlighter::new(&self.segmenter, &self.analyzers, query)
    }

    fn document_frequency(&self, wanted: &Wanted, as_of: i64) -> tantivy::Result<u64> {
        let mut frequency = 0;
        for (reader, segment) in self.searcher.segment_readers().iter().zip(&self.segments) {
            match wanted {
                Wanted::Word(term) if as_of >= segment.last_day && !reader.has_deletes() => {
                    frequency += u64::from(reader.inverted_index(term.field())?.doc_freq(term)?);
                }
                _ => self.for_each_visible(reader, segment, wanted, as_of, |_, _| frequency += 1)?,
            }
        }
        Ok(frequency)
    }

    /// Calls `visit` with each living document of the segment that holds what is wanted and is visible, and how often it
    /// holds it; a phrase counts once.
    fn for_each_visible(
        &self,
        reader: &SegmentReader,
        segment: &Segment,
        wanted: &Wanted,
        as_of: i64,
        mut visit: impl FnMut(DocId, u32),
    ) -> tantivy::Result<()> {
        let all_visible = as_of >= segment.last_day;
        let alive = reader.alive_bitset();
        let shows = |doc| {
            alive.is_none_or(|alive| alive.is_alive(doc))
                && (all_visible || segment.visible_from.first(doc).is_some_and(|day| day <= as_of))
        };
        match wanted {
            Wanted::Word(term) => {
                let index = reader.inverted_index(term.field())?;
                let Some(mut postings) = index.read_postings(term, IndexRecordOption::WithFreqs)? else { return Ok(()) };
                let mut doc = postings.doc();
                while doc != TERMINATED {
                    if shows(doc) {
                        visit(doc, postings.term_freq());
                    }
                    doc = postings.advance();
                }
            }
            Wanted::Phrase(words) => {
                let weight = PhraseQuery::new(words.clone()).weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
                let mut documents = weight.scorer(reader, 1.0)?;
                let mut doc = documents.doc();
                while doc != TERMINATED {
                    if shows(doc) {
                        visit(doc, 1);
                    }
                    doc = documents.advance();
                }
            }
        }
        Ok(())
    }
}

fn idf(frequency: u64, documents: u64) -> f32 {
    (1.0 + ((documents - frequency) as f32 + 0.5) / (frequency as f32 + 0.5)).ln()
}

/// K1 · (1 − B + B · length / average), for each of the 256 codes in which Tantivy keeps a field's length.
fn length_norms(tokens: u64, documents: u64) -> [f32; 256] {
    let average = (tokens as f32 / documents as f32).max(1.0);
    std::array::from_fn(|code| {
        let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
        K1 * (1.0 - B + B * length / average)
    })
}

/// The best `limit` hits and every hit that equals the last of them: which ones are kept never depends on keys.
fn best(mut hits: Vec<Hit>, limit: usize) -> Vec<Hit> {
    let order = |a: &Hit, b: &Hit| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key));
    if hits.len() > limit {
        let (_, last, _) = hits.select_nth_unstable_by(limit - 1, order);
        let least = last.score;
        hits.retain(|hit| hit.score >= least);
    }
    hits.sort_unstable_by(order);
    hits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::analyze::{Lexicon, Segmenter};
    use crate::schema::Document;
    use crate::writer::TextIndex;

    const NOW: i64 = 20_000;

    fn document(key: u64, visible_from: i64, text: &str) -> Document {
        Document { key, visible_from, text: text.to_owned() }
    }

    fn index(documents: &[Document]) -> (TempDir, TextIndex) {
        let dir = TempDir::new().unwrap();
        let index = TextIndex::open(dir.path(), &Segmenter::embedded()).unwrap();
        index.write(documents, 1).unwrap();
        (dir, index)
    }

    fn keys(index: &TextIndex, text: &str, as_of: i64) -> Vec<u64> {
        index.searcher().unwrap().matches(text, as_of, 10).unwrap().hits.iter().map(|hit| hit.key).collect()
    }

    #[test]
    fn the_closest_text_comes_first_and_strangers_do_not_come() {
        let (_dir, index) = index(&[
            document(1, 0, "为乡村小学安装净水设备，保障师生安全饮水"),
            document(2, 0, "乡村医生培训与设备支持"),
            document(3, 0, "牦牛养殖暖棚"),
        ]);
        assert_eq!(keys(&index, "村里学校需要净水设备", NOW), [1, 2]);
    }

    #[test]
    fn a_word_that_the_dictionary_splits_elsewhere_is_found_by_its_character_pairs() {
        let (_dir, index) = index(&[document(1, 0, "格桑花西部助学"), document(2, 0, "道路硬化")]);
        assert_eq!(keys(&index, "桑花", NOW), [1]);
    }

    #[test]
    fn a_synonym_finds_what_the_word_itself_does_not() {
        let (_dir, index) = index(&[document(1, 0, "为残疾人安装假肢"), document(2, 0, "道路硬化")]);
        assert_eq!(keys(&index, "义肢", NOW), [1]);
    }

    #[test]
    fn short_words_and_synonyms_of_the_whole_are_found_and_parts_of_a_phrase_are_not() {
        let (_dir, index) = index(&[document(1, 0, "安全饮水工程"), document(2, 0, "安装假肢"), document(3, 0, "工程安全")]);
        let find = |phrase| index.searcher().unwrap().find(phrase, NOW).unwrap();
        assert_eq!(find("饮水"), [1]);
        assert_eq!(find("义肢"), [2]);
        assert_eq!(find("安全工程"), [] as [u64; 0]);
    }

    #[test]
    fn what_comes_later_changes_neither_hits_nor_scores() {
        let past = [document(1, 100, "乡村医生培训"), document(2, 200, "乡村学校净水")];
        let mut all = past.to_vec();
        all.extend((0..20).map(|n| document(10 + n, 300, "乡村医生培训培训乡村卫生室设备采购很长的说明文字")));
        let (_a, before) = index(&past);
        let (_b, after) = index(&all);
        let ask = |index: &TextIndex| index.searcher().unwrap().matches("乡村医生培训", 250, 10).unwrap();
        assert_eq!(ask(&before), ask(&after));
    }

    #[test]
    fn writing_a_key_again_replaces_the_document() {
        let (_dir, index) = index(&[document(1, 0, "乡村医生培训"), document(2, 0, "学校净水")]);
        index.write(&[document(1, 0, "养老护理")], 2).unwrap();
        assert_eq!(keys(&index, "乡村医生", NOW), [] as [u64; 0]);
        assert_eq!(keys(&index, "养老护理", NOW), [1]);
        assert_eq!(index.through().unwrap(), 2);
        assert_eq!(index.searcher().unwrap().visible_documents(NOW), 2);
    }

    #[test]
    fn an_index_of_another_lexicon_is_refused() {
        let (dir, index) = index(&[document(1, 0, "乡村医生培训")]);
        drop(index);
        let mut lexicon = Lexicon::embedded();
        lexicon.stop_words.push_str("培训\n");
        let other = Arc::new(Segmenter::new(&lexicon).unwrap());
        assert!(matches!(TextIndex::open(dir.path(), &other), Err(IndexError::Stale { .. })));
        assert_eq!(TextIndex::create(dir.path(), &other).unwrap().through().unwrap(), 0);
    }

    fn corpus() -> impl Strategy<Value = Vec<(i64, String)>> {
        prop::collection::vec((0..10_i64, "[乡村医生学校饮水培训设备]{2,12}"), 1..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_phrase_of_a_document_finds_it(text in "[乡村医生学校饮水培训设备格桑嘎玛的，。a-c0-9]{1,30}", from in 0..30_usize, length in 1..8_usize) {
            let segmenter = Segmenter::embedded();
            let words = segmenter.known_cut(&text);
            let is_word = |word: &&jieba_rs::Token<'_>| word.word.chars().any(char::is_alphanumeric);
            let run: Vec<_> = words.iter().skip(from % words.len()).take(length).take_while(is_word).collect();
            prop_assume!(!(run.is_empty() || run.len() == 1 && segmenter.is_stop_word(run[0].word)));
            let phrase = &text[run[0].byte_start..run[run.len() - 1].byte_end];
            let (_dir, index) = index(&[document(1, 0, &text), document(2, 0, "道路硬化")]);
            let found = index.searcher().unwrap().find(phrase, NOW).unwrap();
            prop_assert!(found.contains(&1), "{} in {}", phrase, text);
        }

        #[test]
        fn segments_and_deletes_do_not_change_a_bit(corpus in corpus(), query in "[乡村医生学校饮水]{2,8}", as_of in 0..10_i64) {
            let documents: Vec<_> = corpus.iter().enumerate().map(|(n, (day, text))| document(n as u64, *day, text)).collect();
            let (_a, whole) = index(&documents);
            let (_b, pieces) = index(&[document(0, 0, "将被替换的文字")]);
            for (n, piece) in documents.chunks(2).enumerate() {
                pieces.write(piece, n as i64).unwrap();
            }
            let ask = |index: &TextIndex| index.searcher().unwrap().matches(&query, as_of, 5).unwrap();
            prop_assert_eq!(ask(&whole), ask(&pieces));
        }
    }
}
