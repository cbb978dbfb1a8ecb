//! What a reader of one kind of finding gives back.

use std::ops::Range;

/// A finding, and the byte ranges that it and its like take up.
#[derive(Debug, Default)]
pub(super) struct Reading<T> {
    pub(super) found: T,
    pub(super) taken: Vec<Range<usize>>,
}
