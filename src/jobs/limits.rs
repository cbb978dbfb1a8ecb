//! What a pool takes on.

use std::time::Duration;

/// How much a pool takes on.
#[derive(Debug, Clone, Copy)]
pub struct PoolLimits {
    /// Computations at once.
    pub workers: usize,
    /// Computations that wait; more are refused.
    pub waiting: usize,
    /// Computations of one client that wait.
    pub waiting_per_client: usize,
    /// Longest time of a computation, its waiting included.
    pub time: Duration,
    /// What one client may spend on long computations at once, in time of one worker. A quarter of each second comes back.
    pub long_budget: Duration,
}

impl PoolLimits {
    /// A worker for each core, and two on a machine with one core: one of them may be busy with long work.
    #[must_use]
    pub fn for_this_machine() -> Self {
        let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2);
        let (time, long_budget) = (Duration::from_secs(20), Duration::from_secs(30));
        Self { workers, waiting: workers * 64, waiting_per_client: 16, time, long_budget }
    }
}

/// How long a computation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Less than a second, as a rule.
    Short,
    /// Possibly many seconds: one at a time, and each client has a budget for it.
    Long,
}
