//! Groups and modes by the trigger words of the taxonomy.

use super::clauses::Emphasis;
use super::evidence::Evidence;
use super::persons::{is_telling, is_wanted};
use crate::domain::{TagCode, WordField};
use crate::reference::{Tag, Taxonomy, Triggers};

/// The groups named in the text, in order of appearance; if none is named, those that other words imply.
pub(super) fn groups(taxonomy: &Taxonomy, text: &str, emphasis: &Emphasis) -> (Vec<TagCode>, Vec<Evidence>) {
    tagged(taxonomy.groups(), &taxonomy.group_words, text, emphasis, WordField::Groups)
}

/// The group with this code or Chinese name, else the first one that the words point to.
#[must_use]
pub fn group_field(taxonomy: &Taxonomy, text: &str) -> Option<TagCode> {
    let text = text.trim();
    let stated = taxonomy.groups().iter().find(|tag| tag.code == text || tag.name == text);
    stated.map(|tag| tag.code.clone()).or_else(|| groups(taxonomy, text, &Emphasis::default()).0.into_iter().next())
}

/// The modes named in the text, in order of appearance.
pub(super) fn modes(taxonomy: &Taxonomy, text: &str, emphasis: &Emphasis) -> (Vec<TagCode>, Vec<Evidence>) {
    tagged(taxonomy.modes(), &taxonomy.mode_words, text, emphasis, WordField::Modes)
}

/// Groups whose members also serve others or write for them: they benefit only if the text does not ask for them (缺音乐老师) and they
/// do not just tell of the need (挂职干部反映).
const STAFF: [&str; 4] = ["teacher", "medic", "village_doctor", "cadre"];

fn tagged(tags: &[Tag], words: &Triggers, text: &str, emphasis: &Emphasis, field: WordField) -> (Vec<TagCode>, Vec<Evidence>) {
    let (mut named, mut implied) = (Vec::new(), Vec::new());
    for trigger in words.find(text).filter(|trigger| !emphasis.denies(trigger.start)) {
        for pointer in trigger.pointers {
            let list = if pointer.is_strong() { &mut named } else { &mut implied };
            let (code, range) = (tags[pointer.target].code.clone(), trigger.start..trigger.end);
            let is_staff = STAFF.contains(&code.as_str());
            if !(is_staff && (is_wanted(text, &range) || is_telling(text, &range))) {
                list.push(Evidence { field, code, range });
            }
        }
    }
    let evidence = if named.is_empty() { implied } else { named };
    let mut codes: Vec<TagCode> = Vec::new();
    for it in &evidence {
        if !codes.contains(&it.code) {
            codes.push(it.code.clone());
        }
    }
    (codes, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_groups_take_precedence_over_implied_groups() {
        let taxonomy = Taxonomy::embedded();
        let groups = |text: &str| groups(&taxonomy, text, &Emphasis::new(text, &[])).0;
        assert_eq!(groups("村卫生室的乡村医生"), ["village_doctor"]);
        assert_eq!(groups("为小学装路灯"), ["student"]);
    }

    #[test]
    fn a_group_is_stated_by_code_name_or_word() {
        let taxonomy = Taxonomy::embedded();
        let first = &taxonomy.groups()[0];
        for stated in [first.code.as_str(), first.name.as_str()] {
            assert_eq!(group_field(&taxonomy, stated).as_ref(), Some(&first.code));
        }
        assert_eq!(group_field(&taxonomy, "小学生").as_deref(), Some("student"));
        assert_eq!(group_field(&taxonomy, "路灯"), None);
    }
}
