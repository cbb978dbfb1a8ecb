//! Chinese text processing for qianshou: from dirty input to searchable words. Knows
//! nothing about organizations, needs or money.
//!
//! - [`normalize`]: ordered stages from dirty to clean text, each reporting what it changed
//! - [`analyze`]: jieba with the domain lexicon, and the one registry of named analyzers
//! - [`schema`], [`writer`], [`searcher`]: a Tantivy index of short documents, such as past projects
//! - [`mapped`]: other files mapped into memory by Tantivy's directory
//!
//! The index is derived data: deleting it loses nothing.

#![forbid(unsafe_code)]

pub mod analyze;
mod directory;
pub mod error;
mod han;
pub mod mapped;
pub mod normalize;
pub mod schema;
pub mod searcher;
pub mod writer;

pub use error::IndexError;
