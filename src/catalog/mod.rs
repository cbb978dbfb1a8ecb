//! The immutable snapshot that is ranked: all records, the text searcher, and the ledger's history as of a day.
//!
//! It is built from the ledger and the text index, replaced as a whole and never changed. Ranking sees records only through a
//! [`View`], which holds nothing later than its day.

mod background;
mod bearers;
mod chunked;
mod claimed;
mod claims;
mod contributions;
mod documents;
mod experience;
mod family;
mod homes;
mod institutions;
mod inverted;
mod likeness;
mod memory;
mod participations;
mod purposes;
mod reach;
mod records;
mod row;
mod snapshot;
mod stubs;
#[cfg(test)]
pub(crate) mod tests;
mod view;
mod views;
mod visibility;
mod what_if;

pub use background::{Background, REGION_PRIOR, RegionStep, SECTOR_PRIOR, TAG_PRIOR};
pub use chunked::{CHUNK, Chunked};
pub use claimed::{Claimed, Taken};
pub use claims::Claims;
pub use documents::document;
pub use experience::decay;
pub use homes::{NO_HOME, is_beyond};
pub use institutions::Institutions;
pub use inverted::{Inverted, List, find};
pub use likeness::{Like, Likeness};
pub use participations::Participation;
pub use purposes::NO_PURPOSE;
pub use reach::Reach;
pub use records::Records;
pub use row::{Flags, Row};
pub use snapshot::Catalog;
pub use view::{Past, View};
pub use visibility::{day_number, is_visible};
pub use what_if::WhatIf;
