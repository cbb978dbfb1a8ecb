//! Replays the past: would the ranking have found the organizations that took the needs on?

use jiff::civil::Date;

use super::public_claims::PublicClaims;
use super::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::replay::{self, Replay};

impl App {
    /// Replays the labelled needs from `from` to `to` with the model in use; with `baselines`, with simpler systems as well.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn replay(
        &self,
        _who: Principal,
        from: Date,
        to: Date,
        baselines: bool,
        done: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Replay, AppError> {
        replay::replay(&self.catalog(), &self.model, &PublicClaims::read()?.seen(), from, to, baselines, done)
    }
}
