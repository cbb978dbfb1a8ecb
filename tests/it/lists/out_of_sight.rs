//! What an office hid or struck out, and the packages that programs write.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use qianshou::app::{App, ImportReport, Reading};
use qianshou::domain::EntityKind;
use qianshou::ingest::{InputFile, ReadAs};
use rust_xlsxwriter::{Format, Workbook};

use super::{columns_said, facts, report, skipped};
use crate::data::{LOCAL, TODAY};

fn report_with_hidden(name: &str, bytes: &[u8]) -> ImportReport {
    let reading = ReadAs { hidden: true, ..Some(EntityKind::Needs).into() };
    let file = InputFile::from_bytes_as(Path::new(name), bytes, &reading).unwrap();
    let reading = Reading { partial: true, keep_accepted: true, ..Reading::default() };
    App::dry_run(LOCAL, None, None, [Ok(file)], &reading, TODAY).unwrap()
}

/// A sheet with a row hidden by a filter, one without height, one struck out, a cell struck out, and a hidden column.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let struck = Format::new().set_font_strikethrough();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["项目名称", "需求县", "资金缺口（万元）", "需求描述"]).unwrap();
    for (row, title) in (1..).zip(["净水", "浴室", "轮椅", "助餐", "书包", "棉被"]) {
        sheet.write_row(row, 0, [title, "德钦县"]).unwrap();
        sheet.write_number(row, 2, row * 2).unwrap();
        sheet.write_string(row, 3, "内部意见").unwrap();
    }
    sheet.autofilter(0, 0, 6, 3).unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_row_height(3, 0).unwrap();
    sheet.write_string_with_format(4, 0, "助餐", &struck).unwrap();
    sheet.write_number_with_format(5, 2, 10, &struck).unwrap();
    sheet.write_rich_string(6, 1, &[(&struck, "维西县"), (&Format::new(), "德钦县")]).unwrap();
    sheet.set_column_hidden(3).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn what_is_hidden_or_struck_out_is_said_and_read_only_if_asked_for() {
    let report = report("表.xlsx", &workbook());
    let taken = facts(&report);
    assert_eq!(taken.iter().map(|it| it.split(' ').nth(1).unwrap()).collect::<Vec<_>>(), ["净水", "书包", "棉被"]);
    assert_eq!(taken[1], "6 书包 533422", "a sum that is struck out is none");
    let reasons: Vec<_> = skipped(&report).into_iter().map(|(row, reason)| (row, reason.chars().take(4).collect())).collect();
    assert_eq!(reasons, [(3, "隐藏的行"), (4, "隐藏的行"), (5, "划去的行")].map(|(row, text)| (row, String::from(text))));
    assert_eq!(columns_said(&report), [(1, "D".to_owned()), (6, "C".to_owned()), (7, "B".to_owned())]);
    let all = report_with_hidden("表.xlsx", &workbook());
    assert_eq!((facts(&all).len(), all.skipped.len(), columns_said(&all).len()), (6, 0, 0));
    assert!(format!("{:?}", all.accepted).contains("内部意见"));
}

#[test]
fn the_same_holds_for_open_documents() {
    let cell = |style: &str, text: &str| {
        format!(
            r#"<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let row = |attributes: &str, style: &str, title: &str, county: &str| {
        format!(
            "<table:table-row {attributes}>{}{}{}</table:table-row>",
            cell(style, title),
            cell("a", county),
            cell("a", "内部意见")
        )
    };
    let rows = [
        row("", "a", "项目名称", "需求县").replace("内部意见", "需求描述"),
        row("", "a", "净水", "德钦县"),
        row(r#"table:visibility="filter""#, "a", "浴室", "德钦县"),
        row(r#"table:visibility="collapse""#, "a", "轮椅", "德钦县"),
        row("", "b", "助餐", "德钦县"),
        row("", "a", r#"<text:span text:style-name="t">书包</text:span>"#, "德钦县"),
    ]
    .concat();
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:style="s" xmlns:table="t" xmlns:text="x"><office:automatic-styles><style:style style:name="a"><style:text-properties style:text-line-through-style="none"/></style:style><style:style style:name="b"><style:text-properties style:text-line-through-type="single"/></style:style><style:style style:name="t"><style:text-properties style:text-line-through-style="solid"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="甲"><table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(content.as_bytes()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    let report = report("表.ods", &bytes);
    assert_eq!(facts(&report), ["2 净水 533422"]);
    assert_eq!(skipped(&report).into_iter().map(|(row, _)| row).collect::<Vec<_>>(), [3, 4, 5, 6]);
    assert_eq!(columns_said(&report), [(1, "C".to_owned())]);
    assert_eq!(facts(&report_with_hidden("表.ods", &bytes)).len(), 5);
}

#[test]
fn a_package_with_backslashes_in_its_paths_is_a_workbook() {
    let mut source = zip::ZipArchive::new(Cursor::new(workbook())).unwrap();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..source.len() {
        let mut part = source.by_index(n).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        let name = part.name().unwrap().replace('/', "\\");
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert_eq!(facts(&report("表.xlsx", &bytes)).len(), 3);
}

#[test]
fn json_may_be_an_array_or_an_object_around_one() {
    let list = r#"[
        {"title": "净水", "place": "德钦县", "amount": "5万元"},
        {"title": "浴室", "city": "维西县"},
        7
    ]"#;
    let read = report("需求.json", list.as_bytes());
    assert_eq!(facts(&read), ["1 净水 533422 50000", "2 浴室 533423"]);
    assert_eq!(read.rejected.head().iter().map(|it| it.row).collect::<Vec<_>>(), [3]);
    let around = r#"{"code": 200, "data": {"list": [{"title": "净水", "county": "德钦县"}]}}"#;
    assert_eq!(facts(&report("需求.json", around.as_bytes())), ["1 净水 533422"]);
    assert_eq!(
        facts(&report("需求.jsonl", around.replace("{\"code\": 200, \"data\": {\"list\": ", "").replace("}}", "").as_bytes())),
        ["1 净水 533422"]
    );
    let one = r#"{"title": "净水", "region": "德钦县"}"#;
    assert_eq!(facts(&report("需求.json", one.as_bytes())), ["1 净水 533422"]);
}
