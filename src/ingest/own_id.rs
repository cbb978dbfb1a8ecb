//! The id of a row: the one that it states, else one made from its content.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::cell_value::shown;
use super::fields::Fields;
use super::row::Cell;
use crate::domain::Need;

impl<'a> Fields<'a> {
    /// The id that the row states. A running number under 编号 is not an id: the next list starts at 1 again.
    pub(super) fn id(&self) -> Option<String> {
        let is_id = |cell: &&Cell| &*cell.heading != "编号" || shown(&cell.value).parse::<u32>().is_err();
        self.all("id").find(is_id).map(|cell| shown(&cell.value))
    }

    /// The stored need that the row changes: that of its id, or the one that it was found to be.
    pub(super) fn stored_need(&self) -> Option<Cow<'a, Need>> {
        let id = self.id().or_else(|| self.same_as.map(|id| id.as_str().to_owned()))?;
        self.setting.stored.need(&id)
    }

    /// An id made from the content of the row, so that the same row has the same id in every import. The order of its columns,
    /// its running number, remarks, contact and status do not matter.
    pub(super) fn own_id(&self, prefix: &str) -> String {
        const PASSING: [&str; 5] = ["", "id", "note", "contact", "status"];
        let mut cells: Vec<(&str, String)> = self
            .cells
            .iter()
            .map(|cell| (&*cell.field, shown(&cell.value)))
            .filter(|(field, _)| !PASSING.contains(field))
            .collect();
        cells.sort();
        let mut hash = Sha256::new();
        let region = self.setting.region.filter(|_| cells.iter().all(|(field, _)| *field != "region"));
        let about = (region.map(|code| code.to_string()), self.setting.list_year.map(|year| year.to_string()));
        for part in [about.0, about.1].into_iter().flatten() {
            hash.update(part.as_bytes());
            hash.update([2]);
        }
        for (field, value) in &cells {
            hash.update(field.as_bytes());
            hash.update([0]);
            hash.update(value.as_bytes());
            hash.update([1]);
        }
        let digits: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{prefix}-{digits}")
    }
}
