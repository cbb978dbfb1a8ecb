//! The past as a teacher and as a test: needs whose outcomes are known are replayed and learned from.
//!
//! `labelled` turns past projects and dated claims into labelled needs. [`replay()`] asks them again and compares the ranking
//! with simpler ones. [`train`] learns weights from them and judges the weights on days held back. [`fit_public`] fits the default
//! weights to the public claims and judges them on events held back; `seen` tells which needs they have seen. `eval` computes the
//! metrics, `learn` fits.
//! [`questions`] measures what asking for one missing field gains.

mod calibration;
mod clarifying;
mod compact;
mod fits;
mod folds;
mod labelled;
mod public;
mod public_report;
mod run;
mod seen;
mod stored;
mod tables;
mod training;

pub use calibration::{Calibration, CalibrationBin};
pub use clarifying::{AskedField, QuestionCase, QuestionGroup, QuestionStrategy, QuestionsReport, StrategyReport, questions};
pub use folds::Directory;
pub use public::{DirectoryReport, GroupReport, PublicFit, RankerReport, fit_public, refit};
pub use public_report::PublicReport;
pub use run::{Estimate, FitBin, Replay, Slice, System, SystemReport, replay};
pub use seen::{PublicClaim, Seen};
pub use stored::{MadeBy, StoredReplay, StoredSlice, StoredSystem};
pub use training::{Learned, train};
