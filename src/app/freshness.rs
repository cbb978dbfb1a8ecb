//! Whether the published snapshot keeps up with the ledger.

use std::sync::{Mutex, PoisonError};

/// How the snapshot stands to the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Freshness {
    /// When the snapshot was last seen to be that of the ledger.
    pub refreshed_at: Option<String>,
    /// Why the last attempt to look or to catch up failed, in words for the operator.
    pub error: Option<String>,
    /// True if the ledger is known to have changes that are not in the snapshot.
    pub is_behind: bool,
}

impl Freshness {
    /// True if answers are known to be out of date and cannot be brought up to date.
    #[must_use]
    pub const fn is_stale(&self) -> bool {
        self.is_behind && self.error.is_some()
    }
}

/// The freshness of one app, as last seen.
#[derive(Debug, Default)]
pub(super) struct Watched(Mutex<Freshness>);

impl Watched {
    pub(super) fn get(&self) -> Freshness {
        self.lock().clone()
    }

    pub(super) fn succeeded(&self, at: String) {
        *self.lock() = Freshness { refreshed_at: Some(at), error: None, is_behind: false };
    }

    pub(super) fn is_behind(&self) {
        self.lock().is_behind = true;
    }

    pub(super) fn failed(&self, error: String) {
        self.lock().error = Some(error);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Freshness> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
