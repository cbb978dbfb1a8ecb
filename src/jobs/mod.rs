//! Background work. A job can be looked up by its id, also for a while after its end.

mod pool;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

pub use pool::{CpuPool, Interrupted, NotComputed, QueueFull};

/// An entry of the registry: work that was started and can be looked up.
pub(crate) trait Job {
    /// Number of entries above which ended ones are dropped.
    const KEPT: usize;

    fn id(&self) -> &str;
    fn is_running(&self) -> bool;
}

/// The jobs started in this process, oldest first, and the lock by which they run one after the other.
pub(crate) struct JobRegistry<T> {
    all: Mutex<VecDeque<T>>,
    pub(crate) turn: tokio::sync::Mutex<()>,
}

impl<T> Default for JobRegistry<T> {
    fn default() -> Self {
        Self { all: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<T: Job> JobRegistry<T> {
    /// Adds an entry. The oldest entry that has ended may be dropped for it; a running one never is.
    pub(crate) fn push(&self, started: T) {
        let mut all = self.lock();
        while all.len() >= T::KEPT
            && let Some(oldest) = all.iter().position(|it| !it.is_running())
        {
            all.remove(oldest);
        }
        all.push_back(started);
    }

    /// Applies `look` to the entry with this id, if there still is one.
    pub(crate) fn find<R>(&self, id: &str, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.lock().iter_mut().find(|it| it.id() == id).map(look)
    }

    /// Applies `change` to every entry.
    pub(crate) fn each(&self, change: impl FnMut(&mut T)) {
        self.lock().iter_mut().for_each(change);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of a job. Knowing it gives access to the job, so it must not be guessable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct JobId(Uuid);

impl JobId {
    /// A new id: 122 random bits from the operating system.
    pub(crate) fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.simple().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, JobId, JobRegistry};

    struct One(&'static str, bool);

    impl Job for One {
        const KEPT: usize = 2;

        fn id(&self) -> &str {
            self.0
        }

        fn is_running(&self) -> bool {
            self.1
        }
    }

    #[test]
    fn what_runs_is_never_forgotten_and_the_oldest_end_first() {
        let kept = JobRegistry::default();
        for one in [One("a", true), One("b", false), One("c", false), One("d", true), One("e", true)] {
            kept.push(one);
        }
        let known = ["a", "b", "c", "d", "e", "f"].map(|id| kept.find(id, |_| ()).is_some());
        assert_eq!(known, [true, false, false, true, true, false]);
        kept.each(|it| it.1 = false);
        kept.push(One("f", true));
        assert!(kept.find("e", |_| ()).is_some() && kept.find("d", |_| ()).is_none());
        assert_ne!(JobId::random(), JobId::random());
    }
}
