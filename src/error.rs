//! The one error type of the use cases: a message for people and a code for programs.
//!
//! Bad rows and unmet needs are values, not errors. [`CODES`] is the one table code → class; the command line and HTTP turn a
//! class into an exit code or a status and decide how much of an internal fault to show.

use std::error::Error;

/// The class of a fault. It decides the exit code and the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The request is invalid. Repeating it unchanged fails again.
    Invalid,
    /// The requested record or job does not exist.
    NotFound,
    /// The request conflicts with the stored state. The message says what to do first.
    Conflict,
    /// The client has asked for too much. The same request may succeed later.
    TooMany,
    /// Temporarily unavailable. The same request may succeed later.
    Unavailable,
    /// A fault of the program or of its machine.
    Internal,
}

/// Names a fault for programs and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A field of a question is invalid.
    InvalidField,
    /// A file cannot be read or contains nothing to import.
    UnreadableFile,
    /// A document has more rows or columns than its format.
    DocumentTooLarge,
    /// A taxonomy, model or plan file cannot be used.
    UnusableFile,
    /// No such record.
    NoSuchRecord,
    /// The state of a record does not allow the act.
    WrongState,
    /// There are too few records to learn from.
    TooLittleToLearn,
    /// There is no ledger in the data directory.
    NoLedger,
    /// The text index contains changes that the ledger lacks.
    IndexAhead,
    /// Another process has been writing for too long.
    Busy,
    /// The queue for computations is full.
    QueueFull,
    /// The queue for imports or plans is full.
    JobsFull,
    /// The client has too many imports or plans waiting.
    TooManyJobs,
    /// The work was cancelled.
    Cancelled,
    /// Too many computations of one client are waiting.
    ClientQueueFull,
    /// A client has used up its time for long computations.
    BudgetSpent,
    /// A computation took too long.
    TimedOut,
    /// The work was interrupted.
    Interrupted,
    /// A temporary file cannot be used.
    Spool,
    /// The ledger cannot be used.
    Ledger,
    /// The job store cannot be used.
    JobStore,
    /// The text index cannot be used.
    Index,
    /// Stored word lists cannot be used.
    Lexicon,
}

/// Each code with its name and its class.
pub const CODES: [(Code, &str, Class); 23] = [
    (Code::InvalidField, "invalid_field", Class::Invalid),
    (Code::UnreadableFile, "unreadable_file", Class::Invalid),
    (Code::DocumentTooLarge, "document_too_large", Class::Invalid),
    (Code::UnusableFile, "unusable_file", Class::Invalid),
    (Code::NoSuchRecord, "no_such_record", Class::NotFound),
    (Code::WrongState, "wrong_state", Class::Conflict),
    (Code::TooLittleToLearn, "too_little_to_learn", Class::Conflict),
    (Code::NoLedger, "no_ledger", Class::Conflict),
    (Code::IndexAhead, "index_ahead", Class::Conflict),
    (Code::Busy, "busy", Class::Unavailable),
    (Code::QueueFull, "queue_full", Class::Unavailable),
    (Code::JobsFull, "jobs_full", Class::Unavailable),
    (Code::TooManyJobs, "too_many_jobs", Class::TooMany),
    (Code::Cancelled, "cancelled", Class::Conflict),
    (Code::ClientQueueFull, "client_queue_full", Class::TooMany),
    (Code::BudgetSpent, "budget_spent", Class::TooMany),
    (Code::TimedOut, "timed_out", Class::Unavailable),
    (Code::Interrupted, "interrupted", Class::Internal),
    (Code::Spool, "spool", Class::Internal),
    (Code::Ledger, "ledger", Class::Internal),
    (Code::JobStore, "job_store", Class::Internal),
    (Code::Index, "index", Class::Internal),
    (Code::Lexicon, "lexicon", Class::Internal),
];

impl Code {
    /// Its name in logs and answers, and its class.
    const fn entry(self) -> (&'static str, Class) {
        // The table is in the order of the codes, which a test checks.
        let (_, name, class) = CODES[self as usize];
        (name, class)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry().0
    }

    /// Its class.
    #[must_use]
    pub const fn class(self) -> Class {
        self.entry().1
    }
}

/// A use case that could not be carried out.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    /// The code of the fault.
    pub code: Code,
    /// The invalid field of the question, if any.
    pub field: Option<&'static str>,
    /// What is wrong and what to do, in Chinese. For an internal fault, only the command line and the log show it.
    pub message: String,
    /// The underlying error.
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl AppError {
    /// A fault without a field.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into(), source: None }
    }

    /// An invalid field of a question.
    #[must_use]
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(Code::InvalidField, message) }
    }

    /// A record that `field` names and that does not exist.
    #[must_use]
    pub fn not_found(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(Code::NoSuchRecord, message) }
    }

    /// A fault with the message of its cause.
    #[must_use]
    pub fn caused(code: Code, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Box::new(source)), ..Self::new(code, "") }.with_words_of_source()
    }

    fn with_words_of_source(mut self) -> Self {
        self.message = self.source.as_ref().map(ToString::to_string).unwrap_or_default();
        self
    }

    /// The same fault, attributed to another field.
    #[must_use]
    pub fn at_field(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    /// Its class.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.code.class()
    }
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn every_code_stands_at_its_own_place_in_the_table() {
        for (at, (code, ..)) in CODES.iter().enumerate() {
            assert_eq!(*code as usize, at, "{code:?}");
        }
    }
}
