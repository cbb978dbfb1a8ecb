//! Days on which one thread answers sooner than several.

use crate::catalog::View;

/// A day with fewer organizations and past projects is small.
const SMALL: usize = 5_000;

/// Both results. On a small day one thread is done before another has woken up.
pub(super) fn both<A: Send, B: Send>(view: &View, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    if is_small(view) { (a(), b()) } else { rayon::join(a, b) }
}

/// True if searching the day takes less time than waking a thread up.
pub(super) fn is_small(view: &View) -> bool {
    view.rows.len().max(view.past.projects) < SMALL
}
