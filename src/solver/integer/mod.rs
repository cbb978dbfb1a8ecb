//! Plans under integer conditions: lower limits on amounts, limits on projects and partners, all or nothing.
//!
//! Organizations' money and project slots get prices, and each need plans alone against them, exactly. This gives the
//! Lagrangian bound. Unlike the bound of the continuous relaxation, it accounts for a slot being used up as a whole by the
//! smallest pair. A local search (simulated annealing) plans a few needs at a time anew, mostly where the plan falls short of
//! the bound. Flows over the used pairs polish the amounts.

mod ascent;
mod bound;
mod driver;
mod improve;
mod instance;
mod item;
mod losses;
mod market;
mod parts;
mod polish;
mod replan;
mod start;
mod state;
mod subproblem;
#[cfg(test)]
mod tests;
mod transpose;

pub use driver::solve;

/// How long to search. The result is the same on any number of threads, unless a time limit ends the search.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Steps of the search for prices. Below about 150 steps, the prices of large problems do not settle.
    pub price_steps: u32,
    /// Rounds of local search. Small problems get more, very large ones fewer.
    pub rounds: u32,
    /// Ends the search as soon as the gap is at most this share of the bound.
    pub tolerance: f64,
    /// Seed of the random choices.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { price_steps: 200, rounds: 60, tolerance: 0.0, seed: 1 }
    }
}

/// The progress of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Price steps and rounds so far.
    pub iteration: u32,
    /// Value of the best plan so far.
    pub value: i128,
    /// No plan is worth more.
    pub bound: i128,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The plan is optimal, or within the tolerance of the bound.
    Proven,
    /// All iterations are done.
    Exhausted,
    /// The time is up.
    TimeLimit,
    /// The search was asked to stop.
    Stopped,
}

/// A plan and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// Units of money for every candidate, in the order of the candidates.
    pub amounts: Vec<i64>,
    /// Its value: Σ weight · amount − the costs of all curves.
    pub value: i128,
    /// No feasible plan is worth more.
    pub bound: i128,
    /// Approximate value of one more unit of each need's gap (exact without integer conditions).
    pub needs: Vec<i64>,
    /// Approximate value of one more unit of each organization's free budget.
    pub organizations: Vec<i64>,
    /// Approximate value of one more project of each organization.
    pub slots: Vec<i64>,
    /// Approximate value of one more unit in each fund.
    pub funds: Vec<i64>,
    /// Why the search ended.
    pub ending: Ending,
    /// Price steps and rounds.
    pub iterations: u32,
}

impl Solution {
    /// How much better a plan could be at most, as a share of the bound.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.bound - self.value) as f64 / self.bound.unsigned_abs().max(1) as f64
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntegerError {
    /// Amounts times values do not fit into 64 bits.
    #[error("金额与价值的乘积过大")]
    TooLarge,
    /// Forced amounts cannot be met together with the other conditions.
    #[error("已锁定的金额无法同时满足：涉及 {} 项需求、{} 家组织", needs.len(), organizations.len())]
    Unsatisfied {
        /// Needs in the conflict.
        needs: Vec<u32>,
        /// Organizations in the conflict.
        organizations: Vec<u32>,
    },
}
