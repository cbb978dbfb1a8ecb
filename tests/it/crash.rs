//! Killed in the middle of an import: the ledger opens, holds a file whole or not at all, and everything derived is
//! rebuilt from it.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const ROWS: usize = 10_000;

fn program(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qianshou"));
    command.current_dir(dir).args(["--data", "data", "--today", "2026-11-22"]).args(arguments);
    command
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |it| it.len())
}

/// Waits for `reached`, or for the end of the process.
fn wait_for(child: &mut Child, reached: impl Fn() -> bool) {
    while !reached() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
}

#[test]
fn kill_9_during_import_loses_nothing_that_was_there() {
    let dir = TempDir::new().unwrap();
    let mut projects = String::new();
    for n in 0..ROWS {
        writeln!(projects, r#"{{"id": "p{n:05}", "title": "第{n}所乡村小学净水设备", "participants": ["甲基金会"], "sectors": ["WAT"], "year": 2020}}"#).unwrap();
    }
    std::fs::write(dir.path().join("projects.jsonl"), projects).unwrap();
    std::fs::write(dir.path().join("organizations.jsonl"), "{\"id\": \"a\", \"name\": \"甲基金会\"}\n").unwrap();
    let first = program(dir.path(), &["import", "organizations.jsonl"]).output().unwrap();
    assert_eq!(first.status.code(), Some(0));

    let data = dir.path().join("data");
    let (log, index) = (data.join("ledger.db-wal"), data.join("text/projects"));
    let moments: [(&str, &dyn Fn() -> bool); 3] = [
        ("while the ledger is written", &|| size(&log) > 1 << 19),
        ("soon after the ledger is written", &|| size(&log) > 4 << 20),
        ("while the text index is written", &|| std::fs::read_dir(&index).is_ok_and(|it| it.count() > 6)),
    ];
    let mut killed = 0;
    for (moment, reached) in moments {
        let import = &mut program(dir.path(), &["import", "projects.jsonl"]);
        let mut child = import.stdout(Stdio::null()).spawn().unwrap();
        wait_for(&mut child, reached);
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().signal() == Some(9));

        let stats = program(dir.path(), &["stats", "--json"]).output().unwrap();
        assert_eq!(stats.status.code(), Some(0), "{moment}: {}", String::from_utf8_lossy(&stats.stderr));
        let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
        assert_eq!(stats["organizations"], 1, "{moment}");
        assert!(stats["projects"] == 0 || stats["projects"] == ROWS, "{moment}: {} projects", stats["projects"]);
    }
    assert!(killed >= 1, "the import was never killed while it ran");

    let import = program(dir.path(), &["import", "projects.jsonl"]).output().unwrap();
    assert_eq!(import.status.code(), Some(0));
    let ask = || program(dir.path(), &["suggest", "乡村小学净水设备", "--explain", "--json"]).output().unwrap();
    let whole = ask();
    let answer: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!(answer["suggestions"][0]["name"], "甲基金会");
    assert_ne!(answer["suggestions"][0]["parts"][0]["evidence"], serde_json::json!([]));

    // What a crash can do to the derived index at worst.
    std::fs::write(index.join("meta.json"), "{").unwrap();
    assert_eq!(ask().status.code(), Some(2));
    let reindex = program(dir.path(), &["reindex"]).output().unwrap();
    assert_eq!(reindex.status.code(), Some(0), "{}", String::from_utf8_lossy(&reindex.stderr));
    assert_eq!(ask().stdout, whole.stdout);
}
