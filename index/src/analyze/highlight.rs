//! Where the words of a query stand in a text.

use std::collections::HashSet;
use std::ops::Range;

use tantivy::tokenizer::TokenizerManager;

use super::{RECALL, Segmenter, each_token};

/// Marks the words of one query in many texts.
pub struct Highlighter {
    analyzers: TokenizerManager,
    wanted: HashSet<String>,
}

impl Highlighter {
    /// For the words of `query` and their synonyms.
    #[must_use]
    pub fn new(segmenter: &Segmenter, analyzers: &TokenizerManager, query: &str) -> Self {
        let mut wanted: HashSet<String> = HashSet::new();
        each_token(analyzers, RECALL, query, |token| {
            wanted.insert(token.text.clone());
        });
        wanted.extend(segmenter.synonyms(query).into_iter().map(str::to_lowercase));
        Self { analyzers: analyzers.clone(), wanted }
    }

    /// The byte ranges of `text` that are words of the query or their synonyms: left to right, the longest first, none
    /// overlapping. Each slices `text` to such a word, but for upper and lower case.
    #[must_use]
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        each_token(&self.analyzers, RECALL, text, |token| {
            if self.wanted.contains(&token.text) {
                found.push(token.offset_from..token.offset_to);
            }
        });
        found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        found.retain(|range| {
            let is_free = range.start >= end;
            if is_free {
                end = range.end;
            }
            is_free
        });
        found
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
