//! What a past project says in the columns of its list.

use super::api::ProjectDetails;
use super::need_cells::{sector_names, tag_names};
use crate::domain::{Amount, Period};
use crate::export::RecordCell;
use crate::reference::Taxonomy;

/// What a project, as it is known today, says in a column.
pub(super) fn project_cell(taxonomy: &Taxonomy, details: &ProjectDetails, column: &str) -> RecordCell {
    let it = &details.project;
    match column {
        "title" => RecordCell::text(it.title.as_str()),
        "id" => RecordCell::text(it.id.as_str()),
        "period" => RecordCell::text(it.period.map(Period::years).unwrap_or_default()),
        "region" => {
            let places: Vec<&str> = it.regions.iter().filter(|it| it.certain).map(|it| it.name.as_str()).collect();
            RecordCell::text(places.join("、"))
        }
        "sector" => RecordCell::text(sector_names(taxonomy, &it.sectors)),
        "group" => RecordCell::text(tag_names(taxonomy.groups(), &it.groups)),
        "mode" => RecordCell::text(tag_names(taxonomy.modes(), &it.modes)),
        "amount" => RecordCell::money(it.amount.as_ref().and_then(Amount::point)),
        "participants" => {
            let mut names = details.participant_names.join("、");
            let unnamed = it.partners() - it.participants.len();
            if unnamed > 0 {
                names.push_str(&if names.is_empty() {
                    format!("{unnamed}家（未列名称）")
                } else {
                    format!("等，另有{unnamed}家")
                });
            }
            RecordCell::text(names)
        }
        "beneficiaries" => RecordCell::text(it.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default()),
        "status" => RecordCell::text(it.status.as_deref().unwrap_or_default()),
        "text" => RecordCell::text(it.description.as_str()),
        "source" => RecordCell::text(it.source.as_deref().unwrap_or_default()),
        _ => RecordCell::Blank,
    }
}
