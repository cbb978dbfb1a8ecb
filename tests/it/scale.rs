//! Ranking passes over organizations whose upper bound is too low. It must not miss any by that.

use qianshou::catalog::{Catalog, document};
use qianshou::generate::{Generator, Plan};
use qianshou::reference::Reference;
use qianshou::score::{Feature, Question, Ranked, Scorer, ScoringContext, Weight, Weights};
use qianshou::store::{Ledger, Numbered};
use qianshou_index::analyze::Segmenter;
use qianshou_index::writer::TextIndex;

use crate::data::{TODAY, needs_of};

fn catalog(generator: &Generator) -> Catalog {
    fn numbered<T>(records: impl Iterator<Item = T>) -> Vec<Numbered<T>> {
        (1..).zip(records).map(|(seq, value)| Numbered { seq, value }).collect()
    }
    let plan = generator.plan();
    let ledger = Ledger {
        organizations: numbered((0..plan.organizations).map(|k| generator.organization(k))),
        projects: numbered((0..plan.projects).map(|k| generator.project(k))),
        needs: numbered((0..plan.needs).map(|k| generator.need(k))),
        claims: numbered((0..plan.needs).flat_map(|k| generator.claims(k))),
        ..Ledger::default()
    };
    let documents: Vec<_> = ledger.projects.iter().map(|it| document(it.seq, &it.value)).collect();
    let text = TextIndex::in_memory(&documents, &Segmenter::embedded()).unwrap();
    Catalog::new(ledger, Reference::embedded(), text).unwrap()
}

/// Weights of both signs, different for each `n`.
fn odd_weights(n: usize) -> Weights {
    let mut k = 0;
    Weights::new([(); Feature::ALL.len()].map(|()| {
        k += 1;
        let per_unit = ((k * 7 + n * 5) % 11) as f64 / 4.0 - 1.0;
        Weight { per_unit, unknown: ((k + n) % 3) as f64 / 2.0 - 0.5 }
    }))
}

#[test]
fn the_first_are_those_of_sorting_all_whatever_the_weights() {
    let generator = Generator::new(Plan { organizations: 2_600, projects: 9_000, needs: 12, seed: 3 });
    let catalog = catalog(&generator);
    let view = catalog.as_of(TODAY);
    for (n, weights) in [Weights::hand_set(), odd_weights(0), odd_weights(1), odd_weights(2)].into_iter().enumerate() {
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &weights };
        let of_need = |need: &qianshou::domain::Need| {
            // A need without text, sum or place is asked as well.
            let mut question = Question::new(&catalog, &need.record, need.record.normalized.clone());
            match need.id.as_str().as_bytes().last().map(|digit| digit % 4) {
                Some(1) => question.topic.clear(),
                Some(2) => question.regions.clear(),
                _ => {}
            }
            Scorer::new(context, question).unwrap()
        };
        let scorers: Vec<Scorer<'_>> = needs_of(&catalog).iter().map(of_need).collect();
        for top in [1, 10, 700] {
            let all = Scorer::rank_all(&scorers, top);
            for (scorer, ranked) in scorers.iter().zip(all) {
                let score = |organization| scorer.ranked(organization, scorer.score(organization));
                let mut sorted: Vec<Ranked> = scorer.eligible().map(score).collect();
                sorted.sort_by(Ranked::order);
                assert_eq!(scorer.rank_of(sorted[30].organization), 31);
                sorted.truncate(top);
                assert_eq!(ranked, sorted, "weights {n}, first {top}");
                assert_eq!(scorer.rank(top), sorted);
                for it in ranked.iter().take(3) {
                    assert_eq!(scorer.parts(it.organization).iter().map(|part| part.points).sum::<i64>(), it.score);
                }
            }
        }
    }
}
