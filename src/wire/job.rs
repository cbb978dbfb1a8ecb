//! Where a job in the background stands.

use super::convert::shown_enum;
use crate::app;

shown_enum! {
    /// Where a job in the background stands.
    JobState from app::JobState {
        /// Accepted; its turn has not come.
        Waiting,
        /// Being worked on.
        Running,
        /// Ended with a result.
        Done,
        /// Ended without a result; `error` says why.
        Failed,
        /// Stopped because somebody asked for it.
        Cancelled,
        /// The server stopped before the job ended.
        Interrupted,
    }
}

/// The status of a job, for who only wants to know whether there is a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Being worked on, or waiting for its turn.
    Running,
    /// There is a result.
    Done,
    /// There is no result; `error` says why.
    Failed,
}

impl From<app::JobState> for JobStatus {
    fn from(state: app::JobState) -> Self {
        match state {
            app::JobState::Waiting | app::JobState::Running => Self::Running,
            app::JobState::Done => Self::Done,
            app::JobState::Failed | app::JobState::Cancelled | app::JobState::Interrupted => Self::Failed,
        }
    }
}
