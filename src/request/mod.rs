//! A question as typed → a question as resolved: places, sums, sectors, days and organizations found by name, or refused with
//! the field that is wrong.
//!
//! Stands below the use cases because plans and replays ask questions too.

mod ask;
mod organization;

pub use ask::{AmountInput, Ask, MAX_TEXT_CHARS};
pub(crate) use ask::{ResolvedRequest, as_of, resolve_sum, top};
pub(crate) use organization::find_organization;
