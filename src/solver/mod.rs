//! Bulk matching: a whole list of needs against everybody's capacity. Numbers only.

pub mod checker;
pub mod columns;
#[cfg(test)]
mod exact_tests;
pub mod flow;
pub mod integer;
pub mod keep;
pub mod leximin;
mod max_flow;
pub mod network;
pub mod numbers;
#[cfg(test)]
mod numbers_tests;
mod pivot;
pub mod problem;
pub mod problem_check;
pub mod recipe;
pub mod relax;
pub mod solve;
pub mod stability;
pub mod stop;
