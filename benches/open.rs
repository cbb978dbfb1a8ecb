//! Measured: opening the catalog from the base on disk: columns mapped and compared with their checksums, claims read, lists of
//! what organizations state, and the view of a day; each step, at several sizes, with the growth from one size to the next. Then
//! folding a thousand written needs into a new base. The peak of resident memory is that of the whole bench, the making of the
//! corpus included.
//!
//! Peer in the same run: Tantivy opens the index of the same past projects.
//!
//! Corpus: `corpus`, synthetic and seeded, saved as a base once.
//!
//! Not measured: the ledger, the text searcher of ours, pages that are not in the cache of the system.

mod corpus;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use corpus::{Corpus, TODAY, median, peak_bytes, scratch, sizes, timed};
use criterion::{Criterion, criterion_group, criterion_main};
use qianshou::catalog::{BaseFiles, Catalog, Fingerprint, Searchers};
use qianshou::reference::Reference;
use qianshou::store::LedgerState;
use qianshou_index::analyze::Segmenter;
use tantivy::Index;

/// A corpus whose base lies on disk.
struct Opened {
    corpus: Corpus,
    files: BaseFiles,
    fingerprint: Fingerprint,
}

impl Opened {
    fn searchers(&self) -> Searchers {
        let catalog = &self.corpus.catalog;
        let [text, names, scopes] = [&catalog.text, &catalog.names, &catalog.scopes].map(Arc::clone);
        Searchers { text, names, scopes }
    }

    fn load(&self) -> Catalog {
        let found = self.files.find(&self.fingerprint).next().expect("a base on disk");
        let base = found.load(LedgerState::default()).expect("a sound base");
        base.into_catalog(Reference::embedded(), self.searchers()).expect("readable claims")
    }

    /// Opens and makes the view of the day: how long each takes.
    fn open(&self) -> [Duration; 2] {
        let start = Instant::now();
        let catalog = self.load();
        let opened = start.elapsed();
        black_box(catalog.as_of(TODAY));
        [opened, start.elapsed() - opened]
    }
}

fn open(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("open");
    group.sample_size(10);
    let mut before: Option<[Duration; 3]> = None;
    for plan in sizes() {
        let name = format!("{} organizations", plan.organizations);
        let corpus = Corpus::of(plan);
        let files = BaseFiles::inside(&scratch(&format!("open-{}", corpus.catalog.organization_count())));
        let fingerprint = Fingerprint::of(None, &Segmenter::embedded());
        timed("base saved", || {
            let writing = files.wait_to_write().expect("a directory to write in");
            drop(corpus.catalog.compacted(&writing, &fingerprint).expect("a written base"));
        });
        let opened = Opened { corpus, files, fingerprint };
        assert_eq!(opened.load().need_count(), opened.corpus.catalog.need_count());
        let times: Vec<[Duration; 2]> = (0..5).map(|_| opened.open()).collect();
        let [base, view] = [0, 1].map(|n: usize| median(times.iter().map(|it| it[n]).collect()));
        let peer = || Index::open_in_dir(&opened.corpus.index_dir).expect("the index").reader().expect("a reader").searcher();
        let start = Instant::now();
        black_box(peer());
        let now = [base, view, start.elapsed()];
        let growth = before.map(|before| [0, 1, 2].map(|n| now[n].as_secs_f64() / before[n].as_secs_f64()));
        let (files, bytes) = opened.files.on_disk();
        eprintln!("{name}: base {base:?}, view of the day {view:?}, peer (Tantivy opens the same texts) {:?}", now[2]);
        eprintln!("  growth {growth:.2?}; {files} files, {} MB; peak of memory {} MB", bytes >> 20, peak_bytes() >> 20);
        before = Some(now);
        group.bench_function(format!("{name}, base and view"), |it| it.iter(|| opened.open()));
        group.bench_function(format!("{name}, peer: Tantivy"), |it| it.iter(peer));
    }
    group.finish();
}

criterion_group!(benches, open);
criterion_main!(benches);
