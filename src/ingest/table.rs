//! A sheet → the rows of its table: where the header is, what its columns mean, which rows are data.
//!
//! Title rows above, a header of two rows, merged cells, sums, signatures and notes are what real lists have. Merged
//! cells are filled down in columns that say where, what kind and who, never in those that say how much.

use std::collections::HashMap;
use std::sync::Arc;

use qianshou_index::normalize::normalize;

use super::headers::{self, Heading};
use super::sheet::{Merge, Sheet, SheetRow, Value, letter};
use crate::domain::EntityKind;

/// Rows among which the header is looked for.
const HEADER_SEARCH: usize = 40;

/// A cell of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// Column letter, or the key for JSONL.
    pub(crate) column: Arc<str>,
    /// The heading as it stands.
    pub(crate) heading: Arc<str>,
    /// Field that the heading means; empty for none.
    pub(crate) field: Arc<str>,
    /// Yuan that a bare number is worth.
    pub(crate) yuan: f64,
    /// The value; strings for CSV.
    pub(crate) value: serde_json::Value,
}

/// The cells of a row, in column order.
pub(crate) type Cells = Vec<Cell>;

/// A line that cannot be taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) reason: String,
    /// What stands there, where that is text.
    pub(crate) text: Option<String>,
}

impl Broken {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), text: None }
    }
}

/// One row, or the reason why it is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) cells: Result<Cells, Broken>,
    /// Cells that hold a fault instead of a value: column letter, field, fault.
    pub(crate) faults: Vec<(String, String, String)>,
    /// What is odd about cells that are no part of the record: column letter, what to do.
    pub(crate) remarks: Vec<(String, String)>,
}

/// A row of a sheet that is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) row: u64,
    pub(crate) text: String,
    pub(crate) reason: &'static str,
    pub(crate) is_sum: bool,
}

/// A heading or key that means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Row in which it first stands.
    pub(crate) row: u64,
    /// Column letter, or the key for JSONL.
    pub(crate) column: String,
    /// The heading.
    pub(crate) heading: String,
    /// True if it names personal data that no record has a field for.
    pub(crate) is_personal: bool,
}

/// The rows of one sheet, with what they mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) kind: EntityKind,
    pub(crate) sheet: Option<String>,
    /// Last row of the header; 0 for JSON lines.
    pub(crate) header_row: u64,
    /// What stands above the header.
    pub(crate) title: String,
    /// Fields that the header has a column for.
    pub(crate) fields: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) unknown: Vec<Unknown>,
}

/// Why a sheet has no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoTable {
    /// Nothing in it.
    Empty,
    /// No row looks like a header; what stands in the first one.
    NoHeader(String),
    /// A header lacks a column without which no row can be read.
    Column { choices: String, found: String },
    /// Which records it holds cannot be told.
    Kind,
}

struct Column {
    at: usize,
    /// Its letter and the field that it means, shared by all its cells.
    letter: Arc<str>,
    field: Arc<str>,
    text: Arc<str>,
    heading: Heading,
}

struct Header {
    kind: EntityKind,
    /// Index of its first row among the sheet's rows, and number of rows.
    first: usize,
    height: usize,
    columns: Vec<Column>,
}

impl Header {
    /// Different fields that its columns mean.
    fn fields(&self) -> usize {
        let mut fields: Vec<&str> = self.columns.iter().filter_map(|column| field_of(&column.heading)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    fn has(&self, group: &[&str]) -> bool {
        self.columns.iter().any(|column| field_of(&column.heading).is_some_and(|field| group.contains(&field)))
    }
}

fn field_of(heading: &Heading) -> Option<&str> {
    match heading {
        Heading::Field { name, .. } => Some(name),
        _ => None,
    }
}

/// Reads a sheet as records of `kind`, or of the kind that its columns fit.
pub(crate) fn read(sheet: &Sheet, kind: Option<EntityKind>) -> Result<Table, NoTable> {
    let first = sheet.rows.first().ok_or(NoTable::Empty)?;
    let header = match header(sheet, kind) {
        Some(header) => header,
        None if kind.is_none() => return Err(NoTable::Kind),
        None => return Err(NoTable::NoHeader(headings(first).join("、"))),
    };
    for group in headers::required(header.kind) {
        if !header.has(group) {
            let found = header.columns.iter().map(|column| column.text.to_string()).collect::<Vec<_>>().join("、");
            return Err(NoTable::Column { choices: headers::choices(header.kind, group), found });
        }
    }
    Ok(table(sheet, &header))
}

/// The best header among the first rows: the one whose columns mean most fields.
fn header(sheet: &Sheet, kind: Option<EntityKind>) -> Option<Header> {
    let kinds: Vec<EntityKind> = kind.map_or_else(|| EntityKind::ALL.to_vec(), |kind| vec![kind]);
    let mut best: Option<((usize, std::cmp::Reverse<usize>), Header)> = None;
    for first in 0..sheet.rows.len().min(HEADER_SEARCH) {
        for height in [1, 2] {
            let Some(columns) = columns(sheet, first, height) else { continue };
            let guess = headers::guess(&columns.iter().map(|(_, texts)| texts.join("")).collect::<Vec<_>>());
            for &kind in kinds.iter().filter(|&&it| kind.is_some() || guess.is_none_or(|guess| guess == it)) {
                let columns = columns.iter().map(|(at, texts)| column(kind, *at, texts)).collect();
                let header = Header { kind, first, height, columns };
                let fields = header.fields();
                let is_whole = headers::required(kind).iter().all(|group| header.has(group));
                // A lone column is a header only at the top; else a data row that holds 编号 or 金额 would be one.
                let counts = fields >= 2 || fields == 1 && first == 0;
                // Of equally good ones the flatter, then the upper: what stands above a header may be a title.
                let points = (2 * fields + usize::from(is_whole) * 4, std::cmp::Reverse(height));
                if counts && best.as_ref().is_none_or(|(most, _)| points > *most) && (is_whole || kind_given(&kinds)) {
                    best = Some((points, header));
                }
            }
        }
    }
    best.map(|(_, header)| header)
}

const fn kind_given(kinds: &[EntityKind]) -> bool {
    kinds.len() == 1
}

/// Column → the headings from the top one down, for a header of `height` rows that begins at row `first`; `None` if the
/// second row cannot belong to the header.
fn columns(sheet: &Sheet, first: usize, height: usize) -> Option<Vec<(usize, Vec<String>)>> {
    let top = &sheet.rows[first];
    if height == 1 {
        return Some(top.cells.iter().map(|(at, value)| (*at, vec![value.shown()])).collect());
    }
    let below = sheet.rows.get(first + 1).filter(|row| row.number == top.number + 1)?;
    let last = top.cells.last().map_or(0, |cell| cell.0).max(below.cells.last().map_or(0, |cell| cell.0));
    let merges: Vec<&Merge> = sheet.merges.iter().filter(|merge| covers(merge, top.number)).collect();
    let mut columns = Vec::new();
    let mut parent: Option<(usize, String)> = None;
    for at in 0..=last {
        let (over, under) = (top.text(at), below.text(at));
        let merge = merges.iter().find(|merge| merge.columns.0 <= at && at <= merge.columns.1);
        if !over.is_empty() {
            let spans = merge.map_or_else(
                || top.get(at + 1).is_none() && below.get(at + 1).is_some() && !under.is_empty(),
                |merge| merge.columns.1 > at,
            );
            // A value under a heading that stands alone is data, not a second heading.
            if !spans && !under.is_empty() && under != over {
                return None;
            }
            parent = spans.then(|| (merge.map_or(usize::MAX, |merge| merge.columns.1), over.clone()));
        }
        let above = match &parent {
            Some((until, text)) if at <= *until && over.is_empty() && !under.is_empty() => text.clone(),
            _ => over,
        };
        let texts: Vec<String> = [above, under].into_iter().filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            columns.push((at, texts));
        }
    }
    Some(columns)
}

fn covers(merge: &Merge, row: u64) -> bool {
    (merge.rows.0..=merge.rows.1).contains(&row)
}

/// What a column means: the lowest heading, with the unit of the upper one; else both together; else the upper one.
fn column(kind: EntityKind, at: usize, texts: &[String]) -> Column {
    let text = texts.join("/");
    let whole = texts.concat();
    let unit = texts.iter().rev().find_map(|text| headers::unit(text));
    let read = |text: &str| match headers::field(kind, text) {
        Heading::Field { name, .. } => Some(Heading::Field { name, yuan: unit }),
        Heading::Unknown => None,
        other => Some(other),
    };
    let tries = texts.iter().rev().take(1).chain([&whole]).chain(texts.iter().rev().skip(1));
    let heading = tries.into_iter().find_map(|text| read(text)).unwrap_or(Heading::Unknown);
    let field = field_of(&heading).unwrap_or_default().into();
    Column { at, letter: letter(at).into(), field, text: text.into(), heading }
}

fn headings(row: &SheetRow) -> Vec<String> {
    row.cells.iter().map(|(_, value)| value.shown()).collect()
}

fn table(sheet: &Sheet, header: &Header) -> Table {
    let above = &sheet.rows[..header.first];
    let title = above.iter().flat_map(headings).collect::<Vec<_>>().join("\n");
    let sheet_unit = above.iter().flat_map(headings).find_map(|text| headers::stated_unit(&text));
    let mut rows = Vec::new();
    let mut skipped = Vec::new();
    let merges = Merges::from_sheet(sheet);
    let mut body = &sheet.rows[header.first + header.height..];
    let units = body.first().and_then(unit_row);
    if let (Some(_), Some((row, rest))) = (&units, body.split_first()) {
        skipped.push(Skipped { row: row.number, text: headings(row).join(" "), reason: "单位行", is_sum: true });
        body = rest;
    }
    let units = Units { of_column: units.unwrap_or_default(), of_sheet: sheet_unit };
    for row in body {
        match no_record(sheet, row, header) {
            Some(reason) => {
                let (text, is_sum) = (headings(row).join(" "), reason == SUM_ROW);
                skipped.push(Skipped { row: row.number, text, reason, is_sum });
            }
            None => rows.push(record(&merges, header, row, &units)),
        }
    }
    let header_row = sheet.rows[header.first + header.height - 1].number;
    let unknown = header.columns.iter().filter(|column| matches!(column.heading, Heading::Unknown | Heading::Personal));
    let unknown = unknown.map(|column| Unknown {
        row: header_row,
        column: letter(column.at),
        heading: column.text.to_string(),
        is_personal: column.heading == Heading::Personal,
    });
    let fields = header.columns.iter().filter_map(|column| field_of(&column.heading)).map(str::to_owned).collect();
    Table { kind: header.kind, sheet: sheet.name.clone(), header_row, title, fields, rows, skipped, unknown: unknown.collect() }
}

fn record(merges: &Merges<'_>, header: &Header, row: &SheetRow, units: &Units) -> Row {
    let (mut cells, mut faults) = (Vec::new(), Vec::new());
    let (extra, mut remarks) = extra(merges.sheet, header, row);
    for column in &header.columns {
        let field = &column.field;
        let unit = match &column.heading {
            Heading::Field { yuan, .. } => *yuan,
            Heading::Personal => continue,
            Heading::Ignored | Heading::Unknown => None,
        };
        let value = match row.get(column.at) {
            Some(value) => value,
            None => match merges.carried(row.number, column.at) {
                Some((_, value)) if headers::fills_down(field) => value,
                Some((from, _)) if headers::is_money(field) => {
                    let reason = format!("与第{from}行合并的金额只计入第{from}行；如本行另有金额，请拆分单元格后填写");
                    remarks.push((letter(column.at), reason));
                    continue;
                }
                _ => continue,
            },
        };
        if let Value::Fault(fault) = value {
            faults.push((letter(column.at), field.to_string(), fault.clone()));
            continue;
        }
        let stated = || units.of_column.get(&column.at).copied().or(units.of_sheet).filter(|_| headers::is_money(field));
        let yuan = unit.or_else(stated).unwrap_or(1.0);
        cells.push(Cell {
            column: Arc::clone(&column.letter),
            heading: Arc::clone(&column.text),
            field: Arc::clone(field),
            yuan,
            value: value.json(),
        });
    }
    Row { number: row.number, cells: extra.map_or(Ok(cells), |reason| Err(Broken::new(reason))), faults, remarks }
}

/// Units of sums that stand outside the headings.
struct Units {
    of_column: HashMap<usize, f64>,
    of_sheet: Option<f64>,
}

/// The units of a row below the header that holds nothing else: 万元, 人.
fn unit_row(row: &SheetRow) -> Option<HashMap<usize, f64>> {
    const OTHER: [&str; 10] = ["人", "户", "个", "所", "台", "套", "人次", "万人", "公里", "平方米"];
    let mut units = HashMap::new();
    for (at, value) in &row.cells {
        let text = value.shown();
        let text = text.trim_matches(['(', ')', '（', '）']);
        match headers::stated_unit(&format!("单位:{text}")).filter(|_| text.ends_with('元')) {
            Some(yuan) => drop(units.insert(*at, yuan)),
            None if OTHER.contains(&text) => {}
            None => return None,
        }
    }
    (!units.is_empty()).then_some(units)
}

/// Cells beyond the last heading. In a text file a comma too many has moved the rest of the row: it is no record; in a
/// sheet they are remarks at the margin.
fn extra(sheet: &Sheet, header: &Header, row: &SheetRow) -> (Option<String>, Vec<(String, String)>) {
    let last = last_column(header);
    let extra: Vec<usize> = row.cells.iter().map(|&(at, _)| at).filter(|&at| at > last).collect();
    if extra.is_empty() {
        (None, Vec::new())
    } else if sheet.name.is_none() {
        (Some(format!("比表头多出{}格；含逗号的内容请用英文双引号括起来", extra.len())), Vec::new())
    } else {
        (None, extra.into_iter().map(|at| (letter(at), "这一列没有列名，内容没有导入".to_owned())).collect())
    }
}

fn last_column(header: &Header) -> usize {
    header.columns.last().map_or(0, |column| column.at)
}

/// The merged blocks of a sheet by their first column: first and last row, ascending.
struct Merges<'a> {
    sheet: &'a Sheet,
    by_column: HashMap<usize, Vec<(u64, u64)>>,
}

impl<'a> Merges<'a> {
    fn from_sheet(sheet: &'a Sheet) -> Self {
        let mut by_column: HashMap<usize, Vec<(u64, u64)>> = HashMap::new();
        for merge in &sheet.merges {
            by_column.entry(merge.columns.0).or_default().push(merge.rows);
        }
        by_column.values_mut().for_each(|blocks| blocks.sort_unstable());
        Self { sheet, by_column }
    }

    /// The value that a merged cell carries down to a row, and the row it stands in.
    fn carried(&self, row: u64, column: usize) -> Option<(u64, &'a Value)> {
        let blocks = self.by_column.get(&column)?;
        let (first, last) = *blocks[..blocks.partition_point(|&(first, _)| first < row)].last()?;
        (row <= last).then_some((first, self.sheet.row(first)?.get(column)?))
    }
}

const SUM_ROW: &str = "合计行";
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
/// Longest label of a sum row: 果洛州小计.
const MAX_SUM_CHARS: usize = 10;

/// Why a row below the header is no record; `None` if it is one.
fn no_record(sheet: &Sheet, row: &SheetRow, header: &Header) -> Option<&'static str> {
    let last = last_column(header);
    if sheet.name.is_some() && row.cells.iter().all(|&(at, _)| at > last) {
        return Some("表格以外的内容");
    }
    let texts: Vec<String> = headings(row).iter().map(|text| plain(text)).collect();
    if texts.iter().all(|text| text.chars().all(|c| "—–-－/\\_ ".contains(c))) {
        return Some("空行");
    }
    let has_money = header.columns.iter().any(|column| headers::is_money(&column.field) && row.get(column.at).is_some());
    if texts.first().is_some_and(|text| is_signature(text) && (!has_money || text.contains([':', '：']))) {
        return Some("签名或说明");
    }
    if texts.len() <= 2 && texts.iter().any(|text| is_section(text)) {
        return Some("分组标题");
    }
    let names_itself = header.columns.iter().any(|column| {
        let is_name = field_of(&column.heading).is_some_and(headers::names_record);
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
    // One line of text under the table, outside the columns that name a record.
    if texts.len() == 1 && !names_itself && row.cells[0].0 == header.columns.first().map_or(0, |column| column.at) {
        return Some(if is_number(&texts[0]) { "只有序号" } else { "表内说明" });
    }
    None
}

/// A short text without dirt; long ones are no labels.
fn plain(text: &str) -> String {
    const LONGEST_LABEL: usize = 40;
    if text.chars().nth(LONGEST_LABEL).is_none() { normalize(text).text } else { text.to_owned() }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// 一、教育类
fn is_section(text: &str) -> bool {
    let numbered =
        text.trim_start_matches(['(', '（']).trim_start_matches(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
    numbered.len() < text.len() && numbered.starts_with(['、', ')', '）'])
}

/// 合计, 果洛州小计, 合计(12项); 小计算机教室 is a need.
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
