//! Where the words of a query occur in a text.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use tantivy::tokenizer::TokenizerManager;

use super::{RECALL, Segmenter, each_token};

/// Marks the words of one query in many texts. Single characters are not marked: they occur inside too many other words.
#[derive(Debug)]
pub struct Highlighter {
    /// None for a query without words.
    words: Option<AhoCorasick>,
}

impl Highlighter {
    /// A highlighter for the words of `query` and their synonyms.
    #[must_use]
    pub fn new(segmenter: &Segmenter, analyzers: &TokenizerManager, query: &str) -> Self {
        let mut words: BTreeSet<String> = segmenter.synonyms(query).into_iter().map(str::to_owned).collect();
        each_token(analyzers, RECALL, query, |token| {
            words.insert(token.text.clone());
        });
        words.retain(|word| word.chars().nth(1).is_some());
        let matcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(&words);
        // A query with too many words for one automaton is not worth highlighting.
        Self { words: matcher.ok().filter(|_| !words.is_empty()) }
    }

    /// The byte ranges in `text` of the query's words and their synonyms, left to right without overlaps; of words that start
    /// together, the longest. Each range slices `text` to such a word, apart from the case of Latin letters.
    #[must_use]
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        self.words.as_ref().map(|words| words.find_iter(text).map(|hit| hit.range()).collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{analyzers, terms};
    use super::*;
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
