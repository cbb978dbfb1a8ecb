//! What is wrong with a file, and where.

/// One thing that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1; 0 where the sheet or file as a whole is meant.
    pub row: u64,
    /// Column letter, or the key for JSONL; null where the whole row is meant.
    pub column: Option<String>,
    /// The field of the record.
    pub field: Option<String>,
    /// The value as it stands.
    pub value: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Issue {
    /// In one line, with its column and value.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (&self.column, &self.value) {
            (Some(column), Some(value)) => format!("{column}列“{value}”：{}", self.reason),
            _ => self.reason.clone(),
        }
    }
}
