//! Unit prices times counts: `每名学生补助1000元，共计200人`, `净水器2套，每套1.5万元`, `2000元×157台`.

use std::ops::Range;

use super::numbers::{Counted, NumberMention, clause_before, measure};

/// A unit price, and what it is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Price<'a> {
    /// Measure word of the thing priced; `None` for 单价 and 人均.
    of: Option<&'a str>,
    /// 年 or 月 if it is paid every year or month.
    every: Option<&'static str>,
    /// End of the price, including `/人` and the like.
    end: usize,
}

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

/// How far before a price 每 or 单价 may stand, in characters.
const REACH: usize = 12;
/// How many numbers away from a price its count may be.
const COUNT_REACH: usize = 6;
/// Most counts that a price is multiplied with: 元 × 人 × 天 × 月 × 年.
const MAX_FACTORS: usize = 6;

/// The `n`th number as a unit price, if it is one.
pub(super) fn price<'a>(text: &'a str, numbers: &[NumberMention<'a>], n: usize) -> Option<Price<'a>> {
    let number = numbers[n];
    let is_sum = number.counted == Counted::Money || number.counted == Counted::Bare && number.has_big_unit;
    if !is_sum {
        return None;
    }
    let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
    let before = clause_before(text, free, number.start, REACH);
    if ["收入", "工资", "产值"].iter().any(|word| before.contains(word)) {
        return None;
    }
    let mut price = Price { of: None, every: None, end: number.end };
    let mut is_price = before.contains('均') || before.contains("单价");
    let each = before.split('每').skip(1).filter_map(measure);
    for of in each {
        is_price = true;
        price.add(of);
    }
    is_price |= before.contains('每') || text[..number.start].ends_with('各');
    while let Some(of) = text[price.end..].strip_prefix(['/', '每']).and_then(measure) {
        price.add(of);
        price.end += text[price.end..].chars().next().map_or(0, char::len_utf8) + of.len();
        is_price = true;
    }
    is_price.then_some(price)
}

impl<'a> Price<'a> {
    fn add(&mut self, of: &'a str) {
        match of {
            "年" => self.every = Some("年"),
            "月" | "个月" => self.every = Some("月"),
            _ => _ = self.of.get_or_insert(of),
        }
    }

    fn fits(&self, count: &str) -> bool {
        !matches!(count, "年" | "月" | "日" | "天" | "期" | "次" | "个月") && self.of.is_none_or(|of| class(of) == class(count))
    }
}

fn class(measure: &str) -> &str {
    match measure {
        "名" | "位" | "生" => "人",
        "校" => "所",
        "个村" | "个行政村" | "个自然村" => "村",
        other => other,
    }
}

/// The lines of goods in a text, in order; no count belongs to two of them.
pub(super) fn lines<'a>(text: &'a str, numbers: &[NumberMention<'a>], prices: &[Option<Price<'a>>]) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    let mut used = 0;
    for n in 0..numbers.len() {
        let times = times(text, numbers, n, prices[n].map_or(numbers[n].end, |price| price.end));
        let counts = match (times, &prices[n]) {
            (times, _) if times > n => n + 1..times + 1,
            // 每年10万元，共三年
            (_, Some(price)) if price.of.is_none() && price.every.is_some() => n..n,
            (_, Some(price)) => match count(text, numbers, n, price, used) {
                Some(count) => count..count + 1,
                None => continue,
            },
            _ => continue,
        };
        let (first, last) = (n.min(counts.start), n.max(counts.end.saturating_sub(1)));
        let periods = periods(numbers, last, prices[n]);
        let mut line = Line {
            low: numbers[n].low * periods,
            high: numbers[n].high * periods,
            hedge: numbers[n].hedge,
            range: numbers[first].start..numbers[last].end,
        };
        for count in &numbers[counts] {
            line.low *= count.low;
            line.high *= count.high;
            line.hedge = line.hedge.or(count.hedge);
        }
        used = last + 1;
        lines.push(line);
    }
    lines
}

/// The last number of a product such as `2000元×157台` or `5000元×40人×3年` that starts with the `n`th
/// number, a sum; `n` if there is no product.
fn times(text: &str, numbers: &[NumberMention<'_>], n: usize, end: usize) -> usize {
    if numbers[n].counted != Counted::Money {
        return n;
    }
    let (mut last, mut end) = (n, end);
    while let Some(next) = numbers.get(last + 1).filter(|_| last - n < MAX_FACTORS) {
        let sign = &text[end.min(next.start)..next.start];
        if !matches!(sign.trim(), "×" | "x" | "X" | "*" | "乘" | "乘以") {
            break;
        }
        last += 1;
        end = next.end;
    }
    last
}

/// The count that belongs to a price: the nearest one before it, else after it, in the
/// same sentence with no other sum in between.
fn count(text: &str, numbers: &[NumberMention<'_>], n: usize, price: &Price<'_>, used: usize) -> Option<usize> {
    let is_near = |a: usize, b: usize| !text[a.min(b)..b].contains(['。', '；', ';', '！', '？']);
    let fits = |k: &usize| matches!(numbers[*k].counted, Counted::Things(of) if price.fits(of));
    let is_sum = |k: usize| numbers[k].counted == Counted::Money;
    let before =
        (used..n).rev().take(COUNT_REACH).take_while(|&k| !is_sum(k) && is_near(numbers[k].end, numbers[n].start)).find(fits);
    let behind = || {
        (n + 1..numbers.len()).take(COUNT_REACH).take_while(|&k| !is_sum(k) && is_near(price.end, numbers[k].start)).find(fits)
    };
    before.or_else(behind)
}

/// For a yearly or monthly price, the number of years or months, if the next number after the line states it; else 1.
fn periods(numbers: &[NumberMention<'_>], last: usize, price: Option<Price<'_>>) -> f64 {
    let every = price.and_then(|price| price.every);
    let next = numbers.get(last + 1).filter(|next| match next.counted {
        Counted::Things("年") => every == Some("年") && next.high <= 20.0,
        Counted::Things("月" | "个月") => every == Some("月") && next.high <= 120.0,
        _ => false,
    });
    next.map_or(1.0, |next| next.high)
}
