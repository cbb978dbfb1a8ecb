//! Tantivy tokenizers on top of the segmenter. Offsets are byte offsets into the text; positions are ordinal.

use std::sync::Arc;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::segmenter::Segmenter;
use crate::han::is_han;

/// Produces every word that a query could ask for: the words of the exact cut without stop words, the dictionary words inside
/// them, and the character pairs of unknown text.
#[derive(Clone)]
pub(super) struct Recall {
    segmenter: Arc<Segmenter>,
}

impl Recall {
    pub(super) const fn new(segmenter: Arc<Segmenter>) -> Self {
        Self { segmenter }
    }
}

impl Tokenizer for Recall {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut spans = Vec::new();
        // Byte range of the current run of unknown or single-character words.
        let mut unknown: Option<(usize, usize)> = None;
        // The previous word, if it is a single character: with this one it may form a word that the cut broke up (不愁).
        let mut single: Option<(usize, usize, bool)> = None;
        for word in self.segmenter.cut(text) {
            let (start, end) = (word.start, word.end);
            let (mut chars, mut han, mut has_letters) = (0, 0, false);
            for c in word.text.chars() {
                chars += 1;
                han += usize::from(is_han(c));
                has_letters |= is_han(c) || c.is_alphanumeric();
            }
            let is_topic = has_letters && !self.segmenter.is_stop_word(word.text);
            let is_unknown = is_topic && han > 0 && (han == 1 || !self.segmenter.knows(word.text));
            unknown = match unknown {
                Some((from, to)) if is_unknown && to == start => Some((from, end)),
                run => {
                    pairs(text, run, &mut spans);
                    is_unknown.then_some((start, end))
                }
            };
            let is_single = chars == 1 && han == 1;
            if let Some((from, to, was_topic)) = single
                && is_single
                && to == start
                && !(was_topic && is_topic)
                && self.segmenter.knows(&text[from..end])
            {
                spans.push((from, end));
            }
            single = is_single.then_some((start, end, is_topic));
            if is_topic {
                spans.push((start, end));
                if chars > 2 && han > 0 {
                    self.inner(text, start, end, &mut spans);
                }
            }
        }
        pairs(text, unknown, &mut spans);
        Tokens::new(text, spans.into_iter())
    }
}

/// Longest word that is looked for inside other words, in characters.
const MAX_INNER: usize = 9;

impl Recall {
    /// Adds the dictionary words inside one word, without the word itself.
    fn inner(&self, text: &str, start: usize, end: usize, spans: &mut Vec<(usize, usize)>) {
        let (mut offsets, chars): (Vec<usize>, Vec<char>) = text[start..end].char_indices().unzip();
        offsets.push(end - start);
        let mut lengths = Vec::new();
        for from in 0..chars.len() - 1 {
            self.segmenter.words_at(&chars[from..], &mut lengths);
            let parts = lengths.iter().filter(|length| (2..=MAX_INNER).contains(*length) && **length < chars.len());
            spans.extend(parts.map(|length| (start + offsets[from], start + offsets[from + length])));
        }
    }
}

/// Adds the character pairs of an unknown run, except a pair that was just added as a word.
fn pairs(text: &str, run: Option<(usize, usize)>, spans: &mut Vec<(usize, usize)>) {
    let Some((start, end)) = run else { return };
    let chars: Vec<(usize, char)> = text[start..end].char_indices().collect();
    for pair in chars.windows(2).filter(|pair| pair.iter().all(|&(_, c)| is_han(c))) {
        let span = (start + pair[0].0, start + pair[1].0 + pair[1].1.len_utf8());
        if spans.last() != Some(&span) {
            spans.push(span);
        }
    }
}

/// Produces the words of the exact cut in order, stop words included; unknown text is split into characters. Punctuation leaves
/// a gap in the positions, so no phrase matches across it.
///
/// The cut maximises a sum over words, so a phrase that starts and ends at word boundaries of a text is cut the same way on its
/// own as inside the text. Guessing words from unknown characters would break this.
#[derive(Clone)]
pub(super) struct Phrases {
    segmenter: Arc<Segmenter>,
}

impl Phrases {
    pub(super) const fn new(segmenter: Arc<Segmenter>) -> Self {
        Self { segmenter }
    }
}

impl Tokenizer for Phrases {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let words = self.segmenter.known_cut(text);
        let words = words.iter().enumerate().filter(|(_, word)| word.text.chars().any(char::is_alphanumeric));
        Tokens::at(text, words.map(|(position, word)| (position, word.start, word.end)))
    }
}

/// A stream of tokens computed beforehand.
pub(super) struct Tokens {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl Tokens {
    fn new(text: &str, spans: impl Iterator<Item = (usize, usize)>) -> Self {
        Self::at(text, spans.enumerate().map(|(position, (start, end))| (position, start, end)))
    }

    /// Makes tokens in lower case. Most texts are Chinese without capital letters, so the
    /// text is checked once instead of every word.
    fn at(text: &str, spans: impl Iterator<Item = (usize, usize, usize)>) -> Self {
        let has_upper = text.chars().any(char::is_uppercase);
        let lower = |word: &str| if has_upper { word.to_lowercase() } else { word.to_owned() };
        let tokens: Vec<Token> = spans
            .map(|(position, offset_from, offset_to)| Token {
                offset_from,
                offset_to,
                position,
                text: lower(&text[offset_from..offset_to]),
                position_length: 1,
            })
            .collect();
        Self { tokens: tokens.into_iter(), current: Token::default() }
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

#[cfg(test)]
mod tests {
    use crate::analyze::{Lexicon, PHRASES, RECALL, Segmenter, analyzers, terms};
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        terms(&analyzers(&Segmenter::embedded()), RECALL, text).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn domain_words_stay_whole_and_give_their_parts() {
        let cut = words("乡村医生培训赋能项目");
        for word in ["乡村医生", "乡村", "医生", "培训", "赋能"] {
            assert!(cut.iter().any(|w| w == word), "{word} is missing in {cut:?}");
        }
    }

    #[test]
    fn a_short_word_is_in_the_longer_word_that_holds_it() {
        for (short, long) in [("饮水", "安全饮水"), ("医生", "乡村医生"), ("处理", "待处理"), ("农业", "农业发展银行")]
        {
            assert!(words(long).iter().any(|word| word == short), "{short} in {long}: {:?}", words(long));
        }
    }

    #[test]
    fn every_dictionary_word_inside_a_lexicon_word_finds_it() {
        let segmenter = Segmenter::embedded();
        for line in Lexicon::embedded().words.lines() {
            let long = line.split('\t').next().unwrap();
            let indexed = words(long);
            let bounds: Vec<usize> = long.char_indices().map(|(at, _)| at).chain([long.len()]).collect();
            for (from, start) in bounds.iter().enumerate() {
                for end in bounds.iter().skip(from + 2) {
                    let short = &long[*start..*end];
                    if segmenter.knows(short) && !segmenter.is_stop_word(short) {
                        assert!(words(short).iter().any(|word| indexed.contains(word)), "{short} in {long}: {indexed:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn stop_words_and_punctuation_are_no_terms() {
        assert_eq!(words("的、和，。"), Vec::<String>::new());
    }

    #[test]
    fn what_the_dictionary_does_not_know_is_there_in_pairs() {
        let cut = words("格桑嘎玛助学");
        assert!(["格桑", "桑嘎", "嘎玛"].iter().all(|pair| cut.iter().any(|word| word == pair)), "{cut:?}");
        assert!(!words("嘎，玛").contains(&"嘎玛".to_owned()));
    }

    proptest! {
        #[test]
        fn offsets_slice_the_text_to_the_token(text in ".{0,40}") {
            let manager = analyzers(&Segmenter::embedded());
            for name in [RECALL, PHRASES] {
                let mut analyzer = manager.get(name).unwrap();
                let mut stream = analyzer.token_stream(&text);
                while stream.advance() {
                    let token = stream.token();
                    prop_assert_eq!(text[token.offset_from..token.offset_to].to_lowercase(), token.text.to_lowercase());
                }
            }
        }

        #[test]
        fn phrase_positions_rise_and_skip_only_punctuation(text in "[乡村医生培训，。 设备]{0,30}") {
            let manager = analyzers(&Segmenter::embedded());
            let mut analyzer = manager.get(PHRASES).unwrap();
            let mut stream = analyzer.token_stream(&text);
            let mut last: Option<(usize, usize)> = None;
            while stream.advance() {
                let token = stream.token();
                if let Some((position, end)) = last {
                    let touches = text[end..token.offset_from].is_empty();
                    prop_assert!(token.position > position);
                    prop_assert_eq!(token.position == position + 1, touches);
                }
                last = Some((token.position, token.offset_to));
            }
        }
    }
}
