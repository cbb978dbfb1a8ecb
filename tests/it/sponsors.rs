//! Whose sponsors are asked, which side they stand on, and reasons that people understand.

use qianshou::app::{Answer, Suggestion};
use qianshou::explain::Side;
use qianshou::request::Ask;
use serde_json::{Value, json};

use crate::data::{Data, lines};

fn organization(id: &str, name: &str, home: &str) -> Value {
    json!({"id": id, "name": name, "home_region": home, "sectors": ["EDU"]})
}

/// A need of 德钦县, which 上海 helps, and organizations of each side.
async fn sides() -> Data {
    let national = json!({"id": "national", "name": "中国助学基金会", "level": "national", "home_region": "北京市"});
    let organizations = [
        organization("donor", "上海助学基金会", "上海市"),
        organization("district", "虹口助学促进会", "上海市虹口区"),
        organization("local", "迪庆州助学会", "云南省迪庆州"),
        organization("elsewhere", "吉林助学会", "吉林省"),
        json!({"id": "unknown", "name": "晨光助学会"}),
        national,
    ];
    Data::with(&[("organizations.jsonl", lines(&organizations))]).await
}

fn ask(home: &[&str]) -> Ask {
    Ask {
        text: Some("德钦县学生助学金30万元".to_owned()),
        home: home.iter().map(ToString::to_string).collect(),
        as_of: Some("2023-06-30".to_owned()),
        explain: Some(true),
        ..Ask::default()
    }
}

fn names(answer: &Answer) -> Vec<&str> {
    let mut names: Vec<&str> = answer.suggestions.iter().map(|it| it.organization.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn only_organizations_registered_where_asked_are_ranked_and_national_ones_if_asked() {
    let data = sides().await;
    assert_eq!(names(&data.ask(&ask(&[]))).len(), 6);
    let shanghai = data.ask(&ask(&["上海"]));
    assert_eq!(names(&shanghai), ["district", "donor"]);
    assert_eq!(shanghai.left_out["other_home"].count, 4);
    assert_eq!(names(&data.ask(&ask(&["上海", "吉林"]))), ["district", "donor", "elsewhere"]);
    assert_eq!(names(&data.ask(&ask(&["虹口区", "全国"]))), ["district", "national"]);
    assert_eq!(names(&data.ask(&ask(&["全国"]))), ["national"]);
    for wrong in ["中关村", "月球"] {
        let refused = data.app.suggest(crate::data::LOCAL, &ask(&[wrong]), &qianshou::jobs::Cancellation::never()).unwrap_err();
        assert_eq!(refused.field, Some("home"), "{refused}");
    }
}

#[tokio::test]
async fn each_suggestion_says_which_side_it_stands_on() {
    let data = sides().await;
    let answer = data.ask(&ask(&[]));
    let side = |id: &str| answer.suggestions.iter().find(|it| it.organization.as_str() == id).unwrap().side;
    assert_eq!(["donor", "district"].map(side), [Some(Side::Helping); 2]);
    assert_eq!(["local", "national"].map(side), [Some(Side::Local), Some(Side::National)]);
    assert_eq!(["elsewhere", "unknown"].map(side), [None; 2]);
}

#[tokio::test]
async fn the_mark_of_invented_records_scores_nothing() {
    let organizations = [organization("marked", "示例助学促进会", "云南省"), organization("plain", "助学促进会", "云南省")];
    let data = Data::with(&[("organizations.jsonl", lines(&organizations))]).await;
    let scores = |text: &str| -> Vec<(String, i64)> {
        let answer = data.ask(&Ask { text: Some(text.to_owned()), ..ask(&[]) });
        let mut scores: Vec<_> = answer.suggestions.iter().map(|it| (it.organization.to_string(), it.score)).collect();
        scores.sort_unstable();
        scores
    };
    let plain = scores("德钦县学生助学金");
    assert_eq!(plain[0].1, plain[1].1);
    assert_eq!(scores("【示例】德钦县学生助学金"), plain);
}

/// A project that shares a word with the need is no precedent if it is of another field.
#[tokio::test]
async fn a_precedent_is_one_and_is_counted_with_place_and_years() {
    let project = |id: &str, title: &str, who: &str, sector: &str, region: &str, start: &str| json!({"id": id, "title": title, "participants": [who], "sectors": [sector], "regions": [region], "start": start});
    let projects = [
        project("p1", "修建人畜饮水水窖", "甲水利基金会", "WAT", "云南省德钦县", "2021"),
        project("p2", "为村民修水窖解决饮水", "甲水利基金会", "WAT", "云南省德钦县", "2022"),
        project("p3", "马铃薯储藏窖建设", "乙农业基金会", "IND", "云南省德钦县", "2021"),
        project("p4", "乡村医生培训", "丙医学基金会", "MED", "贵州省毕节市", "2020"),
        project("p5", "学校图书室", "丙医学基金会", "EDU", "贵州省毕节市", "2020"),
    ];
    let data = Data::with(&[("projects.jsonl", lines(&projects))]).await;
    let answer = data.ask(&Ask { text: Some("德钦县修水窖，解决人畜饮水".to_owned()), ..ask(&[]) });
    let of = |name: &str| answer.suggestions.iter().find(|it| it.name == name).unwrap();
    let reason = |it: &Suggestion, feature: &str| {
        let part = it.parts.as_ref().unwrap().iter().find(|it| it.feature.name() == feature).unwrap();
        let evidence: Vec<String> = part.evidence.iter().map(|it| it.project.to_string()).collect();
        (part.reason.clone(), evidence)
    };
    let water = of("甲水利基金会");
    assert_eq!(
        reason(water, "text_votes"),
        ("做过很相近的项目（2022年）".to_owned(), vec!["p2".to_owned()]),
        "the other is of the field, but not as close"
    );
    assert_eq!(reason(water, "region_history").0, "在德钦县做过2个项目（2021、2022年）");
    let potatoes = of("乙农业基金会");
    let (text, evidence) = reason(potatoes, "best_precedent");
    assert!(evidence.is_empty() && text.contains("个别用语"), "{text}: {evidence:?}");
    for part in answer.suggestions.iter().flat_map(|it| it.parts.as_ref().unwrap()) {
        let is_statistic = part.reason.contains("全体平均") || part.reason.contains("比重") || part.reason.contains("权重");
        assert!(!is_statistic, "{}", part.reason);
    }
}
