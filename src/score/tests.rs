//! The contracts of the scoring core, over small random catalogs.

mod one_organization;

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::feature::{self, DependsOn, Inputs};
use super::lists::Lists;
use super::{Feature, Limit, Question, Scorer, ScoringContext, Value, Weight, Weights};
use crate::catalog::tests::small::{Small, amount, claim, need, organization, place, project, row, sectors, yuan};
use crate::catalog::{CHUNK, Catalog, Row, View};
use crate::domain::{ClaimState, Money, OrganizationId, OrganizationKind, OrganizationStatus, Project, RegionCode};

const DAY: Date = date(2024, 6, 30);
const SECTORS: [&str; 5] = ["MED.village_doctor", "MED", "WAT.drinking", "EDU.grant", "EDU"];
const PLACES: [u32; 5] = [533_422, 533_400, 530_000, 632_600, 310_000];
const TITLES: [&str; 5] = ["乡村医生培训", "学校净水设备", "乡村学校助学金", "村医诊疗设备", "修路"];
const STARTS: [&str; 6] = ["2024-03", "2021", "2016", "1900", "2025", ""];

/// A project made from a number. Every kind of record, known and unknown, occurs.
fn made(id: &str, seed: u32, participants: &[&str]) -> Project {
    let pick = |of: u32, from: u32| ((seed / from) % of) as usize;
    let mut it = project(id, TITLES[pick(5, 1)], participants, STARTS[pick(6, 5)]);
    it.sectors = if pick(4, 30) == 0 { Vec::new() } else { sectors(&[SECTORS[pick(5, 120)]]) };
    it.regions = if pick(3, 600) == 0 { Vec::new() } else { vec![place(PLACES[pick(5, 1800)])] };
    it.amount = [None, amount(0.0), amount(5e4), amount(1e12), amount(3e6)][pick(5, 9000)].clone();
    it.groups = if pick(2, 45_000) == 0 { Vec::new() } else { vec!["student".to_owned()] };
    it.modes = if pick(2, 90_000) == 0 { Vec::new() } else { vec!["goods".to_owned()] };
    it
}

/// Organizations `o000`, `o001`, … and projects, all made from numbers.
fn world(organizations: &[u32], projects: &[(u32, u32)]) -> Catalog {
    let mut small = Small::default();
    for (n, &seed) in organizations.iter().enumerate() {
        let mut it = organization(&format!("o{n:03}"));
        let names =
            ["某净水协会", "云南乡村医生基金会", "上海慈善会", "", "中国教育发展基金会", "德钦县慈善会", "迪庆州第一中学基金会"];
        it.name = names[(seed % 7) as usize].to_owned();
        it.home_region = [None, Some(place(310_000)), Some(place(533_400))][(seed / 5 % 3) as usize].clone();
        it.budget = [None, Some(Money::ZERO), Some(yuan(1e5)), Some(Money::MAX)][(seed / 15 % 4) as usize];
        it.annual_spend = [None, Some(Money::ZERO), Some(yuan(2e7))][(seed / 60 % 3) as usize];
        it.max_projects = [None, Some(0), Some(5)][(seed / 180 % 3) as usize];
        it.willing_regions = if seed / 540 % 2 == 0 { Vec::new() } else { vec![place(533_422)] };
        it.scope = (seed / 1080 % 2 == 1).then(|| "资助乡村医生".to_owned());
        it.kind = if seed / 2160 % 7 == 1 { OrganizationKind::Government } else { OrganizationKind::Other };
        small.organizations.push(it);
    }
    let name = |n: u32| format!("o{:03}", n as usize % organizations.len().max(1));
    for (n, &(seed, who)) in projects.iter().enumerate() {
        let both = [name(who), name(who / 7)];
        let participants: Vec<&str> =
            both.iter().take(1 + (who % 3 == 0 && both[0] != both[1]) as usize).map(String::as_str).collect();
        small.projects.push(made(&format!("p{n:03}"), seed, &participants));
    }
    small.catalog()
}

fn ask(catalog: &Catalog, seed: u32) -> Question {
    let taxonomy = &catalog.reference.taxonomy;
    let pick = |of: u32, from: u32| ((seed / from) % of) as usize;
    let sector = sectors(&[SECTORS[pick(5, 1)]]).remove(0);
    Question {
        sectors: if pick(4, 5) == 0 { Vec::new() } else { vec![(taxonomy.sector(&sector.code).unwrap(), 1.0)] },
        regions: if pick(4, 20) == 0 { Vec::new() } else { vec![RegionCode::new(PLACES[pick(5, 80)]).unwrap()] },
        amount: [None, Some(yuan(0.01)), Some(yuan(3e5)), Some(Money::MAX)][pick(4, 400)],
        groups: if pick(2, 1600) == 0 { Vec::new() } else { vec![taxonomy.group("student").unwrap()] },
        modes: if pick(2, 3200) == 0 { Vec::new() } else { vec!["goods".to_owned()] },
        topic: if pick(5, 6400) == 0 { String::new() } else { TITLES[pick(5, 32_000)].to_owned() },
        homes: if pick(8, 160_000) == 0 { vec![RegionCode::new(PLACES[pick(5, 7)]).unwrap()] } else { Vec::new() },
        with_national: pick(9, 1_280_000) == 0,
        applicants: Vec::new(),
    }
}

struct Asked {
    catalog: Catalog,
    view: Arc<View>,
    weights: Weights,
}

/// Weights under which every feature speaks, and every unknown value.
fn every_feature_on() -> Weights {
    Weights::new(Feature::ALL.map(|feature| {
        let Weight { per_unit, unknown } = Weights::hand_set().weight(feature);
        Weight { per_unit: per_unit + 0.7, unknown: unknown + 0.3 }
    }))
}

impl Asked {
    fn new(catalog: Catalog, day: Date) -> Self {
        Self { view: catalog.as_of(day), catalog, weights: every_feature_on() }
    }

    fn scorer(&self, question: Question) -> Scorer<'_> {
        let Self { catalog, view, weights } = self;
        Scorer::new(ScoringContext { catalog, view, weights }, question).unwrap()
    }

    fn at(&self, id: &str) -> usize {
        self.catalog.organization(&OrganizationId::new(id)).unwrap()
    }
}

/// Every organization scored alone, best first.
fn one_by_one(scorer: &Scorer<'_>, organizations: usize) -> Vec<(usize, i64)> {
    let mut all: Vec<(usize, i64)> =
        (0..organizations).filter(|&it| scorer.limit(it).is_none()).map(|it| (it, scorer.score(it))).collect();
    all.sort_by_key(|&(organization, score)| (std::cmp::Reverse(score), scorer.catalog.id_order(organization)));
    all
}

fn ranked(ranking: &[super::Ranked]) -> Vec<(usize, i64)> {
    ranking.iter().map(|it| (it.organization, it.score)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parts_sum_to_the_score_of_every_organization_and_keep_to_their_bounds(
        organizations in prop::collection::vec(any::<u32>(), 1..8),
        projects in prop::collection::vec(any::<(u32, u32)>(), 0..12),
        questions in prop::collection::vec(any::<u32>(), 1..4),
        day in prop::sample::select(vec![DAY, date(1900, 1, 1), date(2200, 12, 31), date(9999, 12, 31)]),
    ) {
        let asked = Asked::new(world(&organizations, &projects), day);
        for question in questions {
            let scorer = asked.scorer(ask(&asked.catalog, question));
            for it in 0..organizations.len() {
                let parts = scorer.parts(it);
                prop_assert_eq!(parts.iter().map(|part| part.points).sum::<i64>(), scorer.score(it));
                prop_assert_eq!(asked.weights.sum(&scorer.values(it)), scorer.score(it));
                for part in parts {
                    prop_assert!(part.feature.definition().allows(part.value), "{part:?}");
                }
            }
        }
    }

    /// The upper bound of a score relies on this.
    #[test]
    fn a_feature_depends_on_nothing_but_what_it_says(
        organizations in prop::collection::vec(any::<u32>(), 1..8),
        projects in prop::collection::vec(any::<(u32, u32)>(), 0..12),
        questions in prop::collection::vec(any::<u32>(), 2),
    ) {
        let asked = Asked::new(world(&organizations, &projects), DAY);
        let scorers: Vec<Scorer<'_>> = questions.iter().map(|&it| asked.scorer(ask(&asked.catalog, it))).collect();
        let unnamed = scorers.iter().map(|scorer| {
            let mut lists = Lists::default();
            let (texts, catalog, view) = (scorer.texts(), &asked.catalog, &asked.view);
            let inputs = Inputs { catalog, view, question: scorer.question(), votes: &texts.votes, own_words: &texts.own, one: None };
            (feature::Asked::new(&inputs, &mut lists), vec![0.0; lists.len()])
        });
        let unnamed: Vec<(feature::Asked, Vec<f32>)> = unnamed.collect();
        let blank = row(0);
        for row in asked.view.rows.iter() {
            for feature in Feature::ALL {
                let [one, other] = [0, 1].map(|n| unnamed[n].0.value(feature, row, &unnamed[n].1));
                match feature.definition().depends_on {
                    DependsOn::Row => prop_assert!(one == other, "{feature:?}: {one:?}, {other:?}"),
                    DependsOn::Home => {
                        let alike = Row { home: row.home, ..blank };
                        prop_assert_eq!(one, unnamed[0].0.value(feature, &alike, &unnamed[0].1), "{:?}", feature);
                    }
                    DependsOn::Purpose => {
                        let alike = Row { purpose: row.purpose, ..blank };
                        prop_assert_eq!(one, unnamed[0].0.value(feature, &alike, &unnamed[0].1), "{:?}", feature);
                    }
                    DependsOn::Need => {
                        prop_assert!(!matches!(one, Value::Known(value) if value > 1e-6), "{feature:?}: {one:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn ranking_many_needs_is_ranking_each_alone_and_each_organization_alone(
        organizations in prop::collection::vec(any::<u32>(), 1..12),
        projects in prop::collection::vec(any::<(u32, u32)>(), 0..12),
        questions in prop::collection::vec(any::<u32>(), 1..12),
        top in 0..14_usize,
    ) {
        let asked = Asked::new(world(&organizations, &projects), DAY);
        let scorers: Vec<Scorer<'_>> = questions.iter().map(|&it| asked.scorer(ask(&asked.catalog, it))).collect();
        let together = Scorer::rank_all(&scorers, top);
        prop_assert_eq!(together.len(), scorers.len());
        for (scorer, together) in scorers.iter().zip(together) {
            let mut alone = one_by_one(scorer, organizations.len());
            for (n, &(organization, _)) in alone.iter().enumerate() {
                prop_assert_eq!(scorer.rank_of(organization), n + 1);
            }
            alone.truncate(top);
            prop_assert_eq!(ranked(&scorer.rank(top)), alone.clone());
            prop_assert_eq!(ranked(&together), alone);
        }
    }

    /// Fixed are the background of all organizations and the statistics and results of the text search. The owner's row and
    /// masses include one more project in the need's own sector and place, with its sum, groups and modes, begun on the day.
    #[test]
    fn one_more_project_like_the_need_never_lowers_its_owners_score(
        organizations in prop::collection::vec(any::<u32>(), 1..4),
        projects in prop::collection::vec(any::<(u32, u32)>(), 0..12),
        question in any::<u32>(),
    ) {
        // What is unknown has fewer points than the least that is known, as in all weights that are used.
        let asked = Asked { weights: Weights::hand_set(), ..Asked::new(world(&organizations, &projects), DAY) };
        let taxonomy = &asked.catalog.reference.taxonomy;
        let scorer = asked.scorer(ask(&asked.catalog, question));
        let need = scorer.question();
        let mut more = project("more", "", &["o000"], "2024-06-30");
        more.sectors = need.sectors.iter().flat_map(|&(sector, _)| sectors(&[taxonomy.code(sector).as_str()])).collect();
        more.regions = need.regions.iter().map(|code| place(code.to_string().parse().unwrap())).collect();
        more.amount = need.amount.and_then(|it| amount(it.yuan()));
        more.groups = need.groups.iter().map(|&group| taxonomy.groups()[group].code.clone()).collect();
        more.modes.clone_from(&need.modes);
        let context = ScoringContext { catalog: &asked.catalog, view: &asked.view, weights: &asked.weights };
        for it in 0..organizations.len() {
            let what_if = asked.view.what_if(&asked.catalog, it, &more, 1);
            let with = Scorer::with_what_if(context, need.clone(), Arc::clone(scorer.texts()), Some(&what_if));
            prop_assert!(with.score(it) >= scorer.score(it), "{:?}\n{:?}", scorer.parts(it), with.parts(it));
            for other in (0..organizations.len()).filter(|&other| other != it) {
                prop_assert_eq!(with.score(other), scorer.score(other), "only its owner is concerned");
            }
        }
    }

    #[test]
    fn more_budget_never_lowers_headroom_or_capacity(fen in prop::collection::vec(0..Money::MAX.fen(), 2), taken in 0..1_000_000_000_i64, project in any::<u32>()) {
        let (less, more) = (fen[0].min(fen[1]), fen[0].max(fen[1]));
        let of = |budget: i64| {
            let mut small = Small { organizations: vec![organization("o000")], ..Small::default() };
            small.organizations[0].budget = Money::from_fen(budget);
            small.projects = vec![made("p", project, &["o000"])];
            small.needs = vec![need("n", "MED")];
            small.claims = vec![claim("n", "o000", ClaimState::Confirmed, date(2024, 2, 1))];
            small.claims[0].amount = Money::from_fen(taken);
            let asked = Asked::new(small.catalog(), DAY);
            let scorer = asked.scorer(Question { amount: Some(yuan(1e6)), ..Question::default() });
            let values = scorer.values(0);
            [Feature::Headroom, Feature::Capacity].map(|feature| match values[feature as usize] {
                Value::Known(value) => value,
                other => panic!("{other:?}"),
            })
        };
        let (low, high) = (of(less), of(more));
        prop_assert!(high[1] >= low[1], "{low:?} {high:?}");
        // A claim takes the same from both budgets. If both are overdrawn, nothing is left of either.
        prop_assert!(high[0] >= low[0] - 1e-6 || less <= taken, "{low:?} {high:?}");
    }

    /// Without contributions, a year's spending says how large they can be.
    #[test]
    fn more_spending_never_lowers_capacity(fen in prop::collection::vec(0..Money::MAX.fen(), 2)) {
        let of = |spend: i64| {
            let mut small = Small { organizations: vec![organization("o000")], ..Small::default() };
            small.organizations[0].annual_spend = Money::from_fen(spend);
            Asked::new(small.catalog(), DAY).view.rows[0].ln_affordable
        };
        prop_assert!(of(fen[0].max(fen[1])) >= of(fen[0].min(fen[1])));
    }
}

#[test]
fn blocks_and_threads_change_nothing() {
    let organizations: Vec<u32> = (0..2 * CHUNK as u32 + 300).map(|n| n.wrapping_mul(2_654_435_761)).collect();
    let projects: Vec<(u32, u32)> = (0..400_u32).map(|n| (n.wrapping_mul(40_503_077), n.wrapping_mul(7_919))).collect();
    let asked = Asked::new(world(&organizations, &projects), DAY);
    let questions: Vec<Question> = (0..20_u32).map(|n| ask(&asked.catalog, n.wrapping_mul(2_246_822_519))).collect();
    let rankings = [1, 2, 16].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let scorers: Vec<Scorer<'_>> = questions.iter().map(|it| asked.scorer(it.clone())).collect();
            Scorer::rank_all(&scorers, 50)
        })
    });
    assert!(rankings[0] == rankings[1] && rankings[1] == rankings[2]);
    for (question, together) in questions.iter().zip(&rankings[0]) {
        let mut alone = one_by_one(&asked.scorer(question.clone()), organizations.len());
        alone.truncate(50);
        assert_eq!(ranked(together), alone);
    }
}

#[test]
fn a_branchs_project_counts_for_its_head_and_not_the_other_way_round() {
    let head = "甲乙慈善基金会";
    let branch = "甲乙慈善基金会丙专项基金";
    let mut small = Small { organizations: [head, branch].map(organization).to_vec(), ..Small::default() };
    small.projects = vec![
        Project { sectors: sectors(&["WAT.drinking"]), ..project("p1", "学校净水设备", &[branch], "2024-03") },
        Project { sectors: sectors(&["EDU"]), ..project("p2", "乡村学校助学金", &[head], "2019") },
    ];
    let asked = Asked::new(small.catalog(), DAY);
    let (head, branch) = (asked.at(head), asked.at(branch));
    let known = |topic: &str, sector: &str, feature: Feature, organization: usize| {
        let sector = asked.catalog.reference.taxonomy.sector(&crate::domain::SectorCode::new(sector)).unwrap();
        let question = Question { topic: topic.to_owned(), sectors: vec![(sector, 1.0)], ..Question::default() };
        match asked.scorer(question).values(organization)[feature as usize] {
            Value::Known(value) => value,
            other => panic!("{other:?}"),
        }
    };
    for feature in [Feature::TextVotes, Feature::BestPrecedent, Feature::Profile, Feature::SectorActivity] {
        assert!(known("净水设备", "WAT.drinking", feature, head) > 0.0, "{feature:?}");
        assert!(known("助学金", "EDU", feature, head) > 0.0, "{feature:?}");
        assert_eq!(known("助学金", "EDU", feature, branch), 0.0, "{feature:?}");
    }
    assert_eq!([head, branch].map(|it| asked.view.rows[it].projects), [2, 1]);
    // Under its own name the head last began something in 2019, which is at least four years ago.
    assert!(known("净水", "WAT", Feature::Recency, head) < 0.8_f64.ln());
    assert!(known("净水", "WAT", Feature::Recency, branch) > 2_f64.ln());
    assert_eq!([head, branch].map(|it| known("净水", "WAT", Feature::Branch, it)), [0.0, 1.0]);
}

#[test]
fn each_limit_leaves_out_and_nothing_else_does() {
    let mut small = Small::default();
    let ids =
        ["black", "gone", "office", "applicant", "not_health", "not_yunnan", "no_public", "spent", "full", "small_rest", "fine"];
    small.organizations = ids.map(organization).to_vec();
    let [black, gone, office, _applicant, not_health, not_yunnan, no_public, spent, full, small_rest, fine] =
        &mut small.organizations[..]
    else {
        panic!("eleven organizations")
    };
    black.status = OrganizationStatus::Blacklisted;
    gone.status = OrganizationStatus::Deregistered;
    office.kind = OrganizationKind::Government;
    not_health.excluded_sectors = vec![crate::domain::SectorCode::new("MED")];
    not_yunnan.excluded_regions = vec![place(530_000)];
    no_public.public_fundraising = Some(false);
    spent.budget = Some(yuan(1000.0));
    full.max_projects = Some(1);
    small_rest.budget = Some(yuan(1000.0));
    small_rest.min_ticket = Some(yuan(1001.0));
    fine.status = OrganizationStatus::Abnormal;
    small.needs = vec![need("n", "MED")];
    small.claims = ["spent", "full"].map(|it| claim("n", it, ClaimState::Confirmed, date(2024, 2, 1))).to_vec();
    small.claims[0].amount = Some(yuan(1000.0));
    let asked = Asked::new(small.catalog(), DAY);
    let taxonomy = &asked.catalog.reference.taxonomy;
    let medicine = taxonomy.sector(&crate::domain::SectorCode::new("MED.village_doctor")).unwrap();
    let question = Question {
        sectors: vec![(medicine, 1.0)],
        regions: vec![RegionCode::new(533_422).unwrap()],
        modes: vec!["crowdfunding".to_owned()],
        ..Question::default()
    };
    let question = question.asked_by(&asked.catalog, Some("applicant"));
    let scorer = asked.scorer(question);
    let expected = [
        ("black", Some(Limit::Blacklisted)),
        ("gone", Some(Limit::Deregistered)),
        ("office", Some(Limit::Government)),
        ("applicant", Some(Limit::Applicant)),
        ("not_health", Some(Limit::ExcludedSector)),
        ("not_yunnan", Some(Limit::ExcludedRegion)),
        ("no_public", Some(Limit::NoPublicFundraising)),
        ("spent", Some(Limit::NoBudget)),
        ("full", Some(Limit::NoSlot)),
        ("small_rest", Some(Limit::NoBudget)),
        ("fine", None),
    ];
    for (id, limit) in expected {
        assert_eq!(scorer.limit(asked.at(id)), limit, "{id}");
    }
    assert_eq!(ranked(&scorer.rank(10)).iter().map(|it| it.0).collect::<Vec<_>>(), [asked.at("fine")]);
    assert_eq!(scorer.left_out().values().map(Vec::len).sum::<usize>(), 10);
    // Another need, of another sector and place, in another year, is kept from three of them only.
    let next_year = Asked { view: asked.catalog.as_of(date(2025, 1, 1)), ..asked };
    let other = next_year.scorer(Question { regions: vec![RegionCode::new(632_600).unwrap()], ..Question::default() });
    let out: Vec<Limit> = other.left_out().into_keys().collect();
    assert_eq!(out, [Limit::Blacklisted, Limit::Deregistered, Limit::Government, Limit::NoBudget]);
    assert_eq!(other.limit(next_year.at("spent")), None, "a new year, a new budget");
}
