//! Tells a computation that its result is no longer wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Asked by a computation between its steps.
#[derive(Debug, Clone, Default)]
pub struct Cancellation {
    is_abandoned: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

/// Why a computation ends without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cancelled {
    /// It took too long.
    #[error("the computation took too long")]
    TimedOut,
    /// Nobody waits for it any more.
    #[error("nobody waits for the computation")]
    Abandoned,
}

impl Cancellation {
    /// Of a computation that runs to its end.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// Of a computation that ends at `deadline` at the latest.
    pub(super) fn at(deadline: Instant) -> Self {
        Self { is_abandoned: Arc::default(), deadline: Some(deadline) }
    }

    /// Abandons the computation when the guard is dropped.
    pub(super) fn guard(&self) -> Abandon {
        Abandon(Arc::clone(&self.is_abandoned))
    }

    /// To be called between steps of a computation, some hundred times a second.
    ///
    /// # Errors
    /// The result is no longer wanted.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_abandoned.load(Ordering::Relaxed) {
            return Err(Cancelled::Abandoned);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Cancelled::TimedOut),
            _ => Ok(()),
        }
    }
}

/// Held by whoever waits for a computation.
pub(super) struct Abandon(Arc<AtomicBool>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
