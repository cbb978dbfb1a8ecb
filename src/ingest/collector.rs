//! Collects the cells that the readers of the formats give into rows, counts them, and makes values of what stands in them.

use calamine::ExcelDateTime;
use jiff::civil::Date;

use super::limits::{Budget, Excess, MAX_COLUMNS, SHEET_COLUMNS, SHEET_ROWS};
use super::sheet::{SheetRow, Value};
use crate::excerpt::is_blank_char;

/// The value of a formula whose result is not in the file.
pub(super) const NO_RESULT: &str = "公式没有计算结果";

/// Puts cells into rows, and counts them.
pub(super) struct Collector<'a> {
    budget: &'a mut Budget,
    rows: Vec<SheetRow>,
}

impl<'a> Collector<'a> {
    pub(super) const fn new(budget: &'a mut Budget) -> Self {
        Self { budget, rows: Vec::new() }
    }

    /// Adds a cell; row and column from 0.
    pub(super) fn push(&mut self, row: u32, column: u32, value: Option<Value>) -> Result<(), Excess> {
        let Some(value) = value else { return Ok(()) };
        if column as usize >= SHEET_COLUMNS || row >= SHEET_ROWS {
            return Err(Excess::Grid);
        }
        self.budget.cell()?;
        self.budget.text(value.text_len())?;
        let number = u64::from(row) + 1;
        match self.rows.last_mut() {
            Some(last) if last.number == number && last.cells.len() == MAX_COLUMNS => return Err(Excess::Columns(number)),
            Some(last) if last.number == number => last.cells.push((column as usize, value)),
            _ => {
                self.budget.row()?;
                self.rows.push(SheetRow { number, cells: vec![(column as usize, value)] });
            }
        }
        Ok(())
    }

    /// Counts a merged block.
    pub(super) fn merge(&mut self) -> Result<(), Excess> {
        self.budget.merge()
    }

    /// The rows, ascending; so are the cells in each.
    pub(super) fn finish(mut self) -> Vec<SheetRow> {
        self.rows.sort_by_key(|row| row.number);
        for row in &mut self.rows {
            row.cells.sort_by_key(|&(column, _)| column);
            row.cells.shrink_to_fit();
        }
        self.rows
    }
}

/// How spreadsheets show errors; an error workbook returns them as text.
const FAULTS: [&str; 8] = [NO_RESULT, "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

pub(super) fn text_value(text: &str) -> Option<Value> {
    let plain = text.trim_matches(is_blank_char);
    if FAULTS.contains(&plain) {
        return Some(Value::Fault(plain.into()));
    }
    (!plain.is_empty()).then(|| Value::Text(text.into()))
}

pub(super) fn number_value(number: f64) -> Option<Value> {
    number.is_finite().then_some(Value::Number(number))
}

/// A date; a bare time of day or a duration stays a number.
pub(super) fn date_value(moment: &ExcelDateTime) -> Option<Value> {
    if moment.is_duration() || moment.as_f64() < 1.0 {
        return number_value(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let date = i16::try_from(year).ok().and_then(|year| Date::new(year, month as i8, day as i8).ok());
    date.map(Value::Date).or_else(|| number_value(moment.as_f64()))
}

pub(super) fn iso_value(text: &str) -> Value {
    let day = text.split('T').next().unwrap_or_default();
    day.parse().map_or_else(|_| Value::Text(text.into()), Value::Date)
}
