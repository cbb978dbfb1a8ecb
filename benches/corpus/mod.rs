//! A synthetic country for the benches: organizations, past projects, needs and claims from `qianshou::generate`, made in the
//! process without a ledger. `QIANSHOU_BENCH_SCALE` sets the size: `national` is 1,000,000 organizations, 5,000,000 projects
//! and 100,000 needs; otherwise it is a twentieth of that. In test mode (`cargo bench -- --test`) it is tiny.
//!
//! The text index is kept in the target directory for the next run. All the rest is made anew.

#![allow(dead_code, reason = "each bench uses its part")]

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use qianshou::catalog::{Catalog, document};
use qianshou::domain::Need;
use qianshou::generate::{Generator, Plan};
use qianshou::reference::Reference;
use qianshou::score::Question;
use qianshou::store::{Ledger, LedgerVersion, Numbered};
use qianshou::understand::{Context, Understood, understand};
use qianshou_index::analyze::{RECALL, Segmenter, analyzers, terms};
use qianshou_index::writer::TextIndex;
use rayon::prelude::*;

/// The allocator that the program uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The day of every question: all projects are over by then.
pub(crate) const TODAY: Date = date(2026, 1, 1);
/// Words of a query, give or take three.
const TERMS: usize = 24;
/// Documents per write, and so the documents that are held as text at one time.
const BATCH: usize = 250_000;

pub(crate) struct Corpus {
    pub(crate) generator: Generator,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) index: TextIndex,
    pub(crate) index_dir: PathBuf,
}

/// True in test mode.
pub(crate) fn is_test() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

pub(crate) fn plan() -> Plan {
    let scale = std::env::var("QIANSHOU_BENCH_SCALE").unwrap_or_default();
    let (organizations, projects, needs) = match scale.as_str() {
        _ if is_test() => (2_500, 6_000, 500),
        "national" => (1_000_000, 5_000_000, 100_000),
        _ => (50_000, 250_000, 5_000),
    };
    Plan { organizations, projects, needs, seed: 42 }
}

/// Three sizes, each ten times the one before, for benches that show growth; the largest one only at national scale. Two tiny ones
/// in test mode.
pub(crate) fn sizes() -> Vec<Plan> {
    let organizations: &[usize] = match std::env::var("QIANSHOU_BENCH_SCALE").unwrap_or_default().as_str() {
        _ if is_test() => &[200, 1_000],
        "national" => &[10_000, 100_000, 1_000_000],
        _ => &[10_000, 100_000],
    };
    let plan = |&organizations: &usize| Plan { organizations, projects: 5 * organizations, needs: organizations / 10, seed: 42 };
    organizations.iter().map(plan).collect()
}

fn numbered<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<Numbered<T>> {
    (0..count).into_par_iter().map(|k| Numbered { seq: k as u64 + 1, value: make(k) }).collect()
}

/// Prints how long something took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = work();
    eprintln!("{what}: {:.2} s", start.elapsed().as_secs_f64());
    made
}

impl Corpus {
    pub(crate) fn new() -> Self {
        Self::of(plan())
    }

    pub(crate) fn of(plan: Plan) -> Self {
        eprintln!("corpus: {} organizations, {} projects, {} needs", plan.organizations, plan.projects, plan.needs);
        let generator = Generator::new(plan);
        let before = anonymous_bytes();
        let mut ledger = timed("generate", || Ledger {
            version: LedgerVersion::from_stamp(1),
            organizations: numbered(plan.organizations, |k| generator.organization(k)),
            projects: numbered(plan.projects, |k| generator.project(k)),
            needs: numbered(plan.needs, |k| generator.need(k)),
            ..Ledger::default()
        });
        let claims: Vec<_> = (0..plan.needs).into_par_iter().flat_map_iter(|k| generator.claims(k)).collect();
        ledger.claims = (1..).zip(claims).map(|(seq, value)| Numbered { seq, value }).collect();
        let records = anonymous_bytes().saturating_sub(before);
        let (index, index_dir) = text_index(&ledger);
        let searcher = timed("text searcher", || index.searcher().expect("a searcher"));
        let catalog = timed("catalog build", || Catalog::new(ledger, Reference::embedded(), searcher).expect("names in memory"));
        timed("view of the day", || catalog.as_of(TODAY));
        eprintln!(
            "resident: records {} MB, all of the catalog {} MB",
            records >> 20,
            anonymous_bytes().saturating_sub(before) >> 20
        );
        Self { generator, catalog: Arc::new(catalog), index, index_dir }
    }

    /// Needs whose topic has about [`TERMS`] different words, understood from their text alone.
    pub(crate) fn needs(&self, count: usize) -> Vec<Need> {
        let manager = analyzers(&Segmenter::embedded());
        let has_terms = |need: &Need| {
            let Understood { topic, .. } = read(&self.catalog, need);
            is_test() || terms(&manager, RECALL, &topic).len().abs_diff(TERMS) <= 3
        };
        let needs: Vec<Need> =
            (0..self.generator.plan().needs).map(|k| self.generator.need(k)).filter(has_terms).take(count).collect();
        assert_eq!(needs.len(), count, "not enough needs of {TERMS} words");
        let texts: HashSet<&str> = needs.iter().map(|need| need.record.normalized.as_str()).collect();
        assert!(texts.len() * 10 > count * 9, "most queries are different ones");
        needs
    }
}

/// What the text of a need says.
pub(crate) fn read(catalog: &Catalog, need: &Need) -> Understood {
    understand(&catalog.reference, None, &need.record.normalized, &Context { region: None, date: TODAY })
}

/// The question of the need's text.
pub(crate) fn question(catalog: &Catalog, need: &Need) -> Question {
    let Understood { record, topic } = read(catalog, need);
    Question::new(catalog, &record, topic)
}

fn text_index(ledger: &Ledger) -> (TextIndex, PathBuf) {
    let mut hasher = DefaultHasher::new();
    ledger.projects.iter().take(1000).for_each(|it| it.value.description.hash(&mut hasher));
    let name = format!("text-{}-{:016x}", ledger.projects.len(), hasher.finish());
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let segmenter = Segmenter::embedded();
    if let Ok(index) = TextIndex::open(&dir, &segmenter)
        && index.ledger_version().is_ok_and(|indexed| indexed >= ledger.version.stamp())
    {
        eprintln!("text index: as the last run left it");
        return (index, dir);
    }
    let index = TextIndex::create(&dir, &segmenter).expect("a text index");
    timed("text index build", || {
        let batches = ledger.projects.chunks(BATCH).collect::<Vec<_>>();
        for (n, batch) in (1..).zip(&batches) {
            let documents: Vec<_> = batch.par_iter().map(|it| document(it.seq, &it.value)).collect();
            index.write(&documents, if n == batches.len() { ledger.version.stamp() } else { 0 }).expect("a written text index");
        }
    });
    (index, dir)
}

/// Resident memory of this process without mapped files, where the operating system tells.
pub(crate) fn anonymous_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// The largest resident memory of this process so far, in bytes, where the operating system tells.
pub(crate) fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// A directory of the target directory for what a bench writes, emptied.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a directory of the target directory");
    dir
}

/// Sorts some times and prints their median, p95 and p99.
pub(crate) fn print_quantiles(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |q: f64| times[((times.len() as f64 * q).ceil() as usize).clamp(1, times.len()) - 1].as_secs_f64() * 1e3;
    eprintln!("{what}: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms of {}", at(0.5), at(0.95), at(0.99), times.len());
}

/// How long `work` takes for each item, one after another.
pub(crate) fn time_each<T>(items: &[T], mut work: impl FnMut(&T)) -> Vec<Duration> {
    let time = |item| {
        let start = Instant::now();
        work(item);
        start.elapsed()
    };
    items.iter().map(time).collect()
}

/// The median of some times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
