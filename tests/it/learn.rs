//! Learning and replay: what they find, what they refuse, and that nothing after the day has an effect.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use qianshou::app::App;
use qianshou::error::Code;
use qianshou::export::{reliability_chart, replay_chart};
use qianshou::jobs::Cancellation;
use qianshou::learn::ModelFile;
use qianshou::replay::System;
use qianshou::request::Ask;
use qianshou::score::Feature;
use serde_json::{Value, json};

use crate::data::{Data, LOCAL, lines};

const SECTORS: [&str; 6] =
    ["EDU.grant", "EDU.facility", "EDU.quality", "EDU.teacher_training", "EDU.preschool", "EDU.vocational"];
const WORDS: [&str; 8] = ["晨光行动", "暖阳计划", "春风工程", "星火行动", "同心计划", "甘露工程", "远航行动", "微笑计划"];

/// Pseudo-random numbers, always the same.
struct Lots(u64);

impl Lots {
    fn below(&mut self, n: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n) as usize
    }
}

/// What decides which organization takes a project on.
#[derive(Clone, Copy, PartialEq)]
enum Decides {
    /// Each sector has its organization.
    Sector,
    /// Nothing.
    Chance,
}

fn organization(n: usize) -> String {
    format!("组织{n:03}")
}

/// A history of `projects` projects, each on its own day; `crowd` more organizations have no projects.
fn history(projects: usize, decides: Decides, seed: u64, crowd: usize) -> (Vec<Value>, Vec<Value>) {
    let mut lots = Lots(seed);
    // Names that share words with titles mislead weights that rely on names.
    let name = |n: usize| if n < SECTORS.len() { format!("{}促进社", WORDS[n]) } else { format!("{}社", organization(n)) };
    let organizations = (0..SECTORS.len() + crowd).map(|n| json!({"id": organization(n), "name": name(n)}));
    let first = date(2016, 1, 10);
    let made = (0..projects).map(|n| {
        let sector = lots.below(SECTORS.len() as u64);
        let chance = lots.below(SECTORS.len() as u64);
        let who = if decides == Decides::Sector { sector } else { chance };
        let start = first.checked_add(jiff::Span::new().days(n as i64 * 20)).unwrap();
        json!({
            "id": format!("p{n:03}"),
            "title": WORDS[lots.below(8)],
            "participants": [organization(who)],
            "sectors": [SECTORS[sector]],
            "start": start.to_string(),
            "end": start.to_string(),
            "amount_yuan": 10_000 * (1 + lots.below(50)),
        })
    });
    (organizations.collect(), made.collect())
}

async fn data(organizations: &[Value], projects: &[Value]) -> Data {
    Data::with(&[("organizations.jsonl", lines(organizations)), ("projects.jsonl", lines(projects))]).await
}

const LATER: Date = date(2023, 12, 31);

#[tokio::test]
async fn a_sector_that_decides_is_learned_and_beats_the_default_weights() {
    let (mut organizations, mut projects) = history(142, Decides::Sector, 7, 3);
    // Organizations whose names contain the place would be expected to take its needs on; here they never do.
    for (n, it) in organizations[SECTORS.len()..].iter_mut().enumerate() {
        it["name"] = json!(format!("果洛州爱心{n}社"));
    }
    projects.iter_mut().for_each(|it| it["regions"] = json!(["果洛州"]));
    let data = data(&organizations, &projects).await;
    let learned = data.app.learn(LOCAL, LATER, &|_| {}).unwrap();
    let held_back = learned.model.held_back.unwrap();
    assert!(learned.is_better, "{held_back:?}");
    assert!(held_back.learned.mrr > held_back.prior.mrr + 0.05, "{held_back:?}");
    assert!(held_back.needs >= 20 && learned.model.examples >= 90);
    assert!(learned.model.from < held_back.from && held_back.from < learned.model.to);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(5).build().unwrap();
    let again = pool.install(|| data.app.learn(LOCAL, LATER, &|_| {}).unwrap());
    assert_eq!(serde_json::to_string(&again.model).unwrap(), serde_json::to_string(&learned.model).unwrap());
}

/// A mere comparison of two means would accept the weights in every second history.
#[tokio::test]
async fn chance_is_not_learned() {
    for seed in [0, 1, 3] {
        let (organizations, projects) = history(50, Decides::Chance, seed, 0);
        let data = data(&organizations, &projects).await;
        let learned = data.app.learn(LOCAL, LATER, &|_| {}).unwrap();
        assert!(!learned.is_better, "{seed}: {:?}", learned.model.held_back);
    }
}

#[tokio::test]
async fn too_few_projects_are_no_ground_for_weights() {
    let (organizations, projects) = history(29, Decides::Sector, 7, 0);
    let data = data(&organizations, &projects).await;
    let refused = data.app.learn(LOCAL, LATER, &|_| {}).unwrap_err();
    assert!(refused.code == Code::TooLittleToLearn && refused.message.contains("只有29项"), "{refused}");
    // There are many projects, but all on one day, so that none is earlier than another.
    let same: Vec<Value> = history(60, Decides::Sector, 7, 0)
        .1
        .into_iter()
        .map(|mut it| {
            it["start"] = json!("2020-05-05");
            it["end"] = json!("2020-05-05");
            it
        })
        .collect();
    let data = Data::with(&[("projects.jsonl", lines(&same))]).await;
    let refused = data.app.learn(LOCAL, LATER, &|_| {}).unwrap_err();
    assert!(refused.code == Code::TooLittleToLearn && refused.message.contains("只有60项"), "{refused}");
}

/// The day between what is known and what came later.
const CUT: Date = date(2017, 11, 5);

/// The same history three times: as it is, without anything after the day, and with everything after the day changed, with
/// participants who are in no register. Registers have no dates, so they stay.
fn worlds() -> Vec<(Vec<Value>, Vec<Value>)> {
    let (organizations, mut projects) = history(55, Decides::Sector, 11, 119);
    // This project is running on the day: its end and its sums came later.
    projects[20]["end"] = json!("2020-03");
    projects[20]["amount_yuan"] = json!(7_770_000);
    projects.push(json!({"id": "old", "title": "学校净水", "participants": ["无名公益社"]}));
    let is_later = |project: &Value| project["start"].as_str().is_some_and(|start| start.parse::<Date>().unwrap() > CUT);
    let known: Vec<Value> = projects.iter().filter(|it| !is_later(it)).cloned().collect();
    assert!(known.len() > 32 && projects.len() - known.len() > 20);
    let mut changed: Vec<Value> = projects.iter().rev().cloned().collect();
    for (n, project) in changed.iter_mut().enumerate().filter(|(_, project)| is_later(project)) {
        project["id"] = json!(format!("a{n}"));
        project["title"] = json!(format!("{}培训乡村医生", WORDS[n % 8]));
        project["participants"] = json!([format!("一家后来的基金会{}", n % 9), organization(n % 6)]);
        project["sectors"] = json!(["MED.village_doctor"]);
        project["regions"] = json!(["德钦县"]);
    }
    let running = changed.iter_mut().find(|it| it["id"] == "p020").unwrap();
    running["end"] = json!("2021");
    running["amount_yuan"] = json!(3);
    vec![(organizations.clone(), projects), (organizations.clone(), known), (organizations, changed)]
}

#[tokio::test]
async fn what_came_later_is_not_learned_from() {
    let mut models = Vec::new();
    for (organizations, projects) in worlds() {
        let model = data(&organizations, &projects).await.app.learn(LOCAL, CUT, &|_| {}).unwrap().model;
        models.push(serde_json::to_value(&model).unwrap());
    }
    assert_eq!(models[0], models[1], "removed");
    assert_eq!(models[0], models[2], "changed");
}

#[tokio::test]
async fn what_came_later_is_not_replayed() {
    let mut replays = Vec::new();
    for (organizations, mut projects) in worlds() {
        // A replayed need asks for the final sum of its project, whenever that was reported.
        projects.iter_mut().filter(|it| it["id"] == "p020").for_each(|it| it["amount_yuan"] = json!(3));
        let data = data(&organizations, &projects).await;
        let replay = data.app.replay(LOCAL, date(2016, 9, 1), CUT, true, &|_, _| {}).unwrap();
        assert!(replay.needs > 15);
        replays.push(serde_json::to_value(&replay).unwrap());
    }
    assert_eq!(replays[0], replays[1], "removed");
    assert_eq!(replays[0], replays[2], "changed");
}

/// Asks for each need of the history again, one by one, and returns the ranks of the organizations that took it on.
fn asked_again(app: &App, projects: &[Value], from: Date, to: Date) -> Vec<Vec<Option<usize>>> {
    let mut places = Vec::new();
    for project in projects {
        let Some(start) = project["start"].as_str() else { continue };
        let begun = start.parse::<Date>().unwrap();
        if !(from..=to).contains(&begun) {
            continue;
        }
        let day = begun.yesterday().unwrap();
        let ask = Ask {
            text: Some(project["title"].as_str().unwrap().to_owned()),
            sector: Some(project["sectors"][0].as_str().unwrap().to_owned()),
            amount: Some(qianshou::request::AmountInput::Yuan(project["amount_yuan"].as_f64().unwrap())),
            as_of: Some(day.to_string()),
            top: Some(1000),
            explain: Some(false),
            ..Ask::default()
        };
        let answer = app.suggest(LOCAL, &ask, &Cancellation::never()).unwrap();
        let place = |who: &Value| {
            answer.suggestions.iter().find(|it| it.organization.as_str() == who.as_str().unwrap()).map(|it| it.rank)
        };
        places.push(project["participants"].as_array().unwrap().iter().map(place).collect());
    }
    places
}

#[tokio::test]
async fn a_replay_says_what_asking_each_need_again_says() {
    let (mut organizations, mut projects) = history(60, Decides::Sector, 3, 6);
    projects[40]["participants"] = json!([organization(0), organization(3)]);
    // This organization is not on record before its first project.
    organizations.retain(|it| it["id"] != organization(5));
    let data = data(&organizations, &projects).await;
    let (from, to) = (date(2017, 1, 1), date(2018, 12, 31));
    let replay = data.app.replay(LOCAL, from, to, true, &|_, _| {}).unwrap();
    let places = asked_again(&data.app, &projects, from, to);
    assert_eq!((replay.needs, replay.answers), (places.len(), places.iter().map(Vec::len).sum()));
    assert_eq!(replay.unknown_answers, places.iter().flatten().filter(|it| it.is_none()).count());
    let mean = |of: &dyn Fn(&[Option<usize>]) -> f64| places.iter().map(|it| of(it)).sum::<f64>() / places.len() as f64;
    let within = |places: &[Option<usize>], k: usize| places.iter().flatten().filter(|&&place| place <= k).count() as f64;
    let mrr = mean(&|places| places.iter().flatten().min().map_or(0.0, |&place| 1.0 / place as f64));
    let recall = |k: usize| mean(&|places| within(places, k) / places.len() as f64);
    let worth = |place: usize| 1.0 / (place as f64 + 1.0).log2();
    let ndcg = |k: usize| {
        mean(&|places| {
            let got: f64 = places.iter().flatten().filter(|&&place| place <= k).map(|&place| worth(place)).sum();
            got / (1..=places.len().min(k)).map(worth).sum::<f64>()
        })
    };
    let ours = &replay.systems[0];
    let pairs = [
        (ours.mrr.mean, mrr),
        (ours.recall5, recall(5)),
        (ours.recall10.mean, recall(10)),
        (ours.recall50, recall(50)),
        (ours.ndcg5, ndcg(5)),
        (ours.ndcg10, ndcg(10)),
    ];
    for (n, (said, counted)) in pairs.into_iter().enumerate() {
        assert!((said - counted).abs() < 1e-9, "figure {n}: {said}, counted {counted}");
    }
    assert!(mrr > 0.2 && mrr < 1.0, "a history that tells rankings apart: {mrr}");
    let systems: Vec<System> = replay.systems.iter().map(|it| it.system).collect();
    assert_eq!(systems, System::ALL);
    for it in &replay.systems {
        assert!(it.mrr.low <= it.mrr.mean && it.mrr.mean <= it.mrr.high, "{it:?}");
        assert!((ours.mrr.mean - it.mrr.mean - it.difference.mean).abs() < 1e-9, "{it:?}");
        assert!((0.0..=1.0).contains(&it.coverage) && (0.0..=1.0).contains(&it.gini), "{it:?}");
    }
    let alone: BTreeMap<&str, usize> = replay.slices.iter().map(|it| (it.label.as_str(), it.needs)).collect();
    assert_eq!(alone["单独认领"] + alone["联合认领"], replay.needs);
    assert_eq!(alone["地区：未说明"], replay.needs);
    let charts = [replay_chart(&replay), reliability_chart(&replay).unwrap()];
    for chart in &charts {
        assert!(chart.starts_with("<svg") || chart.starts_with("<?xml"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_history_is_replayed_or_has_no_needs(
        rows in prop::collection::vec((0..12_i32, any::<bool>(), any::<bool>(), 0..3_usize), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let projects: Vec<Value> = rows.iter().enumerate().map(|(n, &(year, has_region, has_amount, who))| {
            let mut project = json!({"id": format!("p{n}"), "title": "助学", "year": 2010 + year});
            if who > 0 { project["participants"] = json!([organization(who)]); }
            if has_region { project["regions"] = json!(["果洛州"]); }
            if has_amount { project["amount_yuan"] = json!(0); }
            project
        }).collect();
        let data = if projects.is_empty() { runtime.block_on(Data::empty()) } else {
            runtime.block_on(Data::with(&[("projects.jsonl", lines(&projects))]))
        };
        let replay = data.app.replay(LOCAL, date(2000, 1, 1), date(2030, 1, 1), true, &|_, _| {}).unwrap();
        let asked = rows.iter().filter(|row| row.3 > 0).count();
        prop_assert_eq!(replay.needs, asked);
        let shown = serde_json::to_string(&replay).unwrap();
        prop_assert!(!shown.contains("null"), "a number that is not finite: {}", shown);
        prop_assert_eq!(reliability_chart(&replay).is_some(), asked > 0 && replay.systems[0].coverage > 0.0);
    }
}

/// What is embedded is what `learn --public` writes: the weights in use follow from the claims that come with the program.
#[test]
fn the_default_weights_are_those_that_a_fit_to_the_public_claims_finds() {
    let model = ModelFile::embedded();
    let (embedded, found) = (model.weights().unwrap(), App::refit_public(model).unwrap());
    for feature in Feature::ALL {
        let [embedded, found] = [&embedded, &found].map(|weights| weights.weight(feature));
        // The fit stops within a small distance from the best weights, which another processor may reach from another side.
        assert!((embedded.per_unit - found.per_unit).abs() < 0.01, "{feature:?}: {embedded:?}, found {found:?}");
        assert_eq!(embedded.unknown, found.unknown, "{feature:?}");
    }
    let figures = model.cross_fitted.unwrap();
    assert!(figures.fitted.mrr > figures.hand_set.mrr && model.examples == crate::data::records("public_claims.jsonl").len());
    assert!(model.features.iter().filter(|it| it.standard_error.is_some()).count() >= 10);
}

/// The default weights are the prior of an office's own weights, and they have learned from the public claims already.
#[tokio::test]
async fn public_claims_on_record_do_not_count_twice() {
    let data = Data::demo().await;
    let refused = data.app.learn(LOCAL, crate::data::TODAY, &|_| {}).unwrap_err();
    assert_eq!(refused.code, Code::TooLittleToLearn);
    assert!(refused.message.contains("默认权重已经学过的公开案例"), "{refused}");
}

#[tokio::test]
async fn a_replay_says_what_the_default_weights_have_seen() {
    let data = Data::demo().await;
    let replay = |from, to| data.app.replay(LOCAL, from, to, false, &|_, _| {}).unwrap();
    let past = replay(date(2019, 1, 1), date(2019, 12, 31));
    assert!(past.is_default && past.has_seen_answers && past.seen_needs > 10, "{} of {}", past.seen_needs, past.needs);
    assert_eq!(past.seen_until, ModelFile::embedded().as_of);
    let later = replay(past.seen_until.tomorrow().unwrap(), date(2030, 12, 31));
    assert!(!later.has_seen_answers && later.seen_needs == 0);
    let groups = ["认领方：名称含需求地", "认领方：名称不含需求地"];
    let of = |label: &str| past.slices.iter().find(|slice| slice.label == label).map_or(0, |slice| slice.needs);
    assert_eq!(groups.map(of).iter().sum::<usize>(), past.needs, "local bodies and others apart");
    let claimants: u64 = past.fits.iter().map(|bin| bin.claimants).sum();
    assert!(claimants > 0 && past.fit_reliability.is_some());
}
