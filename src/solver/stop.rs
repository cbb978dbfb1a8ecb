//! Stops a long calculation from outside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// When to give up. The default never does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stop<'a> {
    /// Set when a stop is requested.
    pub flag: Option<&'a AtomicBool>,
    /// When the time is up.
    pub deadline: Option<Instant>,
}

impl Stop<'_> {
    /// Whether to give up now.
    #[must_use]
    pub fn now(&self) -> bool {
        self.flag.is_some_and(|f| f.load(Ordering::Relaxed)) || self.deadline.is_some_and(|d| Instant::now() >= d)
    }
}
