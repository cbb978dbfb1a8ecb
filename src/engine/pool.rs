//! Ranking leaves the asynchronous threads through one bounded gate, whichever face asked.

use std::sync::Arc;

use super::Engine;

/// Work that was not finished: the process is shutting down, or the work panicked.
#[derive(Debug, thiserror::Error)]
#[error("the work was not finished: {0}")]
pub struct Interrupted(String);

impl Interrupted {
    pub(super) fn new(error: &impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Engine {
    /// Runs `work` off the asynchronous threads, as many at once as there are cores. A request that is dropped while it
    /// waits for its turn is never worked on.
    ///
    /// # Errors
    /// [`Interrupted`] if the work panicked or the runtime is shutting down.
    pub async fn compute<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Interrupted> {
        let turn = Arc::clone(&self.slots).acquire_owned().await.map_err(|error| Interrupted::new(&error))?;
        let engine = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&engine)
        });
        task.await.map_err(|error| Interrupted::new(&error))
    }
}
