//! Background work as the store keeps it, the same for every backend: jobs, states and limits.

use jiff::Timestamp;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Reads a list and stores it.
    Import,
    /// Makes a plan.
    Plan,
}

impl JobKind {
    const ALL: [Self; 2] = [Self::Import, Self::Plan];

    /// Its name in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Plan => "plan",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Where a job stands. A job that has ended never changes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Accepted; its turn has not come.
    Waiting,
    /// Being worked on.
    Running,
    /// Ended; the outcome is its result.
    Done,
    /// Ended without a result; the outcome says why.
    Failed,
    /// Stopped because somebody asked for it.
    Cancelled,
    /// The process that worked on it ended before the job did.
    Interrupted,
}

impl JobState {
    const ALL: [Self; 6] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled, Self::Interrupted];

    /// Its name in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// True if the job will not change any more.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// A job to be accepted.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// Its id, which gives access to it and must not be guessable.
    pub id: &'a str,
    /// What it does.
    pub kind: JobKind,
    /// What people call it, such as the name of a file. Cut at [`MAX_LABEL`](super::MAX_LABEL) characters.
    pub label: &'a str,
    /// Who asked for it: the address of a client.
    pub owner: &'a str,
    /// The current time.
    pub created_at: Timestamp,
    /// When the ended job may be deleted.
    pub expires_at: Timestamp,
}

/// How many jobs of one kind may wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueLimits {
    /// Of all owners together.
    pub waiting: u64,
    /// Of one owner.
    pub waiting_per_owner: u64,
}

/// Whether a new job was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It waits for its turn.
    Admitted(Box<Job>),
    /// As many jobs of its kind wait as may wait.
    QueueFull,
    /// As many jobs of its owner wait as may wait.
    OwnerQueueFull,
}

/// A job. Times are kept to the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// What people call it.
    pub label: String,
    /// Who asked for it.
    pub owner: String,
    /// Where it stands.
    pub state: JobState,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When work on it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it may be deleted, if it has ended by then and is not kept.
    pub expires_at: Timestamp,
    /// True if it stays until somebody deletes it, or until too much is kept.
    pub is_kept: bool,
    /// True if somebody asked to stop it.
    pub is_cancel_requested: bool,
    /// How far it is, as JSON.
    pub progress: Option<String>,
    /// Its result, or why there is none, as JSON.
    pub outcome: Option<String>,
    /// What its user has noted for the next job of the kind, as JSON.
    pub draft: Option<String>,
}

/// How a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobEnd {
    /// With a result.
    Done,
    /// With a result that is kept until somebody deletes it.
    Kept,
    /// Without one.
    Failed,
    /// Because somebody asked for it.
    Cancelled,
}

impl JobEnd {
    pub(super) const fn state(self) -> JobState {
        match self {
            Self::Done | Self::Kept => JobState::Done,
            Self::Failed => JobState::Failed,
            Self::Cancelled => JobState::Cancelled,
        }
    }
}

/// How much of what has ended stays. Beyond it, the oldest jobs are deleted first. Kept jobs and others do not take each
/// other's room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Ended jobs that are not kept.
    pub ended_jobs: u64,
    /// Kept jobs.
    pub kept_jobs: u64,
    /// Bytes of documents and rows of results, of kept jobs and of the others each.
    pub document_bytes: u64,
}

/// Some jobs of one kind, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Number of jobs of the kind.
    pub total: u64,
}

/// Some rows of one list of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultPage {
    /// The JSON of each row, in order.
    pub rows: Vec<String>,
    /// Number of rows in the whole list.
    pub total: u64,
}

/// A document of a job; read it chunk by chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobDocument {
    /// Its name, unique within the job.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    pub(super) seq: i64,
}

impl JobDocument {
    /// Number of its chunks.
    #[must_use]
    pub const fn chunks(&self) -> u64 {
        self.bytes.div_ceil(super::CHUNK_BYTES as u64)
    }
}
