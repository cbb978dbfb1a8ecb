//! Ranges as typed: sums in 万元, days as a day, a month or a year.

use jiff::civil::Date;

use crate::domain::{Amount, FuzzyDate, Money};
use crate::error::AppError;
use crate::excerpt::excerpt;
use crate::request::{AmountInput, MAX_WORD_CHARS, resolve_sum, typed};

/// A sum in 万元, or with its unit.
pub(super) fn sum(field: &'static str, text: Option<&str>) -> Result<Option<Money>, AppError> {
    let Some(text) = typed(field, text, MAX_WORD_CHARS)? else { return Ok(None) };
    let plain = text.replace([',', '，', ' '], "");
    if let Ok(wan) = plain.parse::<f64>() {
        let money = Money::from_yuan(wan * 10_000.0);
        return money
            .map(Some)
            .ok_or_else(|| AppError::invalid(field, format!("“{}”不是金额，请写万元数，如 30", excerpt(&text))));
    }
    let stated = resolve_sum(field, &AmountInput::Text(text.clone().into_owned()))?;
    let money = stated.as_ref().and_then(Amount::point);
    money.map(Some).ok_or_else(|| AppError::invalid(field, format!("“{}”不是金额，请写万元数，如 30", excerpt(&text))))
}

/// A day, month or year.
pub(super) fn day(field: &'static str, text: Option<&str>) -> Result<Option<FuzzyDate>, AppError> {
    let Some(text) = typed(field, text, MAX_WORD_CHARS)? else { return Ok(None) };
    text.parse().map(Some).map_err(|message: String| AppError::invalid(field, message))
}

/// A day as people write it.
pub(super) fn in_words(date: FuzzyDate) -> String {
    let (first, last): (Date, Date) = (date.earliest(), date.latest());
    if first == last {
        format!("{}年{}月{}日", first.year(), first.month(), first.day())
    } else if first.month() == last.month() {
        format!("{}年{}月", first.year(), first.month())
    } else {
        format!("{}年", first.year())
    }
}

/// A sum as people write it: in 万元 with two decimals.
pub(super) fn in_wan(money: Money) -> String {
    let hundredths = (money.fen() + Money::WAN.fen() / 200) / (Money::WAN.fen() / 100);
    format!("{}.{:02}万元", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_wan_and_units_count() {
        let read = |text: &str| sum("amount_from", Some(text)).unwrap().map(Money::fen);
        assert_eq!(
            (read("30"), read("1,200.5"), read("30万"), read("5000元")),
            (Some(30_000_000), Some(1_200_500_000), Some(30_000_000), Some(500_000))
        );
        assert_eq!(read(" "), None);
        assert!(sum("amount_from", Some("很多")).is_err() && sum("amount_from", Some("-1")).is_err());
        assert_eq!(in_wan(Money::from_fen(33_456_789).unwrap()), "33.46万元");
    }
}
