//! The views of the days last asked for, each built once.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::civil::Date;

use super::view::View;

/// Number of views kept; most questions are about today.
const KEPT: usize = 8;

/// One cell per day, the day last asked for first. A second request for a day that is being built waits for it instead of
/// building it again: for a whole nation a view takes seconds and some hundred megabytes.
#[derive(Default)]
pub(super) struct Views(Mutex<Vec<(Date, Cell)>>);

/// Empty while its view is being built.
type Cell = Arc<OnceLock<Arc<View>>>;

impl Views {
    /// The view of a day; `build` makes it if it is not kept.
    pub(super) fn get(&self, as_of: Date, build: impl FnOnce() -> View) -> Arc<View> {
        // The lock is held only while the cell is looked up, so that other days need not wait.
        let cell = self.cell(as_of);
        Arc::clone(cell.get_or_init(|| Arc::new(build())))
    }

    /// The views that are already built, the day last asked for first.
    pub(super) fn all(&self) -> Vec<Arc<View>> {
        self.lock().iter().filter_map(|(_, cell)| cell.get().cloned()).collect()
    }

    /// Of views, the day last asked for first.
    pub(super) fn of(views: Vec<Arc<View>>) -> Self {
        let cell = |view: Arc<View>| (view.as_of, Arc::new(OnceLock::from(view)));
        Self(Mutex::new(views.into_iter().map(cell).collect()))
    }

    fn cell(&self, as_of: Date) -> Cell {
        let mut cells = self.lock();
        match cells.iter().position(|(day, _)| *day == as_of) {
            Some(at) => cells[..=at].rotate_right(1),
            None => {
                cells.insert(0, (as_of, Cell::default()));
                cells.truncate(KEPT);
            }
        }
        Arc::clone(&cells[0].1)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Date, Cell)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::civil::date;

    use super::*;
    use crate::catalog::tests::small::Small;

    #[test]
    fn concurrent_misses_of_one_day_build_it_once() {
        let catalog = Small::default().catalog();
        let (views, builds, both) = (Views::default(), AtomicUsize::new(0), Barrier::new(2));
        let day = date(2024, 12, 31);
        let [one, other] = std::thread::scope(|scope| {
            let ask = || {
                both.wait();
                views.get(day, || {
                    builds.fetch_add(1, Ordering::SeqCst);
                    // Long enough for the other thread to miss as well, if it did not wait.
                    std::thread::sleep(std::time::Duration::from_millis(50));
                    View::clone(&catalog.as_of(day))
                })
            };
            [scope.spawn(ask), scope.spawn(ask)].map(|asker| asker.join().unwrap())
        });
        assert_eq!(builds.load(Ordering::SeqCst), 1);
        assert!(Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn the_days_last_asked_for_are_kept() {
        let catalog = Small::default().catalog();
        let (views, builds) = (Views::default(), AtomicUsize::new(0));
        let ask = |day: i8| {
            views.get(date(2024, 1, day), || {
                builds.fetch_add(1, Ordering::SeqCst);
                View::clone(&catalog.as_of(date(2024, 1, day)))
            });
        };
        (1..=8).for_each(ask);
        [1, 9, 1].into_iter().for_each(ask);
        assert_eq!(builds.load(Ordering::SeqCst), 9, "the first day was asked for again and stays");
        ask(2);
        assert_eq!(builds.load(Ordering::SeqCst), 10, "the second gave way to the ninth");
    }
}
