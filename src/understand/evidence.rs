//! The words behind the findings.

use std::ops::Range;

use super::passage::Passage;
use crate::domain::{Word, WordField};

/// A word and the finding that rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    pub field: WordField,
    pub code: String,
    /// Byte range.
    pub range: Range<usize>,
}

/// The evidence as the record shows it: in text order.
pub(super) fn words(passage: &Passage<'_>, mut evidence: Vec<Evidence>) -> Vec<Word> {
    evidence.sort_by_key(|it| (it.range.start, it.range.end));
    let word = |it: Evidence| {
        let text = passage.text[it.range.clone()].to_owned();
        Word { field: it.field, code: it.code, text, span: passage.span(&it.range) }
    };
    evidence.into_iter().map(word).collect()
}
