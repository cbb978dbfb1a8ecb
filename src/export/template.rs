//! Empty workbooks to fill in: the columns of each kind of record, drop-downs, and a sheet that explains them.

use rust_xlsxwriter::{Color, DataValidation, Format, Formula, Workbook, Worksheet};

use super::DocumentError;
use crate::domain::EntityKind;
use crate::ingest::file::{GUIDE_SHEET, OPTION_SHEET};
use crate::reference::Reference;

/// Number of rows with drop-downs.
const ROWS: u32 = 2000;

/// What may be chosen in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Free,
    Sectors,
    Modes,
    Of(&'static [&'static str]),
}

/// Heading, whether it is required, what to write, an example, what may be chosen.
struct Column(&'static str, bool, &'static str, &'static str, Choice);

const YES_NO: Choice = Choice::Of(&["是", "否"]);

const NEEDS: &[Column] = &[
    Column("需求编号", false, "自己的编号；不填则自动生成。再次导入时编号相同的行视为更新", "DQ-2026-001", Choice::Free),
    Column("项目名称", true, "一句话说清要做什么", "村卫生室设备和村医培训", Choice::Free),
    Column(
        "需求描述",
        false,
        "背景、内容和数量；不要写个人姓名、电话和证件号码",
        "12个村卫生室缺少心电图机，乡村医生近40名需要培训",
        Choice::Free,
    ),
    Column("需求地区", true, "写全省、州市、县", "云南省迪庆州德钦县", Choice::Free),
    Column("乡镇(村)", false, "县以下的地点", "升平镇巨水村", Choice::Free),
    Column("所属领域", false, "从下拉列表选择；不填则由文字判断", "助医与健康", Choice::Sectors),
    Column("所需资金(万元)", false, "总额，单位万元；可写“约30”“10-20”“待定”", "35", Choice::Free),
    Column("已落实资金(万元)", false, "已有的资金", "5", Choice::Free),
    Column("资金缺口(万元)", false, "希望社会力量承担的部分；不填则为总额减去已落实", "30", Choice::Free),
    Column("受益人数", false, "人数；人次、户数请写明单位", "近1200人", Choice::Free),
    Column("帮扶方式", false, "从下拉列表选择", "资金", Choice::Modes),
    Column("紧急程度", false, "高、中、低", "高", Choice::Of(&["高", "中", "低"])),
    Column("计划完成时间", false, "日期，或“2026年6月底前”", "2026年12月底前", Choice::Free),
    Column("申报单位", false, "提出需求的单位", "德钦县卫生健康局", Choice::Free),
    Column("提交日期", false, "年-月-日", "2026-03-01", Choice::Free),
    Column("财政资金是否覆盖", false, "财政已覆盖的不必寻找社会力量", "否", YES_NO),
    Column("联系人", false, "只供内部联系，不会公开", "", Choice::Free),
    Column("联系电话", false, "只供内部联系，不会公开", "", Choice::Free),
];

const ORGANIZATIONS: &[Column] = &[
    Column("统一社会信用代码", false, "18位；没有则不填，以名称代替", "53310000MJ4900013P", Choice::Free),
    Column("组织名称", true, "登记的全称", "示例公益基金会", Choice::Free),
    Column("简称", false, "几个简称之间用分号隔开", "示例基金会", Choice::Free),
    Column(
        "组织类型",
        false,
        "从下拉列表选择",
        "基金会",
        Choice::Of(&["基金会", "社会团体", "社会服务机构", "企业", "党政机关", "信托公司", "分支机构", "其他"]),
    ),
    Column("登记层级", false, "从下拉列表选择", "省级", Choice::Of(&["国家级", "省级", "市级", "县级"])),
    Column("登记地", false, "省、市或县", "上海市", Choice::Free),
    Column("业务范围", false, "章程中的业务范围", "资助教育、医疗和救灾", Choice::Free),
    Column("服务领域", false, "领域名称；几个之间用分号隔开", "助医与健康", Choice::Sectors),
    Column("公开募捐资格", false, "是或否", "否", YES_NO),
    Column("评估等级", false, "从下拉列表选择", "4A", Choice::Of(&["1A", "2A", "3A", "4A", "5A"])),
    Column("状态", false, "从下拉列表选择", "正常", Choice::Of(&["正常", "活动异常", "严重违法失信", "注销"])),
    Column("年度公益支出(万元)", false, "最近一年", "800", Choice::Free),
    Column("年度预算(万元)", false, "今年可用于认领的资金", "200", Choice::Free),
    Column("项目数上限", false, "今年最多认领几项", "5", Choice::Free),
    Column("最低认领金额(万元)", false, "低于此数不考虑", "5", Choice::Free),
    Column("意向地区", false, "愿意去的地方；几个之间用顿号隔开", "云南省、青海省果洛州", Choice::Free),
    Column("意向领域", false, "愿意做的领域", "助医与健康", Choice::Sectors),
    Column("不参与地区", false, "不去的地方", "", Choice::Free),
    Column("不参与领域", false, "不做的领域", "", Choice::Sectors),
    Column("联系人", false, "只供内部联系，不会公开", "", Choice::Free),
    Column("联系电话", false, "只供内部联系，不会公开", "", Choice::Free),
];

const PROJECTS: &[Column] = &[
    Column("项目编号", false, "自己的编号；不填则自动生成", "P-2019-07", Choice::Free),
    Column("项目名称", true, "项目的名称", "乡村医生培训", Choice::Free),
    Column("项目内容", false, "做了什么", "为村医开设全科培训班", Choice::Free),
    Column(
        "参与组织",
        true,
        "名称:金额:角色，几家之间用分号隔开；金额和角色可省略",
        "示例公益基金会:100万元:牵头;另一示例基金会",
        Choice::Free,
    ),
    Column("项目实施地", false, "写全省、州市、县", "云南省迪庆州德钦县", Choice::Free),
    Column("所属领域", false, "从下拉列表选择；不填则由文字判断", "助医与健康", Choice::Sectors),
    Column("项目金额(万元)", false, "总额，单位万元", "335", Choice::Free),
    Column("受益人数", false, "人数；人次、户数请写明单位", "200人", Choice::Free),
    Column("帮扶方式", false, "从下拉列表选择", "智力与人才", Choice::Modes),
    Column("开始时间", false, "日期、月份或年份", "2019-07", Choice::Free),
    Column("结束时间", false, "日期、月份或年份", "2020-12", Choice::Free),
    Column("状态", false, "如 已完成", "已完成", Choice::Free),
    Column("来源", false, "公告、年报等", "年度工作报告", Choice::Free),
];

const CLAIMS: &[Column] = &[
    Column("认领编号", false, "自己的编号；不填则自动生成", "", Choice::Free),
    Column("需求编号", true, "须与需求清单中的编号一致", "DQ-2026-001", Choice::Free),
    Column("认领单位", true, "组织的全称、简称或代码", "示例公益基金会", Choice::Free),
    Column("认领金额(万元)", false, "单位万元", "30", Choice::Free),
    Column("认领方式", false, "从下拉列表选择", "资金", Choice::Modes),
    Column("角色", false, "牵头或参与", "牵头", Choice::Of(&["牵头", "参与"])),
    Column(
        "认领状态",
        false,
        "从下拉列表选择",
        "已确认",
        Choice::Of(&["已申请", "已确认", "已发证书", "已签协议", "已完成", "已谢绝", "已取消"]),
    ),
    Column("认领日期", false, "年-月-日", "2026-03-15", Choice::Free),
    Column("备注", false, "谢绝、取消的原因等", "", Choice::Free),
];

const fn columns(kind: EntityKind) -> &'static [Column] {
    match kind {
        EntityKind::Needs => NEEDS,
        EntityKind::Organizations => ORGANIZATIONS,
        EntityKind::Projects => PROJECTS,
        EntityKind::Claims => CLAIMS,
    }
}

/// An XLSX workbook to fill in with records of `kind`. Required headings are marked with `*`.
///
/// # Errors
/// None in practice; the writer of the format has a fallible interface.
pub fn template(kind: EntityKind, reference: &Reference) -> Result<Vec<u8>, DocumentError> {
    let mut workbook = Workbook::new();
    let heading = Format::new().set_bold().set_background_color(Color::RGB(0x00DD_EBF7)).set_text_wrap();
    let options = options(columns(kind), reference);
    let sheet = workbook.add_worksheet().set_name(kind.label())?;
    for (at, column) in columns(kind).iter().enumerate() {
        let at = at as u16;
        let mark = if column.1 { "*" } else { "" };
        sheet.write_string_with_format(0, at, format!("{mark}{}", column.0), &heading)?;
        sheet.set_column_width(at, (column.0.chars().count() * 2 + 6) as f64)?;
    }
    for (at, from, to) in &options.ranges {
        let source = format!("={OPTION_SHEET}!${}${}:${}${}", options.letter(*at), from, options.letter(*at), to);
        let rule = DataValidation::new().allow_list_formula(Formula::new(source)).ignore_blank(true);
        let rule = rule.set_error_title("请从列表中选择")?.set_error_message("可选的内容见下拉列表；也可以留空")?;
        sheet.add_data_validation(1, *at, ROWS, *at, &rule)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    guide(workbook.add_worksheet().set_name(GUIDE_SHEET)?, kind, &heading)?;
    let list = workbook.add_worksheet().set_name(OPTION_SHEET)?;
    for (at, words) in &options.lists {
        for (row, word) in words.iter().enumerate() {
            list.write_string(row as u32, *at, word)?;
        }
    }
    list.set_hidden(true);
    Ok(workbook.save_to_buffer()?)
}

fn guide(sheet: &mut Worksheet, kind: EntityKind, heading: &Format) -> Result<(), DocumentError> {
    let wrap = Format::new().set_text_wrap();
    for (at, (text, width)) in [("列名", 22.0), ("必填", 8.0), ("怎么填", 60.0), ("示例", 40.0)].into_iter().enumerate()
    {
        sheet.write_string_with_format(0, at as u16, text, heading)?;
        sheet.set_column_width(at as u16, width)?;
    }
    let mut row = 1;
    for Column(name, required, help, example, _) in columns(kind) {
        for (at, text) in [*name, if *required { "是" } else { "" }, *help, *example].into_iter().enumerate() {
            sheet.write_string_with_format(row, at as u16, text, &wrap)?;
        }
        row += 1;
    }
    let notes = [
        "每行一条记录；第一行是列名，请不要改动。不用的列可以删去。",
        "地区可以合并单元格，金额不要合并。不要写“合计”行；写了也会跳过。",
        "请不要填写受益人的姓名、身份证号、电话和银行卡号；内容中的这类号码导入时会隐去。",
    ];
    for (n, note) in notes.into_iter().enumerate() {
        sheet.write_string(row + 1 + n as u32, 0, note)?;
    }
    Ok(())
}

/// The lists of the drop-downs. A list is in the column of the option sheet that has the number of its own column.
struct Options {
    lists: Vec<(u16, Vec<String>)>,
    /// Column, first and last row of its list, from 1.
    ranges: Vec<(u16, usize, usize)>,
}

impl Options {
    fn letter(&self, column: u16) -> String {
        crate::ingest::sheet::letter(usize::from(column))
    }
}

fn options(columns: &[Column], reference: &Reference) -> Options {
    let taxonomy = &reference.taxonomy;
    let words = |choice| match choice {
        Choice::Free => Vec::new(),
        Choice::Sectors => taxonomy.top_sectors().map(|(_, name)| name.to_owned()).collect(),
        Choice::Modes => taxonomy.modes().iter().map(|mode| mode.name.clone()).collect(),
        Choice::Of(words) => words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>(),
    };
    let lists = columns.iter().enumerate().map(|(at, column)| (at as u16, words(column.4)));
    let lists: Vec<(u16, Vec<String>)> = lists.filter(|(_, words)| !words.is_empty()).collect();
    let ranges = lists.iter().map(|(at, words)| (*at, 1, words.len())).collect();
    Options { lists, ranges }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;
    use crate::domain::NeedId;
    use crate::ingest::headings::{self, Heading};
    use crate::ingest::{InputFile, Names, ReadingContext, read};
    use jiff::civil::date;

    #[test]
    fn every_heading_of_a_template_is_understood() {
        for kind in EntityKind::ALL {
            for column in columns(kind) {
                assert!(matches!(headings::field(kind, column.0), Heading::Field { .. }), "{kind:?} {}", column.0);
            }
        }
    }

    #[test]
    fn the_examples_of_the_guide_make_a_row_without_complaint() {
        let reference = Reference::embedded();
        let mut names = Names::default();
        for name in ["示例公益基金会", "另一示例基金会"] {
            names.add(&crate::domain::Organization::named(crate::domain::OrganizationId::new(name), name));
        }
        let needs = HashSet::from([NeedId::new("DQ-2026-001")]);
        for kind in EntityKind::ALL {
            let lines = |of: fn(&Column) -> &'static str| columns(kind).iter().map(of).collect::<Vec<_>>().join(",");
            let csv = format!("{}\n{}\n", lines(|column| column.0), lines(|column| column.3));
            let file = InputFile::from_bytes(Path::new("x.csv"), csv.as_bytes(), Some(kind)).unwrap();
            let outcomes = read(&file, 0, &ReadingContext::new(&reference, &names, &needs, date(2026, 1, 1)));
            assert_eq!(outcomes.len(), 1);
            assert_eq!((&outcomes[0].rejected, &outcomes[0].warnings), (&vec![], &vec![]), "{kind:?}");
        }
    }

    #[test]
    fn an_empty_template_has_no_rows_and_its_header_is_found() {
        for kind in EntityKind::ALL {
            let bytes = template(kind, &Reference::embedded()).unwrap();
            let error = InputFile::from_bytes(Path::new("模板.xlsx"), &bytes, Some(kind)).unwrap_err();
            assert!(matches!(error, crate::ingest::FileError::Empty { .. }), "{error}");
        }
    }
}
