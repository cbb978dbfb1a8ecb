//! What handlers share: the engine, and a bound on the ranking that runs at once.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::problem::Problem;
use crate::engine::Engine;

/// Shared state.
#[derive(Clone)]
pub(super) struct App {
    pub(super) engine: Arc<Engine>,
    slots: Arc<Semaphore>,
}

impl App {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { engine, slots: Arc::new(Semaphore::new(cores)) }
    }

    /// Runs `work` off the asynchronous threads, as many at once as there are cores. A request that is dropped while it
    /// waits for its turn is never worked on.
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Engine) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = Arc::clone(&self.slots).acquire_owned().await.map_err(Problem::internal)?;
        let engine = Arc::clone(&self.engine);
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&engine)
        });
        task.await.map_err(Problem::internal)
    }
}
