//! Where the words of a query occur in a text.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use rustc_hash::FxBuildHasher;
use tantivy::tokenizer::TokenizerManager;

use super::{RECALL, Segmenter, each_token};

/// Marks the words of one query in many texts. Single characters are not marked: they occur inside too many other words.
///
/// A query has a few dozen words and marks a few hundred short texts, so that an automaton would take longer to build than to use.
#[derive(Debug)]
pub struct Highlighter {
    /// The words by their first character, in lower case; of those that start together, the longest first.
    words: HashMap<char, Vec<String>, FxBuildHasher>,
}

impl Highlighter {
    /// A highlighter for the words of `query` and their synonyms.
    #[must_use]
    pub fn new(segmenter: &Segmenter, analyzers: &TokenizerManager, query: &str) -> Self {
        let mut words: BTreeSet<String> = segmenter.synonyms(query).into_iter().map(str::to_owned).collect();
        each_token(analyzers, RECALL, query, |token| {
            if !words.contains(&token.text) {
                words.insert(token.text.clone());
            }
        });
        Self::of(words)
    }

    fn of(words: BTreeSet<String>) -> Self {
        let mut by_first = HashMap::<char, Vec<String>, FxBuildHasher>::default();
        for word in words {
            let mut chars = word.chars();
            if let (Some(first), Some(_)) = (chars.next(), chars.next()) {
                by_first.entry(first.to_ascii_lowercase()).or_default().push(word);
            }
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|word| Reverse(word.len()));
        }
        Self { words: by_first }
    }

    /// The byte ranges in `text` of the query's words and their synonyms, left to right without overlaps; of words that start
    /// together, the longest. Each range slices `text` to such a word, apart from the case of Latin letters.
    #[must_use]
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (start, c) in text.char_indices() {
            if ranges.last().is_some_and(|last| start < last.end) {
                continue;
            }
            let rest = &text.as_bytes()[start..];
            let is_here = |word: &&String| rest.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word.as_bytes()));
            let longest = self.words.get(&c.to_ascii_lowercase()).and_then(|words| words.iter().find(is_here));
            ranges.extend(longest.map(|word| start..start + word.len()));
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::super::{analyzers, terms};
    use super::*;
    use aho_corasick::{AhoCorasick, MatchKind};
    use proptest::prelude::*;

    #[test]
    fn words_of_the_query_and_their_synonyms_are_marked() {
        let segmenter = Segmenter::embedded();
        let text = "为西藏的肢体残疾人安装假肢";
        let marked = Highlighter::new(&segmenter, &analyzers(&segmenter), "残疾人需要义肢").ranges(text);
        let marked: Vec<&str> = marked.into_iter().map(|range| &text[range]).collect();
        assert!(marked.contains(&"假肢") && marked.iter().any(|word| word.contains("残疾人")), "{marked:?}");
        assert!(Highlighter::new(&segmenter, &analyzers(&segmenter), "，。").ranges(text).is_empty());
    }

    proptest! {
        #[test]
        fn the_longest_word_from_the_left_is_marked(
            words in prop::collection::btree_set("[乡村医生aAbß]{2,4}", 0..8),
            text in "[乡村医生aAbBß，]{0,24}",
        ) {
            let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(&words);
            let expected: Vec<_> = automaton.unwrap().find_iter(&text).map(|found| found.range()).collect();
            prop_assert_eq!(Highlighter::of(words).ranges(&text), expected);
        }
    }

    proptest! {
        #[test]
        fn every_highlight_equals_a_query_word(text in "[乡村医生学校饮水培训设备，aA9😀]{0,30}", query in "[乡村医生学校饮水aA9]{0,8}") {
            let segmenter = Segmenter::embedded();
            let manager = analyzers(&segmenter);
            let mut words: Vec<String> = terms(&manager, RECALL, &query).into_iter().map(|(word, _)| word).collect();
            words.extend(segmenter.synonyms(&query).into_iter().map(str::to_lowercase));
            let mut end = 0;
            for range in Highlighter::new(&segmenter, &manager, &query).ranges(&text) {
                prop_assert!(range.start >= end && words.contains(&text[range.clone()].to_lowercase()));
                end = range.end;
            }
        }
    }
}
