//! Several needs in one text: 一是小学缺图书，需4万元；二是村里路灯坏了，需6万元. Each is read on its own.
//!
//! A text is divided only if two of its parts state a sum or a quantity and belong to a sector. If nothing numbers them, each part has
//! to state a sum, and sector or place have to differ; lines of one budget are one need.

use std::ops::Range;
use std::sync::LazyLock;

use qianshou_index::normalize::normalize;
use regex::Regex;

use super::numbers::{Counted, numbers};
use super::numeral::starts_number;
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
/// A sum in brackets.
static BRACKET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[（(][^（）()。；;]{0,40}?\d[^（）()。；;]{0,6}(?:万|元)[^（）()。；;]{0,10}[）)]")
        .expect("the pattern is constant")
});
/// What starts the next need: 另外, or a place behind a comma or 和.
static NEXT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?P<joint>[，,；;。、\ ]*(?:另外|此外|另有|还有)[，,]?|以及|[和及与、，,；;])
          (?P<place>\p{Han}{1,14}?(?:乡|镇|街道|苏木|县|旗|自治州))?",
    )
    .expect("the pattern is constant")
});
/// Words that introduce a further need.
const ALSO: [&str; 4] = ["另外", "此外", "另有", "还有"];
/// Words between two items.
const JOINTS: [&str; 5] = ["以及", "和", "及", "与", "还有"];
/// Characters that do not occur in the name of a place.
const NO_NAME: &str = "缺需要请的修建有是和及与、在到为给由被";
/// Endings of the names of townships.
const TOWNS: [&str; 5] = ["镇", "乡", "街道", "苏木", "村"];
/// Institutions that have needs of their own.
const INSTITUTIONS: [&str; 12] =
    ["小学", "中学", "学校", "幼儿园", "卫生院", "卫生室", "医院", "敬老院", "养老院", "福利院", "合作社", "社区"];
/// An item of an enumeration on one line is longer than this, in bytes.
const SHORTEST: usize = 18;
/// Where a part without a number may end.
const ENDS: [char; 3] = ['；', ';', '。'];
/// From these words on, a text speaks of all its parts.
const ALL: [&str; 9] = ["以上", "合计", "总计", "共计", "两项", "三项", "总共", "一共", "共需"];
/// Words that make the parts behind them lines of one budget.
const BUDGET: [&str; 6] = ["其中", "总投资", "总预算", "合计", "共计", "单价"];
/// Words before a sum for all places.
const TOGETHER: [&str; 3] = ["共", "一起", "各"];
/// Words that ask.
const ASKS: [&str; 12] = ["需", "缺", "坏", "要", "想", "求", "修", "建", "装", "换", "添", "购"];

/// How a text tells its needs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Numbered items.
    Numbered,
    /// Sentences and lines.
    Sentences,
    /// Items with their sum in brackets: 甲镇合作社（织机5台、6万元）和乙乡敬老院（床10张、2万元）.
    Bracketed,
    /// Clauses that each start with a place, or with 另外.
    Places,
}

/// The needs of a text, in order, if it states several; else nothing.
#[must_use]
pub fn several(reference: &Reference, text: &str, context: &Context) -> Vec<NeedPart> {
    let clean = normalize(text).text;
    let numbered = marked(&clean);
    if numbered.len() > 1 {
        return parts(reference, &clean, context, Style::Numbered, numbered);
    }
    let found = parts(reference, &clean, context, Style::Sentences, unmarked(text, &clean));
    if !found.is_empty() {
        return found;
    }
    let found = parts(reference, &clean, context, Style::Bracketed, bracketed(&clean));
    if !found.is_empty() { found } else { parts(reference, &clean, context, Style::Places, by_place(&clean)) }
}

/// The needs at `ranges`, if they are several.
fn parts(reference: &Reference, clean: &str, context: &Context, style: Style, ranges: Vec<Range<usize>>) -> Vec<NeedPart> {
    if ranges.len() < 2 || style != Style::Numbered && BUDGET.iter().any(|word| clean.contains(word)) {
        return Vec::new();
    }
    // Places before the first part hold for all of them.
    let head = understand(reference, None, &clean[..ranges[0].start], context).record;
    let mut region = head.certain_regions().map(|region| region.code).last().or(context.region);
    let mut outer = head.regions;
    let passage = Passage::new(clean);
    let (mut parts, mut measured, mut priced) = (Vec::new(), 0, 0);
    let is_listed = matches!(style, Style::Bracketed | Style::Places);
    if style == Style::Places && TOGETHER.iter().any(|word| clean.contains(word)) {
        return Vec::new();
    }
    let all = ranges.len();
    for range in ranges {
        let words = &clean[range.clone()];
        let Understood { mut record, .. } = understand(reference, None, words, &Context { region, ..*context });
        let has_place = !record.regions.is_empty();
        if !has_place {
            record.regions = outer.iter().map(|region| RegionFinding { span: None, ..region.clone() }).collect();
        } else if is_listed {
            // 甲县乙镇…，丙镇…: the county of the part before.
            region = record.certain_regions().map(|region| region.code).last().or(region);
            outer.clone_from(&record.regions);
        }
        let counts = style == Style::Numbered || style == Style::Places;
        let is_measured = record.amount.is_some() || counts && counts_things(words);
        let asks = ASKS.iter().any(|word| words.contains(word));
        let is_need = match style {
            Style::Numbered => is_measured || asks,
            Style::Sentences => is_measured,
            Style::Bracketed => is_measured && names_owner(words),
            Style::Places => is_measured && (asks || record.amount.is_some()) && (has_place || township(words).is_some()),
        };
        if is_need && (!record.sectors.is_empty() || is_measured && has_place) {
            measured += usize::from(is_measured);
            priced += usize::from(record.amount.is_some());
            parts.push(NeedPart { span: passage.span(&range), text: words.to_owned(), record });
        }
    }
    let is_whole = || !is_listed || parts.len() == all;
    // One sum for all of them is one need; behind 另外 a need stands for itself.
    let has_own_sums = || style != Style::Places || priced == 0 || priced == all || ALSO.iter().any(|word| clean.contains(word));
    if measured < 2 || style != Style::Numbered && !differ(&parts) || !is_whole() || !has_own_sums() {
        return Vec::new();
    }
    parts
}

fn counts_things(text: &str) -> bool {
    numbers(text).iter().any(|number| matches!(number.counted, Counted::Things(_)))
}

/// True if the words name a township or an institution.
fn names_owner(words: &str) -> bool {
    township(words).is_some() || INSTITUTIONS.iter().any(|word| words.contains(word))
}

/// The first township that the words name, with at most four characters of its name.
fn township(words: &str) -> Option<&str> {
    let (at, ending) = TOWNS.iter().filter_map(|town| Some((words.find(town)?, town.len()))).min()?;
    let start =
        words[..at].char_indices().rev().take(4).take_while(|(_, c)| c.is_alphabetic() && !"县市区旗州".contains(*c)).last();
    start.map(|(start, _)| &words[start..at + ending])
}

/// True if no two neighbours have the same sector and place.
fn differ(parts: &[NeedPart]) -> bool {
    let sector =
        |part: &NeedPart| part.record.sectors.first().and_then(|share| share.code.as_str().split('.').next().map(str::to_owned));
    let place = |part: &NeedPart| part.record.certain_regions().map(|region| region.code).collect::<Vec<_>>();
    let towns_differ =
        |a: &NeedPart, b: &NeedPart| matches!((township(&a.text), township(&b.text)), (Some(one), Some(other)) if one != other);
    parts.windows(2).all(|pair| {
        let [a, b] = pair else { return true };
        sector(a) != sector(b) || place(a) != place(b) || towns_differ(a, b)
    })
}

/// The items that end with a sum in brackets.
fn bracketed(text: &str) -> Vec<Range<usize>> {
    // Most texts have no brackets, and the pattern is slow to find that out.
    if !text.contains(['（', '(']) {
        return Vec::new();
    }
    let mut from = 0;
    let mut ranges = Vec::new();
    for found in BRACKET.find_iter(text) {
        let words = trimmed(text, from..found.end());
        let joint = JOINTS.iter().find(|word| text[words.clone()].starts_with(**word)).map_or(0, |word| word.len());
        ranges.push(words.start + joint..found.end());
        from = found.end();
    }
    ranges
}

/// The clauses that start with a place or with 另外.
fn by_place(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    for found in NEXT.captures_iter(text) {
        let is_name = found.name("place").is_some_and(|place| !place.as_str().contains(|c| NO_NAME.contains(c)));
        if let Some(joint) = found.name("joint")
            && (is_name || ALSO.iter().any(|word| joint.as_str().contains(word)))
        {
            ranges.push(trimmed(text, from..joint.start()));
            from = joint.end();
        }
    }
    ranges.push(trimmed(text, from..text.len()));
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// The items of the enumeration in a text: numbered 1, 2, 3 … in one way, each at the start of a clause.
fn marked(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<(usize, usize, &str, u32)> = Vec::new();
    for captures in MARK.captures_iter(text) {
        let (Some(all), Some((style, number))) = (captures.get(0), number(&captures)) else { continue };
        let before = &text[..all.start()];
        // The later items of …找销路2、某县某镇… may follow without a break.
        let is_later = found.last().is_some_and(|it| it.2 == style && all.start() - it.1 > SHORTEST);
        let is_glued = is_later && before.ends_with(|c: char| matches!(c, '\u{4e00}'..='\u{9fff}') && !starts_number(c));
        let starts = !before.ends_with(char::is_alphanumeric) || is_glued;
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
