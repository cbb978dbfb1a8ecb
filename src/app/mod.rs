//! The use cases, one file each, and the only place that wires the modules together.
//!
//! Every use case takes the [`Principal`](crate::domain::Principal) it is carried out for. A write commits to the ledger
//! first, brings the text index up to it, then publishes a new catalog; readers keep the snapshot they have. Text index and
//! catalog are derived: after a crash, [`App::open`] catches up from the change log.

mod background;
mod background_import;
mod background_plan;
mod contacts;
mod corrected;
mod corrected_sketch;
mod demo;
mod error;
mod freshness;
mod import;
mod import_changes;
mod import_content;
mod import_corrections;
mod import_jobs;
mod import_known;
mod import_preview;
mod import_progress;
mod import_reader;
mod import_repeats;
mod import_report;
mod import_terms;
mod kept_uploads;
mod learn;
mod lexicon;
mod listed;
mod maintenance;
mod mappings;
mod need_status;
mod open_needs;
mod opportunities;
mod plan;
mod plan_jobs;
mod protect;
mod public_claims;
mod publish;
mod rankings;
mod records;
mod replay;
mod same_row;
mod shutdown;
mod state;
mod statistics;
mod storage;
mod submit;
mod suggest;
mod template;
#[cfg(test)]
mod tests;
mod texts;
mod understand;
mod verify;
mod why_not;
mod word_lists;

pub use background::Background;
pub use background_import::ImportOrder;
pub use background_plan::PlanOrder;
pub use freshness::Freshness;
pub use import::{Import, ReadFile};
pub use import_jobs::{ImportJob, ImportSummary, IssueList};
pub use import_preview::{Preview, PreviewRow};
pub use import_progress::{ImportProgress, ImportStage};
pub use import_reader::{ImportStep, Reading};
pub use import_report::{Accepted, Candidate, FileReport, ImportReport, UnsureRow};
pub use import_terms::ImportTerms;
pub use kept_uploads::{KeptUpload, RecentImport};
pub use lexicon::LexiconView;
pub use need_status::{ChangedNeed, Claimant};
pub use opportunities::{Opportunities, Opportunity, OpportunityAsk};
pub use plan_jobs::PlanJob;
pub use publish::Progress;
pub use records::{ListQuery, NeedDetails, Page, ProjectDetails, SimilarNeed};
pub use same_row::SameRow;
pub use shutdown::UnfinishedJob;
pub use state::App;
pub use statistics::{Share, Statistics};
pub use storage::Storage;
pub use submit::{Outcome, Submitted};
pub use suggest::{Answer, BatchLine, BatchPart, BatchSuggestion, LeftOut, LeftOutOrganization, Suggestion};
pub use template::template;
pub use understand::Reader;
pub use why_not::{Change, ChangeOf, Difference, WhyNot, WhyNotAsk};
pub use word_lists::LexiconInput;

pub use crate::store::{JobDocument, JobState};
