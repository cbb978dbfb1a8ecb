//! Groups and modes by the trigger words of the taxonomy, and the words behind every finding.

use std::ops::Range;

use super::clauses::Emphasis;
use super::passage::Passage;
use super::sectors::STRONG;
use crate::domain::{TagCode, Word, WordField};
use crate::reference::{Tag, Taxonomy, Triggers};

/// A word and the finding that rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    pub field: WordField,
    pub code: String,
    /// Byte range.
    pub range: Range<usize>,
}

/// The evidence as the record shows it: in text order.
pub(super) fn words(passage: &Passage<'_>, mut evidence: Vec<Evidence>) -> Vec<Word> {
    evidence.sort_by_key(|it| (it.range.start, it.range.end));
    let word = |it: Evidence| {
        let text = passage.text[it.range.clone()].to_owned();
        Word { field: it.field, code: it.code, text, span: passage.span(&it.range) }
    };
    evidence.into_iter().map(word).collect()
}

/// The groups that are named, in order of appearance; where none is named, those that follow from other words.
pub(super) fn groups(taxonomy: &Taxonomy, text: &str, emphasis: &Emphasis) -> (Vec<TagCode>, Vec<Evidence>) {
    tagged(taxonomy.groups(), &taxonomy.group_words, text, emphasis, WordField::Groups)
}

/// The modes that are named, in order of appearance.
pub(super) fn modes(taxonomy: &Taxonomy, text: &str, emphasis: &Emphasis) -> (Vec<TagCode>, Vec<Evidence>) {
    tagged(taxonomy.modes(), &taxonomy.mode_words, text, emphasis, WordField::Modes)
}

fn tagged(tags: &[Tag], words: &Triggers, text: &str, emphasis: &Emphasis, field: WordField) -> (Vec<TagCode>, Vec<Evidence>) {
    let (mut named, mut implied) = (Vec::new(), Vec::new());
    for trigger in words.find(text).filter(|trigger| !emphasis.denies(trigger.start)) {
        for pointer in trigger.pointers {
            let list = if pointer.weight > STRONG { &mut named } else { &mut implied };
            list.push(Evidence { field, code: tags[pointer.target].code.clone(), range: trigger.start..trigger.end });
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
    fn groups_that_are_named_go_before_groups_that_follow() {
        let taxonomy = Taxonomy::embedded();
        let groups = |text: &str| groups(&taxonomy, text, &Emphasis::new(text, &[])).0;
        assert_eq!(groups("村卫生室的乡村医生"), ["village_doctor"]);
        assert_eq!(groups("为小学装路灯"), ["student"]);
    }
}
