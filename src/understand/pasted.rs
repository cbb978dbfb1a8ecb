//! Rows of a table pasted into a text, whose line ends and tabs are gone: 数量单价(元)合计(元)…晾晒架35 320 11200.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line_of_goods::Line;
use super::numbers::{Counted, NumberMention};

/// The head of the columns of a count, its price and what they come to in yuan.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"数量\s*单价\s*(?:[(（]元[)）])?\s*(?:合计|金额|总价|小计|总额)\s*(?:[(（]元[)）])?";
    Regex::new(pattern).expect("the pattern is constant")
});

/// The rows below the head: the numbers of each, and what they come to. A row whose product is another number is none.
pub(super) fn lines<'a>(text: &str, numbers: &[NumberMention<'a>]) -> Vec<(Range<usize>, Line<'a>)> {
    let Some(head) = HEAD.find(text) else { return Vec::new() };
    let mut rows = Vec::new();
    let mut n = numbers.partition_point(|number| number.start < head.end());
    while let Some([count, price, sum]) = numbers.get(n..n + 3) {
        let is_row = [count, price, sum].iter().all(|it| it.counted == Counted::Bare && it.low == it.high && it.hedge.is_none())
            && [text.get(count.end..price.start), text.get(price.end..sum.start)].iter().all(|it| it.is_some_and(is_gap))
            && (count.low * price.low - sum.low).abs() < 0.005;
        if is_row {
            rows.push((n..n + 3, Line { low: sum.low, high: sum.low, hedge: None, range: count.start..sum.end }));
        }
        n += if is_row { 3 } else { 1 };
    }
    rows
}

fn is_gap(between: &str) -> bool {
    !between.is_empty() && between.chars().all(char::is_whitespace)
}
