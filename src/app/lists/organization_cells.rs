//! What an organization says in the columns of its list.

use crate::catalog::{Catalog, day_of};
use crate::domain::{Organization, RegistrationLevel};
use crate::export::RecordCell;

/// What an organization says in a column; `at` is its position.
pub(super) fn organization_cell(
    catalog: &Catalog,
    today: jiff::civil::Date,
    at: usize,
    it: &Organization,
    column: &str,
) -> RecordCell {
    let taxonomy = &catalog.reference.taxonomy;
    match column {
        "title" => RecordCell::text(it.name.as_str()),
        "id" => RecordCell::text(it.id.as_str()),
        "home" => RecordCell::text(it.home_region.as_ref().map(|home| home.name.clone()).unwrap_or_default()),
        "kind" => RecordCell::text(it.kind.label()),
        "level" => {
            let level = it.level.as_deref().unwrap_or_default();
            RecordCell::text(RegistrationLevel::of(level).map_or(level, |level| level.label()))
        }
        "sector" => {
            let sectors = if it.sectors.is_empty() { &it.scope_sectors } else { &it.sectors };
            RecordCell::text(sectors.iter().map(|code| taxonomy.name(code)).collect::<Vec<_>>().join("、"))
        }
        "status" => RecordCell::text(it.status.label()),
        "fundraising" => RecordCell::text(it.public_fundraising.map_or("", |may| if may { "有" } else { "无" })),
        "rating" => RecordCell::text(it.rating.as_deref().unwrap_or_default()),
        "budget" => RecordCell::money(it.budget),
        "spending" => RecordCell::money(it.annual_spend),
        "projects" => {
            let visible = |it: &&crate::catalog::Participation| catalog.project_facts(it.to as usize).is_visible(day_of(today));
            RecordCell::Count(catalog.history(at).iter().filter(visible).count() as u64)
        }
        "aliases" => RecordCell::text(it.aliases.join("、")),
        "scope" => RecordCell::text(it.scope.as_deref().unwrap_or_default()),
        "source" => RecordCell::text(it.source.as_deref().unwrap_or_default()),
        _ => RecordCell::Blank,
    }
}
