//! Why an organization has its rank, in Chinese: the parts of its score with the past projects behind them, what to check, and
//! how strong the evidence is.
//!
//! Points and sentences come from `score`, where each feature has its own. This module gathers the facts for the sentences, and
//! chooses and orders the parts.

mod detail;
mod facts;
mod part;
mod side;
mod strength;
mod themes;
mod warnings;

pub(crate) use detail::{DetailRow, detail, short_title};
pub use part::{EvidenceProject, PartView};
pub(crate) use part::{part_view, shown_value};
pub use side::Side;
pub use strength::EvidenceStrength;
pub(crate) use themes::{in_short, strongest};
pub(crate) use warnings::warnings;
