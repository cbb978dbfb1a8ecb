//! What was read from the need: the text with its marks, and chips that can be corrected in place.

use super::card::{Piece, cut};
use super::form::Form;
use crate::app::{App, PlaceChoice, Reader};
use crate::domain::{Record, Span, Urgency, WordField};

/// A choice of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// A chip with a field behind it.
pub(super) struct Chip {
    /// The field of the form.
    pub(super) field: &'static str,
    pub(super) label: &'static str,
    /// What was read; empty if nothing was.
    pub(super) text: String,
    pub(super) is_unsure: bool,
    /// What the field holds now.
    pub(super) value: String,
    /// Choices of a list; empty for a field that is typed.
    pub(super) choices: Vec<Choice>,
    /// What the text may mean, to be chosen with a button.
    pub(super) candidates: Vec<Candidate>,
    pub(super) hint: &'static str,
}

/// A place that a name may mean.
pub(super) struct Candidate {
    pub(super) value: String,
    pub(super) text: String,
}

impl From<PlaceChoice> for Candidate {
    fn from(it: PlaceChoice) -> Self {
        let helped = if it.helped_by.is_empty() { String::new() } else { format!("（{}对口）", it.helped_by.join("、")) };
        Self { value: format!("region={}", it.full_name), text: format!("{}{helped}", it.full_name) }
    }
}

/// The chips of the fields that can be corrected.
pub(super) fn chips(app: &App, reader: &Reader, form: &Form, record: &Record) -> Vec<Chip> {
    let certain: Vec<&str> = record.certain_regions().map(|region| region.name.as_str()).collect();
    let unsure: Vec<PlaceChoice> = record.regions.iter().filter(|it| !it.certain).map(|it| app.place(it.code)).collect();
    let helped = match record.certain_regions().next() {
        Some(region) if record.certain_regions().count() == 1 => app.place(region.code).helped_by,
        _ => Vec::new(),
    };
    let mut region = certain.join("、");
    if !helped.is_empty() {
        region.push_str(&format!("（{}对口）", helped.join("、")));
    }
    if !unsure.is_empty() {
        let names: Vec<&str> = unsure.iter().map(|it| it.full_name.as_str()).collect();
        region = [region, format!("可能是{}", names.join("或"))]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join("；");
    }
    let sectors: Vec<String> = record.sectors.iter().map(|share| reader.name(share.code.as_str())).collect();
    let groups: Vec<String> = record.groups.iter().map(|group| reader.name(group)).collect();
    let chip = |field, label, text: String, value: &str| Chip {
        field,
        label,
        text,
        is_unsure: false,
        value: value.to_owned(),
        choices: Vec::new(),
        candidates: Vec::new(),
        hint: "",
    };
    let listed = |all: Vec<(String, String)>, chosen: &str| {
        all.into_iter().map(|(value, name)| Choice { is_chosen: value == chosen, value, name }).collect()
    };
    vec![
        Chip {
            is_unsure: !unsure.is_empty(),
            candidates: unsure.into_iter().map(Candidate::from).collect(),
            hint: "省、州市、县都可以，可写简称",
            ..chip("region", "地区", region, &form.region)
        },
        Chip { choices: listed(reader.sectors(), &form.sector), ..chip("sector", "领域", sectors.join("、"), &form.sector) },
        Chip {
            hint: "如 30万元",
            ..chip("amount", "金额", record.amount.as_ref().map(ToString::to_string).unwrap_or_default(), &form.amount)
        },
        Chip {
            hint: "如 200人",
            ..chip("people", "人数", record.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default(), &form.people)
        },
        Chip { choices: listed(reader.groups(), &form.group), ..chip("group", "人群", groups.join("、"), &form.group) },
        Chip {
            hint: "如 上海、全国；不填则不限",
            ..chip("home", "援助方", if form.home.trim().is_empty() { "不限".to_owned() } else { form.home.clone() }, &form.home)
        },
    ]
}

/// What else was read, in words.
pub(super) fn remarks(reader: &Reader, record: &Record) -> Vec<String> {
    let mut remarks = Vec::new();
    if !record.modes.is_empty() {
        let modes: Vec<String> = record.modes.iter().map(|mode| reader.name(mode)).collect();
        remarks.push(format!("方式：{}", modes.join("、")));
    }
    if record.urgency == Some(Urgency::High) {
        remarks.push("紧急程度：高".to_owned());
    }
    if let Some(deadline) = &record.deadline {
        remarks.push(format!("期限：{}前", crate::http::pages::html::day(deadline.not_after)));
    }
    remarks.extend(record.changes.iter().cloned());
    remarks
}

/// The normalised text in pieces, so that the words on which findings rest can be marked.
pub(in crate::http::pages) fn marked(record: &Record) -> Vec<Piece> {
    let stated = [
        record.amount.as_ref().and_then(|it| it.span),
        record.beneficiaries.as_ref().and_then(|it| it.span),
        record.deadline.as_ref().and_then(|it| it.span),
    ];
    let places = record.regions.iter().filter_map(|region| region.span);
    // 万元 and the like point to the mode and would mark every sum.
    let words = record.words.iter().filter(|word| word.field != WordField::Modes).map(|word| word.span);
    let mut spans: Vec<Span> = stated.into_iter().flatten().chain(places).chain(words).collect();
    spans.sort_by_key(|span| (span.0, std::cmp::Reverse(span.1)));
    let mut end = 0;
    spans.retain(|span| {
        let is_free = span.0 >= end;
        if is_free {
            end = span.1;
        }
        is_free
    });
    cut(&record.normalized, &spans)
}
