//! Typed access to the cells of one row; whatever cannot be read becomes an issue with its column and value.

use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::context::ReadingContext;
use super::headers::is_money;
use super::issue::Issue;
use super::privacy;
use super::table::{Cell, Cells, Row};
use crate::domain::{Amount, Count, FuzzyDate, Money, Organization, OrganizationId, Role, SectorCode, TagCode};
use crate::reference::{Reference, Tag, Triggers};
use crate::understand::{AmountField, amount_field_in, beneficiaries_field, sector_field, serial_day};

/// Marks between the items of a list in one cell.
const LIST_MARKS: [char; 7] = [';', '；', '、', ',', '，', '|', '\n'];

/// Longest text of one cell, in characters.
pub(super) const MAX_CELL_CHARS: usize = 20_000;

/// The cells of a row with what was found wrong with them so far.
pub(super) struct Fields<'a> {
    /// Without personal numbers.
    cells: Cells,
    pub(super) setting: &'a ReadingContext<'a>,
    rejected: Vec<Issue>,
    warnings: Vec<Issue>,
    stubs: Vec<Organization>,
}

/// Whether a fault costs the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Rejects,
    Warns,
}

impl<'a> Fields<'a> {
    /// The cells of a row. Personal numbers are hidden, faults and oversized cells noted.
    pub(super) fn new(cells: &Cells, row: &Row, setting: &'a ReadingContext<'a>) -> Self {
        let mut this = Self { cells: cells.clone(), setting, rejected: Vec::new(), warnings: Vec::new(), stubs: Vec::new() };
        for at in 0..this.cells.len() {
            this.hide_personal(at);
            if let Value::String(text) = &this.cells[at].value
                && text.chars().count() > MAX_CELL_CHARS
            {
                let reason = format!("内容过长，最多{MAX_CELL_CHARS}字；请精简后重新导入");
                let cell = this.cells[at].clone();
                this.note(Weight::Rejects, Some(&cell), &reason);
            }
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

    /// Contacts are restricted anyway, and their numbers are what they are for; ids and sums are no free text.
    fn hide_personal(&mut self, at: usize) {
        let field = &*self.cells[at].field;
        if matches!(field, "contact" | "id" | "need" | "quantity") || is_money(field) {
            return;
        }
        let mut found = Vec::new();
        if let Value::Number(number) = &self.cells[at].value {
            // A telephone number that the spreadsheet took for a number.
            let text = shown(&Value::Number(number.clone()));
            if !privacy::mask(&text).1.is_empty() {
                self.cells[at].value = Value::String(text);
            }
        }
        mask_all(&mut self.cells[at].value, &mut found);
        if !found.is_empty() {
            let cell = self.cells[at].clone();
            self.note(Weight::Warns, Some(&cell), &privacy::warning(&found));
        }
    }

    /// What was found wrong, with file and row filled in: rejections, warnings, and the stubs that the row needs.
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

    pub(super) fn note(&mut self, weight: Weight, cell: Option<&Cell>, reason: &str) {
        let issue = Issue {
            column: cell.map(|cell| cell.column.to_string()),
            field: cell.map(|cell| cell.field.to_string()),
            value: cell.map(|cell| shown(&cell.value)),
            ..blank(reason)
        };
        match weight {
            Weight::Rejects => self.rejected.push(issue),
            Weight::Warns => self.warnings.push(issue),
        }
    }

    pub(super) fn reject(&mut self, field: &str, reason: &str) {
        let cell = self.cell(field);
        self.note(Weight::Rejects, cell.as_ref(), reason);
    }

    pub(super) fn warn(&mut self, field: &str, reason: &str) {
        let cell = self.cell(field);
        self.note(Weight::Warns, cell.as_ref(), reason);
    }

    /// A warning about a column of the header that is blank in this row.
    pub(super) fn warn_blank(&mut self, field: &str, reason: &str) {
        self.warnings.push(Issue { field: Some(field.to_owned()), ..blank(reason) });
    }

    pub(super) fn all(&self, field: &str) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| *cell.field == *field && !is_blank(&cell.value))
    }

    pub(super) fn cell(&self, field: &str) -> Option<Cell> {
        self.all(field).next().cloned()
    }

    /// The text of a field; several columns of one field are joined.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        let parts: Vec<String> = self.all(field).map(|cell| shown(&cell.value)).collect();
        (!parts.is_empty()).then(|| parts.join(if matches!(field, "region" | "township") { "" } else { "。" }))
    }

    /// The text of a field that the record cannot do without.
    pub(super) fn required(&mut self, field: &str, name: &str) -> Option<String> {
        let text = self.text(field);
        if text.is_none() {
            let reason = format!("缺少{name}，这一行无法导入");
            self.rejected.push(Issue { field: Some(field.to_owned()), ..blank(&reason) });
        }
        text
    }

    /// The items of a list field: a JSON list, or one cell with marks between the items.
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

    /// A word out of a short list, such as a status: simplified, without dirt.
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
                self.note(Weight::Warns, Some(&cell), "应填“是”或“否”，已按未知处理");
                None
            }
        }
    }

    pub(super) fn whole(&mut self, field: &str) -> Option<u32> {
        let cell = self.cell(field)?;
        let number = shown(&cell.value).parse().ok();
        if number.is_none() {
            self.note(Weight::Rejects, Some(&cell), "应填不小于0的整数");
        }
        number
    }

    /// The part that an organization took; an unknown word is a warning and a member.
    pub(super) fn role(&mut self, field: &str, text: Option<&str>) -> Role {
        match text {
            Some("lead" | "牵头" | "主办") => Role::Lead,
            None | Some("member" | "参与" | "协办") => Role::Member,
            Some(other) => {
                self.warn(field, &format!("不认识的角色“{other}”，按参与计；应为 lead（牵头）或 member（参与）"));
                Role::Member
            }
        }
    }

    /// Restricted data, whatever its columns are.
    pub(super) fn contact(&self) -> Option<Value> {
        let mut values: Vec<Value> = self.all("contact").map(|cell| cell.value.clone()).collect();
        if values.len() < 2 { values.pop() } else { Some(Value::Array(values)) }
    }

    /// A plain sum.
    pub(super) fn money(&mut self, field: &str) -> Option<Money> {
        let amount = self.amount(field)?;
        let point = amount.point()?;
        if amount.min_fen != amount.max_fen {
            self.warn(field, &format!("不是确切的数，按{point}计；请核对"));
        }
        Some(point)
    }

    /// A sum as stated. Open (待定) is a warning and no sum; what is no sum rejects the row.
    pub(super) fn amount(&mut self, field: &str) -> Option<Amount> {
        let cell = self.cell(field)?;
        let other = self.all(field).find(|other| shown(&other.value) != shown(&cell.value)).cloned();
        if let Some(other) = other {
            let reason = format!("有几列都是同一种金额，只取{}列；请核对", cell.column);
            self.note(Weight::Warns, Some(&other), &reason);
        }
        self.amount_of(&cell)
    }

    fn amount_of(&mut self, cell: &Cell) -> Option<Amount> {
        let text = shown(&cell.value);
        if let Ok(number) = text.replace(',', "").parse::<f64>() {
            let Some(money) = Money::from_yuan(number * cell.yuan) else {
                self.note(Weight::Rejects, Some(cell), "金额应为不小于0、不大于1万亿元的数");
                return None;
            };
            return Some(Amount::exact(money, money.to_string()));
        }
        match amount_field_in(&text, cell.yuan) {
            AmountField::Sum(amount) => {
                if names_several_sums(&text) {
                    self.note(Weight::Warns, Some(cell), &format!("一格中有几个金额，按{amount}计；请核对"));
                }
                Some(amount)
            }
            AmountField::Open => {
                self.note(Weight::Warns, Some(cell), "金额未定，按未知处理");
                None
            }
            AmountField::Unreadable => {
                self.note(Weight::Rejects, Some(cell), "看不懂的金额；请写成 30万元、10-20万元 或以元为单位的数字");
                None
            }
        }
    }

    /// A plain sum over all columns of the field, such as 自筹资金 and 财政资金.
    pub(super) fn money_sum(&mut self, field: &str) -> Option<Money> {
        let cells: Vec<Cell> = self.all(field).cloned().collect();
        let sums: Vec<Money> = cells.iter().filter_map(|cell| self.amount_of(cell)?.point()).collect();
        sums.into_iter().reduce(Money::plus)
    }

    /// A plain number without a unit, such as a quantity.
    pub(super) fn number(&self, field: &str) -> Option<f64> {
        let text = shown(&self.cell(field)?.value);
        let text = normalize(&text).text.replace(',', "");
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '.');
        digits.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
    }

    /// The first number of people among the columns of the field; 受益对象 may name groups and no number.
    pub(super) fn beneficiaries(&mut self, field: &str) -> Option<Count> {
        let cells: Vec<Cell> = self.all(field).cloned().collect();
        for cell in &cells {
            let text = shown(&cell.value);
            // 180/690 under 户/人: households, then persons.
            let whole = text.clone();
            let persons = whole.split_once('/').filter(|_| cell.heading.contains("户/人") || cell.heading.contains("户／人"));
            // A bare number counts what the heading says.
            let is_bare = text.replace(',', "").parse::<f64>().is_ok();
            let unit = ["万人次", "人次", "万人", "户"].into_iter().find(|unit| is_bare && cell.heading.contains(unit));
            let text = unit.filter(|_| !cell.heading.contains('/')).map_or(text.clone(), |unit| format!("{text}{unit}"));
            if let Some(count) = beneficiaries_field(persons.map_or(text.as_str(), |(_, persons)| persons)) {
                return Some(count);
            }
        }
        // 学校9所、合作社27家 count something else than people: known to be no number of persons, nothing to warn of.
        let counts_people = |text: &str| text.contains(|c: char| c.is_numeric()) && text.contains(['人', '户', '名']);
        if let Some(cell) = cells.iter().find(|cell| counts_people(&shown(&cell.value))) {
            self.note(Weight::Warns, Some(cell), "没有读出受益人数，按未知处理");
        }
        None
    }

    pub(super) fn fuzzy_date(&mut self, field: &str) -> Option<FuzzyDate> {
        let cell = self.cell(field).filter(|cell| !is_placeholder(&cell.value))?;
        if let Some(day) = cell.value.as_f64().and_then(serial_day) {
            return FuzzyDate::day(day);
        }
        match shown(&cell.value).parse() {
            Ok(date) => Some(date),
            Err(reason) => {
                self.note(Weight::Rejects, Some(&cell), &reason);
                None
            }
        }
    }

    /// The first day of the list's year, for words such as 6月底前.
    pub(super) fn list_date(&self) -> Option<Date> {
        Date::new(self.setting.list_year?, 1, 1).ok()
    }

    /// A date; one that is known to the month or year only counts as its last day.
    pub(super) fn date(&mut self, field: &str) -> Option<Date> {
        self.fuzzy_date(field).map(FuzzyDate::latest)
    }

    /// Sectors by code or Chinese name; an unknown one rejects the row.
    pub(super) fn sectors(&mut self, field: &str) -> Vec<SectorCode> {
        let Some(cell) = self.cell(field) else { return Vec::new() };
        let taxonomy = &self.reference().taxonomy;
        if let Value::String(whole) = &cell.value
            && let Some(code) = taxonomy.find_sector(whole)
        {
            return vec![code];
        }
        let mut codes = Vec::new();
        for item in self.list(field).iter().flat_map(|item| match taxonomy.find_sector(item) {
            Some(_) => vec![item.as_str()],
            None => item.split(['/', '、', '，', ',', ';', '；']).map(str::trim).filter(|part| !part.is_empty()).collect(),
        }) {
            // As it stands first: a taxonomy of one's own may spell its names in any way.
            match taxonomy.find_sector(item).or_else(|| sector_field(taxonomy, &normalize(item).text)) {
                Some(code) => codes.push(code),
                None => {
                    let reason = format!("领域分类中没有“{item}”；请用领域代码或名称，或用 --taxonomy 导入自己的分类");
                    self.note(Weight::Rejects, Some(&cell), &reason);
                }
            }
        }
        codes
    }

    /// Codes of groups; Chinese names and words that point to one are mapped.
    pub(super) fn groups(&mut self, field: &str) -> Vec<TagCode> {
        let taxonomy = &self.reference().taxonomy;
        self.tags(field, taxonomy.groups(), &taxonomy.group_words, "受益人群")
    }

    /// Codes of modes; Chinese names and words that point to one are mapped.
    pub(super) fn modes(&mut self, field: &str) -> Vec<TagCode> {
        let taxonomy = &self.reference().taxonomy;
        self.tags(field, taxonomy.modes(), &taxonomy.mode_words, "帮扶方式")
    }

    fn tags(&mut self, field: &str, tags: &[Tag], words: &Triggers, name: &str) -> Vec<TagCode> {
        let mut codes = Vec::new();
        for item in self.list(field) {
            let plain = normalize(&item).text;
            let pointed = || words.find(&plain).next().map(|trigger| &tags[trigger.pointers[0].target]);
            match tags.iter().find(|tag| [&item, &plain].contains(&&tag.code) || tag.name == plain).or_else(pointed) {
                Some(tag) if !codes.contains(&tag.code) => codes.push(tag.code.clone()),
                Some(_) => {}
                None => self.warn(field, &format!("不认识的{name}“{item}”，已忽略")),
            }
        }
        codes
    }

    /// The organization with this id, name or alias; an unknown one becomes a stub, with a warning.
    pub(super) fn organization(&mut self, field: &str, text: &str) -> OrganizationId {
        if let Some(id) = self.setting.names.find(text) {
            return id.clone();
        }
        let mut stub = Organization::named(OrganizationId::new(text), text);
        stub.stub = true;
        self.warn(field, &format!("名录中没有“{text}”，已按名称建立空白组织；请补全或更正名称"));
        let id = stub.id.clone();
        self.stubs.push(stub);
        id
    }

    /// The id that the row states. A running number under 编号 is none: the next list begins at 1 again.
    pub(super) fn id(&self) -> Option<String> {
        let is_id = |cell: &&Cell| &*cell.heading != "编号" || shown(&cell.value).parse::<u32>().is_err();
        self.all("id").find(is_id).map(|cell| shown(&cell.value))
    }

    /// An id made from what the row says, so that the same row has the same id in every import: whatever the order of its
    /// columns, its running number, remarks, contact and state.
    pub(super) fn own_id(&self, prefix: &str) -> String {
        const PASSING: [&str; 5] = ["", "id", "note", "contact", "status"];
        let mut cells: Vec<(&str, String)> = self
            .cells
            .iter()
            .map(|cell| (&*cell.field, shown(&cell.value)))
            .filter(|(field, _)| !PASSING.contains(field))
            .collect();
        cells.sort();
        let mut hash = Sha256::new();
        let region = self.setting.region.filter(|_| cells.iter().all(|(field, _)| *field != "region"));
        let about = (region.map(|code| code.to_string()), self.setting.list_year.map(|year| year.to_string()));
        for part in [about.0, about.1].into_iter().flatten() {
            hash.update(part.as_bytes());
            hash.update([2]);
        }
        for (field, value) in &cells {
            hash.update(field.as_bytes());
            hash.update([0]);
            hash.update(value.as_bytes());
            hash.update([1]);
        }
        let digits: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{prefix}-{digits}")
    }
}

/// An issue without a place.
fn blank(reason: &str) -> Issue {
    Issue { file: String::new(), sheet: None, row: 0, column: None, field: None, value: None, reason: reason.to_owned() }
}

fn mask_all(value: &mut Value, found: &mut Vec<privacy::Personal>) {
    match value {
        Value::String(text) => {
            let (masked, mut kinds) = privacy::mask(text);
            if !kinds.is_empty() {
                *text = masked.into_owned();
                found.append(&mut kinds);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask_all(item, found)),
        Value::Object(fields) => fields.values_mut().for_each(|item| mask_all(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// True for sums side by side that no word relates to each other: 一期30万元，二期20万元.
fn names_several_sums(text: &str) -> bool {
    const RELATING: [&str; 12] = ["总", "缺", "已", "其中", "含", "单价", "每", "共", "合计", "自筹", "配套", "计"];
    let is_sum = |piece: &&str| piece.contains(|c: char| c.is_numeric()) && piece.contains(['万', '元']);
    let pieces = text.split(['，', '；', ',', ';', '、', '\n']);
    pieces.filter(is_sum).count() > 1 && !RELATING.iter().any(|word| text.contains(word))
}

/// What people write where there is nothing to write.
pub(super) fn is_placeholder(value: &Value) -> bool {
    ["/", "\\", "无", "—", "——", "-", "--", "待定", "暂无", "不详"].contains(&shown(value).as_str())
}

/// A value as a person would write it in a cell.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("、"),
        // 3.0 from a program that knows only one kind of number is 3.
        Value::Number(number) => match number.as_f64() {
            Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
