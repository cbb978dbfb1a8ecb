//! A line of goods: what a price and its counts come to.

use std::ops::Range;

/// A line of goods: price times count.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line<'a> {
    /// Yuan, lower end.
    pub low: f64,
    /// Yuan, upper end.
    pub high: f64,
    /// Hedge of the price or the count.
    pub hedge: Option<&'a str>,
    /// Byte range from the first to the last of its numbers.
    pub range: Range<usize>,
}
