//! What is wrong with a file, and where.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Longest value, in characters: a report must not be larger than its file.
const MAX_VALUE: usize = 300;
/// Longest reason, in characters.
const MAX_REASON: usize = 1_000;
/// Most problems of one row that are listed one by one.
const MAX_OF_ROW: usize = 50;

/// The text, or its first characters with a mark that there are more.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// One thing that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The value as it stands, or its beginning.
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

    /// The same issue, its texts cut.
    fn cut(mut self) -> Self {
        for (text, most) in [(&mut self.column, MAX_VALUE), (&mut self.value, MAX_VALUE)] {
            if let Some(long) = text.as_deref().map(|text| cut(text, most)).filter(|it| matches!(it, Cow::Owned(_))) {
                *text = Some(long.into_owned());
            }
        }
        if let Cow::Owned(short) = cut(&self.reason, MAX_REASON) {
            self.reason = short;
        }
        self
    }
}

/// The problems of one row, their texts cut; if there are very many, the last one says so.
pub(super) fn bounded(mut issues: Vec<Issue>) -> Vec<Issue> {
    if let Some(more) = issues.len().checked_sub(MAX_OF_ROW).filter(|more| *more > 0) {
        issues.truncate(MAX_OF_ROW);
        if let Some(last) = issues.last().cloned() {
            let reason = format!("这一行另有{more}处问题，没有逐条列出");
            issues.push(Issue { column: None, field: None, value: None, reason, ..last });
        }
    }
    issues.into_iter().map(Issue::cut).collect()
}
