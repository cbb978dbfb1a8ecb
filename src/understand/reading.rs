//! The result of reading one kind of finding.

use std::ops::Range;

/// A finding, the byte ranges that it and others of its kind take up, and what the reader should check.
#[derive(Debug, Default)]
pub(super) struct Reading<T> {
    pub(super) found: T,
    pub(super) taken: Vec<Range<usize>>,
    pub(super) doubts: Vec<String>,
}
