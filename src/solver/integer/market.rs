//! The market that a round of local search plans against.

use super::super::stop::Stop;
use super::bound::{Evaluation, Prices};

/// What a round has to know besides the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Market<'a> {
    /// The market prices.
    pub(super) prices: &'a Prices,
    /// What needs would do at them.
    pub(super) ideal: &'a Evaluation,
    /// Mean of the random loss that a step may accept.
    pub(super) temperature: f64,
    /// When to give up.
    pub(super) stop: Stop<'a>,
}
