//! Measured: an import of generated files into an empty data directory, as the command does it: opening the files, reading and
//! understanding every row, writing the ledger, and the last step, which brings index and catalog up to date. Rows a second of each
//! and the peak of resident memory before the last step and after it are printed, then how much more the largest size takes for
//! one row than the smallest. One file of 5,000 projects is also timed repeatedly.
//!
//! Peer in the same run: SQLite alone, which copies the same bodies with their ids out of the ledger into another file, in one
//! transaction.
//!
//! Corpus: `qianshou::generate`, seeded, in the sizes of `corpus`.
//!
//! Not measured: workbooks (see `text`), lists that change what is stored.

mod corpus;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use corpus::{is_test, peak_bytes, sizes};
use criterion::{Criterion, criterion_group, criterion_main};
use qianshou::app::{App, Reading};
use qianshou::clock::Clock;
use qianshou::domain::{EntityKind, Principal};
use qianshou::generate::{Generator, Plan, write};
use qianshou::ingest::Sources;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tempfile::TempDir;

fn forget_peak() {
    // Where this is not allowed, the peaks of later sizes include those of earlier ones.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// What one import took.
struct Took {
    rows: usize,
    opening: Duration,
    reading: Duration,
    writing: Duration,
    publishing: Duration,
    peaks: [u64; 2],
    bytes: u64,
}

async fn import(files: &[PathBuf], data: &Path) -> Took {
    let start = Instant::now();
    let mut sources = Sources::open(files, None).expect("generated files");
    let (opening, rows) = (start.elapsed(), sources.rows());
    let app = App::open(data, true, Clock::Fixed(corpus::TODAY)).await.expect("an empty data directory");
    let mut import = app.begin_import(Principal::LOCAL, None, Reading::default()).expect("no taxonomy");
    let (mut reading, mut writing) = (Duration::ZERO, Duration::ZERO);
    for file in sources.read() {
        let start = Instant::now();
        let read = import.read(&file.expect("a generated file"), &|_| {}).expect("rows without fault");
        reading += start.elapsed();
        let start = Instant::now();
        import.write(read, &|_| {}).await.expect("a ledger that can be written");
        writing += start.elapsed();
    }
    let (before, start) = (peak_bytes(), Instant::now());
    let report = import.finish(&|_| {}).await.expect("an index that can be written");
    assert!(report.files.iter().all(|file| file.stored));
    let publishing = start.elapsed();
    app.close().await;
    let bytes = std::fs::metadata(data.join("ledger.db")).map_or(0, |file| file.len());
    Took { rows, opening, reading, writing, publishing, peaks: [before, peak_bytes()], bytes }
}

/// Copies all bodies of a ledger into a new file and says how long that took.
async fn copy(ledger: &Path, to: &Path) -> Duration {
    let options = SqliteConnectOptions::new().filename(to).create_if_missing(true);
    let mut connection: SqliteConnection = options.connect().await.expect("a new file");
    let mut run = async |sql: String| {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect("plain SQL");
    };
    run("PRAGMA journal_mode = WAL".to_owned()).await;
    run(format!("ATTACH '{}' AS ledger", ledger.display())).await;
    let start = Instant::now();
    run("BEGIN".to_owned()).await;
    for kind in EntityKind::ALL {
        let name = kind.name();
        run(format!("CREATE TABLE main.{name} (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL)")).await;
        run(format!("INSERT INTO main.{name} SELECT seq, id, body FROM ledger.{name}")).await;
    }
    run("COMMIT".to_owned()).await;
    let took = start.elapsed();
    connection.close().await.expect("nothing is open");
    took
}

fn generated(plan: Plan, dir: &Path) -> Vec<PathBuf> {
    write(&Generator::new(plan), dir, &|_| {}).expect("generated files");
    vec![dir.to_owned()]
}

fn imports(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut a_row: Vec<(usize, f64)> = Vec::new();
    for plan in sizes() {
        let dir = TempDir::new().expect("a temporary directory");
        let files = generated(plan, &dir.path().join("files"));
        forget_peak();
        let data = dir.path().join("data");
        let took = runtime.block_on(import(&files, &data));
        let peer = runtime.block_on(copy(&data.join("ledger.db"), &dir.path().join("copy.db")));
        let rate = |time: Duration| took.rows as f64 / time.as_secs_f64();
        let whole = took.opening + took.reading + took.writing + took.publishing;
        eprintln!(
            "{} organizations, {} rows: {:.1} s, {:.0} rows/s",
            plan.organizations,
            took.rows,
            whole.as_secs_f64(),
            rate(whole)
        );
        for (what, time) in [
            ("opening the files", took.opening),
            ("reading and understanding", took.reading),
            ("writing the ledger", took.writing),
            ("index and catalog", took.publishing),
            ("peer: SQLite copies the bodies", peer),
        ] {
            eprintln!("  {what}: {:.2} s, {:.0} rows/s", time.as_secs_f64(), rate(time));
        }
        let [before, after] = took.peaks.map(|bytes| bytes >> 20);
        eprintln!("  peak of memory: {before} MB before index and catalog, {after} MB after; ledger {} MB", took.bytes >> 20);
        a_row.push((took.rows, whole.as_secs_f64() / took.rows as f64));
    }
    if let (Some(first), Some(last)) = (a_row.first(), a_row.last()) {
        eprintln!(
            "growth: {:.1} times the rows, {:.2} times the time of a row",
            last.0 as f64 / first.0 as f64,
            last.1 / first.1
        );
    }

    let dir = TempDir::new().expect("a temporary directory");
    let organizations = if is_test() { 10 } else { 1_000 };
    generated(Plan { organizations, projects: 5 * organizations, needs: 0, seed: 42 }, dir.path());
    let projects = [dir.path().join("projects-001.jsonl")];
    assert!(File::open(&projects[0]).is_ok());
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10);
    group.bench_function("a file of projects, into an empty data directory", |it| {
        it.iter_with_large_drop(|| {
            let data = TempDir::new().expect("a temporary directory");
            runtime.block_on(import(&projects, data.path()));
            data
        });
    });
    group.finish();
}

criterion_group!(benches, imports);
criterion_main!(benches);
