use proptest::prelude::*;
use tempfile::TempDir;

use tantivy::fieldnorm::FieldNormReader;

use super::*;
use crate::analyze::{Lexicon, Segmenter, Word};
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
fn the_closest_text_comes_first_and_unrelated_ones_are_not_found() {
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
    assert_eq!(bits(&ask(&before)), bits(&ask(&after)));
}

#[test]
fn writing_a_key_again_replaces_the_document() {
    let (_dir, index) = index(&[document(1, 0, "乡村医生培训"), document(2, 0, "学校净水")]);
    index.write(&[document(1, 0, "养老护理")], 2).unwrap();
    assert_eq!(keys(&index, "乡村医生", NOW), [] as [u64; 0]);
    assert_eq!(keys(&index, "养老护理", NOW), [1]);
    assert_eq!(index.ledger_version().unwrap(), 2);
    assert_eq!(index.searcher().unwrap().visible_documents(NOW), 2);
}

#[test]
fn what_is_removed_is_gone() {
    let (_dir, index) = index(&[document(1, 0, "乡村医生培训"), document(2, 0, "学校净水")]);
    index.change(&[document(3, 0, "乡村学校")], &[1], 2).unwrap();
    assert_eq!(keys(&index, "乡村医生培训", NOW), [3]);
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
    assert_eq!(TextIndex::create(dir.path(), &other).unwrap().ledger_version().unwrap(), 0);
}

#[test]
fn what_is_always_visible_is_found_on_any_day() {
    let (_dir, index) = index(&[document(1, i64::MIN, "乡村医生培训协会"), document(2, i64::MIN, "净水慈善基金会")]);
    for as_of in [i64::MIN, -1, NOW, i64::MAX] {
        assert_eq!(keys(&index, "为学校净水", as_of), [2]);
        assert_eq!(index.searcher().unwrap().visible_documents(as_of), 2);
    }
}

#[test]
fn a_commit_reads_no_old_segment_again() {
    let (_dir, index) = index(&[document(1, 0, "乡村医生培训"), document(2, 0, "学校净水")]);
    let before = index.searcher().unwrap();
    index.write(&[document(1, 0, "养老护理")], 2).unwrap();
    let after = index.searcher().unwrap();
    assert_eq!(after.segments.len(), 2);
    assert!(after.segments.iter().any(|it| Arc::ptr_eq(it, &before.segments[0])));
    assert_eq!((before.visible_documents(NOW), after.visible_documents(NOW)), (2, 2));
}

/// Hits and scale without the positions, which depend on segments.
fn bits(matches: &Matches) -> (Vec<(u64, u32)>, u32) {
    (matches.hits.iter().map(|hit| (hit.key, hit.score.to_bits())).collect(), matches.full.to_bits())
}

/// The definition, evaluated document by document: no index, no windows, nothing left out early.
fn by_definition(documents: &[Document], query: &str, as_of: i64, limit: usize) -> (Vec<(u64, u32)>, u32) {
    let analyzers = crate::analyze::analyzers(&Segmenter::embedded());
    let cut = |text: &str| terms(&analyzers, RECALL, text);
    let length = |words: &[(String, u32)]| {
        let code = FieldNormReader::fieldnorm_to_id(words.iter().map(|(_, count)| count).sum());
        FieldNormReader::id_to_fieldnorm(code)
    };
    let visible: Vec<_> = documents.iter().filter(|it| it.visible_from <= as_of).map(|it| (it.key, cut(&it.text))).collect();
    let tokens: u32 = visible.iter().map(|(_, words)| length(words)).sum();
    let average = (tokens as f32 / visible.len() as f32).max(1.0);
    let count = |words: &[(String, u32)], word: &str| words.iter().find(|(it, _)| it == word).map_or(0, |&(_, count)| count);
    let mut asked = Vec::new();
    for (word, times) in cut(query) {
        let holders = visible.iter().filter(|(_, words)| count(words, &word) > 0).count();
        if holders > 0 {
            let odds = ((visible.len() - holders) as f32 + 0.5) / (holders as f32 + 0.5);
            asked.push(((1.0 + odds).ln() * times as f32, word));
        }
    }
    asked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let score = |words: &[(String, u32)]| {
        let norm = 1.2 * (1.0 - 0.75 + 0.75 * length(words) as f32 / average);
        asked.iter().fold(0.0, |sum: f32, (weight, word)| {
            let tf = count(words, word) as f32;
            sum + weight * tf * (1.2 + 1.0) / (tf + norm)
        })
    };
    let mut hits: Vec<_> = visible.iter().map(|(key, words)| (*key, score(words))).filter(|hit| hit.1 > 0.0).collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let least = hits.get(limit - 1).map_or(0.0, |hit| hit.1);
    hits.retain(|hit| hit.1 >= least);
    let full: f32 = asked.iter().map(|(weight, _)| weight).sum();
    (hits.into_iter().map(|(key, score)| (key, score.to_bits())).collect(), full.to_bits())
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
        let is_word = |word: &&Word<'_>| word.text.chars().any(char::is_alphanumeric);
        let run: Vec<_> = words.iter().skip(from % words.len()).take(length).take_while(is_word).collect();
        prop_assume!(!(run.is_empty() || run.len() == 1 && segmenter.is_stop_word(run[0].text)));
        let phrase = &text[run[0].start..run[run.len() - 1].end];
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
        prop_assert_eq!(bits(&ask(&whole)), bits(&ask(&pieces)));
    }
    #[test]
    fn matches_are_what_the_definition_says(
        corpus in prop::collection::vec((0..11_i64, "[乡村医生学校饮水]{2,8}"), 1..400),
        replaced in prop::collection::vec("[乡村医生学校饮水]{2,8}", 0..20),
        query in "[乡村医生学校饮水]{2,8}",
        limit in 1..30_usize,
    ) {
        prop_assume!(Segmenter::embedded().synonyms(&query).is_empty());
        let mut documents: Vec<_> = corpus.iter().enumerate().map(|(n, (day, text))| document(n as u64, *day, text)).collect();
        let (_dir, index) = index(&documents);
        let news = replaced.iter().enumerate().map(|(n, text)| document(3 * n as u64, n as i64 % 11, text));
        for new in news {
            documents.retain(|it| it.key != new.key);
            documents.push(new);
        }
        index.write(&documents[documents.len().saturating_sub(replaced.len())..], 2).unwrap();
        let searcher = index.searcher().unwrap();
        // More days than are kept, each asked for twice.
        for as_of in (0..11).chain(0..11) {
            let matches = searcher.matches(&query, as_of, limit).unwrap();
            if searcher.visible_documents(as_of) > 0 {
                prop_assert_eq!(bits(&matches), by_definition(&documents, &query, as_of, limit));
            }
        }
    }
}

proptest! {
    #[test]
    fn chosen_documents_score_as_in_a_search(
        texts in prop::collection::vec(("[净水安装义肢假医生]{0,12}", -2..3_i64), 1..90),
        topics in prop::collection::vec("[净水安装义肢假医生道]{0,9}", 1..6),
        step in 1..4_usize,
    ) {
        let documents: Vec<Document> = (1..).zip(&texts).map(|(key, (text, day))| document(key, NOW + day, text)).collect();
        let (_dir, index) = index(&documents[..documents.len() / 2]);
        index.write(&documents[documents.len() / 2..], 2).unwrap();
        let searcher = index.searcher().unwrap();
        let mut queries = Queries::default();
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        let numbers = searcher.add_queries(&mut queries, &topics);
        prop_assert_eq!(&searcher.add_queries(&mut queries, &topics), &numbers);
        let vocabulary = searcher.vocabulary(&queries, NOW).unwrap();
        // The last one does not exist.
        let chosen: Vec<u64> = (1..=texts.len() as u64 + 1).rev().step_by(step).collect();
        let selected = searcher.select(&queries, &vocabulary, &chosen).unwrap();
        for (&n, topic) in numbers.iter().zip(topics) {
            let matches = searcher.matches(topic, NOW, 1000).unwrap();
            let number = |key: u64| Some(chosen.iter().position(|&it| it == key)? as u32);
            let mut expected: Vec<(u32, f32)> =
                matches.hits.iter().filter_map(|hit| Some((number(hit.key)?, hit.score))).collect();
            expected.sort_unstable_by_key(|entry| entry.0);
            let scores = selected.scores(n, &mut Vec::new());
            prop_assert!(scores.any || scores.scores.is_empty() || topic.contains(['义', '肢', '假']));
            if !scores.scores.is_empty() {
                prop_assert_eq!((scores.full, scores.unknown), (matches.full, matches.unknown));
            }
            prop_assert_eq!(scores.scores, expected);
        }
    }
}
