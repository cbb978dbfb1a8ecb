//! Columns: what ranking reads of all records, as arrays of plain values. They are built in memory and saved as one file, and
//! an opened file is mapped instead of read.

mod bodies;
mod column;
mod digests;
mod file;
mod ragged;
mod strings;
mod table;

pub(super) use bodies::{Bodies, BodyFile, BodyWriter};
pub(super) use column::Column;
pub(super) use digests::Digests;
pub use file::Unusable;
pub(super) use file::{ColumnFile, Parts, save};
pub(super) use ragged::Ragged;
pub(super) use strings::Strings;
pub(super) use table::{Columnar, table};
