//! Cells that a person changes in place: what is read is what a file would give that had these values.

use std::path::Path;

use qianshou::app::{App, ImportReport, Reading};
use qianshou::domain::EntityKind;
use qianshou::ingest::{CellEdit, CellEdits, InputFile, ReadAs};

use super::{Grid, facts, report};
use crate::data::{LOCAL, TODAY};

/// Row, column and new text of each change.
type Changes<'a> = &'a [(u64, &'a str, &'a str)];

fn edits(sheet: Option<&str>, changes: Changes<'_>) -> CellEdits {
    let mut edits = CellEdits::default();
    for &(row, column, text) in changes {
        let (column, text) = (column.to_owned(), text.to_owned());
        edits.set(CellEdit { sheet: sheet.map(str::to_owned), row, column, text }).unwrap();
    }
    edits
}

/// What is read of a file with changes laid over it.
fn report_with(name: &str, bytes: &[u8], edits: CellEdits) -> ImportReport {
    let reading = ReadAs { edits, ..Some(EntityKind::Needs).into() };
    let file = InputFile::from_bytes_as(Path::new(name), bytes, &reading).unwrap();
    let reading = Reading { partial: true, keep_accepted: true, ..Reading::default() };
    App::dry_run(LOCAL, None, None, [Ok(file)], &reading, TODAY).unwrap()
}

/// Everything that a report says, to the letter.
fn said(report: &ImportReport) -> String {
    let accepted = report.accepted.as_ref().unwrap().head();
    let (rejected, warnings, skipped) = (report.rejected.head(), report.warnings.head(), report.skipped.head());
    format!("{accepted:#?}\n{rejected:#?}\n{warnings:#?}\n{skipped:#?}\n{:#?}", report.files)
}

/// A list with a title, a column that nobody knows, a sum row and a signature.
fn list() -> Grid {
    Grid::of(&[
        "2026年迪庆州需求清单",
        "序号|项目名称|需求地区|啥情况|总投资（万元）|资金缺口（万元）",
        "1|学校净水|德钦县|水质差|50|30",
        "2|村医培训|假县|近200人|20|若干",
        "3||维西县||10|8",
        "|合计|||80|38",
        "填表人：甲||||审核人：乙",
    ])
}

/// The list with other texts in some cells; an empty one stands for a blank cell.
fn rewritten(changes: Changes<'_>) -> Grid {
    let mut grid = list();
    for &(row, column, text) in changes {
        let at = (row as u32 - 1, u16::from(column.as_bytes()[0] - b'A'));
        match text {
            "" => drop(grid.cells.remove(&at)),
            text => drop(grid.cells.insert(at, text.to_owned())),
        }
    }
    grid
}

#[test]
fn a_changed_cell_gives_exactly_what_a_file_gives_that_has_this_value() {
    let all: &[Changes<'_>] = &[
        &[(4, "C", "贡山县")],
        &[(4, "F", "12")],
        &[(4, "F", "约12万元")],
        &[(5, "B", "卫生室"), (5, "D", "缺设备")],
        &[(2, "D", "需求描述")],
        &[(1, "A", "2025年怒江州需求清单")],
        &[(6, "B", "合计款项"), (6, "C", "德钦县")],
        &[(3, "E", ""), (3, "F", "")],
        &[(8, "B", "新加的项目"), (8, "C", "德钦县"), (8, "F", "5")],
        &[(7, "A", ""), (7, "E", "")],
        &[(3, "B", "同名项目"), (4, "B", "同名项目"), (4, "C", "德钦县"), (4, "F", "30")],
    ];
    for changes in all {
        let changed = report_with("表.xlsx", &list().xlsx(), edits(Some("Sheet1"), changes));
        assert_eq!(said(&changed), said(&report("表.xlsx", &rewritten(changes).xlsx())), "{changes:?}");
    }
}

#[test]
fn a_text_file_is_changed_as_if_it_had_been_typed_so() {
    let text = |row: &str| format!("项目名称,需求地区,资金缺口(万元)\n学校净水,德钦县,30\n{row}\n");
    let changed = report_with("表.csv", text("村医培训,假县,5").as_bytes(), edits(None, &[(3, "B", "维西县"), (3, "C", "7")]));
    assert_eq!(said(&changed), said(&report("表.csv", text("村医培训,维西县,7").as_bytes())));
    let short = report_with("表.csv", text("村医培训").as_bytes(), edits(None, &[(3, "B", "维西县"), (3, "C", "7")]));
    assert_eq!(said(&short), said(&report("表.csv", text("村医培训,维西县,7").as_bytes())));
}

#[test]
fn a_line_of_json_is_changed_by_its_keys() {
    let text = |row: &str| format!("{{\"title\": \"学校净水\", \"region\": \"德钦县\"}}\n{row}\n");
    let wrong = text(r#"{"title": "村医培训", "region": "假县", "amount_text": "5万元"}"#);
    let right = text(r#"{"title": "村医培训", "region": "维西县", "sector": "医疗健康"}"#);
    let changes: Changes<'_> = &[(2, "region", "维西县"), (2, "amount_text", ""), (2, "sector", "医疗健康")];
    let changed = report_with("表.jsonl", wrong.as_bytes(), edits(None, changes));
    assert_eq!(facts(&changed), facts(&report("表.jsonl", right.as_bytes())));
    assert_eq!(changed.rejected.head(), []);
}

#[test]
fn a_value_of_its_own_takes_the_place_of_what_a_merged_cell_carries_down() {
    let mut grid = Grid::of(&["项目名称|需求地区", "学校净水|德钦县", "村医培训|", "修路|"]);
    let merged = |grid: &Grid| {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        for (&(row, column), text) in &grid.cells {
            sheet.write_string(row, column, text).unwrap();
        }
        let format = rust_xlsxwriter::Format::new();
        sheet.merge_range(1, 1, 3, 1, grid.cells.get(&(1, 1)).unwrap(), &format).unwrap();
        workbook.save_to_buffer().unwrap()
    };
    let changed = report_with("表.xlsx", &merged(&grid), edits(Some("Sheet1"), &[(3, "B", "维西县")]));
    assert_eq!(facts(&changed), ["2 学校净水 533422", "3 村医培训 533423", "4 修路 533422"]);
    let changed = report_with("表.xlsx", &merged(&grid), edits(Some("Sheet1"), &[(2, "B", "维西县")]));
    grid.cells.insert((1, 1), "维西县".to_owned());
    assert_eq!(said(&changed), said(&report("表.xlsx", &merged(&grid))));
}

#[test]
fn a_change_that_has_no_place_is_said() {
    let changed = report_with("表.xlsx", &list().xlsx(), edits(Some("别的表"), &[(4, "C", "德钦县")]));
    let said: Vec<_> = changed.warnings.head().iter().filter(|it| it.reason.contains("没有用上")).collect();
    assert_eq!(said.len(), 1, "{:?}", changed.warnings.head());
    assert_eq!(facts(&changed), facts(&list().report()));
}

#[test]
fn a_list_that_states_no_name_gets_the_one_that_is_given() {
    let read = |text: &str| {
        let reading = ReadAs { list: Some("某县清单".to_owned()), ..Some(EntityKind::Needs).into() };
        let file = InputFile::from_bytes_as(Path::new("表.csv"), text.as_bytes(), &reading).unwrap();
        let reading = Reading { keep_accepted: true, ..Reading::default() };
        App::dry_run(LOCAL, None, None, [Ok(file)], &reading, TODAY).unwrap().files.remove(0).lists
    };
    assert_eq!(read("项目名称\n净水\n"), ["某县清单"]);
    assert_eq!(read("2026年德钦县需求清单,\n项目名称,需求地区\n净水,德钦县\n"), ["2026年德钦县需求清单"]);
}
