//! The exact cut, word for word that of jieba: of all ways to cut a text into dictionary words, the most frequent words.

use std::ops::Range;

use jieba_rs::Jieba;

use super::dictionary::Dictionary;

/// One word of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// Byte offset of its start in the whole text.
    pub start: usize,
    /// Byte offset of its end.
    pub end: usize,
}

/// What becomes of characters that form no dictionary word.
#[derive(Clone, Copy)]
pub(super) enum Unknown<'a> {
    /// Each stands alone.
    Alone,
    /// Words are guessed from them by the hidden Markov model of a jieba without words.
    Guessed(&'a Jieba),
}

/// True for what words consist of; everything else stands alone.
const fn is_in_words(c: char) -> bool {
    matches!(
        c,
        '\u{4e00}'..='\u{9fff}'
            | 'a'..='z'
            | 'A'..='Z'
            | '0'..='9'
            | '+'
            | '#'
            | '&'
            | '.'
            | '_'
            | '%'
            | '-'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{2a6df}'
            | '\u{2a700}'..='\u{2b73f}'
            | '\u{2b740}'..='\u{2b81f}'
            | '\u{2b820}'..='\u{2ceaf}'
            | '\u{2ceb0}'..='\u{2ebef}'
            | '\u{2f800}'..='\u{2fa1f}'
    )
}

/// Cuts `text` into words: every character belongs to one, in order.
pub(super) fn cut<'a>(dictionary: &Dictionary, unknown: Unknown<'_>, text: &'a str) -> Vec<Word<'a>> {
    let (mut chars, mut offsets) = (Vec::with_capacity(text.len() / 3 + 1), Vec::with_capacity(text.len() / 3 + 2));
    for (offset, c) in text.char_indices() {
        chars.push(c);
        offsets.push(offset);
    }
    offsets.push(text.len());
    let mut cut = Cut { dictionary, unknown, text, chars: &chars, offsets: &offsets, words: Vec::with_capacity(chars.len()) };
    let mut route = Vec::new();
    let mut at = 0;
    for run in chars.chunk_by(|&a, &b| is_in_words(a) == is_in_words(b)) {
        let range = at..at + run.len();
        at = range.end;
        if is_in_words(run[0]) {
            cut.best_route(range.clone(), &mut route);
            cut.words_along(&route, range);
        } else {
            cut.others(range);
        }
    }
    cut.words
}

/// One step of the best way to cut the rest of a run.
#[derive(Clone, Copy)]
struct Step {
    /// Sum of the logarithms of the shares of its words.
    likelihood: f64,
    /// The character after the first of them.
    end: usize,
}

struct Cut<'a, 'b> {
    dictionary: &'b Dictionary,
    unknown: Unknown<'b>,
    text: &'a str,
    chars: &'b [char],
    /// Byte offset of each character, and of the end.
    offsets: &'b [usize],
    words: Vec<Word<'a>>,
}

impl Cut<'_, '_> {
    fn push(&mut self, chars: Range<usize>) {
        let (start, end) = (self.offsets[chars.start], self.offsets[chars.end]);
        self.words.push(Word { text: &self.text[start..end], start, end });
    }

    /// Finds the best step from each character of `run`. Of two that are as good, the longer word is the better one.
    fn best_route(&self, run: Range<usize>, route: &mut Vec<Step>) {
        let total = self.dictionary.total();
        let chars = &self.chars[run];
        route.clear();
        route.resize(chars.len() + 1, Step { likelihood: 0.0, end: 0 });
        for at in (0..chars.len()).rev() {
            let mut best: Option<Step> = None;
            self.dictionary.words_at(&chars[at..], |length, logarithm| {
                let end = at + length;
                let likelihood = logarithm - total + route[end].likelihood;
                if best.is_none_or(|it| likelihood > it.likelihood || (likelihood == it.likelihood && end > it.end)) {
                    best = Some(Step { likelihood, end });
                }
            });
            // A character that is no word counts as one of frequency 1.
            route[at] = best.unwrap_or_else(|| Step { likelihood: 0.0 - total + route[at + 1].likelihood, end: at + 1 });
        }
    }

    /// Adds the words along `route`. Characters that it leaves single are looked at together.
    fn words_along(&mut self, route: &[Step], run: Range<usize>) {
        let (mut at, mut singles) = (run.start, run.start);
        while at < run.end {
            let end = run.start + route[at - run.start].end;
            let joins = end == at + 1 && (matches!(self.unknown, Unknown::Guessed(_)) || self.chars[at].is_ascii_alphanumeric());
            if !joins {
                self.singles(singles..at);
                self.push(at..end);
                singles = end;
            }
            at = end;
        }
        self.singles(singles..run.end);
    }

    fn singles(&mut self, singles: Range<usize>) {
        let Unknown::Guessed(model) = self.unknown else {
            if !singles.is_empty() {
                self.push(singles);
            }
            return;
        };
        let chars = &self.chars[singles.clone()];
        if chars.len() < 2 || self.dictionary.contains(&chars.iter().copied()) {
            singles.for_each(|at| self.push(at..at + 1));
            return;
        }
        if chars.iter().all(char::is_ascii_alphanumeric) {
            self.push(singles);
            return;
        }
        let start = self.offsets[singles.start];
        let text = &self.text[start..self.offsets[singles.end]];
        for token in model.cut(text, true) {
            self.words.push(Word { text: token.word, start: start + token.byte_start, end: start + token.byte_end });
        }
    }

    /// Adds characters that are in no words; the end of a line is one of them.
    fn others(&mut self, run: Range<usize>) {
        let mut at = run.start;
        while at < run.end {
            let end = if self.chars[at] == '\r' && self.chars[at + 1..run.end].first() == Some(&'\n') { at + 2 } else { at + 1 };
            self.push(at..end);
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::analyze::{Lexicon, Segmenter};

    /// jieba itself with the same words: the oracle.
    static JIEBA: LazyLock<Jieba> = LazyLock::new(|| jieba(&Lexicon::embedded().words));

    fn jieba(words: &str) -> Jieba {
        let mut jieba = Jieba::new();
        jieba.load_dict(&mut words.as_bytes()).unwrap();
        jieba
    }

    fn check(segmenter: &Segmenter, jieba: &Jieba, text: &str) {
        for (ours, guesses) in [(segmenter.cut(text), true), (segmenter.known_cut(text), false)] {
            let theirs: Vec<_> = jieba.cut(text, guesses).into_iter().map(|it| (it.word, it.byte_start, it.byte_end)).collect();
            let ours: Vec<_> = ours.into_iter().map(|it| (it.text, it.start, it.end)).collect();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn records_are_cut_as_jieba_cuts_them() {
        let records = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");
        for file in ["needs", "projects", "organizations", "public_claims", "public_organizations"] {
            let text = std::fs::read_to_string(format!("{records}/{file}.jsonl")).unwrap();
            text.lines().for_each(|line| check(&Segmenter::embedded(), &JIEBA, line));
        }
    }

    #[test]
    fn the_default_list_is_that_of_jieba() {
        let segmenter = Segmenter::embedded();
        for line in include_str!("../../lexicon/jieba.txt").lines() {
            let word = line.split('\t').next().unwrap();
            assert!(segmenter.knows(word) && JIEBA.has_word(word), "{word}");
            check(&segmenter, &JIEBA, word);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_as_jieba_cuts_it(text in "([乡村医生学校饮水培训设备格桑嘎玛大国人一不的了是在]|[aA9+.%-]|[，。 \r\n·]|.|[一-龥]){0,40}") {
            check(&Segmenter::embedded(), &JIEBA, &text);
            prop_assert_eq!(Segmenter::embedded().knows(&text), JIEBA.has_word(&text));
        }
    }

    proptest! {
        // Each case loads all words into a jieba.
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn words_of_ones_own_weigh_as_in_jieba(
            words in prop::collection::vec(("[乡村医生学校饮水a9]{1,4}", 0..100_000_u32), 0..12),
            text in "[乡村医生学校饮水a9的。]{0,24}",
        ) {
            let words: String = words.iter().map(|(word, frequency)| format!("{word} {frequency} n\n")).collect();
            let segmenter = Segmenter::new(&Lexicon { words: words.clone(), ..Lexicon::embedded() }).unwrap();
            check(&segmenter, &jieba(&words), &text);
        }
    }
}
