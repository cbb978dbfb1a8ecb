//! Turns a sheet into the rows of its table: where the header is, what its columns mean, which rows are data.
//!
//! Real lists have title rows, two-row headers, merged cells, sums, signatures and notes. Merged cells are filled down in
//! columns that say where, what kind and who, never in columns that say how much.

use std::collections::HashMap;
use std::sync::Arc;

use super::header::{Header, field_of, find_header};
use super::headings::{self, Heading};
use super::no_record::{SUM_ROW, no_record};
use super::sheet::{Sheet, SheetRow, Value, letter};
use crate::domain::EntityKind;

/// A cell of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// Column letter, or the key for JSONL.
    pub(crate) column: Arc<str>,
    /// The heading as written.
    pub(crate) heading: Arc<str>,
    /// Field that the heading means; empty for none.
    pub(crate) field: Arc<str>,
    /// The unit of a bare number, in yuan.
    pub(crate) yuan: f64,
    /// The value; strings for CSV.
    pub(crate) value: serde_json::Value,
}

/// The cells of a row, in column order.
pub(crate) type Cells = Vec<Cell>;

/// A line that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) reason: String,
    /// The line itself, if it is available as text.
    pub(crate) text: Option<String>,
}

impl Broken {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), text: None }
    }
}

/// One row, or the reason why it cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) cells: Result<Cells, Broken>,
    /// Cells that hold a fault instead of a value: column letter, field, fault.
    pub(crate) faults: Vec<(String, String, String)>,
    /// Remarks on cells that are not part of the record: column letter, what to do.
    pub(crate) remarks: Vec<(String, String)>,
}

/// A row of a sheet that is not a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) row: u64,
    pub(crate) text: String,
    pub(crate) reason: &'static str,
    pub(crate) is_sum: bool,
}

/// A heading or key that means no field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Row in which it first occurs.
    pub(crate) row: u64,
    /// Column letter, or the key for JSONL.
    pub(crate) column: String,
    /// The heading.
    pub(crate) heading: String,
    /// True if it names personal data that no record has a field for.
    pub(crate) is_personal: bool,
}

/// The rows of one sheet, and what its columns mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) kind: EntityKind,
    pub(crate) sheet: Option<String>,
    /// Last row of the header; 0 for JSON lines.
    pub(crate) header_row: u64,
    /// The text above the header.
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
    /// The sheet is empty.
    Empty,
    /// No row looks like a header; with the content of the first row.
    NoHeader(String),
    /// The header lacks a required column.
    Column { choices: String, found: String },
    /// It is not clear what kind of records the sheet holds.
    Kind,
}

/// Reads a sheet as records of `kind`, or of the kind that its columns fit.
pub(crate) fn read(sheet: &Sheet, kind: Option<EntityKind>) -> Result<Table, NoTable> {
    let first = sheet.rows.first().ok_or(NoTable::Empty)?;
    let header = match find_header(sheet, kind) {
        Some(header) => header,
        None if kind.is_none() => return Err(NoTable::Kind),
        None => return Err(NoTable::NoHeader(first.texts().join("、"))),
    };
    for group in headings::required(header.kind) {
        if !header.has(group) {
            let found = header.columns.iter().map(|column| column.text.to_string()).collect::<Vec<_>>().join("、");
            return Err(NoTable::Column { choices: headings::choices(header.kind, group), found });
        }
    }
    Ok(table(sheet, &header))
}

fn table(sheet: &Sheet, header: &Header) -> Table {
    let above = &sheet.rows[..header.first];
    let title = above.iter().flat_map(SheetRow::texts).collect::<Vec<_>>().join("\n");
    let sheet_unit = above.iter().flat_map(SheetRow::texts).find_map(|text| headings::stated_unit(&text));
    let mut rows = Vec::new();
    let mut skipped = Vec::new();
    let merges = Merges::from_sheet(sheet);
    let mut body = &sheet.rows[header.first + header.height..];
    let units = body.first().and_then(unit_row);
    if let (Some(_), Some((row, rest))) = (&units, body.split_first()) {
        skipped.push(Skipped { row: row.number, text: row.texts().join(" "), reason: "单位行", is_sum: true });
        body = rest;
    }
    let units = Units { of_column: units.unwrap_or_default(), of_sheet: sheet_unit };
    for row in body {
        match no_record(sheet, row, header) {
            Some(reason) => {
                let (text, is_sum) = (row.texts().join(" "), reason == SUM_ROW);
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
                Some((_, value)) if headings::fills_down(field) => value,
                Some((from, _)) if headings::is_money(field) => {
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
        let stated = || units.of_column.get(&column.at).copied().or(units.of_sheet).filter(|_| headings::is_money(field));
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

/// Units of sums that are stated outside the headings.
struct Units {
    of_column: HashMap<usize, f64>,
    of_sheet: Option<f64>,
}

/// The units in a row below the header that contains only units: 万元, 人.
fn unit_row(row: &SheetRow) -> Option<HashMap<usize, f64>> {
    const OTHER: [&str; 10] = ["人", "户", "个", "所", "台", "套", "人次", "万人", "公里", "平方米"];
    let mut units = HashMap::new();
    for (at, value) in &row.cells {
        let text = value.shown();
        let text = text.trim_matches(['(', ')', '（', '）']);
        match headings::stated_unit(&format!("单位:{text}")).filter(|_| text.ends_with('元')) {
            Some(yuan) => drop(units.insert(*at, yuan)),
            None if OTHER.contains(&text) => {}
            None => return None,
        }
    }
    (!units.is_empty()).then_some(units)
}

/// Judges cells beyond the last heading. In a text file, an extra comma has moved the rest of the row, so the row is rejected;
/// in a sheet, such cells are remarks in the margin.
fn extra(sheet: &Sheet, header: &Header, row: &SheetRow) -> (Option<String>, Vec<(String, String)>) {
    let last = header.last_column();
    let extra: Vec<usize> = row.cells.iter().map(|&(at, _)| at).filter(|&at| at > last).collect();
    if extra.is_empty() {
        (None, Vec::new())
    } else if sheet.name.is_none() {
        (Some(format!("比表头多出{}格；含逗号的内容请用英文双引号括起来", extra.len())), Vec::new())
    } else {
        (None, extra.into_iter().map(|at| (letter(at), "这一列没有列名，内容没有导入".to_owned())).collect())
    }
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

    /// The value that a merged cell carries down to a row, and the row that it comes from.
    fn carried(&self, row: u64, column: usize) -> Option<(u64, &'a Value)> {
        let blocks = self.by_column.get(&column)?;
        let (first, last) = *blocks[..blocks.partition_point(|&(first, _)| first < row)].last()?;
        (row <= last).then_some((first, self.sheet.row(first)?.get(column)?))
    }
}
