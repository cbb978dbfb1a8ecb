//! What runs in the background and can be asked about by its id, for a while after its end too.

mod pool;

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use pool::{CpuPool, Interrupted, NotComputed, QueueFull};

/// Something that was started.
pub(crate) trait Started {
    /// How many are kept once they have ended.
    const KEPT: usize;

    fn id(&self) -> &str;
    fn is_running(&self) -> bool;
}

/// All that were started in this process, oldest first, and whose turn it is: they run one after the other.
pub(crate) struct Kept<T> {
    all: Mutex<VecDeque<T>>,
    pub(crate) turn: tokio::sync::Mutex<()>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { all: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<T: Started> Kept<T> {
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

/// An id that nobody comes by through counting: 128 bits from the operating system, by way of the standard hasher.
pub(crate) fn unguessable_id() -> String {
    let random = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::{Kept, Started, unguessable_id};

    struct One(&'static str, bool);

    impl Started for One {
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
        let kept = Kept::default();
        for one in [One("a", true), One("b", false), One("c", false), One("d", true), One("e", true)] {
            kept.push(one);
        }
        let known = ["a", "b", "c", "d", "e", "f"].map(|id| kept.find(id, |_| ()).is_some());
        assert_eq!(known, [true, false, false, true, true, false]);
        kept.each(|it| it.1 = false);
        kept.push(One("f", true));
        assert!(kept.find("e", |_| ()).is_some() && kept.find("d", |_| ()).is_none());
        assert_ne!(unguessable_id(), unguessable_id());
    }
}
