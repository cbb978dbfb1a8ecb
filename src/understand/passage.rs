//! A text under reading: its words, cut once, and the way from bytes to characters.

use std::ops::Range;
use std::sync::OnceLock;

use qianshou_index::analyze::Segmenter;

use crate::domain::Span;

/// One word of the exact cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Byte range in the text.
    pub start: usize,
    /// End of the byte range.
    pub end: usize,
}

/// A normalised text with what several readers ask of it.
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

    /// The words of the exact cut; cut when first asked for.
    pub(super) fn words(&self) -> &[Word] {
        self.words.get_or_init(|| {
            let segmenter = Segmenter::embedded();
            segmenter.cut(self.text).into_iter().map(|token| Word { start: token.byte_start, end: token.byte_end }).collect()
        })
    }

    /// The word that covers the byte `at`.
    pub(super) fn word_at(&self, at: usize) -> Option<Word> {
        let words = self.words();
        words.get(words.partition_point(|word| word.end <= at)).copied()
    }

    /// True if a word starts or the text ends at the byte `at`.
    pub(super) fn is_boundary(&self, at: usize) -> bool {
        self.word_at(at).is_none_or(|word| word.start == at)
    }
}
