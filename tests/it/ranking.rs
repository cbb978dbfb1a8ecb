//! The contracts of the ranking.

use proptest::prelude::*;
use qianshou::app::{Answer, App};
use qianshou::domain::{FuzzyDate, Period};
use qianshou::explain::EvidenceStrength;
use qianshou::jobs::Cancellation;
use qianshou::request::Ask;
use qianshou::wire;

use crate::data::{Data, LOCAL, TODAY, fixture, lines, records, to_json, village_doctors};

fn question(text: &str) -> Ask {
    Ask { text: Some(text.to_owned()), top: Some(1000), ..Ask::default() }
}

/// An answer without the name of its snapshot, as bytes.
fn bytes(mut answer: Answer) -> String {
    answer.snapshot.clear();
    to_json(&wire::Answer::from(answer))
}

#[tokio::test]
async fn the_village_doctor_programme_is_found_before_its_claim() {
    let data = Data::demo().await;
    let answer = data.ask(&village_doctors());
    let place = answer.suggestions.iter().position(|it| it.name == "上海复星公益基金会").expect("it is suggested");
    assert_eq!(place + 1, 1, "{:?}", answer.suggestions.iter().map(|it| (&it.name, it.score)).collect::<Vec<_>>());
    let evidence: Vec<_> = answer.suggestions[place].parts.iter().flatten().flat_map(|part| &part.evidence).collect();
    assert!(evidence.iter().any(|it| it.project.as_str() == "seed-p04"));
    let shown = to_json(&wire::Answer::from(answer));
    assert!(!shown.contains("seed-p05"), "the claim of 2019-07-26 shows on 2019-07-01");
}

#[tokio::test]
async fn parts_sum_to_score() {
    let data = Data::demo().await;
    for text in App::DEMO_QUESTIONS.iter().chain(&["修路", "云南省学校", "德钦县"]) {
        let answer = data.ask(&question(text));
        assert!(!answer.suggestions.is_empty());
        for it in &answer.suggestions {
            assert_eq!(it.parts.iter().flatten().map(|part| part.points).sum::<i64>(), it.score, "{text}: {}", it.name);
        }
    }
}

#[tokio::test]
async fn order_is_total_and_thread_independent() {
    let data = Data::demo().await;
    for text in App::DEMO_QUESTIONS {
        let answers = [1, 2, 16].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| data.ask(&question(text)))
        });
        let keys: Vec<_> =
            answers[0].suggestions.iter().map(|it| (std::cmp::Reverse(it.score), it.organization.clone())).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{text}");
        let [one, two, sixteen] = answers.map(bytes);
        assert!(one == two && two == sixteen, "{text}");
    }
}

#[tokio::test]
async fn the_order_of_input_changes_nothing() {
    let names = ["organizations.jsonl", "projects.jsonl", "needs.jsonl", "claims.jsonl"];
    let straight = Data::with(&names.map(|name| (name, fixture(name)))).await;
    let turned = Data::with(&names.map(|name| {
        let mut records = records(name);
        records.reverse();
        let middle = records.len() / 3;
        records.rotate_left(middle);
        (name, lines(&records))
    }))
    .await;
    for text in App::DEMO_QUESTIONS {
        assert_eq!(bytes(straight.ask(&question(text))), bytes(turned.ask(&question(text))), "{text}");
    }
}

/// Public records as the demo imports them, without what only the fit needs.
fn public(name: &str) -> Vec<serde_json::Value> {
    let mut records = records(name);
    for fields in records.iter_mut().filter_map(serde_json::Value::as_object_mut) {
        fields.retain(|key, _| !["basis", "event", "record"].contains(&key.as_str()));
    }
    records
}

/// The records that are visible on the day, as files.
fn known_on(day: jiff::civil::Date) -> Vec<(&'static str, String)> {
    let visible = |record: &serde_json::Value| {
        let start = record["start"].as_str().map(str::to_owned);
        let year = match &record["year"] {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            number => Some(number.to_string()),
        };
        start.or(year).is_none_or(|text| text.parse::<Period>().unwrap().visible_from() <= day)
    };
    let claimed = |record: &serde_json::Value| record["at"].as_str().unwrap().parse::<FuzzyDate>().unwrap().latest() <= day;
    let keep = |name: &'static str, test: &dyn Fn(&serde_json::Value) -> bool| {
        let mut kept = records(name);
        kept.retain(|record| test(record));
        (name, lines(&kept))
    };
    let files = [
        ("public_organizations.jsonl", lines(&public("public_organizations.jsonl"))),
        keep("organizations.jsonl", &|_| true),
        keep("projects.jsonl", &visible),
        ("public_claims.jsonl", lines(&public("public_claims.jsonl").into_iter().filter(visible).collect::<Vec<_>>())),
        keep("needs.jsonl", &|_| true),
        keep("claims.jsonl", &claimed),
    ];
    files.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

#[tokio::test]
async fn nothing_after_as_of_is_visible() {
    let all = Data::demo().await;
    for day in ["2018-06-30", "2019-07-01", "2021-12-31"] {
        let then = Data::with(&known_on(day.parse().unwrap())).await;
        for text in App::DEMO_QUESTIONS {
            let ask = Ask { as_of: Some(day.to_owned()), ..question(text) };
            assert_eq!(bytes(all.ask(&ask)), bytes(then.ask(&ask)), "{day}: {text}");
        }
    }
}

#[tokio::test]
async fn totals_and_ends_that_came_later_are_not_known() {
    let organizations = r#"{"id": "a", "name": "甲基金会", "home_region": "上海市"}"#.to_owned();
    let project = |rest: &str| {
        format!(r#"{{"id": "p", "title": "果洛学校净水", "participants": ["甲基金会"], "regions": ["果洛州"], {rest}}}"#)
    };
    let accrued = project(r#""start": "2017", "end": "2019", "amount_yuan": 9000000"#);
    let longer = project(r#""start": "2017", "end": "2021""#);
    let files = |project: String| [("organizations.jsonl", organizations.clone()), ("projects.jsonl", project)];
    let (accrued, longer) = (Data::with(&files(accrued)).await, Data::with(&files(longer)).await);
    let ask = |day: &str| Ask { as_of: Some(day.to_owned()), ..question("果洛州学校净水设备，约20万元") };
    assert_eq!(bytes(accrued.ask(&ask("2018-01-01"))), bytes(longer.ask(&ask("2018-01-01"))));
    assert!(bytes(accrued.ask(&ask("2020-01-01"))).contains("9000000"));
    assert_ne!(bytes(accrued.ask(&ask("2020-01-01"))), bytes(longer.ask(&ask("2020-01-01"))));
}

#[tokio::test]
async fn an_organization_that_only_later_records_name_does_not_exist_yet() {
    let projects = [
        r#"{"id": "p", "title": "学校净水", "participants": ["早来的基金会"], "year": 2015}"#,
        r#"{"id": "q", "title": "学校净水", "participants": ["后来的基金会"], "end": "2025"}"#,
    ];
    let data = Data::with(&[("projects.jsonl", projects.join("\n"))]).await;
    let names = |day: &str| -> Vec<String> {
        let answer = data.ask(&Ask { as_of: Some(day.to_owned()), ..question("学校净水设备") });
        answer.suggestions.into_iter().map(|it| it.name).collect()
    };
    assert_eq!(names("2019-01-01"), ["早来的基金会"]);
    assert_eq!(names("2026-01-01").len(), 2);
}

#[tokio::test]
async fn two_names_of_one_organization_in_one_project_are_one_participation() {
    let project = r#"{"id": "p", "title": "学校净水设备", "participants": ["复星", "复星基金会"], "year": 2020}"#;
    let full = r#"{"id": "X", "name": "上海复星公益基金会", "aliases": ["复星", "复星基金会"]}"#;
    let data = Data::with(&[("projects.jsonl", project.to_owned()), ("organizations.jsonl", full.to_owned())]).await;
    let answer = data.ask(&question("学校净水设备"));
    assert_eq!(answer.suggestions.len(), 1);
    let evidence = &answer.suggestions[0].parts.as_ref().unwrap()[0].evidence;
    assert_eq!(evidence.iter().map(|it| it.project.as_str()).collect::<Vec<_>>(), ["p"]);
}

#[tokio::test]
async fn who_must_not_be_suggested_is_left_out_with_the_reason() {
    let data = Data::demo().await;
    let answer = data.ask(&question(App::DEMO_QUESTIONS[0]));
    for (limit, label) in [("blacklisted", "失信"), ("deregistered", "注销"), ("government", "党政机关")] {
        let left_out = &answer.left_out[limit];
        assert!(left_out.label.contains(label) && left_out.count >= 1, "{limit}");
        for out in &left_out.organizations {
            assert!(answer.suggestions.iter().all(|it| it.organization != out.organization), "{limit}: {}", out.name);
        }
    }
    let crowdfunding = data.ask(&question("为白血病患儿众筹医药费20万元"));
    assert!(crowdfunding.left_out.contains_key("no_public_fundraising"));
}

#[tokio::test]
async fn an_organization_without_a_record_for_the_need_is_marked_thin() {
    let data = Data::with(&[("organizations.jsonl", r#"{"id": "a", "name": "甲基金会"}"#.to_owned())]).await;
    let answer = data.ask(&question("德钦县乡村医生培训"));
    assert_eq!(answer.suggestions[0].evidence, EvidenceStrength::Thin);
}

#[tokio::test]
async fn a_wish_for_the_place_counts_where_there_is_no_history() {
    let organizations = [
        r#"{"id": "a", "name": "甲基金会"}"#,
        r#"{"id": "b", "name": "乙基金会", "willing_regions": ["迪庆州"]}"#,
        r#"{"id": "c", "name": "丙基金会", "willing_regions": ["德钦县"]}"#,
        r#"{"id": "d", "name": "丁基金会", "willing_regions": ["果洛州"]}"#,
    ];
    let data = Data::with(&[("organizations.jsonl", organizations.join("\n"))]).await;
    let answer = data.ask(&question("德钦县乡村医生培训"));
    let order: Vec<_> = answer.suggestions.iter().map(|it| it.organization.as_str()).collect();
    assert_eq!(order[..2], ["c", "b"]);
}

#[tokio::test]
async fn opportunities_and_suggestions_are_the_same_score() {
    let data = Data::demo().await;
    let found = data.opportunities("seed-o03", Some(5), true).unwrap();
    assert_eq!(found.opportunities.len(), 5);
    for it in &found.opportunities {
        let ask = Ask { need: Some(it.need.clone()), top: Some(1000), ..Ask::default() };
        let there = data.ask(&ask).suggestions.into_iter().find(|s| s.organization.as_str() == "seed-o03").unwrap();
        assert_eq!((there.score, there.parts), (it.score, it.parts.clone()), "{}", it.need);
    }
}

#[tokio::test]
async fn what_it_has_claimed_is_no_opportunity_and_a_name_of_two_asks_for_the_id() {
    let organizations = [
        r#"{"id": "a", "name": "净水基金会", "aliases": ["净水"]}"#,
        r#"{"id": "b", "name": "净水基金会"}"#,
        r#"{"id": "c", "name": "助学基金会"}"#,
    ];
    let needs = [
        r#"{"id": "n1", "title": "学校净水设备", "region": "德钦县", "amount_yuan": 300000}"#,
        r#"{"id": "n2", "title": "村小净水设备", "region": "德钦县", "amount_yuan": 300000}"#,
    ];
    let claims = [
        r#"{"id": "c1", "need": "n1", "organization": "a", "state": "applied", "at": "2019-06-01"}"#,
        r#"{"id": "c2", "need": "n2", "organization": "a", "state": "declined", "at": "2019-06-01"}"#,
        r#"{"id": "c3", "need": "n2", "organization": "c", "state": "applied", "at": "2030-06-01"}"#,
    ];
    let files = [("organizations.jsonl", &organizations[..]), ("needs.jsonl", &needs[..]), ("claims.jsonl", &claims[..])];
    let data = Data::with(&files.map(|(name, lines)| (name, lines.join("\n")))).await;
    let of = |organization: &str| {
        let found = data.opportunities(organization, None, false);
        found.map(|it| (it.opportunities.iter().map(|it| it.need.to_string()).collect::<Vec<_>>(), it.left_out))
    };
    let (open, left_out) = of("净水").unwrap();
    assert_eq!((open, left_out.into_iter().collect::<Vec<_>>()), (vec!["n2".to_owned()], vec![("已申请或认领", 1)]));
    assert_eq!(of("c").unwrap().0.len(), 2, "a claim of a later day");
    let message = of("净水基金会").unwrap_err().message;
    assert!(message.contains("a、b"), "{message}");
}

#[tokio::test]
async fn any_question_gets_an_answer_or_a_reason() {
    let data = Data::demo().await;
    let text = "(云南省|迪庆|海南|学校|乡村医生|饮水|约30万元|[a-z<&(]|[0-9]|众筹|，|\u{200b}){0,10}";
    let region = proptest::option::of("(迪庆|假县|海南|[a-z]{0,3})");
    proptest!(ProptestConfig::with_cases(30), |(text in text, region in region, top in 0..1200_usize)| {
        let ask = Ask { text: Some(text), region, top: Some(top), ..Ask::default() };
        match data.app.suggest(LOCAL, &ask, &Cancellation::never()) {
            Ok(answer) => {
                prop_assert_eq!(answer.as_of, TODAY);
                for it in &answer.suggestions {
                    prop_assert_eq!(it.parts.iter().flatten().map(|part| part.points).sum::<i64>(), it.score);
                    prop_assert!(it.parts.iter().flatten().all(|part| part.value.is_none_or(f64::is_finite)));
                }
            }
            Err(error) => prop_assert!(!error.message.is_empty()),
        }
    });
}
