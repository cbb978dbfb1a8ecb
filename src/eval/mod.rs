//! How good answers are: ranking metrics, exposure, calibration, and how sure one may be of a difference.
//!
//! Numbers only: ranks, probabilities and ordinals go in, figures come out. Which needs are judged, on which day
//! and against which organizations is the caller's business. No figure depends on the order in which needs are given.

mod bootstrap;
mod calibration_error;
mod exposure;
mod metrics;

pub use bootstrap::{Interval, Observed, Paired, difference_interval, mean_interval};
pub use calibration_error::{Bin, Reliability, reliability};
pub use exposure::{Exposure, exposure};
pub use metrics::{Judged, macro_average};
