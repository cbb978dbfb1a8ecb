//! The program as a process: standard output, standard error and exit code together.

use std::path::Path;
use std::process::{Command, Output};

use crate::data::fixtures;
use tempfile::TempDir;

/// A place to run the program in, with its own data directory.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    /// With the demo records imported.
    fn demo() -> Self {
        let place = Self::new();
        let output = place.output(&["import", fixtures().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        place
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    fn output(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_qianshou"))
            .current_dir(self.path())
            .args(["--data", "data", "--today", "2026-11-22"])
            .args(arguments)
            .env_remove("QIANSHOU_LOG")
            .env("COLUMNS", "100")
            .output()
            .unwrap()
    }

    /// All that a caller sees, with changing paths made fixed.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let text = text.replace(self.path().to_str().unwrap(), "[DIR]").replace(fixtures().to_str().unwrap(), "[FIXTURES]");
            text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
        };
        let code = output.status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
        format!("exit code: {code}\n----- stdout -----\n{}\n----- stderr -----\n{}\n", text(&output.stdout), text(&output.stderr))
    }
}

#[test]
fn help_is_chinese_and_has_examples() {
    let place = Place::new();
    insta::assert_snapshot!("help", place.run(&["--help"]));
    for command in ["import", "understand", "suggest", "opportunities", "serve", "reindex", "stats", "generate"] {
        let shown = place.run(&[command, "--help"]);
        assert!(shown.starts_with("exit code: 0") && shown.contains("示例："), "{command}");
    }
}

#[test]
fn a_cadre_gets_ranked_organizations_with_reasons() {
    let place = Place::demo();
    let need = "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力";
    let question = ["suggest", need, "--region", "迪庆", "--amount", "335万", "--as-of", "2019-07-01"];
    insta::assert_snapshot!("suggest", place.run(&question));
    insta::assert_snapshot!("suggest_explained", place.run(&[&question[..], &["--explain", "--top", "2"]].concat()));
    insta::assert_snapshot!("suggest_json", place.run(&[&question[..], &["--json", "--top", "1"]].concat()));
}

#[test]
fn an_organization_sees_the_needs_that_suit_it() {
    let place = Place::demo();
    insta::assert_snapshot!("opportunities", place.run(&["opportunities", "复星", "--top", "3"]));
    insta::assert_snapshot!("opportunities_of_nobody", place.run(&["opportunities", "无名基金会"]));
}

#[test]
fn statistics_and_reindex_say_what_there_is() {
    let place = Place::demo();
    insta::assert_snapshot!("stats", place.run(&["stats"]));
    insta::assert_snapshot!("reindex", place.run(&["reindex"]));
}

#[test]
fn understand_shows_what_was_read() {
    let place = Place::new();
    insta::assert_snapshot!("understand", place.run(&["understand", "果洛州23所學校安裝淨水設備157台，約629萬元，6月底前完成"]));
    place.file("texts.jsonl", "{\"id\": 7, \"text\": \"德钦县乡村医生\"}\noops\n");
    insta::assert_snapshot!("understand_file", place.run(&["understand", "--file", "texts.jsonl", "--json"]));
}

#[test]
fn a_list_of_needs_gets_one_line_each_in_its_own_order() {
    let place = Place::demo();
    place.file(
        "needs.csv",
        "需求编号,项目名称,需求地区,资金缺口(万元)\nb,学校净水设备,果洛州,30\na,乡村医生培训,假县,5\nc,村道硬化,云阳县,待定\n",
    );
    insta::assert_snapshot!("suggest_needs", place.run(&["suggest", "--needs", "needs.csv", "--top", "2", "--explain"]));
    for name in ["out.jsonl", "out.csv", "out.xlsx"] {
        let shown = place.run(&["suggest", "--needs", "needs.csv", "--out", name]);
        assert!(shown.starts_with("exit code: 1"), "{shown}");
        assert!(std::fs::metadata(place.path().join(name)).unwrap().len() > 100, "{name}");
    }
    insta::assert_snapshot!("suggest_needs_unknown_format", place.run(&["suggest", "--needs", "needs.csv", "--out", "out.pdf"]));
}

#[test]
fn bad_rows_are_listed_and_the_file_is_not_stored_unless_partial() {
    let place = Place::new();
    place.file(
        "needs.csv",
        "编号,项目名称,需求地区,资金缺口(万元),所属领域\nn1,学校净水,果洛州,30,安全饮水与个人卫生\nn2,村医培训,假县,5,\nn3,修路,云阳县,很多,\nn4,助学,海南,3,炒股\n",
    );
    insta::assert_snapshot!("import_dry_run", place.run(&["import", "needs.csv", "--dry-run", "--json"]));
    insta::assert_snapshot!("import_refused", place.run(&["import", "needs.csv"]));
    assert!(place.run(&["stats"]).contains("需求 0 项"));
    insta::assert_snapshot!("import_partial", place.run(&["import", "needs.csv", "--partial"]));
    assert!(place.run(&["stats"]).contains("需求 1 项"));
}

#[test]
fn files_that_cannot_be_read_are_refused_whole() {
    let place = Place::new();
    place.file("no_title.csv", "地区,金额\n迪庆,3\n");
    place.file("noise_needs.csv", [b"title\n".as_slice(), &[0xff; 40]].concat());
    place.file("good_needs.csv", "项目名称\n学校净水\n");
    place.file("things.jsonl", "{\"a\": 1}\n");
    place.file("empty.csv", "");
    place.file("list.pdf", "%PDF");
    let all = [
        ("missing column", "no_title.csv"),
        ("no text", "noise_needs.csv"),
        ("unknown kind", "things.jsonl"),
        ("empty", "empty.csv"),
        ("unknown format", "list.pdf"),
        ("not there", "nowhere.csv"),
    ];
    let mut shown = String::new();
    for (name, file) in all {
        // A good file beside a bad one is not imported either.
        let kind: &[&str] = if name == "unknown kind" { &[] } else { &["--as", "needs"] };
        let run = place.run(&[&["import", "good_needs.csv", file], kind].concat());
        shown.push_str(&format!("# {name}\n{run}"));
    }
    insta::assert_snapshot!("unreadable_files", shown);
    assert!(!place.path().join("data").exists(), "something was written");
}

#[test]
fn questions_that_cannot_be_meant_are_refused() {
    let place = Place::demo();
    let long = "学校饮水".repeat(9000);
    let all: [(&str, &[&str]); 9] = [
        ("unknown region", &["suggest", "净水", "--region", "假县"]),
        ("ambiguous region", &["suggest", "净水", "--region", "海南"]),
        ("empty text", &["suggest", " "]),
        ("text of 100 kB", &["suggest", &long]),
        ("unreadable amount", &["suggest", "净水", "--amount", "很多"]),
        ("unreadable day", &["suggest", "净水", "--as-of", "明天"]),
        ("no command", &[]),
        ("unknown command", &["match"]),
        ("unknown flag", &["suggest", "净水", "--colour"]),
    ];
    let shown: String = all.iter().map(|(name, arguments)| format!("# {name}\n{}", place.run(arguments))).collect();
    insta::assert_snapshot!("refused_questions", shown);
}

#[test]
fn data_directories_that_cannot_be_used_are_named() {
    let place = Place::new();
    let mut shown = format!("# nothing there\n{}", place.run(&["suggest", "净水"]));
    assert!(!place.path().join("data").exists(), "a question makes no data directory");

    place.file("data", "a file");
    shown.push_str(&format!("# a file in its place\n{}", place.run(&["import", fixtures().to_str().unwrap()])));
    std::fs::remove_file(place.path().join("data")).unwrap();

    std::fs::create_dir(place.path().join("data")).unwrap();
    place.file("data/ledger.db", "this is no ledger, but it is long enough to look like one at first sight: ".repeat(20));
    shown.push_str(&format!("# damaged\n{}", place.run(&["stats"])));
    insta::assert_snapshot!("unusable_data", shown);
}

#[tokio::test]
async fn a_ledger_of_a_newer_version_is_left_alone() {
    let place = Place::demo();
    let path = place.path().join("data/ledger.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let before = std::fs::read(&path).unwrap();
    insta::assert_snapshot!("newer_ledger", place.run(&["suggest", "净水"]));
    assert!(std::fs::read(&path).unwrap() == before, "the ledger was touched");
}

#[test]
fn a_port_in_use_is_found_before_anything_is_written() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = place.run(&["serve", "--listen", &address]).replace(&address, "[ADDRESS]");
    insta::assert_snapshot!("port_in_use", shown);
    assert!(!place.path().join("data").exists());
}

#[test]
fn a_stale_text_index_says_so_and_reindex_restores_it() {
    let place = Place::demo();
    let whole = place.run(&["suggest", "学校净水"]);
    std::fs::remove_dir_all(place.path().join("data/text")).unwrap();
    assert_eq!(place.run(&["suggest", "学校净水"]), whole, "a missing index is rebuilt");
    let meta = place.path().join("data/text/projects/meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    let at = text.find("\"payload\"").and_then(|at| Some(at + text[at..].find("\"2 ")? + 1)).expect("the stamp of format 2");
    std::fs::write(&meta, format!("{}0{}", &text[..at], &text[at + 1..])).unwrap();
    insta::assert_snapshot!("stale_index", place.run(&["suggest", "学校净水"]));
    assert!(place.run(&["reindex"]).starts_with("exit code: 0"));
    assert_eq!(place.run(&["suggest", "学校净水"]), whole);
}
