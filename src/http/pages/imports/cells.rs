//! The problems of a file, row by row, with fields in which cells are mended and rows are decided on.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::posted::Posted;
use crate::app::{Candidate, ImportTerms, SameRow, UnsureRow};
use crate::domain::NeedId;
use crate::ingest::{CellEdit, ColumnMeaning, Issue, TableColumns};

/// Longest value that stands in a field of one line, in characters.
const ONE_LINE: usize = 40;
/// Length from which on an issue quotes only the beginning of a value, in characters.
const CUT: usize = 256;
/// What stands for a new need among the choices.
const NEW: &str = "new";

/// A row with what is wrong with it.
pub(super) struct RowProblems {
    pub(super) place: String,
    pub(super) problems: Vec<CellProblem>,
}

/// One problem, with the field that mends it if one can.
pub(super) struct CellProblem {
    /// The column with its heading; empty for the row as a whole.
    pub(super) label: String,
    /// The value as it stands; empty if it stands in the field already.
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) input: Option<CellInput>,
    pub(super) choice: Option<RowChoice>,
}

/// A field for the new content of a cell.
pub(super) struct CellInput {
    pub(super) number: usize,
    /// Where the cell is, as the form gives it back.
    pub(super) at: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) is_long: bool,
    /// True if the value is not shown as a whole, so that only a whole new one can be typed.
    pub(super) is_cut: bool,
}

/// A choice among the stored needs that a row may be.
pub(super) struct RowChoice {
    pub(super) number: usize,
    pub(super) at: String,
    pub(super) label: String,
    pub(super) candidates: Vec<(String, String)>,
}

/// Where a cell or a row is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    sheet: Option<String>,
    row: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
}

impl Place {
    fn json(&self) -> String {
        serde_json::to_string(self).expect("a place has string keys only")
    }
}

/// Makes fields for problems, each with a number of its own.
pub(super) struct Mending<'a> {
    tables: &'a [TableColumns],
    unsure: HashMap<(Option<String>, u64), Vec<Candidate>>,
    /// Whether the file is still there to be read again.
    can_mend: bool,
    next: usize,
}

impl<'a> Mending<'a> {
    pub(super) fn new(tables: &'a [TableColumns], unsure: Vec<UnsureRow>, can_mend: bool) -> Self {
        let unsure = unsure.into_iter().map(|it| ((it.sheet, it.row), it.candidates)).collect();
        Self { tables, unsure, can_mend, next: 0 }
    }

    /// The problems row by row, in their order.
    pub(super) fn rows(&mut self, issues: &[Issue]) -> Vec<RowProblems> {
        let mut rows: Vec<RowProblems> = Vec::new();
        for issue in issues {
            let place = place(issue);
            let problem = self.problem(issue, &place);
            match rows.last_mut().filter(|row| row.place == place) {
                Some(row) => row.problems.push(problem),
                None => rows.push(RowProblems { place, problems: vec![problem] }),
            }
        }
        rows
    }

    fn problem(&mut self, issue: &Issue, place: &str) -> CellProblem {
        let (column, letter) = self.column(issue);
        let label = match (column, &letter) {
            (Some(column), Some(letter)) => format!("{}（{letter}列）", column.heading),
            (None, Some(letter)) => format!("{letter}列"),
            _ => String::new(),
        };
        let value = issue.value.clone().unwrap_or_default();
        if self.is_heading(issue) {
            return CellProblem { label, value, reason: heading_reason(issue), input: None, choice: None };
        }
        let row = (issue.sheet.clone(), issue.row);
        if issue.column.is_none()
            && issue.field.is_none()
            && self.can_mend
            && let Some(candidates) = self.unsure.remove(&row)
        {
            let choice = RowChoice {
                number: self.number(),
                at: Place { sheet: row.0, row: row.1, column: None }.json(),
                label: format!("{place}是哪一项需求"),
                candidates: candidates.into_iter().map(|it| (it.need.to_string(), it.text)).collect(),
            };
            let reason = "可能是已有的需求，不能确定；请选择是哪一项，或是新的需求".to_owned();
            return CellProblem { label, value, reason, input: None, choice: Some(choice) };
        }
        // A cell outside the columns of its table is not read, whatever stands in it.
        let is_read = column.is_some() || self.tables.is_empty();
        let input = letter.filter(|_| self.can_mend && issue.row > 0 && is_read).map(|letter| {
            let is_cut = value.chars().count() >= CUT;
            CellInput {
                number: self.number(),
                at: Place { sheet: row.0, row: row.1, column: Some(letter) }.json(),
                label: format!("{place} {label}"),
                is_long: is_cut || value.contains('\n') || value.chars().count() > ONE_LINE,
                value: if is_cut { String::new() } else { value.clone() },
                is_cut,
            }
        });
        let value = if input.as_ref().is_some_and(|input| !input.is_cut) { String::new() } else { value };
        CellProblem { label, value, reason: in_words_of_the_page(&issue.reason), input, choice: None }
    }

    const fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// The column of an issue and its letter. An issue about what is missing names a field only.
    fn column(&self, issue: &Issue) -> (Option<&'a ColumnMeaning>, Option<String>) {
        let tables = self.tables_of(issue);
        let columns = || tables.iter().copied().flat_map(|table| table.columns.iter());
        if let Some(letter) = &issue.column {
            return (columns().find(|it| it.column == *letter), Some(letter.clone()));
        }
        let Some(field) = issue.field.as_deref().filter(|_| tables.len() == 1) else { return (None, None) };
        // A need lacks a name if none of these says what it is.
        let fields = if field == "description" { vec!["title", "description", "goods"] } else { vec![field] };
        let of_field = |field: &str| columns().find(|it| it.field.as_deref() == Some(field));
        let column = fields.into_iter().find_map(of_field);
        (column, column.map(|it| it.column.clone()))
    }

    /// The tables whose header is the nearest above the row of an issue, or in it.
    fn tables_of(&self, issue: &Issue) -> Vec<&'a TableColumns> {
        let above = |table: &&TableColumns| table.sheet == issue.sheet && table.header_row <= issue.row;
        let nearest = self.tables.iter().filter(above).map(|table| table.header_row).max();
        self.tables.iter().filter(above).filter(|table| Some(table.header_row) == nearest).collect()
    }

    fn is_heading(&self, issue: &Issue) -> bool {
        issue.column.is_some() && self.tables_of(issue).iter().any(|table| table.header_row == issue.row)
    }
}

/// Sheet and row of an issue.
pub(super) fn place(issue: &Issue) -> String {
    let sheet = issue.sheet.as_deref().unwrap_or_default();
    let row = if issue.row > 0 { format!("第{}行", issue.row) } else { String::new() };
    let place = format!("{sheet} {row}").trim().to_owned();
    if place.is_empty() { "整个文件".to_owned() } else { place }
}

/// What is odd about a heading; the choices for it stand in the form.
fn heading_reason(issue: &Issue) -> String {
    let reason = issue.reason.split(['；', '，']).next().unwrap_or_default();
    match (&issue.field, issue.reason.contains("列名不认识")) {
        (Some(_), true) => "列名不认识，已按内容读取；如果不对，请在“列名对应”中改正".to_owned(),
        _ if issue.reason.contains("不认识的列") => format!("{reason}，其内容没有导入；可在“列名对应”中指明它是什么"),
        _ => in_words_of_the_page(&issue.reason),
    }
}

/// Whether an issue says that a heading was not understood.
pub(super) fn is_unknown_heading(issue: &Issue) -> bool {
    issue.column.is_some() && (issue.reason.contains("列名不认识") || issue.reason.contains("不认识的列"))
}

/// A reason without the options of the command line.
pub(super) fn in_words_of_the_page(reason: &str) -> String {
    reason.replace("指明读取隐藏内容（--hidden）", "勾选“隐藏和划去的内容也读”").replace("（--map）", "")
}

/// Adds to the terms what was typed and chosen in a form.
///
/// # Errors
/// What cannot be taken, in words for the user.
pub(super) fn read(posted: &Posted, terms: &mut ImportTerms) -> Result<(), String> {
    let broken = || "表单不完整，请返回上一页重新提交".to_owned();
    let at = |number| serde_json::from_str::<Place>(posted.of("at", number)?).ok();
    for number in posted.numbers("cell") {
        let plain = |name| posted.of(name, number).unwrap_or_default().replace("\r\n", "\n");
        let (was, text) = (plain("was"), plain("cell"));
        if was.trim() == text.trim() {
            continue;
        }
        let Place { sheet, row, column } = at(number).ok_or_else(broken)?;
        let column = column.ok_or_else(broken)?;
        terms.edits.set(CellEdit { sheet, row, column, text: text.trim().to_owned() })?;
    }
    for number in posted.numbers("same") {
        let chosen = posted.of("same", number).unwrap_or_default();
        if chosen.is_empty() {
            continue;
        }
        let Place { sheet, row, .. } = at(number).ok_or_else(broken)?;
        let need = (chosen != NEW).then(|| NeedId::new(chosen));
        terms.decide(sheet.clone().as_deref(), row, Some(SameRow { sheet, row, need }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(fields: &[(&str, &str)]) -> Posted {
        Posted::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn only_what_was_changed_is_taken() {
        let mut terms = ImportTerms::default();
        let at = r#"{"sheet":"德钦县","row":5,"column":"D"}"#;
        let form = [
            ("at.1", at),
            ("was.1", "假县"),
            ("cell.1", " 德钦县 "), //
            ("at.2", at),
            ("was.2", "两\n行"),
            ("cell.2", "两\r\n行"), //
            ("at.3", r#"{"sheet":null,"row":7}"#),
            ("same.3", "new"),
        ];
        read(&posted(&form), &mut terms).unwrap();
        let edit = CellEdit { sheet: Some("德钦县".into()), row: 5, column: "D".into(), text: "德钦县".into() };
        assert_eq!(terms.edits.cells(), [edit]);
        assert_eq!(terms.same, [SameRow { sheet: None, row: 7, need: None }]);
        assert!(read(&posted(&[("at.1", "nonsense"), ("cell.1", "x")]), &mut terms).is_err());
    }
}
