//! Matrices of goods: each heading is a good, the cells are quantities, and a row is one need for all of them.

use super::cell_value::is_placeholder;
use super::columns::{Column, Header};
use super::headings::{self, GOODS_COUNT, Heading};
use super::sheet::{Sheet, SheetRow, Value};
use crate::domain::EntityKind;
use crate::understand::quantity_field;

/// Rows that are looked at to see whether a column holds quantities.
const SAMPLE: usize = 40;
/// Units of goods, as headings have them in brackets.
const UNITS: &str = "箱 个 套 件 台 只 副 双 瓶 盒 包 袋 桶 张 床 把 本 支 条 顶 辆 块 吨 公斤 千克 斤 升 kg KG 份 组 架 部 人份 \
                     万只 万个 罐 根 片 枚 樘 株 头 卷 捆 册 幅 对 米 枝 扇 盏 口 粒 听 提 筐 车 批 L ml";
/// Headings of sums over a row.
const TOTALS: &str = "合计 小计 总计 总数 共计 合计数量 总数量 数量合计 合计数 总和 total Total";
/// Endings of headings that count or number something else than goods.
const OTHER_COUNTS: [&str; 20] = [
    "人数",
    "户数",
    "人口",
    "面积",
    "率",
    "比例",
    "年份",
    "编码",
    "代码",
    "距离",
    "排名",
    "床位数",
    "次数",
    "天数",
    "金额",
    "邮编",
    "学生数",
    "师生数",
    "教师数",
    "补贴",
];

/// Marks the columns of a matrix of goods in a header. `texts` are its columns with their headings from top to bottom.
pub(super) fn mark(sheet: &Sheet, header: &mut Header, texts: &[(usize, Vec<String>)]) {
    let is_list = header.kind != EntityKind::Needs || header.has(&["specification", "unit_price", "goods_unit"]);
    if is_list || header.columns.len() < 3 {
        return;
    }
    let is_named = header.columns.iter().any(names_need);
    let (end, height) = (header.end(), header.height);
    let is_good = |(column, (_, texts)): &(&Column, &(usize, Vec<String>))| {
        let lowest = texts.last().map_or("", String::as_str);
        let is_under_goods = height > 1 && texts.len() > 1 && is_goods_field(column);
        let is_candidate = column.heading == Heading::Unknown || is_under_goods;
        let is_certain = is_under_goods || unit_of(lowest).is_some();
        is_candidate
            && (is_certain || !is_named)
            && !is_total(lowest)
            && !is_count(lowest)
            && !counts_other(lowest)
            && holds_quantities(sheet, end, column.at)
    };
    let goods: Vec<usize> = header.columns.iter().zip(texts).enumerate().filter(|(_, it)| is_good(it)).map(|(n, _)| n).collect();
    let has_other = header.columns.iter().any(|column| !matches!(column.heading, Heading::Unknown) && !is_goods_field(column));
    if goods.len() < 2 || !has_other {
        return;
    }
    let mut counts_people = Some(counts_people).filter(|_| !header.has(&["beneficiaries"]));
    for (n, column) in header.columns.iter_mut().enumerate() {
        let lowest = texts[n].1.last().map_or("", String::as_str);
        if column.heading == Heading::Unknown && counts_people.is_some_and(|counts| counts(lowest)) {
            counts_people = None;
            column.set_field("beneficiaries");
        } else if goods.contains(&n) {
            column.set_field(&format!("{GOODS_COUNT}/{lowest}"));
        } else if is_total(lowest) {
            column.heading = Heading::Ignored;
            column.field = "".into();
        } else if &*column.field == "title" && !names_need(column) {
            column.set_field("submitted_by");
        }
    }
}

/// True if a column says what is needed. 名称 beside goods is the name of an office.
fn names_need(column: &Column) -> bool {
    let is_weak = ["名称", "name", "单位名称"].contains(&column.text.trim());
    ["title", "description", "goods"].contains(&&*column.field) && !is_weak
}

fn is_goods_field(column: &Column) -> bool {
    ["goods", "quantity"].contains(&&*column.field)
}

/// True for what a row holds rather than a heading: 200床, 24,000.
fn is_count(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || ".,，".contains(c));
    rest.len() < text.len() && (rest.is_empty() || is_unit(rest))
}

fn is_total(heading: &str) -> bool {
    let bare = heading.split(['(', '（']).next().unwrap_or_default().trim();
    TOTALS.split_whitespace().any(|total| total == bare)
}

fn counts_other(heading: &str) -> bool {
    let bare = heading.split(['(', '（']).next().unwrap_or_default().trim();
    OTHER_COUNTS.iter().any(|ending| bare.ends_with(ending)) || counts_people(heading) || headings::unit(heading).is_some()
}

/// True for a heading that counts people: 寄宿生（人）.
fn counts_people(heading: &str) -> bool {
    let bare = heading.trim().trim_end_matches([')', '）']);
    bare.rsplit(['(', '（', '/'])
        .next()
        .is_some_and(|unit| unit != bare && ["人", "户", "名", "人次", "万人"].contains(&unit.trim()))
}

/// The good that a heading names, and its unit: 口罩（箱）.
pub(super) fn good(heading: &str) -> (&str, Option<&str>) {
    match unit_of(heading) {
        Some(unit) => (heading.split(['(', '（', '/']).next().unwrap_or_default().trim(), Some(unit)),
        None => (heading.trim(), None),
    }
}

/// The unit of goods in brackets or behind a slash at the end of a heading.
fn unit_of(heading: &str) -> Option<&str> {
    let heading = heading.trim().trim_end_matches([')', '）']);
    let (good, unit) = heading.rsplit_once(['(', '（', '/'])?;
    let unit = unit.trim().trim_start_matches("单位").trim_start_matches([':', '：']).trim();
    (!good.trim().is_empty() && is_unit(unit)).then_some(unit)
}

/// True for a unit of goods.
pub(super) fn is_unit(text: &str) -> bool {
    UNITS.split_whitespace().any(|unit| unit == text)
}

/// True if the cells below a heading are quantities or blank, and some are not blank.
fn holds_quantities(sheet: &Sheet, body: usize, at: usize) -> bool {
    let is_unit_cell = |value: &Value| matches!(value, Value::Text(text) if is_unit(text.trim()));
    let cells = sheet.rows.iter().skip(body).take(SAMPLE).filter_map(|row| row.get(at));
    // The row below the headings may state their units.
    let cells: Vec<&Value> =
        cells.enumerate().filter(|(n, value)| *n > 0 || !is_unit_cell(value)).map(|(_, value)| value).collect();
    let quantities = cells.iter().filter(|value| is_quantity(value)).count();
    quantities > 0 && quantities * 5 >= cells.len() * 4
}

fn is_quantity(value: &Value) -> bool {
    match value {
        Value::Number(number) => *number >= 0.0,
        Value::Text(text) => quantity_field(text).is_some() || is_placeholder(&value.json()),
        Value::Flag(_) | Value::Date(_) | Value::Fault(_) => false,
    }
}

/// True if a row of a matrix asks for nothing: all its quantities are blank or zero.
pub(super) fn asks_nothing(row: &SheetRow, header: &Header) -> bool {
    let is_none = |value: &Value| match value {
        Value::Number(number) => *number == 0.0,
        Value::Text(text) => is_placeholder(&value.json()) || quantity_field(text).is_some_and(|(number, _)| number == 0.0),
        Value::Flag(_) | Value::Date(_) | Value::Fault(_) => false,
    };
    let mut goods = header.columns.iter().filter(|column| headings::is_goods_count(&column.field)).peekable();
    goods.peek().is_some() && !header.columns.iter().any(names_need) && goods.filter_map(|column| row.get(column.at)).all(is_none)
}
