//! One bounded pool for work on the CPU, which keeps it off the asynchronous threads. It is fair between clients, and no
//! computation runs longer than its deadline or for a client that has left, as far as it asks its [`Cancellation`].

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cancellation::{Cancellation, Cancelled};
use super::limits::{Length, PoolLimits};
use super::not_computed::{Interrupted, NotComputed};
use super::turns::Turns;

/// Runs as many computations at once as it has workers, with a bounded queue before them.
#[derive(Debug, Clone)]
pub struct CpuPool {
    limits: PoolLimits,
    turns: Arc<Turns>,
}

impl CpuPool {
    /// A pool with these limits.
    #[must_use]
    pub fn new(limits: PoolLimits) -> Self {
        Self { limits, turns: Arc::new(Turns::new(limits)) }
    }

    /// Longest time of a computation.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.limits.time
    }

    /// Runs `work` for `client` off the asynchronous threads when its turn comes. If the caller stops waiting, because the
    /// client has left, work that has not begun is never run, and other work is cancelled.
    ///
    /// # Errors
    /// Too much is waiting, the time is up, the work panicked, or the runtime is shutting down.
    pub async fn run<T: Send + 'static>(
        &self,
        client: IpAddr,
        work: impl FnOnce(&Cancellation) -> T + Send + 'static,
    ) -> Result<T, NotComputed> {
        self.compute(client, Length::Short, work).await
    }

    /// The same for work that may take many seconds: one at a time, and each client has a budget for it.
    ///
    /// # Errors
    /// As [`CpuPool::run`], or the budget is spent.
    pub async fn run_long<T: Send + 'static>(
        &self,
        client: IpAddr,
        work: impl FnOnce(&Cancellation) -> T + Send + 'static,
    ) -> Result<T, NotComputed> {
        self.compute(client, Length::Long, work).await
    }

    async fn compute<T: Send + 'static>(
        &self,
        client: IpAddr,
        length: Length,
        work: impl FnOnce(&Cancellation) -> T + Send + 'static,
    ) -> Result<T, NotComputed> {
        let deadline = Instant::now() + self.limits.time;
        let cancellation = Cancellation::at(deadline);
        let _waits = cancellation.guard();
        let done = async {
            let turn = self.turns.take(client, length).await?;
            let span = tracing::Span::current();
            let task = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                span.in_scope(|| work(&cancellation))
            });
            Ok(task.await.map_err(|error| Interrupted::new(&error))?)
        };
        match tokio::time::timeout_at(deadline.into(), done).await {
            Ok(result) => result,
            Err(_) => Err(Cancelled::TimedOut.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn pool(workers: usize, waiting: usize, waiting_per_client: usize) -> CpuPool {
        CpuPool::new(PoolLimits { workers, waiting, waiting_per_client, time: LONG, long_budget: LONG })
    }

    fn client(number: u8) -> IpAddr {
        IpAddr::from([127, 0, 0, number])
    }

    /// Occupies a worker until the sender is dropped.
    async fn occupy(pool: &CpuPool, client: IpAddr) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), NotComputed>>) {
        let (release, held) = mpsc::channel::<()>();
        let (started, is_started) = tokio::sync::oneshot::channel();
        let pool = pool.clone();
        let work = move |_: &Cancellation| {
            started.send(()).unwrap();
            let _ = held.recv();
        };
        let busy = tokio::spawn(async move { pool.run(client, work).await });
        is_started.await.unwrap();
        (release, busy)
    }

    /// Polls once; true if the future is still waiting.
    async fn waits<F: Future + Unpin>(future: &mut F) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())).await
    }

    #[tokio::test]
    async fn work_beyond_the_queue_is_refused_and_work_nobody_waits_for_is_never_run() {
        let pool = pool(1, 1, 1);
        let (release, busy) = occupy(&pool, client(1)).await;
        let (ran, runs) = mpsc::channel();
        let count = |name: &'static str| {
            let ran = ran.clone();
            move |_: &Cancellation| ran.send(name).unwrap()
        };
        // The first waits, is polled once and is given up. The second takes its place. The third finds none.
        {
            let mut left = Box::pin(pool.run(client(1), count("left")));
            assert!(waits(&mut left).await);
        }
        let mut waiting = Box::pin(pool.run(client(1), count("waited")));
        assert!(waits(&mut waiting).await);
        assert!(matches!(pool.run(client(2), count("refused")).await, Err(NotComputed::QueueFull)));
        drop(release);
        busy.await.unwrap().unwrap();
        waiting.await.unwrap();
        assert_eq!(runs.try_iter().collect::<Vec<_>>(), ["waited"]);
    }

    #[tokio::test]
    async fn one_client_neither_fills_the_queue_nor_keeps_others_waiting() {
        let pool = pool(1, 10, 2);
        let (release, busy) = occupy(&pool, client(2)).await;
        let (ran, runs) = mpsc::channel();
        let note = |number: u8| {
            let ran = ran.clone();
            pool.run(client(number), move |_| ran.send(number).unwrap())
        };
        let mut greedy = [Box::pin(note(2)), Box::pin(note(2))];
        for one in &mut greedy {
            assert!(waits(one).await);
        }
        assert!(matches!(note(2).await, Err(NotComputed::ClientQueueFull)));
        let mut modest = Box::pin(note(1));
        assert!(waits(&mut modest).await);
        drop(release);
        busy.await.unwrap().unwrap();
        let [one, other] = greedy;
        let _ = tokio::join!(one, other, modest);
        assert_eq!(runs.try_iter().collect::<Vec<_>>(), [1, 2, 2], "whoever has used less goes first");
    }

    #[tokio::test]
    async fn a_client_that_leaves_frees_its_worker() {
        let pool = pool(1, 1, 1);
        let (started, is_started) = tokio::sync::oneshot::channel();
        let (ended, is_ended) = tokio::sync::oneshot::channel();
        let endless = move |cancellation: &Cancellation| {
            started.send(()).unwrap();
            while cancellation.check().is_ok() {
                std::thread::yield_now();
            }
            ended.send(cancellation.check()).unwrap();
        };
        let running = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(client(1), endless).await }
        });
        is_started.await.unwrap();
        running.abort();
        assert_eq!(is_ended.await.unwrap(), Err(Cancelled::Abandoned));
        assert_eq!(pool.run(client(1), |_| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn work_that_takes_too_long_is_given_up_and_told_so() {
        let pool = CpuPool::new(PoolLimits { time: Duration::from_millis(1), ..PoolLimits::for_this_machine() });
        let endless = |cancellation: &Cancellation| while cancellation.check().is_ok() {};
        assert!(matches!(pool.run(client(1), endless).await, Ok(()) | Err(NotComputed::Cancelled(Cancelled::TimedOut))));
    }

    #[tokio::test]
    async fn long_work_runs_one_at_a_time_and_keeps_no_short_work_waiting() {
        let pool = pool(2, 10, 10);
        let (release, held) = mpsc::channel::<()>();
        let (started, is_started) = tokio::sync::oneshot::channel();
        let long = tokio::spawn({
            let pool = pool.clone();
            async move {
                let work = move |_: &Cancellation| {
                    started.send(()).unwrap();
                    let _ = held.recv();
                };
                pool.run_long(client(2), work).await
            }
        });
        is_started.await.unwrap();
        let mut second = Box::pin(pool.run_long(client(3), |_| ()));
        assert!(waits(&mut second).await, "a worker is free, but not for long work");
        assert_eq!(pool.run(client(1), |_| 7).await.unwrap(), 7);
        drop(release);
        long.await.unwrap().unwrap();
        second.await.unwrap();
    }
}
