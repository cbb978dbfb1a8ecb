//! The end of the process: what was accepted is waited for, and what is left is named.

use super::state::App;
use crate::store::JobKind;

/// A background job that was accepted and has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedJob {
    /// What it does: 导入 or 规划.
    pub kind: &'static str,
    /// Name of its file, or its id.
    pub name: String,
}

impl App {
    /// Waits until all background jobs have ended.
    pub async fn jobs_ended(&self) {
        self.background.ended().await;
    }

    /// The background jobs that have not ended, oldest first.
    #[must_use]
    pub fn unfinished_jobs(&self) -> Vec<UnfinishedJob> {
        let unfinished = |kind, label: &str, id: &str| UnfinishedJob {
            kind: match kind {
                JobKind::Import => "导入",
                JobKind::Plan => "规划",
            },
            name: if label.is_empty() { id.to_owned() } else { label.to_owned() },
        };
        self.background.unfinished().iter().map(|live| unfinished(live.kind, &live.label, &live.id)).collect()
    }

    /// Closes the ledger and stops what goes on in the background. Jobs that have not ended are marked as interrupted.
    pub async fn close(&self) {
        self.background.close().await;
        self.store.close().await;
    }
}
