//! The program is killed in the middle of an import. The ledger still opens and contains a file whole or not at all, and
//! everything derived is rebuilt from it.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, SqlStr};
use tempfile::TempDir;

use crate::data::copy_dir;

const ROWS: i64 = 10_000;

/// An import can pass a moment before this process notices. Then further imports are killed until one is hit.
const ATTEMPTS: usize = 20;

/// When an import is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Its transaction has outgrown the memory of SQLite and is partly in the log, uncommitted.
    InTransaction,
    /// Its transaction is committed; the text index knows nothing of it.
    AfterCommit,
    /// The first segment of the text index is on disk, uncommitted.
    WhileIndexing,
    /// A new base is being written; the old one is still there.
    WhileCompacting,
}

/// A directory with the files to import and a data directory of its own.
struct Workdir(TempDir);

impl Workdir {
    /// Holds one organization. The projects are not imported yet.
    fn new() -> Self {
        let workdir = Self(TempDir::new().unwrap());
        let mut projects = String::new();
        for n in 0..ROWS {
            writeln!(projects, r#"{{"id": "p{n:05}", "title": "第{n}所乡村小学净水设备", "participants": ["甲基金会"], "sectors": ["WAT"], "year": 2020}}"#).unwrap();
        }
        std::fs::write(workdir.0.path().join("projects.jsonl"), projects).unwrap();
        std::fs::write(workdir.0.path().join("organizations.jsonl"), "{\"id\": \"a\", \"name\": \"甲基金会\"}\n").unwrap();
        workdir.succeeds(&["import", "organizations.jsonl"]);
        workdir
    }

    fn copy(&self) -> Self {
        let copy = Self(TempDir::new().unwrap());
        copy_dir(self.0.path(), copy.0.path());
        copy
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join("data").join(name)
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qianshou"));
        command.current_dir(self.0.path()).args(["--data", "data", "--today", "2026-11-22"]).args(arguments);
        command
    }

    fn succeeds(&self, arguments: &[&str]) -> Vec<u8> {
        let Output { status, stdout, stderr } = self.program(arguments).output().unwrap();
        assert_eq!(status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        stdout
    }

    fn ask(&self) -> Command {
        self.program(&["suggest", "乡村小学净水设备", "--explain", "--json"])
    }

    fn answer(&self) -> Vec<u8> {
        self.ask().output().unwrap().stdout
    }

    /// Starts an import and kills it at `moment`. False if the import had passed it.
    async fn is_killed_at(&self, moment: Moment) -> bool {
        let index = std::fs::read(self.file("text/projects/meta.json")).unwrap();
        // Read-only, because the next process has to tidy up what the killed one left.
        let ledger = SqliteConnectOptions::new().filename(self.file("ledger.db")).read_only(true);
        let mut ledger = ledger.connect().await.unwrap();
        let mut import = self.program(&["import", "projects.jsonl"]).stdout(Stdio::null()).spawn().unwrap();
        while !self.has_reached(moment, &mut ledger).await && is_running(&mut import) {
            std::thread::yield_now();
        }
        import.kill().unwrap();
        let was_running = import.wait().unwrap().signal() == Some(9);
        ledger.close().await.unwrap();
        let is_indexed = std::fs::read(self.file("text/projects/meta.json")).unwrap() != index;
        was_running && is_indexed == (moment == Moment::WhileCompacting)
    }

    async fn has_reached(&self, moment: Moment, ledger: &mut SqliteConnection) -> bool {
        match moment {
            Moment::InTransaction => std::fs::metadata(self.file("ledger.db-wal")).is_ok_and(|it| it.len() > 1 << 19),
            Moment::AfterCommit => {
                let last = sqlx::query_scalar::<_, i64>("SELECT coalesce(max(seq), 0) FROM projects");
                last.fetch_one(ledger).await.unwrap() == ROWS
            }
            Moment::WhileIndexing => {
                let is_segment = |path: &Path| path.extension().is_some_and(|it| it == "store");
                let mut files = std::fs::read_dir(self.file("text/projects")).unwrap();
                files.any(|file| is_segment(&file.unwrap().path()))
            }
            Moment::WhileCompacting => {
                let files = std::fs::read_dir(self.file("catalog")).unwrap().flatten();
                files.filter(|file| file.path().extension().is_some_and(|it| it == "bodies")).count() > 1
            }
        }
    }
}

fn is_running(process: &mut Child) -> bool {
    process.try_wait().unwrap().is_none()
}

/// A work directory whose import was killed at `moment`, and the number of projects in its ledger.
async fn killed_at(moment: Moment, before: &Workdir) -> (Workdir, i64) {
    for _ in 0..ATTEMPTS {
        let workdir = before.copy();
        if !workdir.is_killed_at(moment).await {
            continue;
        }
        let stats: serde_json::Value = serde_json::from_slice(&workdir.succeeds(&["stats", "--json"])).unwrap();
        assert_eq!(stats["organizations"], 1, "{moment:?}");
        let projects = stats["projects"].as_i64().unwrap();
        // If the import was killed a moment too late, its transaction was committed: whole, but not the state to be tested.
        if moment == Moment::InTransaction && projects == ROWS {
            continue;
        }
        return (workdir, projects);
    }
    panic!("no import was killed at {moment:?}");
}

#[tokio::test]
async fn kill_9_during_import_loses_nothing_that_was_there() {
    let before = Workdir::new();
    let undisturbed = before.copy();
    undisturbed.succeeds(&["import", "projects.jsonl"]);
    let whole = undisturbed.answer();
    let answer: serde_json::Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(answer["suggestions"][0]["name"], "甲基金会");
    assert_ne!(answer["suggestions"][0]["parts"][0]["evidence"], serde_json::json!([]));

    for (moment, expected) in
        [(Moment::InTransaction, 0), (Moment::AfterCommit, ROWS), (Moment::WhileIndexing, ROWS), (Moment::WhileCompacting, ROWS)]
    {
        let (workdir, projects) = killed_at(moment, &before).await;
        assert_eq!(projects, expected, "{moment:?}");
        if projects == 0 {
            workdir.succeeds(&["import", "projects.jsonl"]);
        }
        assert!(workdir.answer() == whole, "{moment:?}: another answer than without a crash");
    }
}

/// A ledger of version 1 with many organizations. Each has had two contacts; the first stands only in the log.
async fn of_version_1(path: &Path) {
    let mut ledger = SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap();
    let mut migrations = Vec::new();
    let sql = include_str!("../../src/store/sqlite/migrations/0001_ledger.sql");
    migrations.push(Migration::new(1, "ledger".into(), MigrationType::Simple, SqlStr::from_static(sql), false));
    Migrator::with_migrations(migrations).run(&mut ledger).await.unwrap();
    let mut transaction = ledger.begin().await.unwrap();
    for n in 0..ROWS {
        let body =
            |phone: &str| format!(r#"{{"id":"o{n}","name":"甲{n}基金会","kind":"other","status":"normal","contact":"{phone}"}}"#);
        sqlx::query("INSERT INTO organizations (id, body) VALUES ($1, $2)")
            .bind(format!("o{n}"))
            .bind(body("13900001111"))
            .execute(&mut *transaction)
            .await
            .unwrap();
        for phone in ["13922220000", "13900001111"] {
            sqlx::query("INSERT INTO changes (at, entity, entity_seq, id, action, source, body) VALUES ($1, 'organizations', $2, $3, 'update', 'a', $4)")
                .bind("2026-11-22T00:00:00+08:00")
                .bind(n + 1)
                .bind(format!("o{n}"))
                .bind(body(phone))
                .execute(&mut *transaction)
                .await
                .unwrap();
        }
    }
    transaction.commit().await.unwrap();
    ledger.close().await.unwrap();
}

#[tokio::test]
async fn kill_9_during_the_migration_leaves_the_old_version_or_the_new_one() {
    let before = Workdir(TempDir::new().unwrap());
    std::fs::create_dir(before.0.path().join("data")).unwrap();
    of_version_1(&before.file("ledger.db")).await;
    let mut killed = 0;
    // The log has grown so far when the process is killed: the migration writes some megabytes.
    for log in [1, 1 << 18, 1 << 20, 3 << 20, 5 << 20] {
        let workdir = before.copy();
        let mut migration = workdir.program(&["stats"]).stdout(Stdio::null()).spawn().unwrap();
        let has_grown = || std::fs::metadata(workdir.file("ledger.db-wal")).is_ok_and(|it| it.len() >= log);
        while !has_grown() && is_running(&mut migration) {
            std::thread::yield_now();
        }
        migration.kill().unwrap();
        killed += u32::from(migration.wait().unwrap().signal() == Some(9));

        let stats: serde_json::Value = serde_json::from_slice(&workdir.succeeds(&["stats", "--json"])).unwrap();
        assert_eq!(stats["organizations"], ROWS, "killed at {log} bytes");
        workdir.succeeds(&["verify"]);
        for file in ["ledger.db", "ledger.db-wal"] {
            let bytes = std::fs::read(workdir.file(file)).unwrap_or_default();
            assert!(memchr::memmem::find(&bytes, b"13922220000").is_none(), "{file}, killed at {log} bytes");
        }
    }
    assert!(killed > 2, "{killed} migrations were killed in time");
}

#[test]
fn an_index_that_a_crash_has_damaged_is_rebuilt() {
    let workdir = Workdir::new();
    workdir.succeeds(&["import", "projects.jsonl"]);
    let whole = workdir.answer();
    // The worst that a crash can do to the derived index.
    std::fs::write(workdir.file("text/projects/meta.json"), "{").unwrap();
    assert!(workdir.answer() == whole);
}
