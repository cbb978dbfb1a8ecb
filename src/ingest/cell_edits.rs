//! What a person changed in the cells of a file: a layer over its cells, laid on before tables are looked for, so that headings,
//! sums and merged cells see it. The file itself stays as it is.

use serde::{Deserialize, Serialize};

use super::collector::{number_value, text_value};
use super::limits::{Budget, Excess, MAX_COLUMNS, SHEET_COLUMNS, SHEET_ROWS};
use super::sheet::{Sheet, SheetRow, Value};
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// Most cells that are changed.
const MAX_EDITS: usize = 5_000;
/// Longest text of a cell, in characters.
const MAX_TEXT: usize = 20_000;
/// Most digits of a number that is exact in a cell.
const EXACT_DIGITS: usize = 15;

/// A cell with the text that stands in it instead of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellEdit {
    /// The sheet as issues name it; `None` for text files.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// Column letter, or the key for JSON.
    pub column: String,
    /// The new text; an empty one clears the cell.
    pub text: String,
}

impl CellEdit {
    /// True if both are about the same cell.
    fn is_of_same_cell(&self, other: &Self) -> bool {
        (self.row, &self.column, &self.sheet) == (other.row, &other.column, &other.sheet)
    }
}

/// The changed cells of a file, in the order in which they were changed, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CellEdits {
    cells: Vec<CellEdit>,
}

impl CellEdits {
    /// The changed cells.
    #[must_use]
    pub fn cells(&self) -> &[CellEdit] {
        &self.cells
    }

    /// True if no cell is changed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds a change; it replaces an earlier one of the same cell.
    ///
    /// # Errors
    /// The text is too long, or too many cells are changed; in words for the user.
    pub fn set(&mut self, edit: CellEdit) -> Result<(), String> {
        let length = edit.text.chars().count();
        if length > MAX_TEXT {
            return Err(format!("第{}行{}列的内容过长：{length}字，最多{MAX_TEXT}字", edit.row, excerpt(&edit.column)));
        }
        match self.cells.iter().position(|it| it.is_of_same_cell(&edit)) {
            Some(at) => self.cells[at] = edit,
            None if self.cells.len() == MAX_EDITS => {
                return Err(format!("在页面上最多更正{MAX_EDITS}格；请在原文件中更正后重新上传"));
            }
            None => self.cells.push(edit),
        }
        Ok(())
    }

    /// Takes back the changes at these places in [`CellEdits::cells`].
    pub fn undo(&mut self, places: &[usize]) {
        let mut at = 0;
        self.cells.retain(|_| {
            at += 1;
            !places.contains(&(at - 1))
        });
    }

    /// Lays the changes over sheets and returns those that have no place there.
    pub(super) fn lay_over(&self, sheets: &mut [Sheet], budget: &mut Budget) -> Result<Vec<&CellEdit>, Excess> {
        let mut unplaced = Vec::new();
        for edit in &self.cells {
            let is_meant = |sheet: &&mut Sheet| sheet.name.as_deref().map(masked).as_deref() == edit.sheet.as_deref();
            let mut meant = sheets.iter_mut().filter(is_meant);
            // Of two sheets whose names differ only in what is masked, none is meant.
            let (Some(sheet), None) = (meant.next(), meant.next()) else {
                unplaced.push(edit);
                continue;
            };
            let is_row = (1..=u64::from(SHEET_ROWS)).contains(&edit.row);
            let Some(column) = column_of(&edit.column).filter(|_| is_row) else {
                unplaced.push(edit);
                continue;
            };
            let value = value_of(&edit.text, sheet.name.is_some());
            budget.text(edit.text.len())?;
            put(sheet, edit.row, column, value, budget)?;
        }
        Ok(unplaced)
    }
}

/// Puts a value into a cell, or clears the cell. What was typed anew is not struck out.
fn put(sheet: &mut Sheet, row: u64, column: usize, value: Option<Value>, budget: &mut Budget) -> Result<(), Excess> {
    sheet.marks.struck.retain(|&(at_row, at, _)| (at_row, at) != (row, column));
    let at = match (sheet.rows.binary_search_by_key(&row, |it| it.number), &value) {
        (Ok(at), _) => at,
        (Err(_), None) => return Ok(()),
        (Err(at), Some(_)) => {
            budget.row()?;
            sheet.rows.insert(at, SheetRow { number: row, cells: Vec::new() });
            if !sheet.widths.is_empty() {
                sheet.widths.insert(at, 0);
            }
            at
        }
    };
    let cells = &mut sheet.rows[at].cells;
    match (cells.binary_search_by_key(&column, |&(at, _)| at), value) {
        (Ok(place), Some(value)) => cells[place].1 = value,
        (Ok(place), None) => {
            cells.remove(place);
        }
        (Err(_), None) => {}
        (Err(_), Some(_)) if cells.len() == MAX_COLUMNS => return Err(Excess::Columns(row)),
        (Err(place), Some(value)) => {
            budget.cell()?;
            cells.insert(place, (column, value));
        }
    }
    let is_blank = cells.is_empty();
    if let Some(width) = sheet.widths.get_mut(at) {
        *width = (*width).max(u32::try_from(column + 1).unwrap_or(u32::MAX));
    }
    if is_blank {
        sheet.rows.remove(at);
        if at < sheet.widths.len() {
            sheet.widths.remove(at);
        }
    }
    Ok(())
}

/// The value that a text becomes in a cell: in a workbook, digits become a number; a text file has texts only.
fn value_of(text: &str, is_workbook: bool) -> Option<Value> {
    match text.trim().parse::<f64>() {
        Ok(number) if is_workbook && is_plain_number(text.trim()) => number_value(number),
        _ => text_value(text),
    }
}

/// True for digits with at most a sign and a point that a spreadsheet takes for a number without losing any of them.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leads_with_zero = whole.len() > 1 && whole.starts_with('0');
    is_digits(whole) && is_digits(fraction) && !leads_with_zero && whole.len() + fraction.len() <= EXACT_DIGITS + 1
}

/// The number of a column with these letters: A → 0, AA → 26.
fn column_of(letters: &str) -> Option<usize> {
    const LETTERS: usize = 26;
    let is_column = !letters.is_empty() && letters.len() <= 3 && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    let digit = |byte: u8| usize::from(byte - b'A') + 1;
    let number = is_column.then(|| letters.bytes().fold(0, |number, byte| number * LETTERS + digit(byte)) - 1)?;
    (number < SHEET_COLUMNS).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::super::sheet::letter;
    use super::*;

    fn edit(row: u64, column: &str, text: &str) -> CellEdit {
        CellEdit { sheet: None, row, column: column.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn letters_and_numbers_of_columns_are_the_same() {
        for at in [0, 25, 26, 701, 702, SHEET_COLUMNS - 1] {
            assert_eq!(column_of(&letter(at)), Some(at));
        }
        assert_eq!(["", "a", "甲", "XFE", "AAAA"].map(column_of), [None; 5]);
    }

    #[test]
    fn a_number_typed_in_a_workbook_is_one_and_an_id_keeps_its_zeros() {
        assert_eq!(value_of("30", true), Some(Value::Number(30.0)));
        assert_eq!(value_of("-2.5", true), Some(Value::Number(-2.5)));
        for text in ["030", "30万元", "1e3", "12345678901234567", "30."] {
            assert_eq!(value_of(text, true), Some(Value::Text(text.into())), "{text}");
        }
        assert_eq!(value_of("30", false), Some(Value::Text("30".into())));
        assert_eq!(value_of("　", true), None);
    }

    #[test]
    fn a_later_change_of_a_cell_replaces_the_earlier_one_and_each_can_be_taken_back() {
        let mut edits = CellEdits::default();
        for it in [edit(2, "A", "甲"), edit(3, "A", "乙"), edit(2, "A", "丙")] {
            edits.set(it).unwrap();
        }
        assert_eq!(edits.cells(), [edit(2, "A", "丙"), edit(3, "A", "乙")]);
        edits.undo(&[0, 7]);
        assert_eq!(edits.cells(), [edit(3, "A", "乙")]);
        assert!(edits.set(edit(1, "A", &"字".repeat(MAX_TEXT + 1))).is_err());
    }

    #[test]
    fn cells_are_replaced_added_and_cleared_and_rows_stay_in_order() {
        let row = |number, cells: &[(usize, &str)]| SheetRow {
            number,
            cells: cells.iter().map(|(at, text)| (*at, Value::Text((*text).into()))).collect(),
        };
        let mut sheet =
            Sheet { rows: vec![row(1, &[(0, "a"), (2, "c")]), row(4, &[(0, "x")])], widths: vec![3, 1], ..Sheet::default() };
        let mut edits = CellEdits::default();
        let other = CellEdit { sheet: Some("别的".to_owned()), ..edit(1, "A", "甲") };
        for it in [edit(1, "B", "b"), edit(1, "C", "乙"), edit(2, "A", "新"), edit(4, "A", ""), edit(9, "A", ""), other.clone()]
        {
            edits.set(it).unwrap();
        }
        let unplaced = edits.lay_over(std::slice::from_mut(&mut sheet), &mut Budget::default()).unwrap();
        assert_eq!(unplaced, [&other]);
        assert_eq!(sheet.rows, [row(1, &[(0, "a"), (1, "b"), (2, "乙")]), row(2, &[(0, "新")])]);
        assert_eq!(sheet.widths, [3, 1]);
    }
}
