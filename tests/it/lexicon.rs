//! Word lists that an office adds while the server runs.

use qianshou::app::{App, LexiconInput, ListQuery};
use qianshou::clock::Clock;
use qianshou::jobs::Cancellation;
use qianshou::request::Ask;
use serde_json::json;

use crate::data::{Data, LOCAL, TODAY};

fn found(app: &App, q: &str) -> Vec<String> {
    let query = ListQuery { q: Some(q.to_owned()), ..ListQuery::default() };
    app.projects(LOCAL, &query, &Cancellation::never()).unwrap().items.into_iter().map(|it| it.project.id.to_string()).collect()
}

async fn library() -> Data {
    let project =
        |id: &str, title: &str| json!({"id": id, "title": title, "participants": ["甲基金会"], "year": 2020}).to_string();
    let projects = [project("a", "暖阳包裹发放"), project("b", "村道硬化"), project("c", "农村安全饮水工程")].join("\n");
    Data::with(&[("projects.jsonl", projects)]).await
}

#[tokio::test]
async fn synonyms_act_at_once_and_the_version_of_every_answer_changes() {
    let data = library().await;
    let ask = || data.ask(&Ask { text: Some("给孩子们送温暖礼盒".to_owned()), ..Ask::default() });
    let before = ask();
    assert_eq!(found(&data.app, "温暖礼盒"), [] as [&str; 0]);
    let synonyms = Some(vec![vec!["温暖礼盒".to_owned(), "暖阳包裹".to_owned()]]);
    let view = data.app.set_lexicon(LOCAL, LexiconInput { synonyms, ..LexiconInput::default() }).await.unwrap();
    assert_eq!(found(&data.app, "温暖礼盒"), ["a"]);
    let after = ask();
    assert_ne!(before.lexicon, after.lexicon);
    assert_eq!(after.lexicon, view.version);
}

#[tokio::test]
async fn words_rebuild_the_index_and_other_processes_follow() {
    let data = library().await;
    let other = App::open(data.app.dir(), false, Clock::Fixed(TODAY)).await.unwrap();
    let words = Some(vec!["暖阳包裹".to_owned()]);
    data.app.set_lexicon(LOCAL, LexiconInput { words, ..LexiconInput::default() }).await.unwrap();
    assert_eq!(found(&data.app, "饮水"), ["c"], "a short word is found in the longer word that holds it");
    assert!(other.refresh().await.unwrap());
    assert_eq!(found(&other, "暖阳包裹"), ["a"]);
    let third = App::open(data.app.dir(), false, Clock::Fixed(TODAY)).await.unwrap();
    assert_eq!(third.lexicon(LOCAL).await.unwrap(), data.app.lexicon(LOCAL).await.unwrap());
    // A list that is left out stays; an empty one is removed.
    let stop_words = Some(vec!["村道".to_owned()]);
    data.app.set_lexicon(LOCAL, LexiconInput { stop_words, ..LexiconInput::default() }).await.unwrap();
    assert_eq!(data.app.lexicon(LOCAL).await.unwrap().added.words, Some(vec!["暖阳包裹".to_owned()]));
}

#[tokio::test]
async fn entries_that_cannot_be_used_are_refused_and_nothing_changes() {
    let data = library().await;
    let version = data.app.lexicon(LOCAL).await.unwrap().version;
    for (input, field) in [
        (json!({"words": ["饮水 很多 n"]}), "words"),
        (json!({"synonyms": [["饮水"]]}), "synonyms"),
        (json!({"synonyms": [["饮水", "喝水"], ["喝水", "用水"]]}), "synonyms"),
    ] {
        let input: LexiconInput = serde_json::from_value(input).unwrap();
        assert_eq!(data.app.set_lexicon(LOCAL, input).await.unwrap_err().field, Some(field));
    }
    assert_eq!(data.app.lexicon(LOCAL).await.unwrap().version, version);
}
