//! What its author put out of sight: hidden rows and columns, and rows that are struck out.

use super::columns::{Column, Header};
use super::headings::{self, Heading};
use super::sheet::{Sheet, SheetRow, Value};

/// Reasons given for such rows.
pub(super) const HIDDEN_ROW: &str = "隐藏的行（手工或筛选）；如需导入，请取消隐藏或指明读取隐藏内容（--hidden）";
pub(super) const STRUCK_ROW: &str = "划去的行；如需导入，请去掉删除线或指明读取隐藏内容（--hidden）";

/// Why a row was put out of sight: it is hidden, or what names it is struck out.
pub(super) fn out_of_sight(sheet: &Sheet, row: &SheetRow, cells: &[(usize, Value)], header: &Header) -> Option<&'static str> {
    if sheet.marks.is_hidden_row(row.number) {
        return Some(HIDDEN_ROW);
    }
    if sheet.marks.struck.is_empty() {
        return None;
    }
    let is_struck = |at: usize| sheet.marks.struck(row.number, at) == Some(true);
    let names = |column: &&Column| headings::names_record(&column.field) && row.get(column.at).is_some();
    let mut names = header.columns.iter().filter(names).peekable();
    let names_struck = names.peek().is_some() && names.all(|column| is_struck(column.at));
    (names_struck || cells.iter().all(|&(at, _)| is_struck(at))).then_some(STRUCK_ROW)
}

/// Leaves hidden columns out, unless the header is none without them.
pub(super) fn hide_columns(sheet: &Sheet, header: &mut Header) {
    let mut left = header.clone();
    for column in left.columns.iter_mut().filter(|column| sheet.marks.is_hidden_column(column.at)) {
        if column.heading != Heading::Ignored {
            (column.heading, column.field, column.is_hidden) = (Heading::Unknown, "".into(), true);
        }
    }
    if left.is_whole() {
        *header = left;
    }
}
