//! Derived data that are damaged are never answered from: they are made anew, or the answer is withheld.

use std::path::PathBuf;

use qianshou::app::App;
use qianshou::clock::Clock;
use qianshou::domain::NeedId;
use qianshou::jobs::Cancellation;
use qianshou::request::Ask;

use crate::data::{Data, LOCAL, TODAY, to_json};

fn questions() -> [Ask; 2] {
    let text = |text: &str| Ask { text: Some(text.to_owned()), ..Ask::default() };
    [text(App::DEMO_QUESTIONS[0]), text(App::DEMO_QUESTIONS[1])]
}

fn answers(app: &App) -> String {
    let answer = |ask: &Ask| app.suggest(LOCAL, ask, &Cancellation::never()).map(|it| to_json(&qianshou::wire::Answer::from(it)));
    questions().iter().map(|ask| answer(ask).unwrap()).collect()
}

/// The files of the base with this ending.
fn files(data: &Data, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.app.dir().join("catalog")).unwrap().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == ending)).collect()
}

/// A directory whose records are all in the base.
async fn compacted() -> Data {
    let data = Data::demo().await;
    App::reindex(data.app.dir(), Clock::Fixed(TODAY), &|_| {}).await.unwrap().close().await;
    data
}

async fn again(data: &Data) -> App {
    App::open(data.app.dir(), false, Clock::Fixed(TODAY)).await.unwrap()
}

#[tokio::test]
async fn a_base_with_flipped_bits_lost_files_or_another_format_is_made_anew() {
    let data = compacted().await;
    let whole = answers(&data.app);
    let reopened = again(&data).await;
    assert_eq!(answers(&reopened), whole);
    reopened.close().await;
    for damage in ["flip", "cut", "empty", "bodies", "columns", "format"] {
        let columns = files(&data, "columns").remove(0);
        let mut bytes = std::fs::read(&columns).unwrap();
        let middle = bytes.len() / 2;
        match damage {
            "flip" => bytes[middle] ^= 1,
            "cut" => bytes.truncate(middle),
            "empty" => bytes.clear(),
            "format" => {
                let text = b"\"fingerprint\":\"";
                let at = memchr::memmem::find(&bytes, text).unwrap() + text.len();
                bytes[at] = b'0';
            }
            _ => {}
        }
        match damage {
            "bodies" => std::fs::remove_file(files(&data, "bodies").remove(0)).unwrap(),
            "columns" => std::fs::remove_file(&columns).unwrap(),
            // Replaced as a whole: the file itself is mapped.
            _ => {
                std::fs::write(columns.with_extension("new"), &bytes).unwrap();
                std::fs::rename(columns.with_extension("new"), &columns).unwrap();
            }
        }
        let mended = again(&data).await;
        assert_eq!(answers(&mended), whole, "{damage}");
        mended.close().await;
        assert_eq!((files(&data, "columns").len(), files(&data, "bodies").len()), (1, 1), "{damage}: what is of no use is gone");
    }
}

#[tokio::test]
async fn an_answer_from_a_damaged_record_is_withheld_and_the_base_made_anew() {
    let data = compacted().await;
    let whole = answers(&data.app);
    let app = std::sync::Arc::new(again(&data).await);
    let bodies = files(&data, "bodies").remove(0);
    let length = std::fs::metadata(&bodies).unwrap().len() as usize;
    std::fs::write(&bodies, vec![b' '; length]).unwrap();
    let asked = questions().iter().all(|ask| app.suggest(LOCAL, ask, &Cancellation::never()).is_err());
    assert!(asked, "records are read when they are shown");
    let refused = app.compute(std::net::IpAddr::from([127, 0, 0, 1]), |app, _| app.need(LOCAL, &NeedId::new("seed-n01"))).await;
    assert!(refused.is_err());
    assert!(app.maintain().await.unwrap());
    assert_eq!(answers(&app), whole);
}

#[tokio::test]
async fn a_base_of_another_ledger_with_the_same_numbers_is_not_used() {
    let (one, other) = (Data::demo().await, Data::empty().await);
    let list = other.file("needs.jsonl", "{\"id\": \"n1\", \"title\": \"学校净水\"}\n");
    let files = crate::data::open_files(&[list], None).unwrap();
    other.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    other.app.close().await;
    // A ledger that was restored from a backup and went on: the derived data beside it are of other changes.
    let (from, to) = (one.app.dir().join("catalog"), other.app.dir().join("catalog"));
    std::fs::remove_dir_all(&to).unwrap();
    crate::data::copy_dir(&from, &to);
    let opened = again(&other).await;
    assert_eq!((opened.catalog().need_count(), opened.catalog().project_count()), (1, 0));
}
