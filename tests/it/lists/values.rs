//! What stands in the cells: units, digits, blanks that are none, other currencies.

use super::{Grid, facts, needs, report};

#[test]
fn a_name_that_ends_in_a_digit_and_its_quantity_stay_apart() {
    let grid = Grid::of(&[
        "品名|规格|数量|计量单位|需求县",
        "口罩KN95||500|只|德钦县",
        "监护仪 B125||4|台|德钦县",
        "防护服|GB19082-2003|1000|件|德钦县",
        "棉被||198件||德钦县",
    ]);
    let titles: Vec<_> = needs(&grid.report()).into_iter().map(|(_, need)| need.record.title.unwrap()).collect();
    assert_eq!(titles, ["口罩KN95，500只", "监护仪 B125，4台", "防护服1000件", "棉被198件"]);
    let written: Vec<_> = needs(&grid.report()).into_iter().map(|(_, need)| need.record.description).collect();
    assert!(written[2].contains("GB19082-2003）1000件"), "{written:?}");
}

#[test]
fn a_cell_of_marks_without_width_is_blank() {
    let grid =
        Grid::of(&["德钦县物资清单", "品名|规格|数量|需求县", "棉被|\u{200b}|30|\u{feff}", "煤|\u{2060}|2|\u{200b}\u{a0}"]);
    let report = grid.report();
    assert_eq!(facts(&report), ["3 棉被30 533422", "4 煤2 533422"]);
    assert!(needs(&report).iter().all(|(_, need)| !need.record.description.contains('（')));
    let csv = super::report("needs.csv", "项目名称,需求县,资金缺口\n净水,德钦县,\u{200b}\n".as_bytes());
    assert_eq!((csv.rejected.len(), facts(&csv)), (0, vec!["2 净水 533422".to_owned()]));
}

#[test]
fn the_unit_of_a_heading_may_be_short() {
    let rows: Vec<String> = ["（亿）", "（万）", "（千元）", "（角）", "（分）", "/万元", "(单位：万元)", "（人民币：元）"]
        .iter()
        .map(|unit| {
            let grid = Grid::of(&[&format!("项目名称|需求县|资金缺口{unit}"), "净水|德钦县|4000"]);
            facts(&grid.report()).remove(0).rsplit(' ').next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(rows, ["400000000000", "40000000", "4000000", "400", "40", "40000000", "40000000", "4000"]);
}

#[test]
fn another_currency_is_said_and_never_yuan() {
    for heading in ["资金缺口（万美元）", "资金缺口（USD）", "资金缺口(港元)", "资金缺口/欧元", "预算美元"]
    {
        let grid = Grid::of(&[&format!("项目名称|需求县|{heading}"), "净水|德钦县|3"]);
        let report = grid.report();
        assert_eq!(facts(&report), ["2 净水 533422"], "{heading}");
        let said = report.warnings.head().iter().filter(|it| it.row == 2 && it.reason.contains("不是人民币")).count();
        assert_eq!(said, 1, "{heading}");
    }
}

#[test]
fn columns_under_other_names_are_known() {
    let grid = Grid::of(&[
        "所在城市|医院名称|所需物资|类别",
        "恩施州|恩施州咸丰县人民医院|口罩|医疗物资",
        "荆门钟祥|钟祥市人民医院|护目镜|应急",
        "|枣阳市第一人民医院|防护服|",
        "黄冈|某县医院|手套|",
    ]);
    let report = grid.report();
    assert_eq!(facts(&report), ["2 口罩 422826", "3 护目镜 420881", "4 防护服 420683", "5 手套 421100"]);
    let english = "title,place,amount,Deadline,qty\n净水,德钦县,30000,2027-06-30,\n";
    let report = super::report("needs.csv", english.as_bytes());
    assert_eq!(facts(&report), ["2 净水 533422 30000"]);
}

#[test]
fn two_offices_that_ask_for_the_same_are_two_needs() {
    let csv = "接收单位,物资名称,数量,需求县\n甲医院,棉被,30,德钦县\n乙医院,棉被,30,德钦县\n";
    let ids: Vec<String> = needs(&report("needs.csv", csv.as_bytes())).into_iter().map(|(_, need)| need.id.to_string()).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0].split('-').nth(1), ids[1].split('-').nth(1), "{ids:?}");
}
