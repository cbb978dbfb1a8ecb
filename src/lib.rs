//! qianshou (牵手) ranks the social organizations that would likely take on an aid need, and says why.
//!
//! It recommends; it never assigns. One need goes this way: `understand` reads the text, `catalog` shows what was known
//! on the day of the question, `score` ranks every organization, `engine` adds evidence, `api`, `web` and `cli` show it.
//! `ARCHITECTURE.md` walks the folders in that order.

#![forbid(unsafe_code)]

pub mod api;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod eval;
pub mod fault;
pub mod generate;
pub mod ingest;
pub mod learn;
pub mod plan;
pub mod reference;
pub mod score;
pub mod store;
pub mod understand;
pub mod web;
