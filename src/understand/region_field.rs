//! A region cell, flag or form field, where common words count as places.

use std::cell::RefCell;
use std::collections::HashMap;

use qianshou_index::normalize::normalize;

use super::doubts::{doubt_contradictions, drop_lone_quarters};
use super::passage::Passage;
use super::places;
use super::proper_names::contained;
use super::resolve::resolve;
use super::unknown_places::{near_in_words, unknown_places};
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::{Divisions, Mention, Reference};

/// The content of a region cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionField {
    /// One or more places, all certain.
    Certain(Vec<RegionFinding>),
    /// At least one name may mean several places: all its candidates are listed, none of them as certain.
    Ambiguous(Vec<RegionFinding>),
    /// It names no place of the table, or something in it looks like the name of an unknown place.
    Unknown,
}

/// Reads a region from a cell, command-line flag or form field, where common words count as places. With `province_first`, a
/// bare 河南 or 海南 means the province, as in the home of an organization.
#[must_use]
pub fn region_field(reference: &Reference, text: &str, context: Option<RegionCode>, province_first: bool) -> RegionField {
    if text.len() > MAX_REMEMBERED {
        return read(reference, text, context, province_first);
    }
    let asked = (context, province_first);
    let known = REMEMBERED.with_borrow(|it| it.get(&asked).and_then(|it| it.get(text)).cloned());
    known.unwrap_or_else(|| {
        let found = read(reference, text, context, province_first);
        REMEMBERED.with_borrow_mut(|it| {
            if it.values().map(HashMap::len).sum::<usize>() >= MOST_REMEMBERED {
                it.clear();
            }
            it.entry(asked).or_default().insert(text.to_owned(), found.clone());
        });
        found
    })
}

/// Longest text whose reading is remembered, in bytes, and how many are. Columns of places repeat a few thousand names.
const MAX_REMEMBERED: usize = 96;
const MOST_REMEMBERED: usize = 4_096;

/// Readings by what else they depend on and by text: the divisions are the same for every reference.
type Readings = HashMap<(Option<RegionCode>, bool), HashMap<String, RegionField>>;

thread_local! {
    static REMEMBERED: RefCell<Readings> = RefCell::default();
}

fn read(reference: &Reference, text: &str, context: Option<RegionCode>, province_first: bool) -> RegionField {
    let text = normalize(text).text;
    if let Some(code) = text.parse().ok().filter(|&code| reference.divisions.get(code).is_some()) {
        let name = reference.divisions.full_name(code);
        return RegionField::Certain(vec![RegionFinding { code, name, matched: text, certain: true, span: None }]);
    }
    let divisions = reference.divisions;
    let mut mentions = divisions.mentions(&text);
    if let Some(found) = whole(reference, &text, context) {
        return found;
    }
    let passage = Passage::new(&text);
    let mut names = contained(divisions, &passage, &mentions).into_iter();
    mentions.retain(|_| names.next().flatten().is_none());
    // In 万州区梨树乡, 梨树 is not 梨树县; on its own, it may be.
    let is_town = |mention: &Mention| {
        let is_all = &text[mention.start..mention.end] == "全州" && !text[mention.end..].starts_with('县');
        is_all || places::is_township(divisions, &text, mention)
    };
    if !mentions.iter().all(is_town) {
        mentions.retain(|mention| !is_town(mention));
    }
    if names_more(&text, &mentions) {
        return RegionField::Unknown;
    }
    drop_lone_quarters(divisions, &text, &mut mentions, context);
    let mut found = resolve(divisions, &passage, &mentions, context, province_first);
    doubt_contradictions(divisions, &text, &mentions, &mut found);
    found.iter_mut().for_each(|finding| finding.span = None);
    if found.is_empty() {
        RegionField::Unknown
    } else if found.iter().all(|finding| finding.certain) {
        RegionField::Certain(found)
    } else {
        RegionField::Ambiguous(found)
    }
}

/// Names like the unknown ones of a region cell, as the end of a message: `；名称相近的有：…`. Empty if there are none.
#[must_use]
pub fn near_names(reference: &Reference, text: &str, context: Option<RegionCode>) -> String {
    let text = normalize(text).text;
    let places = reference.divisions.mentions(&text);
    let named: Vec<_> = places.iter().map(|place| place.start..place.end).collect();
    let unknown = unknown_places(reference, &Passage::new(&text), &named, &places, context);
    let near: Vec<RegionCode> = unknown.into_iter().flat_map(|it| it.near).collect();
    near_in_words(reference.divisions, &near)
}

/// 全州, 全县 and the like mean the whole of the place that the list is about; `None` if that place is not known.
fn whole(reference: &Reference, text: &str, context: Option<RegionCode>) -> Option<RegionField> {
    if !["全州", "全县", "全市", "全省", "全区", "各县", "各乡镇"].contains(&text.trim()) {
        return None;
    }
    let code = context?;
    let name = reference.divisions.full_name(code);
    Some(RegionField::Certain(vec![RegionFinding { code, name, matched: text.to_owned(), certain: true, span: None }]))
}

/// True if anything besides the known names ends like a place name (假县): part of the place is unknown. 三县, 各县 and 全州
/// count places without naming any.
fn names_more(text: &str, mentions: &[Mention]) -> bool {
    const COUNTING: &str = "一二两三四五六七八九十0123456789各全多等个余和与及";
    let mut rest = String::new();
    let mut at = 0;
    for mention in mentions {
        rest.push_str(&text[at..mention.start]);
        rest.push('、');
        at = mention.end;
    }
    rest.push_str(&text[at..]);
    let pieces = rest.split(|c: char| !c.is_alphanumeric());
    pieces.into_iter().any(|piece| {
        let name = piece.strip_suffix(['省', '州', '市', '县', '旗']).unwrap_or_default();
        !name.is_empty() && !name.ends_with(|c| COUNTING.contains(c))
    })
}

/// The stated places, each replaced by the certain places inside it that the text names, if any;
/// without stated places, all places of the text.
#[must_use]
pub fn refine_regions(divisions: &Divisions, stated: &[RegionFinding], read: Vec<RegionFinding>) -> Vec<RegionFinding> {
    if stated.is_empty() {
        return read;
    }
    let within = |region: &RegionFinding| stated.iter().any(|outer| outer.certain && divisions.contains(outer.code, region.code));
    let inner: Vec<RegionFinding> = read.into_iter().filter(|region| region.certain && within(region)).collect();
    let covered = |outer: &RegionFinding| inner.iter().any(|region| divisions.contains(outer.code, region.code));
    let mut regions: Vec<RegionFinding> = stated.iter().filter(|outer| !covered(outer)).cloned().collect();
    regions.extend(inner.iter().cloned());
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_field_says_unknown_for_what_is_no_place() {
        let reference = Reference::embedded();
        assert_eq!(region_field(&reference, "假县", None, false), RegionField::Unknown);
        assert_eq!(region_field(&reference, "云南省迪庆州假县", None, false), RegionField::Unknown);
        let RegionField::Certain(town) = region_field(&reference, "重庆市万州区梨树乡", None, false) else {
            panic!("a town")
        };
        assert_eq!(town.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["重庆市万州区"]);
        for text in ["果洛州玛沁、甘德、达日三县", "云南省迪庆州德钦县升平镇", "青海省各县"] {
            assert!(matches!(region_field(&reference, text, None, false), RegionField::Certain(_)), "{text}");
        }
        let home = region_field(&reference, "河南", None, true);
        assert!(matches!(home, RegionField::Certain(found) if found[0].name == "河南省"));
        assert!(matches!(region_field(&reference, "533422", None, false), RegionField::Certain(_)));
    }
}
