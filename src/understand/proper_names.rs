//! Proper names that contain the name of a place and do not refer to it: 合肥路 and 上海城, 天津中医院 in 略阳县, 北京话.
//!
//! A road named after a place, a dish, a dialect or an example that others follow are never the place of a need. An estate, a
//! school, a hospital or a company named after a place is one unless it lies in another: 德钦县人民医院 is in 德钦县, 略阳县天津中医院 is
//! not in 天津.

use std::ops::Range;

use super::naming::SUFFIXES;
use super::passage::Passage;
use crate::reference::{Divisions, Level, Mention};

/// What a proper name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A road, a dish, a dialect: never the place itself.
    Other,
    /// An estate or an institution: in the place that it is named after, unless another place stands before it.
    Site,
}

/// Endings of roads, and characters that make another word of the ending: 路灯, 街道.
const ROADS: [(&str, &str); 7] = [
    ("路", "灯面基费网况政障线途程由"),
    ("街", "道舞坊"),
    ("大道", ""),
    ("大街", ""),
    ("巷", "道"),
    ("弄", "堂清懂好"),
    ("胡同", ""),
];
/// What may stand between the place and the ending of a road: 南京西路, 长江二路.
const ROAD_PARTS: &str = "东西南北中上下前后新老大小一二三四五六七八九十";
/// Endings of other names that do not mean the place, and characters that make another word of them.
const OTHERS: [(&str, &str); 23] = [
    ("戏剧团", ""),
    ("戏", "台楼曲院服校剧法份水"),
    ("籍", ""),
    ("户籍", ""),
    ("户口", ""),
    ("城", "区乡市镇关管投建际墙里外中南北东西墟堡楼隍"),
    ("菜", "籽农叶园地价市田篮"),
    ("话", "剧费题"),
    ("味", "精"),
    ("方言", ""),
    ("口音", ""),
    ("火锅", ""),
    ("拉面", ""),
    ("小面", ""),
    ("米线", ""),
    ("烤鸭", ""),
    ("海鲜", ""),
    ("凉皮", ""),
    ("精神", "病科卫障残疾"),
    ("经验", ""),
    ("模式", ""),
    ("做法", ""),
    ("时间", ""),
];
/// What follows 里 at the end of the name of a lane: 老山东里.
const AFTER_LANE: &str = "小社村0123456789号的，。、；,;（(";
/// Endings of estates and institutions.
const SITES: [&str; 39] = [
    "小区",
    "花园",
    "苑",
    "公寓",
    "大厦",
    "广场",
    "山庄",
    "新村",
    "家园",
    "市场",
    "桥",
    "站",
    "港",
    "码头",
    "卫生院",
    "大学",
    "中学",
    "小学",
    "高中",
    "校",
    "院",
    "公司",
    "集团",
    "银行",
    "中心",
    "之家",
    "商会",
    "路",
    "街",
    "大道",
    "馆",
    "店",
    "园",
    "城",
    "楼",
    "厂",
    "场",
    "所",
    "酒店",
];
/// How far behind the name of a place the name of a site may end, in characters.
const SITE_REACH: usize = 10;
/// Characters that do not occur inside the name of a site.
const BREAKS: &str = "，。；、：,;:（）() 的需求缺盼望请由与和及获向为将拟在是对把被让给等到去赴";
/// Names of schools with such a character: 福建希望小学.
const NAMES: [&str; 8] = ["希望", "向阳", "为民", "求实", "求是", "求知", "和平", "和谐"];
/// How far a site may stand behind the place that it lies in, in characters.
const LOCAL_REACH: usize = 12;
/// What separates a site from the place before it: two items of a list, or a way from one to the other.
const PARTING: &str = "，。；、：,;:和与及或到至去赴往由请从比";

/// The places among `all`, which are in text order, that proper names merely contain, each with the range that is no word of the
/// text: the whole name of a road, the place alone of a site.
pub(super) fn contained(divisions: &Divisions, passage: &Passage<'_>, all: &[Mention]) -> Vec<Option<Range<usize>>> {
    let mut contained: Vec<Option<Range<usize>>> = Vec::with_capacity(all.len());
    let mut solid: Option<usize> = None;
    for (n, mention) in all.iter().enumerate() {
        let mut near = all[n + 1..].iter().take(SITE_REACH);
        let full = near.find(|next| passage.text[next.start..next.end].ends_with(SUFFIXES));
        let name = proper_name(divisions, passage, mention, full.map_or(passage.text.len(), |next| next.start));
        let is_other = matches!(name, Some((Kind::Other, _)));
        let is_local = || solid.is_some_and(|outer| is_local(divisions, passage.text, &all[outer], mention, name.is_some()));
        // The rest of a site's name says what it is: 学校 in 巴宜区广东实验学校.
        let end = name.filter(|_| is_other).map_or(mention.end, |(_, end)| end);
        let inside = (is_other || is_local()).then_some(mention.start..end);
        if inside.is_none() {
            solid = Some(n);
        }
        contained.push(inside);
    }
    contained
}

/// The proper name that starts with `mention` and ends before `limit`: what it names, and its end.
fn proper_name(divisions: &Divisions, passage: &Passage<'_>, mention: &Mention, limit: usize) -> Option<(Kind, usize)> {
    let text = passage.text;
    let (name, behind) = (&text[mention.start..mention.end], &text[mention.end..]);
    let site = || site(&text[mention.end..limit.max(mention.end)]).map(|len| (Kind::Site, mention.end + len));
    // 唐山路南区 is no road.
    if name.ends_with(SUFFIXES) || divisions.nested_name_follows(text, mention.start..mention.end) {
        return site();
    }
    let is_word = |at: usize, skip: &str| !text[at..].starts_with(|c| skip.contains(c));
    let ending = |at: usize, (ending, skip): &(&str, &str)| {
        let end = at + ending.len();
        (text[at..].starts_with(ending) && is_word(end, skip)).then_some((Kind::Other, end))
    };
    let parts: usize = behind.chars().take(2).take_while(|c| ROAD_PARTS.contains(*c)).map(char::len_utf8).sum();
    let starts = [mention.end, mention.end + parts.min('东'.len_utf8()), mention.end + parts];
    let road = || starts.iter().find_map(|&at| ROADS.iter().find_map(|road| ending(at, road)));
    let other = || OTHERS.iter().find_map(|other| ending(mention.end, other));
    let lane = || {
        let rest = behind.strip_prefix('里')?;
        let ends = rest.is_empty() || rest.starts_with(|c| AFTER_LANE.contains(c));
        ends.then_some((Kind::Other, mention.end + '里'.len_utf8()))
    };
    road()
        .or_else(other)
        .or_else(lane)
        .or_else(|| is_namesake(passage, mention).then_some((Kind::Other, mention.end)))
        .or_else(site)
}

/// 小上海, 老北京: a place that is called like another.
fn is_namesake(passage: &Passage<'_>, mention: &Mention) -> bool {
    let before = passage.text[..mention.start].char_indices().next_back();
    before.is_some_and(|(at, c)| matches!(c, '小' | '老') && passage.word_at(at).is_some_and(|word| word.start == at))
}

/// The length of the rest of a site's name that starts at `behind`.
fn site(behind: &str) -> Option<usize> {
    let mut reach = 0;
    for _ in 0..SITE_REACH {
        let rest = &behind[reach..];
        let word = NAMES.iter().find(|name| rest.starts_with(**name)).map(|name| name.len());
        let Some(step) = word.or_else(|| rest.chars().next().filter(|c| !BREAKS.contains(*c)).map(char::len_utf8)) else { break };
        reach += step;
    }
    let name = &behind[..reach];
    SITES.iter().filter_map(|ending| Some(name.find(ending)? + ending.len())).min()
}

/// True if `inner` is the start of a proper name in the place `outer`, which stands before it in the same phrase: 天津 in
/// 略阳县天津中医院, 青山湖 in 东湖区江西师范大学青山湖校区. Without anything between the two, no ending is needed: 积石山县厦门….
fn is_local(divisions: &Divisions, text: &str, outer: &Mention, inner: &Mention, is_site: bool) -> bool {
    let Some(between) = text.get(outer.end..inner.start) else { return false };
    // 潜江江汉油田总医院
    let is_plain_site =
        || between.is_empty() && is_site && matches!(outer.candidates[..], [code] if divisions.level(code) == Level::County);
    // 海原关桥乡福建希望小学
    let is_full = text[outer.start..outer.end].ends_with(SUFFIXES) || between.ends_with(['乡', '镇', '村']);
    if !is_full && !is_plain_site() || is_related(divisions, outer, inner) {
        return false;
    }
    let is_short = !text[inner.start..inner.end].ends_with(SUFFIXES);
    let is_county = inner.candidates.iter().all(|&code| divisions.level(code) == Level::County);
    if between.is_empty() {
        // 果洛州治多县 contradicts itself, 鲁甸县巧家 is a list.
        return if is_county { is_short && is_site } else { is_short || is_site };
    }
    is_site
        && (is_short || !is_county)
        && between.chars().nth(LOCAL_REACH).is_none()
        && !between.contains(|c| PARTING.contains(c))
}

/// True if one of the two places may lie in the other.
fn is_related(divisions: &Divisions, a: &Mention, b: &Mention) -> bool {
    a.candidates.iter().any(|&x| b.candidates.iter().any(|&y| divisions.contains(x, y) || divisions.contains(y, x)))
}
