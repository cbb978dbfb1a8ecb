//! How many people benefit. 人次 (visits) and 户 (households) are not persons and say so in the unit.

use qianshou_index::normalize::normalize;

use super::hedges::ends;
use super::numbers::{Counted, NumberMention, clause_before, numbers};
use super::passage::Passage;
use super::persons::{counts_persons, is_staff_wanted};
use super::reading::Reading;
use crate::domain::Count;

/// Reads a beneficiaries cell; a bare number counts persons.
#[must_use]
pub fn beneficiaries_field(text: &str) -> Option<Count> {
    let text = normalize(text).text.replace('，', ",");
    let passage = Passage::new(&text);
    let numbers = numbers(&text);
    let bare = || match numbers[..] {
        [number] if number.counted == Counted::Bare && number.range() == (0..text.len()) => Some(count(&passage, &number, "人")),
        _ => None,
    };
    read(&passage, &numbers).found.or_else(bare).map(|count| Count { span: None, ..count })
}

/// The first number of persons in a text; failing that, the first number of visits or households.
pub(super) fn read(passage: &Passage<'_>, numbers: &[NumberMention<'_>]) -> Reading<Option<Count>> {
    let people = numbers.iter().filter_map(|number| Some((number, unit(passage.text, number)?)));
    let mut taken = Vec::new();
    let mut counts = Vec::new();
    for (number, unit) in people {
        counts.push(count(passage, number, unit));
        taken.push(number.range());
    }
    let persons = counts.iter().position(|count| count.unit == "人").unwrap_or(0);
    Reading { found: (persons < counts.len()).then(|| counts.swap_remove(persons)), taken, doubts: Vec::new() }
}

/// What happened to people who are counted only to tell of a danger.
const HURT: [&str; 11] = ["摔", "撞", "淹", "砸", "烫", "咬", "滑", "轧", "压", "死", "伤"];

/// The unit 人, 人次 or 户 if the number counts one of these; staff that the text asks for does not count.
fn unit(text: &str, number: &NumberMention<'_>) -> Option<&'static str> {
    let behind = &text[number.end..];
    // 第一人民医院, 一人一策
    if text[..number.start].ends_with('第') || number.high <= 1.0 && behind.starts_with(['民', '一']) {
        return None;
    }
    // 去年摔过两个人
    let head = clause_before(text, 0, number.start, 4);
    let head = head.strip_suffix(['过', '了', '倒', '伤', '死']).unwrap_or(head);
    let head = head.strip_suffix(['倒', '伤', '死', '了']).unwrap_or(head);
    if head.len() < clause_before(text, 0, number.start, 4).len() && HURT.iter().any(|word| head.ends_with(word)) {
        return None;
    }
    match number.counted {
        Counted::Things("人次") => Some("人次"),
        Counted::Things("户") => Some("户"),
        _ => (counts_persons(text, number) && !is_staff_wanted(text, number)).then_some("人"),
    }
}

fn count(passage: &Passage<'_>, number: &NumberMention<'_>, unit: &str) -> Count {
    let whole = |number: f64| number.round() as u64;
    let (min, max) = ends(whole(number.low), whole(number.high), number.hedge_kind());
    let range = number.range();
    let text = passage.text[range.clone()].to_owned();
    Count { min, max, hedge: number.hedge.map(str::to_owned), unit: unit.to_owned(), text, span: Some(passage.span(&range)) }
}

#[cfg(test)]
mod tests {
    use super::beneficiaries_field;

    #[test]
    fn people_visits_and_households_are_told_apart() {
        for (text, min, max, unit) in [
            ("近200名", Some(200), Some(200), "人"),
            ("6000余人", Some(6000), None, "人"),
            ("师生超6000人", Some(6000), None, "人"),
            ("48.3万余人次", Some(483_000), None, "人次"),
            ("120户，约500人", Some(500), Some(500), "人"),
            ("35000", Some(35_000), Some(35_000), "人"),
            ("200人以上", Some(200), None, "人"),
            ("三十户", Some(30), Some(30), "户"),
        ] {
            let count = beneficiaries_field(text).unwrap();
            assert_eq!((count.min, count.max, count.unit.as_str()), (min, max, unit), "{text}");
        }
        for text in ["全体村民", "县第一人民医院", "一人一策"] {
            assert_eq!(beneficiaries_field(text), None, "{text}");
        }
    }
}
