//! What runs in the background and can be asked about by its id, for a while after its end too.

mod pool;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

pub use pool::{CpuPool, Interrupted, NotComputed, QueueFull};

/// Work that was started and can be asked about.
pub(crate) trait Job {
    /// How many are kept once they have ended.
    const KEPT: usize;

    fn id(&self) -> &str;
    fn is_running(&self) -> bool;
}

/// All that were started in this process, oldest first, and whose turn it is: they run one after the other.
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
    /// Keeps one more. The oldest that has ended may be forgotten for it, one that is running never.
    pub(crate) fn push(&self, started: T) {
        let mut all = self.lock();
        while all.len() >= T::KEPT
            && let Some(oldest) = all.iter().position(|it| !it.is_running())
        {
            all.remove(oldest);
        }
        all.push_back(started);
    }

    /// What `look` sees of the one with this id, if it is still kept.
    pub(crate) fn find<R>(&self, id: &str, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.lock().iter_mut().find(|it| it.id() == id).map(look)
    }

    /// Lets `change` see every one.
    pub(crate) fn each(&self, change: impl FnMut(&mut T)) {
        self.lock().iter_mut().for_each(change);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of a job. Nobody comes by it through counting: whoever knows it may see the job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct JobId(Uuid);

impl JobId {
    /// A new one: 122 random bits from the operating system.
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
