//! Words that mean the same to a person who searches: short names of organizations and places, words of a sector.
//!
//! They apply to queries only, so changing them needs no new index.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::lexicon::LexiconError;

/// Groups of synonyms with a matcher over all their words.
#[derive(Debug)]
pub(super) struct Synonyms {
    matcher: AhoCorasick,
    /// Word number → group number.
    group_of: Vec<usize>,
    groups: Vec<Vec<String>>,
}

impl Synonyms {
    /// Parses one group per line, words separated by spaces; `#` starts a comment line.
    pub(super) fn parse(text: &str) -> Result<Self, LexiconError> {
        let mut groups: Vec<Vec<String>> = Vec::new();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.len() < 2 {
                return Err(LexiconError::Synonyms { line: n + 1, problem: "一组同义词至少要有两个词" });
            }
            if words.iter().any(|word| seen.insert(word, n).is_some()) {
                return Err(LexiconError::Synonyms { line: n + 1, problem: "有词已在另一组中" });
            }
            groups.push(words.into_iter().map(str::to_owned).collect());
        }
        let words: Vec<(&str, usize)> =
            groups.iter().enumerate().flat_map(|(n, group)| group.iter().map(move |word| (word.as_str(), n))).collect();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.iter().map(|&(word, _)| word))
            .map_err(|_| LexiconError::TooLarge)?;
        let group_of = words.iter().map(|&(_, group)| group).collect();
        Ok(Self { matcher, group_of, groups })
    }

    /// The synonyms of the whole of `text`.
    pub(super) fn of_whole(&self, text: &str) -> Vec<&str> {
        let text = text.trim();
        let group = self
            .matcher
            .find(text)
            .filter(|hit| hit.range() == (0..text.len()))
            .map(|hit| self.group_of[hit.pattern().as_usize()]);
        group
            .map(|group| self.groups[group].iter().map(String::as_str).filter(|&other| other != text).collect())
            .unwrap_or_default()
    }

    /// The synonyms of the words in `text`, each once, in the order of the words.
    ///
    /// A word counts only if it starts and ends at one of `bounds`, the word boundaries of the exact cut. `bounds` is called
    /// only if the text contains a word of a group, so other texts are not cut.
    pub(super) fn for_text(&self, text: &str, bounds: impl FnOnce() -> HashSet<usize>) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let bounds = LazyCell::new(bounds);
        for hit in self.matcher.find_iter(text) {
            if !bounds.contains(&hit.start()) || !bounds.contains(&hit.end()) {
                continue;
            }
            let word = &text[hit.range()];
            for other in &self.groups[self.group_of[hit.pattern().as_usize()]] {
                if other != word && !found.contains(&other.as_str()) {
                    found.push(other);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lexicon, Segmenter};
    use super::*;

    #[test]
    fn the_embedded_groups_are_sound_and_used() {
        let segmenter = Segmenter::embedded();
        assert!(segmenter.synonyms("为残疾人安装义肢").contains(&"假肢"));
        assert!(segmenter.synonyms("道路硬化").is_empty());
        assert!(Synonyms::parse(&Lexicon::embedded().synonyms).is_ok());
    }

    #[test]
    fn faults_are_named_with_their_line() {
        for (text, line) in [("饮水\n", 1), ("# x\n饮水 用水\n用水 喝水\n", 3)] {
            match Synonyms::parse(text) {
                Err(LexiconError::Synonyms { line: found, .. }) => assert_eq!(found, line),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_synonym_inside_another_word_does_not_count() {
        let lexicon = Lexicon { synonyms: "会议 大会\n".to_owned(), ..Lexicon::embedded() };
        let segmenter = Segmenter::new(&lexicon).unwrap();
        assert_eq!(segmenter.synonyms("召开会议"), ["大会"]);
        assert!(segmenter.synonyms("红十字会议事").is_empty());
    }
}
