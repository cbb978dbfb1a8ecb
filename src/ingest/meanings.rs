//! What the columns of a file were read as, for the report.

use serde::{Deserialize, Serialize};

use super::columns::{Column, Why, field_of};
use super::file::InputFile;
use super::headings::{GOODS_COUNT, is_goods_count};
use super::table::{Block, Table};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// Most columns that are reported of a file.
pub(super) const MAX_COLUMNS: usize = 500;

/// What the columns of one table were read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumns {
    /// The sheet; `None` for text files.
    pub sheet: Option<String>,
    /// Last row of the header.
    pub header_row: u64,
    /// The kind of its records; `None` in reports of earlier versions.
    #[serde(default)]
    pub kind: Option<EntityKind>,
    /// Its columns, from left to right.
    pub columns: Vec<ColumnMeaning>,
}

/// What a column was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMeaning {
    /// Its letter.
    pub column: String,
    /// The heading.
    pub heading: String,
    /// The field; `None` if it is not read.
    pub field: Option<String>,
    /// Why it means its field; `None` if it is not read for no stated reason.
    pub why: Option<Why>,
    /// A field that its cells look like.
    pub offered: Option<String>,
}

impl ColumnMeaning {
    pub(super) fn new(column: &Column) -> Self {
        let field = field_of(&column.heading).map(|field| if is_goods_count(field) { GOODS_COUNT } else { field }.to_owned());
        let is_stated = matches!(column.why, Why::Stated | Why::Remembered);
        Self {
            column: column.letter.to_string(),
            heading: masked(&excerpt(&column.text)).into_owned(),
            why: (field.is_some() || is_stated).then_some(column.why),
            field,
            offered: column.offered.map(str::to_owned),
        }
    }
}

impl InputFile {
    /// What the columns of its tables were read as.
    #[must_use]
    pub fn columns(&self) -> Vec<TableColumns> {
        let mut left = MAX_COLUMNS;
        let mut table = |table: &Table, block: &Block| {
            let columns: Vec<ColumnMeaning> = block.columns().iter().take(left).map(ColumnMeaning::new).collect();
            left -= columns.len();
            TableColumns { sheet: table.sheet.clone(), header_row: block.header_row, kind: Some(table.kind), columns }
        };
        let own = |block: &&Block| block.section.is_empty();
        let all = self.tables.iter().flat_map(|it| it.blocks().iter().filter(own).map(move |block| (it, block)));
        all.map(|(it, block)| table(it, block)).filter(|it| !it.columns.is_empty()).collect()
    }
}
