//! A row as the decoders of records see it: its cells by field, before they are read.

use std::sync::Arc;

/// A cell of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// Column letter, or the key for JSONL.
    pub(crate) column: Arc<str>,
    /// The heading as written.
    pub(crate) heading: Arc<str>,
    /// Field that the heading means; empty for none.
    pub(crate) field: Arc<str>,
    /// The unit of a bare number, in yuan.
    pub(crate) yuan: f64,
    /// The value; strings for CSV.
    pub(crate) value: serde_json::Value,
}

/// The cells of a row, in column order.
pub(crate) type Cells = Vec<Cell>;

/// A line that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) reason: String,
    /// The beginning of the line, if it is available as text.
    pub(crate) text: Option<String>,
}

/// One row, or the reason why it cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Its position among the rows of its table: tables beside each other have rows of one number.
    pub(crate) at: usize,
    pub(crate) number: u64,
    pub(crate) cells: Result<Cells, Broken>,
    /// Cells that hold a fault instead of a value: column letter, field, fault.
    pub(crate) faults: Vec<(String, String, String)>,
    /// Remarks on cells that are not part of the record: column letter, what to do.
    pub(crate) remarks: Vec<(String, String)>,
}

/// A heading or key that means no field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Row in which it first occurs.
    pub(crate) row: u64,
    /// Column letter, or the key for JSONL.
    pub(crate) column: String,
    /// The heading.
    pub(crate) heading: String,
    /// True if it names personal data that no record has a field for.
    pub(crate) is_personal: bool,
    /// True if its author hid it.
    pub(crate) is_hidden: bool,
    /// A field that its cells look like, if that is not certain.
    pub(crate) offered: Option<&'static str>,
}
