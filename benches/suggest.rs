//! Measured: one need, from its text to ten explained suggestions, in process: understanding, votes of similar projects, all
//! features of every organization, parts and evidence of the first ten, and organizations that are left out. Every query is
//! another need of about 24 words. The median and the slow end of the times are printed. After that: one document, until it is
//! written and can be searched.
//!
//! Peer in the same run: Tantivy's `TopDocs(1000)` for the same words over the same index. The whole answer should be faster
//! than that search alone. Limits: p95 60 ms and p99 100 ms at national scale, 1 s for the document.
//!
//! Corpus: `corpus`, synthetic and seeded.
//!
//! Not measured: HTTP, the ledger, the Chinese sentences of the parts, several questions at once.

mod corpus;

use std::hint::black_box;
use std::time::Instant;

use corpus::{Corpus, TODAY, is_test, print_quantiles, question, time_each};
use criterion::{Criterion, criterion_group, criterion_main};
use qianshou::catalog::{Catalog, View, day_number};
use qianshou::domain::Need;
use qianshou::score::{Scorer, ScoringContext, Texts, Weights};
use qianshou_index::analyze::{RECALL, Segmenter, analyzers, terms};
use qianshou_index::schema::Document;
use std::sync::Arc;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, Searcher, Term};

/// The numeric part of an answer to the text of a need. Returns the number of suggestions.
fn answer(catalog: &Catalog, view: &Arc<View>, weights: &Weights, need: &Need) -> usize {
    let scorer = Scorer::new(ScoringContext { catalog, view, weights }, question(catalog, need)).expect("a readable index");
    let ranked = scorer.rank(10);
    for suggestion in &ranked {
        for part in &scorer.parts(suggestion.organization) {
            black_box(scorer.evidence(part.feature, suggestion.organization));
        }
        black_box(scorer.is_thin(suggestion.organization));
    }
    black_box(scorer.left_out());
    ranked.len()
}

/// The words of a need as a plain Tantivy query.
fn query(index: &Index, words: &[(String, u32)]) -> BooleanQuery {
    let field = index.schema().get_field("recall").expect("the field that is scored");
    let clause = |(word, _): &(String, u32)| -> (Occur, Box<dyn Query>) {
        (Occur::Should, Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)))
    };
    BooleanQuery::new(words.iter().map(clause).collect())
}

fn top_docs(searcher: &Searcher, query: &BooleanQuery) -> usize {
    searcher.search(query, &TopDocs::with_limit(1000).order_by_score()).expect("a readable index").len()
}

fn suggest(criterion: &mut Criterion) {
    let corpus = Corpus::new();
    let catalog = &corpus.catalog;
    let view = catalog.as_of(TODAY);
    let weights = Weights::hand_set();
    let needs = corpus.needs(if is_test() { 10 } else { 500 });
    let of = |need: &Need| answer(catalog, &view, &weights, need);
    assert_eq!(of(&needs[0]), 10);

    let index = Index::open_in_dir(&corpus.index_dir).expect("the index of the corpus");
    let searcher = index.reader().expect("a reader").searcher();
    let manager = analyzers(&Segmenter::embedded());
    let texts: Vec<_> = needs.iter().map(|need| question(catalog, need).topic).collect();
    let words: Vec<_> = texts.iter().map(|topic| terms(&manager, RECALL, topic)).collect();
    let queries: Vec<_> = words.iter().map(|words| query(&index, words)).collect();
    assert!(top_docs(&searcher, &queries[0]) > 0);
    let mean = words.iter().map(Vec::len).sum::<usize>() as f64 / words.len() as f64;
    eprintln!("{} queries of {mean:.1} words", words.len());

    // A few first, so that the pages of the index are in memory for both.
    time_each(&needs[..needs.len() / 10], |need| _ = black_box(of(need)));
    time_each(&queries[..needs.len() / 10], |query| _ = black_box(top_docs(&searcher, query)));
    let mut whole = time_each(&needs, |need| _ = black_box(of(need)));
    let today = day_number(TODAY);
    let mut text = time_each(&texts, |topic| drop(black_box(catalog.text.matches(topic, today, 1000))));
    let context = ScoringContext { catalog, view: &view, weights: &weights };
    let questions: Vec<_> = needs.iter().map(|need| question(catalog, need)).collect();
    let mut all_texts = time_each(&questions, |question| drop(black_box(Texts::search(context, question))));
    let scorers: Vec<_> = questions[..questions.len().min(50)]
        .iter()
        .map(|question| Scorer::new(context, question.clone()).expect("a readable index"))
        .collect();
    let mut prepare = time_each(&scorers, |scorer| {
        drop(black_box(Scorer::with_texts(context, scorer.question().clone(), Arc::clone(scorer.texts()))));
    });
    let mut rank = time_each(&scorers, |scorer| drop(black_box(scorer.rank(10))));
    let mut left_out = time_each(&scorers, |scorer| drop(black_box(scorer.left_out())));
    let mut peer = time_each(&queries, |query| _ = black_box(top_docs(&searcher, query)));
    print_quantiles("whole answer", &mut whole);
    print_quantiles("of that, search of texts", &mut all_texts);
    print_quantiles("of that, search of projects alone", &mut text);
    print_quantiles("of that, lists and tables", &mut prepare);
    print_quantiles("of that, ranking", &mut rank);
    print_quantiles("of that, who is left out", &mut left_out);
    print_quantiles("peer: TopDocs(1000)", &mut peer);

    let start = Instant::now();
    let document = Document { key: u64::MAX - 1, visible_from: 0, text: "乡村医生培训".to_owned() };
    corpus.index.write(&[document], 1).expect("a written document");
    let searcher_of_all = corpus.index.searcher().expect("a searcher");
    eprintln!("one document written and searchable: {:.3} s (limit: 1 s)", start.elapsed().as_secs_f64());
    assert!(searcher_of_all.find("乡村医生培训", today).expect("a readable index").contains(&(u64::MAX - 1)));

    let mut group = criterion.benchmark_group(format!("one need, {} organizations", catalog.organization_count()));
    group.sample_size(20);
    group.bench_function("whole answer", |it| it.iter(|| of(black_box(&needs[0]))));
    group.bench_function("peer: TopDocs(1000)", |it| it.iter(|| top_docs(&searcher, black_box(&queries[0]))));
    group.finish();
}

criterion_group!(benches, suggest);
criterion_main!(benches);
