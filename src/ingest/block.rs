//! Rows of a sheet with the same columns, and how a row of them becomes a record.
//!
//! Merged cells and signs of repetition are filled down in columns that say where, what kind and who, never in columns that say
//! how much.

use std::sync::Arc;

use super::columns::{Column, Span, field_of};
use super::headings::{self, Heading};
use super::merges::Merges;
use super::row::{Broken, Cell, Row};
use super::sheet::{Sheet, SheetRow, Value, letter};
use super::units::Units;

/// Rows of a sheet with the same columns and the same title.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Last row of the header.
    pub(crate) header_row: u64,
    /// The text above the header, or its beginning.
    pub(crate) title: String,
    /// The heading of the group that its rows belong to; empty for none.
    pub(crate) section: String,
    pub(super) columns: Arc<[Column]>,
    pub(super) span: Span,
    /// Number of fields of its header in a text file, blank ones included.
    pub(super) width: Option<usize>,
    pub(super) units: Arc<Units>,
}

impl Block {
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Fields that the header has a column for.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter_map(|column| field_of(&column.heading))
    }

    /// The record in a row of the sheet. What is struck out is left out unless `takes_hidden` is set.
    pub(super) fn record(&self, sheet: &Sheet, merges: &Merges, takes_hidden: bool, row: &SheetRow) -> Row {
        let Self { columns, units, .. } = self;
        let (mut cells, mut faults) = (Vec::new(), Vec::new());
        let (extra, mut remarks) = extra(self, row);
        for column in columns.iter() {
            let field = &column.field;
            let unit = match &column.heading {
                Heading::Field { yuan, .. } => *yuan,
                Heading::Personal => continue,
                Heading::Ignored | Heading::Unknown => None,
            };
            let value = match row.get(column.at) {
                Some(value) if repeats_above(value, field) => match above(sheet, (self.header_row, row.number), column.at) {
                    Some(value) => value,
                    None => continue,
                },
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
            if !takes_hidden && let Some(is_whole) = sheet.marks.struck(row.number, column.at) {
                let said = if is_whole {
                    "划去的内容，没有读取"
                } else {
                    "有部分文字被划去，仍按全文读取；请核对"
                };
                remarks.push((letter(column.at), said.to_owned()));
                if is_whole {
                    continue;
                }
            }
            if let Some(currency) = column.foreign {
                let reason = format!("这一列以{currency}计，不是人民币，没有计入金额；请折合成元后填写");
                remarks.push((letter(column.at), reason));
                continue;
            }
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
        Row { at: 0, number: row.number, cells, faults, remarks }
    }
}

/// True for a sign that a cell repeats the one above it, in a column that does not say how much.
fn repeats_above(value: &Value, field: &str) -> bool {
    const SIGNS: [&str; 9] = ["同上", "同前", "〃", "\"", "″", "”", "同上行", "''", "〞"];
    let is_counted =
        headings::is_money(field) || headings::is_goods_count(field) || ["quantity", "beneficiaries"].contains(&field);
    !is_counted && matches!(value, Value::Text(text) if SIGNS.contains(&text.trim()))
}

/// The cell between the header and a row that signs of repetition in the row mean.
fn above(sheet: &Sheet, (header, row): (u64, u64), column: usize) -> Option<&Value> {
    const MOST: usize = 200;
    let at = sheet.rows.partition_point(|it| it.number < row);
    let cells = sheet.rows[..at].iter().rev().take(MOST).take_while(|it| it.number > header);
    cells.filter_map(|row| row.get(column)).find(|value| !repeats_above(value, ""))
}

/// Judges cells without a heading. In a text file, an extra comma has moved the rest of the row, so the row is rejected; in a
/// sheet, such cells are remarks in the margin.
fn extra(block: &Block, row: &SheetRow) -> (Option<String>, Vec<(String, String)>) {
    let columns = &block.columns;
    let has_heading = |at: usize| columns.binary_search_by_key(&at, |column| column.at).is_ok();
    let own = row.within(block.span);
    let mut extra = own.iter().map(|&(at, _)| at).filter(|&at| !has_heading(at)).peekable();
    if extra.peek().is_none() {
        return (None, Vec::new());
    }
    let beyond = own.iter().filter(|(at, _)| block.width.is_some_and(|width| *at >= width)).count();
    if beyond > 0 {
        return (Some(format!("比表头多出{beyond}格；含逗号的内容请用英文双引号括起来")), Vec::new());
    }
    (None, extra.map(|at| (letter(at), "这一列没有列名，内容没有导入".to_owned())).collect())
}
