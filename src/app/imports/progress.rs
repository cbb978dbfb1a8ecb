//! How far an import in the background is.

use super::reader::ImportStep;

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStage {
    /// Opening the file and finding its tables.
    Opening,
    /// Reading rows.
    Reading,
    /// Storing records.
    Writing,
    /// Bringing index and catalog up to date.
    Publishing,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// What it is doing.
    pub stage: ImportStage,
    /// Rows that are read, or records that are written.
    pub done: usize,
    /// How many there are; 0 if that is not known.
    pub total: usize,
}

impl ImportProgress {
    /// Nothing is known of the file yet.
    pub(in crate::app) const OPENING: Self = Self { stage: ImportStage::Opening, done: 0, total: 0 };

    /// The progress after this step.
    pub(in crate::app) const fn after(self, step: ImportStep<'_>) -> Self {
        match step {
            ImportStep::Reading { rows, .. } => Self { stage: ImportStage::Reading, done: 0, total: rows },
            ImportStep::Read(done) | ImportStep::Written(done) => Self { done, ..self },
            ImportStep::Writing(total) => Self { stage: ImportStage::Writing, done: 0, total },
            ImportStep::Publishing => Self { stage: ImportStage::Publishing, done: 0, total: 0 },
        }
    }
}
