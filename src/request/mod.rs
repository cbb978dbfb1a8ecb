//! Resolves a question as typed. Places, sums, sectors, days and organizations are found by name, or the question is refused
//! with the invalid field.
//!
//! This module is below the use cases because plans and replays ask questions too.

mod ask;
mod organization;

pub use ask::{AmountInput, Ask, MAX_TEXT_CHARS};
pub(crate) use ask::{MAX_TOP, ResolvedRequest, as_of, resolve_sum, top};
pub(crate) use organization::find_organization;
