//! Measured: one record that is written, until it is part of the next answer: a need, an organization and a past project, each
//! laid over the catalog with the views that are open, and its texts committed to their indexes, at several sizes, with the growth
//! from one size to the next.
//!
//! Peer in the same run: Tantivy adds one document to the index of past projects and opens a searcher, by the same writer.
//!
//! Corpus: `corpus`, synthetic and seeded.
//!
//! Not measured: the ledger's own commit, HTTP, waiting for the disk (small writes of derived data do not wait for it).

mod corpus;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use corpus::{Corpus, TODAY, is_test, median, peak_bytes, print_quantiles, scratch, sizes, time_each};
use criterion::{Criterion, criterion_group, criterion_main};
use qianshou::catalog::{Catalog, document};
use qianshou::domain::{Need, Organization, Project};
use qianshou::store::{Changes, LedgerState, LedgerVersion, Stored};
use qianshou_index::analyze::Segmenter;
use qianshou_index::schema::Document;
use qianshou_index::writer::TextIndex;

/// A catalog with indexes that can be written.
struct Written {
    catalog: Arc<Catalog>,
    text: TextIndex,
    names: TextIndex,
    scopes: TextIndex,
}

impl Written {
    fn new(corpus: Corpus) -> Self {
        let dir = scratch("publish");
        let open = |name: &str| TextIndex::open(&dir.join(name), &Segmenter::embedded()).expect("an index");
        drop(corpus.catalog.as_of(TODAY));
        // A copy: the index of the corpus is kept for other runs.
        std::fs::create_dir(dir.join("text")).expect("a directory");
        for file in std::fs::read_dir(&corpus.index_dir).expect("the index").flatten() {
            std::fs::copy(file.path(), dir.join("text").join(file.file_name())).expect("a copied file");
        }
        Self { catalog: corpus.catalog, text: open("text"), names: open("names"), scopes: open("scopes") }
    }

    /// The catalog after `changes`, with their texts committed.
    fn publish(&self, mut changes: Changes) -> Catalog {
        let version = LedgerVersion::from_stamp(self.catalog.version.stamp() + 1);
        changes.state = LedgerState { version, ..LedgerState::default() };
        let mut text = Arc::clone(&self.catalog.text);
        if !changes.projects.is_empty() {
            let documents: Vec<Document> = changes.projects.iter().map(|it| document(it.seq, &it.value)).collect();
            self.text.write(&documents, 1).expect("a written index");
            text = Arc::new(self.text.searcher().expect("a searcher"));
        }
        let draft = self.catalog.with(&changes, text).expect("a readable index");
        for (index, changed) in [(&self.names, draft.names()), (&self.scopes, draft.scopes())] {
            if !changed.is_empty() {
                index.change(&changed.written, &changed.removed, 1).expect("a written index");
                black_box(index.searcher().expect("a searcher"));
            }
        }
        draft.finish(None, None)
    }

    fn need(&self, n: usize) -> Changes {
        let mut need: Need = Arc::unwrap_or_clone(self.catalog.need_record(n));
        need.id = qianshou::domain::NeedId::new(format!("new{n}"));
        Changes { needs: vec![stored(self.catalog.need_count(), need)], ..Changes::default() }
    }

    fn organization(&self, n: usize) -> Changes {
        let mut organization: Organization = Arc::unwrap_or_clone(self.catalog.organization_record(n));
        organization.id = qianshou::domain::OrganizationId::new(format!("new{n}"));
        organization.name = format!("{}（新{n}）", organization.name);
        Changes { organizations: vec![stored(self.catalog.organization_count(), organization)], ..Changes::default() }
    }

    fn project(&self, n: usize) -> Changes {
        let mut project: Project = Arc::unwrap_or_clone(self.catalog.project_record(n));
        project.id = qianshou::domain::ProjectId::new(format!("new{n}"));
        Changes { projects: vec![stored(self.catalog.project_count(), project)], ..Changes::default() }
    }
}

/// Makes a write out of the record with this position.
type Change = fn(&Written, usize) -> Changes;

/// The next record after `count` others.
fn stored<T>(count: usize, value: T) -> Stored<T> {
    Stored { seq: count as u64 + 1, value, body: Box::default() }
}

fn publish(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("publish");
    group.sample_size(10);
    let rounds: Vec<usize> = (0..if is_test() { 2 } else { 40 }).collect();
    let mut before: Option<Vec<Duration>> = None;
    for plan in sizes() {
        let name = format!("{} organizations", plan.organizations);
        let written = Written::new(Corpus::of(plan));
        let kinds: [(&str, Change); 3] =
            [("need", Written::need), ("organization", Written::organization), ("project", Written::project)];
        let mut now = Vec::new();
        for (kind, change) in kinds {
            let changes: Vec<Changes> = rounds.iter().map(|&n| change(&written, n)).collect();
            let mut times = time_each(&changes, |it| drop(black_box(written.publish(it.clone()))));
            print_quantiles(&format!("{name}, one {kind}"), &mut times);
            now.push(median(times));
            group.bench_function(format!("{name}, one {kind}"), |it| it.iter(|| written.publish(change(&written, 7))));
        }
        let one = |n: usize| {
            let document = Document { key: u64::MAX - n as u64, visible_from: 0, text: "乡村医生培训".to_owned() };
            written.text.write(&[document], 1).expect("a written index");
            written.text.searcher().expect("a searcher")
        };
        let mut times = time_each(&rounds, |&n| drop(black_box(one(n))));
        print_quantiles(&format!("{name}, peer: one document to Tantivy"), &mut times);
        now.push(median(times));
        let growth = before.map(|it| now.iter().zip(&it).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect::<Vec<_>>());
        eprintln!("{name}: growth of need, organization, project, peer: {growth:.2?}; peak of memory {} MB", peak_bytes() >> 20);
        before = Some(now);
    }
    group.finish();
}

criterion_group!(benches, publish);
criterion_main!(benches);
