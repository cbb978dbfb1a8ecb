//! Ranking passes over organizations, and needs for one organization, whose upper bound is too low. It must not miss any by that.

use qianshou::catalog::{Catalog, document};
use qianshou::generate::{Generator, Plan};
use qianshou::reference::Reference;
use qianshou::score::{
    Feature, OneOrganization, OpenNeeds, Question, Ranked, RankedNeed, Scorer, ScoringContext, Weight, Weights,
};
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

#[test]
fn the_best_needs_of_an_organization_are_those_of_asking_every_need() {
    let generator = Generator::new(Plan { organizations: 500, projects: 6_000, needs: 80, seed: 11 });
    let catalog = catalog(&generator);
    let view = catalog.as_of(TODAY);
    let question = |need: &qianshou::domain::Need| Question::of_need(&catalog, need, need.record.normalized.clone());
    let questions: Vec<Question> = catalog.needs().map(|need| question(&need)).collect();
    let needs = OpenNeeds::new(&catalog, &view, questions.clone(), None).unwrap();
    let mut by_size: Vec<usize> = (0..catalog.organization_count()).collect();
    by_size.sort_by_key(|&at| std::cmp::Reverse(catalog.history(at).len()));
    let organizations: Vec<usize> = by_size.into_iter().step_by(17).collect();
    let default = qianshou::learn::RankingModel::default().weights;
    for (n, weights) in [default, odd_weights(1)].into_iter().enumerate() {
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &weights };
        let scorers: Vec<Scorer<'_>> = questions.iter().map(|it| Scorer::new(context, it.clone()).unwrap()).collect();
        for &organization in &organizations {
            let score = |(need, scorer): (usize, &Scorer<'_>)| RankedNeed { need, score: scorer.score(organization) };
            let mut all: Vec<RankedNeed> = scorers.iter().enumerate().map(score).collect();
            all.sort_by_key(|it| (std::cmp::Reverse(it.score), it.need));
            let one = OneOrganization::new(context, &needs, organization).unwrap();
            for top in [1, 10, 100] {
                let best = one.best(top, |_| true, || Ok::<_, qianshou_index::IndexError>(())).unwrap();
                assert_eq!(best, all[..top.min(all.len())], "weights {n}, first {top}, organization {organization}");
            }
        }
    }
}
