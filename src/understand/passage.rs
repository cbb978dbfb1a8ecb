//! A text that is being read: its words, cut once, and the conversion from bytes to characters.

use std::ops::Range;
use std::sync::OnceLock;

use qianshou_index::analyze::Segmenter;

use crate::domain::Span;

/// One word of the exact cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Start of the byte range in the text.
    pub start: usize,
    /// End of the byte range.
    pub end: usize,
}

/// A normalised text with the data that several readers need.
#[derive(Debug)]
pub(super) struct Passage<'a> {
    pub text: &'a str,
    /// Byte offset of each character.
    offsets: Vec<usize>,
    words: OnceLock<Vec<Word>>,
}

impl<'a> Passage<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offsets: text.char_indices().map(|(at, _)| at).collect(), words: OnceLock::new() }
    }

    /// Byte range → range in characters.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let character = |byte: usize| self.offsets.partition_point(|&at| at < byte);
        Span(character(range.start), character(range.end))
    }

    /// The words of the exact cut, computed on first use.
    pub(super) fn words(&self) -> &[Word] {
        self.words.get_or_init(|| {
            let segmenter = Segmenter::embedded();
            segmenter.cut(self.text).into_iter().map(|word| Word { start: word.start, end: word.end }).collect()
        })
    }

    /// The word that covers the byte `at`.
    pub(super) fn word_at(&self, at: usize) -> Option<Word> {
        let words = self.words();
        words.get(words.partition_point(|word| word.end <= at)).copied()
    }

    /// The word of the dictionary that starts before the byte `at` and ends behind it, if there is one.
    pub(super) fn known_word_across(&self, at: usize) -> Option<Word> {
        self.word_at(at).filter(|word| word.start < at && self.is_known(word.start..word.end))
    }

    /// True if the dictionary contains this part of the text.
    pub(super) fn is_known(&self, range: Range<usize>) -> bool {
        Segmenter::embedded().knows(&self.text[range])
    }

    /// True if a word starts or the text ends at the byte `at`.
    pub(super) fn is_boundary(&self, at: usize) -> bool {
        self.word_at(at).is_none_or(|word| word.start == at)
    }
}
