//! Synthetic data of national scale, for tests of load, latency and recovery: organizations, past projects, needs, claims.
//!
//! Owns the recipe and the files. Record `k` of a table follows from seed, table, `k` and the sizes of the [`Plan`] alone
//! (`stream`), so that every part can be made by itself and by any thread. What one record says of another (a project of
//! its organization, a claim of its need) is computed anew from the seed; only tables of places and words are kept.
//! Nothing here is a fact about anybody, and no quality of ranking on it is evidence of use. It refuses real names.

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
