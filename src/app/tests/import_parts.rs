//! The parts in which a file is read change nothing: neither what is stored and in which order, nor what is said about it.

use std::path::Path;

use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::app::imports::reader::{Importer, Reading};
use crate::domain::{Entity, EntityKind};
use crate::ingest::InputFile;
use crate::reference::Reference;
use crate::spool::Spool;
use crate::store::Staged;

/// Everything that a file brings, in the order of the ledger.
fn content(staged: &Staged) -> Vec<Entity> {
    EntityKind::ALL.iter().flat_map(|kind| staged.of_kind(*kind)).map(|at| staged.record(at).unwrap()).collect()
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// What three files bring, one after the other, and what is said about them.
fn read(files: &[(&str, EntityKind, String)], rows_at_once: usize, partial: bool) -> (Vec<Vec<Entity>>, String) {
    let mut importer = Importer::new(Reference::embedded(), date(2026, 1, 1), &Spool::default());
    importer.rows_at_once = rows_at_once;
    let mut contents = Vec::new();
    for (name, kind, text) in files {
        let file = InputFile::from_bytes(Path::new(name), text.as_bytes(), Some(*kind)).unwrap();
        let staged = importer.read(&file, &Reading { partial, ..Reading::default() }, &|_| {}).unwrap();
        contents.push(content(&staged));
        importer.written(staged);
    }
    let report = importer.finish();
    let said = format!("{:?} {:?} {:?}", report.rejected.head(), report.warnings.head(), report.files);
    (contents, said)
}

fn organization() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec!["甲基金会", "乙协会", "丙慈善总会", "丁中心"]);
    (0..6_u8, name, prop::option::of(0..900_u16)).prop_map(|(id, name, budget)| match budget {
        Some(budget) => json!({"id": format!("o{id}"), "name": name, "budget": format!("{budget}万元")}),
        None => json!({"id": format!("o{id}"), "name": name, "status": "abnormal"}),
    })
}

fn project() -> impl Strategy<Value = Value> {
    let partner = prop::sample::select(vec!["甲基金会", "o1", "不在名录的组织", "另一个组织", "o5"]);
    (prop::option::of(0..8_u8), partner, any::<bool>(), prop::bool::weighted(0.1)).prop_map(|(id, partner, dated, broken)| {
        let mut row = json!({"title": "乡村小学净水设备", "participants": [partner]});
        if let Some(id) = id {
            row["id"] = format!("p{id}").into();
        }
        if dated {
            row["year"] = 2021.into();
        }
        if broken {
            row["participant_count"] = "若干".into();
        }
        row
    })
}

fn need() -> impl Strategy<Value = Value> {
    let title = prop::sample::select(vec!["学校净水", "乡村医生培训", "修建桥梁"]);
    (prop::option::of(0..5_u8), title, prop::option::of(1..50_u16)).prop_map(|(id, title, sum)| {
        let mut row = json!({"title": title, "region": "云南省迪庆州德钦县"});
        if let Some(id) = id {
            row["id"] = format!("n{id}").into();
        }
        if let Some(sum) = sum {
            row["gap"] = format!("{sum}万元").into();
        }
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_file_read_in_parts_is_the_file_read_at_once(
        organizations in vec(organization(), 1..12),
        projects in vec(project(), 1..16),
        needs in vec(need(), 1..12),
        again in vec(need(), 1..6),
        rows_at_once in 1..5_usize,
        partial in any::<bool>(),
    ) {
        let files = [
            ("organizations.jsonl", EntityKind::Organizations, lines(&organizations)),
            ("projects.jsonl", EntityKind::Projects, lines(&projects)),
            ("needs.jsonl", EntityKind::Needs, lines(&needs)),
            ("more.jsonl", EntityKind::Needs, lines(&again)),
        ];
        prop_assert_eq!(read(&files, rows_at_once, partial), read(&files, usize::MAX, partial));
    }
}
