//! Typed access to the cells of one row; whatever cannot be read becomes an issue with its column and value.

use jiff::civil::Date;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::file::{Cell, Cells};
use super::{Issue, Setting};
use crate::domain::{Amount, Count, FuzzyDate, Money, Organization, OrganizationId, RegionFinding, Role, SectorCode, TagCode};
use crate::reference::{Reference, Tag, Triggers};
use crate::understand::{AmountField, RegionField, amount_field, beneficiaries_field, region_field, sector_field};

/// Marks between the items of a list in one cell.
const LIST_MARKS: [char; 7] = [';', '；', '、', ',', '，', '|', '\n'];

/// What region columns say where no place is meant.
const NO_PLACE: [&str; 9] = ["全国", "各地", "多地", "各省", "西部", "中西部", "边远", "贫困地区", "三区三州"];

/// Longest text of one cell, in characters.
pub(super) const MAX_CELL_CHARS: usize = 20_000;

/// The cells of a row with what was found wrong with them so far.
pub(super) struct Fields<'a> {
    cells: &'a Cells,
    pub(super) setting: &'a Setting<'a>,
    rejected: Vec<Issue>,
    warnings: Vec<Issue>,
    stubs: Vec<Organization>,
}

/// Whether a fault costs the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Rejects,
    Warns,
}

impl<'a> Fields<'a> {
    pub(super) fn new(cells: &'a Cells, setting: &'a Setting<'a>) -> Self {
        let mut this = Self { cells, setting, rejected: Vec::new(), warnings: Vec::new(), stubs: Vec::new() };
        for cell in cells {
            if let Value::String(text) = &cell.value
                && text.chars().count() > MAX_CELL_CHARS
            {
                let reason = format!("内容过长，最多{MAX_CELL_CHARS}字；请精简后重新导入");
                this.note(Weight::Rejects, Some(cell), &reason);
            }
        }
        this
    }

    /// What was found wrong, with file and row filled in: rejections, warnings, and the stubs that the row needs.
    pub(super) fn finish(self, file: &str, row: u64) -> (Vec<Issue>, Vec<Issue>, Vec<Organization>) {
        let place = |issues: Vec<Issue>| -> Vec<Issue> {
            issues.into_iter().map(|issue| Issue { file: file.to_owned(), row, ..issue }).collect()
        };
        (place(self.rejected), place(self.warnings), self.stubs)
    }

    pub(super) const fn reference(&self) -> &'a Reference {
        self.setting.reference
    }

    fn note(&mut self, weight: Weight, cell: Option<&Cell>, reason: &str) {
        let issue = Issue {
            file: String::new(),
            sheet: None,
            row: 0,
            column: cell.map(|cell| cell.column.clone()),
            field: cell.map(|cell| cell.field.clone()),
            value: cell.map(|cell| shown(&cell.value)),
            reason: reason.to_owned(),
        };
        match weight {
            Weight::Rejects => self.rejected.push(issue),
            Weight::Warns => self.warnings.push(issue),
        }
    }

    pub(super) fn reject(&mut self, field: &str, reason: &str) {
        let cell = self.cell(field);
        self.note(Weight::Rejects, cell, reason);
    }

    pub(super) fn warn(&mut self, field: &str, reason: &str) {
        let cell = self.cell(field);
        self.note(Weight::Warns, cell, reason);
    }

    fn all(&self, field: &str) -> impl Iterator<Item = &'a Cell> {
        let field = field.to_owned();
        self.cells.iter().filter(move |cell| cell.field == field && !is_blank(&cell.value))
    }

    pub(super) fn cell(&self, field: &str) -> Option<&'a Cell> {
        self.all(field).next()
    }

    /// The text of a field; several columns of one field are joined.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        let parts: Vec<String> = self.all(field).map(|cell| shown(&cell.value)).collect();
        (!parts.is_empty()).then(|| parts.join(if field == "region" { "" } else { "。" }))
    }

    /// The text of a field that the record cannot do without.
    pub(super) fn required(&mut self, field: &str, name: &str) -> Option<String> {
        let text = self.text(field);
        if text.is_none() {
            let issue = Issue {
                file: String::new(),
                sheet: None,
                row: 0,
                column: None,
                field: Some(field.to_owned()),
                value: None,
                reason: format!("缺少{name}，这一行无法导入"),
            };
            self.rejected.push(issue);
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

    pub(super) fn flag(&mut self, field: &str) -> Option<bool> {
        let cell = self.cell(field)?;
        let text = shown(&cell.value);
        match text.as_str() {
            "true" | "是" | "有" | "1" => Some(true),
            "false" | "否" | "无" | "0" => Some(false),
            _ => {
                self.note(Weight::Warns, Some(cell), "应填“是”或“否”，已按未知处理");
                None
            }
        }
    }

    pub(super) fn whole(&mut self, field: &str) -> Option<u32> {
        let cell = self.cell(field)?;
        let number = shown(&cell.value).parse().ok();
        if number.is_none() {
            self.note(Weight::Rejects, Some(cell), "应填不小于0的整数");
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
        self.amount(field)?.point()
    }

    /// A sum as stated. Open (待定) is a warning and no sum; what is no sum rejects the row.
    pub(super) fn amount(&mut self, field: &str) -> Option<Amount> {
        let cell = self.cell(field)?;
        let text = shown(&cell.value);
        if let Ok(number) = text.replace(',', "").parse::<f64>() {
            let Some(money) = Money::from_yuan(number * cell.yuan) else {
                self.note(Weight::Rejects, Some(cell), "金额应为不小于0、不大于1万亿元的数");
                return None;
            };
            return Some(Amount::exact(money, money.to_string()));
        }
        match amount_field(&text) {
            AmountField::Sum(amount) => Some(amount),
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

    pub(super) fn beneficiaries(&mut self, field: &str) -> Option<Count> {
        let cell = self.cell(field)?;
        let count = beneficiaries_field(&shown(&cell.value));
        // 学校9所、合作社27家 count something else than people: known to be no number of persons, nothing to warn of.
        let names_no_people = !shown(&cell.value).contains(['人', '户', '名']);
        if count.is_none() && !names_no_people {
            self.note(Weight::Warns, Some(cell), "没有读出受益人数，按未知处理");
        }
        count
    }

    pub(super) fn fuzzy_date(&mut self, field: &str) -> Option<FuzzyDate> {
        let cell = self.cell(field)?;
        match shown(&cell.value).parse() {
            Ok(date) => Some(date),
            Err(reason) => {
                self.note(Weight::Rejects, Some(cell), &reason);
                None
            }
        }
    }

    /// A date; one that is known to the month or year only counts as its last day.
    pub(super) fn date(&mut self, field: &str) -> Option<Date> {
        self.fuzzy_date(field).map(FuzzyDate::latest)
    }

    /// Places. An unknown name rejects the row, an ambiguous one is a warning with all its candidates.
    pub(super) fn regions(&mut self, field: &str, province_first: bool) -> Vec<RegionFinding> {
        let Some(cell) = self.cell(field) else { return Vec::new() };
        let names = match &cell.value {
            Value::Array(_) => self.list(field),
            _ => vec![self.text(field).unwrap_or_default()],
        };
        let mut found: Vec<RegionFinding> = Vec::new();
        for name in names {
            if NO_PLACE.iter().any(|word| name.starts_with(word)) {
                self.note(Weight::Warns, Some(cell), &format!("“{name}”不是具体的地区，按未限定地区处理"));
                continue;
            }
            match region_field(self.reference(), &name, self.setting.region, province_first) {
                RegionField::Certain(regions) => found.extend(regions),
                RegionField::Ambiguous(regions) => {
                    let unsure = regions.iter().filter(|region| !region.certain);
                    let candidates: Vec<&str> = unsure.map(|region| region.name.as_str()).collect();
                    self.note(
                        Weight::Warns,
                        Some(cell),
                        &format!("地名有多种可能：{}；请写全省、州市、县", candidates.join("、")),
                    );
                    found.extend(regions);
                }
                RegionField::Unknown => {
                    self.note(Weight::Rejects, Some(cell), &format!("不认识的地名“{name}”；请写全省、州市、县的名称"));
                }
            }
        }
        // A list such as [省, 州, 县] names one place: what contains another certain place is dropped.
        let certain: Vec<_> = found.iter().filter(|region| region.certain).map(|region| region.code).collect();
        let divisions = self.reference().divisions;
        found.retain(|region| !certain.iter().any(|&inner| inner != region.code && divisions.contains(region.code, inner)));
        let mut seen = std::collections::HashSet::new();
        found.retain(|region| seen.insert(region.code));
        found
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
            match sector_field(taxonomy, item) {
                Some(code) => codes.push(code),
                None => {
                    let reason = format!("领域分类中没有“{item}”；请用领域代码或名称，或用 --taxonomy 导入自己的分类");
                    self.note(Weight::Rejects, Some(cell), &reason);
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
            let pointed = || words.find(&item).next().map(|trigger| &tags[trigger.pointers[0].target]);
            match tags.iter().find(|tag| tag.code == item || tag.name == item).or_else(pointed) {
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

    /// An id made from the row itself, so that the same row has the same id in every import.
    pub(super) fn own_id(&self, prefix: &str) -> String {
        let mut hash = Sha256::new();
        for cell in self.cells {
            hash.update(cell.field.as_bytes());
            hash.update([0]);
            hash.update(shown(&cell.value).as_bytes());
            hash.update([1]);
        }
        let digits: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{prefix}-{digits}")
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

/// A value as a person would write it in a cell.
fn shown(value: &Value) -> String {
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
