//! What a need says in the columns of its list.

use crate::domain::{Amount, Need, SectorShare};
use crate::export::RecordCell;
use crate::reference::{Tag, Taxonomy};

/// What a need says in a column.
pub(super) fn need_cell(taxonomy: &Taxonomy, need: &Need, column: &str) -> RecordCell {
    let record = &need.record;
    match column {
        "title" => RecordCell::text(need.title_or_start()),
        "id" => RecordCell::text(need.id.as_str()),
        "region" => {
            let places = need.place_names().unwrap_or_default();
            RecordCell::text(format!("{places}{}", need.place.as_deref().unwrap_or_default()))
        }
        "sector" => RecordCell::text(sector_names(taxonomy, &record.sectors)),
        "group" => RecordCell::text(tag_names(taxonomy.groups(), &record.groups)),
        "amount" => RecordCell::money(record.amount.as_ref().and_then(Amount::point)),
        "amount_text" => RecordCell::text(record.amount.as_ref().map(|it| it.text.clone()).unwrap_or_default()),
        "secured" => RecordCell::money(need.secured),
        "beneficiaries" => RecordCell::text(record.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default()),
        "deadline" => record.deadline.as_ref().map_or(RecordCell::Blank, |it| RecordCell::Day(it.not_after)),
        "urgency" => RecordCell::text(record.urgency.map_or("", |it| it.label())),
        "status" => RecordCell::text(need.status.label()),
        "list" => RecordCell::text(need.list.as_deref().unwrap_or_default()),
        "date" => need.date.map_or(RecordCell::Blank, RecordCell::Day),
        "submitted_by" => RecordCell::text(need.submitted_by.as_deref().unwrap_or_default()),
        "text" => RecordCell::text(record.description.as_str()),
        "source" => RecordCell::text(need.source.as_deref().unwrap_or_default()),
        _ => RecordCell::Blank,
    }
}

/// The names of sectors.
pub(super) fn sector_names(taxonomy: &Taxonomy, sectors: &[SectorShare]) -> String {
    sectors.iter().map(|share| taxonomy.name(&share.code)).collect::<Vec<_>>().join("、")
}

/// The names of groups or modes.
pub(super) fn tag_names(tags: &[Tag], codes: &[String]) -> String {
    let name = |code: &String| tags.iter().find(|tag| tag.code == *code).map_or(code.clone(), |tag| tag.name.clone());
    codes.iter().map(name).collect::<Vec<_>>().join("、")
}
