//! What the job store promises: bounded queues, states, paged results, documents in chunks, an end for everything.

use std::io::ErrorKind;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::opening::{JOBS_FILE, SCHEMA};
use super::*;
use crate::random::SplitMix64;
use crate::store::sqlite::fault::job_file_fault;
use crate::store::sqlite::schema;
use crate::store::{CHUNK_BYTES, MAX_LABEL, ResultPage, Retention};

const LIMITS: QueueLimits = QueueLimits { waiting: 5, waiting_per_owner: 3 };
const KEEP_ALL: Retention = Retention { ended_jobs: 1000, kept_jobs: 1000, document_bytes: 1 << 40 };

fn at(hours: i64) -> Timestamp {
    "2026-11-26T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn job<'a>(id: &'a str, owner: &'a str) -> NewJob<'a> {
    NewJob { id, kind: JobKind::Import, label: "需求.xlsx", owner, created_at: at(0), expires_at: at(24) }
}

struct Jobs {
    dir: TempDir,
    store: JobStore,
}

impl Jobs {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let store = JobStore::open(dir.path(), at(0)).await.unwrap();
        Self { dir, store }
    }

    async fn waiting(&self, id: &str) -> Job {
        match self.store.create(&job(id, id), &QueueLimits { waiting: 1000, waiting_per_owner: 1000 }).await.unwrap() {
            Admission::Admitted(job) => *job,
            refused => panic!("{refused:?}"),
        }
    }

    async fn ended(&self, id: &str) {
        self.waiting(id).await;
        assert!(self.store.end(id, JobEnd::Done, "{}", at(1)).await.unwrap());
    }

    async fn document(&self, id: &str, name: &str, bytes: &[u8]) {
        let mut writer = self.store.begin_document(id, name).await.unwrap().unwrap();
        writer.write(bytes).await.unwrap();
        writer.finish().await.unwrap();
    }

    async fn read(&self, id: &str, name: &str) -> Option<Vec<u8>> {
        let document = self.store.document(id, name).await.unwrap()?;
        let mut all = Vec::new();
        for number in 0..document.chunks() {
            let chunk = self.store.chunk(&document, number).await.unwrap().unwrap();
            assert!(chunk.len() == CHUNK_BYTES || number + 1 == document.chunks());
            all.extend(chunk);
        }
        assert_eq!(self.store.chunk(&document, document.chunks()).await.unwrap(), None);
        assert_eq!(all.len() as u64, document.bytes);
        Some(all)
    }

    async fn state(&self, id: &str) -> Option<JobState> {
        self.store.job(id).await.unwrap().map(|job| job.state)
    }

    /// True if any file of the directory holds these bytes.
    fn is_on_disk(&self, needle: &[u8]) -> bool {
        let files = std::fs::read_dir(self.dir.path()).unwrap();
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).any(|all| memchr::memmem::find(&all, needle).is_some())
    }
}

#[tokio::test]
async fn a_queue_takes_as_many_as_it_may_and_no_owner_fills_it_alone() {
    let jobs = Jobs::new().await;
    let create = async |id: &str, owner: &str| match jobs.store.create(&job(id, owner), &LIMITS).await.unwrap() {
        Admission::Admitted(job) => job.state.name(),
        Admission::QueueFull => "queue full",
        Admission::OwnerQueueFull => "owner's queue full",
    };
    let mut taken = Vec::new();
    for (id, owner) in [("1", "a"), ("2", "a"), ("3", "a"), ("4", "a"), ("5", "b"), ("6", "b"), ("7", "b"), ("8", "a")] {
        taken.push(create(id, owner).await);
    }
    let (yes, owner) = ("waiting", "owner's queue full");
    assert_eq!(taken, [yes, yes, yes, owner, yes, yes, "queue full", owner]);
    assert_eq!(jobs.store.waiting(JobKind::Import).await.unwrap(), 5);
    // A place is free again when a job begins. Jobs of another kind have places of their own.
    assert!(jobs.store.begin("1", at(0)).await.unwrap());
    assert_eq!(create("9", "a").await, yes);
    let plan = NewJob { kind: JobKind::Plan, ..job("p", "a") };
    assert!(matches!(jobs.store.create(&plan, &LIMITS).await.unwrap(), Admission::Admitted(_)));
    assert_eq!(jobs.store.waiting(JobKind::Plan).await.unwrap(), 1);
    assert!(jobs.store.create(&NewJob { kind: JobKind::Plan, ..job("1", "c") }, &LIMITS).await.is_err(), "ids are unique");
}

#[tokio::test]
async fn of_many_at_once_exactly_the_limit_is_accepted() {
    let jobs = Jobs::new().await;
    let second = JobStore::open(jobs.dir.path(), at(0)).await.unwrap();
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let store = if n % 2 == 0 { jobs.store.clone() } else { second.clone() };
            tokio::spawn(async move {
                let id = n.to_string();
                let new = NewJob { id: &id, owner: &id, ..job("", "") };
                matches!(store.create(&new, &LIMITS).await.unwrap(), Admission::Admitted(_))
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += u64::from(task.await.unwrap());
    }
    assert_eq!(accepted, LIMITS.waiting);
}

#[tokio::test]
async fn a_job_goes_from_state_to_state_and_never_changes_after_its_end() {
    let jobs = Jobs::new().await;
    let store = &jobs.store;
    let long = "名".repeat(1_000_000);
    let new = NewJob { label: &long, ..job("a", "127.0.0.2") };
    let Admission::Admitted(job) = store.create(&new, &LIMITS).await.unwrap() else { panic!("refused") };
    assert_eq!(job.label.chars().count(), MAX_LABEL);
    assert!(job.label.ends_with("名…"));
    assert_eq!((job.kind, job.owner.as_str(), job.state), (JobKind::Import, "127.0.0.2", JobState::Waiting));
    assert_eq!((job.created_at, job.expires_at, job.started_at, job.ended_at), (at(0), at(24), None, None));

    assert!(!store.set_progress("a", "{}").await.unwrap(), "a job that waits has no progress");
    assert!(store.begin("a", at(1)).await.unwrap());
    assert!(!store.begin("a", at(1)).await.unwrap());
    assert!(store.set_progress("a", r#"{"stage":"读取"}"#).await.unwrap());
    assert!(store.end("a", JobEnd::Failed, r#"{"error":"空文件"}"#, at(2)).await.unwrap());
    let ended = store.job("a").await.unwrap().unwrap();
    assert_eq!((ended.state, ended.started_at, ended.ended_at), (JobState::Failed, Some(at(1)), Some(at(2))));
    assert_eq!(ended.outcome.as_deref(), Some(r#"{"error":"空文件"}"#));
    assert!(ended.state.is_ended());

    assert!(!store.end("a", JobEnd::Done, "{}", at(3)).await.unwrap());
    assert_eq!(store.cancel("a", at(3)).await.unwrap(), Some(ended));
    assert_eq!(store.job("b").await.unwrap(), None);
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked() {
    let jobs = Jobs::new().await;
    let store = &jobs.store;
    jobs.waiting("w").await;
    let cancelled = store.cancel("w", at(1)).await.unwrap().unwrap();
    assert_eq!((cancelled.state, cancelled.ended_at), (JobState::Cancelled, Some(at(1))));
    assert!(!store.begin("w", at(1)).await.unwrap(), "nobody begins it any more");

    jobs.waiting("r").await;
    store.begin("r", at(1)).await.unwrap();
    assert!(!store.is_cancel_requested("r").await.unwrap());
    let asked = store.cancel("r", at(2)).await.unwrap().unwrap();
    assert_eq!((asked.state, asked.is_cancel_requested), (JobState::Running, true));
    assert!(store.is_cancel_requested("r").await.unwrap());
    assert!(store.end("r", JobEnd::Cancelled, "{}", at(3)).await.unwrap());
    assert_eq!(jobs.state("r").await, Some(JobState::Cancelled));
    assert!(store.is_cancel_requested("gone").await.unwrap(), "nobody works for a job that was deleted");
    assert_eq!(store.cancel("gone", at(2)).await.unwrap(), None);
}

#[tokio::test]
async fn rows_are_read_page_by_page_in_the_order_they_came() {
    let jobs = Jobs::new().await;
    let store = &jobs.store;
    jobs.waiting("a").await;
    let row = |n: usize| format!(r#"{{"row":{n}}}"#);
    // More rows than fit into one statement.
    assert!(store.append("a", "rejected", &(0..2345).map(row).collect::<Vec<_>>()).await.unwrap());
    assert!(store.append("a", "warnings", &[row(7)]).await.unwrap());
    assert!(store.append("a", "rejected", &(2345..2350).map(row).collect::<Vec<_>>()).await.unwrap());
    let page = async |list, offset, limit| store.page("a", list, offset, limit).await.unwrap();
    assert_eq!(page("rejected", 2340, 100).await, ResultPage { rows: (2340..2350).map(row).collect(), total: 2350 });
    assert_eq!(page("rejected", 990, 20).await.rows, (990..1010).map(row).collect::<Vec<_>>());
    assert_eq!(page("warnings", 0, 100).await, ResultPage { rows: vec![row(7)], total: 1 });
    for (list, offset, limit, total) in [("skipped", 0, 10, 0), ("rejected", u64::MAX, 10, 2350), ("warnings", 0, 0, 1)] {
        assert_eq!(page(list, offset, limit).await, ResultPage { rows: Vec::new(), total });
    }
    assert!(!store.append("gone", "rejected", &[row(1)]).await.unwrap());
    assert_eq!(store.page("gone", "rejected", 0, 10).await.unwrap().total, 0);
}

#[tokio::test]
async fn documents_come_back_as_they_were_whatever_the_pieces() {
    let jobs = Jobs::new().await;
    jobs.waiting("a").await;
    let bytes: Vec<u8> = (0..CHUNK_BYTES * 5 / 2).map(|n| (n % 251) as u8).collect();
    for piece in [1 << 16, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, bytes.len()] {
        let mut writer = jobs.store.begin_document("a", "问题.xlsx").await.unwrap().unwrap();
        assert_eq!(jobs.read("a", "问题.xlsx").await, None, "what is not finished cannot be read");
        for piece in bytes.chunks(piece) {
            writer.write(piece).await.unwrap();
        }
        assert_eq!(writer.finish().await.unwrap().bytes, bytes.len() as u64);
        assert!(jobs.read("a", "问题.xlsx").await.unwrap() == bytes, "pieces of {piece} bytes");
    }
    for exact in [0, CHUNK_BYTES, 2 * CHUNK_BYTES] {
        jobs.document("a", "exact", &bytes[..exact]).await;
        assert!(jobs.read("a", "exact").await.unwrap() == bytes[..exact]);
    }
    assert!(jobs.store.begin_document("gone", "x").await.unwrap().is_none());
    // The job goes while a document is read and another is written.
    let document = jobs.store.document("a", "exact").await.unwrap().unwrap();
    let mut writer = jobs.store.begin_document("a", "late").await.unwrap().unwrap();
    assert!(jobs.store.delete("a").await.unwrap() && !jobs.store.delete("a").await.unwrap());
    assert_eq!(jobs.store.chunk(&document, 0).await.unwrap(), None);
    writer.write(b"late").await.unwrap();
    assert!(writer.finish().await.is_err());
}

#[tokio::test]
async fn ended_jobs_go_when_their_time_is_over_and_the_oldest_go_first() {
    let jobs = Jobs::new().await;
    jobs.waiting("waiting").await;
    for id in ["1", "2", "3", "4"] {
        jobs.ended(id).await;
        jobs.document(id, "d", &[0; 1000]).await;
    }
    let expire = async |hour, keep| jobs.store.expire(at(hour), &keep).await.unwrap();
    let there = async || {
        let mut there = String::new();
        for id in ["waiting", "1", "2", "3", "4"] {
            there += if jobs.state(id).await.is_some() { id } else { "-" };
        }
        there
    };
    assert_eq!(expire(23, KEEP_ALL).await, 0);
    assert_eq!(expire(23, Retention { ended_jobs: 3, ..KEEP_ALL }).await, 1);
    assert_eq!(there().await, "waiting-234");
    assert_eq!(expire(23, Retention { document_bytes: 2999, ..KEEP_ALL }).await, 1);
    assert_eq!(there().await, "waiting--34");
    assert!(jobs.store.append("3", "rejected", &["\"水\"".repeat(100)]).await.unwrap());
    assert_eq!(expire(23, Retention { document_bytes: 2500, ..KEEP_ALL }).await, 0, "rows count by their bytes");
    jobs.store.append("4", "rejected", &["x".to_owned()]).await.unwrap();
    assert_eq!(expire(23, Retention { document_bytes: 2500, ..KEEP_ALL }).await, 1);
    assert_eq!(there().await, "waiting---4");
    assert_eq!(expire(24, KEEP_ALL).await, 1);
    assert_eq!(there().await, "waiting----", "a job that has not ended stays");
}

#[tokio::test]
async fn kept_jobs_stay_until_they_are_deleted_or_too_many() {
    let jobs = Jobs::new().await;
    for id in ["a", "b", "c"] {
        jobs.waiting(id).await;
        assert!(jobs.store.end(id, JobEnd::Kept, "{}", at(1)).await.unwrap());
        jobs.document(id, "d", &[0; 1000]).await;
    }
    for id in ["1", "2"] {
        jobs.ended(id).await;
        jobs.document(id, "d", &[0; 1000]).await;
    }
    let expire = async |keep| jobs.store.expire(at(24 * 365), &keep).await.unwrap();
    let there = async || {
        let page = jobs.store.jobs(JobKind::Import, 0, 10).await.unwrap();
        assert_eq!(page.total, page.jobs.len() as u64);
        page.jobs.into_iter().map(|job| job.id).collect::<String>()
    };
    assert_eq!(there().await, "21cba", "newest first");
    assert_eq!(jobs.store.expire(at(2), &Retention { document_bytes: 3000, ..KEEP_ALL }).await.unwrap(), 0, "each has its room");
    assert_eq!(expire(KEEP_ALL).await, 2, "the others expire");
    assert_eq!(there().await, "cba");
    let job = jobs.store.job("a").await.unwrap().unwrap();
    assert!(job.is_kept && job.state == JobState::Done);
    assert_eq!(expire(Retention { kept_jobs: 2, ..KEEP_ALL }).await, 1);
    assert_eq!(expire(Retention { document_bytes: 1999, ..KEEP_ALL }).await, 1);
    assert_eq!(there().await, "c");
    assert!(jobs.store.delete("c").await.unwrap() && there().await.is_empty());
}

#[tokio::test]
async fn a_list_of_jobs_is_read_in_pages_and_knows_no_other_kind() {
    let jobs = Jobs::new().await;
    for id in ["1", "2", "3", "4", "5"] {
        jobs.waiting(id).await;
    }
    jobs.store.create(&NewJob { kind: JobKind::Plan, ..job("p", "a") }, &LIMITS).await.unwrap();
    let page = async |offset, limit| {
        let page = jobs.store.jobs(JobKind::Import, offset, limit).await.unwrap();
        (page.jobs.into_iter().map(|job| job.id).collect::<String>(), page.total)
    };
    assert_eq!(page(0, 2).await, ("54".to_owned(), 5));
    assert_eq!(page(4, 2).await, ("1".to_owned(), 5));
    assert_eq!(page(9, 2).await, (String::new(), 5));
    assert_eq!(jobs.store.jobs(JobKind::Plan, 0, 9).await.unwrap().total, 1);
}

#[tokio::test]
async fn a_job_has_another_name_and_a_draft_that_nobody_overwrites_unseen() {
    let jobs = Jobs::new().await;
    jobs.waiting("a").await;
    assert!(jobs.store.rename("a", &"长".repeat(MAX_LABEL + 9)).await.unwrap() && !jobs.store.rename("b", "名").await.unwrap());
    let read = async || jobs.store.job("a").await.unwrap().unwrap();
    assert_eq!(read().await.label.chars().count(), MAX_LABEL);
    assert_eq!(read().await.draft, None);
    assert!(jobs.store.set_draft("a", None, Some("1")).await.unwrap());
    assert!(!jobs.store.set_draft("a", None, Some("2")).await.unwrap(), "it was changed meanwhile");
    assert!(!jobs.store.set_draft("b", None, Some("2")).await.unwrap());
    assert_eq!(read().await.draft.as_deref(), Some("1"));
    assert!(jobs.store.set_draft("a", Some("1"), None).await.unwrap());
    assert_eq!(read().await.draft, None);
}

/// The first version forgot plans after a while. Those that it still has are kept.
#[tokio::test]
async fn plans_of_the_first_version_are_kept() {
    use sqlx::Connection as _;
    let dir = TempDir::new().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.path().join(JOBS_FILE)).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    assert!(SCHEMA.advance(&mut connection, 0).await.is_ok_and(|is_advanced| is_advanced));
    for (id, kind, state) in [("p", "plan", "done"), ("f", "plan", "failed"), ("i", "import", "done")] {
        let insert = "INSERT INTO jobs (id, kind, label, owner, state, run, created_at, expires_at) \
             VALUES ($1, $2, '', '', $3, 'ended', '2026-11-26T00:00:00Z', '2026-11-27T00:00:00Z')";
        sqlx::query(insert).bind(id).bind(kind).bind(state).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    let store = JobStore::open(dir.path(), at(0)).await.unwrap();
    assert_eq!(store.expire(at(24 * 365), &KEEP_ALL).await.unwrap(), 2);
    assert!(store.job("p").await.unwrap().unwrap().is_kept);
}

#[tokio::test]
async fn no_byte_of_a_deleted_job_stays_in_any_file() {
    let jobs = Jobs::new().await;
    let secret = "张某13900001234".repeat(200);
    jobs.ended("a").await;
    jobs.document("a", "list.csv", &secret.as_bytes().repeat(700)).await;
    jobs.store.append("a", "rejected", std::slice::from_ref(&secret)).await.unwrap();
    assert!(jobs.is_on_disk("13900001234".as_bytes()));
    let size = || std::fs::metadata(jobs.dir.path().join(JOBS_FILE)).unwrap().len();
    assert_eq!(jobs.store.expire(at(24), &KEEP_ALL).await.unwrap(), 1);
    assert!(!jobs.is_on_disk("13900001234".as_bytes()));
    assert!(size() < 1 << 20, "the file shrinks");
}

#[tokio::test]
async fn jobs_of_a_server_that_ended_are_interrupted_and_those_of_a_living_one_are_not() {
    let jobs = Jobs::new().await;
    let second = JobStore::open(jobs.dir.path(), at(1)).await.unwrap();
    for id in ["runs", "waits"] {
        jobs.waiting(id).await;
    }
    jobs.store.begin("runs", at(1)).await.unwrap();
    jobs.ended("done").await;
    second.expire(at(2), &KEEP_ALL).await.unwrap();
    let third = JobStore::open(jobs.dir.path(), at(2)).await.unwrap();
    assert_eq!((jobs.state("runs").await, jobs.state("waits").await), (Some(JobState::Running), Some(JobState::Waiting)));
    drop(third);

    jobs.store.close().await;
    second.expire(at(3), &KEEP_ALL).await.unwrap();
    let state = async |id| second.job(id).await.unwrap().map(|job| (job.state, job.ended_at));
    assert_eq!(state("runs").await, Some((JobState::Interrupted, Some(at(3)))));
    assert_eq!(state("waits").await, Some((JobState::Interrupted, Some(at(3)))));
    assert_eq!(state("done").await, Some((JobState::Done, Some(at(1)))));
}

#[tokio::test]
async fn a_server_that_stops_says_what_it_leaves_undone() {
    let jobs = Jobs::new().await;
    let other = JobStore::open(jobs.dir.path(), at(0)).await.unwrap();
    other.create(&job("other", "o"), &LIMITS).await.unwrap();
    jobs.waiting("runs").await;
    jobs.waiting("waits").await;
    jobs.ended("done").await;
    jobs.store.begin("runs", at(1)).await.unwrap();
    let left = jobs.store.interrupt(at(2)).await.unwrap();
    let left: Vec<_> = left.iter().map(|job| (job.id.as_str(), job.state, job.ended_at)).collect();
    assert_eq!(left, ["runs", "waits"].map(|id| (id, JobState::Interrupted, Some(at(2)))));
    assert!(!jobs.store.end("runs", JobEnd::Done, "{}", at(3)).await.unwrap());
    assert_eq!(jobs.state("other").await, Some(JobState::Waiting));
    assert_eq!(jobs.store.interrupt(at(3)).await.unwrap(), []);
}

/// A process that is killed leaves its lock file, which nobody holds any more.
#[tokio::test]
async fn jobs_of_a_server_that_was_killed_are_interrupted_when_the_next_one_starts() {
    let jobs = Jobs::new().await;
    for (id, run) in [("a", "killed"), ("b", "removed")] {
        jobs.waiting(id).await;
        sqlx::query("UPDATE jobs SET run = $2 WHERE id = $1").bind(id).bind(run).execute(&jobs.store.writer).await.unwrap();
    }
    let lock = jobs.dir.path().join("jobs-killed.lock");
    std::fs::write(&lock, "").unwrap();
    let next = JobStore::open(jobs.dir.path(), at(1)).await.unwrap();
    for id in ["a", "b"] {
        assert_eq!(next.job(id).await.unwrap().unwrap().state, JobState::Interrupted);
    }
    assert!(!lock.exists());
}

#[tokio::test]
async fn what_cannot_be_used_is_set_aside_and_a_new_store_takes_its_place() {
    let jobs = Jobs::new().await;
    jobs.waiting("a").await;
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (999, 'later', 0, 1, x'00', 0)").execute(&jobs.store.writer).await.unwrap();
    jobs.store.close().await;
    let path = jobs.dir.path().join(JOBS_FILE);
    let newer = JobStore::open(jobs.dir.path(), at(1)).await.unwrap();
    assert_eq!(newer.job("a").await.unwrap(), None);
    newer.close().await;
    assert!(path.with_extension("db.newer").is_file());

    for rubbish in ["no database", &"no database ".repeat(10_000)] {
        std::fs::write(&path, rubbish).unwrap();
        JobStore::open(jobs.dir.path(), at(1)).await.unwrap().close().await;
        assert_eq!(std::fs::read_to_string(path.with_extension("db.damaged")).unwrap(), *rubbish);
    }
}

#[tokio::test]
async fn flipped_bits_never_keep_a_server_from_starting() {
    let jobs = Jobs::new().await;
    jobs.ended("a").await;
    jobs.store.append("a", "rejected", &["{}".to_owned()]).await.unwrap();
    jobs.document("a", "d", &[7; 10_000]).await;
    jobs.store.close().await;
    let whole = std::fs::read(jobs.dir.path().join(JOBS_FILE)).unwrap();
    let mut random = SplitMix64::new(13);
    for _ in 0..60 {
        let dir = TempDir::new().unwrap();
        let mut bytes = whole.clone();
        let at_bit = random.below(bytes.len() * 8);
        bytes[at_bit / 8] ^= 1 << (at_bit % 8);
        std::fs::write(dir.path().join(JOBS_FILE), bytes).unwrap();
        let store = JobStore::open(dir.path(), at(1)).await.unwrap_or_else(|error| panic!("bit {at_bit}: {error}"));
        // What is read may be damaged; it is an error then, not a panic.
        let _ = (store.job("a").await, store.page("a", "rejected", 0, 10).await, store.document("a", "d").await);
    }
}

#[tokio::test]
async fn every_file_is_private_and_a_temporary_store_goes_with_its_handle() {
    let jobs = Jobs::new().await;
    jobs.waiting("a").await;
    #[cfg(unix)]
    for file in std::fs::read_dir(jobs.dir.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
    let temporary = JobStore::temporary().await.unwrap();
    assert!(matches!(temporary.create(&job("a", "b"), &LIMITS).await.unwrap(), Admission::Admitted(_)));
    let path = temporary.path().to_owned();
    assert!(path.is_file());
    drop(temporary);
    assert!(!path.exists());
}

/// The server takes a temporary store instead, so it has to tell this from other errors.
#[test]
fn a_place_that_cannot_be_written_is_told_from_other_errors() {
    let path = Path::new("jobs.db");
    let fault = |kind: ErrorKind| job_file_fault(path, kind.into());
    for refused in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
        assert!(matches!(fault(refused), JobStoreError::ReadOnly { .. }));
    }
    assert!(matches!(fault(ErrorKind::StorageFull), JobStoreError::File { .. }));
}

#[tokio::test]
async fn migrations_lead_to_the_schema_that_is_expected() {
    schema::check(&SCHEMA, "jobs/migrations").await;
}
