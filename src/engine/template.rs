//! Empty workbooks to fill in.

use super::{Engine, EngineError};
use crate::domain::EntityKind;
use crate::ingest;
use crate::reference::Reference;

/// The template for records of `kind`: an XLSX workbook with the sectors and modes of the embedded taxonomy to choose from.
///
/// # Errors
/// The workbook cannot be made.
pub fn template(kind: EntityKind) -> Result<Vec<u8>, EngineError> {
    Ok(ingest::template(kind, &Reference::embedded())?)
}

impl Engine {
    /// The same with the taxonomy of this data directory.
    ///
    /// # Errors
    /// The workbook cannot be made.
    pub fn template(&self, kind: EntityKind) -> Result<Vec<u8>, EngineError> {
        Ok(ingest::template(kind, &self.catalog().reference)?)
    }
}
