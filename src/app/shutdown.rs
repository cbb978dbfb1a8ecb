//! The end of the process: what was accepted is waited for, and what is left is named.

use super::state::App;
use crate::jobs::Job as _;

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
        while !self.unfinished_jobs().is_empty() {
            // Jobs take their turns in the order in which they were started, so this turn comes after theirs.
            drop(self.imports.turn.lock().await);
            drop(self.plans.turn.lock().await);
            tokio::task::yield_now().await;
        }
    }

    /// The background jobs that have not ended, oldest first.
    #[must_use]
    pub fn unfinished_jobs(&self) -> Vec<UnfinishedJob> {
        let mut unfinished = Vec::new();
        self.imports.each(|it| {
            if it.is_running() {
                unfinished.push(UnfinishedJob { kind: "导入", name: it.job.file.clone() });
            }
        });
        self.plans.each(|it| {
            if it.is_running() {
                unfinished.push(UnfinishedJob { kind: "规划", name: it.job.id.clone() });
            }
        });
        unfinished
    }
}
