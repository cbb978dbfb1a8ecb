//! Typed access to the cells of one row; a cell that cannot be read becomes an issue with its column and value.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use serde_json::Value;

use super::cell_value::{is_blank, is_placeholder, shown};
use super::context::ReadingContext;
use super::headings::is_money;
use super::issue::Issue;
use super::names::Bearers;
use super::stored::take_cleared;
use super::table::{Cell, Cells, Row};
use crate::domain::{Contact, FuzzyDate, NeedId, Organization, OrganizationId, Role};
use crate::excerpt::excerpt;
use crate::privacy::{in_words, mask_json, masked};
use crate::reference::Reference;
use crate::understand::serial_day;

/// Separators between the items of a list in one cell.
const LIST_MARKS: [char; 7] = [';', '；', '、', ',', '，', '|', '\n'];

/// Longest text of one cell, in characters.
pub(super) const MAX_CELL_CHARS: usize = 20_000;
/// Longest text of a cell that holds an id, a name, a number, a date or a keyword, in characters.
const MAX_WORD_CHARS: usize = 256;
/// Most items of a list in one cell.
const MAX_ITEMS: usize = 1000;
/// Longest value that an issue quotes, in characters.
const MAX_QUOTED_CHARS: usize = 256;

/// The cells of a row and the issues found in them so far.
pub(super) struct Fields<'a> {
    /// Personal numbers are already masked.
    pub(super) cells: Cells,
    /// The fields that the row clears.
    cleared: HashSet<Arc<str>>,
    /// The stored need that the row is, if it states no id.
    pub(super) same_as: Option<&'a NeedId>,
    pub(super) setting: &'a ReadingContext<'a>,
    rejected: Vec<Issue>,
    warnings: Vec<Issue>,
    stubs: Vec<Organization>,
}

/// Whether an issue rejects the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    Rejects,
    Warns,
}

impl<'a> Fields<'a> {
    /// Takes the cells of a row, masks personal numbers, and notes faults and oversized cells.
    pub(super) fn new(mut cells: Cells, row: &Row, setting: &'a ReadingContext<'a>) -> Self {
        let cleared = take_cleared(&mut cells);
        let same_as = setting.same_as.and_then(|rows| rows.get(&row.at));
        let mut this = Self { cells, cleared, same_as, setting, rejected: Vec::new(), warnings: Vec::new(), stubs: Vec::new() };
        for at in 0..this.cells.len() {
            this.hide_personal(at);
            this.check_length(at);
        }
        for (column, field, fault) in row.faults.iter().filter(|(_, field, _)| !field.is_empty()) {
            let reason = "单元格是错误值或没有结果的公式；请填写数值，或在表格软件中重新计算并保存";
            this.rejected.push(Issue {
                column: Some(column.clone()),
                field: Some(field.clone()),
                value: Some(fault.clone()),
                ..blank(reason)
            });
        }
        for (column, reason) in &row.remarks {
            this.warnings.push(Issue { column: Some(column.clone()), ..blank(reason) });
        }
        this
    }

    /// Masks what names persons in a cell. Contacts are exempt: they are restricted anyway, and numbers are what they are for.
    /// An id or a sum cannot lack its number, so that the row is rejected.
    fn hide_personal(&mut self, at: usize) {
        let field = Arc::clone(&self.cells[at].field);
        let is_fraction = self.cells[at].value.as_f64().is_some_and(|number| number.fract() != 0.0);
        if *field == *"contact" || is_fraction {
            return;
        }
        let mut found = Vec::new();
        mask_json(&mut self.cells[at].value, &mut found);
        if found.is_empty() {
            return;
        }
        let (cell, kinds) = (self.cells[at].clone(), in_words(&found));
        let (severity, reason) = match &*field {
            "id" | "need" | "organization" => {
                (Severity::Rejects, format!("这一格含{kinds}，不能作为编号或名称；请换用不含个人信息的编号或名称"))
            }
            field if is_money(field) || field == "quantity" => {
                (Severity::Rejects, format!("这一格含{kinds}，不是数额；如确为数额，请带上单位，如 138亿元"))
            }
            _ => (Severity::Warns, format!("内容含{kinds}，导入时已隐去；请不要在需求中填写个人信息")),
        };
        self.note(severity, Some(&cell), &reason);
        if severity == Severity::Rejects {
            self.cells[at].value = Value::Null;
        }
    }

    /// Rejects oversized cells.
    fn check_length(&mut self, at: usize) {
        let cell = &self.cells[at];
        let most = if is_word(&cell.field) { MAX_WORD_CHARS } else { MAX_CELL_CHARS };
        let length = cell.value.as_str().map_or(0, |text| text.chars().count());
        let items = match &cell.value {
            _ if !is_list(&cell.field) => 0,
            Value::Array(items) => items.len(),
            value => value.as_str().map_or(0, |text| text.split(LIST_MARKS).count()),
        };
        let reason = match (length > most, items > MAX_ITEMS) {
            (true, _) => format!("内容过长：{length}字，最多{most}字；请精简后重新导入"),
            (_, true) => format!("内容过多：{items}项，最多{MAX_ITEMS}项；请精简后重新导入"),
            _ => return,
        };
        let cell = cell.clone();
        self.note(Severity::Rejects, Some(&cell), &reason);
        // A text is read nevertheless: what else is wrong with the row is said at once.
        if most < MAX_CELL_CHARS || items > 0 {
            self.cells[at].value = Value::Null;
        }
    }

    /// The rejections and warnings, with file, sheet and row filled in, and the stubs that the row needs.
    pub(super) fn finish(self, file: &str, sheet: Option<&str>, row: u64) -> (Vec<Issue>, Vec<Issue>, Vec<Organization>) {
        let place = |issues: Vec<Issue>| -> Vec<Issue> {
            let sheet = sheet.map(str::to_owned);
            issues.into_iter().map(|issue| Issue { file: file.to_owned(), sheet: sheet.clone(), row, ..issue }).collect()
        };
        (place(self.rejected), place(self.warnings), self.stubs)
    }

    pub(super) const fn reference(&self) -> &'a Reference {
        self.setting.reference
    }

    pub(super) fn note(&mut self, weight: Severity, cell: Option<&Cell>, reason: &str) {
        let issue = Issue {
            column: cell.map(|cell| masked(&cell.column).into_owned()),
            field: cell.map(|cell| cell.field.to_string()),
            value: cell.map(quoted),
            ..blank(reason)
        };
        match weight {
            Severity::Rejects => self.rejected.push(issue),
            Severity::Warns => self.warnings.push(issue),
        }
    }

    pub(super) fn reject(&mut self, field: &str, reason: &str) {
        let cell = self.cell(field);
        self.note(Severity::Rejects, cell.as_ref(), reason);
    }

    pub(super) fn warn(&mut self, field: &str, reason: &str) {
        let cell = self.cell(field);
        self.note(Severity::Warns, cell.as_ref(), reason);
    }

    /// A warning about a column of the header that is blank in this row.
    pub(super) fn warn_blank(&mut self, field: &str, reason: &str) {
        self.warnings.push(Issue { field: Some(field.to_owned()), ..blank(reason) });
    }

    pub(super) fn all(&self, field: &str) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| *cell.field == *field && !is_blank(&cell.value))
    }

    /// The cells whose field is one of several of a kind.
    pub(super) fn with_field(&self, is_meant: fn(&str) -> bool) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| is_meant(&cell.field) && !is_blank(&cell.value) && !is_placeholder(&cell.value))
    }

    /// True if a cell of the field holds something.
    pub(super) fn has(&self, field: &str) -> bool {
        self.all(field).next().is_some()
    }

    pub(super) fn cell(&self, field: &str) -> Option<Cell> {
        self.all(field).next().cloned()
    }

    /// The text of a field; several columns of one field are joined.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        let parts: Vec<String> = self.all(field).map(|cell| shown(&cell.value)).collect();
        (!parts.is_empty()).then(|| parts.join(if matches!(field, "region" | "township") { "" } else { "。" }))
    }

    /// The text of a required field; without it the row is rejected.
    pub(super) fn required(&mut self, field: &str, name: &str) -> Option<String> {
        let text = self.text(field);
        if text.is_none() {
            let reason = format!("缺少{name}，这一行无法导入");
            self.rejected.push(Issue { field: Some(field.to_owned()), ..blank(&reason) });
        }
        text
    }

    /// The items of a list field: a JSON list, or one cell with separators between the items.
    pub(super) fn list(&self, field: &str) -> Vec<String> {
        self.all(field)
            .flat_map(|cell| match &cell.value {
                Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>(),
                value => shown(value).split(LIST_MARKS).map(str::to_owned).collect(),
            })
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect()
    }

    /// A keyword, such as a status, in normalised form.
    pub(super) fn word(&self, field: &str) -> Option<String> {
        self.text(field).map(|text| normalize(&text).text)
    }

    pub(super) fn flag(&mut self, field: &str) -> Option<bool> {
        let cell = self.cell(field)?;
        let text = normalize(&shown(&cell.value)).text;
        match text.as_str() {
            "true" | "是" | "有" | "1" => Some(true),
            "false" | "否" | "无" | "0" => Some(false),
            _ => {
                self.note(Severity::Warns, Some(&cell), "应填“是”或“否”，已按未知处理");
                None
            }
        }
    }

    pub(super) fn whole(&mut self, field: &str) -> Option<u32> {
        let cell = self.cell(field)?;
        let number = shown(&cell.value).parse().ok();
        if number.is_none() {
            self.note(Severity::Rejects, Some(&cell), "应填不小于0的整数");
        }
        number
    }

    /// The role of an organization; an unknown word gives a warning and counts as member.
    pub(super) fn role(&mut self, field: &str, text: Option<&str>) -> Role {
        match text {
            Some("lead" | "牵头" | "主办") => Role::Lead,
            None | Some("member" | "参与" | "协办") => Role::Member,
            Some(other) => {
                let other = excerpt(other);
                self.warn(field, &format!("不认识的角色“{other}”，按参与计；应为 lead（牵头）或 member（参与）"));
                Role::Member
            }
        }
    }

    /// Organizations to choose from: name, id and home of each.
    pub(super) fn choices(&self, ids: &[OrganizationId]) -> String {
        const MOST: usize = 5;
        let shown = ids.iter().take(MOST).map(|id| match self.setting.stored.organization(id.as_str()) {
            Some(it) => {
                let home = it.home_region.as_ref().map(|home| format!("，{}", home.name)).unwrap_or_default();
                format!("“{}”（编号{}{home}）", excerpt(&it.name), excerpt(id.as_str()))
            }
            None => format!("编号{}", excerpt(id.as_str())),
        });
        shown.collect::<Vec<_>>().join("、") + if ids.len() > MOST { "等" } else { "" }
    }

    /// True if the row clears one of these fields.
    pub(super) fn clears(&self, fields: &[&str]) -> bool {
        fields.iter().any(|&field| self.cleared.contains(field))
    }

    /// What the row says of a field, else what is stored of it, unless the row clears it.
    pub(super) fn or_stored<T>(&self, field: &str, said: Option<T>, stored: Option<T>) -> Option<T> {
        said.or(stored.filter(|_| !self.clears(&[field])))
    }

    /// The same for a list.
    pub(super) fn list_or_stored<T: Clone>(&self, field: &str, said: Vec<T>, stored: Option<&Vec<T>>) -> Vec<T> {
        if self.has(field) {
            return said;
        }
        self.or_stored(field, None, stored.cloned()).unwrap_or_default()
    }

    /// The contact data, which is restricted; a list if there are several columns. A contact of null clears the stored one.
    pub(super) fn contact(&self) -> Option<Contact> {
        if self.clears(&["contact"]) {
            return Some(Contact::new(Value::Null));
        }
        let mut values: Vec<Value> = self.all("contact").map(|cell| cell.value.clone()).collect();
        let value = if values.len() < 2 { values.pop()? } else { Value::Array(values) };
        Some(Contact::new(value))
    }

    pub(super) fn fuzzy_date(&mut self, field: &str) -> Option<FuzzyDate> {
        let cell = self.cell(field).filter(|cell| !is_placeholder(&cell.value))?;
        if let Some(day) = cell.value.as_f64().and_then(serial_day) {
            return FuzzyDate::day(day);
        }
        match shown(&cell.value).parse() {
            Ok(date) => Some(date),
            Err(reason) => {
                self.note(Severity::Rejects, Some(&cell), &reason);
                None
            }
        }
    }

    /// The first day of the list's year, for words such as 6月底前.
    pub(super) fn list_date(&self) -> Option<Date> {
        Date::new(self.setting.list_year?, 1, 1).ok()
    }

    /// A date; a month or a year counts as its last day.
    pub(super) fn date(&mut self, field: &str) -> Option<Date> {
        self.fuzzy_date(field).map(FuzzyDate::latest)
    }

    /// The organization with this id, name or alias; an unknown one becomes a stub, with a warning.
    pub(super) fn organization(&mut self, field: &str, text: &str) -> OrganizationId {
        let shown = excerpt(text);
        let reason = match self.setting.names.bearers(text) {
            Bearers::One(id) => return id.clone(),
            Bearers::Several(ids) => {
                let choices = self.choices(ids);
                format!("名录中有{}个组织叫“{shown}”：{choices}；没有写明是哪一个，已按名称建立空白组织，请改用编号", ids.len())
            }
            Bearers::Nobody => {
                let near = self.setting.names.near(text).map(|near| format!("，是否为“{}”？", excerpt(near)));
                format!("名录中没有“{shown}”{}已按名称建立空白组织；请补全或更正名称", near.as_deref().unwrap_or("，"))
            }
        };
        let mut stub = Organization::named(OrganizationId::new(text), text);
        stub.stub = true;
        self.warn(field, &reason);
        let id = stub.id.clone();
        self.stubs.push(stub);
        id
    }
}

/// True for fields of a word or a number.
fn is_word(field: &str) -> bool {
    const WORDS: [&str; 22] = [
        "id",
        "need",
        "organization",
        "name",
        "quantity",
        "goods_unit",
        "urgency",
        "status",
        "state",
        "role",
        "kind",
        "level",
        "rating",
        "deadline",
        "date",
        "at",
        "year",
        "start",
        "end",
        "public_fundraising",
        "fiscal_covered",
        "township",
    ];
    is_money(field) || WORDS.contains(&field)
}

/// True for fields of several names.
fn is_list(field: &str) -> bool {
    const LISTS: [&str; 13] = [
        "aliases",
        "participants",
        "region",
        "home_region",
        "sector",
        "sectors",
        "groups",
        "modes",
        "kind",
        "willing_regions",
        "willing_sectors",
        "excluded_regions",
        "excluded_sectors",
    ];
    LISTS.contains(&field)
}

/// The value of a cell for an issue: its beginning. Contacts are not masked before.
fn quoted(cell: &Cell) -> String {
    let mut text = shown(&cell.value);
    if &*cell.field == "contact" {
        text = masked(&text).into_owned();
    }
    match text.char_indices().nth(MAX_QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// An issue without a location.
fn blank(reason: &str) -> Issue {
    Issue { file: String::new(), sheet: None, row: 0, column: None, field: None, value: None, reason: reason.to_owned() }
}
