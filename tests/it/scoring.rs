//! Promises of the scoring core, tested through whole answers.

use proptest::prelude::*;
use qianshou::app::{Answer, Suggestion};
use qianshou::explain::EvidenceStrength;
use qianshou::ingest::InputFile;
use qianshou::jobs::Cancellation;
use qianshou::request::Ask;
use qianshou::wire;
use serde_json::{Value, json};

use crate::data::{Data, LOCAL, fixture, lines, open_files, records, to_json};

fn question(text: &str) -> Ask {
    Ask { text: Some(text.to_owned()), top: Some(1000), ..Ask::default() }
}

fn find<'a>(answer: &'a Answer, id: &str) -> &'a Suggestion {
    answer.suggestions.iter().find(|it| it.organization.as_str() == id).unwrap_or_else(|| panic!("{id} is not suggested"))
}

fn points(suggestion: &Suggestion, feature: &str) -> i64 {
    part(suggestion, feature)["points"].as_i64().unwrap()
}

fn part(suggestion: &Suggestion, feature: &str) -> Value {
    let parts = serde_json::to_value(wire::Suggestion::from(suggestion.clone())).unwrap()["parts"].take();
    let found = parts.as_array().unwrap().iter().find(|it| it["feature"] == feature).cloned();
    found.unwrap_or_else(|| panic!("no part {feature}"))
}

fn needs_file(data: &Data, text: &str) -> InputFile {
    let path = data.file("asked_needs.csv", text);
    open_files(&[path], None).unwrap().remove(0)
}

#[tokio::test]
async fn a_list_of_needs_is_ranked_alike_on_any_number_of_threads_and_like_each_need_alone() {
    let data = Data::demo().await;
    let rows: Vec<String> =
        (0..70).map(|n| format!("n{n},{}项目{n},果洛州,{}", ["学校净水", "乡村医生培训", "助学"][n % 3], 3 + n)).collect();
    let file = needs_file(&data, &format!("需求编号,项目名称,需求地区,资金缺口(万元)\n{}\n", rows.join("\n")));
    let ask = Ask { top: Some(5), explain: Some(true), ..Ask::default() };
    let all = [1, 2, 16].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let lines = pool.install(|| data.app.suggest_needs(LOCAL, &file, &ask, false, &|| {}).unwrap());
        lines.into_iter().map(|line| to_json(&wire::BatchLine::from(line))).collect::<Vec<_>>()
    });
    assert_eq!(all[0].len(), 70);
    assert!(all[0] == all[1] && all[1] == all[2]);
    for n in [0, 31, 69] {
        let one = needs_file(&data, &format!("需求编号,项目名称,需求地区,资金缺口(万元)\n{}\n", rows[n]));
        let line = data.app.suggest_needs(LOCAL, &one, &ask, false, &|| {}).unwrap().remove(0);
        assert!(line.suggestions.len() == 5);
        assert_eq!(to_json(&wire::BatchLine::from(line)), all[0][n]);
    }
}

#[tokio::test]
async fn organizations_without_history_rank_by_name_scope_home_counterpart_and_size_and_it_is_said() {
    let organizations = [
        json!({"id": "plain", "name": "甲社"}),
        json!({"id": "name", "name": "乡村医生培训社"}),
        json!({"id": "scope", "name": "丙社", "scope": "资助乡村医生培训"}),
        json!({"id": "home", "name": "丁社", "home_region": "云南省迪庆州德钦县"}),
        json!({"id": "counterpart", "name": "戊社", "home_region": "上海市"}),
        json!({"id": "size", "name": "己社", "annual_spend": 2_000_000}),
        json!({"id": "small", "name": "庚社", "annual_spend": 1000}),
    ];
    let data = Data::with(&[("organizations.jsonl", lines(&organizations))]).await;
    let ask = Ask { as_of: Some("2019-07-01".to_owned()), ..question("德钦县乡村医生培训，需要30万元") };
    let answer = data.ask(&ask);
    assert_eq!(answer.suggestions.len(), 7);
    for (id, feature) in
        [("name", "name_match"), ("scope", "scope"), ("home", "home"), ("counterpart", "counterpart"), ("size", "capacity")]
    {
        let (own, plain) = (find(&answer, id), find(&answer, "plain"));
        assert!(points(own, feature) > points(plain, feature), "{id}");
        assert!(own.score > plain.score && own.rank < plain.rank, "{id}");
    }
    assert!(find(&answer, "small").score < find(&answer, "size").score);
    for it in &answer.suggestions {
        assert_eq!(it.evidence, EvidenceStrength::Thin, "{}", it.name);
        let newcomer = part(it, "newcomer");
        assert!(newcomer["value"] == 1.0 && newcomer["reason"].as_str().unwrap().contains("往期项目不足两个"), "{newcomer}");
    }
}

#[tokio::test]
async fn a_decline_costs_little_passes_and_stays_in_its_sector() {
    let organizations = json!({"id": "o", "name": "甲基金会"}).to_string();
    let needs: Vec<Value> =
        (0..4).map(|n| json!({"id": format!("n{n}"), "title": "乡村医生培训", "sector": "MED.village_doctor"})).collect();
    let claims = |count: usize| {
        let claim = |n: usize| json!({"need": format!("n{n}"), "organization": "o", "state": "declined", "at": "2024-07-01"});
        lines(&(0..count).map(claim).collect::<Vec<_>>())
    };
    let with = async |count: usize| {
        let files =
            [("organizations.jsonl", organizations.clone()), ("needs.jsonl", lines(&needs)), ("claims.jsonl", claims(count))];
        Data::with(&files[..if count > 0 { 3 } else { 2 }]).await
    };
    let score = |data: &Data, sector: &str, day: &str| {
        let ask = Ask { sector: Some(sector.to_owned()), as_of: Some(day.to_owned()), ..question("需要帮助") };
        find(&data.ask(&ask), "o").score
    };
    let (none, one, four) = (with(0).await, with(1).await, with(4).await);
    let lost = |data: &Data, sector: &str, day: &str| score(&none, sector, day) - score(data, sector, day);
    assert_eq!(lost(&one, "MED", "2024-07-01"), 30);
    assert_eq!(lost(&one, "MED", "2025-07-01"), 15);
    assert_eq!(lost(&one, "MED", "2034-07-01"), 0);
    assert_eq!(lost(&one, "MED", "2024-06-30"), 0, "before it was declined");
    assert_eq!(lost(&four, "MED.equipment", "2024-07-01"), 60, "never more");
    assert_eq!(lost(&four, "EDU", "2024-07-01"), 0);
}

#[tokio::test]
async fn an_abnormal_standing_is_a_warning_and_no_limit() {
    let organizations = [json!({"id": "a", "name": "甲社", "status": "异常名录"}), json!({"id": "b", "name": "乙社"})];
    let data = Data::with(&[("organizations.jsonl", lines(&organizations))]).await;
    let answer = data.ask(&question("乡村医生培训"));
    assert_eq!(find(&answer, "a").score, find(&answer, "b").score);
    assert!(find(&answer, "a").warnings.iter().any(|it| it.contains("异常名录")));
    assert!(find(&answer, "b").warnings.is_empty() && answer.left_out.is_empty());
}

#[tokio::test]
async fn each_limit_leaves_out_with_its_reason() {
    let organizations = [
        json!({"id": "sector", "name": "甲社", "excluded_sectors": ["MED"]}),
        json!({"id": "region", "name": "乙社", "excluded_regions": ["云南省"]}),
        json!({"id": "public", "name": "丙社", "public_fundraising": false}),
        json!({"id": "budget", "name": "丁社", "budget": 0}),
        json!({"id": "slot", "name": "戊社", "max_projects": 0}),
        json!({"id": "fine", "name": "己社"}),
    ];
    let data = Data::with(&[("organizations.jsonl", lines(&organizations))]).await;
    let ask = Ask { sector: Some("MED".to_owned()), ..question("德钦县乡村医生众筹培训费20万元") };
    let answer = data.ask(&ask);
    let out: Vec<(&str, &str, &str)> = answer
        .left_out
        .iter()
        .flat_map(|(limit, out)| out.organizations.iter().map(|it| (*limit, out.label, it.organization.as_str())))
        .collect();
    assert_eq!(
        out,
        [
            ("excluded_region", "声明不参与该地区", "region"),
            ("excluded_sector", "声明不参与该领域", "sector"),
            ("no_budget", "本年度预算已用完或低于单笔下限", "budget"),
            ("no_public_fundraising", "需要公开募捐，但没有公开募捐资格", "public"),
            ("no_slot", "本年度认领数已达上限", "slot"),
        ]
    );
    assert_eq!(answer.suggestions.len(), 1);
}

#[tokio::test]
async fn the_order_of_files_and_rows_changes_no_answer_no_list_and_no_opportunity() {
    let extra = [
        json!({"id": "x-head", "name": "甲乙慈善基金会", "budget": 500_000, "max_projects": 3}),
        json!({"id": "x-branch", "name": "甲乙慈善基金会丙专项基金"}),
    ];
    let projects = [
        json!({"id": "x-p1", "title": "学校净水设备", "participants": ["甲乙慈善基金会丙专项基金", "未登记的公益社"], "year": 2018}),
        json!({"id": "x-p2", "title": "学校净水设备", "participants": ["未登记的公益社"], "start": "2017", "end": "2030"}),
        json!({"id": "x-p3", "title": "村医培训", "participants": ["x-head"]}),
    ];
    let claims = ["declined", "confirmed", "cancelled"]
        .map(|state| json!({"id": state, "need": "demo-n01", "organization": "x-head", "state": state, "at": "2026-02-01", "amount_yuan": 1000}));
    let files = |turned: bool| -> Vec<(&'static str, String)> {
        let all =
            [("organizations.jsonl", &extra[..]), ("projects.jsonl", &projects), ("needs.jsonl", &[]), ("claims.jsonl", &claims)];
        all.map(|(name, extra)| {
            let mut all = [&records(name)[..], extra].concat();
            if turned {
                all.reverse();
                let middle = all.len() / 3;
                all.rotate_left(middle);
            }
            (name, lines(&all))
        })
        .to_vec()
    };
    let (straight, turned) = (Data::with(&files(false)).await, Data::with(&files(true)).await);
    let shown = |data: &Data| {
        let mut all = Vec::new();
        for text in ["果洛州学校净水设备，约20万元", "德钦县乡村医生培训", "需要帮助"] {
            let mut answer = data.ask(&question(text));
            answer.snapshot.clear();
            all.push(to_json(&wire::Answer::from(answer)));
        }
        let file = needs_file(data, "项目名称,需求地区\n学校净水,果洛州\n乡村医生培训,德钦县\n");
        let lines = data.app.suggest_needs(LOCAL, &file, &Ask::default(), false, &|| {}).unwrap();
        all.extend(lines.into_iter().map(|line| to_json(&wire::BatchLine::from(line))));
        let mut opportunities = data.opportunities("x-head", Some(20), true).unwrap();
        opportunities.snapshot.clear();
        all.push(to_json(&wire::Opportunities::from(opportunities)));
        all
    };
    for (one, other) in shown(&straight).iter().zip(shown(&turned)) {
        assert!(
            *one == other,
            "{}",
            one.chars().zip(other.chars()).skip_while(|(a, b)| a == b).map(|it| it.0).take(300).collect::<String>()
        );
    }
    assert!(fixture("claims.jsonl").lines().count() > 3, "the demo has claims of its own");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_numbers_get_an_answer_of_finite_numbers(
        budget in prop::sample::select(vec![json!(null), json!(0), json!(0.01), json!(1e12)]),
        spend in prop::sample::select(vec![json!(null), json!(0), json!(1e12)]),
        amount in prop::sample::select(vec![json!(null), json!(0), json!(0.01), json!(1e12)]),
        start in prop::sample::select(vec![json!(null), json!("1900"), json!("2026-11-22"), json!("2100")]),
        as_of in prop::sample::select(vec!["1900-01-01", "2026-11-22", "2099-12-31", "2200-12-31"]),
        asked in prop::sample::select(vec![None, Some(0.0), Some(0.01), Some(1e12)]),
        title in prop::sample::select(vec!["净水", "a", "。", "学校净水设备"]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let organization = json!({"id": "o", "name": "甲社", "budget": budget, "annual_spend": spend, "max_projects": 0, "scope": "。"});
        let project = json!({"id": "p", "title": title, "participants": ["o", "乙"], "start": start, "amount_yuan": amount, "regions": ["果洛州"]});
        let files = [("organizations.jsonl", organization.to_string()), ("projects.jsonl", project.to_string())];
        let data = runtime.block_on(Data::with(&files));
        let ask = Ask { as_of: Some(as_of.to_owned()), amount: asked.map(qianshou::request::AmountInput::Yuan), ..question("果洛州学校净水设备") };
        match data.app.suggest(LOCAL, &ask, &Cancellation::never()) {
            Ok(answer) => {
                for it in &answer.suggestions {
                    prop_assert!(it.parts.iter().flatten().all(|part| part.value.is_none_or(f64::is_finite)));
                    prop_assert_eq!(it.parts.iter().flatten().map(|part| part.points).sum::<i64>(), it.score);
                    prop_assert!(it.parts.iter().flatten().all(|part| !part.reason.contains("NaN") && !part.reason.contains("inf")));
                }
            }
            Err(error) => prop_assert!(!error.message.is_empty()),
        }
    }
}
