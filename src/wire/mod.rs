//! The JSON that leaves and enters: one type per shape, for the HTTP interface and for `--json` alike.
//!
//! Answers of the use cases and values of the domain turn into these types by `From`, and requests turn into questions. Each
//! conversion names every field of its source, so that a new field is shown or left out on purpose. The OpenAPI description is
//! derived from the types. The format of the ledger belongs to the domain. No type here has a contact.

mod amount_input;
mod ask;
mod batch;
mod convert;
mod import;
mod job;
mod lexicon;
mod need;
mod one_question;
mod opportunity;
mod organization;
mod page;
mod plan;
mod project;
mod record;
mod statistics;
mod submit;
mod suggestion;
mod why_not;

pub use amount_input::AmountInput;
pub use ask::{Ask, WhyNotAsk};
pub use batch::{BatchLine, BatchPart, BatchSuggestion};
pub use import::{
    Accepted, ColumnMeaning, EntityKind, FileReport, ImportJob, ImportReport, Issue, IssueTotals, ShownIssues, TableColumns,
    WholeImportReport, Why,
};
pub use job::{JobState, JobStatus};
pub use lexicon::{LexiconInput, LexiconView};
pub use need::{ChangedNeed, Claimant, Need, NeedAction, NeedStatus, NeedStatusInput, NeedView, SimilarNeed, StatusChange};
pub use one_question::{FirstQuestion, OneAnswer, OneQuestion};
pub use opportunity::{Opportunities, Opportunity};
pub use organization::{Organization, OrganizationKind, OrganizationStatus};
pub use page::{ListQuery, Page};
pub use plan::{
    BudgetAsk, EarmarkAsk, Fairness, GapAsk, PairAsk, PairRule, PartnerLimitAsk, PlanAsk, PlanFigures, PlanJob, PlanProgress,
    PlanStage, ProjectLimitAsk, ReserveAsk,
};
pub use project::{Claim, ClaimState, Participant, Period, Project, ProjectView, Role};
pub use record::{
    Amount, Count, Deadline, NeedPart, Record, RegionFinding, SectorShare, Span, UnderstoodText, Urgency, Word, WordField,
};
pub use statistics::{Share, Statistics, StatisticsAndStorage, Storage, StoragePart};
pub use submit::{RecordInput, Submitted, SubmittedOutcome};
pub use suggestion::{Answer, EvidenceProject, EvidenceStrength, Feature, LeftOut, LeftOutOrganization, PartView, Suggestion};
pub use why_not::{Change, ChangeOf, Difference, WhyNot};
