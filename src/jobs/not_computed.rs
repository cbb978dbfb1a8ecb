//! Why work was not done.

use super::cancellation::Cancelled;

/// Work that was not finished: the process is shutting down, or the work panicked.
#[derive(Debug, thiserror::Error)]
#[error("the work was not finished: {0}")]
pub struct Interrupted(String);

impl Interrupted {
    pub(crate) fn new(error: &impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Why the pool did not do the work.
#[derive(Debug, thiserror::Error)]
pub enum NotComputed {
    /// Too many computations wait.
    #[error("the queue for computations is full")]
    QueueFull,
    /// Too many computations of this client wait.
    #[error("the client has too many computations in the queue")]
    ClientQueueFull,
    /// The client has used up its time for long computations.
    #[error("the client has used up its time for long computations")]
    BudgetSpent,
    /// It was not finished in time.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// It was accepted and not finished.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
