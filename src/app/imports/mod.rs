//! Imports: a file is checked, mapped, mended and stored, in the foreground or in the background.

pub(super) mod background;
pub(super) mod changes;
pub(super) mod content;
pub(super) mod corrected;
pub(super) mod corrections;
pub(super) mod import;
pub(super) mod jobs;
pub(super) mod known;
pub(super) mod mappings;
pub(super) mod preview;
pub(super) mod progress;
pub(super) mod reader;
pub(super) mod repeats;
pub(super) mod report;
pub(super) mod same_row;
pub(super) mod sketch;
pub(super) mod terms;
pub(super) mod uploads;

pub use background::ImportOrder;
pub use import::{Import, ReadFile};
pub use jobs::{ImportJob, ImportSummary, IssueList};
pub use preview::SumReading;
pub use progress::{ImportProgress, ImportStage};
pub use reader::{ImportStep, Reading};
pub use report::{Accepted, Candidate, FileReport, ImportReport, UnsureRow};
pub use same_row::SameRow;
pub use terms::ImportTerms;
pub use uploads::{KeptUpload, RecentImport};
