//! Workbooks as offices send them: read as they are, problems marked in the user's own file, nothing guessed or lost.
//!
//! The files in `workbooks/` were made for these tests; their README says how.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use qianshou::app::{Accepted, App, ImportReport, Reading};
use qianshou::domain::{Entity, EntityKind, Need};
use qianshou::export::error_workbook;
use qianshou::ingest::InputFile;
use qianshou::spool::Spool;
use qianshou::wire;
use rust_xlsxwriter::{Format, Workbook};

use crate::data::{Data, LOCAL, TODAY, needs_of, open_files, to_json};

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/workbooks").join(name)
}

fn needs(path: &Path) -> InputFile {
    InputFile::open(path, Some(EntityKind::Needs)).unwrap()
}

fn check(file: InputFile) -> ImportReport {
    dry_run(&[file])
}

fn dry_run(files: &[InputFile]) -> ImportReport {
    let reading = Reading { partial: true, keep_accepted: true, ..Reading::default() };
    App::dry_run(LOCAL, None, None, files.iter().map(Ok), &reading, TODAY).unwrap()
}

/// The files as a workbook with their problems marked.
fn marked_list(files: &[InputFile], report: &ImportReport) -> Vec<u8> {
    let mut bytes = Vec::new();
    error_workbook(files, &report.rejected, &report.warnings, &Spool::default(), &mut bytes).unwrap();
    bytes
}

/// Sheet, row and column of each problem.
fn places(issues: &[qianshou::ingest::Issue]) -> Vec<(String, u64, String)> {
    let mut places: Vec<_> = issues
        .iter()
        .filter(|issue| issue.row > 0)
        .map(|issue| (issue.sheet.clone().unwrap_or_default(), issue.row, issue.column.clone().unwrap_or_default()))
        .collect();
    places.sort();
    places
}

fn accepted(report: &ImportReport, sheet: &str, row: u64) -> Need {
    let rows = report.accepted.as_ref().unwrap().head();
    let found = rows.iter().find(|it| it.sheet.as_deref().unwrap_or_default() == sheet && it.row == row);
    let Accepted { record, .. } = found.unwrap_or_else(|| panic!("{sheet} row {row} was not accepted"));
    let Entity::Need(need) = record else { panic!("{sheet} row {row} is no need") };
    (**need).clone()
}

/// Both ends of a sum in yuan.
type Ends = (Option<f64>, Option<f64>);

/// County and asked sum.
fn facts(need: &Need) -> (Vec<String>, Option<Ends>) {
    let places = need.record.certain_regions().map(|region| region.code.to_string()).collect();
    let yuan = |money: Option<qianshou::domain::Money>| money.map(qianshou::domain::Money::yuan);
    (places, need.record.amount.as_ref().map(|amount| (yuan(amount.min_fen), yuan(amount.max_fen))))
}

fn at(sheet: &str, row: u64, column: &str) -> (String, u64, String) {
    (sheet.to_owned(), row, column.to_owned())
}

#[test]
fn three_county_sheets_with_two_header_rows_are_read_as_they_are() {
    let report = check(needs(&stored("yunnan.xlsx")));
    assert_eq!(
        places(report.rejected.head()),
        [at("德钦县", 11, "D"), at("维西县", 11, "L"), at("香格里拉市", 9, "L")],
        "the faults that were put in"
    );
    for (sheet, row, county, low, high) in [
        ("德钦县", 5, "533422", 300_000.0, 300_000.0),
        ("德钦县", 6, "533422", 120_000.0, 120_000.0),
        ("德钦县", 8, "533422", 150_000.0, 150_000.0),
        ("德钦县", 10, "533422", 1_100_000.0, 1_100_000.0),
        ("维西县", 7, "533423", 200_000.0, 200_000.0),
        ("维西县", 12, "533423", 195_000.0, 195_000.0),
        ("香格里拉市", 6, "533401", 155_000.0, 155_000.0),
        ("香格里拉市", 7, "533401", 250_000.0, 250_000.0),
        ("香格里拉市", 8, "533401", 200_000.0, 300_000.0),
        ("香格里拉市", 13, "533401", 25_000.0, 25_000.0),
    ] {
        let found = facts(&accepted(&report, sheet, row));
        assert_eq!(found, (vec![county.to_owned()], Some((Some(low), Some(high)))), "{sheet} {row}");
    }
    let skipped: Vec<_> = report.skipped.head().iter().map(|it| (it.sheet.as_deref().unwrap(), it.row)).collect();
    assert_eq!(skipped.len(), 6, "a sum and a signature a sheet: {skipped:?}");
    assert!(report.warnings.head().iter().any(|it| it.sheet.as_deref() == Some("下拉选项") && it.reason.contains("隐藏")));
    let lower = accepted(&report, "维西县", 10);
    assert_ne!(facts(&lower).1, Some((Some(300_000.0), Some(300_000.0))), "a merged sum is not filled down");
    assert_eq!(
        lower.place.as_deref().map(|place| place.starts_with("塔城镇")),
        accepted(&report, "维西县", 9).place.as_deref().map(|place| place.starts_with("塔城镇"))
    );
}

#[test]
fn an_old_workbook_with_sums_between_and_units_above_is_read() {
    let report = check(needs(&stored("qinghai.xls")));
    assert_eq!(places(report.rejected.head()), [at("需求清单", 9, "D"), at("需求清单", 14, "K"), at("需求清单", 16, "D")]);
    assert!(places(report.warnings.head()).contains(&at("需求清单", 24, "K")), "a gap above the total is asked about");
    for (row, county, yuan) in [
        (4, "632621", 350_000.0),
        (6, "632623", 186_000.0),
        (7, "632623", 500_000.0),
        (8, "632624", 500_000.0),
        (13, "632723", 750_000.0),
        (19, "632525", 400_000.0),
        (20, "632524", 300_000.0),
        (22, "632324", 64_000.0),
    ] {
        let found = facts(&accepted(&report, "需求清单", row));
        assert_eq!(found, (vec![county.to_owned()], Some((Some(yuan), Some(yuan)))), "row {row}");
    }
    assert_eq!(report.skipped.len(), 6);
}

#[test]
fn lines_of_goods_carry_their_sums_and_merged_applicants() {
    let report = check(needs(&stored("goods.ods")));
    assert_eq!(places(report.rejected.head()), [at("物资需求", 13, "G")]);
    for (row, yuan) in [(5, 11_100.0), (6, 14_400.0), (7, 17_000.0), (10, 5_760.0), (15, 13_000.0), (17, 26_000.0)] {
        let need = accepted(&report, "物资需求", row);
        assert_eq!(facts(&need), (vec!["610926".to_owned()], Some((Some(yuan), Some(yuan)))), "row {row}");
        assert!(need.submitted_by.is_some(), "row {row}");
    }
    assert!(report.warnings.head().iter().any(|it| it.row == 16 && it.reason.contains("小计")));
}

#[test]
fn one_list_in_four_encodings_is_one_list() {
    let reports = ["gb18030.csv", "utf8bom.csv", "utf16le.csv", "big5.csv"].map(|name| check(needs(&stored(name))));
    for report in &reports {
        assert_eq!(report.rejected.head().iter().map(|it| it.row).collect::<Vec<_>>(), [10, 13]);
        for (row, county, yuan) in [(3, "653125", 180_000.0), (6, "653125", 125_000.0), (12, "653126", 450_000.0)] {
            assert_eq!(facts(&accepted(report, "", row)), (vec![county.to_owned()], Some((Some(yuan), Some(yuan)))), "row {row}");
        }
    }
    let text = |report: &ImportReport, row| accepted(report, "", row).record.normalized;
    for report in &reports[1..3] {
        assert_eq!(text(report, 6), text(&reports[0], 6));
    }
}

#[test]
fn a_renamed_workbook_macros_and_formulas_are_told_from_what_they_hold() {
    let renamed = check(needs(&stored("renamed.xlsx")));
    assert_eq!((renamed.rejected.len(), renamed.files[0].accepted), (0, 10));
    let macros = check(needs(&stored("macros.xlsm")));
    assert_eq!(macros.files[0].accepted, 8);
    assert!(macros.warnings.head().iter().any(|it| it.reason.contains("宏没有运行")));
    let formulas = check(needs(&stored("formulas.xlsx")));
    let rows: std::collections::BTreeSet<u64> = formulas.rejected.head().iter().map(|it| it.row).collect();
    assert_eq!(rows.into_iter().collect::<Vec<_>>(), [4, 7, 11, 12]);
    assert_eq!(facts(&accepted(&formulas, "五县", 6)).1, Some((Some(54_000.0), Some(54_000.0))));
    assert_eq!(accepted(&formulas, "五县", 8).record.title.as_deref(), Some("=cmd|' /C calc'!A0"));
}

#[test]
fn what_is_no_readable_workbook_says_why() {
    let open = |name: &str, bytes: &[u8]| {
        InputFile::from_bytes(Path::new(name), bytes, Some(EntityKind::Needs)).unwrap_err().to_string()
    };
    let whole = std::fs::read(stored("yunnan.xlsx")).unwrap();
    assert!(open("x.xlsx", &whole[..whole.len() / 2]).contains("损坏或不完整"));
    assert!(open("x.xlsx", &std::fs::read(stored("password.xlsx")).unwrap()).contains("密码"));
    assert!(open("x.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").contains("不认识的文件格式"));
    assert!(open("x.xls", "<html><table><tr><td>项目名称</td></tr></table></html>".as_bytes()).contains("网页"));
}

/// A compressed workbook whose sheet unpacks to more than the program reads.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let relation =
        |kind: &str, target: &str| format!("<x><Relationship Id=\"r\" Type=\"/relationships/{kind}\" Target=\"{target}\"/></x>");
    for (name, text) in [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", "<x><sheet name=\"x\" id=\"r\"/></x>".to_owned()),
        ("xl/worksheets/sheet1.xml", "<x>".to_owned()),
    ] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..300 {
        archive.write_all(&blanks).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_compressed_bomb_is_refused() {
    let bytes = bomb();
    assert!(bytes.len() < 2 << 20);
    let error = InputFile::from_bytes(Path::new("x.xlsx"), &bytes, Some(EntityKind::Needs)).unwrap_err();
    assert!(error.to_string().contains("过大"), "{error}");
}

#[test]
fn a_million_empty_rows_and_a_stray_cell_are_no_needs() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["项目名称", "需求地区"]).unwrap();
    sheet.write_row(1, 0, ["学校净水", "德钦县"]).unwrap();
    sheet.write_string(1_048_575, 16_383, "误填").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let report = check(InputFile::from_bytes(Path::new("x.xlsx"), &bytes, Some(EntityKind::Needs)).unwrap());
    assert_eq!((report.files[0].accepted, report.rejected.len(), report.skipped.len()), (1, 0, 1));
    assert_eq!(check(needs(&stored("empty_rows.ods"))).files[0].accepted, 3);
}

/// A list with a fault in one cell, an oddity in another, a personal number, and text that looks like a formula.
fn list_with_faults() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("甲乡").unwrap();
    sheet.merge_range(0, 0, 0, 4, "2021年德钦县需求清单", &Format::new()).unwrap();
    sheet.write_row(1, 0, ["序号", "项目名称", "需求地区", "资金缺口(万元)", "需求描述"]).unwrap();
    sheet.write_row(2, 0, ["1", "学校净水", "德钦县", "很多钱", "联系张老师13800138000"]).unwrap();
    sheet.write_row(3, 0, ["2", "=1+1", "德钦县", "待定", "修路"]).unwrap();
    sheet.write_row(4, 0, ["3", "村医培训", "德钦县", "12", "培训"]).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[tokio::test]
async fn the_error_workbook_is_the_users_own_and_comes_back_when_mended() {
    let data = Data::empty().await;
    let path = data.dir.path().join("需求.xlsx");
    std::fs::write(&path, list_with_faults()).unwrap();
    let files = vec![needs(&path)];
    let report = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].stored, places(report.rejected.head())), (false, vec![at("甲乡", 3, "D")]));
    assert!(!format!("{report:?}").contains("13800138000"), "a telephone number shows in the report");

    let marked = marked_list(&files, &report);
    let whole = [needs(&stored("yunnan.xlsx"))];
    let sheets = marked_list(&whole, &ImportReport::default());
    let sheets = InputFile::from_bytes(Path::new("需求.xlsx"), &sheets, Some(EntityKind::Needs)).unwrap();
    assert_eq!(
        check(sheets).warnings.head(),
        check(needs(&stored("yunnan.xlsx")))
            .warnings
            .head()
            .iter()
            .cloned()
            .map(|it| qianshou::ingest::Issue { file: "需求.xlsx".to_owned(), ..it })
            .collect::<Vec<_>>(),
        "every sheet, the hidden one too"
    );
    let again = InputFile::from_bytes(Path::new("需求-问题.xlsx"), &marked, Some(EntityKind::Needs)).unwrap();
    let report_again = data.app.import(LOCAL, None, std::slice::from_ref(&again), false, &|_| {}).await.unwrap();
    assert_eq!(places(report_again.rejected.head()), places(report.rejected.head()), "same sheets, rows and columns");
    assert!(report_again.warnings.head().iter().all(|it| !it.reason.contains("不认识的列")), "the added column is known");

    let mut mended = Workbook::new();
    let sheet = mended.add_worksheet().set_name("甲乡").unwrap();
    sheet.write_string(0, 0, "2021年德钦县需求清单").unwrap();
    sheet.write_row(1, 0, ["序号", "项目名称", "需求地区", "资金缺口(万元)", "需求描述", "错误说明"]).unwrap();
    sheet.write_row(2, 0, ["1", "学校净水", "德钦县", "30", "联系张老师13800138000", "看不懂的金额"]).unwrap();
    sheet.write_row(3, 0, ["2", "=1+1", "德钦县", "待定", "修路"]).unwrap();
    sheet.write_row(4, 0, ["3", "村医培训", "德钦县", "12", "培训"]).unwrap();
    let bytes = mended.save_to_buffer().unwrap();
    let mended = InputFile::from_bytes(Path::new("需求-问题.xlsx"), &bytes, Some(EntityKind::Needs)).unwrap();
    let first = data.app.import(LOCAL, None, std::slice::from_ref(&mended), false, &|_| {}).await.unwrap();
    assert_eq!((first.rejected.len(), first.files[0].created), (0, 3));
    let second = data.app.import(LOCAL, None, &[mended], false, &|_| {}).await.unwrap();
    assert_eq!((second.files[0].created, second.files[0].updated, second.files[0].unchanged), (0, 0, 3));
    let catalog = data.app.catalog();
    assert!(needs_of(&catalog).iter().all(|need| !serde_json::to_string(need).unwrap().contains("13800138000")));
    assert!(needs_of(&catalog).iter().any(|need| need.record.title.as_deref() == Some("=1+1")));
}

#[tokio::test]
async fn the_same_need_twice_is_kept_twice_and_linked() {
    let row = "学校净水,德钦县,30,为23所小学安装净水设备解决师生饮水不安全的问题\n";
    let list = format!("项目名称,需求地区,资金缺口(万元),需求描述\n{row}{row}村医培训,维西县,12,为村医开办培训班\n");
    let data = Data::empty().await;
    let path = data.file("needs.csv", &list);
    let files = open_files(&[path], None).unwrap();
    let report = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    assert_eq!(report.files[0].created, 3);
    assert!(
        report.warnings.head().iter().any(|it| it.row == 3 && it.reason.contains("内容相同")),
        "{:?}",
        report.warnings.head()
    );
    let again = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    assert_eq!((again.files[0].unchanged, again.files[0].created), (3, 0));
    let catalog = data.app.catalog();
    let view = data.app.need(LOCAL, &needs_of(&catalog)[0].id).unwrap();
    assert_eq!(view.similar.iter().map(|it| (&it.need, it.is_same)).collect::<Vec<_>>(), [(&needs_of(&catalog)[1].id, true)]);
}

#[test]
fn columns_of_persons_are_not_read() {
    let list = "项目名称,学生姓名,身份证号,需求地区\n助学,张三,11010519491231002X,德钦县\n";
    let file = InputFile::from_bytes(Path::new("needs.csv"), list.as_bytes(), None).unwrap();
    let report = check(file);
    assert_eq!(report.warnings.head().iter().filter(|it| it.reason.contains("个人信息")).count(), 2);
    let shown = to_json(&wire::WholeImportReport(&report));
    assert!(!shown.contains("张三") && !shown.contains("11010519491231002X"), "{shown}");
}

#[tokio::test]
async fn a_mended_error_workbook_adds_only_the_rows_that_were_kept_out() {
    let data = Data::empty().await;
    let path = data.dir.path().join("需求.xlsx");
    std::fs::write(&path, list_with_faults()).unwrap();
    let files = vec![needs(&path)];
    let report = data.app.import(LOCAL, None, &files, true, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].created, report.files[0].rejected), (2, 1));
    let marked = marked_list(&files, &report);
    let marked = InputFile::from_bytes(Path::new("需求-问题.xlsx"), &marked, Some(EntityKind::Needs)).unwrap();
    let again = data.app.import(LOCAL, None, &[marked], true, &|_| {}).await.unwrap();
    assert_eq!((again.files[0].created, again.files[0].unchanged), (0, 2), "running numbers and remarks make no new record");
}

#[test]
fn a_broken_line_comes_back_as_it_stands() {
    let lines = "{\"title\": \"修路\"}\n{oops 13800138000\n";
    let file = InputFile::from_bytes(Path::new("needs.jsonl"), lines.as_bytes(), None).unwrap();
    let report = dry_run(std::slice::from_ref(&file));
    assert_eq!(report.rejected.head()[0].value.as_deref(), Some("{oops [手机号已隐去]"));
    let marked = marked_list(&[file], &report);
    let marked = InputFile::from_bytes(Path::new("needs.xlsx"), &marked, Some(EntityKind::Needs)).unwrap();
    assert_eq!(check(marked).files[0].accepted, 2, "the line stands in the first column");
}

fn sheets(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_formula_that_gives_nothing_is_a_blank_cell() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["序号", "项目名称", "资金缺口(万元)"]).unwrap();
    sheet.write_row(1, 0, ["1", "净水", "3"]).unwrap();
    for row in 2..5 {
        sheet.write_formula(row, 0, rust_xlsxwriter::Formula::new("=IF(B3=\"\",\"\",2)").set_result("")).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let report = check(InputFile::from_bytes(Path::new("needs.xlsx"), &bytes, None).unwrap());
    assert_eq!((report.files[0].accepted, report.rejected.len()), (1, 0));
}

#[tokio::test]
async fn each_sheet_says_what_it_holds_and_running_numbers_are_no_ids() {
    let data = Data::with(&[("organizations.jsonl", r#"{"id": "a", "name": "甲基金会"}"#.to_owned())]).await;
    let bytes = sheets(&[
        ("需求", &[&["需求编号", "需求名称", "需求地区"], &["x1", "净水", "德钦县"]]),
        ("认领记录", &[&["编号", "需求编号", "认领单位", "认领金额"], &["1", "x1", "甲基金会", "30万元"]]),
    ]);
    let file = InputFile::from_bytes(Path::new("需求及认领.xlsx"), &bytes, None).unwrap();
    let report = data.app.import(LOCAL, None, &[file], false, &|_| {}).await.unwrap();
    assert_eq!((report.rejected.len(), needs_of(&data.app.catalog()).len(), data.app.catalog().claims.len()), (0, 1, 1));

    let county = |thing| -> Vec<Vec<&str>> { vec![vec!["编号", "项目名称"], vec!["1", thing], vec!["2", "修路"]] };
    let (one, two) = (county("净水"), county("助学"));
    let rows = |rows: &'_ [Vec<&'static str>]| rows.to_vec();
    let mut workbook = Workbook::new();
    for (name, rows) in [("德钦县", rows(&one)), ("维西县", rows(&two))] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(&rows) {
            sheet.write_row(row, 0, cells.iter().copied()).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let file = InputFile::from_bytes(Path::new("两县.xlsx"), &bytes, Some(EntityKind::Needs)).unwrap();
    let report = data.app.import(LOCAL, None, &[file], false, &|_| {}).await.unwrap();
    assert_eq!((report.files[0].created, report.files[0].updated), (4, 0), "{:?}", report.warnings.head());
}

#[test]
fn an_error_workbook_of_an_error_workbook_is_the_same() {
    let bytes = sheets(&[(
        "表",
        &[&["序号", "项目名称", "需求地区", "完成比例"], &["1", "净水", "假县", "0.35"], &["2", "修路", "德钦县", "#DIV/0!"]],
    )]);
    let first = InputFile::from_bytes(Path::new("needs.xlsx"), &bytes, None).unwrap();
    let report = check(InputFile::from_bytes(Path::new("needs.xlsx"), &bytes, None).unwrap());
    let marked = marked_list(&[first], &report);
    let second = InputFile::from_bytes(Path::new("needs.xlsx"), &marked, None).unwrap();
    let again = check(InputFile::from_bytes(Path::new("needs.xlsx"), &marked, None).unwrap());
    assert_eq!((again.rejected.head(), again.warnings.head()), (report.rejected.head(), report.warnings.head()));
    let twice = marked_list(&[second], &again);
    let third = check(InputFile::from_bytes(Path::new("needs.xlsx"), &twice, None).unwrap());
    assert_eq!(third.warnings.head(), again.warnings.head(), "no column is added in each round");
}

#[test]
fn lines_are_counted_over_blank_ones_and_footers_are_no_needs() {
    let list = "\n\n项目名称,需求地区,资金缺口(万元)\n\n\n净水,德钦县,3\n\n一、教育类,,\n——,,\n路灯,假县,2\n小计算机教室,德钦县,1\n填表人：甲,,2021年3月1日\n";
    let report = check(InputFile::from_bytes(Path::new("needs.csv"), list.as_bytes(), None).unwrap());
    assert_eq!(report.rejected.head().iter().map(|it| it.row).collect::<Vec<_>>(), [10]);
    let rows: Vec<u64> = report.accepted.as_ref().unwrap().head().iter().map(|it| it.row).collect();
    assert_eq!(rows, [6, 11]);
    assert_eq!(report.skipped.head().iter().map(|it| it.row).collect::<Vec<_>>(), [8, 9, 12]);
}

#[test]
fn units_of_sums_and_people_are_taken_from_headings() {
    let list = "项目名称,资金缺口（万）,覆盖人口(户)\n净水,30,600\n";
    let report = check(InputFile::from_bytes(Path::new("needs.csv"), list.as_bytes(), None).unwrap());
    let need = accepted(&report, "", 2);
    assert_eq!(facts(&need).1, Some((Some(300_000.0), Some(300_000.0))));
    assert_eq!(need.record.beneficiaries.map(|it| (it.max, it.unit)), Some((Some(600), "户".to_owned())));
    let list = "项目名称,资金缺口\n净水,\"一期30万元，二期20万元\"\n修路,\"总投资80万元，已落实30万元\"\n";
    let report = check(InputFile::from_bytes(Path::new("needs.csv"), list.as_bytes(), None).unwrap());
    assert_eq!(report.warnings.head().iter().map(|it| it.row).collect::<Vec<_>>(), [2], "several sums are asked about");
    let list = "项目名称,资金缺口,受益人数\n,万元,人\n净水,30,100\n";
    let report = check(InputFile::from_bytes(Path::new("needs.csv"), list.as_bytes(), None).unwrap());
    assert_eq!(facts(&accepted(&report, "", 3)).1, Some((Some(300_000.0), Some(300_000.0))));
    assert_eq!((report.rejected.len(), report.skipped.head()[0].row), (0, 2));
}

#[test]
fn telephone_numbers_hide_in_titles_sums_and_numbers_too() {
    let sums = "项目名称,资金缺口(元)\n水库,13800138000\n水厂,13800138000元\n水渠,\"13,800,138,000\"\n";
    let report = check(InputFile::from_bytes(Path::new("needs.csv"), sums.as_bytes(), None).unwrap());
    assert_eq!(
        report.rejected.head().iter().map(|it| (it.row, it.value.as_deref())).collect::<Vec<_>>(),
        [(2, Some("[手机号已隐去]"))]
    );
    for row in [3, 4] {
        let sum = facts(&accepted(&report, "", row)).1;
        assert_eq!(sum, Some((Some(13_800_138_000.0), Some(13_800_138_000.0))), "a sum with its unit or separators is a sum");
    }
    let list = "2021年需求清单（联系人13800138000）,,\n项目名称,需求描述,需求地区\n净水,13900139000,德钦县\n合计,13700137000,\n";
    let shown =
        to_json(&wire::WholeImportReport(&check(InputFile::from_bytes(Path::new("needs.csv"), list.as_bytes(), None).unwrap())));
    assert!(!shown.contains("138001") && !shown.contains("139001") && !shown.contains("137001"), "{shown}");
}
