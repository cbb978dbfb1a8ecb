//! How a command ends: its exit code.

use std::io::Write as _;
use std::process::ExitCode;

use crate::excerpt::{capped, visible};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// 0
    Fully,
    /// 1: rejected rows and the like.
    NeedsAttention,
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> Self {
        match done {
            Done::Fully => Self::SUCCESS,
            Done::NeedsAttention => Self::from(1),
        }
    }
}

/// Prints what went wrong and returns the exit code for it.
pub(super) fn fail(message: &str) -> ExitCode {
    // If even this cannot be written, nothing is left to be done.
    let _ = writeln!(std::io::stderr(), "错误：{}", visible(&capped(message)));
    ExitCode::from(2)
}
