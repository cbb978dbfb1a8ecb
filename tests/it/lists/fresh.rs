//! Lists of a hand that nobody foresaw: units above merged headings, currencies by row, sums in remarks, people as goods.

use super::{Grid, facts, needs, report, skipped};

#[test]
fn the_unit_above_a_table_holds_wherever_it_stands() {
    let header = ["编号|需求县|项目名称|资金||备注", "|||总额|缺口|", "1|德钦县|水塔|90|35"];
    let lines = |above: &[&str]| {
        let all: Vec<&str> = ["2026年迪庆州项目需求表"].iter().chain(above).chain(&header).copied().collect();
        Grid::of(&all).merged(0, 0, 5).merged(above.len() as u32 + 1, 3, 4)
    };
    for above in ["填报单位：迪庆州民政局|||单位：万元||2026年5月1日", "||||金额单位：万元", "（单位：万元）", "|||||(万元)"]
    {
        let report = lines(&[above]).report();
        assert_eq!(facts(&report), ["5 水塔 533422 350000"], "{above}");
    }
    let beside = Grid::of(&[
        "怒江州需求（左：甲  右：乙）",
        "单位：万元",
        "项目名称|需求县|资金缺口||项目名称|需求县|资金缺口",
        "水塔|福贡县|3||浴室|贡山县|4",
        "|||||合计|4",
    ])
    .merged(0, 0, 6);
    assert_eq!(facts(&beside.report()), ["4 水塔 533323 30000", "4 浴室 533324 40000"]);
}

#[test]
fn a_title_across_tables_beside_each_other_says_where_they_are() {
    let grid = Grid::of(&[
        "福贡县2026年物资一览表",
        "序号|学校|所需物资|数量||序号|医院|设备名称|数量",
        "1|甲乡完小|棉被|20床||1|乙乡卫生院|床|3张",
        "2|丙乡完小|书桌|9张||合计||2项",
    ])
    .merged(0, 0, 8);
    assert_eq!(facts(&grid.report()), ["3 棉被20床 533323", "3 床3张 533323", "4 书桌9张 533323"]);
}

#[test]
fn a_row_in_another_currency_has_no_sum_and_it_is_said() {
    let csv = "项目名称,需求县,金额,币种\n水塔,德钦县,30000,CNY\n浴室,维西县,3000,USD\n床,贡山县,4000,港元\n桌,福贡县,500,人民币\n灯,泸水市,500,第纳尔\n";
    let report = report("needs.csv", csv.as_bytes());
    let expected = ["2 水塔 533422 30000", "3 浴室 533423", "4 床 533324", "5 桌 533323 500", "6 灯 533301"];
    assert_eq!(facts(&report), expected);
    let said: Vec<u64> = report.warnings.head().iter().filter(|it| it.reason.contains("不是人民币")).map(|it| it.row).collect();
    assert_eq!(said, [3, 4, 6]);
    let json = r#"[{"title":"水塔","region":"德钦县","amount":5000,"currency":"HKD"}]"#;
    let report = super::report("needs.json", json.as_bytes());
    assert!(needs(&report)[0].1.record.amount.is_none());
}

#[test]
fn a_table_of_posts_asks_for_people() {
    let grid = Grid::of(&[
        "物资名称|数量|受助单位|所在县",
        "棉被|30床|德钦县某小学|德钦县",
        "",
        "二、人才",
        "科室|人数|派往单位|时间|联系人",
        "产科|2名|维西县人民医院|半年|张某",
    ]);
    let report = grid.report();
    assert_eq!(report.rejected.len(), 0);
    assert_eq!(facts(&report), ["2 棉被30床 533422", "6 产科2名 533423"]);
    let need = &needs(&report)[1].1;
    assert_eq!(
        (need.record.description.as_str(), need.submitted_by.as_deref()),
        ("人员：产科（半年）2名", Some("维西县人民医院"))
    );
}

#[test]
fn prices_totals_and_refusals_are_no_needs() {
    let matrix = Grid::of(&[
        "需求县|学校|学生（人）|棉被（床）|棉鞋（双）",
        "|参考单价（元）||110|65",
        "德钦县|甲校|30|20|30",
        "维西县|乙校|50|/|无",
        "合计||80|20|30",
    ]);
    let report = matrix.report();
    assert_eq!(facts(&report), ["3 棉被20床、棉鞋30双 533422"]);
    assert_eq!(needs(&report)[0].1.record.beneficiaries.as_ref().and_then(|it| it.min), Some(30));
    let reasons: Vec<String> = skipped(&report).into_iter().map(|it| it.1).collect();
    assert_eq!(reasons, ["单价行", "各种物资的数量都是空的", "合计行"]);
    let list = Grid::of(&[
        "项目名称|需求内容|需求县|资金缺口（万元）",
        "水塔|修一座|德钦县|3",
        "暂不缺物资，谢谢||维西县|",
        "不缺水的水塔改造|加高|贡山县|2",
        "合计|3项|5万元",
    ]);
    let report = list.report();
    assert_eq!(facts(&report), ["2 水塔 533422 30000", "4 不缺水的水塔改造 533324 20000"]);
    let reasons: Vec<String> = skipped(&report).into_iter().map(|it| it.1).collect();
    assert_eq!(reasons, ["写明没有需求", "合计行"]);
}

#[test]
fn a_row_that_says_how_to_fill_each_column_is_no_need() {
    let csv = "need_id,title,county,amount,unit,status\n勿填,必填，30字以内,县（全称）,数字，不带单位,件/台/套,open/claimed/closed\nX-1,水塔,德钦县,3000,台,open\n";
    let quoted = csv.replace("必填，30字以内", "\"必填，30字以内\"");
    let report = report("needs.csv", quoted.as_bytes());
    assert_eq!((report.rejected.len(), facts(&report)), (0, vec!["3 水塔 533422 3000".to_owned()]));
}

#[test]
fn a_list_without_sums_may_state_them_in_its_remarks() {
    let grid = Grid::of(&[
        "需求单位|需求|数量|所在县|备注（金额）",
        "德钦县某校|校服|40套|德钦县|每套120元",
        "同上|书桌|15张|〃|单价200元，15张，共0.3万元",
        "维西县某院|床|3张|维西县|自筹2万元",
        "\"|灯|3盏|同上|急",
    ]);
    let report = grid.report();
    let expected = ["2 校服40套 533422 4800", "3 书桌15张 533422 3000", "4 床3张 533423", "5 灯3盏 533423"];
    assert_eq!(facts(&report), expected);
    let offices: Vec<_> = needs(&report).into_iter().filter_map(|(_, need)| need.submitted_by).collect();
    assert_eq!(offices, ["德钦县某校", "德钦县某校", "维西县某院", "维西县某院"]);
    let said: Vec<u64> = report.warnings.head().iter().filter(|it| it.reason.contains("备注")).map(|it| it.row).collect();
    assert_eq!(said, [2, 3, 4]);
    let with_sums = Grid::of(&["项目名称|需求县|资金缺口（万元）|备注", "水塔|德钦县||预算3万元"]);
    assert_eq!(facts(&with_sums.report()), ["2 水塔 533422"]);
}

#[test]
fn offices_with_people_and_sums_are_needs_of_their_own() {
    let grid =
        Grid::of(&["学校|县区|学生数|每餐补贴（角）|合计（元）", "甲镇小学|德钦县|50|40|12000", "乙镇小学|维西县|20|40|4800"]);
    assert_eq!(facts(&grid.report()), ["2 甲镇小学 533422 12000", "3 乙镇小学 533423 4800"]);
}

#[test]
fn the_next_page_of_a_list_is_the_same_list() {
    let grid =
        Grid::of(&["德钦县需求表", "项目名称|需求县", "水塔|德钦县", "德钦县需求表（第2页）", "项目名称|需求县", "浴室|德钦县"])
            .merged(0, 0, 1)
            .merged(3, 0, 1);
    let lists: Vec<_> = needs(&grid.report()).into_iter().filter_map(|(_, need)| need.list).collect();
    assert_eq!(lists, ["德钦县需求表", "德钦县需求表"]);
}
