//! How the default weights did on public claims of events that they were not fitted to, as it comes with the program.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::public::{DirectoryReport, PublicFit};

/// Written by `qianshou learn --public --report src/replay/public_report.json`.
const EMBEDDED: &str = include_str!("public_report.json");

/// Figures of the default weights, with what they were made by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicReport {
    /// Version of the program that made them.
    pub program: String,
    /// The command that makes them.
    pub command: String,
    /// The claims were collected up to this day.
    pub as_of: Date,
    /// Hash of the claims, as in the model file.
    pub data: String,
    /// Number of claims.
    pub claims: usize,
    /// Events, and claims without an event, that were kept together.
    pub events: usize,
    /// Parts that the events were dealt into.
    pub folds: usize,
    /// Results, for the directory of the claims first.
    pub directories: Vec<DirectoryReport>,
}

impl PublicReport {
    /// The one of the default weights.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static REPORT: LazyLock<PublicReport> =
            LazyLock::new(|| serde_json::from_str(EMBEDDED).expect("a test reads the embedded report"));
        &REPORT
    }

    /// The figures of a fit that was made by `command`.
    #[must_use]
    pub fn new(fit: &PublicFit, command: String) -> Self {
        let cross_fitted = fit.model.cross_fitted;
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            command,
            as_of: fit.model.as_of,
            data: fit.model.data.clone(),
            claims: fit.model.examples,
            events: cross_fitted.map_or(0, |it| it.events),
            folds: cross_fitted.map_or(0, |it| it.folds),
            directories: fit.directories.clone(),
        }
    }
}
