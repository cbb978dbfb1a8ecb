//! The program as a process: standard output, standard error and exit code together.

use std::path::Path;
use std::process::{Command, Output};

use crate::data::fixtures;
use tempfile::TempDir;

/// A workdir to run the program in, with its own data directory.
pub(crate) struct Workdir {
    dir: TempDir,
}

impl Workdir {
    pub(crate) fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    /// With the demo records imported.
    fn demo() -> Self {
        let workdir = Self::new();
        let output = workdir.output(&["import", fixtures().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        workdir
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_qianshou"))
            .current_dir(self.path())
            .args(["--data", "data", "--today", "2026-11-22"])
            .args(arguments)
            .env_remove("QIANSHOU_LOG")
            .env("COLUMNS", "100")
            .output()
            .unwrap()
    }

    /// Everything that a caller sees, with varying paths replaced.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
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

/// The names of all commands, as `--help` lists them.
pub(crate) fn commands() -> Vec<String> {
    let help = Workdir::new().run(&["--help"]);
    let list = help.split_once("\n命令:\n").and_then(|(_, rest)| rest.split_once("\n\n")).expect("a list of commands").0;
    list.lines().map(|line| line.split_whitespace().next().expect("a command").to_owned()).collect()
}

#[test]
fn help_is_chinese_and_has_examples() {
    let workdir = Workdir::new();
    insta::assert_snapshot!("help", workdir.run(&["--help"]));
    insta::assert_snapshot!("help_of_plan", workdir.run(&["plan", "--help"]));
    let mut others = String::new();
    for command in commands() {
        let shown = workdir.run(&[&command, "--help"]);
        assert!(shown.starts_with("exit code: 0") && shown.contains("示例："), "{command}");
        assert!(shown.contains(&format!("用法: qianshou {command} ")), "{command}");
        if command != "plan" {
            others.push_str(&format!("# {command}\n{shown}"));
        }
    }
    insta::assert_snapshot!("help_of_other_commands", others);
}

#[test]
fn a_cadre_gets_ranked_organizations_with_reasons() {
    let workdir = Workdir::demo();
    let need = "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力";
    let question = ["suggest", need, "--region", "迪庆", "--amount", "335万", "--as-of", "2019-07-01"];
    insta::assert_snapshot!("suggest", workdir.run(&question));
    insta::assert_snapshot!("suggest_explained", workdir.run(&[&question[..], &["--explain", "--top", "2"]].concat()));
    insta::assert_snapshot!("suggest_json", workdir.run(&[&question[..], &["--json", "--top", "1"]].concat()));
}

#[test]
fn an_organization_sees_the_needs_that_suit_it() {
    let workdir = Workdir::demo();
    insta::assert_snapshot!("opportunities", workdir.run(&["opportunities", "复星", "--top", "3"]));
    insta::assert_snapshot!("opportunities_of_nobody", workdir.run(&["opportunities", "无名基金会"]));
}

#[test]
fn statistics_and_reindex_say_what_there_is() {
    let workdir = Workdir::demo();
    // What the parts take depends on the system and on versions of the libraries.
    let stats = regex::Regex::new(" *[0-9.]+ MB").unwrap().replace_all(&workdir.run(&["stats"]), " [N] MB").into_owned();
    insta::assert_snapshot!("stats", stats);
    insta::assert_snapshot!("reindex", workdir.run(&["reindex"]));
}

#[test]
fn understand_shows_what_was_read() {
    let workdir = Workdir::new();
    insta::assert_snapshot!(
        "understand",
        workdir.run(&["understand", "果洛州23所學校安裝淨水設備157台，約629萬元，6月底前完成"])
    );
    workdir.file("texts.jsonl", "{\"id\": 7, \"text\": \"德钦县乡村医生\"}\noops\n");
    insta::assert_snapshot!("understand_file", workdir.run(&["understand", "--file", "texts.jsonl", "--json"]));
}

#[test]
fn a_list_of_needs_gets_one_line_each_in_its_own_order() {
    let workdir = Workdir::demo();
    workdir.file(
        "needs.csv",
        "需求编号,项目名称,需求地区,资金缺口(万元)\nb,学校净水设备,果洛州,30\na,乡村医生培训,假县,5\nc,村道硬化,云阳县,待定\n",
    );
    insta::assert_snapshot!("suggest_needs", workdir.run(&["suggest", "--needs", "needs.csv", "--top", "2", "--explain"]));
    for name in ["out.jsonl", "out.csv", "out.xlsx"] {
        let shown = workdir.run(&["suggest", "--needs", "needs.csv", "--out", name]);
        assert!(shown.starts_with("exit code: 1"), "{shown}");
        assert!(std::fs::metadata(workdir.path().join(name)).unwrap().len() > 100, "{name}");
    }
    insta::assert_snapshot!(
        "suggest_needs_unknown_format",
        workdir.run(&["suggest", "--needs", "needs.csv", "--out", "out.pdf"])
    );
}

#[test]
fn bad_rows_are_listed_and_the_file_is_not_stored_unless_partial() {
    let workdir = Workdir::new();
    workdir.file(
        "needs.csv",
        "编号,项目名称,需求地区,资金缺口(万元),所属领域\nn1,学校净水,果洛州,30,安全饮水与个人卫生\nn2,村医培训,假县,5,\nn3,修路,云阳县,很多,\nn4,助学,海南,3,炒股\n",
    );
    insta::assert_snapshot!("import_dry_run", workdir.run(&["import", "needs.csv", "--dry-run", "--json"]));
    insta::assert_snapshot!("import_refused", workdir.run(&["import", "needs.csv"]));
    assert!(workdir.run(&["stats"]).contains("需求 0 项"));
    insta::assert_snapshot!("import_partial", workdir.run(&["import", "needs.csv", "--partial"]));
    assert!(workdir.run(&["stats"]).contains("需求 1 项"));
}

#[test]
fn files_that_cannot_be_read_are_refused_whole() {
    let workdir = Workdir::new();
    workdir.file("no_title.csv", "地区,金额\n迪庆,3\n");
    workdir.file("noise_needs.csv", [b"title\n".as_slice(), &[0xff; 40]].concat());
    workdir.file("good_needs.csv", "项目名称\n学校净水\n");
    workdir.file("things.jsonl", "{\"a\": 1}\n");
    workdir.file("empty.csv", "");
    workdir.file("list.pdf", "%PDF");
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
        let run = workdir.run(&[&["import", "good_needs.csv", file], kind].concat());
        shown.push_str(&format!("# {name}\n{run}"));
    }
    insta::assert_snapshot!("unreadable_files", shown);
    assert!(!workdir.path().join("data").exists(), "something was written");
}

#[test]
fn invalid_questions_are_refused() {
    let workdir = Workdir::demo();
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
    let shown: String = all.iter().map(|(name, arguments)| format!("# {name}\n{}", workdir.run(arguments))).collect();
    insta::assert_snapshot!("refused_questions", shown);
}

#[test]
fn data_directories_that_cannot_be_used_are_named() {
    let workdir = Workdir::new();
    let mut shown = format!("# nothing there\n{}", workdir.run(&["suggest", "净水"]));
    assert!(!workdir.path().join("data").exists(), "a question makes no data directory");

    workdir.file("data", "a file");
    shown.push_str(&format!("# a file in its place\n{}", workdir.run(&["import", fixtures().to_str().unwrap()])));
    std::fs::remove_file(workdir.path().join("data")).unwrap();

    std::fs::create_dir(workdir.path().join("data")).unwrap();
    workdir.file("data/ledger.db", "this is no ledger, but it is long enough to look like one at first sight: ".repeat(20));
    shown.push_str(&format!("# damaged\n{}", workdir.run(&["stats"])));
    insta::assert_snapshot!("unusable_data", shown);
}

#[tokio::test]
async fn a_ledger_of_a_newer_version_is_left_alone() {
    let workdir = Workdir::demo();
    let path = workdir.path().join("data/ledger.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let before = std::fs::read(&path).unwrap();
    insta::assert_snapshot!("newer_ledger", workdir.run(&["suggest", "净水"]));
    assert!(std::fs::read(&path).unwrap() == before, "the ledger was touched");
}

#[test]
fn a_port_in_use_is_found_before_anything_is_written() {
    let workdir = Workdir::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = workdir.run(&["serve", "--listen", &address]).replace(&address, "[ADDRESS]");
    insta::assert_snapshot!("port_in_use", shown);
    assert!(!workdir.path().join("data").exists());
}

#[test]
fn nobody_listens_beyond_this_machine_without_a_proxy() {
    let workdir = Workdir::new();
    insta::assert_snapshot!("listen_everywhere", workdir.run(&["serve", "--listen", "0.0.0.0:0"]));
    assert!(!workdir.path().join("data").exists());
}

#[test]
fn hidden_marks_never_reach_the_terminal() {
    let workdir = Workdir::new();
    let name = "示例\u{1b}[31m\u{202e}善慈\u{7}\u{200b}基金会";
    let record = serde_json::json!({"id": "o", "name": name, "scope": "助学"});
    workdir.file("organizations.jsonl", format!("{record}\n"));
    let imported = workdir.run(&["import", "organizations.jsonl"]);
    let project = serde_json::json!({"id": "p", "title": "学校\u{202e}净水", "participants": [name], "year": 2020});
    workdir.file("projects.jsonl", format!("{project}\n"));
    let shown = [
        imported,
        workdir.run(&["import", "projects.jsonl"]),
        workdir.run(&["suggest", "学校净水", "--explain"]),
        workdir.run(&["opportunities", "o"]),
        workdir.run(&["opportunities", "\u{1b}]0;title\u{7}\u{202e}"]),
        workdir.run(&["import", "\u{1b}[2J.csv"]),
        workdir.run(&["suggest", "\u{1b}[2J净水\u{202e}", "--region", "\u{202e}州"]),
    ];
    for output in &shown {
        assert!(!output.chars().any(|c| matches!(c, '\u{1b}' | '\u{7}' | '\u{202e}' | '\u{200b}')), "{output:?}");
    }
}

#[test]
fn what_is_missing_or_stale_is_made_anew() {
    let workdir = Workdir::demo();
    let whole = workdir.run(&["suggest", "学校净水"]);
    std::fs::remove_dir_all(workdir.path().join("data/text")).unwrap();
    assert_eq!(workdir.run(&["suggest", "学校净水"]), whole, "a missing index is rebuilt");
    let meta = workdir.path().join("data/text/projects/meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    let at = text.find("\"payload\"").and_then(|at| Some(at + text[at..].find("\"2 ")? + 1)).expect("the stamp of format 2");
    std::fs::write(&meta, format!("{}0{}", &text[..at], &text[at + 1..])).unwrap();
    assert_eq!(workdir.run(&["suggest", "学校净水"]), whole, "an index of another format is rebuilt");
    std::fs::remove_dir_all(workdir.path().join("data/catalog")).unwrap();
    assert_eq!(workdir.run(&["suggest", "学校净水"]), whole, "a missing base is rebuilt");
    assert!(workdir.run(&["reindex"]).starts_with("exit code: 0"));
    assert_eq!(workdir.run(&["suggest", "学校净水"]), whole);
}

/// Projects of three organizations; `who` alone decides which one takes a project on.
fn history(workdir: &Workdir, count: usize, who: impl Fn(usize) -> usize) {
    let organizations: String = (0..3).map(|n| format!("{{\"id\": \"o{n}\", \"name\": \"甲{n}社\"}}\n")).collect();
    let project = |n: usize| {
        let (year, month, sector) = (2018 + n / 12, 1 + n % 12, ["MED", "WAT", "EDU"][n * 7 % 3]);
        format!(
            "{{\"id\": \"p{n:02}\", \"title\": \"晨光行动\", \"participants\": [\"o{}\"], \"sectors\": [\"{sector}\"], \"start\": \"{year}-{month:02}-15\"}}\n",
            who(n)
        )
    };
    workdir.file("organizations.jsonl", organizations);
    workdir.file("projects.jsonl", (0..count).map(project).collect::<String>());
    let output = workdir.output(&["import", "organizations.jsonl", "projects.jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn learned_weights_that_are_no_better_are_written_only_by_force_and_then_scored_with() {
    let workdir = Workdir::new();
    history(&workdir, 60, |n| n * n / 7 % 3);
    let refused = workdir.run(&["learn", "--out", "model.json"]);
    assert!(refused.starts_with("exit code: 1") && refused.contains("没有写出模型") && refused.contains("--force"), "{refused}");
    assert!(!workdir.path().join("model.json").exists());

    let forced = workdir.run(&["learn", "--out", "model.json", "--force"]);
    assert!(forced.starts_with("exit code: 1") && forced.contains("已写出 model.json"), "{forced}");
    let written = std::fs::read(workdir.path().join("model.json")).unwrap();
    workdir.run(&["learn", "--out", "again.json", "--force", "--json"]);
    assert!(std::fs::read(workdir.path().join("again.json")).unwrap() == written, "the same twice");

    let model: serde_json::Value = serde_json::from_slice(&written).unwrap();
    let answer = workdir.output(&["suggest", "晨光行动助学", "--model", "model.json", "--json", "--explain"]);
    let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
    for suggestion in answer["suggestions"].as_array().unwrap() {
        let parts = suggestion["parts"].as_array().unwrap();
        for (part, learned) in parts.iter().zip(model["features"].as_array().unwrap()) {
            assert_eq!((&part["feature"], &part["weight"]), (&learned["feature"], &learned["per_unit"]));
            // Values are shown to four digits.
            let expected = match part["value"].as_f64() {
                Some(value) => 100.0 * value * learned["per_unit"].as_f64().unwrap(),
                None => part["points"].as_f64().unwrap(),
            };
            assert!((part["points"].as_f64().unwrap() - expected).abs() < 0.6, "{part}");
        }
        assert_eq!(suggestion["score"].as_i64().unwrap(), parts.iter().map(|part| part["points"].as_i64().unwrap()).sum::<i64>());
    }
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut model = model.clone();
        change(&mut model);
        workdir.file("changed.json", model.to_string());
        workdir.run(&["suggest", "晨光行动助学", "--model", "changed.json"])
    };
    let doubled = changed(&|it| it["features"].as_array_mut().unwrap().iter_mut().for_each(|it| it["per_unit"] = 2.0.into()));
    assert!(doubled.starts_with("exit code: 0"), "{doubled}");
    assert_ne!(doubled, workdir.run(&["suggest", "晨光行动助学", "--model", "model.json"]));
    let mut shown = String::new();
    for (name, run) in [
        ("another format", changed(&|it| it["format"] = 99.into())),
        ("a missing feature", changed(&|it| drop(it["features"].as_array_mut().unwrap().remove(2)))),
        ("an unknown feature", changed(&|it| it["features"][2]["feature"] = "luck".into())),
        ("no model", {
            workdir.file("changed.json", "{}");
            workdir.run(&["replay", "--from", "2018", "--model", "changed.json"])
        }),
        ("no file", workdir.run(&["opportunities", "o1", "--model", "nowhere.json"])),
    ] {
        shown.push_str(&format!("# {name}\n{run}"));
    }
    insta::assert_snapshot!("unusable_models", shown);
}

#[test]
fn too_few_projects_to_learn_from_and_nowhere_to_write_are_said() {
    let workdir = Workdir::new();
    history(&workdir, 12, |n| n % 3);
    let mut shown = workdir.run(&["learn", "--out", "model.json", "--force"]);
    shown.push_str(&workdir.run(&["learn", "--out", "nowhere/model.json"]));
    insta::assert_snapshot!("learn_refused", shown);
    assert!(!workdir.path().join("model.json").exists());
}

#[test]
fn a_replay_shows_figures_baselines_and_charts() {
    let workdir = Workdir::new();
    history(&workdir, 24, |n| n * 7 % 3);
    let shown = workdir.run(&["replay", "--from", "2019", "--to", "2019", "--baselines", "--svg", "chart.svg"]);
    insta::assert_snapshot!("replay", shown);
    for name in ["chart.svg", "chart-校准.svg"] {
        let text = std::fs::read_to_string(workdir.path().join(name)).unwrap();
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut depth = 0_i32;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(tag) => {
                    assert_ne!(tag.local_name().as_ref(), "script", "{name}");
                    depth += 1;
                }
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert!(depth == 0 && text.contains("<svg") && !text.contains("<script") && !text.contains("href"), "{name}");
    }
    let json = workdir.output(&["replay", "--from", "2019", "--to", "2019", "--baselines", "--json"]);
    let replay: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let systems: Vec<&str> = replay["systems"].as_array().unwrap().iter().map(|it| it["system"].as_str().unwrap()).collect();
    assert_eq!(systems, ["qianshou", "votes", "profile", "sector_history", "popularity", "name_match", "random"]);
    assert_eq!(replay["needs"], 12);
    let mut refused = workdir.run(&["replay", "--from", "1990", "--to", "1991"]);
    refused.push_str(&workdir.run(&["replay", "--from", "2019", "--svg", "chart.png"]));
    refused.push_str(&workdir.run(&["replay", "--from", "2020", "--to", "2019"]));
    insta::assert_snapshot!("replay_refused", refused);
}

#[test]
fn a_replay_works_with_an_own_taxonomy() {
    let workdir = Workdir::new();
    workdir.file(
        "taxonomy.json",
        r#"{"sectors": [{"code": "A", "zh": "甲类", "triggers": ["甲"], "children": []}, {"code": "B", "zh": "乙类", "triggers": ["乙"], "children": []}], "modes": [], "groups": []}"#,
    );
    workdir.file(
        "projects.jsonl",
        (0..8).map(|n| format!("{{\"id\": \"p{n}\", \"title\": \"项目\", \"participants\": [\"社{}\"], \"sectors\": [\"{}\"], \"year\": {}}}\n", n % 2, ["A", "B"][n % 2], 2014 + n)).collect::<String>(),
    );
    let imported = workdir.run(&["import", "--taxonomy", "taxonomy.json", "projects.jsonl"]);
    assert!(imported.starts_with("exit code: 0"), "{imported}");
    let shown = workdir.run(&["replay", "--from", "2016", "--baselines"]);
    assert!(shown.starts_with("exit code: 0") && shown.contains("领域：甲类") && shown.contains("领域：乙类"), "{shown}");
}
