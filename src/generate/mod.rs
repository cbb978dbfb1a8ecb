//! Synthetic data at national scale, for tests of load, latency and recovery: organizations, past projects, needs, claims.
//!
//! This module owns the recipe and the files. Record `k` of a table depends only on the seed, the table, `k` and the sizes of
//! the [`Plan`] (see `stream`), so every part can be made on its own and by any thread. What one record says about another (a
//! project about its organization, a claim about its need) is computed again from the seed; only tables of places and words are
//! kept in memory. Nothing here is a fact about anybody: organizations have no real names, and the quality of ranking on these
//! data is no evidence of its use.

mod activity;
mod files;
mod generator;
mod geography;
mod lexicon;
mod line;
mod need;
mod organization;
mod phrases;
mod profile;
mod project;
mod sectors;
mod stream;
mod sums;
mod text;

#[cfg(test)]
mod tests;

pub use files::{GenerateError, Summary, write};
pub use generator::{Generator, Plan, SOURCE};
pub use need::Utility;
