//! How many people benefit. 人次 (visits) and 户 (households) are not persons and say so in the unit.

use std::ops::Range;
use std::sync::LazyLock;

use qianshou_index::normalize::normalize;
use regex::Regex;

use super::numeral::{BEFORE, BEHIND, NUMBER, bend, ends, value};
use super::{Reading, span};
use crate::domain::Count;

static PEOPLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?P<before>{BEFORE})?(?P<low>{NUMBER})(?:(?:-|~|～|—|至)(?P<high>{NUMBER}))?(?P<more>余|多)?(?P<wan>万)?(?P<more2>余|多)?(?P<unit>人次|名|人|位|户)(?P<behind>{BEHIND})?"
    );
    Regex::new(&pattern).expect("the pattern is constant")
});

/// Reads a beneficiaries cell; a bare number counts persons.
#[must_use]
pub fn beneficiaries_field(text: &str) -> Option<Count> {
    let text = normalize(text).text;
    if let Ok(number) = text.replace(',', "").parse::<u64>() {
        return Some(Count { min: Some(number), max: Some(number), hedge: None, unit: "人".to_owned(), text, span: None });
    }
    read(&text, &[]).found.map(|count| Count { span: None, ..count })
}

/// The first number of persons in a text; failing that the first of visits or households.
pub(super) fn read(text: &str, sums: &[Range<usize>]) -> Reading<Option<Count>> {
    let mut taken = Vec::new();
    let mut counts = Vec::new();
    for found in PEOPLE.captures_iter(text) {
        let range = found.get(0).map_or(0..0, |all| all.range());
        let part = |name| found.name(name).map_or("", |it| it.as_str());
        // 第一人民医院, 一人一策
        let is_no_count = text[..range.start].ends_with('第') || text[range.end..].starts_with(['民', '一']);
        let in_sum = sums.iter().any(|sum| sum.start < range.end && range.start < sum.end);
        let (Some(low), false) = (value(part("low")), in_sum || is_no_count) else { continue };
        let factor = if part("wan").is_empty() { 1.0 } else { 1e4 };
        let high = value(part("high")).unwrap_or(low);
        let hedge = [part("before"), part("more"), part("more2"), part("behind")].into_iter().find(|word| bend(word).is_some());
        let whole = |number: f64| (number * factor).round() as u64;
        let (min, max) = ends(whole(low), whole(high), hedge.and_then(bend));
        let unit = match part("unit") {
            unit @ ("人次" | "户") => unit,
            _ => "人",
        };
        counts.push(Count {
            min,
            max,
            hedge: hedge.map(str::to_owned),
            unit: unit.to_owned(),
            text: text[range.clone()].to_owned(),
            span: Some(span(text, &range)),
        });
        taken.push(range);
    }
    let persons = counts.iter().position(|count| count.unit == "人").unwrap_or(0);
    Reading { found: (persons < counts.len()).then(|| counts.swap_remove(persons)), taken }
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
