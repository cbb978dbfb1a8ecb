//! Tantivy tokenizers over the segmenter. Offsets are bytes of the text; positions are ordinal.

use std::sync::Arc;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::segmenter::Segmenter;
use crate::han::is_han;

/// Words of the search-mode cut that carry a topic: no punctuation, no stop words.
#[derive(Clone)]
pub(super) struct Words {
    segmenter: Arc<Segmenter>,
}

impl Words {
    pub(super) const fn new(segmenter: Arc<Segmenter>) -> Self {
        Self { segmenter }
    }
}

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let words = self
            .segmenter
            .search_cut(text)
            .into_iter()
            .filter(|token| token.word.chars().any(char::is_alphanumeric) && !self.segmenter.is_stop_word(token.word));
        Tokens::new(words.map(|token| (token.byte_start, token.byte_end, token.word)))
    }
}

/// Pairs of neighbouring Chinese characters.
#[derive(Clone, Default)]
pub(super) struct Bigrams;

impl Tokenizer for Bigrams {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let pairs = text.char_indices().zip(text.char_indices().skip(1)).filter(|((_, a), (_, b))| is_han(*a) && is_han(*b));
        Tokens::new(pairs.map(|((start, _), (second, b))| {
            let end = second + b.len_utf8();
            (start, end, &text[start..end])
        }))
    }
}

/// A stream over tokens that are already cut.
pub(super) struct Tokens {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl Tokens {
    fn new<'a>(spans: impl Iterator<Item = (usize, usize, &'a str)>) -> Self {
        let tokens: Vec<Token> = spans
            .enumerate()
            .map(|(position, (offset_from, offset_to, word))| Token {
                offset_from,
                offset_to,
                position,
                text: word.to_owned(),
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
    use crate::analyze::{BIGRAMS, Segmenter, WORDS, analyzers, terms};
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        terms(&analyzers(&Segmenter::embedded()), WORDS, text).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn domain_words_stay_whole_and_give_their_parts() {
        let cut = words("乡村医生培训赋能项目");
        for word in ["乡村医生", "乡村", "医生", "培训", "赋能"] {
            assert!(cut.iter().any(|w| w == word), "{word} is missing in {cut:?}");
        }
    }

    #[test]
    fn stop_words_and_punctuation_are_no_terms() {
        assert_eq!(words("的、和，。"), Vec::<String>::new());
    }

    #[test]
    fn pairs_do_not_cross_punctuation() {
        let pairs = terms(&analyzers(&Segmenter::embedded()), BIGRAMS, "饮水，安全");
        assert_eq!(pairs, [("饮水".to_owned(), 1), ("安全".to_owned(), 1)]);
    }

    proptest! {
        #[test]
        fn offsets_slice_the_text_to_the_token(text in ".{0,40}") {
            let manager = analyzers(&Segmenter::embedded());
            for name in [WORDS, BIGRAMS] {
                let mut analyzer = manager.get(name).unwrap();
                let mut stream = analyzer.token_stream(&text);
                while stream.advance() {
                    let token = stream.token();
                    prop_assert_eq!(text[token.offset_from..token.offset_to].to_lowercase(), token.text.to_lowercase());
                }
            }
        }
    }
}
