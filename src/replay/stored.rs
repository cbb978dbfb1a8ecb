//! A replay as it is kept beside the data and shown: what it found, and what it was made by.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::run::{Estimate, FitBin, Replay};

/// Raised when the meaning of the file changes. A file of another format is as good as none.
const REPLAY_FORMAT: u32 = 1;

/// What a replay was made by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MadeBy {
    /// Version of the program.
    pub program: String,
    /// The command.
    pub command: String,
    /// Day on which it ran.
    pub day: Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// Hash of what the weights were learned from.
    pub model: String,
}

/// How one system did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSystem {
    /// Its Chinese name.
    pub label: String,
    /// Mean reciprocal rank.
    pub mrr: Estimate,
    /// nDCG of the first ten.
    pub ndcg10: f64,
    /// Share of the relevant organizations among the first five.
    pub recall5: f64,
    /// Share of the relevant organizations among the first ten.
    pub recall10: Estimate,
    /// Reciprocal rank of this program minus that of this system.
    pub difference: Estimate,
}

/// How this program did on a slice of the needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSlice {
    /// What these needs have in common, in Chinese.
    pub label: String,
    /// How many needs.
    pub needs: usize,
    /// Mean reciprocal rank.
    pub mrr: f64,
    /// Share of the relevant organizations among the first ten.
    pub recall10: f64,
}

/// A replay of needs whose outcomes the weights had not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredReplay {
    /// Version of this format.
    pub format: u32,
    /// What it was made by.
    pub made_by: MadeBy,
    /// First and last day of the replayed period.
    pub from: Date,
    /// See `from`.
    pub to: Date,
    /// The last day that the weights have seen.
    pub seen_until: Date,
    /// True for the default weights.
    pub is_default: bool,
    /// Number of needs.
    pub needs: usize,
    /// Number of relevant organizations, and how many of them had no record on the day.
    pub answers: usize,
    /// See `answers`.
    pub unknown_answers: usize,
    /// The systems, this program first.
    pub systems: Vec<StoredSystem>,
    /// Results for slices of the needs.
    pub slices: Vec<StoredSlice>,
    /// By tenths of the fit, who reached it.
    pub fits: Vec<FitBin>,
    /// Calibration of the probabilities of the first ten.
    pub calibration: Calibration,
}

impl StoredReplay {
    /// What is kept of a replay; none of one that found no needs, or whose weights may have seen the outcomes.
    #[must_use]
    pub fn new(replay: &Replay, made_by: MadeBy) -> Option<Self> {
        let system = |it: &super::SystemReport| StoredSystem {
            label: it.label.to_owned(),
            mrr: it.mrr,
            ndcg10: it.ndcg10,
            recall5: it.recall5,
            recall10: it.recall10,
            difference: it.difference,
        };
        let slice = |it: &super::Slice| {
            let (label, needs, mrr, recall10) = (it.label.clone(), it.needs, it.mrr, it.recall10);
            StoredSlice { label, needs, mrr, recall10 }
        };
        let stored = Self {
            format: REPLAY_FORMAT,
            made_by,
            from: replay.from,
            to: replay.to,
            seen_until: replay.seen_until,
            is_default: replay.is_default,
            needs: replay.needs,
            answers: replay.answers,
            unknown_answers: replay.unknown_answers,
            systems: replay.systems.iter().map(system).collect(),
            slices: replay.slices.iter().map(slice).collect(),
            fits: replay.fits.clone(),
            calibration: replay.reliability.as_ref().map(Calibration::from).unwrap_or_default(),
        };
        stored.is_held_back().then_some(stored)
    }

    /// Reads what was kept; none if it is of another format, or if its weights may have seen the outcomes.
    #[must_use]
    pub fn read(json: &[u8]) -> Option<Self> {
        let stored: Self = serde_json::from_slice(json).ok()?;
        (stored.format == REPLAY_FORMAT && stored.is_held_back()).then_some(stored)
    }

    fn is_held_back(&self) -> bool {
        self.needs > 0 && self.seen_until < self.from
    }
}
