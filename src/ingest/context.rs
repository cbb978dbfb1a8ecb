//! What reading a row depends on besides the row itself.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Date;

use super::names::Names;
use super::stored::{Nothing, Stored};
use crate::domain::{NeedId, RegionCode};
use crate::reference::Reference;

/// What reading a row depends on besides the row itself.
pub struct ReadingContext<'a> {
    /// The reference tables.
    pub reference: &'a Reference,
    /// The organizations that rows may refer to.
    pub names: &'a Names,
    /// The needs that claims may refer to.
    pub needs: &'a HashSet<NeedId>,
    /// The records that rows change; each keeps what its row does not state.
    pub stored: &'a dyn Stored,
    /// The need that a row without an id is, by the position of the row among those of its table.
    pub same_as: Option<&'a HashMap<usize, NeedId>>,
    /// Day of the import.
    pub today: Date,
    /// Region that the user named for the whole file; else the one that the sheet is about.
    pub region: Option<RegionCode>,
    /// Name of the file without its folder and extension.
    pub file: Option<&'a str>,
    /// Name of the list, from the title above the table.
    pub list: Option<&'a str>,
    /// Year of the list; it supplies the year of `6月底前`.
    pub list_year: Option<i16>,
    /// Fields that the header has a column for.
    pub columns: &'a HashSet<String>,
}

impl<'a> ReadingContext<'a> {
    /// A context for the rows of any file; what a sheet says about its rows is added while reading.
    #[must_use]
    pub fn new(reference: &'a Reference, names: &'a Names, needs: &'a HashSet<NeedId>, today: Date) -> Self {
        static NO_COLUMNS: LazyLock<HashSet<String>> = LazyLock::new(HashSet::new);
        Self {
            reference,
            names,
            needs,
            stored: &Nothing,
            same_as: None,
            today,
            region: None,
            file: None,
            list: None,
            list_year: None,
            columns: &NO_COLUMNS,
        }
    }
}
