//! The rows of a list: only the records that are shown are read.

use super::api::{ProjectDetails, project_details};
use super::columns::ListColumn;
use super::kind::ListKind;
use super::need_cells::need_cell;
use super::organization_cells::organization_cell;
use super::project_cells::project_cell;
use crate::catalog::Catalog;
use crate::error::AppError;
use crate::export::{RecordCell, RecordTable};
use crate::jobs::Cancellation;

/// Most records of a list that one file holds.
pub const MAX_EXPORTED: usize = 20_000;

/// The table of some records with their ids.
pub(super) fn table(
    catalog: &Catalog,
    kind: ListKind,
    columns: &[ListColumn],
    today: jiff::civil::Date,
    records: &[u32],
    cancellation: &Cancellation,
) -> Result<(RecordTable, Vec<String>), AppError> {
    let taxonomy = &catalog.reference.taxonomy;
    let (mut rows, mut ids) = (Vec::with_capacity(records.len()), Vec::with_capacity(records.len()));
    for at in records.iter().map(|&at| at as usize) {
        cancellation.check()?;
        let (id, row): (String, Vec<RecordCell>) = match kind {
            ListKind::Needs => {
                let need = catalog.need_record(at);
                (need.id.to_string(), columns.iter().map(|column| need_cell(taxonomy, &need, column.key)).collect())
            }
            ListKind::Organizations => {
                let it = catalog.organization_record(at);
                let cell = |column: &ListColumn| organization_cell(catalog, today, at, &it, column.key);
                (it.id.to_string(), columns.iter().map(cell).collect())
            }
            ListKind::Projects => {
                let details: ProjectDetails = project_details(catalog, &catalog.project_once(at).as_known_on(today));
                let row = columns.iter().map(|column| project_cell(taxonomy, &details, column.key)).collect();
                (details.project.id.to_string(), row)
            }
        };
        rows.push(row);
        ids.push(id);
    }
    let columns = columns.iter().map(|column| column.column).collect();
    Ok((RecordTable { title: format!("{}清单", kind.label()), columns, rows, note: None }, ids))
}
