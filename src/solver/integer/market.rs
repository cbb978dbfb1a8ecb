//! The market that a round of local search plans against.

use super::super::stop::Stop;
use super::bound::{Evaluation, Prices};

/// What a round needs to know beside the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Market<'a> {
    /// The market prices.
    pub(super) prices: &'a Prices,
    /// What needs would do at them.
    pub(super) ideal: &'a Evaluation,
    /// What a step may lose, on average of those that lose.
    pub(super) temperature: f64,
    /// When to give up.
    pub(super) stop: Stop<'a>,
}
