//! One bounded pool for work on the CPU, which keeps it off the asynchronous threads.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Work that was not finished: the process is shutting down, or the work panicked.
#[derive(Debug, thiserror::Error)]
#[error("the work was not finished: {0}")]
pub struct Interrupted(String);

impl Interrupted {
    pub(crate) fn new(error: &impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The queue is full, so that more work would only wait in vain.
#[derive(Debug, thiserror::Error)]
#[error("the queue for computations is full")]
pub struct QueueFull;

/// Maximum number of waiting pieces of work per worker; more are refused.
const WAITING_PER_WORKER: usize = 64;

/// Runs as many computations at once as it has workers, with a bounded queue before them.
#[derive(Debug, Clone)]
pub struct CpuPool {
    workers: Arc<Semaphore>,
    /// Places for running and waiting work together.
    places: Arc<Semaphore>,
}

/// Why the pool did not do the work.
#[derive(Debug, thiserror::Error)]
pub enum NotComputed {
    /// It was not accepted.
    #[error(transparent)]
    QueueFull(#[from] QueueFull),
    /// It was accepted and not finished.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl CpuPool {
    /// A worker for each core.
    #[must_use]
    pub fn for_this_machine() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self::new(cores, cores * WAITING_PER_WORKER)
    }

    /// A pool with this many workers and this many places for waiting work.
    #[must_use]
    pub fn new(workers: usize, waiting: usize) -> Self {
        Self { workers: Arc::new(Semaphore::new(workers)), places: Arc::new(Semaphore::new(workers + waiting)) }
    }

    /// Runs `work` off the asynchronous threads when its turn comes. If the caller stops waiting before that, because the
    /// client has left, the work is dropped and never run.
    ///
    /// # Errors
    /// The queue is full, the work panicked, or the runtime is shutting down.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotComputed> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| QueueFull)?;
        let turn = Arc::clone(&self.workers).acquire_owned().await.map_err(|error| Interrupted::new(&error))?;
        let span = tracing::Span::current();
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            span.in_scope(work)
        });
        Ok(task.await.map_err(|error| Interrupted::new(&error))?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_beyond_the_queue_is_refused_and_work_nobody_waits_for_is_never_run() {
        let pool = CpuPool::new(1, 1);
        let (release, held) = mpsc::channel::<()>();
        let (started, is_started) = tokio::sync::oneshot::channel();
        let busy = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move || {
                    started.send(()).unwrap();
                    held.recv().unwrap();
                })
                .await
            }
        });
        is_started.await.unwrap();
        let ran = Arc::new(AtomicUsize::new(0));
        let count = |ran: &Arc<AtomicUsize>| {
            let ran = Arc::clone(ran);
            move || ran.fetch_add(1, Ordering::Relaxed)
        };
        // The first waits, is polled once and is given up. The second takes its place. The third finds none.
        {
            let mut left = Box::pin(pool.run(count(&ran)));
            assert!(futures_poll(&mut left).await);
        }
        let mut waiting = Box::pin(pool.run(count(&ran)));
        assert!(futures_poll(&mut waiting).await);
        assert!(matches!(pool.run(count(&ran)).await, Err(NotComputed::QueueFull(_))));
        release.send(()).unwrap();
        busy.await.unwrap().unwrap();
        assert_eq!(waiting.await.unwrap(), 0);
        assert_eq!(ran.load(Ordering::Relaxed), 1);
    }

    /// Polls once; true if the future is still waiting.
    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())).await
    }
}
