//! What a column means by its cells, where its heading does not say: places, offices, goods, units, sums, days, telephones and
//! persons look like themselves. What is certain is taken, with a warning; what is not is only offered.

use std::ops::Range;
use std::sync::LazyLock;

use super::columns::{Header, Why};
use super::headings::Heading;
use super::matrix::is_unit;
use super::sheet::{Sheet, Value};
use crate::domain::{EntityKind, FuzzyDate};
use crate::reference::Reference;
use crate::understand::{AmountField, RegionField, amount_field_in, quantity_field, region_field};

/// Cells that are looked at.
const SAMPLE: usize = 200;
/// Cells that are needed for a guess.
const LEAST: usize = 3;
/// Share of cells, in percent, from which on a column is taken or offered.
const CERTAIN: usize = 90;
const POSSIBLE: usize = 60;
/// Longest text that may be a place, an office or a good, in characters.
const MAX_PLACE: usize = 16;
const MAX_OFFICE: usize = 30;

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::embedded);

/// Lets the unknown columns of a header mean what their cells look like.
pub(super) fn by_content(sheet: &Sheet, header: &mut Header, body: &Range<usize>) {
    if header.kind != EntityKind::Needs {
        return;
    }
    for n in 0..header.columns.len() {
        if header.columns[n].heading != Heading::Unknown {
            continue;
        }
        let cells = sample(sheet, body, header.columns[n].at);
        let Some((look, share)) = look(&cells) else { continue };
        let is_free = !header.has(look.taken_by);
        let is_needed = look.field != "goods" || !header.is_whole();
        let column = &mut header.columns[n];
        if look.field.is_empty() {
            column.heading = Heading::Personal;
        } else if is_free && is_needed && look.may_be_taken && share >= CERTAIN {
            column.map(look.field, Why::Content);
        } else if is_free || look.field == "contact" {
            column.offered = Some(look.field);
        }
    }
}

fn sample<'a>(sheet: &'a Sheet, body: &Range<usize>, at: usize) -> Vec<&'a Value> {
    sheet.rows[body.clone()].iter().filter_map(|row| row.get(at)).take(SAMPLE).collect()
}

/// A thing that cells can look like.
struct Look {
    /// Its field; empty for what is not read.
    field: &'static str,
    /// Fields beside which it is not taken.
    taken_by: &'static [&'static str],
    /// Whether the cells alone can make it certain: a sum may be a price, a total or what is secured.
    may_be_taken: bool,
    test: fn(&Value) -> bool,
}

static LOOKS: [Look; 9] = [
    Look { field: "contact", taken_by: &[], may_be_taken: true, test: is_telephone },
    Look { field: "quantity", taken_by: &["quantity"], may_be_taken: true, test: is_quantity },
    Look { field: "goods_unit", taken_by: &["goods_unit"], may_be_taken: true, test: is_unit_cell },
    Look { field: "region", taken_by: &["region", "township"], may_be_taken: true, test: is_place },
    Look { field: "submitted_by", taken_by: &["submitted_by"], may_be_taken: true, test: is_office },
    Look { field: "amount", taken_by: &["amount", "gap", "subtotal"], may_be_taken: false, test: is_sum },
    Look { field: "deadline", taken_by: &["deadline"], may_be_taken: false, test: is_day },
    Look { field: "goods", taken_by: &["goods"], may_be_taken: true, test: is_good },
    Look { field: "", taken_by: &[], may_be_taken: true, test: is_person },
];

/// What most cells look like, and how many of a hundred.
fn look(cells: &[&Value]) -> Option<(&'static Look, usize)> {
    if cells.len() < LEAST {
        return None;
    }
    let share = |look: &Look| cells.iter().filter(|value| (look.test)(value)).count() * 100 / cells.len();
    let least = |look: &Look| if look.field.is_empty() { CERTAIN } else { POSSIBLE };
    LOOKS.iter().map(|look| (look, share(look))).find(|(look, share)| *share >= least(look))
}

fn text(value: &Value) -> Option<String> {
    matches!(value, Value::Text(_)).then(|| value.shown())
}

fn is_short(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_none()
}

fn is_telephone(value: &Value) -> bool {
    let shown = value.shown();
    let digits = shown.chars().filter(|c| c.is_ascii_digit() || *c == '*').count();
    let parts = |c: char| c.is_ascii_digit() || "-*() （）+转/、,，".contains(c);
    let rest = shown.chars().filter(|c| !parts(*c) && !c.is_whitespace()).count();
    let is_mobile = || shown.starts_with('1') && digits == 11;
    let is_line = || shown.starts_with('0') && (10..=12).contains(&digits);
    is_short(&shown, MAX_OFFICE) && rest <= 8 && (is_mobile() || is_line() || rest > 0 && (11..=12).contains(&digits))
}

fn is_unit_cell(value: &Value) -> bool {
    text(value).is_some_and(|text| is_unit(&text))
}

/// True for a number with a unit of goods: 2台.
fn is_quantity(value: &Value) -> bool {
    text(value).and_then(|text| quantity_field(&text)).is_some_and(|(_, unit)| unit.is_some_and(|unit| is_unit(&unit)))
}

fn is_place(value: &Value) -> bool {
    text(value).is_some_and(|text| {
        let place = || region_field(&REFERENCE, &text, None, false);
        is_short(&text, MAX_PLACE) && !is_office_name(&text) && matches!(place(), RegionField::Certain(_))
    })
}

fn is_office_name(text: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "医院",
        "卫生院",
        "保健院",
        "学校",
        "小学",
        "中学",
        "大学",
        "幼儿园",
        "敬老院",
        "福利院",
        "养老院",
        "中心",
        "局",
        "委员会",
        "村委会",
        "居委会",
        "政府",
        "公司",
        "协会",
        "合作社",
        "红十字会",
        "卫生室",
    ];
    let name = text.split(['(', '（']).next().unwrap_or_default().trim();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn is_office(value: &Value) -> bool {
    text(value).is_some_and(|text| is_short(&text, MAX_OFFICE) && is_office_name(&text))
}

fn is_sum(value: &Value) -> bool {
    text(value).is_some_and(|text| {
        let states_unit = text.contains('元') || text.ends_with('万') || text.starts_with(['¥', '￥']);
        is_short(&text, MAX_OFFICE) && states_unit && matches!(amount_field_in(&text, 1.0), AmountField::Sum(_))
    })
}

fn is_day(value: &Value) -> bool {
    matches!(value, Value::Date(_))
        || text(value).is_some_and(|text| text.contains(['年', '月', '-', '.', '/']) && text.parse::<FuzzyDate>().is_ok())
}

/// True for a text whose words the sectors know, short enough for the name of goods or a list of them.
fn is_good(value: &Value) -> bool {
    const LONGEST: usize = 80;
    text(value).is_some_and(|text| {
        let is_list = text.contains(['、', '/', '，', ',']) || is_short(&text, MAX_PLACE);
        is_short(&text, LONGEST) && is_list && REFERENCE.taxonomy.sector_words.find(&text).next().is_some()
    })
}

fn is_person(value: &Value) -> bool {
    const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
    const OTHERS: [char; 24] = [
        '乡', '镇', '村', '县', '市', '区', '水', '材', '机', '器', '品', '校', '院', '桥', '路', '房', '车', '床', '衣', '罩',
        '药', '粮', '油', '具',
    ];
    text(value).is_some_and(|text| {
        let count = text.chars().count();
        (2..=3).contains(&count) && text.starts_with(|c| SURNAMES.contains(c)) && !text.contains(OTHERS)
    })
}
