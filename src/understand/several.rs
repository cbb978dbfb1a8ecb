//! Several needs in one text: 一是小学缺图书，需4万元；二是村里路灯坏了，需6万元. Each is read on its own.
//!
//! A text is divided only if two of its parts state a sum or a quantity and belong to a sector. If nothing numbers them, each part has
//! to state a sum, and sector or place have to differ; lines of one budget are one need.

use std::ops::Range;
use std::sync::LazyLock;

use qianshou_index::normalize::normalize;
use regex::Regex;

use super::numbers::{Counted, numbers};
use super::passage::Passage;
use super::{Context, Understood, understand};
use crate::domain::{NeedPart, RegionFinding};
use crate::reference::Reference;

/// The start of one item of an enumeration: how it is numbered, and its number.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        (?P<is>[一二三四五六七八九])是 | 其(?P<its>[一二三四五六]) | 第(?P<nth>[一二三四五六])[，、是：:]
      | [（(](?P<bracket>[1-9]|[一二三四五六七八九])[）)] | (?P<digit>[1-9])[.．、)）] | (?P<han>[一二三四五六七八九])、 | (?P<circle>[①②③④⑤⑥⑦⑧⑨])";
    Regex::new(pattern).expect("the pattern is constant")
});
/// Where a part without a number may end.
const ENDS: [char; 3] = ['；', ';', '。'];
/// From these words on, a text speaks of all its parts.
const ALL: [&str; 9] = ["以上", "合计", "总计", "共计", "两项", "三项", "总共", "一共", "共需"];
/// Words that make the parts behind them lines of one budget.
const BUDGET: [&str; 6] = ["其中", "总投资", "总预算", "合计", "共计", "单价"];
/// Words that ask.
const ASKS: [&str; 12] = ["需", "缺", "坏", "要", "想", "求", "修", "建", "装", "换", "添", "购"];

/// The needs of a text, in order, if it states several; else nothing.
#[must_use]
pub fn several(reference: &Reference, text: &str, context: &Context) -> Vec<NeedPart> {
    let clean = normalize(text).text;
    let marked = marked(&clean);
    let is_marked = marked.len() > 1;
    let ranges = if is_marked { marked } else { unmarked(text, &clean) };
    if ranges.len() < 2 {
        return Vec::new();
    }
    // Places before the first part hold for all of them.
    let head = understand(reference, None, &clean[..ranges[0].start], context).record;
    let region = head.certain_regions().map(|region| region.code).last().or(context.region);
    let passage = Passage::new(&clean);
    let mut parts = Vec::new();
    let mut measured = 0;
    for range in ranges {
        let words = &clean[range.clone()];
        let Understood { mut record, .. } = understand(reference, None, words, &Context { region, ..*context });
        if record.regions.is_empty() {
            record.regions = head.regions.iter().map(|region| RegionFinding { span: None, ..region.clone() }).collect();
        }
        let is_measured = record.amount.is_some() || is_marked && counts_things(words);
        let asks = is_measured || is_marked && ASKS.iter().any(|word| words.contains(word));
        if asks && !record.sectors.is_empty() {
            measured += usize::from(is_measured);
            parts.push(NeedPart { span: passage.span(&range), text: words.to_owned(), record });
        }
    }
    let is_one_budget = || !is_marked && BUDGET.iter().any(|word| clean.contains(word));
    if measured < 2 || !is_marked && !differ(&parts) || is_one_budget() {
        return Vec::new();
    }
    parts
}

fn counts_things(text: &str) -> bool {
    numbers(text).iter().any(|number| matches!(number.counted, Counted::Things(_)))
}

/// True if no two neighbours have the same sector and place.
fn differ(parts: &[NeedPart]) -> bool {
    let sector =
        |part: &NeedPart| part.record.sectors.first().and_then(|share| share.code.as_str().split('.').next().map(str::to_owned));
    let place = |part: &NeedPart| part.record.certain_regions().map(|region| region.code).collect::<Vec<_>>();
    parts.windows(2).all(|pair| sector(&pair[0]) != sector(&pair[1]) || place(&pair[0]) != place(&pair[1]))
}

/// The items of the enumeration in a text: numbered 1, 2, 3 … in one way, each at the start of a clause.
fn marked(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<(usize, usize, &str, u32)> = Vec::new();
    for captures in MARK.captures_iter(text) {
        let (Some(all), Some((style, number))) = (captures.get(0), number(&captures)) else { continue };
        let starts = !text[..all.start()].ends_with(char::is_alphanumeric);
        // 1.5万元, 1、2万元
        let is_number = text[all.end()..].starts_with(|c: char| c.is_ascii_digit()) && style != "circle" && style != "bracket";
        let expected = found.iter().rev().find(|it| it.2 == style).map_or(1, |it| it.3 + 1);
        if starts && !is_number && number == expected {
            found.push((all.start(), all.end(), style, number));
        }
    }
    let Some(style) = found.iter().find(|it| it.3 == 2).map(|it| it.2) else { return Vec::new() };
    found.retain(|it| it.2 == style);
    let ends = found.iter().skip(1).map(|it| it.0).chain([text.len()]);
    found.iter().zip(ends).map(|(it, end)| trimmed(text, it.1..end)).filter(|range| !range.is_empty()).collect()
}

fn number<'a>(captures: &regex::Captures<'a>) -> Option<(&'static str, u32)> {
    const STYLES: [&str; 7] = ["is", "its", "nth", "bracket", "digit", "han", "circle"];
    let (style, text) = STYLES.iter().find_map(|style| Some((*style, captures.name(style)?.as_str())))?;
    let c = text.chars().next()?;
    let number = c.to_digit(10).or_else(|| super::numeral::digit(c).map(u32::from));
    Some((style, number.or_else(|| (c as u32).checked_sub('①' as u32 - 1))?))
}

/// The sentences and lines of a text.
fn unmarked(text: &str, clean: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    for line in text.lines() {
        let line = normalize(line).text;
        let Some(start) = clean[at..].find(&line).map(|found| at + found).filter(|_| !line.is_empty()) else { continue };
        at = start + line.len();
        let mut from = start;
        for (end, mark) in clean[start..at].match_indices(ENDS) {
            ranges.push(trimmed(clean, from..start + end));
            from = start + end + mark.len();
        }
        ranges.push(trimmed(clean, from..at));
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// The range without separators at its ends, and without what is said of all parts at its end.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let is_mark = |c: char| c.is_whitespace() || "，。；、：,;:.".contains(c);
    let all = ALL.iter().filter_map(|word| text[range.clone()].find(word)).min();
    let end = all.filter(|&at| at > 0 && text[..range.start + at].ends_with(is_mark)).map_or(range.end, |at| range.start + at);
    let part = &text[range.start..end];
    let start = range.start + part.len() - part.trim_start_matches(is_mark).len();
    start..start + text[start..end].trim_end_matches(is_mark).len()
}
