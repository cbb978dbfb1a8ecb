//! The use cases, one file each, and the only place that wires the modules together.
//!
//! Every use case takes the [`Principal`](crate::domain::Principal) it is carried out for. A write commits to the ledger
//! first, brings the text index up to it, then publishes a new catalog; readers keep the snapshot they have. Text index and
//! catalog are derived: after a crash, [`App::open`] catches up from the change log.

mod background;
mod claim_lines;
mod compare;
mod contacts;
mod demo;
mod error;
mod freshness;
mod imports;
mod learn;
mod lexicon;
pub mod lists;
mod maintenance;
mod names;
mod need_sheet;
mod need_status;
mod one_question;
mod open_needs;
mod opportunities;
mod organization_sheet;
mod places;
mod plans;
mod protect;
mod public_claims;
mod publish;
mod rankings;
mod remarks;
mod replay;
mod shutdown;
mod standing;
mod state;
mod statistics;
mod storage;
mod stored_suggestions;
mod submit;
mod suggest;
mod suggested_documents;
mod template;
#[cfg(test)]
mod tests;
mod texts;
mod trust;
mod understand;
mod verify;
mod why_not;
mod word_lists;

pub use background::{Background, MAX_KEPT_BYTES, MAX_KEPT_PLANS};
pub use claim_lines::ClaimLine;
pub use compare::{Compared, ComparedOrganization};
pub use freshness::Freshness;
pub use imports::{
    Accepted, Candidate, FileReport, Import, ImportJob, ImportOrder, ImportProgress, ImportReport, ImportStage, ImportStep,
    ImportSummary, ImportTerms, IssueList, KeptUpload, ReadFile, Reading, RecentImport, SameRow, SumReading, UnsureRow,
};
pub use lexicon::LexiconView;
pub use lists::{ListKind, ListQuery, NeedDetails, Page, ProjectDetails, SimilarNeed};
pub use names::NamedOrganization;
pub use need_sheet::NeedSheet;
pub use need_status::{ChangedNeed, Claimant};
pub use one_question::{OneAnswer, OneQuestion};
pub use opportunities::{Opportunities, Opportunity, OpportunityAsk};
pub use organization_sheet::{CapacityLine, OrganizationSheet, ShareLine, YearLine};
pub use places::PlaceChoice;
pub use plans::{PlanBasis, PlanFigures, PlanJob, PlanOrder};
pub use publish::Progress;
pub use shutdown::UnfinishedJob;
pub use standing::OrganizationStanding;
pub use state::App;
pub use statistics::{Share, Statistics};
pub use storage::Storage;
pub use stored_suggestions::{MAX_SUGGESTED, StoredSuggestions};
pub use submit::{Outcome, Submitted};
pub use suggest::{Answer, BatchLine, BatchPart, BatchSuggestion, LeftOut, LeftOutOrganization, Suggestion};
pub use template::template;
pub use trust::{Basis, Trust, TrustCharts};
pub use understand::Reader;
pub use why_not::{Change, ChangeOf, Difference, WhyNot, WhyNotAsk};
pub use word_lists::LexiconInput;

pub use crate::store::{JobDocument, JobState, Remark};
