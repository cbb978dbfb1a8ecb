//! Why an organization stands where it stands, in Chinese: parts of the score with the past projects behind them, what to
//! check, how well it fits.
//!
//! Points and sentences come from `score`, where each feature has its own; here the facts of the sentences are gathered, and the
//! parts are chosen and ordered.

mod facts;
mod fit;
mod part;
mod strength;
mod themes;
mod warnings;

pub(crate) use fit::{fit, fit_share, score_above};
pub use part::{EvidenceProject, PartView};
pub(crate) use part::{part_view, shown_value};
pub use strength::EvidenceStrength;
pub(crate) use themes::{by_theme, strongest};
pub(crate) use warnings::{ABNORMAL, warnings};
