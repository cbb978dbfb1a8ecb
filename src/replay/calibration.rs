//! Probabilities compared with what happened, as it is kept and shown.

use serde::{Deserialize, Serialize};

use crate::eval::{Bin, Reliability};

/// Cases with about the same probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Mean of the probabilities given, 0 to 1.
    pub probability: f64,
    /// Share of the cases that happened, 0 to 1.
    pub hits: f64,
    /// Number of cases.
    pub cases: usize,
}

/// How well the probabilities of the first ten agree with what happened.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Expected calibration error.
    pub error: f64,
    /// Brier score.
    pub brier: f64,
    /// By ascending probability.
    pub bins: Vec<CalibrationBin>,
}

impl From<&Reliability> for Calibration {
    fn from(it: &Reliability) -> Self {
        let bin = |&Bin { probability, hits, cases }: &Bin| CalibrationBin { probability, hits, cases };
        Self { error: it.ece, brier: it.brier, bins: it.bins.iter().map(bin).collect() }
    }
}

impl Calibration {
    /// The same as it is drawn.
    #[must_use]
    pub fn reliability(&self) -> Reliability {
        let bin = |&CalibrationBin { probability, hits, cases }: &CalibrationBin| Bin { probability, hits, cases };
        Reliability { bins: self.bins.iter().map(bin).collect(), ece: self.error, brier: self.brier }
    }
}
