//! Resolves a question as typed. Places, sums, sectors, days and organizations are found by name, or the question is refused
//! with the invalid field.
//!
//! This module is below the use cases because plans and replays ask questions too.

mod ask;
mod need;
mod organization;
mod typed;

pub use ask::{AmountInput, Ask, MAX_HOMES};
pub(crate) use ask::{ResolvedRequest, as_of, resolve_sum, top};
pub(crate) use need::{find_need, find_need_named, one_by_title};
pub(crate) use organization::find_organization;
pub use typed::{MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_PLACES_CHARS, MAX_TEXT_CHARS, MAX_WORD_CHARS};
pub(crate) use typed::{check_name, quoted, typed};
