//! Matches a whole list of needs with the capacities of all organizations. This module sees numbers only.

pub mod checker;
pub mod columns;
pub mod flow;
pub mod integer;
pub mod keep;
pub mod leximin;
mod max_flow;
pub mod network;
pub mod numbers;
mod pivot;
pub mod problem;
pub mod problem_check;
pub mod recipe;
pub mod relax;
mod room;
pub mod solve;
pub mod stability;
pub mod stop;
#[cfg(test)]
mod tests;
