//! A queue that is fair to owners: one piece of work of each in turn, in the order in which it came.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Work that waits for its turn. Whoever adds the first piece does the work, piece by piece, until there is none.
#[derive(Debug)]
pub(crate) struct FairQueue<T> {
    waiting: Mutex<Waiting<T>>,
}

#[derive(Debug)]
struct Waiting<T> {
    /// The owners in the order of their turns, each with its work.
    owners: VecDeque<(String, VecDeque<T>)>,
    /// True while somebody does the work.
    is_worked: bool,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self { waiting: Mutex::new(Waiting { owners: VecDeque::new(), is_worked: false }) }
    }
}

impl<T> FairQueue<T> {
    /// Adds work. If this returns true, the caller does the work: it takes [`FairQueue::next`] until there is none.
    pub(crate) fn push(&self, owner: &str, work: T) -> bool {
        let mut waiting = self.lock();
        match waiting.owners.iter_mut().find(|(name, _)| name == owner) {
            Some((_, works)) => works.push_back(work),
            None => waiting.owners.push_back((owner.to_owned(), VecDeque::from([work]))),
        }
        !std::mem::replace(&mut waiting.is_worked, true)
    }

    /// The next piece of work. After `None`, whoever adds the next piece does the work.
    pub(crate) fn next(&self) -> Option<T> {
        let mut waiting = self.lock();
        let Some((owner, mut works)) = waiting.owners.pop_front() else {
            waiting.is_worked = false;
            return None;
        };
        let work = works.pop_front();
        if !works.is_empty() {
            waiting.owners.push_back((owner, works));
        }
        work
    }

    /// Takes the first piece that `is_meant` out of the queue.
    pub(crate) fn remove(&self, is_meant: impl Fn(&T) -> bool) -> Option<T> {
        let mut waiting = self.lock();
        let found = waiting.owners.iter_mut().find_map(|(_, works)| {
            let at = works.iter().position(&is_meant)?;
            works.remove(at)
        });
        waiting.owners.retain(|(_, works)| !works.is_empty());
        found
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::FairQueue;

    #[test]
    fn owners_take_turns_and_each_keeps_its_order() {
        let queue = FairQueue::default();
        let first = [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("b", 6)].map(|(owner, work)| queue.push(owner, work));
        assert_eq!(first, [true, false, false, false, false, false], "one does the work");
        assert_eq!(queue.remove(|&work| work == 2), Some(2));
        assert_eq!(queue.remove(|&work| work == 2), None);
        let order: Vec<i32> = std::iter::from_fn(|| queue.next()).collect();
        assert_eq!(order, [1, 4, 5, 3, 6]);
        assert!(queue.push("a", 7), "after the end, the next one does it");
        assert_eq!((queue.remove(|_| true), queue.next()), (Some(7), None));
    }
}
