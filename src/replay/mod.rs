//! The past as a teacher and as a test: needs whose answers are known, replayed, and learned from.
//!
//! [`labelled`] turns past projects and dated claims into needs with their answers; [`replay()`] asks them again and
//! compares the ranking with simpler ones; [`train`] learns weights from them and judges those on days held back. Numbers
//! are judged by `eval`, fitted by `learn`.

mod labelled;
mod run;
mod tables;
mod training;

pub use run::{Estimate, Replay, Slice, System, SystemReport, replay};
pub use training::{Learned, train};
