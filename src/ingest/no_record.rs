//! Which rows below a header are not records: sums, signatures, notes, hints, examples, repeated headers.

use std::sync::LazyLock;

use qianshou_index::normalize::normalize;

use super::columns::{Column, Header, Span, field_of};
use super::headings;
use super::matrix;
use super::merges::Merges;
use super::sections::names_one_place;
use super::sheet::{Sheet, SheetRow, Value};

/// The reason given for a row of sums.
pub(super) const SUM_ROW: &str = "合计行";
/// The reason given for the heading of a group of rows.
pub(super) const SECTION: &str = "分组标题";
/// The reason given for a row of names and dates below a table.
const SIGNATURE: &str = "签名或说明";
const NOTE: &str = "表内说明";
/// The reason given for a row of prices below the headings of a matrix of goods.
const PRICE_ROW: &str = "单价行";
const NOTHING_NEEDED: &str = "写明没有需求";
/// Beginnings of an entry that says nothing is needed.
const NO_NEED: [&str; 16] = [
    "暂不缺",
    "暂时不缺",
    "目前不缺",
    "不缺",
    "暂无需求",
    "暂时无需求",
    "目前无需求",
    "无需求",
    "没有需求",
    "暂不需要",
    "目前不需要",
    "不需要",
    "暂无物资需求",
    "无物资需求",
    "暂无缺口",
    "物资充足",
];
const SUMS: [&str; 7] = ["合计", "小计", "总计", "共计", "累计", "总合计", "本页合计"];
static SIGNATURES: LazyLock<Vec<&str>> = LazyLock::new(|| SIGNATURE_WORDS.split_whitespace().collect());
const SIGNATURE_WORDS: &str = "填表人 填报人 制表人 制表 审核人 审核 审批 负责人 单位负责人 主管领导 分管领导 经办人 联系人 联系电话 填报单位 \
                          填表单位 填报日期 填表日期 日期 盖章 签字 签章 备注 注 说明 附件 填报时间 填表时间 审批人 复核 复核人 监制 \
                          单位盖章 单位公章 公章 报送单位 报送人 统计人";
/// Beginnings of a note that stands alone in its row.
const NOTES: [&str; 56] = [
    "本批",
    "本清单",
    "该清单",
    "此清单",
    "各单位",
    "请各",
    "请于",
    "请在",
    "请将",
    "如有",
    "此外",
    "联系",
    "咨询",
    "监督",
    "报送",
    "特此",
    "上表",
    "下表",
    "注意",
    "提示",
    "附:",
    "附件",
    "以上",
    "以下",
    "上述",
    "本表",
    "此表",
    "该表",
    "注:",
    "注：",
    "注1",
    "备注",
    "说明",
    "填表",
    "填报",
    "续表",
    "接上",
    "转下",
    "(续",
    "数据来源",
    "资料来源",
    "来源:",
    "截至",
    "截止到",
    "单位:",
    "金额单位",
    "★",
    "※",
    "▲",
    "△",
    "◆",
    "●",
    "■",
    "*",
    "——",
    "温馨提示",
];
/// Words of a cell that says how to fill in a column.
const HINTS: [&str; 24] = [
    "必填",
    "选填",
    "填写",
    "请填",
    "请选",
    "请写",
    "下拉",
    "如:",
    "例如",
    "例:",
    "字以内",
    "单选",
    "多选",
    "可不填",
    "按实际",
    "格式",
    "从列表",
    "不填",
    "勿填",
    "不带单位",
    "全称",
    "简称",
    "yyyy",
    "填报说明",
];
/// Length of the longest label of a row of sums, in characters: 果洛州小计.
const MAX_SUM_CHARS: usize = 10;
/// Rows below a header in which hints are looked for.
const HINT_ROWS: usize = 3;

/// A row below a header, as far as it belongs to one table.
pub(super) struct BodyRow<'a> {
    pub(super) row: &'a SheetRow,
    /// Its cells in the columns of the table.
    pub(super) cells: &'a [(usize, Value)],
    /// Number of rows between it and the header.
    pub(super) depth: usize,
    /// True if the row before closes the table: a sum, a signature, a note.
    pub(super) is_after_end: bool,
}

impl BodyRow<'_> {
    fn text(&self, column: usize) -> String {
        self.row.text(column)
    }
}

/// Why a row below the header is not a record; `None` if it is one.
pub(super) fn no_record(sheet: &Sheet, body: &BodyRow<'_>, header: &Header, span: Span, merges: &Merges) -> Option<&'static str> {
    let extent = header.extent();
    let is_outside = |at: usize| at > extent.1 || at < extent.0;
    if sheet.name.is_some() && body.cells.iter().all(|&(at, _)| is_outside(at)) {
        return Some("表格以外的内容");
    }
    let texts: Vec<String> = body.cells.iter().map(|(_, value)| plain(&value.shown())).collect();
    if texts.iter().all(|text| text.chars().all(|c| "—–-－/\\_ ".contains(c))) {
        return Some("空行");
    }
    let names = |column: &Column| {
        field_of(&column.heading).is_some_and(|field| headings::names_record(field) && !headings::is_goods_count(field))
    };
    let has_money = header.columns.iter().any(|column| headings::is_money(&column.field) && body.row.get(column.at).is_some());
    if texts.first().is_some_and(|text| is_signature(text) && (!has_money || text.contains([':', '：']))) {
        return Some(SIGNATURE);
    }
    let is_numbered = texts.len() == 2 && is_chinese_number(&texts[0]);
    if texts.len() <= 2 && (is_numbered || texts.iter().any(|text| is_section(text))) {
        return Some(SECTION);
    }
    let names_itself =
        header.columns.iter().any(|column| names(column) && !body.text(column.at).is_empty() && !is_sum(&body.text(column.at)));
    let first_texts = body.cells.iter().filter(|(_, value)| matches!(value, Value::Text(_))).take(3);
    let has_sum = first_texts.into_iter().any(|(_, value)| is_sum(&plain(&value.shown())));
    let only_counts = || body.cells.iter().all(|(_, value)| is_sum(&plain(&value.shown())) || is_figure(&value.shown()));
    if has_sum && (!names_itself || only_counts()) {
        return Some(SUM_ROW);
    }
    if is_price_row(body, header) {
        return Some(PRICE_ROW);
    }
    if asks_for_nothing(body, header) {
        return Some(NOTHING_NEEDED);
    }
    if repeats_header(body, header, texts.len()) {
        return Some("重复的表头");
    }
    if texts.iter().all(|text| is_signature(text)) {
        return Some(SIGNATURE);
    }
    if let [text] = texts.as_slice()
        && let Some(reason) = lone_text(body, text, header, span, merges, names_itself)
    {
        return Some(reason);
    }
    let is_example_cell = |n: usize, text: &str| {
        let is_name = || header.columns.iter().any(|column| column.at == body.cells[n].0 && names(column));
        is_example(text, n == 0) && (n == 0 || is_name())
    };
    if texts.iter().enumerate().any(|(n, text)| is_example_cell(n, text)) {
        return Some("示例行");
    }
    if body.depth < HINT_ROWS && is_hint_row(body, &texts) {
        return Some("填写提示");
    }
    if body.depth < HINT_ROWS && numbers_columns(&texts) {
        return Some("列号行");
    }
    matrix::asks_nothing(body.row, header).then_some("各种物资的数量都是空的")
}

/// What a row of a single text is if it is not a record.
fn lone_text(
    body: &BodyRow<'_>,
    text: &str,
    header: &Header,
    span: Span,
    merges: &Merges,
    names_itself: bool,
) -> Option<&'static str> {
    let at = body.cells[0].0;
    let (first, last) = header.extent();
    let width = header.columns.len();
    let across = merges.across(body.row.number).filter(|(from, to)| *from <= at && at <= *to);
    let covers_most =
        across.is_some_and(|(from, to)| (to.min(last).min(span.1) + 1).saturating_sub(from) * 3 >= width.max(2) * 2);
    if covers_most && (last > first) {
        return Some(if text.chars().count() <= MAX_SUM_CHARS { SECTION } else { NOTE });
    }
    if width > 1 && (is_page_note(text) || NOTES.iter().any(|start| text.starts_with(start)) || text.ends_with(['：', ':'])) {
        return Some(NOTE);
    }
    // A title does not end like a sentence, and what is numbered behind a note goes on with it.
    let is_title = header.columns.iter().any(|column| column.at == at && ["title", "goods"].contains(&&*column.field));
    let goes_on = || body.is_after_end && (text.starts_with(|c: char| c.is_ascii_digit() || "(（①②③④⑤".contains(c)));
    if width > 2 && is_title && (text.ends_with('。') || goes_on()) {
        return Some(NOTE);
    }
    if width > 1 && text.chars().count() <= MAX_SUM_CHARS && names_one_place(text.split(['(', '（']).next().unwrap_or_default())
    {
        return Some(SECTION);
    }
    // A single text in the first column, which is not one that names a record.
    (!names_itself && at == first).then_some(if is_number(text) { "只有序号" } else { NOTE })
}

/// True for 续表, 接上页, 第2页共3页.
pub(super) fn is_page_note(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = text.starts_with('第') && text.contains('页');
    let is_word = ["续表", "(续", "（续", "接上页", "转下页", "接上表"].iter().any(|word| text.starts_with(word));
    text.chars().count() <= MAX_SUM_CHARS + 2 && (is_number || is_word)
}

/// True if the row repeats the header, or one of its two rows.
fn repeats_header(body: &BodyRow<'_>, header: &Header, cells: usize) -> bool {
    let repeats = header.columns.iter().filter(|column| column.is_named(&body.text(column.at))).count();
    repeats >= 2 && repeats * 2 > cells
}

/// True for 示例, 例1, 示例：村小净水. In the first cell, 例 alone is enough.
fn is_example(text: &str, is_first: bool) -> bool {
    let text = text.trim_start_matches(['(', '（', '[', '【', '<', '《']);
    let words: &[&str] = if is_first {
        &["示例", "样例", "范例", "举例", "例子", "例", "如"]
    } else {
        &["示例", "样例", "范例", "例"]
    };
    let Some(rest) = words.iter().find_map(|word| text.strip_prefix(word)) else { return false };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十行".contains(c));
    rest.is_empty() || rest.starts_with([':', '：', ')', '）', ']', '】', '>', '》', '、', '.', '-', '—'])
}

/// True if at least half of the texts say how to fill in their column.
fn is_hint_row(body: &BodyRow<'_>, texts: &[String]) -> bool {
    let is_hint = |text: &str| {
        let is_bracketed = text.starts_with(['(', '（', '[', '【']) && text.ends_with([')', '）', ']', '】']);
        // 件/台/套 and open/closed are entries to choose from; 11位 is a length.
        let is_choice = text.split('/').filter(|part| !part.is_empty()).count() > 2;
        let is_form = text == "数字" || text.strip_suffix('位').is_some_and(is_number);
        is_bracketed
            || is_choice
            || is_form
            || HINTS.iter().any(|word| text.contains(word))
            || text.starts_with("如") && text.chars().count() <= 12
    };
    let is_text = |(value, _): &(&(usize, Value), &String)| matches!(value.1, Value::Text(_));
    let written: Vec<&String> = body.cells.iter().zip(texts).filter(is_text).map(|(_, text)| text).collect();
    let hints = written.iter().filter(|text| is_hint(text)).count();
    hints > 0 && hints * 2 >= written.len() && written.len() == body.cells.len()
}

/// True for a row that only numbers the columns: 1 2 3, 栏次 1 2 3, (1) (2) (3).
fn numbers_columns(texts: &[String]) -> bool {
    let bare = |text: &String| text.trim_matches(['(', ')', '（', '）', '①', '栏']).parse::<usize>().ok();
    let labelled = texts.first().is_some_and(|text| ["栏次", "栏目", "列次", "甲", "列号"].contains(&text.as_str()));
    let numbers: Vec<Option<usize>> = texts.iter().skip(usize::from(labelled)).map(bare).collect();
    numbers.len() >= 3 && numbers.iter().enumerate().all(|(n, number)| *number == Some(n + 1))
}

/// A short text in normalised form; a long text cannot be a label and is left as it is.
fn plain(text: &str) -> String {
    const LONGEST_LABEL: usize = 40;
    if text.chars().nth(LONGEST_LABEL).is_none() { normalize(text).text } else { text.to_owned() }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// True for 一, 十二, （三）.
fn is_chinese_number(text: &str) -> bool {
    let bare = text.trim_matches(['(', ')', '（', '）', '、', '.']);
    !bare.is_empty() && bare.chars().all(|c| "一二三四五六七八九十".contains(c))
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

/// True for a number with a measure word or a unit, and for signs for none: 10项, 56.95万元, /.
fn is_figure(text: &str) -> bool {
    const COUNTING: &str = ".,，共计约余多第一二三四五六七八九十百千万亿元角项个家所户人次名件套台条处批种类份批—–-－/\\ ";
    plain(text).chars().all(|c| c.is_ascii_digit() || COUNTING.contains(c))
}

/// True for the prices of the goods of a matrix, below its headings: 参考单价（元） 110 180.
fn is_price_row(body: &BodyRow<'_>, header: &Header) -> bool {
    const PRICES: [&str; 8] = ["单价", "参考单价", "参考价", "参考价格", "预算单价", "价格", "估算单价", "指导价"];
    let label = |text: &str| text.split(['(', '（', ':', '：']).next().unwrap_or_default().trim().to_owned();
    let is_label = |(at, value): &(usize, Value)| {
        matches!(value, Value::Text(_))
            && PRICES.contains(&label(&value.shown()).as_str())
            && !header.columns.iter().any(|column| column.at == *at && headings::is_goods_count(&column.field))
    };
    let is_matrix = header.columns.iter().any(|column| headings::is_goods_count(&column.field));
    is_matrix && body.depth < HINT_ROWS && body.cells.iter().take(3).any(is_label)
}

/// True if all that names the record of a row says that nothing is needed: 暂不缺物资，感谢.
fn asks_for_nothing(body: &BodyRow<'_>, header: &Header) -> bool {
    const LONGEST: usize = 14;
    let says_so = |text: &str| text.chars().count() <= LONGEST && NO_NEED.iter().any(|start| text.starts_with(start));
    let names = header.columns.iter().filter(|column| headings::names_record(&column.field));
    let mut said = names.map(|column| body.text(column.at)).filter(|text| !text.is_empty()).peekable();
    said.peek().is_some() && said.all(|text| says_so(&plain(&text)))
}

/// True for a sum or a signature, which close a table rather than begin one.
pub(super) fn is_closing(text: &str) -> bool {
    let text = plain(text);
    is_sum(&text) || is_signature(&text)
}

fn is_signature(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    SIGNATURES.iter().any(|word| {
        text.strip_prefix(*word).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '：', '（', '(', '、', '.']))
    })
}
