//! The sum that a remark states, if it states nothing else: 预算二十六万, 每套128元, 单价235元，共3.525万元.

use qianshou_index::normalize::normalize;

use crate::domain::{Amount, Money};
use crate::understand::{AmountField, amount_field_in, foreign_currency, quantity_field};

/// Words before a sum for all, longest first.
const TOTAL: [&str; 18] = [
    "总计",
    "合计",
    "共计",
    "共需",
    "总价",
    "总额",
    "总共",
    "所需资金",
    "需资金",
    "资金",
    "金额",
    "预算",
    "需要",
    "约需",
    "大约",
    "共",
    "需",
    "约",
];
/// Longest measure word behind 每, in characters.
const MAX_MEASURE: usize = 2;

/// What a remark says of sums.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoteSum {
    /// Nothing.
    None,
    /// The sum for all.
    Total(Amount),
    /// The price of one.
    Each(Money),
    /// Sums that may be something else: 自筹70万, 另有2万元.
    Unclear,
}

/// Reads a remark. It counts only if every piece of it is a sum for all, a price, or a quantity.
pub(super) fn note_sum(note: &str) -> NoteSum {
    let text = normalize(note).text;
    let names_sum = |text: &str| {
        text.contains(['元', '万', '亿'])
            && text.contains(|c: char| c.is_ascii_digit() || "一二三四五六七八九十两叁伍".contains(c))
    };
    if !names_sum(&text) {
        return NoteSum::None;
    }
    let (mut totals, mut prices) = (Vec::new(), Vec::new());
    for piece in text.split(['，', '；', '。', ';', '、', '\n']).flat_map(split_at_comma).map(str::trim) {
        match (total(piece), price(piece)) {
            _ if piece.is_empty() => {}
            (_, Some(price)) => prices.push(price),
            (Some(sum), None) => totals.push(sum),
            _ if !names_sum(piece) && quantity_field(piece).is_some() => {}
            _ => return NoteSum::Unclear,
        }
    }
    match (totals.as_slice(), prices.as_slice()) {
        ([sum], _) => NoteSum::Total(sum.clone()),
        ([], [price]) => NoteSum::Each(*price),
        _ => NoteSum::Unclear,
    }
}

/// The parts of a text at commas that do not part thousands.
fn split_at_comma(text: &str) -> Vec<&str> {
    let is_cut = |at: usize| !text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let (mut parts, mut start) = (Vec::new(), 0);
    for (at, _) in text.match_indices(',').filter(|(at, _)| is_cut(*at)) {
        parts.push(&text[start..at]);
        start = at + 1;
    }
    parts.push(&text[start..]);
    parts
}

/// A sum in yuan that states its unit.
fn sum(text: &str) -> Option<Amount> {
    let is_stated = text.ends_with(['元', '万', '亿', '整', '块']) && foreign_currency(text).is_none();
    match amount_field_in(text, 1.0) {
        AmountField::Sum(amount) if is_stated => Some(amount),
        _ => None,
    }
}

fn total(piece: &str) -> Option<Amount> {
    let mut rest = piece;
    while let Some(after) = TOTAL.iter().filter(|word| **word != "约").find_map(|word| rest.strip_prefix(word)) {
        rest = after.trim_start_matches([':', '：', ' ', '为', '是']);
    }
    let starts_so =
        rest.starts_with(|c: char| c.is_ascii_digit() || "约一二三四五六七八九十两百千壹贰叁肆伍陆柒捌玖拾".contains(c));
    starts_so.then(|| sum(rest)).flatten()
}

/// The price of one: 每套128元, 单价235元, 128元/套.
fn price(piece: &str) -> Option<Money> {
    let behind = |start: &str| piece.strip_prefix(start).map(|rest| rest.trim_start_matches([':', '：', ' ', '约']));
    let text = if let Some(rest) = behind("单价") {
        rest
    } else if let Some(rest) = behind("每") {
        let measure = rest.chars().take_while(|c| !c.is_ascii_digit()).take(MAX_MEASURE + 1).count();
        let at = rest.char_indices().nth(measure).map_or(rest.len(), |(at, _)| at);
        Some(&rest[at..]).filter(|_| (1..=MAX_MEASURE).contains(&measure))?
    } else {
        piece
            .split_once("元/")
            .filter(|(_, unit)| unit.chars().count() <= MAX_MEASURE)
            .map(|(sum, _)| &piece[..sum.len() + '元'.len_utf8()])?
    };
    sum(text).filter(|sum| sum.min_fen == sum.max_fen)?.point()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_sum_is_taken() {
        let total = |text: &str| match note_sum(text) {
            NoteSum::Total(sum) => sum.point().map(Money::yuan),
            _ => None,
        };
        for (text, yuan) in [
            ("预算二十六万", 260_000.0),
            ("单价235元，共3.525万元", 35_250.0),
            ("共需1,200元", 1200.0),
            ("每套168元，320套，共5.376万元", 53_760.0),
        ] {
            assert_eq!(total(text), Some(yuan), "{text}");
        }
        for (text, yuan) in [("每套128元", 128.0), ("单价：90元", 90.0), ("128元/套", 128.0)] {
            assert_eq!(note_sum(text), NoteSum::Each(Money::from_yuan(yuan).unwrap()), "{text}");
        }
        for text in [
            "合作社自筹70万",
            "另有2万元未到位",
            "已筹3万元，共5万元",
            "预算3万美元",
            "不低于1万元",
            "3万元或5万元",
            "每户补300元，共2村，预算3万元，已到1万元",
        ] {
            assert_eq!(note_sum(text), NoteSum::Unclear, "{text}");
        }
        for text in ["不详", "残联已摸底", "急", "2027年用"] {
            assert_eq!(note_sum(text), NoteSum::None, "{text}");
        }
    }
}
