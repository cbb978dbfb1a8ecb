//! Administrative divisions (GB/T 2260) and the names that texts use for them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, Input, Match, MatchKind};
use jiff::civil::Date;

use super::short_names::short_names;
use crate::domain::RegionCode;

/// No name has more characters than this.
const MAX_NAME_CHARS: usize = 16;

/// Level of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 省、自治区、直辖市
    Province,
    /// 市、州、盟、地区
    Prefecture,
    /// 县、区、旗
    County,
}

/// An administrative division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub code: RegionCode,
    /// Its own name, without the names of the divisions above it.
    pub name: String,
    /// True if it has been abolished and divided among others: records keep its code.
    pub is_abolished: bool,
}

/// An occurrence of a place name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Start of the byte range in the text.
    pub start: usize,
    /// End of the byte range.
    pub end: usize,
    /// Every division that the name may refer to, sorted by code.
    pub candidates: Vec<RegionCode>,
    /// True if the name is also a common word (大同, 长安), which is a place only in a region column or in a context that
    /// supports it, such as a following 县, 州 or 市.
    pub is_common_word: bool,
}

#[derive(Debug, Default)]
struct Alias {
    name: Box<str>,
    codes: Vec<RegionCode>,
    is_common_word: bool,
}

/// The table of divisions with a matcher over all their names.
#[derive(Debug)]
pub struct Divisions {
    by_code: BTreeMap<RegionCode, Division>,
    children: HashMap<RegionCode, usize>,
    aliases: Vec<Alias>,
    matcher: AhoCorasick,
}

impl Divisions {
    pub(super) fn embedded() -> Self {
        Self::parse(include_str!("data/divisions.tsv"), include_str!("data/region_aliases.tsv"))
    }

    fn parse(divisions: &str, aliases: &str) -> Self {
        let code = |text: &str| -> RegionCode { text.parse().expect("the embedded codes are checked by a test") };
        let mut by_code = BTreeMap::new();
        let mut names: HashMap<Cow<'_, str>, Alias> = HashMap::new();
        for line in rows(divisions) {
            let mut columns = line.split('\t');
            let (digits, name) = columns.next().zip(columns.next()).expect("the embedded table has two columns");
            let code = code(digits);
            by_code.insert(code, Division { code, name: name.to_owned(), is_abolished: columns.next().is_some() });
            names.entry(Cow::Borrowed(name)).or_default().codes.push(code);
            for short in short_names(name) {
                names.entry(Cow::Owned(short)).or_default().codes.push(code);
            }
        }
        for line in rows(aliases) {
            let columns: Vec<&str> = line.split('\t').collect();
            let alias = names.entry(Cow::Borrowed(columns[1])).or_default();
            alias.codes.push(code(columns[0]));
            alias.is_common_word |= columns.get(3) == Some(&"word");
        }
        let mut names: Vec<(Cow<'_, str>, Alias)> = names.into_iter().collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(names.iter().map(|(name, _)| name.as_bytes()))
            .expect("a few thousand short names fit the automaton");
        let aliases = names
            .into_iter()
            .map(|(name, mut alias)| {
                alias.name = name.into();
                alias.codes.sort_unstable();
                alias.codes.dedup();
                alias
            })
            .collect();
        let mut this = Self { by_code, children: HashMap::new(), aliases, matcher };
        let current = this.by_code.values().filter(|division| !division.is_abolished);
        let parents: Vec<RegionCode> = current.filter_map(|division| this.parent(division.code)).collect();
        for parent in parents {
            *this.children.entry(parent).or_default() += 1;
        }
        this
    }

    /// The division with this code.
    #[must_use]
    pub fn get(&self, code: RegionCode) -> Option<&Division> {
        self.by_code.get(&code)
    }

    /// The codes of all divisions, in their order.
    pub fn codes(&self) -> impl Iterator<Item = RegionCode> {
        self.by_code.keys().copied()
    }

    /// Level of a code, from its digits.
    #[must_use]
    pub fn level(&self, code: RegionCode) -> Level {
        if code == code.province() {
            Level::Province
        } else if code == code.prefecture() {
            Level::Prefecture
        } else {
            Level::County
        }
    }

    /// The division that contains this one; counties of municipalities lie directly under the province.
    #[must_use]
    pub fn parent(&self, code: RegionCode) -> Option<RegionCode> {
        [code.prefecture(), code.province()].into_iter().find(|&up| up != code && self.by_code.contains_key(&up))
    }

    /// The code itself and all divisions above it, nearest first.
    pub fn lineage(&self, code: RegionCode) -> impl Iterator<Item = RegionCode> {
        std::iter::successors(Some(code), |&code| self.parent(code))
    }

    /// True if `inner` is `outer` or lies in it.
    #[must_use]
    pub fn contains(&self, outer: RegionCode, inner: RegionCode) -> bool {
        self.lineage(inner).any(|code| code == outer)
    }

    /// Every name that may mean this division.
    pub fn names_of(&self, code: RegionCode) -> impl Iterator<Item = &str> {
        self.aliases.iter().filter(move |alias| alias.codes.contains(&code)).map(|alias| &*alias.name)
    }

    /// The name, preceded by the names of all divisions above it: `云南省迪庆藏族自治州德钦县`; the digits for an unknown code.
    #[must_use]
    pub fn full_name(&self, code: RegionCode) -> String {
        let mut names: Vec<&str> = self.lineage(code).filter_map(|code| self.get(code)).map(|it| it.name.as_str()).collect();
        if names.is_empty() {
            return code.to_string();
        }
        names.reverse();
        names.concat()
    }

    /// Number of divisions that lie directly below `code` today; at least 1.
    #[must_use]
    pub fn children(&self, code: RegionCode) -> usize {
        self.children.get(&code).copied().unwrap_or(1)
    }

    /// The divisions directly below one, by code; the provinces below none. Abolished ones are left out.
    pub fn below(&self, parent: Option<RegionCode>) -> impl Iterator<Item = &Division> {
        self.by_code.values().filter(move |it| !it.is_abolished && self.parent(it.code) == parent)
    }

    /// The divisions that have a name with `part` in it: those that it is a whole name of first, then those whose names begin with
    /// it, higher levels and smaller codes first.
    #[must_use]
    pub fn with_part(&self, part: &str) -> Vec<RegionCode> {
        let mut found: Vec<(u8, Level, RegionCode)> = Vec::new();
        for alias in self.aliases.iter().filter(|alias| alias.name.contains(part)) {
            let distance = if *alias.name == *part { 0 } else { 1 + u8::from(!alias.name.starts_with(part)) };
            let current = alias.codes.iter().filter(|code| self.by_code.get(code).is_some_and(|it| !it.is_abolished));
            found.extend(current.map(|&code| (distance, self.level(code), code)));
        }
        found.sort_unstable();
        let mut seen = std::collections::HashSet::new();
        found.into_iter().map(|it| it.2).filter(|code| seen.insert(*code)).collect()
    }

    /// Number of divisions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// The day of the table: later changes of divisions are missing.
    pub const AS_OF: Date = jiff::civil::date(2026, 6, 30);

    /// The divisions that are today named almost like `name`, by code: with two neighbouring characters exchanged or, if there are
    /// none, with another character in one place. The ending (县) is the same.
    #[must_use]
    pub fn near(&self, name: &str) -> Vec<RegionCode> {
        let name: Vec<char> = name.chars().collect();
        let named = |wanted: Typo| {
            let like = self.aliases.iter().filter(|alias| typo(&name, &alias.name) == Some(wanted));
            let mut codes: Vec<RegionCode> = like.flat_map(|alias| &alias.codes).copied().collect();
            codes.retain(|code| self.by_code.get(code).is_some_and(|division| !division.is_abolished));
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        Some(named(Typo::Order)).filter(|codes| !codes.is_empty()).unwrap_or_else(|| named(Typo::Character))
    }

    /// The place names in `text`, left to right without overlaps; of names that start together, the longest.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        self.mentions_where(text, |_, _| true)
    }

    /// The divisions that `text` as a whole is a name of, common words included: by one name (丽江, 玉龙县) or by a chain that leads
    /// inwards (云南省丽江市). Sorted by code; none if anything else stands in it.
    #[must_use]
    pub fn named(&self, text: &str) -> Vec<RegionCode> {
        if text.chars().nth(1).is_none() {
            return Vec::new();
        }
        if let Ok(at) = self.aliases.binary_search_by(|alias| (*alias.name).cmp(text)) {
            return self.aliases[at].codes.clone();
        }
        let (mut outer, mut end): (Vec<RegionCode>, usize) = (Vec::new(), 0);
        for mention in self.mentions(text) {
            if mention.start != end {
                return Vec::new();
            }
            let fits = |inner: &RegionCode| end == 0 || outer.iter().any(|&it| it != *inner && self.contains(it, *inner));
            outer = mention.candidates.into_iter().filter(fits).collect();
            end = mention.end;
        }
        if end == text.len() { outer } else { Vec::new() }
    }

    /// True if `text` is a name or ends with one.
    #[must_use]
    pub fn ends_with_name(&self, text: &str) -> bool {
        self.matcher.find_overlapping_iter(text).any(|found| found.end() == text.len())
    }

    /// True if a name that starts at the end of the name at `outer` may mean a place inside it: 湖南 in 湖南岳阳.
    #[must_use]
    pub fn nested_name_follows(&self, text: &str, outer: Range<usize>) -> bool {
        let name = &text[outer.clone()];
        let Ok(alias) = self.aliases.binary_search_by(|alias| (*alias.name).cmp(name)) else { return false };
        let is_inside =
            |code: &RegionCode| self.aliases[alias].codes.iter().any(|&outer| outer != *code && self.contains(outer, *code));
        self.matches_at(text, outer.end).any(|inner| self.aliases[inner.pattern().as_usize()].codes.iter().any(is_inside))
    }

    fn matches_at<'t>(&'t self, text: &'t str, start: usize) -> impl Iterator<Item = Match> + 't {
        let reach: usize = text[start..].chars().take(MAX_NAME_CHARS).map(char::len_utf8).sum();
        let input = Input::new(text).range(start..start + reach);
        self.matcher.find_overlapping_iter(input).filter(move |found| found.start() == start)
    }

    /// The ends of all names that start at the byte `start`, shortest first.
    pub fn names_at<'t>(&'t self, text: &'t str, start: usize) -> impl Iterator<Item = usize> + 't {
        self.matches_at(text, start).map(|found| found.end())
    }

    /// The place that a registered name starts with (云南省迪庆州…): by law, the name of a local
    /// organization starts with the name of its division.
    ///
    /// Place names that follow one another are read as nested, the longest match each time. A bare name shared
    /// by several levels means the highest. `None` if the name starts with anything else, with a common word,
    /// or with a name that several places share.
    #[must_use]
    pub fn at_start_of(&self, name: &str) -> Option<RegionCode> {
        let (mut place, mut start) = (None, 0);
        while let Some((end, code)) = self.longest_at(name, start, place) {
            (place, start) = (Some(code), end);
        }
        place
    }

    fn longest_at(&self, name: &str, start: usize, inside: Option<RegionCode>) -> Option<(usize, RegionCode)> {
        let found = self.matches_at(name, start).max_by_key(Match::end)?;
        let alias = &self.aliases[found.pattern().as_usize()];
        if alias.is_common_word {
            return None;
        }
        let fits = |&&code: &&RegionCode| inside.is_none_or(|outer| code != outer && self.contains(outer, code));
        let highest = alias.codes.iter().filter(fits).map(|&code| self.level(code)).min()?;
        let mut codes = alias.codes.iter().filter(fits).filter(|&&code| self.level(code) == highest);
        let code = codes.next()?;
        codes.next().is_none().then_some((found.end(), *code))
    }

    /// Like [`Self::mentions`], but only for the names that `is_name` accepts; a rejected name does not hide any other.
    /// `is_name` receives the byte range of the name and the end of the previous accepted name, 0 for the first.
    #[must_use]
    pub fn mentions_where(&self, text: &str, is_name: impl Fn(Range<usize>, usize) -> bool) -> Vec<Mention> {
        let mut matches: Vec<Match> = self.matcher.find_overlapping_iter(text).collect();
        matches.sort_unstable_by_key(|found| (found.start(), std::cmp::Reverse(found.end())));
        let mut free = 0;
        let mut mentions = Vec::new();
        for found in matches {
            if found.start() < free || !is_name(found.range(), free) {
                continue;
            }
            free = found.end();
            let alias = &self.aliases[found.pattern().as_usize()];
            mentions.push(Mention {
                start: found.start(),
                end: found.end(),
                candidates: alias.codes.clone(),
                is_common_word: alias.is_common_word,
            });
        }
        mentions
    }
}

/// How one name may have become another by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typo {
    /// One character is another one.
    Character,
    /// Two neighbours are exchanged.
    Order,
}

/// The mistake that turns `other` into `name`, if it is a single one. The last characters have to agree.
fn typo(name: &[char], other: &str) -> Option<Typo> {
    let (ending, base) = name.split_last().filter(|(_, base)| base.len() > 1)?;
    if !other.ends_with(*ending) || other.chars().count() != name.len() {
        return None;
    }
    let pairs = base.iter().copied().zip(other.chars()).enumerate();
    let apart: Vec<(usize, (char, char))> = pairs.filter(|(_, (a, b))| a != b).collect();
    match apart[..] {
        [_] => Some(Typo::Character),
        [(m, (a, b)), (n, (c, d))] if n == m + 1 && a == d && b == c => Some(Typo::Order),
        _ => None,
    }
}

/// The lines of a table without its comments.
fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_name_as_a_whole_or_not_at_all() {
        let divisions = Divisions::embedded();
        let named =
            |text: &str| -> Vec<String> { divisions.named(text).into_iter().map(|code| divisions.full_name(code)).collect() };
        for text in ["丽江", "丽江市", "云南丽江", "云南省丽江市"] {
            assert_eq!(named(text), ["云南省丽江市"], "{text}");
        }
        for text in ["玉龙县", "玉龙纳西族自治县"] {
            assert_eq!(named(text), ["云南省丽江市玉龙纳西族自治县"], "{text}");
        }
        assert_eq!(named("迪庆德钦"), named("德钦县"));
        assert!(named("朝阳区").len() > 1, "a name that several places share means each of them");
        for text in ["丽江学校", "四川丽江", "净水", "江", ""] {
            assert!(named(text).is_empty(), "{text}: {:?}", named(text));
        }
    }

    fn code(digits: u32) -> RegionCode {
        RegionCode::new(digits).unwrap()
    }

    #[test]
    fn every_division_has_a_lineage_that_ends_in_a_province() {
        let table = Divisions::embedded();
        assert_eq!(table.len(), 3218);
        for &code in table.by_code.keys() {
            let top = table.lineage(code).last().unwrap();
            assert_eq!(table.level(top), Level::Province, "{code}");
        }
        assert!(table.aliases.iter().flat_map(|alias| &alias.codes).all(|&code| table.get(code).is_some()));
        assert!(table.by_code.values().all(|division| division.name.chars().count() <= MAX_NAME_CHARS));
    }

    #[test]
    fn names_are_found_longest_first_with_all_candidates() {
        let table = Divisions::embedded();
        let text = "云南省迪庆州德钦县，海南";
        let found: Vec<_> = table.mentions(text).into_iter().map(|m| (text[m.start..m.end].to_owned(), m.candidates)).collect();
        assert_eq!(found[0], ("云南省".to_owned(), vec![code(530_000)]));
        assert_eq!(found[1], ("迪庆州".to_owned(), vec![code(533_400)]));
        assert_eq!(found[2], ("德钦县".to_owned(), vec![code(533_422)]));
        assert_eq!(found[3], ("海南".to_owned(), vec![code(150_303), code(460_000), code(632_500)]));
    }

    #[test]
    fn the_table_says_of_which_day_it_is() {
        let first = include_str!("data/divisions.tsv").lines().next().unwrap();
        assert!(first.contains(&Divisions::AS_OF.to_string()), "{first}");
        let table = Divisions::embedded();
        for (digits, name) in [(653_228, "和田地区和康县"), (653_229, "和田地区和安县"), (500_157, "重庆市两江新区")]
        {
            assert!(table.full_name(code(digits)).ends_with(name), "{name}");
        }
        // 渝北区 was divided: old records keep its code, and it is not counted.
        assert!(table.get(code(500_112)).unwrap().is_abolished);
        assert_eq!(table.children(code(500_000)), 37);
    }

    #[test]
    fn near_names_differ_in_one_character_or_in_the_order_of_two() {
        let table = Divisions::embedded();
        let near = |name: &str| table.near(name).into_iter().map(|code| table.full_name(code)).collect::<Vec<_>>();
        assert!(near("德软县").contains(&"云南省迪庆藏族自治州德钦县".to_owned()));
        assert_eq!(near("钦德县"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(near("麻粟坡县"), ["云南省文山壮族苗族自治州麻栗坡县"]);
        assert_eq!(near("假县"), [] as [&str; 0]);
    }

    #[test]
    fn full_names_start_with_the_province() {
        let table = Divisions::embedded();
        assert_eq!(table.full_name(code(533_422)), "云南省迪庆藏族自治州德钦县");
        assert_eq!(table.full_name(code(310_109)), "上海市虹口区");
        assert!(table.contains(code(530_000), code(533_422)));
        assert!(!table.contains(code(533_422), code(530_000)));
    }
}
