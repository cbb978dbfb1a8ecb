//! All documents that leave the program: the user's own list with its problems marked, templates, a plan as a workbook, letters
//! of invitation, charts.
//!
//! A document is bytes or text made from values of the lower modules. Nothing here reads, ranks or decides.

mod chart;
mod csv_rows;
mod invitation;
mod letter_document;
mod letter_text;
mod letters;
mod marked_list;
mod plan_workbook;
mod record_table;
mod replay_charts;
mod suggestions;
mod svg;
mod tables;
mod template;
#[cfg(test)]
mod tests;
mod trust_charts;

use rust_xlsxwriter::XlsxError;

pub use invitation::{Invitation, InvitedNeed, Sender};
pub use letter_document::{invitation_archive, invitation_document};
pub use letters::{invitation_markdown, invitation_text, invitation_workbook, invitations};
pub use marked_list::{MarkedList, error_workbook};
pub use plan_workbook::plan_workbook;
pub use record_table::{RecordCell, RecordColumn, RecordKind, RecordTable, record_csv, record_workbook};
pub use replay_charts::{fit_chart, reliability_chart, replay_chart};
pub use suggestions::{SuggestedNeed, SuggestedOrganization, noted_suggestion_workbook, suggestion_csv, suggestion_workbook};
pub use template::template;
pub use trust_charts::{calibration_chart, ranking_chart};

/// A workbook that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It has more rows or columns than the format allows.
    #[error("无法生成工作簿：{0}")]
    Format(XlsxError),
    /// It cannot be written.
    #[error("无法写出工作簿：{}", crate::io_error::describe_io_error(_0))]
    Io(#[from] std::io::Error),
}

impl From<XlsxError> for DocumentError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => Self::Io(error),
            error => Self::Format(error),
        }
    }
}
