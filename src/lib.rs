//! qianshou (牵手) ranks the social organizations that would likely take on an aid need, and says why.
//!
//! It recommends; it never assigns. One need takes this path: `understand` reads the text, `catalog` shows what was known on
//! the day of the question, `score` ranks every organization, `explain` adds reasons, `http` and `cli` show it.
//! `ARCHITECTURE.md` walks the folders in that order.

#![forbid(unsafe_code)]

pub mod app;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod eval;
pub mod excerpt;
pub mod explain;
pub mod export;
pub mod generate;
pub mod hash;
pub mod http;
pub mod ingest;
pub mod io_error;
pub mod jobs;
pub mod learn;
pub mod plan;
pub mod privacy;
pub mod private_files;
pub mod random;
pub mod reference;
pub mod replay;
pub mod request;
pub mod score;
pub mod solver;
pub mod spool;
pub mod store;
pub mod understand;
pub mod wire;
