//! A sum in a cell, flag or form field.

use qianshou_index::normalize::normalize;

use super::amount::{amount, read};
use super::numbers::{Counted, numbers};
use super::passage::Passage;
use crate::domain::Amount;

/// Words for an amount that is deliberately left open.
const OPEN: [&str; 12] = ["待定", "面议", "若干", "视情况", "不限", "暂无", "另议", "未定", "不详", "待核", "待议", "按实际"];

/// The content of an amount cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountField {
    /// A sum.
    Sum(Amount),
    /// Explicitly left open: 待定, 面议, 若干.
    Open,
    /// A number that may be in yuan or in 万元: nothing says which.
    WithoutUnit,
    /// A sum in another currency.
    Foreign,
    /// Not a sum.
    Unreadable,
}

/// From this number on, a sum without a unit is in yuan: as 万元 it would be 100 million yuan or more.
const SURELY_YUAN: f64 = 10_000.0;

/// Reads an amount from a command-line flag or form field: `30万`, `约30万元`, `10-20万元`, `300000`. A smaller number without a
/// unit may mean 元 or 万元.
#[must_use]
pub fn amount_field(text: &str) -> AmountField {
    let read = amount_field_in(text, 1.0);
    let bare = || plain(text).parse::<f64>().is_ok_and(|number| number < SURELY_YUAN);
    if matches!(read, AmountField::Sum(_)) && bare() { AmountField::WithoutUnit } else { read }
}

fn plain(text: &str) -> String {
    join_thousands(normalize(text).text.trim_matches([' ', '_'])).replace(',', "")
}

/// Reads a cell of a column whose heading names a unit of `yuan_per_unit` yuan, such as 10 000 for 万元.
///
/// A bare number, range (`10-20`) or hedged number (`约30`) takes that unit; a unit in the cell takes precedence.
#[must_use]
pub fn amount_field_in(text: &str, yuan_per_unit: f64) -> AmountField {
    let text = compared(&join_thousands(normalize(text).text.trim_matches([' ', '_'])));
    // A form that was not filled in: ____万元.
    let is_blank = text.is_empty() || text.starts_with(['万', '元']) && !text.starts_with("万余");
    if is_blank || ["/", "-", "—", "无"].contains(&text.as_str()) || OPEN.iter().any(|word| text.starts_with(word)) {
        return AmountField::Open;
    }
    if text.starts_with(['-', '－']) || has_odd_comma(&text) || text.contains('+') {
        return AmountField::Unreadable;
    }
    let numbers = numbers(&text);
    // One of several sums: 3万元或5万元.
    if numbers.windows(2).any(|pair| text.get(pair[0].end..pair[1].start).is_some_and(|between| between.contains('或'))) {
        return AmountField::Unreadable;
    }
    let bare = || bare(&text, yuan_per_unit);
    let is_foreign = || numbers.iter().any(|number| matches!(number.counted, Counted::Foreign(_)));
    match read(&Passage::new(&text), &numbers).found.or_else(bare) {
        Some(amount) => AmountField::Sum(Amount { span: None, ..amount }),
        None if is_foreign() => AmountField::Foreign,
        None => AmountField::Unreadable,
    }
}

/// Puts a leading comparison into words: `>30万` becomes `超过30万`.
fn compared(text: &str) -> String {
    const MARKS: [(&str, &str); 9] = [
        (">=", "不低于"),
        ("<=", "不超过"),
        ("≥", "不低于"),
        ("≤", "不超过"),
        (">", "超过"),
        ("<", "不超过"),
        ("不足", "不超过"),
        ("少于", "不超过"),
        ("低于", "不超过"),
    ];
    let found = MARKS.iter().find_map(|(mark, word)| Some(format!("{word}{}", text.strip_prefix(mark)?)));
    found.unwrap_or_else(|| text.to_owned())
}

/// True if a comma between digits is not a thousands separator: `1,5` may be one and a half or fifteen.
fn has_odd_comma(text: &str) -> bool {
    let pieces: Vec<&str> = text.split(',').collect();
    pieces.windows(2).any(|pair| {
        let group = pair[1].bytes().take_while(u8::is_ascii_digit).count();
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && group > 0 && group != 3
    })
}

/// Turns `1，200，000` into `1,200,000` and `30 000` into `30000`. Only for cells: in a sentence such a comma may end a clause.
fn join_thousands(text: &str) -> String {
    let is_group = |text: &str| text.bytes().take(4).take_while(u8::is_ascii_digit).count() == 3;
    let mut joined = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let behind = &text[at + c.len_utf8()..];
        let is_thousands = joined.ends_with(|c: char| c.is_ascii_digit()) && is_group(behind);
        match c {
            '，' if is_thousands => joined.push(','),
            // 30 000元
            ' ' if is_thousands => {}
            _ => joined.push(c),
        }
    }
    joined
}

/// The sum of a cell that holds a number without a unit, optionally followed by a remark in brackets.
fn bare(text: &str, yuan_per_unit: f64) -> Option<Amount> {
    let numbers = numbers(text);
    let number = numbers.first()?;
    let rest = text[number.end..].trim_start();
    let is_alone = text[..number.start].trim().is_empty() && (rest.is_empty() || rest.starts_with(['(', '（']));
    // 12万5千 states its unit, although it does not end with it.
    let says_unit = text[number.start..number.end].contains(['万', '亿', 'w', 'W']);
    let factor = if number.has_big_unit || says_unit { 1.0 } else { yuan_per_unit };
    let is_bare = is_alone && number.counted == Counted::Bare;
    if is_bare { amount(&Passage::new(text), number, factor) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Money;

    #[test]
    fn cells_that_were_misread_once_stay_right() {
        let yuan = |text: &str| match amount_field_in(text, 1e4) {
            AmountField::Sum(amount) => Some((amount.min_fen.map(Money::yuan), amount.max_fen.map(Money::yuan))),
            _ => None,
        };
        let exact = |value: f64| Some((Some(value), Some(value)));
        for (text, expected) in [
            ("12万5千", exact(125_000.0)),
            ("2万5", exact(25_000.0)),
            ("两万五", exact(25_000.0)),
            ("30 000元", exact(30_000.0)),
            ("1 200 000元", exact(1_200_000.0)),
            (">30万", Some((Some(300_000.0), None))),
            ("不足30万", Some((None, Some(300_000.0)))),
            ("1,5", None),
            ("30万+20万", None),
            ("____万元", None),
        ] {
            assert_eq!(yuan(text), expected, "{text}");
        }
        assert_eq!(amount_field("    万元"), AmountField::Open);
    }

    #[test]
    fn an_amount_cell_is_a_sum_open_or_unreadable() {
        let yuan = |text: &str| match amount_field(text) {
            AmountField::Sum(amount) => amount.point().map(Money::yuan),
            _ => None,
        };
        assert_eq!(yuan("335万"), Some(3_350_000.0));
        assert_eq!(yuan("300000"), Some(300_000.0));
        assert_eq!(amount_field("待定"), AmountField::Open);
        assert_eq!(amount_field("很多钱"), AmountField::Unreadable);
        assert_eq!(amount_field("-5万"), AmountField::Unreadable);
    }
}
