//! Which rows below a header are not records: sums, signatures, notes, repeated headers.

use qianshou_index::normalize::normalize;

use super::header::{Header, field_of};
use super::headings;
use super::sheet::{Sheet, SheetRow, Value};

/// The reason given for a row of sums.
pub(super) const SUM_ROW: &str = "合计行";
const SUMS: [&str; 7] = ["合计", "小计", "总计", "共计", "累计", "总合计", "本页合计"];
const SIGNATURES: [&str; 26] = [
    "填表人",
    "填报人",
    "制表人",
    "制表",
    "审核人",
    "审核",
    "审批",
    "负责人",
    "单位负责人",
    "主管领导",
    "分管领导",
    "经办人",
    "联系人",
    "联系电话",
    "填报单位",
    "填表单位",
    "填报日期",
    "填表日期",
    "日期",
    "盖章",
    "签字",
    "签章",
    "备注",
    "注",
    "说明",
    "附件",
];
/// Length of the longest label of a row of sums, in characters: 果洛州小计.
const MAX_SUM_CHARS: usize = 10;

/// Why a row below the header is not a record; `None` if it is one.
pub(super) fn no_record(sheet: &Sheet, row: &SheetRow, header: &Header) -> Option<&'static str> {
    let last = header.last_column();
    if sheet.name.is_some() && row.cells.iter().all(|&(at, _)| at > last) {
        return Some("表格以外的内容");
    }
    let texts: Vec<String> = row.texts().iter().map(|text| plain(text)).collect();
    if texts.iter().all(|text| text.chars().all(|c| "—–-－/\\_ ".contains(c))) {
        return Some("空行");
    }
    let has_money = header.columns.iter().any(|column| headings::is_money(&column.field) && row.get(column.at).is_some());
    if texts.first().is_some_and(|text| is_signature(text) && (!has_money || text.contains([':', '：']))) {
        return Some("签名或说明");
    }
    if texts.len() <= 2 && texts.iter().any(|text| is_section(text)) {
        return Some("分组标题");
    }
    let names_itself = header.columns.iter().any(|column| {
        let is_name = field_of(&column.heading).is_some_and(headings::names_record);
        is_name && !row.text(column.at).is_empty() && !is_sum(&row.text(column.at))
    });
    let first_texts = row.cells.iter().filter(|(_, value)| matches!(value, Value::Text(_))).take(3);
    let has_sum = first_texts.into_iter().any(|(_, value)| is_sum(&plain(&value.shown())));
    if has_sum && !names_itself {
        return Some(SUM_ROW);
    }
    let repeats = header.columns.iter().filter(|column| row.text(column.at) == *column.text).count();
    if repeats >= 2 && repeats * 2 > texts.len() {
        return Some("重复的表头");
    }
    if texts.iter().all(|text| is_signature(text)) {
        return Some("签名或说明");
    }
    // A single text in the first column, which is not one that names a record.
    if texts.len() == 1 && !names_itself && row.cells[0].0 == header.columns.first().map_or(0, |column| column.at) {
        return Some(if is_number(&texts[0]) { "只有序号" } else { "表内说明" });
    }
    None
}

/// A short text in normalised form; a long text cannot be a label and is left as it is.
fn plain(text: &str) -> String {
    const LONGEST_LABEL: usize = 40;
    if text.chars().nth(LONGEST_LABEL).is_none() { normalize(text).text } else { text.to_owned() }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// True for the heading of a section: 一、教育类.
fn is_section(text: &str) -> bool {
    let numbered =
        text.trim_start_matches(['(', '（']).trim_start_matches(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
    numbered.len() < text.len() && numbered.starts_with(['、', ')', '）'])
}

/// True for the label of a sum: 合计, 果洛州小计, 合计(12项). 小计算机教室 is a need.
fn is_sum(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let label = text.split(['(', '（', ':', '：']).next().unwrap_or_default();
    text.chars().count() <= MAX_SUM_CHARS && SUMS.iter().any(|sum| label.ends_with(sum))
}

fn is_signature(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    SIGNATURES.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '：', '（', '(', '、', '.']))
    })
}
