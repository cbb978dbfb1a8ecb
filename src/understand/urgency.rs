//! The urgency that a text states: 急需, 较急, 不急.

use super::evidence::Evidence;
use crate::domain::{Urgency, WordField};

/// Words and the urgency that they state; of words that start together, the longest counts.
const WORDS: [(&str, Urgency); 31] = [
    ("不紧急", Urgency::Low),
    ("不太急", Urgency::Low),
    ("不着急", Urgency::Low),
    ("不迫切", Urgency::Low),
    ("不急需", Urgency::Low),
    ("不急", Urgency::Low),
    ("非紧急", Urgency::Low),
    ("无紧急", Urgency::Low),
    ("可缓", Urgency::Low),
    ("较紧急", Urgency::Medium),
    ("较为紧急", Urgency::Medium),
    ("比较紧急", Urgency::Medium),
    ("比较急", Urgency::Medium),
    ("较急", Urgency::Medium),
    ("紧急程度:一般", Urgency::Medium),
    ("紧急程度：一般", Urgency::Medium),
    ("紧急程度一般", Urgency::Medium),
    ("尽快", Urgency::Medium),
    ("尽早", Urgency::Medium),
    ("急需", Urgency::High),
    ("亟需", Urgency::High),
    ("亟待", Urgency::High),
    ("急缺", Urgency::High),
    ("急盼", Urgency::High),
    ("紧急", Urgency::High),
    ("特急", Urgency::High),
    ("迫切", Urgency::High),
    ("急迫", Urgency::High),
    ("迫在眉睫", Urgency::High),
    ("刻不容缓", Urgency::High),
    ("燃眉", Urgency::High),
];
/// In these words 紧急 is part of the name of a thing.
const THINGS: [&str; 6] = ["紧急程度", "紧急救援", "紧急避险", "紧急呼叫", "紧急集合", "紧急联系人"];

/// The highest urgency that a text states, and the words that state it.
pub(super) fn read(text: &str) -> (Option<Urgency>, Vec<Evidence>) {
    let mut found: Vec<(Urgency, Evidence)> = Vec::new();
    let mut free = 0;
    for (at, _) in text.char_indices().filter(|(_, c)| "急亟迫燃尽不非无较比紧可特刻".contains(*c)) {
        let rest = &text[at..];
        let word = WORDS.iter().filter(|(word, _)| at >= free && rest.starts_with(word)).max_by_key(|(word, _)| word.len());
        let thing = THINGS.iter().find(|thing| rest.starts_with(**thing));
        match (word, thing) {
            (Some((word, urgency)), thing) if thing.is_none_or(|thing| thing.len() < word.len()) => {
                free = at + word.len();
                let code = urgency.code().to_owned();
                found.push((*urgency, Evidence { field: WordField::Urgency, code, range: at..free }));
            }
            (_, Some(thing)) => free = at + thing.len(),
            _ => {}
        }
    }
    let highest = found.iter().map(|(urgency, _)| *urgency).max();
    let evidence = found.into_iter().filter(|(urgency, _)| Some(*urgency) == highest).map(|(_, evidence)| evidence);
    (highest, evidence.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgency_is_what_the_words_say_and_a_denial_is_low() {
        for (text, expected) in [
            ("亟需培训", Some(Urgency::High)),
            ("情况紧急", Some(Urgency::High)),
            ("不急，可缓", Some(Urgency::Low)),
            ("并不紧急", Some(Urgency::Low)),
            ("较急", Some(Urgency::Medium)),
            ("紧急程度：一般", Some(Urgency::Medium)),
            ("请尽快到位", Some(Urgency::Medium)),
            ("紧急救援培训", None),
            ("改善条件", None),
        ] {
            assert_eq!(read(text).0, expected, "{text}");
        }
    }
}
