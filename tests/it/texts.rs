//! A text copied from a broken page is the same need as its clean form.

use qianshou::request::Ask;

use crate::data::Data;

fn text(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/texts").join(name);
    std::fs::read_to_string(path).unwrap().trim_end().to_owned()
}

#[tokio::test]
async fn a_garbled_paragraph_and_its_clean_version_get_the_same_answer() {
    let data = Data::demo().await;
    let ask = |name: &str| data.ask(&Ask { text: Some(text(name)), as_of: Some("2019-07-01".to_owned()), ..Ask::default() });
    let (clean, garbled) = (ask("clean.txt"), ask("garbled.txt"));
    assert!(garbled.understood.changes.len() >= 4, "{:?}", garbled.understood.changes);
    assert_eq!(clean.understood.normalized, garbled.understood.normalized);
    let plain = |answer: &qianshou::app::Answer| {
        let mut record = answer.understood.clone();
        record.description.clear();
        record.changes.clear();
        record
    };
    assert_eq!(plain(&clean), plain(&garbled));
    assert_eq!(clean.suggestions.len(), 10);
    assert_eq!(clean.suggestions, garbled.suggestions);
}
