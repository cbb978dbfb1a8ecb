//! Where the tables of a sheet are, and what each of its rows is.

use std::path::Path;

use qianshou::domain::EntityKind;
use qianshou::export::error_workbook;
use qianshou::ingest::InputFile;
use qianshou::spool::Spool;

use super::{Grid, columns_said, facts, needs, report, skipped};

#[test]
fn a_second_header_begins_a_table_of_its_own() {
    let grid = Grid::of(&[
        "2026年怒江州需求清单",
        "序号|项目名称|需求县|资金缺口（万元）",
        "1|水窖修缮|贡山县|12",
        "2|图书角|福贡县|3",
        "",
        "泸水市医院缺的物资",
        "接收单位|物资名称|计量单位|数量|单价（元）",
        "泸水市人民医院|监护仪|台|4|9000",
        "泸水市妇幼保健院|暖箱|台|2|15000",
        "合计|||6|",
    ])
    .merged(0, 0, 3);
    let report = grid.report();
    assert_eq!(
        facts(&report),
        ["3 水窖修缮 533324 120000", "4 图书角 533323 30000", "8 监护仪4台 533301 36000", "9 暖箱2台 533301 30000"]
    );
    assert_eq!(skipped(&report), [(6, "下一张表的标题".to_owned()), (7, "下一张表的表头".to_owned()), (10, "合计行".to_owned())]);
    let offices: Vec<_> = needs(&report).into_iter().filter_map(|(_, need)| need.submitted_by).collect();
    assert_eq!(offices, ["泸水市人民医院", "泸水市妇幼保健院"]);
}

#[test]
fn tables_beside_each_other_stay_apart() {
    let gap = Grid::of(&[
        "项目名称|需求县|资金缺口（万元）||项目名称|需求县|资金缺口（万元）",
        "净水|德钦县|5||助餐|维西县|6",
        "浴室|德钦县|9",
        "||||轮椅|贡山县|2",
    ]);
    let no_gap = Grid::of(&[
        "序号|项目名称|需求县|序号|项目名称|需求县",
        "1|净水|德钦县|3|助餐|维西县",
        "2|浴室|德钦县",
        "|||4|轮椅|贡山县",
    ]);
    let expected = ["2 净水 533422", "2 助餐 533423", "3 浴室 533422", "4 轮椅 533324"];
    assert_eq!(facts(&no_gap.report()), expected);
    let sums = ["2 净水 533422 50000", "2 助餐 533423 60000", "3 浴室 533422 90000", "4 轮椅 533324 20000"];
    assert_eq!(facts(&gap.report()), sums);
    let other = Grid::of(&["需求名称|地区||物资名称|数量|单位", "净水|德钦县||棉被|30|床", "|||煤|2|吨"]);
    assert_eq!(facts(&other.report()), ["2 净水 533422", "2 棉被30床", "3 煤2吨"]);
}

#[test]
fn each_table_beside_another_has_its_own_title() {
    let grid = Grid::of(&[
        "德钦县需求||||维西县需求",
        "项目名称|资金缺口（万元）|备注||项目名称|资金缺口（万元）|备注",
        "净水|5|||助餐|6|急",
    ])
    .merged(0, 0, 2)
    .merged(0, 4, 6);
    assert_eq!(facts(&grid.report()), ["3 净水 533422 50000", "3 助餐 533423 60000"]);
}

#[test]
fn a_column_left_blank_for_looks_cuts_no_table() {
    let grid = Grid::of(&["项目名称|需求县||资金缺口（万元）|受益人数", "净水|德钦县||5|300", "浴室|维西县||9|60"]);
    assert_eq!(facts(&grid.report()), ["2 净水 533422 50000", "3 浴室 533423 90000"]);
}

#[test]
fn notes_hints_and_examples_are_no_needs() {
    let grid = Grid::of(&[
        "项目名称|需求县|资金缺口（万元）|受益人数",
        "（必填，写全称）|（必填）|（如：12.5）|（选填）",
        "1|2|3|4",
        "示例：村卫生室改造|某县|10|200",
        "净水|德钦县|5|300",
        "以下各项可分批认领",
        "浴室|维西县|9|60",
        "※ 已由县局核实",
        "轮椅|贡山县|2|10",
        "教育类",
        "书包|福贡县|1|80",
    ])
    .merged(9, 0, 3);
    let report = grid.report();
    assert_eq!(facts(&report), ["5 净水 533422 50000", "7 浴室 533423 90000", "9 轮椅 533324 20000", "11 书包 533323 10000"]);
    let reasons: Vec<_> = skipped(&report);
    let expected = [(2, "填写提示"), (3, "列号行"), (4, "示例行"), (6, "表内说明"), (8, "表内说明"), (10, "分组标题")];
    assert_eq!(reasons, expected.map(|(row, reason)| (row, reason.to_owned())));
}

#[test]
fn a_need_that_is_only_a_title_stays_a_need() {
    let grid = Grid::of(&["项目名称|需求县|资金缺口（万元）", "净水|德钦县|5", "修建便民桥一座", "浴室|维西县|9"]);
    assert_eq!(facts(&grid.report()), ["2 净水 533422 50000", "3 修建便民桥一座", "4 浴室 533423 90000"]);
}

#[test]
fn the_header_of_each_printed_page_is_no_row() {
    let one =
        Grid::of(&["项目名称|需求县", "净水|德钦县", "项目名称|需求县", "浴室|维西县", "续表", "项目名称|需求县", "轮椅|贡山县"]);
    assert_eq!(facts(&one.report()), ["2 净水 533422", "4 浴室 533423", "7 轮椅 533324"]);
    let two = Grid::of(&[
        "项目名称|需求县|资金（万元）|",
        "||总投资|缺口",
        "净水|德钦县|9|5",
        "项目名称|需求县|资金（万元）|",
        "||总投资|缺口",
        "浴室|维西县|8|4",
    ])
    .merged(0, 2, 3)
    .merged(3, 2, 3);
    let report = two.report();
    assert_eq!(facts(&report), ["3 净水 533422 50000", "6 浴室 533423 40000"]);
    assert_eq!((report.rejected.len(), report.skipped.len()), (0, 2));
}

#[test]
fn a_group_named_after_a_place_says_where_its_rows_lie() {
    let grid = Grid::of(&[
        "2026年迪庆州需求清单",
        "序号|项目名称|资金缺口（万元）",
        "一、德钦县（2项）",
        "1|净水|5",
        "2|浴室|9",
        "二、维西县",
        "1|净水|5",
    ]);
    assert_eq!(facts(&grid.report()), ["4 净水 533422 50000", "5 浴室 533422 90000", "7 净水 533423 50000"]);
}

#[test]
fn goods_as_columns_are_one_need_a_row() {
    let grid = Grid::of(&[
        "医院名称|所在县|口罩（箱）|防护服（套）|KN95|合计",
        "德钦县人民医院|德钦县|5|30||35",
        "维西县人民医院|维西县||20|500|520",
        "贡山县人民医院|贡山县||||",
    ]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 口罩5箱、防护服30套 533422", "3 防护服20套、KN95，500 533423"]);
    assert_eq!(skipped(&report), [(4, "各种物资的数量都是空的".to_owned())]);
    let under =
        Grid::of(&["学校|所在县|所需物资|||", "||课桌|书包|台灯|小计", "甲小学|德钦县|30|20|1|51", "乙小学|维西县|3||2|5"])
            .merged(0, 2, 5);
    assert_eq!(facts(&under.report()), ["3 课桌30、书包20、台灯1 533422", "4 课桌3、台灯2 533423"]);
}

#[test]
fn numbers_that_count_no_goods_make_no_matrix() {
    let grid = Grid::of(&["项目名称|需求县|户数|海拔", "净水|德钦县|30|3200", "浴室|维西县|20|2100"]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 净水 533422", "3 浴室 533423"]);
    assert_eq!(columns_said(&report), [(1, "C".to_owned()), (1, "D".to_owned())]);
}

#[test]
fn cells_without_a_heading_are_named() {
    let grid = Grid::of(&["项目名称||需求县", "净水|加急|德钦县", "浴室||维西县|见附件"]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 净水 533422", "3 浴室 533423"]);
    assert_eq!(columns_said(&report), [(2, "B".to_owned()), (3, "D".to_owned())]);
    // A text file may end its lines with blank fields; a field beyond those of the header has moved.
    let csv = "项目名称,需求县,,\n净水,德钦县,,见附件\n浴室,维西县,,,多\n";
    let report = report_of(csv);
    assert_eq!(facts(&report), ["2 净水 533422"]);
    assert_eq!(report.rejected.head().iter().map(|it| it.row).collect::<Vec<_>>(), [3]);
}

fn report_of(csv: &str) -> qianshou::app::ImportReport {
    report("needs.csv", csv.as_bytes())
}

#[test]
fn a_table_of_another_kind_is_said_not_read_as_needs() {
    let grid = Grid::of(&[
        "项目名称|需求县|资金缺口（万元）",
        "净水|德钦县|5",
        "",
        "联系人|联系电话|需求县",
        "某科长|0887-8123456|德钦县",
    ]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 净水 533422 50000"]);
    assert_eq!(report.skipped.head().iter().map(|it| it.row).collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn the_year_of_a_day_above_the_table_is_that_of_its_deadlines() {
    let grid = Grid::of(&["德钦县物资公布表", "2020-01-29", "物资名称|数量|到货时间", "棉被|30|4月底前"]);
    let (_, need) = needs(&grid.report()).remove(0);
    assert_eq!(need.record.deadline.unwrap().not_after.to_string(), "2020-04-30");
}

#[test]
fn the_marked_workbook_points_to_the_cells_of_every_table() {
    let grid = Grid::of(&[
        "项目名称|需求县|资金缺口（万元）||项目名称|需求县|资金缺口（万元）",
        "净水|德钦县|很多||助餐|假县|6",
        "浴室|德钦县|9||轮椅|贡山县|2",
        "",
        "物资名称|数量|单价（元）",
        "棉被|若干|80",
        "煤|2|很贵",
    ]);
    let bytes = grid.xlsx();
    let open = |bytes: &[u8]| InputFile::from_bytes(Path::new("表.xlsx"), bytes, Some(EntityKind::Needs)).unwrap();
    let first = report("表.xlsx", &bytes);
    let mut marked = Vec::new();
    error_workbook(&[open(&bytes)], &first.rejected, &first.warnings, &Spool::default(), &mut marked).unwrap();
    let again = report("表.xlsx", &marked);
    let places = |report: &qianshou::app::ImportReport| {
        report.rejected.head().iter().map(|it| (it.row, it.column.clone().unwrap_or_default())).collect::<Vec<_>>()
    };
    let expected = [(2, "C"), (2, "F"), (7, "C")].map(|(row, column)| (row, column.to_owned()));
    assert_eq!(places(&first), expected);
    assert_eq!(places(&again), expected, "it is read as the list itself");
    assert_eq!(facts(&again), facts(&first));
}

#[test]
fn a_table_on_its_side_and_a_form_are_refused_with_what_to_do() {
    let side = Grid::of(&["项目名称|净水|浴室", "需求县|德钦县|维西县", "资金缺口（万元）|5|9", "受益人数|300|60"]);
    let form = Grid::of(&["项目名称|净水|需求单位|某局", "需求县|德钦县|联系电话|0887-8412345", "资金缺口（万元）|5"]);
    for grid in [side, form] {
        let error = InputFile::from_bytes(Path::new("表.xlsx"), &grid.xlsx(), Some(EntityKind::Needs)).unwrap_err();
        assert!(error.to_string().contains("竖排在A列") && error.to_string().contains("转置"), "{error}");
    }
}

#[test]
fn a_row_of_units_below_the_goods_is_no_need() {
    let grid = Grid::of(&["学校|需求县|课桌|书包|合计", "||套|个|", "甲小学|德钦县|30|20|50"]);
    let report = grid.report();
    assert_eq!(facts(&report), ["3 课桌30套、书包20个 533422"]);
    assert_eq!(skipped(&report), [(2, "单位行".to_owned())]);
}

#[test]
fn notes_below_a_table_go_on_over_several_lines() {
    let grid = Grid::of(&[
        "项目名称|需求县|资金缺口（万元）",
        "净水|德钦县|5",
        "合计||5",
        "注：1.资金为估算数",
        "2.实施时间以批复为准",
        "汇总后报州里，由州里统一公布。",
        "德钦县",
        "浴室||9",
    ]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 净水 533422 50000", "8 浴室 533422 90000"]);
    assert_eq!(report.skipped.head().iter().map(|it| it.row).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
}

#[test]
fn an_office_that_does_not_say_what_it_needs_is_kept_with_a_warning() {
    let grid =
        Grid::of(&["医院名称|所在城市|所需物资|联系方式", "德钦县人民医院|迪庆||0887-8412345", "维西县人民医院|迪庆|口罩|"]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 德钦县人民医院的需求（未写明） 533422", "3 口罩 533423"]);
    assert!(report.warnings.head().iter().any(|it| it.row == 2 && it.reason.contains("没有写明")));
}

#[test]
fn a_group_numbered_in_its_own_column_and_a_sum_of_goods_are_no_needs() {
    let groups = Grid::of(&["序号|项目名称|县|资金缺口（万元）", "一|教育类", "1|净水|德钦县|5", "二|维西县", "1|救护车||28"]);
    assert_eq!(facts(&groups.report()), ["3 净水 533422 50000", "5 救护车 533423 280000"]);
    let goods = Grid::of(&["学校|所在乡镇|课桌（套）|棉被（床）", "甲小学|升平镇|30|20", "乙小学|奔子栏镇||7", "合计||30|27"]);
    let report = goods.report();
    assert_eq!(facts(&report), ["2 课桌30套、棉被20床", "3 棉被7床"]);
    assert_eq!(skipped(&report), [(4, "合计行".to_owned())]);
}

#[test]
fn the_same_heading_twice_means_two_things_in_each_of_two_tables() {
    let grid = Grid::of(&[
        "附件2",
        "德钦县急需物资（医院组）|||||||德钦县急需物资（学校组）",
        "单位|物资|数量|单位||||单位|物资|数量|单位",
        "县人民医院|口罩|500|只||||县第一中学|课桌|60|套",
        "县中医院|棉被|100床|||||县第一小学|书包|80个",
    ]);
    let report = grid.report();
    assert_eq!(facts(&report), ["4 口罩500只 533422", "4 课桌60套 533422", "5 棉被100床 533422", "5 书包80个 533422"]);
    let offices: Vec<_> = needs(&report).into_iter().map(|(_, need)| need.submitted_by.unwrap()).collect();
    assert_eq!(offices, ["县人民医院", "县第一中学", "县中医院", "县第一小学"]);
    let lists: Vec<_> = needs(&report).into_iter().map(|(_, need)| need.list.unwrap()).collect();
    assert_eq!((&*lists[0], &*lists[1]), ("德钦县急需物资（医院组）", "德钦县急需物资（学校组）"));
}
