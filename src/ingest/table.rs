//! Turns a sheet into the rows of its table: where the header is, what its columns mean, which rows are data.
//!
//! Real lists have title rows, two-row headers, merged cells, sums, signatures and notes. Merged cells are filled down in
//! columns that say where, what kind and who, never in columns that say how much. A row is made when it is read: the values
//! are held once, in the sheet.

use std::collections::HashMap;
use std::sync::Arc;

use super::header::{Column, Header, field_of, find_header};
use super::headings::{self, Heading};
use super::limits::{Budget, Excess, MAX_TITLE, MAX_UNKNOWN};
use super::lines::Lines;
use super::no_record::{SUM_ROW, no_record};
pub(crate) use super::row::{Broken, Cell, Cells, Row, Unknown};
use super::sheet::{Sheet, SheetRow, Value, letter};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// A row of a sheet that is not a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) row: u64,
    pub(crate) reason: &'static str,
    pub(crate) is_sum: bool,
}

/// The rows of one sheet, and what its columns mean.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) kind: EntityKind,
    /// Name of the sheet, as messages show it.
    pub(crate) sheet: Option<String>,
    /// Last row of the header; 0 for JSON lines.
    pub(crate) header_row: u64,
    /// The text above the header, or its beginning.
    pub(crate) title: String,
    /// Fields that the header has a column for.
    pub(crate) fields: Vec<String>,
    pub(crate) rows: Rows,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) unknown: Vec<Unknown>,
}

/// Where the rows of a table are.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// In a sheet.
    Cells(SheetRows),
    /// In a file of JSON lines.
    Lines(Lines),
}

/// The rows of a sheet that are records, and how they are read.
#[derive(Debug, Clone)]
pub(crate) struct SheetRows {
    /// Place of the sheet in the file.
    pub(super) sheet: usize,
    /// Places of the rows in the sheet, ascending.
    at: Vec<u32>,
    columns: Vec<Column>,
    units: Units,
    merges: Merges,
}

impl Table {
    pub(crate) const fn len(&self) -> usize {
        match &self.rows {
            Rows::Cells(rows) => rows.at.len(),
            Rows::Lines(lines) => lines.len(),
        }
    }

    /// The `k`th row.
    pub(super) fn row(&self, sheets: &[Sheet], k: usize) -> Row {
        match &self.rows {
            Rows::Cells(rows) => {
                let sheet = &sheets[rows.sheet];
                record(sheet, rows, &sheet.rows[rows.at[k] as usize])
            }
            Rows::Lines(lines) => Row { number: lines.number(k), cells: lines.cells(k), faults: Vec::new(), remarks: Vec::new() },
        }
    }

    /// Place of its sheet in the file; `None` for JSON lines.
    pub(crate) const fn sheet_at(&self) -> Option<usize> {
        match &self.rows {
            Rows::Cells(rows) => Some(rows.sheet),
            Rows::Lines(_) => None,
        }
    }
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
    /// Merged cells carry too much down.
    TooMuch(Excess),
}

/// Reads the `at`th sheet of a file as records of `kind`, or of the kind that its columns fit.
pub(super) fn read(sheets: &[Sheet], at: usize, kind: Option<EntityKind>, budget: &mut Budget) -> Result<Table, NoTable> {
    let sheet = &sheets[at];
    let first = sheet.rows.first().ok_or(NoTable::Empty)?;
    let header = match find_header(sheet, kind) {
        Some(header) => header,
        None if kind.is_none() => return Err(NoTable::Kind),
        None => return Err(NoTable::NoHeader(excerpts(first.cells.iter().map(|(_, value)| value.shown())))),
    };
    for group in headings::required(header.kind) {
        if !header.has(group) {
            let found = excerpts(header.columns.iter().map(|column| column.text.to_string()));
            return Err(NoTable::Column { choices: headings::choices(header.kind, group), found });
        }
    }
    table(sheets, at, header, budget).map_err(NoTable::TooMuch)
}

/// Texts in one line, each and all of them shortened.
fn excerpts(texts: impl Iterator<Item = String>) -> String {
    const MOST: usize = 50;
    let mut shown: Vec<String> = texts.take(MOST + 1).map(|text| excerpt(&text)).collect();
    if shown.len() > MOST {
        shown[MOST] = "……".to_owned();
    }
    shown.join("、")
}

fn table(sheets: &[Sheet], at: usize, header: Header, budget: &mut Budget) -> Result<Table, Excess> {
    let sheet = &sheets[at];
    let above = &sheet.rows[..header.first];
    let title = above.iter().flat_map(SheetRow::texts).collect::<Vec<_>>().join("\n").chars().take(MAX_TITLE).collect();
    let sheet_unit = above.iter().flat_map(SheetRow::texts).find_map(|text| headings::stated_unit(&text));
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    let merges = Merges::from_sheet(sheet);
    let mut body = header.first + header.height;
    let units = sheet.rows.get(body).and_then(unit_row);
    if units.is_some() {
        skipped.push(Skipped { row: sheet.rows[body].number, reason: "单位行", is_sum: true });
        body += 1;
    }
    let units = Units { of_column: units.unwrap_or_default(), of_sheet: sheet_unit };
    for (n, row) in sheet.rows.iter().enumerate().skip(body) {
        match no_record(sheet, row, &header) {
            Some(reason) => skipped.push(Skipped { row: row.number, reason, is_sum: reason == SUM_ROW }),
            None => rows.push(n as u32),
        }
    }
    merges.count_carried(sheet, &header, &rows, budget)?;
    let header_row = sheet.rows[header.first + header.height - 1].number;
    let unknown = header.columns.iter().filter(|column| matches!(column.heading, Heading::Unknown | Heading::Personal));
    let unknown = unknown.map(|column| Unknown {
        row: header_row,
        column: letter(column.at),
        heading: excerpt(&column.text),
        is_personal: column.heading == Heading::Personal,
    });
    let unknown = unknown.take(MAX_UNKNOWN).collect();
    let fields = header.columns.iter().filter_map(|column| field_of(&column.heading)).map(str::to_owned).collect();
    let name = sheet.name.as_deref().map(|name| masked(name).into_owned());
    let rows = Rows::Cells(SheetRows { sheet: at, at: rows, columns: header.columns, units, merges });
    Ok(Table { kind: header.kind, sheet: name, header_row, title, fields, rows, skipped, unknown })
}

fn record(sheet: &Sheet, rows: &SheetRows, row: &SheetRow) -> Row {
    let SheetRows { columns, units, merges, .. } = rows;
    let (mut cells, mut faults) = (Vec::new(), Vec::new());
    let (extra, mut remarks) = extra(sheet, columns, row);
    for column in columns {
        let field = &column.field;
        let unit = match &column.heading {
            Heading::Field { yuan, .. } => *yuan,
            Heading::Personal => continue,
            Heading::Ignored | Heading::Unknown => None,
        };
        let value = match row.get(column.at) {
            Some(value) => value,
            None => match merges.carried(sheet, row.number, column.at) {
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
            faults.push((letter(column.at), field.to_string(), fault.to_string()));
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
    let cells = extra.map_or(Ok(cells), |reason| Err(Broken { reason, text: None }));
    Row { number: row.number, cells, faults, remarks }
}

/// Units of sums that are stated outside the headings.
#[derive(Debug, Clone)]
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
fn extra(sheet: &Sheet, columns: &[Column], row: &SheetRow) -> (Option<String>, Vec<(String, String)>) {
    let last = columns.last().map_or(0, |column| column.at);
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
#[derive(Debug, Clone)]
struct Merges {
    by_column: HashMap<usize, Vec<(u64, u64)>>,
}

impl Merges {
    fn from_sheet(sheet: &Sheet) -> Self {
        let mut by_column: HashMap<usize, Vec<(u64, u64)>> = HashMap::new();
        for merge in &sheet.merges {
            by_column.entry(merge.columns.0).or_default().push(merge.rows);
        }
        by_column.values_mut().for_each(|blocks| blocks.sort_unstable());
        Self { by_column }
    }

    /// The value that a merged cell carries down to a row, and the row that it comes from.
    fn carried<'a>(&self, sheet: &'a Sheet, row: u64, column: usize) -> Option<(u64, &'a Value)> {
        let blocks = self.by_column.get(&column)?;
        let (first, last) = *blocks[..blocks.partition_point(|&(first, _)| first < row)].last()?;
        (row <= last).then_some((first, sheet.row(first)?.get(column)?))
    }

    /// Counts the text that merged cells carry down to the `rows`: each of them holds it.
    fn count_carried(&self, sheet: &Sheet, header: &Header, rows: &[u32], budget: &mut Budget) -> Result<(), Excess> {
        for column in header.columns.iter().filter(|column| headings::fills_down(&column.field)) {
            let Some(blocks) = self.by_column.get(&column.at) else { continue };
            for &(first, last) in blocks {
                let before = |row: u64| rows.partition_point(|&at| sheet.rows[at as usize].number <= row);
                let text = sheet.row(first).and_then(|row| row.get(column.at)).map_or(0, Value::text_len);
                budget.text(text.saturating_mul(before(last).saturating_sub(before(first))))?;
            }
        }
        Ok(())
    }
}
