//! The one question that is asked first, its answers, and the corrections that an answer or a chip sends.

use qianshou::app::OneQuestion;
use qianshou::jobs::Cancellation;
use qianshou::request::{AmountInput, Ask};

use crate::data::{Data, LOCAL, village_doctors};

fn asked(data: &Data, ask: &Ask) -> Option<OneQuestion> {
    data.app.one_question(LOCAL, ask, &Cancellation::never()).unwrap()
}

fn text(text: &str) -> Ask {
    Ask { text: Some(text.to_owned()), ..Ask::default() }
}

/// The question with an answer in its field.
fn answered(ask: &Ask, field: &str, value: &str) -> Ask {
    let (mut ask, value) = (ask.clone(), Some(value.to_owned()));
    match field {
        "region" => ask.region = value,
        "sector" => ask.sector = value,
        "amount" => ask.amount = value.map(AmountInput::Text),
        "group" => ask.group = value,
        other => panic!("no such field: {other}"),
    }
    ask
}

#[tokio::test]
async fn a_need_without_a_place_is_asked_for_it_and_every_answer_is_understood() {
    let data = Data::demo().await;
    let ask = text("乡村医生培训，提升诊疗能力");
    let question = asked(&data, &ask).unwrap();
    assert_eq!((question.field, question.question.as_str()), ("region", "受助地在哪个县？"));
    assert!((1..=4).contains(&question.answers.len()));
    assert!(question.answers.is_sorted_by(|a, b| a.probability >= b.probability));
    assert!(question.gain > 0.0 && question.gain <= 1.0);
    let before = data.ask(&ask).suggestions;
    let mut changed = false;
    for answer in &question.answers {
        let after = data.ask(&answered(&ask, question.field, &answer.value));
        assert_eq!(after.understood.regions[0].name, answer.label);
        changed |= after.suggestions.iter().zip(&before).take(5).any(|(a, b)| a.organization != b.organization);
    }
    assert!(changed, "no answer changes the first five");
    let next = asked(&data, &answered(&ask, "region", &question.answers[0].value));
    assert!(next.is_none_or(|next| next.field != "region"));
}

#[tokio::test]
async fn every_offered_answer_is_one_that_the_program_accepts() {
    let data = Data::demo().await;
    for start in ["德钦县需要帮助", "果洛州安装净水设备", "需要资金", "助学", "慰问困难老人，凉山州"]
    {
        let mut ask = text(start);
        let mut fields = Vec::new();
        while let Some(question) = asked(&data, &ask) {
            assert!(!fields.contains(&question.field), "{start}: {} is asked twice", question.field);
            fields.push(question.field);
            for answer in &question.answers {
                data.ask(&answered(&ask, question.field, &answer.value));
            }
            ask = answered(&ask, question.field, &question.answers[0].value);
        }
        assert!(fields.len() <= 4);
    }
}

#[tokio::test]
async fn an_unclear_place_is_asked_for_by_its_words() {
    let data = Data::demo().await;
    let question = asked(&data, &text("海南小学饮水设备，约30万元"));
    let question = question.filter(|it| it.field == "region").expect("where it is matters most");
    assert_eq!(question.question, "“海南”指的是哪里？");
    let names: Vec<&str> = question.answers.iter().map(|it| it.label.as_str()).collect();
    assert!(names.contains(&"海南省") && names.contains(&"青海省海南藏族自治州"), "{names:?}");
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_is_missing() {
    let data = Data::demo().await;
    let whole = Ask { group: Some("乡村医生".to_owned()), ..village_doctors() };
    assert_eq!(asked(&data, &whole), None);
    let empty = Data::empty().await;
    assert_eq!(asked(&empty, &text("助学")), None, "nobody could come first");
}

#[tokio::test]
async fn the_question_is_the_same_on_any_number_of_threads() {
    let data = Data::demo().await;
    let ask = text("学校净水设备");
    let here = asked(&data, &ask);
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(alone.install(|| asked(&data, &ask)), here);
}

#[tokio::test]
async fn groups_and_people_override_the_text() {
    let data = Data::demo().await;
    let ask = Ask { group: Some("留守儿童、elder".to_owned()), people: Some("近300名".to_owned()), ..village_doctors() };
    let record = data.ask(&ask).understood;
    assert_eq!(record.groups, ["left_child", "elder"]);
    assert_eq!(record.beneficiaries.and_then(|it| it.max), Some(300));
    let households = Ask { people: Some("50户".to_owned()), ..village_doctors() };
    assert_eq!(data.ask(&households).understood.beneficiaries.unwrap().unit, "户");
    for (field, ask) in [
        ("group", Ask { group: Some("外星人".to_owned()), ..village_doctors() }),
        ("people", Ask { people: Some("很多".to_owned()), ..village_doctors() }),
    ] {
        let refused = data.app.suggest(LOCAL, &ask, &Cancellation::never()).unwrap_err();
        assert_eq!(refused.field, Some(field), "{refused}");
    }
}
