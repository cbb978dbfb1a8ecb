//! Measured: the first ten open needs for one organization, in process: the organization's own texts against those of all open
//! needs, bounds, and searches for the needs whose bound reaches the tenth. Organizations of every size are asked for. Before
//! that: the open needs prepared for all organizations, for the first time and once more after a write.
//!
//! Peer in the same run: every need asked by itself, as it is done for suggestions, over a sample of the needs. The first ten
//! must be the same (on the sample; `tests/it/scale.rs` compares all). Limits: 0.3 s with 10,000 open needs at 100,000
//! organizations and 500,000 projects, 1 s at ten times that.
//!
//! Corpus: `corpus`, synthetic and seeded, at a tenth, at half and at the whole of its size, so that the growth shows.
//!
//! Not measured: reading topics from the needs' texts, the Chinese sentences of the parts, HTTP.

mod corpus;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use corpus::{Corpus, TODAY, plan, print_quantiles, question, time_each, timed};
use qianshou::catalog::{Catalog, View};
use qianshou::generate::Plan;
use qianshou::learn::RankingModel;
use qianshou::score::{OneOrganization, OpenNeeds, Question, RankedNeed, Scorer, ScoringContext};
use rayon::prelude::*;

/// Needs that are asked one by one.
const SAMPLE: usize = 100;
const TOP: usize = 10;

fn best(context: ScoringContext<'_>, needs: &OpenNeeds, organization: usize) -> Vec<RankedNeed> {
    let one = OneOrganization::new(context, needs, organization).expect("a readable index");
    let is_within = |need| one.limit(need).is_none();
    one.best(TOP, is_within, || Ok::<_, qianshou_index::IndexError>(())).expect("a readable index")
}

/// The scores of some organizations for each need, every need asked by itself.
fn one_by_one(context: ScoringContext<'_>, questions: &[Question], organizations: &[usize]) -> Vec<Vec<i64>> {
    let ask = |question: &Question| {
        let scorer = Scorer::new(context, question.clone()).expect("a readable index");
        organizations.iter().map(|&it| if scorer.limit(it).is_none() { scorer.score(it) } else { i64::MIN }).collect()
    };
    questions.par_iter().map(ask).collect()
}

fn prepared(catalog: &Catalog, view: &View, questions: &[Question], earlier: Option<&OpenNeeds>) -> OpenNeeds {
    OpenNeeds::new(catalog, view, questions.to_vec(), earlier).expect("a readable index")
}

/// About 50 organizations, from those with the most projects to those without.
fn of_every_size(catalog: &Catalog) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..catalog.organization_count()).collect();
    by_size.sort_by_key(|&at| std::cmp::Reverse(catalog.history(at).len()));
    // Half of them from the few with many projects.
    let largest = by_size.iter().step_by((by_size.len() / 2500).max(1)).take(25);
    largest.chain(by_size.iter().step_by((by_size.len() / 25).max(1))).copied().collect()
}

fn measure(plan: Plan) {
    let corpus = Corpus::of(plan);
    let catalog = &corpus.catalog;
    let view: Arc<View> = catalog.as_of(TODAY);
    let weights = RankingModel::default().weights;
    let context = ScoringContext { catalog, view: &view, weights: &weights };
    let open: Vec<_> = catalog.needs().collect();
    let questions: Vec<Question> = timed("topics of all needs", || open.par_iter().map(|need| question(catalog, need)).collect());
    let first = timed("needs prepared", || prepared(catalog, &view, &questions, None));
    let needs = timed("needs prepared again", || prepared(catalog, &view, &questions, Some(&first)));
    let organizations = of_every_size(catalog);

    let sample = &questions[..questions.len().min(SAMPLE)];
    let few = prepared(catalog, &view, sample, None);
    let start = Instant::now();
    let scores = one_by_one(context, sample, &organizations);
    let each = start.elapsed().as_secs_f64() / sample.len() as f64;
    for (n, &organization) in organizations.iter().enumerate() {
        let scored = scores.iter().enumerate().map(|(need, scores)| RankedNeed { need, score: scores[n] });
        let mut all: Vec<RankedNeed> = scored.filter(|it| it.score > i64::MIN).collect();
        all.sort_by_key(|it| (std::cmp::Reverse(it.score), it.need));
        all.truncate(TOP);
        assert_eq!(best(context, &few, organization), all);
    }

    let mut times = time_each(&organizations, |&organization| drop(black_box(best(context, &needs, organization))));
    print_quantiles(&format!("first {TOP} of {} needs", questions.len()), &mut times);
    eprintln!("peer: every need asked: {:.1} s, by a sample of {}", each * questions.len() as f64, sample.len());
}

fn main() {
    let Plan { organizations, projects, needs, seed } = plan();
    for part in [10, 2, 1] {
        measure(Plan { organizations: organizations / part, projects: projects / part, needs: 2 * needs, seed });
    }
}
