//! Every number in a text with what it counts: money, things, or nothing stated. Sums,
//! people and goods are read from this one list.

use std::ops::Range;

use super::currency::{SIGNS, bracket_before, bracket_behind, foreign_at, foreign_before, jiao_behind, yuan_behind};
use super::hedges::{BEFORE, BEHIND, HedgeKind, hedge_kind};
use super::measures::measure;
use super::numeral::{Quantity, quantity, starts_number};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted<'a> {
    /// Yuan: a currency sign, 元 or the like is next to the number.
    Money,
    /// Another currency: 美元, 港币.
    Foreign(&'a str),
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
    /// True if it ends with 百, 千, 万 or 亿.
    pub has_unit: bool,
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

const TO: [&str; 9] = ["-", "~", "～", "—", "–", "－", "至", "到", "－－"];

/// The numbers of `text`, left to right, not overlapping. Digits in the name of a model (N95, GB19083) are no numbers.
pub(super) fn numbers(text: &str) -> Vec<NumberMention<'_>> {
    let mut found: Vec<NumberMention<'_>> = Vec::new();
    let mut free = 0;
    for (at, c) in text.char_indices() {
        if at < free {
            continue;
        }
        if let Some(end) = model(text, at, c) {
            free = end;
        } else if starts_number(c)
            && !is_word(&text[at..], c)
            && let Some(number) = number(text, at, free)
        {
            free = number.end;
            found.push(number);
        }
    }
    found
}

/// True for a capital numeral that stands alone and so is part of a word: 退伍, 收拾, 陆续.
fn is_word(text: &str, c: char) -> bool {
    const CAPITALS: &str = "壹贰叁肆伍陆柒捌玖拾佰仟";
    let behind = &text[c.len_utf8()..];
    CAPITALS.contains(c)
        && !behind.starts_with(|next: char| CAPITALS.contains(next) || matches!(next, '万' | '亿' | '元' | '圆' | '角'))
}

/// The end of the name of a model that starts at `at`: two or more letters, or one other than x and w, directly before digits.
fn model(text: &str, at: usize, c: char) -> Option<usize> {
    if !c.is_ascii_alphabetic() || text[..at].ends_with(|before: char| before.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = &text[at..];
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_unit = foreign_at(rest, 0).is_some() || rest.starts_with("RMB") || letters == 1 && matches!(c, 'x' | 'X' | 'w' | 'W');
    let is_model = !is_unit && rest[letters..].starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let len = || rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    is_model.then(|| at + len())
}

/// The number whose digits start at `at`; the hedge and sign before it may reach back to `free`.
fn number(text: &str, at: usize, free: usize) -> Option<NumberMention<'_>> {
    let Before { start, sign, hedge: before } = before(text, at, free);
    let first = quantity(&text[at..])?;
    let (mut low, mut high, last, mut end) = range(text, at, first);
    let mut counted = match sign {
        Some(Sign::Foreign(currency)) => Counted::Foreign(currency),
        Some(Sign::Yuan) => Counted::Money,
        None => Counted::Bare,
    };
    let mut inner = None;
    if let Some(currency) = foreign_at(text, end) {
        (counted, end) = (Counted::Foreign(currency), end + text[end..].find(currency).unwrap_or_default() + currency.len());
    } else if let Some((after, added)) = yuan_behind(text, end).filter(|_| !counts_boards(&text[free..start], &text[end..])) {
        (low, high, end) = (low + added, high + added, after);
        counted = if matches!(counted, Counted::Foreign(_)) { counted } else { Counted::Money };
    } else if let Some((after, added)) = jiao_behind(text, end).filter(|_| !last.is_chinese) {
        (low, high, end, counted) = (low / 10.0 + added, high / 10.0 + added, after, Counted::Money);
    } else if let Some((after, yuan)) = bracket_behind(text, end).filter(|_| !last.is_big) {
        (low, high, end, counted) = (low * yuan, high * yuan, after, Counted::Money);
    } else {
        inner = BEHIND.iter().find(|word| text[end..].starts_with(**word)).copied();
        if let Some(measure) = measure(&text[end..]) {
            end += measure.len();
            counted = if counted == Counted::Bare { Counted::Things(measure) } else { counted };
        } else if counted == Counted::Bare
            && !last.is_big
            && let Some(yuan) = bracket_before(&text[free..start])
        {
            (low, high, counted) = (low * yuan, high * yuan, Counted::Money);
        }
    }
    // 5万元起; but 起 of 从5万起步 and 5万起因 is none.
    let is_start = text[end..].strip_prefix('起').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let behind = BEHIND.iter().find(|word| text[end..].starts_with(**word)).copied().or(is_start.then_some("起")).or(inner);
    end += behind.map_or(0, str::len);
    // 控制在40万元以内 is what 40万元以内 is.
    let before = before.filter(|before| *before != "控制在" || behind.is_none());
    let hedge = before.or(first.hedge).or(last.hedge).or(behind);
    let (has_big_unit, is_hedged_behind) = (last.is_big, behind.is_some());
    Some(NumberMention { start, end, low, high, hedge, has_big_unit, has_unit: last.scale >= 100.0, is_hedged_behind, counted })
}

/// True if 块 behind the number counts things: 展板6块.
fn counts_boards(before: &str, behind: &str) -> bool {
    const BOARDS: [char; 14] = ['板', '砖', '瓦', '石', '屏', '膜', '表', '布', '毯', '璃', '镜', '牌', '池', '垫'];
    behind.starts_with('块') && !behind.starts_with("块钱") && before.trim_end_matches(['约', '共', '各']).ends_with(BOARDS)
}

/// What stands before a number.
struct Before<'a> {
    /// Where the number starts, hedge and sign included.
    start: usize,
    sign: Option<Sign>,
    hedge: Option<&'a str>,
}

/// A currency before a number.
enum Sign {
    Yuan,
    Foreign(&'static str),
}

/// What stands before the number at `at`, not before `free`.
fn before(text: &str, at: usize, free: usize) -> Before<'_> {
    let head = text[free..at].trim_end_matches(' ');
    let yuan = SIGNS.iter().find(|sign| head.ends_with(**sign)).map(|sign| (Sign::Yuan, sign.len()));
    let sign = foreign_before(head).map(|currency| (Sign::Foreign(currency), currency.len())).or(yuan);
    let (start, sign) = match sign {
        Some((sign, len)) => (free + head.len() - len, Some(sign)),
        None => (at, None),
    };
    let head = text[free..start].trim_end_matches(' ');
    // 上百万, 上千人; but 以上百 is no hedge.
    let is_above = head.ends_with('上') && !head.ends_with("以上") && text[at..].starts_with(['百', '千', '万']);
    let hedge = BEFORE.iter().copied().find(|word| head.ends_with(word)).or(is_above.then_some("上"));
    match hedge {
        Some(hedge) => {
            let start = free + head.len() - hedge.len();
            Before { start, sign, hedge: Some(&text[start..][..hedge.len()]) }
        }
        None => Before { start, sign, hedge: None },
    }
}

/// The range of `first` alone, or of `first` and a second number after 至: its two ends, its last number, and where it stops.
fn range(text: &str, at: usize, first: Quantity) -> (f64, f64, Quantity, usize) {
    let end = at + first.len;
    let alone = (first.low, first.high, first, end);
    if let Some((second, start)) = successor(text, at, first) {
        let low = first.low * second.scale;
        return (low, second.high, second, start + second.len);
    }
    let yuan = yuan_behind(text, end).map(|(end, _)| end);
    let Some(second_at) = suffix(text, yuan.unwrap_or(end), &TO) else { return alone };
    let second_at = suffix(text, second_at, &SIGNS).unwrap_or(second_at);
    let Some(second) = quantity(&text[second_at..]) else { return alone };
    let mut low = first.low;
    if yuan.is_none() && !first.is_big {
        let unit = shared_unit(first, second);
        low = if low * unit <= second.high { low * unit } else { low };
    }
    if low > second.high { alone } else { (low, second.high, second, second_at + second.len) }
}

/// The second number of 三、四十万: one digit higher than the first, with units that both share. At the start of a clause, 1、2万元
/// may be the second line of a numbered list.
fn successor(text: &str, at: usize, first: Quantity) -> Option<(Quantity, usize)> {
    let is_digit = first.low == first.high && first.low < 9.0 && first.low.fract() == 0.0 && first.scale == 1.0;
    let start = at + first.len;
    let rest = text[start..].strip_prefix('、').filter(|_| is_digit && first.low > 0.0)?;
    let start = start + '、'.len_utf8();
    let starts_clause = !text[..at].ends_with(char::is_alphanumeric);
    if starts_clause && (first.low == 1.0 || !first.is_chinese) {
        return None;
    }
    let digits: usize = rest.chars().take(1).map(char::len_utf8).sum();
    let is_next = quantity(&rest[..digits]).is_some_and(|it| it.low == first.low + 1.0);
    let second = quantity(rest).filter(|it| is_next && it.scale >= 10.0 && it.low == it.high)?;
    (second.low == (first.low + 1.0) * second.scale).then_some((second, start))
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
