//! Columns that nobody foresaw: guessed from their cells, stated by the user, remembered for the next list.

use std::path::Path;

use qianshou::app::{App, ImportReport, Reading};
use qianshou::domain::EntityKind;
use qianshou::ingest::{InputFile, Mapping, ReadAs, Why};
use serde_json::json;

use super::{Grid, columns_said, facts};
use crate::api::import;
use crate::cli::Workdir;
use crate::data::{Data, LOCAL, TODAY};

fn read_with(csv: &str, mapping: &str) -> ImportReport {
    let reading = ReadAs { mapping: Mapping::parse(mapping).unwrap(), ..Some(EntityKind::Needs).into() };
    let file = InputFile::from_bytes_as(Path::new("needs.csv"), csv.as_bytes(), &reading).unwrap();
    let reading = Reading { partial: true, keep_accepted: true, ..Reading::default() };
    App::dry_run(LOCAL, None, None, [Ok(file)], &reading, TODAY).unwrap()
}

/// Heading, field, why, and what is offered, for each column of the first table.
fn meanings(report: &ImportReport) -> Vec<(String, String, Option<Why>, String)> {
    let columns = &report.files[0].tables[0].columns;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    columns.iter().map(|it| (it.heading.clone(), text(&it.field), it.why, text(&it.offered))).collect()
}

#[test]
fn columns_are_known_by_what_stands_in_them() {
    let grid = Grid::of(&[
        "东西|哪里|谁|怎么找|算法|多少钱|张三李四|何时|项目名称",
        "口罩、手套|德钦县|德钦县人民医院|0887-8412345|箱|3万元|王小明|2026-12-01|补防护用品",
        "轮椅|维西县|维西县中心敬老院|13900001111|辆|5000元|李芳|2026-12-03|换轮椅",
        "净水设备|贡山县|贡山县第一小学|0886-3512345|套|8万元|张伟|2027-01-05|装净水设备",
        "课桌|福贡县|福贡县上帕小学|0886-3412345|张|1.2万|赵明|2027-02-01|添课桌",
    ]);
    let report = grid.report();
    let read: Vec<(String, String, Option<Why>, String)> = meanings(&report);
    let fields: Vec<(&str, &str)> = read.iter().map(|(_, field, _, offered)| (field.as_str(), offered.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("", "goods"),
            ("region", ""),
            ("submitted_by", ""),
            ("contact", ""),
            ("goods_unit", ""),
            ("", "amount"),
            ("", ""),
            ("", "deadline"),
            ("title", ""),
        ]
    );
    assert_eq!(read[1].2, Some(Why::Content));
    // Each guess is a warning; so is each offer. Names of persons are not read.
    assert_eq!(columns_said(&report).len(), 8, "{:?}", report.warnings.head());
    assert!(!format!("{:?}", report.accepted).contains("王小明"));
    assert_eq!(facts(&report)[0], "2 补防护用品 533422", "no sum is invented");
}

#[test]
fn what_names_a_need_is_guessed_where_no_heading_does() {
    let csv = "县里,缺啥,几个\n德钦县,口罩,30\n维西县,轮椅,5\n贡山县,净水设备,2\n";
    let report = read_with(csv, "几个=数量");
    assert_eq!(facts(&report), ["2 口罩30 533422", "3 轮椅5 533423", "4 净水设备2 533324"]);
}

#[test]
fn what_the_user_says_comes_first() {
    let csv = "机构,东西,备用,需求地区\n甲医院,口罩30箱,见附件,德钦县\n";
    let report = read_with(csv, r#"{"机构": "submitted_by", "东西": "物资名称", "备用": "忽略", "需求地区": "note"}"#);
    assert_eq!(facts(&report), ["2 口罩30箱"]);
    assert_eq!(columns_said(&report), []);
    assert!(meanings(&report).iter().all(|(_, _, why, _)| *why == Some(Why::Stated)));
}

#[test]
fn a_mapping_is_remembered_for_lists_with_the_same_headings() {
    let workdir = Workdir::new();
    let list = |month: &str| format!("机构,东西,备用\n甲医院,口罩{month}00只,见附件\n");
    workdir.file("needs1.csv", list("1"));
    workdir.file("needs2.csv", list("2"));
    let map = "东西=goods,机构=submitted_by,备用=忽略";
    let refused = workdir.run(&["import", "needs1.csv", "--as", "needs"]);
    assert!(refused.starts_with("exit code: 2"), "{refused}");
    let dry = workdir.run(&["import", "needs1.csv", "--as", "needs", "--map", map, "--dry-run"]);
    assert!(dry.starts_with("exit code: 0") && dry.contains("东西→goods（指定）"), "{dry}");
    assert!(workdir.run(&["import", "needs2.csv", "--as", "needs"]).starts_with("exit code: 2"), "a dry run stores nothing");
    assert!(workdir.run(&["import", "needs1.csv", "--as", "needs", "--map", map]).starts_with("exit code: 0"));
    let next = workdir.run(&["import", "needs2.csv", "--as", "needs"]);
    assert!(
        next.starts_with("exit code: 0") && next.contains("机构→submitted_by（记住），东西→goods（记住），备用→不读（记住）"),
        "{next}"
    );
    workdir.file("needs3.csv", list("3"));
    let replaced = workdir.run(&["import", "needs3.csv", "--as", "needs", "--map", "备用=note"]);
    assert!(replaced.contains("备用→note（指定）") && replaced.contains("东西→goods（记住）"), "{replaced}");
    let wrong = workdir.run(&["import", "needs3.csv", "--map", "备用=没有的"]);
    assert!(wrong.starts_with("exit code: 2") && wrong.contains("没有“没有的”这个字段"), "{wrong}");
}

#[tokio::test]
async fn the_form_takes_a_mapping_and_what_is_hidden() {
    let data = Data::empty().await;
    let list = "机构,东西\n甲医院,口罩100只\n";
    let mapping = r#"{"东西": "goods", "机构": "submitted_by"}"#;
    let fields = [("kind", "needs"), ("mapping", mapping), ("hidden", "true")];
    let job = import(&data, ("清单.csv", list), &fields).await;
    let table = &job["report"]["files"][0]["tables"][0];
    assert_eq!(table["columns"][1], json!({"column": "B", "heading": "东西", "field": "goods", "why": "stated"}));
    let next = import(&data, ("清单二.csv", &list.replace("100", "200")), &[("kind", "needs")]).await;
    assert_eq!(next["report"]["files"][0]["tables"][0]["columns"][1]["why"], "remembered");
    assert_eq!(next["report"]["files"][0]["created"], 1);
}
