//! Ctrl-C during long work: the first asks for the best result so far, the second ends the process.

use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a process that was interrupted from the keyboard (128 + SIGINT).
const INTERRUPTED: i32 = 130;

/// Watches for Ctrl-C from now on.
pub(super) struct Interrupt {
    flag: Arc<AtomicBool>,
}

impl Interrupt {
    /// Starts to watch. Must be called inside a runtime.
    pub(super) fn watch() -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        let raised = Arc::clone(&flag);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            raised.store(true, Ordering::Relaxed);
            if tokio::signal::ctrl_c().await.is_ok() {
                exit(INTERRUPTED);
            }
        });
        Self { flag }
    }

    /// The flag that the first Ctrl-C sets.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.flag
    }

    /// True after the first Ctrl-C.
    pub(super) fn is_raised(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}
