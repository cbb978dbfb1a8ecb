//! Every number in a text with what it counts: money, things, or nothing stated. Sums,
//! people and goods are read from this one list.

use std::ops::Range;

use super::numeral::{BEFORE, BEHIND, HedgeKind, Quantity, hedge_kind, quantity, starts_number};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted<'a> {
    /// Yuan: a currency sign, 元 or the like is next to the number.
    Money,
    /// Things, with the measure word that follows the number: 名, 台, 个村.
    Things(&'a str),
    /// Not stated.
    Bare,
}

/// A number in a text, or a range of two.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberMention<'a> {
    /// Start of the byte range, hedge and sign included.
    pub start: usize,
    /// End of the byte range, measure word and hedge included.
    pub end: usize,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The first hedge around it.
    pub hedge: Option<&'a str>,
    /// True if it carries 万 or 亿.
    pub has_big_unit: bool,
    /// True if a hedge follows it: 30万左右.
    pub is_hedged_behind: bool,
    /// What it counts.
    pub counted: Counted<'a>,
}

impl NumberMention<'_> {
    /// The byte range.
    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The sense of its hedge.
    pub(super) fn hedge_kind(&self) -> Option<HedgeKind> {
        self.hedge.and_then(hedge_kind)
    }
}

/// Measure words. If one is the start of another, the longer comes first.
const MEASURES: [&str; 78] = [
    "人次",
    "名",
    "人",
    "位",
    "户",
    "个行政村",
    "个自然村",
    "个村",
    "个乡镇",
    "个月",
    "个",
    "所",
    "台",
    "套",
    "件",
    "条",
    "校",
    "年",
    "盏",
    "间",
    "辆",
    "张",
    "册",
    "本",
    "双",
    "床",
    "顶",
    "株",
    "亩",
    "公里",
    "公斤",
    "平方米",
    "平米",
    "平",
    "米",
    "斤",
    "吨",
    "头",
    "只",
    "份",
    "批",
    "组",
    "座",
    "处",
    "口",
    "箱",
    "瓶",
    "副",
    "场",
    "期",
    "天",
    "日",
    "月",
    "次",
    "生",
    "村",
    "根",
    "把",
    "棵",
    "尾",
    "栋",
    "幢",
    "支",
    "卷",
    "包",
    "袋",
    "片",
    "家",
    "届",
    "种",
    "项",
    "架",
    "对",
    "层",
    "米",
    "学期",
    "县",
    "乡",
];
const SIGNS: [&str; 4] = ["￥", "¥", "RMB", "人民币"];
const YUAN: [&str; 4] = ["元人民币", "元", "块钱", "人民币"];
const TO: [&str; 9] = ["-", "~", "～", "—", "–", "－", "至", "到", "－－"];

/// The numbers of `text`, left to right, not overlapping.
pub(super) fn numbers(text: &str) -> Vec<NumberMention<'_>> {
    let mut found: Vec<NumberMention<'_>> = Vec::new();
    let mut free = 0;
    for (at, c) in text.char_indices() {
        if at < free || !starts_number(c) {
            continue;
        }
        if let Some(number) = number(text, at, free) {
            free = number.end;
            found.push(number);
        }
    }
    found
}

/// The number whose digits start at `at`; the hedge and sign before it may reach back to `free`.
fn number(text: &str, at: usize, free: usize) -> Option<NumberMention<'_>> {
    let (start, sign, before) = before(text, at, free);
    let first = quantity(&text[at..])?;
    let (low, high, last, mut end) = range(text, at, first);
    let yuan = suffix(text, end, &YUAN);
    if let Some(after) = yuan {
        end = after + if text[after..].starts_with('整') { '整'.len_utf8() } else { 0 };
    }
    let inner = BEHIND.iter().find(|word| yuan.is_none() && text[end..].starts_with(**word));
    let measure = MEASURES.iter().find(|word| yuan.is_none() && text[end..].starts_with(**word)).copied();
    end += measure.map_or(0, str::len);
    let behind = BEHIND.iter().find(|word| text[end..].starts_with(**word)).or(inner).copied();
    end += behind.map_or(0, str::len);
    let counted = match measure {
        _ if sign || yuan.is_some() => Counted::Money,
        Some(measure) => Counted::Things(measure),
        None => Counted::Bare,
    };
    let hedge = before.or(first.hedge).or(last.hedge).or(behind);
    let has_big_unit = last.has_big_unit();
    Some(NumberMention { start, end, low, high, hedge, has_big_unit, is_hedged_behind: behind.is_some(), counted })
}

/// For the number at `at`: where it starts including sign and hedge, whether there is a sign, and the hedge.
fn before(text: &str, at: usize, free: usize) -> (usize, bool, Option<&str>) {
    let trimmed = |end: usize| text[free..end].trim_end_matches(' ');
    let sign = SIGNS.iter().find(|sign| trimmed(at).ends_with(**sign));
    let start = sign.map_or(at, |sign| free + trimmed(at).len() - sign.len());
    let head = trimmed(start);
    // 上百万, 上千人; but 以上百 is no hedge.
    let is_above = head.ends_with('上') && !head.ends_with("以上") && text[at..].starts_with(['百', '千', '万']);
    let hedge = BEFORE.iter().copied().find(|word| head.ends_with(word)).or(is_above.then_some("上"));
    match hedge {
        Some(hedge) => {
            (free + head.len() - hedge.len(), sign.is_some(), Some(&text[free + head.len() - hedge.len()..][..hedge.len()]))
        }
        None => (start, sign.is_some(), None),
    }
}

/// The range of `first` alone, or of `first` and a second number after 至: its two ends, its last number, and where it stops.
fn range(text: &str, at: usize, first: Quantity) -> (f64, f64, Quantity, usize) {
    let end = at + first.len;
    let alone = (first.low, first.high, first, end);
    let yuan = suffix(text, end, &YUAN[1..2]);
    let Some(second_at) = suffix(text, yuan.unwrap_or(end), &TO) else { return alone };
    let second_at = suffix(text, second_at, &SIGNS).unwrap_or(second_at);
    let Some(second) = quantity(&text[second_at..]) else { return alone };
    let mut low = first.low;
    if yuan.is_none() && !first.has_big_unit() {
        let unit = shared_unit(first, second);
        low = if low * unit <= second.high { low * unit } else { low };
    }
    if low > second.high { alone } else { (low, second.high, second, second_at + second.len) }
}

/// The multiplier of the first number of a range, such as 10 in 10-20万. Chinese numbers differ: 二十 in 二十至三十万 shares
/// only 万, 三 in 三至五百万 shares all units.
fn shared_unit(first: Quantity, second: Quantity) -> f64 {
    let is_whole = !second.is_chinese || first.low < 10.0;
    match second.scale {
        scale if is_whole => scale,
        scale if scale >= 1e8 => 1e8,
        scale if scale >= 1e4 => 1e4,
        _ => 1.0,
    }
}

/// The end of one of `words` at `at`, skipping spaces before it, and after it if a number follows.
fn suffix(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let skip = |at: usize| at + text[at..].len() - text[at..].trim_start_matches(' ').len();
    let at = skip(at);
    let end = at + words.iter().find(|word| text[at..].starts_with(**word))?.len();
    Some(if text[skip(end)..].starts_with(starts_number) { skip(end) } else { end })
}

/// The clause before `at`, at most `reach` characters and not before `free`.
pub(super) fn clause_before(text: &str, free: usize, at: usize, reach: usize) -> &str {
    tail(&text[free..at], reach, "，。；,;、")
}

/// The sentence before `at`, at most `reach` characters.
pub(super) fn sentence_before(text: &str, at: usize, reach: usize) -> &str {
    tail(&text[..at], reach, "。；;！？")
}

fn tail<'a>(head: &'a str, reach: usize, ends: &str) -> &'a str {
    let kept: usize = head.chars().rev().take(reach).take_while(|c| !ends.contains(*c)).map(char::len_utf8).sum();
    &head[head.len() - kept..]
}

/// The measure word at the start of `text`.
pub(super) fn measure(text: &str) -> Option<&'static str> {
    MEASURES.iter().find(|word| text.starts_with(**word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_says_what_it_counts() {
        let text = "为8所学校近200名学生购电脑20台，约30万元，共10-20万";
        let found: Vec<_> = numbers(text).into_iter().map(|it| (&text[it.range()], it.low, it.counted)).collect();
        let expected = [
            ("8所", 8.0, Counted::Things("所")),
            ("近200名", 200.0, Counted::Things("名")),
            ("20台", 20.0, Counted::Things("台")),
            ("约30万元", 300_000.0, Counted::Money),
            ("10-20万", 100_000.0, Counted::Bare),
        ];
        assert_eq!(found, expected);
    }
}
