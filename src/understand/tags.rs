//! Sectors, groups and modes by the trigger words of the taxonomy, longest match first.

use crate::domain::{SectorCode, SectorShare, TagCode};
use crate::reference::{Tag, Taxonomy};

/// A need has at most so many sectors.
const MAX_SECTORS: usize = 3;
/// A sector with less than this share of the words is not one of the need's.
const MIN_SHARE: f64 = 0.15;
/// A word of one's own weighs 0.8 or 1 per character; what stays below this came from weak words alone.
const STRONG: f64 = 0.5;

/// The sectors of a text, strongest first; each top-level sector stands with its best child. Weights sum to 1.
pub(super) fn sectors(taxonomy: &Taxonomy, text: &str) -> Vec<SectorShare> {
    let mut words = vec![0.0; taxonomy.sector_count()];
    let mut has_own_word = vec![false; taxonomy.sector_count()];
    for trigger in taxonomy.sector_words.find(text) {
        // Longer words say more; a word of several sectors is shared among them.
        let length = text[trigger.start..trigger.end].chars().count() as f64;
        let shared = (trigger.pointers.len() as f64).sqrt();
        for pointer in trigger.pointers {
            words[pointer.target] += pointer.weight * length / shared;
            has_own_word[taxonomy.parent(pointer.target)] |= pointer.weight > STRONG;
        }
    }
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
    let sum: f64 = tops.iter().map(|top| top.0).sum();
    tops.into_iter().map(|(weight, n)| SectorShare { code: taxonomy.code(n).clone(), weight: weight / sum }).collect()
}

/// The sector that a cell or field names: by code or name; else by the words in it, such as 医疗健康.
#[must_use]
pub fn sector_field(taxonomy: &Taxonomy, text: &str) -> Option<SectorCode> {
    let text = text.trim();
    taxonomy.find_sector(text).or_else(|| sectors(taxonomy, text).into_iter().next().map(|share| share.code))
}

/// The groups that are named, in order of appearance; where none is named, those that follow from other words.
pub(super) fn groups(taxonomy: &Taxonomy, text: &str) -> Vec<TagCode> {
    tagged(taxonomy.groups(), &taxonomy.group_words, text)
}

/// The modes that are named, in order of appearance.
pub(super) fn modes(taxonomy: &Taxonomy, text: &str) -> Vec<TagCode> {
    tagged(taxonomy.modes(), &taxonomy.mode_words, text)
}

fn tagged(tags: &[Tag], words: &crate::reference::Triggers, text: &str) -> Vec<TagCode> {
    let (mut named, mut implied) = (Vec::new(), Vec::new());
    for pointer in words.find(text).flat_map(|trigger| trigger.pointers) {
        let list = if pointer.weight > STRONG { &mut named } else { &mut implied };
        let code = &tags[pointer.target].code;
        if !list.contains(code) {
            list.push(code.clone());
        }
    }
    if named.is_empty() { implied } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        sectors(&Taxonomy::embedded(), text).into_iter().map(|share| share.code.as_str().to_owned()).collect()
    }

    #[test]
    fn school_water_is_water_first_and_school_second() {
        let found = codes("果洛州23所学校安装净水设备157台");
        assert_eq!(found[0], "WAT.drinking");
        assert!(found[1].starts_with("EDU"), "{found:?}");
    }

    #[test]
    fn weak_words_alone_make_no_sector() {
        assert_eq!(codes("设备建设项目"), [] as [&str; 0]);
    }

    #[test]
    fn groups_that_are_named_go_before_groups_that_follow() {
        let taxonomy = Taxonomy::embedded();
        assert_eq!(groups(&taxonomy, "村卫生室的乡村医生"), ["village_doctor"]);
        assert_eq!(groups(&taxonomy, "为小学装路灯"), ["student"]);
    }
}
