//! Why an organization stands where it stands, in Chinese: parts of the score with the past projects behind them, what to
//! check, how well it fits.
//!
//! Points come from `score`, which ranked with the same functions; here they are chosen, ordered and put into words.

mod fit;
mod part;
mod reasons;
mod strength;
mod warnings;

pub(crate) use fit::{fit, fit_share, score_above};
pub use part::{EvidenceProject, PartView};
pub(crate) use part::{part_view, shown_value};
pub use strength::EvidenceStrength;
pub(crate) use warnings::{ABNORMAL, warnings};
