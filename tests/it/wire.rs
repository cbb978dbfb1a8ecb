//! Domain, storage and wire are separate: what leaves the program has types of its own, and none of them has a contact.

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use qianshou::app::{App, Reading};
use qianshou::domain::{Contact, Need, Organization};
use qianshou::wire;
use serde::Serialize;
use serde_json::json;

use crate::cli::Workdir;
use crate::data::{Data, LOCAL, TODAY, needs_of, open_files, organizations_of, to_json};

/// A need, an organization and a project; names and numbers are invented.
pub(crate) fn lists_with_contacts() -> [(&'static str, String); 3] {
    let organization = json!({"id": "o", "name": "甲基金会", "budget": 1_000_000, "contact": {"phone": "13900001234"}});
    let project = json!({
        "id": "p", "title": "果洛州学校净水", "year": "2024", "region": "果洛州", "participants": ["甲基金会"], "amount": "20万元",
    });
    let need = json!({
        "id": "n", "title": "学校净水", "region": "果洛州", "amount": "30万元",
        "contact": [{"name": "张某某", "phone": "13800005678"}, "0975-8380000"],
    });
    [
        ("organizations.jsonl", organization.to_string()),
        ("projects.jsonl", project.to_string()),
        ("needs.jsonl", need.to_string()),
    ]
}

/// Fails if `shown` contains a piece of a contact of [`lists_with_contacts`].
pub(crate) fn shows_no_contact(place: &str, shown: &str) {
    assert!(!shown.is_empty(), "{place} shows nothing at all");
    for piece in ["13900001234", "13800005678", "张某某", "0975-8380000"] {
        assert!(!shown.contains(piece), "{place} shows {piece}: {shown}");
    }
}

/// Tells whether a type can be serialised: if the bound holds, the inherent constant takes precedence over that of the trait.
struct Serialises<T>(PhantomData<T>);

impl<T: Serialize> Serialises<T> {
    const ANSWER: bool = true;
}

trait Otherwise {
    const ANSWER: bool = false;
}

impl<T> Otherwise for Serialises<T> {}

#[test]
fn a_contact_cannot_be_serialised() {
    const { assert!(Serialises::<String>::ANSWER && Serialises::<Need>::ANSWER, "the question can be answered with yes") };
    const { assert!(!Serialises::<Contact>::ANSWER) };
}

#[test]
fn only_the_row_of_the_ledger_opens_a_contact() {
    let callers = files_with("for_the_ledger");
    assert_eq!(callers, [Path::new("domain/contact.rs"), Path::new("store/row.rs")]);
}

#[test]
fn the_description_is_derived_by_the_wire_alone() {
    // A plan is a document that is saved, uploaded again and shown in one format, so its own type is described.
    const AT_HOME: [&str; 4] = ["wire", "http", "plan/draft.rs", "plan/settings.rs"];
    let at_home = |file: &PathBuf| AT_HOME.iter().any(|home| file.starts_with(home));
    let strangers: Vec<PathBuf> = files_with("utoipa").into_iter().filter(|file| !at_home(file)).collect();
    assert_eq!(strangers, [] as [PathBuf; 0]);
}

/// The files below `src` that contain a word.
fn files_with(word: &str) -> Vec<PathBuf> {
    fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, files) } else { files.push(path) }
        }
    }
    let (source, mut files) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), Vec::new());
    walk(&source, &mut files);
    let code = files.into_iter().filter(|file| file.extension().is_some_and(|it| it == "rs"));
    let mut found: Vec<PathBuf> = code
        .filter(|file| std::fs::read_to_string(file).unwrap().contains(word))
        .map(|file| file.strip_prefix(&source).unwrap().to_owned())
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn no_debug_form_shows_a_contact() {
    let data = Data::with(&lists_with_contacts()).await;
    let catalog = data.app.catalog();
    let records = format!("{:?} {:?}", organizations_of(&catalog), needs_of(&catalog));
    assert_eq!(records.matches("Some(Contact(..))").count(), 0, "the ledger alone keeps them: {records}");
    shows_no_contact("the catalog", &records);
    let need = data.app.need(LOCAL, &needs_of(&catalog)[0].id);
    shows_no_contact("a need that is answered with", &format!("{need:#?}"));
    let files: Vec<PathBuf> = lists_with_contacts().iter().map(|(name, _)| data.dir.path().join(name)).collect();
    let files = open_files(&files, None).unwrap();
    let reading = Reading { keep_accepted: true, ..Reading::default() };
    let report = App::dry_run(LOCAL, None, None, files.iter().map(Ok), &reading, TODAY).unwrap();
    shows_no_contact("a report", &format!("{report:?}"));
    shows_no_contact("a report on the wire", &to_json(&wire::WholeImportReport(&report)));
}

#[tokio::test]
async fn not_even_the_format_of_the_ledger_has_a_contact_outside_the_ledger() {
    let data = Data::with(&lists_with_contacts()).await;
    let catalog = data.app.catalog();
    shows_no_contact("the organizations", &to_json(&organizations_of(&catalog).iter().collect::<Vec<&Organization>>()));
    shows_no_contact("the needs", &to_json(&needs_of(&catalog).iter().collect::<Vec<&Need>>()));
}

#[test]
fn the_command_line_shows_no_contact() {
    let workdir = Workdir::new();
    for (name, list) in lists_with_contacts() {
        workdir.file(name, list);
    }
    let files = ["organizations.jsonl", "projects.jsonl", "needs.jsonl"];
    for first in [&["import", "--dry-run", "--json"][..], &["import", "--dry-run"], &["import", "--json"], &["import"]] {
        shows_no_contact(&first.join(" "), &workdir.run(&[first, &files].concat()));
    }
    for rest in [
        &["understand", "果洛州学校净水", "--json"][..],
        &["suggest", "果洛州学校净水", "--json", "--explain"],
        &["suggest", "果洛州学校净水", "--explain"],
        &["suggest", "--needs", "needs.jsonl", "--explain"],
        &["opportunities", "o", "--json", "--explain"],
        &["plan", "--open", "--json", "--out", "plan.json"],
        &["invite", "plan.json", "--out", "letters.json"],
        &["stats", "--json"],
    ] {
        let shown = workdir.run(rest);
        assert!(shown.starts_with("exit code: 0"), "{rest:?}: {shown}");
        shows_no_contact(&rest.join(" "), &shown);
    }
    for file in ["plan.json", "letters.json"] {
        shows_no_contact(file, &std::fs::read_to_string(workdir.path().join(file)).unwrap());
    }
}
