//! Measured: scoring every organization for one need whose texts have been searched (`Scorer::rank`), the same for a batch of
//! 100 needs (`Scorer::rank_all`), and publishing one claim (`Catalog::with_claims`, with the view of the day). Before that,
//! each once: generating, building the text index, the catalog and the view, and the memory that they keep.
//!
//! Peers in the same run: one pass on the same threads that reads the same columns and only sums them up (all fields of every
//! row, and the lists that the need asks for). Aim: at most 6 times as long. For the batch, the peer is scoring the same needs
//! one by one. Limit for publishing: 50 ms.
//!
//! Corpus: `corpus`, synthetic and seeded. The catalog itself counts the memory of columns; the memory of records is read from
//! `/proc`.
//!
//! Not measured: text search, understanding, evidence (see `suggest`), reading the ledger.

mod corpus;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use corpus::{Corpus, TODAY, is_test, median, question, time_each};
use criterion::{Criterion, criterion_group, criterion_main};
use qianshou::catalog::{Row, View};
use qianshou::domain::{Claim, ClaimId, ClaimState, NeedId, OrganizationId, Role};
use qianshou::score::{Scorer, ScoringContext, Weights};
use qianshou::store::{Changes, LedgerState, LedgerVersion, Stored};
use rayon::prelude::*;

/// Limits that are printed beside the measured values. No time is asserted.
const MOST_PASSES: f64 = 6.0;
const MOST_TO_PUBLISH: Duration = Duration::from_millis(50);

fn fields(row: &Row) -> f64 {
    let flags = u32::from(row.flags.any(u16::MAX)) + u32::from(row.home) + row.projects;
    let reach = u8::from(row.reach.national) + u8::from(row.reach.general);
    let floats = [
        row.popularity,
        row.idle_years,
        row.ln_sectored,
        row.ln_regioned,
        row.ln_grouped,
        row.ln_with_modes,
        row.contribution_mean,
        row.contribution_spread,
        row.contribution_freedom,
        row.ln_credible,
        row.ln_affordable,
        row.headroom,
        row.slots,
    ];
    f64::from(flags) + f64::from(reach) + f64::from(floats.iter().sum::<f32>())
}

/// One pass over everything that scoring reads.
fn read_only(view: &View, scorer: &Scorer<'_>) -> f64 {
    let rows: f64 = view.rows.chunks().par_iter().map(|chunk| chunk.iter().map(fields).sum::<f64>()).sum();
    let lists: Vec<_> = scorer.lists().collect();
    let entries = |list: &&[(u32, f32)]| list.iter().map(|&(at, mass)| f64::from(at) + f64::from(mass)).sum::<f64>();
    rows + lists.par_iter().map(entries).sum::<f64>()
}

fn score(criterion: &mut Criterion) {
    let corpus = Corpus::new();
    let catalog = &corpus.catalog;
    let view = catalog.as_of(TODAY);
    for (part, bytes) in catalog.memory(&view) {
        eprintln!("in memory: {part}: {:.1} MB", bytes as f64 / 1e6);
    }
    let weights = Weights::hand_set();
    let context = ScoringContext { catalog, view: &view, weights: &weights };
    let count = if is_test() { 4 } else { 100 };
    let scorers: Vec<_> =
        corpus.needs(count).iter().map(|need| Scorer::new(context, question(catalog, need)).expect("an index")).collect();
    let one_by_one: Vec<_> = scorers.iter().map(|scorer| scorer.rank(10)).collect();
    assert_eq!(Scorer::rank_all(&scorers, 10), one_by_one);

    let single = median(time_each(&scorers, |scorer| drop(black_box(scorer.rank(10)))));
    let pass = median(time_each(&scorers, |scorer| _ = black_box(read_only(&view, scorer))));
    let ratio = single.as_secs_f64() / pass.as_secs_f64();
    eprintln!("scoring: {single:?} a need, reading alone {pass:?}: {ratio:.2} times (aim: {MOST_PASSES})");
    let batch = median(time_each(&[(); 5], |()| drop(black_box(Scorer::rank_all(&scorers, 10))))) / count as u32;
    let share = batch.as_secs_f64() / single.as_secs_f64();
    eprintln!("batch of {count}: {batch:?} a need, {share:.2} of a single one");

    let claim = |n: usize| Claim {
        id: ClaimId::new(format!("new{n}")),
        need: NeedId::new(catalog.need_facts(n % catalog.need_count()).id()),
        organization: OrganizationId::new(catalog.organization_facts(n * 7919 % catalog.organization_count()).id()),
        amount: None,
        kind: None,
        role: Role::Lead,
        state: ClaimState::Confirmed,
        at: Some(TODAY),
        reason: None,
    };
    let next = catalog.claims.len() as u64 + 1;
    let version = LedgerVersion::from_stamp(catalog.version.stamp() + 1);
    let publish = |n: usize| {
        let claims = vec![Stored { seq: next, value: claim(n), body: Box::default() }];
        let changes = Changes { state: LedgerState { version, ..LedgerState::default() }, claims, ..Changes::default() };
        catalog.with(&changes, Arc::clone(&catalog.text)).expect("an index").finish(None, None)
    };
    assert_eq!(publish(1).claims.len(), catalog.claims.len() + 1);
    let published = median(time_each(&(0..20).collect::<Vec<_>>(), |&n| drop(black_box(publish(n)))));
    eprintln!("publishing one claim: {published:?} (limit: {MOST_TO_PUBLISH:?})");

    let mut group = criterion.benchmark_group(format!("{} organizations", catalog.organization_count()));
    group.sample_size(20);
    group.bench_function("score one need", |it| it.iter(|| black_box(&scorers[0]).rank(10)));
    group.bench_function("peer: read the same columns", |it| it.iter(|| read_only(&view, black_box(&scorers[0]))));
    group.bench_function("publish one claim", |it| it.iter(|| publish(black_box(3))));
    group.finish();
}

criterion_group!(benches, score);
criterion_main!(benches);
