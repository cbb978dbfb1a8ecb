//! `qianshou plan` and `qianshou invite` as processes.

use std::process::{Command, Stdio};

use crate::cli::Workdir;

const PROBLEM: &str = r#"{"needs": [{"gap": 10, "whole": true}, {"gap": 8}],
"organizations": [{"budget": 7, "max_projects": 1}, {"budget": 5}],
"candidates": [[0, 0, 9, 0, 7], [1, 0, 8, 0, 8], [1, 1, 3, 2, 5]]}"#;

fn plan(json: &[u8]) -> serde_json::Value {
    serde_json::from_slice(json).unwrap()
}

#[test]
fn a_problem_of_numbers_needs_no_data_directory() {
    let workdir = Workdir::new();
    workdir.file("problem.json", PROBLEM);
    let shown = workdir.run(&["plan", "--problem", "problem.json", "--out", "plan.json"]);
    assert!(shown.starts_with("exit code: 0") && shown.contains("价值 56，上界 56，差距 0.00%"), "{shown}");
    let whole = plan(&std::fs::read(workdir.path().join("plan.json")).unwrap());
    assert_eq!((&whole["value"], &whole["bound"], &whole["gap"]), (&56.into(), &56.into(), &0.0.into()));
    assert_eq!(whole["assignments"], serde_json::json!([[1, 0, 7]]));
    assert!(whole["seconds"].is_f64());

    let shown = workdir.output(&["plan", "--problem", "problem.json", "--continuous", "--time-limit", "60"]);
    assert_eq!(shown.status.code(), Some(0));
    let continuous = plan(&shown.stdout);
    assert_eq!((&continuous["value"], &continuous["assignments"]), (&78.into(), &serde_json::json!([[0, 0, 7], [1, 1, 5]])));
    assert!(!workdir.path().join("data").exists());
}

#[test]
fn problems_that_make_no_sense_are_refused_by_the_item() {
    let workdir = Workdir::new();
    let mut shown = String::new();
    for (name, from, to) in [
        ("negative gap", "\"gap\": 8", "\"gap\": -8"),
        ("no such need", "[1, 1, 3", "[2, 1, 3"),
        ("no such organization", "[1, 1, 3", "[1, -1, 3"),
        ("repeated pair", "[1, 1, 3", "[1, 0, 3"),
        ("negative least amount", "2, 5]", "-2, 5]"),
        ("a fraction", "\"budget\": 5", "\"budget\": 5.5"),
        ("no JSON", "{\"needs\"", "needs"),
        ("empty", PROBLEM, ""),
    ] {
        workdir.file("problem.json", PROBLEM.replace(from, to));
        shown.push_str(&format!("# {name}\n{}", workdir.run(&["plan", "--problem", "problem.json", "--out", "plan.json"])));
    }
    workdir.file("problem.json", PROBLEM);
    for (name, arguments) in [
        ("no file", &["plan", "--problem", "nowhere.json"][..]),
        ("a directory", &["plan", "--problem", "."]),
        ("nowhere to write", &["plan", "--problem", "problem.json", "--out", "nowhere/plan.json"]),
        ("not as a workbook", &["plan", "--problem", "problem.json", "--out", "plan.xlsx"]),
    ] {
        shown.push_str(&format!("# {name}\n{}", workdir.run(arguments)));
    }
    insta::assert_snapshot!("refused_problems", shown);
    assert!(!workdir.path().join("plan.json").exists());
}

#[test]
fn invalid_arguments_of_a_plan_are_refused() {
    let workdir = Workdir::new();
    let all: [(&str, &[&str]); 12] = [
        ("no needs", &["plan"]),
        ("two kinds of needs", &["plan", "--open", "--needs", "needs.csv"]),
        ("both kinds of problems", &["plan", "--open", "--problem", "problem.json"]),
        ("conditions of another kind", &["plan", "--problem", "problem.json", "--spread"]),
        ("continuous needs", &["plan", "--open", "--continuous"]),
        ("half a pair", &["plan", "--open", "--forbid", "n1"]),
        ("a lock without sum", &["plan", "--open", "--lock", "n1：甲社"]),
        ("fit", &["plan", "--open", "--min-fit", "101"]),
        ("fairness", &["plan", "--open", "--fairness", "none"]),
        ("time", &["plan", "--open", "--time-limit", "-1"]),
        ("a plan to keep without a limit", &["plan", "--open", "--keep", "plan.json"]),
        ("unknown format", &["plan", "--open", "--out", "plan.pdf"]),
    ];
    let shown: String = all.iter().map(|(name, arguments)| format!("# {name}\n{}", workdir.run(arguments))).collect();
    insta::assert_snapshot!("refused_plans", shown);
}

/// A problem that takes long enough to be interrupted even on a fast machine.
fn large_problem() -> String {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (needs, organizations) = (4000_u64, 1500_u64);
    let gaps: Vec<String> = (0..needs).map(|n| format!("{{\"gap\": {}, \"whole\": {}}}", 50 + draw(2000), n % 5 == 0)).collect();
    let budgets: Vec<String> =
        (0..organizations).map(|_| format!("{{\"budget\": {}, \"max_projects\": {}}}", 50 + draw(3000), 2 + draw(3))).collect();
    let mut candidates = Vec::new();
    for need in 0..needs {
        let first = draw(organizations);
        for step in 0..30 {
            let most = 20 + draw(480);
            let organization = (first + step * 37) % organizations;
            candidates.push(format!("[{need}, {organization}, {}, {}, {most}]", 5000 + draw(10_000), draw(most / 3 + 1)));
        }
    }
    format!(
        "{{\"needs\": [{}], \"organizations\": [{}], \"candidates\": [{}]}}",
        gaps.join(","),
        budgets.join(","),
        candidates.join(",")
    )
}

#[test]
fn a_time_limit_gives_the_best_plan_so_far() {
    let workdir = Workdir::new();
    workdir.file("problem.json", large_problem());
    let shown = workdir.run(&["plan", "--problem", "problem.json", "--time-limit", "0.5", "--out", "plan.json"]);
    assert!(shown.starts_with("exit code: 0") && shown.contains("已到时间上限，以下为目前最好的方案"), "{shown}");
    let plan = plan(&std::fs::read(workdir.path().join("plan.json")).unwrap());
    assert!(plan["value"].as_i64().unwrap() <= plan["bound"].as_i64().unwrap());
}

/// Linux only, because Linux tells which signals a process handles: the process must not be interrupted before it is ready.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_gives_the_best_plan_so_far() {
    let workdir = Workdir::new();
    workdir.file("problem.json", large_problem());
    let mut process = Command::new(env!("CARGO_BIN_EXE_qianshou"))
        .current_dir(workdir.path())
        .args(["plan", "--problem", "problem.json", "--out", "plan.json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = process.id().to_string();
    let handles_interrupts = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0");
        u64::from_str_radix(caught.trim(), 16).unwrap() & 2 != 0
    };
    while !handles_interrupts() {
        assert!(process.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = process.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(shown.contains("已中断，以下为目前最好的方案"), "{shown}");
    let plan = plan(&std::fs::read(workdir.path().join("plan.json")).unwrap());
    assert!(plan["value"].as_i64().unwrap() <= plan["bound"].as_i64().unwrap());
}

/// A plan as it is written, with one need and two partners.
fn small_plan() -> serde_json::Value {
    let partner = |id: &str, yuan: i64, lead: bool| {
        serde_json::json!({"organization": id, "name": format!("{id}社"), "amount_yuan": yuan, "lead": lead, "score": 300, "fit": 70,
            "reasons": ["在当地做过项目"], "warnings": []})
    };
    serde_json::json!({
        "note": "草案", "as_of": "2026-11-22", "snapshot": "1", "settings": [],
        "summary": {"needs": 1, "full": 1, "partial": 0, "none": 0, "joint": 1, "organizations": 2, "asked_yuan": 300_000,
            "proposed_yuan": 300_000, "unit_yuan": 1000, "value": 1.0, "bound": 1.0, "gap": 0.0, "ending": "已是最优",
            "pairs": 2, "bound_of_all": 1.0, "interrupted": false, "price_of_fairness": null, "unstable_share": 0.0, "changes": null},
        "needs": [{"need": "n1", "title": "学校净水", "region": "果洛州", "sectors": ["饮水"], "gap_yuan": 300_000, "proposed_yuan": 300_000,
            "partners": [partner("甲", 200_000, true), partner("乙", 100_000, false)], "alternates": [], "unmet": null}],
        "organizations": [], "regions": [], "sectors": [], "unplanned": [], "remarks": []
    })
}

#[test]
fn a_plan_becomes_invitations_in_every_format() {
    let workdir = Workdir::new();
    workdir.file("plan.json", small_plan().to_string());
    for name in ["letters.xlsx", "letters.json", "letters.md", "letters.txt"] {
        let shown = workdir.run(&["invite", "plan.json", "--out", name]);
        assert!(shown.starts_with("exit code: 0") && shown.contains("已为2家组织写出邀请函"), "{shown}");
        assert!(std::fs::metadata(workdir.path().join(name)).unwrap().len() > 500, "{name}");
    }
    insta::assert_snapshot!("letters", std::fs::read_to_string(workdir.path().join("letters.txt")).unwrap());
}

#[test]
fn what_is_no_plan_invites_nobody() {
    let workdir = Workdir::new();
    let mut negative = small_plan();
    negative["needs"][0]["partners"][1]["amount_yuan"] = (-5).into();
    let mut nobody = small_plan();
    nobody["needs"][0]["partners"] = serde_json::json!([]);
    workdir.file("negative.json", negative.to_string());
    workdir.file("nobody.json", nobody.to_string());
    workdir.file("other.json", "{\"needs\": 3}");
    let mut shown = String::new();
    for (name, file, out) in [
        ("a negative sum", "negative.json", "letters.txt"),
        ("nobody proposed", "nobody.json", "letters.txt"),
        ("something else", "other.json", "letters.txt"),
        ("no file", "nowhere.json", "letters.txt"),
        ("unknown format", "nobody.json", "letters.doc"),
        ("nowhere to write", "nobody.json", "nowhere/letters.txt"),
    ] {
        shown.push_str(&format!("# {name}\n{}", workdir.run(&["invite", file, "--out", out])));
    }
    insta::assert_snapshot!("refused_invitations", shown);
    assert!(!workdir.path().join("letters.txt").exists());
}
