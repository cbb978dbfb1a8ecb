//! How good answers are: ranking metrics, exposure, calibration, and how certain a difference is.
//!
//! This module sees numbers only: ranks, probabilities and ordinals. The caller decides which needs are judged, on which day
//! and against which organizations. No result depends on the order of the needs.

mod balanced;
mod bootstrap;
mod calibration_error;
mod exposure;
mod metrics;

pub use balanced::{Balanced, balanced_logistic};
pub use bootstrap::{Interval, Observed, Paired, difference_interval, mean_interval};
pub use calibration_error::{Bin, Reliability, reliability};
pub use exposure::{Exposure, exposure};
pub use metrics::{Judged, macro_average};
