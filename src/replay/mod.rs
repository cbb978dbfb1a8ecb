//! The past as a teacher and as a test: needs whose outcomes are known are replayed and learned from.
//!
//! `labelled` turns past projects and dated claims into labelled needs. [`replay()`] asks them again and compares the ranking
//! with simpler ones. [`train`] learns weights from them and judges the weights on days held back. `eval` computes the metrics,
//! `learn` fits.

mod labelled;
mod run;
mod tables;
mod training;

pub use run::{Estimate, Replay, Slice, System, SystemReport, replay};
pub use training::{Learned, train};
