//! Sums and numbers of a row.

use qianshou_index::normalize::normalize;

use super::cell_value::{is_placeholder, shown};
use super::fields::{Fields, Severity};
use super::table::Cell;
use crate::domain::{Amount, Count, Money};
use crate::excerpt::excerpt;
use crate::understand::{AmountField, amount_field_in, beneficiaries_field, foreign_currency, quantity_field};

impl Fields<'_> {
    /// A sum as a single figure; a range or an inexact sum gives a warning.
    pub(super) fn money(&mut self, field: &str) -> Option<Money> {
        let amount = self.amount(field)?;
        let point = amount.point()?;
        if amount.min_fen != amount.max_fen {
            self.warn(field, &format!("不是确切的数，按{point}计；请核对"));
        }
        Some(point)
    }

    /// A sum as stated. An open one (待定) gives a warning and no sum; one that cannot be read rejects the row.
    pub(super) fn amount(&mut self, field: &str) -> Option<Amount> {
        let cell = self.cell(field)?;
        let other = self.all(field).find(|other| shown(&other.value) != shown(&cell.value)).cloned();
        if let Some(other) = other {
            let reason = format!("有几列都是同一种金额，只取{}列；请核对", cell.column);
            self.note(Severity::Warns, Some(&other), &reason);
        }
        self.amount_of(&cell)
    }

    fn amount_of(&mut self, cell: &Cell) -> Option<Amount> {
        if let Some(currency) = self.other_currency() {
            let reason = format!("这一行的币种是“{currency}”，不是人民币，没有计入金额；请折合成元后填写");
            self.note(Severity::Warns, Some(cell), &reason);
            return None;
        }
        let text = shown(&cell.value);
        if let Ok(number) = text.replace(',', "").parse::<f64>() {
            let Some(money) = Money::from_yuan(number * cell.yuan) else {
                self.note(Severity::Rejects, Some(cell), "金额应为不小于0、不大于1万亿元的数");
                return None;
            };
            if is_implausible(cell, money) {
                let reason = format!("没有写单位，按{money}计；如果是万元，请在列名中写明，如“资金缺口（万元）”");
                self.note(Severity::Warns, Some(cell), &reason);
            }
            return Some(Amount::exact(money, money.to_string()));
        }
        match amount_field_in(&text, cell.yuan) {
            AmountField::Sum(amount) => {
                if names_several_sums(&text) {
                    self.note(Severity::Warns, Some(cell), &format!("一格中有几个金额，按{amount}计；请核对"));
                }
                Some(amount)
            }
            AmountField::Open => {
                self.note(Severity::Warns, Some(cell), "金额未定，按未知处理");
                None
            }
            AmountField::Foreign => {
                self.note(Severity::Rejects, Some(cell), "不是人民币；请折合成人民币，写成 30万元 或以元为单位的数字");
                None
            }
            AmountField::WithoutUnit | AmountField::Unreadable => {
                self.note(Severity::Rejects, Some(cell), "看不懂的金额；请写成 30万元、10-20万元 或以元为单位的数字");
                None
            }
        }
    }

    /// The currency of the sums of the row if a column names one that is not yuan, or that is not known.
    fn other_currency(&self) -> Option<String> {
        const NAMES: [&str; 3] = ["人民币", "cny", "rmb"];
        let cell = self.cell("currency").filter(|cell| !is_placeholder(&cell.value))?;
        let text = normalize(&shown(&cell.value)).text.to_lowercase();
        let names_yuan = NAMES.iter().any(|name| text.contains(name)) || ["元", "¥", "￥"].contains(&text.as_str());
        let is_yuan = names_yuan && foreign_currency(&text.to_uppercase()).is_none();
        (!is_yuan).then(|| excerpt(&shown(&cell.value)))
    }

    /// The total of all columns of the field, such as 自筹资金 and 财政资金.
    pub(super) fn money_sum(&mut self, field: &str) -> Option<Money> {
        let cells: Vec<Cell> = self.all(field).cloned().collect();
        let sums: Vec<Money> = cells.iter().filter_map(|cell| self.amount_of(cell)?.point()).collect();
        sums.into_iter().reduce(Money::plus)
    }

    /// A quantity, and its unit if the cell has one: 198件. One that cannot be read gives a warning.
    pub(super) fn quantity(&mut self, field: &str) -> Option<(f64, Option<String>)> {
        let cell = self.cell(field).filter(|cell| !is_placeholder(&cell.value))?;
        let read = quantity_field(&shown(&cell.value));
        if read.is_none() {
            self.warn_quantity(field);
        }
        read
    }

    /// A warning about a quantity that cannot be read.
    pub(super) fn warn_quantity(&mut self, field: &str) {
        self.warn(field, "看不懂的数量，按未知处理；请写成一个数，如 200 或 200件");
    }

    /// The first number of people among the columns of the field; 受益对象 may name groups without a number.
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
        // 学校9所、合作社27家 count other things than people: no number of people was missed, so there is no warning.
        let counts_people = |text: &str| text.contains(|c: char| c.is_numeric()) && text.contains(['人', '户', '名']);
        if let Some(cell) = cells.iter().find(|cell| counts_people(&shown(&cell.value))) {
            self.note(Severity::Warns, Some(cell), "没有读出受益人数，按未知处理");
        }
        None
    }
}

/// True if a sum that a column states without a unit is too small for a whole need or project: 30 is more often 30万元.
fn is_implausible(cell: &Cell, money: Money) -> bool {
    const SMALLEST: f64 = 1000.0;
    let states_unit = cell.yuan != 1.0 || cell.heading.contains('元') || cell.heading.contains("yuan");
    let is_whole = matches!(&*cell.field, "amount" | "gap");
    is_whole && !states_unit && money > Money::ZERO && money.yuan() < SMALLEST
}

/// True if a text lists several sums and no word relates them to each other: 一期30万元，二期20万元.
fn names_several_sums(text: &str) -> bool {
    const RELATING: [&str; 12] = ["总", "缺", "已", "其中", "含", "单价", "每", "共", "合计", "自筹", "配套", "计"];
    let is_sum = |piece: &&str| piece.contains(|c: char| c.is_numeric()) && piece.contains(['万', '元']);
    let pieces = text.split(['，', '；', ',', ';', '、', '\n']);
    pieces.filter(is_sum).count() > 1 && !RELATING.iter().any(|word| text.contains(word))
}
