//! Who asks for help is not asked to give it: the applicant of a need is never suggested for it.

use serde_json::{Value, json};

use crate::cli::Workdir;
use crate::data::lines;

const APPLICANT: &str = "示例县红十字会";

/// The applicant is found by id, name, alias, and as one of several names.
const NAMED_AS: [&str; 5] = ["o-own", "示例县红十字会", "示例红会", "示例县 红十字会", "示例县民政局、示例红会"];

fn workdir() -> Workdir {
    let workdir = Workdir::new();
    let organization = |id: &str, name: &str, aliases: &[&str]| {
        json!({"id": id, "name": name, "aliases": aliases, "home_region": "云南省德钦县", "sectors": ["MED"],
            "budget_yuan": 1_000_000})
    };
    let organizations = [organization("o-own", APPLICANT, &["示例红会"]), organization("o-other", "示例医疗基金会", &[])];
    workdir.file("organizations.jsonl", lines(&organizations));
    workdir.file("needs.jsonl", lines(&NAMED_AS.iter().enumerate().map(|(n, by)| need(n, Some(by))).collect::<Vec<_>>()));
    for file in ["organizations.jsonl", "needs.jsonl"] {
        assert_eq!(workdir.output(&["import", file]).status.code(), Some(0));
    }
    workdir
}

fn need(n: usize, submitted_by: Option<&str>) -> Value {
    json!({"id": format!("n{n}"), "title": format!("第{n}批药品"), "region": "云南省德钦县", "amount_yuan": 200_000,
        "sectors": ["MED"], "submitted_by": submitted_by})
}

fn json_of(workdir: &Workdir, arguments: &[&str]) -> Value {
    let output = workdir.output(arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn it_is_not_suggested_whatever_it_is_called() {
    let workdir = workdir();
    for by in NAMED_AS {
        let answer = json_of(&workdir, &["suggest", "德钦县药品20万元", "--submitted-by", by, "--json", "--explain"]);
        let suggested: Vec<&Value> = answer["suggestions"].as_array().unwrap().iter().map(|it| &it["organization"]).collect();
        assert_eq!(suggested, ["o-other"], "{by}");
        assert_eq!(answer["left_out"]["applicant"]["organizations"][0]["organization"], "o-own", "{by}");
        let why = json_of(&workdir, &["suggest", "德钦县药品20万元", "--submitted-by", by, "--why-not", "o-own", "--json"]);
        assert_eq!(why["limits"], json!(["applicant"]));
        assert_eq!(why["changes"], json!([]), "nothing makes an applicant its own sponsor");
    }
    let nobody = json_of(&workdir, &["suggest", "德钦县药品20万元", "--json"]);
    assert_eq!(nobody["suggestions"].as_array().unwrap().len(), 2, "without an applicant nobody is left out");
}

#[test]
fn lists_opportunities_and_plans_leave_it_out_too() {
    let workdir = workdir();
    let output = workdir.output(&["suggest", "--needs", "needs.jsonl"]);
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), NAMED_AS.len());
    assert!(!answers.contains("o-own"), "{answers}");
    let own = json_of(&workdir, &["opportunities", "o-own", "--json"]);
    assert_eq!((&own["opportunities"], own["left_out"].as_object().unwrap().len()), (&json!([]), 1));
    let plan = json_of(&workdir, &["plan", "--open", "--json"]);
    let partners = |need: &Value| need["partners"].to_string() + &need["alternates"].to_string();
    assert!(plan["needs"].as_array().unwrap().iter().all(|need| !partners(need).contains("o-own")));
    assert!(plan["needs"].to_string().contains("o-other"));
    let lock = workdir.run(&["plan", "--open", "--lock", "n0：o-own：5万"]);
    assert!(lock.starts_with("exit code: 2") && lock.contains("由它申报"), "{lock}");
}
