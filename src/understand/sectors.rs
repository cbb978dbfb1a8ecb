//! Sectors by the trigger words of the taxonomy, longest match first, weighed by what the text says about them.

use std::ops::Range;

use super::clauses::Emphasis;
use super::evidence::Evidence;
use super::persons::is_telling;
use crate::domain::{SectorCode, SectorShare, WordField};
use crate::reference::{Pointer, Taxonomy, Trigger};

/// Most sectors of a need.
const MAX_SECTORS: usize = 3;
/// A sector with less than this share of the weight of all words is left out.
const MIN_SHARE: f64 = 0.12;
/// Weight of a place that precedes what is done there: 安置区 in 安置区儿童之家.
const PLACE: f64 = 0.5;
/// Words for places where many kinds of work may be done.
const PLACES: [&str; 22] = [
    "中心校",
    "完小",
    "村小",
    "教学点",
    "希望小学",
    "福利院",
    "学校",
    "校园",
    "小学",
    "中学",
    "幼儿园",
    "医院",
    "卫生院",
    "卫生室",
    "敬老院",
    "养老院",
    "养老机构",
    "安置点",
    "安置区",
    "易地搬迁",
    "社区",
    "村委会",
];
/// Weight of household goods for an institution, whose need is its own: 小学缺取暖炉.
const FURNISHING: f64 = 0.2;
/// Household goods.
const HOUSEHOLD: [&str; 16] = [
    "取暖",
    "取暖炉",
    "取暖器",
    "取暖煤",
    "取暖物资",
    "煤炭",
    "火炉",
    "炉子",
    "电暖器",
    "电热毯",
    "暖气",
    "棉被",
    "被褥",
    "毛毯",
    "床铺",
    "家具",
];
/// Weight of a word for people's hardship, as opposed to what they need.
const CONDITION: f64 = 0.4;
/// Words for people's hardship, which occur in needs of every sector.
const CONDITIONS: [&str; 16] = [
    "生活困难",
    "贫困家庭",
    "困难家庭",
    "低收入家庭",
    "特困",
    "特困家庭",
    "特困人员",
    "建档立卡",
    "困难群众",
    "脱贫户",
    "监测户",
    "低保",
    "低保户",
    "困境儿童",
    "贫困儿童",
    "两不愁三保障",
];
/// What people do who write for others: 我在贡山挂职, 支教老师反映.
const ROLES: [&str; 12] =
    ["挂职", "支教", "支教教师", "支医", "志愿者", "志愿服务", "服务队", "专家", "导师", "西部计划", "科技特派员", "人才"];
/// Weak words that fit every sector and so are never enough for one.
const GENERIC: [&str; 20] = [
    "补助",
    "帮助",
    "扶助",
    "厨房设备",
    "设备",
    "培训",
    "建设",
    "项目",
    "改造",
    "物资",
    "资助",
    "捐赠",
    "服务",
    "活动",
    "中心",
    "平台",
    "品牌",
    "广场",
    "救助",
    "帮扶",
];

/// The sectors of a text, strongest first, each top-level sector by its best child, weights summing to 1; the words that they
/// rest on; and how much each part of the text counts.
///
/// `names` are the byte ranges of place names, ascending and disjoint. Words inside them do
/// not count: 平安 in 平安乡, 安居 in 安居区.
pub(super) fn read(taxonomy: &Taxonomy, text: &str, names: &[Range<usize>]) -> (Vec<SectorShare>, Vec<Evidence>, Emphasis) {
    let in_name = |trigger: &Trigger<'_>| {
        names.get(names.partition_point(|name| name.end < trigger.end)).is_some_and(|name| name.start <= trigger.start)
    };
    let triggers: Vec<Trigger<'_>> =
        taxonomy.sector_words.find(text).filter(|trigger| !in_name(trigger) && !names_town(&text[trigger.end..])).collect();
    let ranges: Vec<Range<usize>> = triggers.iter().map(|trigger| trigger.start..trigger.end).collect();
    let emphasis = Emphasis::new(text, &ranges);
    let (sectors, evidence) = sectors(taxonomy, text, &triggers, &emphasis);
    (sectors, evidence, emphasis)
}

/// True if the word before `behind` is part of the name of a township: 石桥 in 石桥镇.
fn names_town(behind: &str) -> bool {
    const WORDS: [&str; 4] = ["乡村", "乡镇", "乡土", "镇村"];
    let is_town = behind.starts_with(['镇', '乡']) || behind.starts_with("街道");
    is_town && !WORDS.iter().any(|word| behind.starts_with(word))
}

fn sectors(taxonomy: &Taxonomy, text: &str, triggers: &[Trigger<'_>], emphasis: &Emphasis) -> (Vec<SectorShare>, Vec<Evidence>) {
    let weights: Vec<f64> = weights(text, triggers, emphasis);
    let mut words = vec![0.0; taxonomy.sector_count()];
    let mut has_own_word = vec![false; taxonomy.sector_count()];
    for (trigger, weight) in triggers.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0) {
        for pointer in trigger.pointers {
            words[pointer.target] += pointer.weight * weight;
            has_own_word[taxonomy.parent(pointer.target)] |= pointer.is_strong();
        }
    }
    let has_own = has_own_word.contains(&true);
    if !has_own && let Some(top) = agreed(taxonomy, text, triggers, &weights) {
        has_own_word[top] = true;
    }
    let found = strongest(taxonomy, &words, &has_own_word);
    let evidence = evidence(taxonomy, triggers, &weights, &found, has_own);
    let sum: f64 = found.iter().map(|it| it.0).sum();
    (
        found.into_iter().map(|(weight, n)| SectorShare { code: taxonomy.code(n).clone(), weight: weight / sum }).collect(),
        evidence,
    )
}

/// The weight of each trigger for each of its pointers: longer words weigh more, a word that is several sectors' own is shared
/// among them, and a place weighs less than what is done there.
fn weights(text: &str, triggers: &[Trigger<'_>], emphasis: &Emphasis) -> Vec<f64> {
    let word = |trigger: &Trigger<'_>| &text[trigger.start..trigger.end];
    let is_place = |trigger: &Trigger<'_>| PLACES.contains(&word(trigger));
    let is_thing = |trigger: &Trigger<'_>| {
        !is_place(trigger) && !HOUSEHOLD.contains(&word(trigger)) && trigger.pointers.iter().any(Pointer::is_strong)
    };
    // The next thing after each word, computed from the last word backwards.
    let mut things: Vec<Option<usize>> = vec![None; triggers.len()];
    for n in (1..triggers.len()).rev() {
        things[n - 1] = if is_thing(&triggers[n]) { Some(triggers[n].start) } else { things[n] };
    }
    let is_household = |trigger: &Trigger<'_>| HOUSEHOLD.contains(&word(trigger));
    // The last place before each word.
    let mut place: Option<usize> = None;
    let places: Vec<Option<usize>> = triggers
        .iter()
        .map(|trigger| {
            let before = place;
            place = if is_place(trigger) { Some(trigger.start) } else { before };
            before
        })
        .collect();
    let weight = |((trigger, thing), place): ((&Trigger<'_>, &Option<usize>), &Option<usize>)| {
        let length = word(trigger).chars().count() as f64;
        let own = trigger.pointers.iter().filter(|pointer| pointer.is_strong()).count();
        let shared = (own.max(1) as f64).sqrt();
        let tells = ROLES.contains(&word(trigger)) && is_telling(text, &(trigger.start..trigger.end));
        let weight = if tells { 0.0 } else { emphasis.weight(trigger.start) };
        let is_before = || thing.is_some_and(|thing| emphasis.same_clause(trigger.end, thing));
        let furnishes = is_household(trigger) && place.is_some_and(|place| emphasis.same_clause(place, trigger.start));
        let weight = if furnishes { weight * FURNISHING } else { weight };
        let kind = if CONDITIONS.contains(&word(trigger)) { weight * CONDITION } else { weight };
        length / shared * if is_place(trigger) && is_before() { kind.min(PLACE) } else { kind }
    };
    triggers.iter().zip(&things).zip(&places).map(weight).collect()
}

/// The top-level sector that all specific weak words point to, if there is exactly one.
fn agreed(taxonomy: &Taxonomy, text: &str, triggers: &[Trigger<'_>], weights: &[f64]) -> Option<usize> {
    let specific = triggers
        .iter()
        .zip(weights)
        .filter(|(trigger, weight)| **weight > 0.0 && !GENERIC.contains(&&text[trigger.start..trigger.end]));
    let tops = |trigger: &Trigger<'_>| -> Vec<usize> { trigger.pointers.iter().map(|it| taxonomy.parent(it.target)).collect() };
    let common = specific.map(|(trigger, _)| tops(trigger)).reduce(|mut common, tops| {
        common.retain(|top| tops.contains(top));
        common
    })?;
    match common[..] {
        [top] => Some(top),
        _ => None,
    }
}

/// The best child of each top-level sector that has words of its own, with the weight of the whole family; strongest first.
fn strongest(taxonomy: &Taxonomy, words: &[f64], has_own_word: &[bool]) -> Vec<(f64, usize)> {
    let mut tops: Vec<(f64, usize)> = Vec::new();
    for top in (0..words.len()).filter(|&n| taxonomy.parent(n) == n && has_own_word[n]) {
        let family = (top..words.len()).take_while(|&n| taxonomy.parent(n) == top);
        let (mut total, mut best) = (0.0, top);
        for member in family {
            total += words[member];
            if member != top && words[member] > if best == top { 0.0 } else { words[best] } {
                best = member;
            }
        }
        tops.push((total, best));
    }
    tops.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    tops.truncate(MAX_SECTORS);
    let sum: f64 = tops.iter().map(|top| top.0).sum();
    tops.retain(|top| top.0 >= MIN_SHARE * sum);
    tops
}

/// The words of the families found, each under the code found for its family; weak words only if there are no others.
fn evidence(
    taxonomy: &Taxonomy,
    triggers: &[Trigger<'_>],
    weights: &[f64],
    found: &[(f64, usize)],
    has_own: bool,
) -> Vec<Evidence> {
    let of_family = |pointer: &Pointer| {
        let is_kept = pointer.is_strong() || !has_own;
        found.iter().find(|it| is_kept && taxonomy.parent(it.1) == taxonomy.parent(pointer.target))
    };
    let mut evidence = Vec::new();
    for (trigger, _) in triggers.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
        let mut codes: Vec<usize> = trigger.pointers.iter().filter_map(of_family).map(|it| it.1).collect();
        codes.dedup();
        evidence.extend(codes.into_iter().map(|n| Evidence {
            field: WordField::Sectors,
            code: taxonomy.code(n).as_str().to_owned(),
            range: trigger.start..trigger.end,
        }));
    }
    evidence
}

/// The sector that a cell or field names: by code or name; else by the words in it, such as 医疗健康.
#[must_use]
pub fn sector_field(taxonomy: &Taxonomy, text: &str) -> Option<SectorCode> {
    let text = text.trim();
    let read = || read(taxonomy, text, &[]).0.into_iter().next().map(|share| share.code);
    taxonomy.find_sector(text).or_else(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let found = read(&Taxonomy::embedded(), text, &[]).0;
        found.into_iter().map(|share| share.code.as_str().to_owned()).collect()
    }

    #[test]
    fn school_water_is_water_first_and_school_second() {
        let found = codes("果洛州23所学校安装净水设备157台");
        assert_eq!(found[0], "WAT.drinking");
        assert!(found[1].starts_with("EDU"), "{found:?}");
    }

    #[test]
    fn the_head_of_a_phrase_decides() {
        for (text, expected) in [
            ("修建医院门口的公路", &["INF.road"] as &[&str]),
            ("硬化通往学校的道路", &["INF.road"]),
            ("采购救护车，不含校舍", &["MED.equipment"]),
            ("食堂已解决，缺安全饮水", &["WAT.drinking"]),
        ] {
            assert_eq!(codes(text), expected, "{text}");
        }
        assert!(codes("易地搬迁安置区儿童之家")[0].starts_with("CHI"));
    }

    #[test]
    fn weak_words_make_a_sector_only_where_they_agree() {
        for (text, expected) in
            [("设备建设项目", &[] as &[&str]), ("改造项目", &[]), ("孩子、青少年", &["CHI"]), ("学生、儿童", &[])]
        {
            assert_eq!(codes(text), expected, "{text}");
        }
    }
}
