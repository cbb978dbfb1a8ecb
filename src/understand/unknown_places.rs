//! Names that end like that of a county and stand in no table: 德软县 for 德钦县. The nearest names are offered, and nothing is
//! taken for certain.

use std::ops::Range;

use super::passage::Passage;
use crate::domain::RegionCode;
use crate::reference::{Divisions, Mention, Reference};

/// A name that no division has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnknownPlace {
    /// Its byte range.
    pub range: Range<usize>,
    /// Divisions with a similar name, the likeliest first.
    pub near: Vec<RegionCode>,
}

/// Longest name that is looked up, in characters without its ending.
const MAX_CHARS: usize = 5;
/// Most unknown names of a text.
const MAX_UNKNOWN: usize = 8;
/// Most similar names that are offered.
const MAX_NEAR: usize = 10;
/// Characters before a name that do not belong to it.
const BEFORE: &str = "在到为给对向从由是及和与至往我请帮经于、";
/// Characters of words that describe counties: 本县, 贫困县.
const NO_NAME: &str = "几多数各个全本该我这那每某贫困等余共原老新大小级定的";
/// Digits count counties, unless the name is almost that of one in the place before it: 怒江州贡三县.
const DIGITS: &str = "一二两三四五六七八九十";
/// Words that start with the ending: 县域.
const OTHER_WORDS: [&str; 6] = ["县域", "县级", "县际", "县区", "县市", "旗舰"];

/// The unknown names of a text. `named` are the byte ranges of all names in it, `places` those that count as places.
pub(super) fn unknown_places(
    reference: &Reference,
    passage: &Passage<'_>,
    named: &[Range<usize>],
    places: &[Mention],
    context: Option<RegionCode>,
) -> Vec<UnknownPlace> {
    let text = passage.text;
    let mut found = Vec::new();
    for (at, ending) in text.match_indices(['县', '旗', '州', '市']) {
        if found.len() == MAX_UNKNOWN {
            break;
        }
        let n = named.partition_point(|name| name.end <= at);
        if named.get(n).is_some_and(|name| name.start <= at) || OTHER_WORDS.iter().any(|word| text[at..].starts_with(word)) {
            continue;
        }
        let free = n.checked_sub(1).map_or(0, |before| named[before].end);
        let before = places[..places.partition_point(|place| place.end <= at)].last();
        let outer: Vec<RegionCode> = match (before, context) {
            (Some(before), _) => before.candidates.clone(),
            (None, Some(context)) => vec![context],
            (None, None) => Vec::new(),
        };
        // 州 and 市 end many other words; after a place they are likely to end a name.
        let must_follow = matches!(ending, "州" | "市");
        if must_follow && before.is_none_or(|before| before.end != free) {
            continue;
        }
        if let Some(start) = start(reference, passage, free..at, at + ending.len()) {
            let range = start..at + ending.len();
            let near = near(reference, &text[range.clone()], &outer);
            let follows_place = || before.is_some_and(|before| before.end == start);
            let is_counted = text[start..at].contains(|c| DIGITS.contains(c));
            if is_counted
                && !(follows_place() && near.iter().any(|&code| outer.iter().any(|&it| reference.divisions.contains(it, code))))
            {
                continue;
            }
            if !near.is_empty() || follows_place() && !contains_word(passage, start..at) {
                found.push(UnknownPlace { range, near });
            }
        }
    }
    found
}

/// Where the name starts whose ending stands behind `reach`, up to `name_end`: after another name, after punctuation, or after a word such as 在.
/// `None` if it is an ordinary word or ends with a name.
fn start(reference: &Reference, passage: &Passage<'_>, reach: Range<usize>, name_end: usize) -> Option<usize> {
    let text = passage.text;
    let is_name_char = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}') && !NO_NAME.contains(c);
    let run: Vec<(usize, char)> =
        text[reach.clone()].char_indices().rev().take(MAX_CHARS).take_while(|&(_, c)| is_name_char(c)).collect();
    let cut = run.iter().position(|&(_, c)| BEFORE.contains(c));
    let name = &run[..cut.unwrap_or(run.len())];
    let start = reach.start + name.last()?.0;
    let is_bounded = cut.is_some() || start == reach.start || !text[..start].ends_with(|c: char| c.is_alphanumeric());
    // Longer words of the dictionary before 县 are names as well.
    let is_word = || name.len() == 2 && passage.is_known(start..reach.end);
    let is_name = || reference.divisions.ends_with_name(&passage.text[start..name_end]);
    (name.len() > 1 && is_bounded && !is_word() && !is_name()).then_some(start)
}

/// True if the text at `range` contains a word of the dictionary: 医生 in 上海医生来县.
fn contains_word(passage: &Passage<'_>, range: Range<usize>) -> bool {
    let starts: Vec<usize> =
        passage.text[range.clone()].char_indices().map(|(at, _)| range.start + at).chain([range.end]).collect();
    (0..starts.len()).any(|a| (a + 2..starts.len()).any(|b| passage.is_known(starts[a]..starts[b])))
}

/// Similar names as the end of a message: `；名称相近的有：…`, or nothing.
pub(super) fn near_in_words(divisions: &Divisions, near: &[RegionCode]) -> String {
    let names: Vec<String> = near.iter().map(|&code| divisions.full_name(code)).collect();
    if names.is_empty() { String::new() } else { format!("；名称相近的有：{}", names.join("、")) }
}

/// The divisions with a name like `name`: those in `outer` if there are any.
fn near(reference: &Reference, name: &str, outer: &[RegionCode]) -> Vec<RegionCode> {
    let divisions = reference.divisions;
    let mut near = divisions.near(name);
    let is_in = |code: RegionCode| outer.iter().any(|&outer| divisions.contains(outer, code));
    if near.iter().any(|&code| is_in(code)) {
        near.retain(|&code| is_in(code));
    }
    near.sort_by_key(|&code| (!reference.counterparts.is_helped(code), code));
    near.truncate(MAX_NEAR);
    near
}
