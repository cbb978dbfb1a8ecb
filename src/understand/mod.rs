//! Reads one text into one record: where, in which sectors, for how much, for whom, by when; each finding with its span.
//!
//! Nothing is guessed: an ambiguous place lists every candidate, an amount that is not stated stays unknown. Each kind of
//! finding has its own file. All of them share the numbers, read once in `numbers`, and the words, cut once in `passage`.

mod amount;
mod amount_field;
mod beneficiaries;
mod chain;
mod clauses;
mod currency;
mod dates;
mod deadline;
mod doubts;
mod elsewhere;
mod evidence;
mod find;
mod goods;
mod hedges;
mod helpers;
mod labels;
mod line_of_goods;
mod measures;
mod naming;
mod numbers;
mod numeral;
mod passage;
mod pasted;
mod persons;
mod places;
mod prices;
mod proper_names;
mod quantity_field;
mod reading;
mod region_field;
mod regions;
mod relative_dates;
mod resolve;
mod roles;
mod sectors;
mod several;
mod tags;
mod unknown_places;
mod urgency;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;

use passage::Passage;

use crate::domain::{Record, RegionCode, RegionFinding, SectorShare, TagCode};
use crate::reference::Reference;

pub use amount_field::{AmountField, amount_field, amount_field_in};
pub use beneficiaries::beneficiaries_field;
pub use currency::foreign_currency;
pub use deadline::{deadline_field, serial_day};
pub use quantity_field::quantity_field;
pub use region_field::{RegionField, near_names, refine_regions, region_field};
pub use sectors::sector_field;
pub use several::several;
pub use tags::group_field;

/// Most doubts of one text.
const MAX_DOUBTS: usize = 8;

/// What is known besides the text.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// A place named by the list, the sheet or the user; it settles ambiguous names.
    pub region: Option<RegionCode>,
    /// Date of the text; it supplies the year of `4月底前`.
    pub date: Date,
}

/// A record, and the part of its text that is used to find similar projects.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Understood {
    /// The record.
    pub record: Record,
    /// The normalised text without places, sums, counts and dates, which are features of their own.
    pub topic: String,
}

/// The part of a record that columns of a past project state too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Themes {
    /// The places.
    pub regions: Vec<RegionFinding>,
    /// The sectors.
    pub sectors: Vec<SectorShare>,
    /// The groups.
    pub groups: Vec<TagCode>,
    /// The modes.
    pub modes: Vec<TagCode>,
}

/// Reads no more than the themes of `text`, under `title` if there is one; the places only if they are wanted. They are those
/// of [`understand`].
#[must_use]
pub fn themes(reference: &Reference, title: Option<&str>, text: &str, context: &Context, with_regions: bool) -> Themes {
    let normal = normalize(&joined(stated(title), text));
    let clean = normal.text.as_str();
    let passage = Passage::new(clean);
    let (regions, taken) = if with_regions {
        let places = regions::read(reference, &passage, context.region);
        (places.found, places.taken)
    } else {
        (Vec::new(), places::read(reference.divisions, &passage).named)
    };
    let taxonomy = &reference.taxonomy;
    let (sectors, _, emphasis) = sectors::read(taxonomy, clean, &taken);
    let (groups, modes) = (tags::groups(taxonomy, clean, &emphasis).0, tags::modes(taxonomy, clean, &emphasis).0);
    Themes { regions, sectors, groups, modes }
}

fn stated(title: Option<&str>) -> Option<&str> {
    title.map(str::trim).filter(|title| !title.is_empty())
}

/// Title and text as they are read.
fn joined(title: Option<&str>, text: &str) -> String {
    match title {
        Some(title) if text.trim().is_empty() => title.to_owned(),
        Some(title) => format!("{title}。{text}"),
        None => text.to_owned(),
    }
}

/// Reads `text`, under `title` if there is one.
#[must_use]
pub fn understand(reference: &Reference, title: Option<&str>, text: &str, context: &Context) -> Understood {
    let title = stated(title);
    let normal = normalize(&joined(title, text));
    let clean = normal.text.as_str();
    let passage = Passage::new(clean);
    let numbers = numbers::numbers(clean);
    let places = regions::read(reference, &passage, context.region);
    let sums = amount::read(&passage, &numbers);
    let people = beneficiaries::read(&passage, &numbers);
    let deadline = deadline::read(&passage, context.date);
    let taxonomy = &reference.taxonomy;
    let (sectors, mut evidence, emphasis) = sectors::read(taxonomy, clean, &places.taken);
    let (groups, group_words) = tags::groups(taxonomy, clean, &emphasis);
    let (modes, mode_words) = tags::modes(taxonomy, clean, &emphasis);
    let (urgency, urgency_words) = urgency::read(clean);
    evidence.extend(group_words.into_iter().chain(mode_words).chain(urgency_words));
    let mut taken = places.taken;
    taken.extend(sums.taken);
    taken.extend(people.taken);
    taken.extend(deadline.taken);
    let mut doubts = places.doubts;
    doubts.extend(sums.doubts);
    doubts.truncate(MAX_DOUBTS);
    let record = Record {
        title: title.map(str::to_owned),
        description: text.to_owned(),
        regions: places.found,
        sectors,
        groups,
        modes,
        amount: sums.found,
        beneficiaries: people.found,
        deadline: deadline.found,
        urgency,
        words: evidence::words(&passage, evidence),
        changes: normal.changes.iter().map(ToString::to_string).collect(),
        doubts,
        normalized: String::new(),
    };
    let topic = without(clean, taken);
    Understood { topic, record: Record { normalized: normal.text, ..record } }
}

/// The topic of a text whose record is already known: without places, sums and counts.
#[must_use]
pub fn topic(reference: &Reference, text: &str) -> String {
    let clean = normalize(text).text;
    let passage = Passage::new(&clean);
    let numbers = numbers::numbers(&clean);
    let mut taken = regions::read(reference, &passage, None).taken;
    taken.extend(beneficiaries::read(&passage, &numbers).taken);
    taken.extend(amount::read(&passage, &numbers).taken);
    without(&clean, taken)
}

fn without(text: &str, mut taken: Vec<std::ops::Range<usize>>) -> String {
    taken.sort_by_key(|range| range.start);
    let mut topic = String::with_capacity(text.len());
    let mut at = 0;
    for range in taken {
        if range.start > at {
            topic.push_str(&text[at..range.start]);
            topic.push(' ');
        }
        at = at.max(range.end);
    }
    topic.push_str(&text[at..]);
    topic.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Span, Urgency, WordField};
    use jiff::civil::date;
    use proptest::prelude::*;

    fn read(text: &str) -> Understood {
        understand(&Reference::embedded(), None, text, &Context { region: None, date: date(2021, 3, 1) })
    }

    #[test]
    fn a_sentence_of_a_cadre_becomes_a_record() {
        let Understood { record, topic } = read("迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力，缺口约335万元，6月底前到位");
        assert_eq!(record.regions.len(), 1);
        assert_eq!(record.regions[0].name, "云南省迪庆藏族自治州德钦县");
        assert_eq!(record.sectors[0].code.as_str(), "MED.village_doctor");
        assert_eq!(record.groups[0], "village_doctor");
        assert_eq!(record.beneficiaries.unwrap().max, Some(200));
        assert_eq!(record.amount.unwrap().point().unwrap().to_string(), "335万元");
        assert_eq!(record.deadline.unwrap().not_after, date(2021, 6, 30));
        assert_eq!(record.urgency, Some(Urgency::High));
        assert!(topic.contains("乡村医生") && !topic.contains("德钦") && !topic.contains("335"), "{topic}");
    }

    #[test]
    fn the_name_of_a_place_is_no_sector() {
        assert!(read("云南省德钦县平安乡").record.sectors.is_empty());
        assert!(read("四川省遂宁市安居区").record.sectors.is_empty());
    }

    #[test]
    fn every_finding_carries_its_words_in_text_order() {
        let record = read("急需修建小学门口的公路，不含食堂").record;
        let words: Vec<_> = record.words.iter().map(|word| (word.field, word.code.as_str(), word.text.as_str())).collect();
        let expected = [
            (WordField::Urgency, "high", "急需"),
            (WordField::Groups, "student", "小学"),
            (WordField::Sectors, "INF.road", "公路"),
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn time_grows_with_the_length_of_a_text_and_not_with_its_square() {
        let kinds = [
            "一",
            "3",
            "3人，",
            "每人2元",
            "海南、",
            "学校",
            "门口",
            "6月",
            "2021-",
            "新建",
            "需学",
            "不含",
            "果洛玛沁",
            "，",
            "万",
        ];
        for kind in kinds {
            let text = kind.repeat(20_000 / kind.chars().count());
            let start = std::time::Instant::now();
            let _ = read(&text);
            // Unoptimised builds take well below a second; a quadratic loop takes minutes.
            assert!(start.elapsed().as_secs() < 10, "{kind}: {:?}", start.elapsed());
        }
    }

    #[test]
    fn nothing_stated_is_nothing_found() {
        let record = read("改善条件").record;
        assert!(record.regions.is_empty() && record.amount.is_none() && record.beneficiaries.is_none());
        assert!(record.deadline.is_none() && record.urgency.is_none());
    }

    proptest! {
        #[test]
        fn themes_are_those_of_the_record(
            title in "(云南省德钦县|石桥镇小学|为希望小学的)?(乡村医生|饮水|平安乡|助学)",
            text in "(云南省|迪庆|德钦县|上海援建|海南|乡村医生|急需|不含|学校门口的|每人|约30万元|缺口|[ 　，a-z0-9年月底前\u{200b}]){0,8}"
        ) {
            let (reference, context) = (Reference::embedded(), Context { region: None, date: date(2021, 3, 1) });
            let Record { regions, sectors, groups, modes, .. } = understand(&reference, Some(&title), &text, &context).record;
            let whole = Themes { regions, sectors, groups, modes };
            prop_assert_eq!(&themes(&reference, Some(&title), &text, &context, true), &whole);
            let without = Themes { regions: Vec::new(), ..whole };
            prop_assert_eq!(themes(&reference, Some(&title), &text, &context, false), without);
        }

        #[test]
        fn every_span_slices_the_normalised_text_to_its_words(
            text in "(云南省|迪庆|德钦县|上海援建|海南|乡村医生|急需|不含|学校门口的|每人|×|约30万元|10-20万|近200名|6000余人次|缺口|[ 　，a-z0-9年月底前\u{200b}]){0,8}"
        ) {
            let record = read(&text).record;
            let slice = |span: Span| record.normalized.chars().skip(span.0).take(span.1 - span.0).collect::<String>();
            for region in &record.regions {
                prop_assert_eq!(slice(region.span.unwrap()), region.matched.clone());
            }
            for (text, span) in [
                record.amount.as_ref().map(|it| (&it.text, it.span)),
                record.beneficiaries.as_ref().map(|it| (&it.text, it.span)),
                record.deadline.as_ref().map(|it| (&it.text, it.span)),
            ].into_iter().flatten() {
                prop_assert_eq!(&slice(span.unwrap()), text);
            }
            for word in &record.words {
                prop_assert_eq!(&slice(word.span), &word.text);
            }
            let sum: f64 = record.sectors.iter().map(|share| share.weight).sum();
            prop_assert!(record.sectors.is_empty() || (sum - 1.0).abs() < 1e-9);
        }

        #[test]
        fn no_mixture_of_words_is_too_strange(
            text in "([一二三十百千万亿几余多点0-9年月日前底元人户名每×需缺旁除外不含由来自的、，。县市和 -]|大连|河南|新建|学校|公路){0,40}"
        ) {
            let _ = read(&text);
            let _ = amount_field_in(&text, 10_000.0);
            let _ = (beneficiaries_field(&text), deadline_field(&text, date(2021, 3, 1)));
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,60}") {
            let _ = read(&text);
        }
    }
}
