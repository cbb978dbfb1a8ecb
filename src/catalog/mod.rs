//! The immutable snapshot that is ranked: all records, the text searcher, and the ledger's history as of a day.
//!
//! It is built from the ledger and the text index, replaced as a whole and never changed. Ranking sees records only through a
//! [`View`], which holds nothing later than its day.

mod absent;
mod background;
mod base;
mod change;
mod chunked;
mod claimed;
mod claims;
mod columns;
mod containing;
mod contributions;
mod documents;
mod experience;
mod facts;
mod family;
mod homes;
mod institutions;
mod inverted;
mod json_fields;
mod likeness;
mod masses;
mod memory;
mod overlay;
mod participations;
mod purposes;
mod reach;
mod records;
mod region_step;
mod relations;
mod row;
mod snapshot;
mod stated;
#[cfg(test)]
pub(crate) mod tests;
mod view;
mod views;
mod visibility;
mod what_if;

pub use absent::{NO_HOME, NO_PURPOSE};
pub use background::{Background, REGION_PRIOR, SECTOR_PRIOR, TAG_PRIOR};
pub use base::{BaseFiles, BuildError, Building, Candidates, Fingerprint, FoundBase, LoadedBase, NewBase, Writing};
pub use change::DocumentChanges;
pub use chunked::{CHUNK, Chunked};
pub use claimed::{Claimed, Taken};
pub use claims::Claims;
pub use columns::Unusable;
pub use containing::Bodied;
pub use documents::{document, key_of, position_of};
pub use experience::decay;
pub use facts::{NeedFacts, OrganizationFacts, ProjectFacts};
pub use homes::is_beyond;
pub use inverted::{Inverted, List, find};
pub use likeness::{Like, Likeness};
pub use participations::Participation;
pub use reach::Reach;
pub use records::{Records, Searchers};
pub use region_step::RegionStep;
pub use row::{Flags, Row};
pub use snapshot::{Catalog, CatalogError, Draft};
pub use stated::StatedLists;
pub use view::{Past, View};
pub(crate) use visibility::day_of;
pub use visibility::{day_number, is_visible};
pub use what_if::WhatIf;
