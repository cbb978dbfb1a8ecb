//! One organization against many needs finds what asking each need finds.

use super::*;
use crate::score::{OneOrganization, OpenNeeds, RankedNeed};

/// Weights of both signs, different for each `n`.
fn odd_weights(n: u32) -> Weights {
    let mut k = n;
    Weights::new(Feature::ALL.map(|_| {
        k = k.wrapping_mul(2_654_435_761).wrapping_add(1);
        Weight { per_unit: f64::from(k >> 24) / 64.0 - 2.0, unknown: f64::from(k >> 16 & 255) / 256.0 - 0.5 }
    }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_best_needs_are_those_of_asking_every_need(
        organizations in prop::collection::vec(any::<u32>(), 1..8),
        projects in prop::collection::vec(any::<(u32, u32)>(), 0..16),
        questions in prop::collection::vec(any::<u32>(), 0..40),
        day in prop::sample::select(vec![DAY, date(1900, 1, 1), date(2020, 6, 30), date(9999, 12, 31)]),
        weights in prop::option::of(any::<u32>()),
        top in 0..45_usize,
    ) {
        let mut asked = Asked::new(world(&organizations, &projects), day);
        asked.weights = weights.map_or(asked.weights, odd_weights);
        let Asked { catalog, view, weights } = &asked;
        let scorers: Vec<Scorer<'_>> = questions.iter().map(|&it| asked.scorer(ask(catalog, it))).collect();
        let ask_all = || scorers.iter().map(|scorer| scorer.question().clone()).collect::<Vec<_>>();
        let some = OpenNeeds::new(catalog, view, ask_all().split_off(questions.len() / 2), None).unwrap();
        let needs = OpenNeeds::new(catalog, view, ask_all(), Some(&some)).unwrap();
        for it in 0..organizations.len() {
            let context = ScoringContext { catalog, view, weights };
            let one = OneOrganization::new(context, &needs, it).unwrap();
            let mut all = Vec::new();
            for (need, scorer) in scorers.iter().enumerate() {
                prop_assert_eq!(one.limit(need), scorer.limit(it));
                let (score, at_most) = (scorer.score(it), one.at_most(need, None, &mut Vec::new()));
                prop_assert!(at_most >= score, "{at_most} {:?}", scorer.parts(it));
                all.push(RankedNeed { need, score });
            }
            all.retain(|ranked| one.limit(ranked.need).is_none());
            all.sort_by_key(|ranked| (std::cmp::Reverse(ranked.score), ranked.need));
            all.truncate(top);
            let best = one.best(top, |need| one.limit(need).is_none(), || Ok::<_, qianshou_index::IndexError>(())).unwrap();
            prop_assert_eq!(best, all);
        }
    }
}
