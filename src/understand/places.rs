//! Which names in a text refer to places: 新建 in 新建校舍, 迁安 in 搬迁安置 and 平乡 in 和平乡 do not.
//!
//! A short name has to start and end at word boundaries, and an ordinary word (大同, 新建) needs a context that makes it a
//! place. The dictionary's part-of-speech tags are no help: they make 大连 an adverb and 新建 a place.

use std::ops::Range;

use super::naming::{SUFFIXES, is_list};
use super::passage::Passage;
use super::proper_names::contained;
use crate::domain::RegionCode;
use crate::reference::{Divisions, Level, Mention};

/// Words of one character before a place that the dictionary joins with the start of many names.
const PARTICLES: [&str; 13] = ["对", "于", "向", "为", "省", "经", "由", "自", "从", "在", "到", "给", "与"];
/// How far behind the name of a county 乡 or 镇 may end the name of its township, in characters.
const TOWN_REACH: usize = 4;
/// Characters before the name of a place.
const PREPOSITIONS: &str = "在到为给对向从由于助持往赴";
/// What follows 东, 西, 南 and 北 where they name a side of something.
const SIDES: [char; 6] = ['边', '岸', '侧', '坡', '麓', '端'];
/// Words that start with one of these and name no side.
const OUTER: [&str; 4] = ["边境", "边防", "边界", "边陲"];
/// What many townships and villages are named after, behind a name of its own: 白水江镇.
const FEATURES: &str = "江河湖山溪沟坪坝岭口桥塘滩湾岗岔洼堡驿关店铺庄集寺庙坡梁川原塬坳冲岩石洞泉井沱渡浦港岛洲沙峪峰嘴头营寨楼台墩垭尾甸圩墟场埠仓窑";
/// Words that start with such a character and name no township.
const WORDS: [&str; 9] = ["山村", "山乡", "集镇", "场镇", "关镇", "渔村", "寨村", "口乡", "石乡"];
/// Characters that do not occur in the name of a township.
const PARTING: &str = "的和与及或到至去赴往由请从比在是有对";
/// The names in a text that refer to places, in order. Names of townships are in `named` but not in `places`.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The names of divisions in the table.
    pub places: Vec<Mention>,
    /// Byte ranges of all names, including townships and villages that share the name of a county, and roads and the like that
    /// are named after a place.
    pub named: Vec<Range<usize>>,
}

/// Reads the names of `passage`.
pub(super) fn read(divisions: &Divisions, passage: &Passage<'_>) -> Places {
    let text = passage.text;
    let mut all: Vec<Mention> = divisions.mentions_where(text, |range, free| is_whole(divisions, passage, range, free));
    let names = contained(divisions, passage, &all);
    let proper: Vec<Range<usize>> = names.iter().flatten().cloned().collect();
    let mut names = names.into_iter();
    all.retain(|_| names.next().flatten().is_none());
    let mut is_place: Vec<bool> =
        (0..all.len()).map(|n| !is_doubtful(passage, &all[n]) || is_supported(divisions, text, &all, n)).collect();
    let forward = 1..all.len();
    for n in forward.clone().chain(forward.rev().map(|n| n - 1)) {
        let neighbours = [n.checked_sub(1), Some(n + 1)].into_iter().flatten().filter(|&other| other < all.len());
        let mut siblings = neighbours.filter(|&other| is_place[other] && is_sibling(divisions, text, &all[other], &all[n]));
        is_place[n] = is_place[n] || siblings.next().is_some();
    }
    let is_named =
        |n: &usize| is_place[*n] || is_township(divisions, text, &all[*n]) || starts_township(divisions, text, None, &all[*n]);
    let mut named: Vec<Range<usize>> = (0..all.len()).filter(is_named).map(|n| all[n].start..all[n].end).collect();
    named.extend(proper);
    named.sort_by_key(|name| name.start);
    let mut kept = is_place.into_iter();
    let mut places: Vec<Mention> = all.into_iter().filter(|_| kept.next().unwrap_or_default()).collect();
    let mut outer: Option<Mention> = None;
    places.retain(|place| {
        let is_kept = !is_township(divisions, text, place)
            && !starts_township(divisions, text, outer.as_ref(), place)
            && !ends_township(text, outer.as_ref(), place);
        if is_kept {
            outer = Some(place.clone());
        }
        is_kept
    });
    Places { places, named }
}

/// True if the name is not a piece of other words; `free` is where the previous name ended. Full
/// names of more than two characters pass unless a word of the dictionary goes on into them (海城市 in 沿海城市) or their ending
/// belongs to the next word (上海市场).
fn is_whole(divisions: &Divisions, passage: &Passage<'_>, range: Range<usize>, free: usize) -> bool {
    let Range { start, end } = range;
    let (name, behind) = (&passage.text[range], &passage.text[end..]);
    let has_suffix = name.ends_with(SUFFIXES);
    if has_suffix && name.chars().nth(2).is_some() {
        return !is_short_before_city(divisions, passage.text, end) && (start == free || !goes_on(passage, start, end));
    }
    let starts = passage.is_boundary(start) || start == free && start > 0;
    // 湖南边 is 湖的南边, 江西岸 is 江的西岸.
    if name.ends_with(['东', '西', '南', '北']) && behind.starts_with(SIDES) && !OUTER.iter().any(|word| behind.starts_with(word))
    {
        return false;
    }
    if has_suffix {
        // 新县城 is a new county town.
        if name.ends_with('县') && behind.starts_with('城') && passage.word_at(start).is_some_and(|word| word.end < end) {
            return false;
        }
        // 和县 in 省市和县医院, 理县 in 治理县域.
        let follows_place = start == free && start > 0;
        return starts && (follows_place || !(name == "和县" && passage.text[..start].ends_with(['省', '市', '州', '乡', '镇'])));
    }
    // The segmenter cuts 信阳新县 into 信 and 阳新县.
    let another_follows = || divisions.names_at(passage.text, end).any(|next| passage.is_boundary(next));
    let is_nesting = || divisions.nested_name_follows(passage.text, start..end);
    // 松原前郭查干花镇
    let township = || start == free && start > 0 && behind.chars().take(TOWN_REACH).any(|c| matches!(c, '乡' | '镇'));
    starts && (passage.is_boundary(end) || behind.starts_with(SUFFIXES) || another_follows() || is_nesting() || township())
        || is_glued(divisions, passage, start, end)
}

/// True if 市 before `end` starts another word: 上海市场, 青岛市南区.
fn is_short_before_city(divisions: &Divisions, text: &str, end: usize) -> bool {
    let Some(start) = text[..end].ends_with('市').then(|| end - '市'.len_utf8()) else { return false };
    text[end..].starts_with('场') || divisions.names_at(text, start).any(|end| text[start..end].ends_with('区'))
}

/// True if a word of the dictionary goes on into the name from `start` to `end`: 沿海 in 沿海城市. 对于都县 and 省长沙市 are read as
/// 对 and 省 before a name, unless what is left of it is a word as well: 对象山区.
fn goes_on(passage: &Passage<'_>, start: usize, end: usize) -> bool {
    let Some(word) = passage.known_word_across(start) else { return false };
    let is_after_particle = PARTICLES.contains(&&passage.text[word.start..start]);
    !is_after_particle || word.end >= end || passage.is_known(word.end..end)
}

/// Longest word that is looked through for names, in bytes.
const MAX_GLUED: usize = 64;

/// True if the word around the name consists only of names: the segmenter joins names that it does not know (果洛玛沁).
fn is_glued(divisions: &Divisions, passage: &Passage<'_>, start: usize, end: usize) -> bool {
    let Some(word) = passage.word_at(start).filter(|word| word.start <= start && end <= word.end) else { return false };
    if word.end - word.start > MAX_GLUED {
        return false;
    }
    let is_names = |text: &str| divisions.mentions(text).iter().map(|name| name.end - name.start).sum::<usize>() == text.len();
    is_names(&passage.text[word.start..start]) && is_names(&passage.text[end..word.end])
}

/// True if the name may just as well be something else: an ordinary word, or two characters that are cut into two words.
fn is_doubtful(passage: &Passage<'_>, mention: &Mention) -> bool {
    let is_two_words = || {
        let name = &passage.text[mention.start..mention.end];
        let is_short = name.chars().count() == 2 && !name.ends_with(SUFFIXES);
        is_short && passage.word_at(mention.start).is_some_and(|word| word.end < mention.end)
    };
    mention.is_common_word || is_two_words()
}

/// True if the context makes an ordinary word a place: 县, 州 or 市 follows; the name directly before it contains it, or it
/// contains the name directly after it; or it is the short name of a province at the start of a clause or
/// after 在 and the like.
fn is_supported(divisions: &Divisions, text: &str, all: &[Mention], n: usize) -> bool {
    let mention = &all[n];
    let previous = n.checked_sub(1).map(|before| &all[before]).filter(|before| before.end == mention.start);
    let behind = all.get(n + 1).filter(|behind| behind.start == mention.end);
    let is_chain = previous.is_some_and(|before| holds(divisions, before, mention))
        || behind.is_some_and(|behind| holds(divisions, mention, behind));
    let before = text[..mention.start].chars().next_back();
    let starts_clause = before.is_none_or(|c| !c.is_alphanumeric() || PREPOSITIONS.contains(c));
    let names_province = mention.candidates.iter().any(|&code| code == code.province());
    is_named_level(&text[mention.end..]) || is_chain || starts_clause && names_province
}

/// True if 县, 州, 市 or the like follows and belongs to the name before it; 市场 and 区域 are words of their own.
fn is_named_level(behind: &str) -> bool {
    const WORDS: [&str; 7] = ["市场", "市民", "区域", "区间", "县域", "县级", "市政"];
    behind.starts_with(SUFFIXES) && !WORDS.iter().any(|word| behind.starts_with(word))
}

fn holds(divisions: &Divisions, outer: &Mention, inner: &Mention) -> bool {
    let inside = |inner: &RegionCode| outer.candidates.iter().any(|&outer| outer != *inner && divisions.contains(outer, *inner));
    inner.candidates.iter().any(inside)
}

/// True if two names are neighbours in a list and may be divisions of the same kind: 东川、永平.
fn is_sibling(divisions: &Divisions, text: &str, place: &Mention, word: &Mention) -> bool {
    let (first, second) = if place.start < word.start { (place, word) } else { (word, place) };
    let ends_item = |c: char| !c.is_alphanumeric() || "和及与等的一二两三四五六七八九十".contains(c);
    let is_item = text[word.end..].chars().next().is_none_or(ends_item);
    is_item && first.end <= second.start && is_list(&text[first.end..second.start]) && is_related(divisions, place, word)
}

fn is_related(divisions: &Divisions, a: &Mention, b: &Mention) -> bool {
    let key = |code: RegionCode| (divisions.level(code), code.province());
    a.candidates.iter().any(|&x| b.candidates.iter().any(|&y| key(x) == key(y) || (x == x.province() && y == y.province())))
}

/// True if the short name of a county here names a township, street or village: 洪山镇, 米林社区, 兴隆村.
pub(super) fn is_township(divisions: &Divisions, text: &str, mention: &Mention) -> bool {
    const OTHER: [&str; 20] = [
        "乡村",
        "乡镇",
        "村级",
        "村民",
        "村庄",
        "镇村",
        "村医",
        "村小",
        "村卫",
        "村干",
        "村集体",
        "村道",
        "村寨",
        "村委",
        "村超",
        "村校",
        "乡亲",
        "乡土",
        "乡医",
        "乡卫",
    ];
    let behind = &text[mention.end..];
    let is_township = starts_with_ending(behind) && !OTHER.iter().any(|word| behind.starts_with(word));
    is_township && is_short_of_county(divisions, text, mention)
}

/// True if the name is only the end of that of a township behind a county: 新乡 in 龙陵县龙新乡.
fn ends_township(text: &str, outer: Option<&Mention>, mention: &Mention) -> bool {
    let ends_so = text[mention.start..mention.end].ends_with(['乡', '镇']);
    let Some(between) = outer.and_then(|outer| text.get(outer.end..mention.start)).filter(|_| ends_so) else { return false };
    let is_name = |c: char| c.is_alphabetic() && !PARTING.contains(c);
    !between.is_empty() && between.chars().nth(2).is_none() && between.chars().all(is_name)
}

/// True for 镇 and the like at the start of `text`.
fn starts_with_ending(text: &str) -> bool {
    text.starts_with(['乡', '镇', '村', '屯']) || ["社区", "街道", "苏木"].iter().any(|word| text.starts_with(word))
}

/// True for the short name of a prefecture or a county.
fn is_short_of_county(divisions: &Divisions, text: &str, mention: &Mention) -> bool {
    let is_short = !text[mention.start..mention.end].ends_with(SUFFIXES);
    is_short && mention.candidates.iter().all(|&code| divisions.level(code) != Level::Province)
}

/// True if the name is only the start of that of a township or village: 白水江镇, 兴隆洼镇; or 白水 in 略阳县白水江镇, which stands
/// directly behind a county that it is not in.
fn starts_township(divisions: &Divisions, text: &str, outer: Option<&Mention>, mention: &Mention) -> bool {
    if !is_short_of_county(divisions, text, mention) {
        return false;
    }
    let behind = &text[mention.end..];
    let mut chars = behind.chars();
    let feature = chars.next().filter(|c| FEATURES.contains(*c));
    let names_feature = feature.is_some()
        && starts_with_ending(chars.as_str())
        && !chars.as_str().starts_with("镇乡")
        && !WORDS.iter().any(|word| behind.starts_with(word));
    let follows_county = outer.is_some_and(|outer| {
        outer.end == mention.start
            && outer.candidates.iter().all(|&code| divisions.level(code) == Level::County)
            && !holds(divisions, outer, mention)
    });
    let ends_soon = || {
        let name = behind.char_indices().take(TOWN_REACH).take_while(|(_, c)| c.is_alphabetic() && !PARTING.contains(*c));
        name.skip(1).any(|(at, _)| starts_with_ending(&behind[at..]))
    };
    names_feature || follows_county && ends_soon()
}
