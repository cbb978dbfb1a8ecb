//! Headings of groups of rows inside a table that name a place: the rows below lie there.

use std::sync::LazyLock;

use super::sheet::{SheetRow, Value};
use crate::reference::Reference;
use crate::understand::{RegionField, region_field};

/// Longest heading of a group that is looked up as a place, in characters.
const MAX_CHARS: usize = 24;

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::embedded);

/// The text of a group's heading if it names one certain place and nothing else: 一、德钦县, 维西县（3项）.
pub(super) fn place(row: &SheetRow, cells: &[(usize, Value)]) -> Option<String> {
    let is_number = |text: &str| !text.chars().any(|c| c.is_alphabetic() && !"一二三四五六七八九十".contains(c));
    let text = cells.iter().map(|(at, _)| row.text(*at)).find(|text| !is_number(text))?;
    if text.chars().count() > MAX_CHARS {
        return None;
    }
    let start = text.find(['、', '.', '．']).map_or(text.as_str(), |at| text[at..].trim_start_matches(['、', '.', '．']));
    let name = start.split(['(', '（', ':', '：']).find(|part| !part.trim().is_empty())?.trim().trim_end_matches(['组', '片']);
    names_one_place(name).then(|| name.to_owned())
}

/// True if a text is the name of one place that can only be one.
pub(super) fn names_one_place(name: &str) -> bool {
    let ends_so = name.ends_with(['省', '州', '市', '县', '区', '旗', '盟']);
    ends_so && matches!(region_field(&REFERENCE, name, None, false), RegionField::Certain(found) if found.len() == 1)
}
