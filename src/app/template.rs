//! Empty workbooks to fill in.

use super::state::App;
use crate::domain::{EntityKind, Principal};
use crate::error::AppError;
use crate::export;
use crate::reference::Reference;

/// The template for records of `kind`: an XLSX workbook with the sectors and modes of the embedded taxonomy to choose from.
///
/// # Errors
/// The workbook cannot be made.
pub fn template(kind: EntityKind) -> Result<Vec<u8>, AppError> {
    Ok(export::template(kind, &Reference::embedded())?)
}

impl App {
    /// The same with the taxonomy of this data directory.
    ///
    /// # Errors
    /// The workbook cannot be made.
    pub fn template(&self, _who: Principal, kind: EntityKind) -> Result<Vec<u8>, AppError> {
        Ok(export::template(kind, &self.catalog().reference)?)
    }
}
