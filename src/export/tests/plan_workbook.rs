//! The workbook read back as a spreadsheet program reads it.

use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};

use crate::export::plan_workbook;
use crate::plan::tests::sample::plan;

fn number(cell: Option<&Data>) -> f64 {
    match cell {
        Some(Data::Float(number)) => *number,
        other => panic!("{other:?} is no number"),
    }
}

fn column(range: &Range<Data>, heading: &str) -> usize {
    let headings = range.rows().next().unwrap();
    headings.iter().position(|it| it.to_string().replace('\n', "") == heading).unwrap_or_else(|| panic!("no {heading}"))
}

/// The value in the last row below a heading.
fn total(range: &Range<Data>, heading: &str) -> f64 {
    let last = range.rows().next_back().unwrap();
    assert_eq!(last[0].to_string(), "合计");
    number(last.get(column(range, heading)))
}

#[test]
fn sheets_hold_the_plan_as_numbers_with_sums() {
    let plan = plan();
    let bytes = plan_workbook(&plan).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["总表", "按需求", "按组织", "未满足", "与原方案的差异", "参数"]);
    let mut sheet = |name: &str| book.worksheet_range(name).unwrap();

    let needs = sheet("按需求");
    assert_eq!(needs.height(), 1 + 4 + 1, "a heading, a row a need and partner, a sum");
    let asked: f64 = plan.needs.iter().map(|it| it.gap_yuan).sum();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
    close(total(&needs, "资金缺口（万元）"), asked / 1e4);
    close(total(&needs, "建议合计（万元）"), plan.summary.proposed_yuan / 1e4);
    close(total(&needs, "建议金额（万元）"), plan.summary.proposed_yuan / 1e4);
    close(total(&needs, "占缺口"), plan.summary.proposed_yuan / asked);
    close(number(needs.get((3, column(&needs, "建议金额（万元）")))), 12.3456);
    assert_eq!(needs.get((1, 0)), Some(&Data::String("=村医培训".to_owned())), "a text, no formula");
    assert_eq!(needs.get((2, column(&needs, "资金缺口（万元）"))), Some(&Data::Empty), "the gap stands once");
    assert_eq!(needs.get((4, column(&needs, "建议合作组织"))), Some(&Data::String("（暂无）".to_owned())));

    let organizations = sheet("按组织");
    close(total(&organizations, "建议承担（万元）"), plan.summary.proposed_yuan / 1e4);
    close(total(&organizations, "承担需求数"), 3.0);
    let shares = organizations.get((1, column(&organizations, "建议承担的需求"))).unwrap().to_string();
    assert!(shares.starts_with("=村医培训（云南省迪庆藏族自治州德钦县），13.5万元：在当地做过两个项目\n"), "{shares}");

    let open = sheet("未满足");
    assert_eq!(open.height(), 1 + 2 + 1 + 1);
    close(total(&open, "尚缺（万元）"), (asked - plan.summary.proposed_yuan) / 1e4);
    let relaxations = open.get((1, column(&open, "其余建议不变时，可使其满足的单项调整"))).unwrap().to_string();
    assert_eq!(relaxations.lines().count(), 2);
    assert!(open.rows().any(|row| row[0] == "未纳入方案" && row[6] == "没有写金额"));

    let changed = sheet("与原方案的差异");
    assert_eq!(changed.height(), 1 + 1 + 1);
    assert_eq!(changed.get((1, column(&changed, "原因"))).unwrap().to_string(), "该组织可用的资金现为20万元");

    let summary = sheet("总表");
    let figure = |label: &str| number(summary.rows().find(|row| row[0] == label).unwrap_or_else(|| panic!("{label}")).get(1));
    close(figure("资金缺口（万元）"), 91.5);
    close(figure("两者之差（万元）"), 1.0);
    close(figure("择优改变2个组合时的方案价值（万元）"), 21.0);
    let totals: Vec<_> = summary.rows().filter(|row| row[0] == "合计").collect();
    assert_eq!(totals.len(), 2, "places and sectors");
    for row in totals {
        close(number(row.get(2)), 91.5);
        close(number(row.get(4)), plan.summary.proposed_yuan / asked);
    }
    assert!(summary.rows().any(|row| row[0] == *plan.note));

    let settings = sheet("参数");
    assert!(settings.rows().any(|row| row[0] == "单家最低金额（组织未声明时）" && row[1] == "1万元"));
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_an_empty_one_opens() {
    let mut plan = plan();
    assert!(plan_workbook(&plan).unwrap() == plan_workbook(&plan).unwrap());
    plan.needs.clear();
    plan.organizations.clear();
    plan.unplanned.clear();
    plan.regions.clear();
    plan.sectors.clear();
    let mut book = Xlsx::new(Cursor::new(plan_workbook(&plan).unwrap())).unwrap();
    assert_eq!(book.worksheet_range("按需求").unwrap().height(), 1);
}

#[test]
fn every_sheet_prints_on_a4_with_headings_and_page_numbers() {
    let mut archive = zip::ZipArchive::new(Cursor::new(plan_workbook(&plan()).unwrap())).unwrap();
    for n in 1..=6 {
        let mut xml = String::new();
        archive.by_name(&format!("xl/worksheets/sheet{n}.xml")).unwrap().read_to_string(&mut xml).unwrap();
        for part in [
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "第 &amp;P 页，共 &amp;N 页",
            "state=\"frozen\"",
        ] {
            assert!(xml.contains(part), "sheet {n}: {part}");
        }
        assert!(n == 1 || xml.contains("<autoFilter"), "sheet {n}");
    }
    let mut xml = String::new();
    archive.by_name("xl/workbook.xml").unwrap().read_to_string(&mut xml).unwrap();
    assert_eq!(xml.matches("_xlnm.Print_Titles").count(), 6);
}
